//! What an account may read of its own log: its head, its tiles, and proofs of its entries.

use super::LogError;
use super::found;
use super::public;
use super::query::Wanted;
use crate::dialect::rows::brought;
use crate::http::exchange::{Answer, Exchange};
use crate::process::sealed_rounds::Sealing;
use crate::proof::file::{EventProof, HeadProof};
use crate::proof::tile::Tile;
use crate::store::{Logged, StoreError};
use crate::table::json;
use crate::table::key::Tree;
use crate::values::ids::AccountId;

/// The head of the account's log, at the checkpoint of that size or at the newest.
pub(super) async fn head(exchange: &Exchange<'_>, account: &AccountId, size: Option<u64>) -> Result<Answer, LogError> {
    let head = head_proof(exchange, account, size).await?;
    Ok(Answer { items: 1, ..Answer::text(head.to_string()) })
}

/// A tile of the account's log, as far as its newest signed head goes.
pub(super) async fn tile(exchange: &Exchange<'_>, account: &AccountId, tile: Tile) -> Result<Answer, LogError> {
    let size = signed_size(&head_proof(exchange, account, None).await?);
    if !tile.is_in(size) {
        return Err(LogError::BeyondHead { size });
    }
    public::tile_of(exchange, Tree::Account(account), tile).await
}

/// The proof of an entry, and with it, if that is asked for, the item that stands in the table for the event that it brought.
pub(super) async fn proof(
    exchange: &Exchange<'_>,
    account: &AccountId,
    of: &Wanted,
    with_item: bool,
) -> Result<Answer, LogError> {
    let (store, usage) = (exchange.store(), &exchange.usage);
    let head = head_proof(exchange, account, None).await?;
    let size = signed_size(&head);
    let position = match of {
        Wanted::Position(position) => *position,
        Wanted::Event(event) => found::position(store, account, event, exchange.now, usage).await?,
    };
    if position >= size {
        return Err(not_signed(exchange, account, position, size).await?);
    }
    let (logged, path) = store.proved_entry(account, position, size, usage).await?;
    let item = if with_item { item(exchange, account, &logged).await? } else { None };
    let proof = EventProof { position, entry: logged.entry, path, item, head };
    Ok(Answer { items: 1, ..Answer::text(proof.to_string()) })
}

/// The account's head at the checkpoint of that size or at the newest, as proved as there is.
pub(super) async fn head_proof(
    exchange: &Exchange<'_>,
    account: &AccountId,
    size: Option<u64>,
) -> Result<HeadProof, LogError> {
    match exchange.sealed_rounds().at(exchange.store(), size, &exchange.usage).await? {
        Sealing::Round(round) => Ok(round.head(account)),
        Sealing::NoCheckpoint | Sealing::NoHeads => Err(LogError::NoCheckpoint),
        Sealing::NoSuchCheckpoint => Err(LogError::NoSuchCheckpoint),
    }
}

/// How many entries of the account's log are signed.
pub(super) fn signed_size(head: &HeadProof) -> u64 {
    head.claim.head().map_or(0, |head| head.size)
}

/// Why there is no proof of a position: it is not signed yet, or not there.
async fn not_signed(
    exchange: &Exchange<'_>,
    account: &AccountId,
    position: u64,
    size: u64,
) -> Result<LogError, StoreError> {
    let end = exchange.store().log_end(account, &exchange.usage).await?.position;
    Ok(if position < end { LogError::NotSigned { position, size } } else { LogError::NoPosition { end } })
}

/// The item that stands in the place of the event that an entry brought, as one line of JSON.
async fn item(exchange: &Exchange<'_>, account: &AccountId, logged: &Logged) -> Result<Option<String>, StoreError> {
    let Some((event, _)) = brought(logged) else { return Ok(None) };
    let found = exchange.store().events_at(account, &[event], &exchange.usage).await?;
    if !found.unprocessed.is_empty() {
        return Err(StoreError::Unavailable("DynamoDB left the key of an event unprocessed".into()));
    }
    Ok(found.items.values().next().map(json::write))
}
