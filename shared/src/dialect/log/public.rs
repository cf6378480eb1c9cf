//! What everybody may read: the newest checkpoint, and the tiles of the log of rounds below it.

use super::LogError;
use crate::http::exchange::{Answer, Exchange};
use crate::log::bundle;
use crate::log::hash::Hash;
use crate::proof::tile::{self, Kind, Tile};
use crate::store::StoreError;
use crate::table::key::{Generation, Tree};
use lambda_http::http::header::CACHE_CONTROL;

/// How long a checkpoint may be kept by caches: seconds, since who asks for it asks what is newest.
const CHECKPOINT_CACHED: &str = "public, max-age=5";

/// How long a tile may be kept: for a year, the longest there is. What a path of a tile names never changes.
///
/// Source: C2SP tlog-tiles, "Merkle Tree", which wants tiles to be cached; RFC 8246 for `immutable`.
const TILE_CACHED: &str = "public, max-age=31536000, immutable";

/// The newest checkpoint of the newest log of rounds.
pub(super) async fn checkpoint(exchange: &Exchange<'_>) -> Result<Answer, LogError> {
    let (_, _, note) = newest(exchange).await?;
    Ok(Answer { items: 1, ..Answer::text(note) }.with_header(CACHE_CONTROL, CHECKPOINT_CACHED))
}

/// A tile of the newest log of rounds, as far as its newest checkpoint goes.
pub(super) async fn tile(exchange: &Exchange<'_>, tile: Tile) -> Result<Answer, LogError> {
    let (generation, size, _) = newest(exchange).await?;
    if !tile.is_in(size) {
        return Err(LogError::BeyondCheckpoint { size });
    }
    let answer = tile_of(exchange, Tree::Rounds(generation), tile).await?;
    Ok(answer.with_header(CACHE_CONTROL, TILE_CACHED))
}

/// The newest log of rounds, the size that its newest checkpoint has, and that checkpoint.
async fn newest(exchange: &Exchange<'_>) -> Result<(Generation, u64, String), LogError> {
    let (store, usage) = (exchange.store(), &exchange.usage);
    let generation = store.newest_generation(usage).await?.ok_or(LogError::NoCheckpoint)?;
    let (size, note) = store.checkpoint(generation, None, usage).await?.ok_or(LogError::NoCheckpoint)?;
    Ok((generation, size, note))
}

/// The answer with a tile that the log has.
pub(super) async fn tile_of(exchange: &Exchange<'_>, tree: Tree<'_>, tile: Tile) -> Result<Answer, LogError> {
    let (store, usage) = (exchange.store(), &exchange.usage);
    let bytes = match tile.kind {
        Kind::Entries => {
            let entries = store.log_bundle(tree, tile, usage).await?;
            entries.map(|entries| bundle::write(entries.iter().map(String::as_str)))
        }
        Kind::Hashes(_) => store.tree_tile(tree, tile, usage).await?.map(|hashes: Vec<Hash>| tile::bytes(&hashes)),
    };
    let bytes = bytes.ok_or_else(|| StoreError::Rejected(format!("{} lacks some of {tile}", tree.pk()).into()))?;
    Ok(Answer { items: 1, ..Answer::bytes("application/octet-stream", bytes) })
}
