//! `audit export DIR --proofs`: the log of an account with everything that proves it, for `audit verify`.
//!
//! ```text
//! DIR/checkpoint          GET /log/checkpoint
//! DIR/tile/…              GET /log/tile/…           the log of rounds
//! DIR/account/head        GET /log/account/head     as of that checkpoint
//! DIR/account/tile/…      GET /log/account/tile/…   up to that head
//! DIR/events.ndjson       GET /log/account/items    up to that head
//! ```
//!
//! Which files there are follows from the two sizes, and nothing that the service says is ever part of a path. All is written to a
//! folder beside the directory, which gets its name when it is whole: an export that is stopped leaves nothing that looks like one.

mod asked;
mod items;

use crate::origin::Reached;
use crate::service::Service;
use asked::{fetch, text};
use aws_sdk_dynamodb::error::BoxError;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use items::Items;
use shared::log::bundle;
use shared::log::hash::Hash;
use shared::proof::checkpoint::Checkpoint;
use shared::proof::file::HeadProof;
use shared::proof::note;
use shared::proof::tile::{Kind, LEVEL_MAX, Tile, WIDTH};
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

/// Tiles that are asked for at once.
const TILES_AT_ONCE: usize = 8;

/// The sizes that say which files there are.
struct Sizes {
    rounds: u64,
    entries: u64,
}

/// Writes the directory.
///
/// # Errors
/// The directory is there, the service cannot be read or answers with something else, or a file cannot be written.
pub(super) async fn run(directory: &Path, reached: Reached) -> Result<(), BoxError> {
    let Reached::Service(service) = reached else { return Err("--proofs needs --url".into()) }; // clap asks for it
    let parent = match directory.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."), // a name alone
    };
    must_be_free(directory)?;
    fs::create_dir_all(parent)?;
    let folder = tempfile::Builder::new().prefix(".audit-export-").tempdir_in(parent)?;
    let (sizes, items) = write_to(&service, folder.path()).await?;
    must_be_free(directory)?;
    if directory.exists() {
        fs::remove_dir(directory)?;
    }
    fs::rename(folder.keep(), directory)?;
    let said = format!(
        "{} events, {} entries, {} rounds in {}",
        HumanCount(items.lines),
        HumanCount(sizes.entries),
        HumanCount(sizes.rounds),
        directory.display()
    );
    let _ = writeln!(io::stderr(), "{said}"); // that nobody reads it is no fault
    match items.missing {
        0 => Ok(()),
        many => {
            Err(format!("{} of the events are not in the table any more: `audit verify` names them", HumanCount(many))
                .into())
        }
    }
}

/// Writes an export to a folder that is there. Events that are missing are for `audit verify` to name.
///
/// # Errors
/// The service cannot be read or answers with something else, or a file cannot be written.
pub(super) async fn fill(service: &Service, folder: &Path) -> Result<(), BoxError> {
    write_to(service, folder).await.map(|_| ())
}

async fn write_to(service: &Service, folder: &Path) -> Result<(Sizes, Items), BoxError> {
    let bar = ProgressBar::new_spinner();
    let written = write_all(service, folder, &bar).await;
    bar.finish_and_clear();
    written
}

fn must_be_free(directory: &Path) -> Result<(), BoxError> {
    let is_free = match fs::symlink_metadata(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => true,
        Err(error) => return Err(error.into()),
        Ok(found) => found.is_dir() && fs::read_dir(directory)?.next().is_none(),
    };
    if is_free {
        Ok(())
    } else {
        Err(format!("{} is there and not empty: name another directory", directory.display()).into())
    }
}

async fn write_all(service: &Service, folder: &Path, bar: &ProgressBar) -> Result<(Sizes, Items), BoxError> {
    let checkpoint = text(service, "/log/checkpoint").await?;
    let rounds =
        note::unverified_text(&checkpoint).and_then(Checkpoint::parse).ok_or("the service's checkpoint is none")?.size;
    let head = text(service, &format!("/log/account/head?size={rounds}")).await?;
    let entries = HeadProof::parse(&head)?.claim.head().map_or(0, |head| head.size);
    let sizes = Sizes { rounds, entries };
    write(folder, "account/head", head.as_bytes())?;
    let style = ProgressStyle::with_template("{wide_bar} {human_pos}/{human_len}  {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_length(tile_count(rounds).saturating_add(tile_count(entries)).saturating_add(entries));
    tiles(service, folder, "", rounds, bar).await?;
    tiles(service, folder, "account/", entries, bar).await?;
    let items = items::write(service, &folder.join("events.ndjson"), entries, bar).await?;
    // Last, since without it nothing is an export.
    write(folder, "checkpoint", checkpoint.as_bytes())?;
    Ok((sizes, items))
}

/// How many tiles a log has; a size that nobody verified may be any, so that they are not counted one by one.
fn tile_count(size: u64) -> u64 {
    let bundles = size.div_ceil(WIDTH);
    bundles + (0..=LEVEL_MAX).map(|level| (size >> (u32::from(level) * WIDTH.ilog2())).div_ceil(WIDTH)).sum::<u64>()
}

async fn tiles(service: &Service, folder: &Path, below: &str, size: u64, bar: &ProgressBar) -> Result<(), BoxError> {
    let each = stream::iter(Tile::all(size)).map(|tile| async move {
        let path = format!("{below}{tile}");
        let answer = fetch(service, &format!("/log/{path}")).await?;
        if !is_tile(tile, &answer.body) {
            return Err(BoxError::from(format!("the service's answer to /log/{path} is no such tile")));
        }
        write(folder, &path, &answer.body)?;
        bar.inc(1);
        Ok(())
    });
    each.buffer_unordered(TILES_AT_ONCE).try_collect().await
}

/// Whether these may be the bytes of a tile, so that an export with half of one is not taken for a whole one.
fn is_tile(tile: Tile, bytes: &[u8]) -> bool {
    match tile.kind {
        Kind::Hashes(_) => bytes.len() as u64 == tile.width * Hash::BYTES as u64,
        Kind::Entries => bundle::read(bytes).is_some_and(|entries| entries.len() as u64 == tile.width),
    }
}

fn write(folder: &Path, path: &str, bytes: &[u8]) -> io::Result<()> {
    let path = folder.join(path);
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_are_counted_without_going_through_them() {
        for size in [0, 1, 255, 256, 257, 65_536, 70_000] {
            assert_eq!(tile_count(size), Tile::all(size).count() as u64, "{size}");
        }
        assert_eq!(tile_count(1 << 63) >> 55, 2);
    }
}
