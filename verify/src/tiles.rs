//! A log as its tiles: every entry is hashed, the tree over them compared with what was signed, and every hash tile with the tree.

use crate::Unusable;
use crate::differing::{Differing, Place};
use crate::files::Files;
use crate::grown::Grown;
use crate::threads;
use shared::log::bundle::{self, ENTRY_BYTES_MAX};
use shared::log::hash::Hash;
use shared::proof::tile::{self, Kind, Tile, WIDTH};
use std::collections::BTreeSet;

/// Longest bundle, in bytes.
const BUNDLE_BYTES_MAX: usize = WIDTH as usize * (2 + ENTRY_BYTES_MAX);

/// Bundles that are in memory at once.
const BUNDLES_AT_ONCE: usize = 64;

/// Tiles whose entries differ from their hashes that are told one by one.
const DIFFERING_MAX: usize = 100;

/// The tiles of one log.
#[derive(Clone, Copy)]
pub(crate) struct Tiles<'a> {
    files: &'a dyn Files,
    /// What stands before the path of a tile.
    below: &'static str,
    size: u64,
}

/// The log that was read.
pub(crate) struct Log {
    /// By the entries.
    pub(crate) by_entries: Grown,
    /// By the hashes of the lowest level.
    pub(crate) by_hashes: Grown,
    /// Where the two are not the same.
    pub(crate) differing: Vec<Differing>,
    /// How many tiles there are of which that is so.
    pub(crate) differing_count: u64,
}

/// One bundle with its leaves.
struct Bundle<T> {
    leaves: Vec<Hash>,
    differing: Option<(Vec<Hash>, Differing)>,
    made: T,
}

impl<'a> Tiles<'a> {
    /// The tiles of a log of that size; `below` is empty, or ends in `/`.
    pub(crate) fn new(files: &'a dyn Files, below: &'static str, size: u64) -> Self {
        Self { files, below, size }
    }

    /// Reads the log. `make` makes something of the entries of a bundle, on any thread, and `take` gets that in their order. Where the
    /// entries are not those of the hash tile, `make` is told so, and what was dropped is none.
    ///
    /// # Errors
    /// A tile is missing, cut or has another length than it must; or what `make` or `take` say.
    pub(crate) fn read<T: Send>(
        &self,
        wanted: &BTreeSet<u64>,
        make: impl Fn(u64, &[Option<&str>], bool) -> Result<T, Unusable> + Sync,
        mut take: impl FnMut(T) -> Result<(), Unusable>,
    ) -> Result<Log, Unusable> {
        let (by_entries, by_hashes) = (Grown::new(wanted.clone()), Grown::new(wanted.clone()));
        let mut log = Log { by_entries, by_hashes, differing: Vec::new(), differing_count: 0 };
        let mut tiles = (0..).map_while(|index| Tile::at(Kind::Entries, index, self.size));
        loop {
            let batch: Vec<Tile> = tiles.by_ref().take(BUNDLES_AT_ONCE).collect();
            if batch.is_empty() {
                break;
            }
            for bundle in threads::map(&batch, |tile| self.bundle(*tile, &make)) {
                let Bundle { leaves, differing, made } = bundle?;
                log.by_entries.add(&leaves);
                match differing {
                    None => log.by_hashes.add(&leaves),
                    Some((hashes, differing)) => {
                        log.by_hashes.add(&hashes);
                        log.differing_count += 1;
                        if log.differing.len() < DIFFERING_MAX {
                            log.differing.push(differing);
                        }
                    }
                }
                take(made)?;
            }
        }
        Ok(log)
    }

    /// The entries of the bundle of that index, as they stand there; none if it has another number of them than it must.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn entries(&self, index: u64) -> Result<Option<Vec<String>>, Unusable> {
        let Some(tile) = Tile::at(Kind::Entries, index, self.size) else { return Ok(None) };
        let bytes = self.bytes(tile, BUNDLE_BYTES_MAX)?;
        let entries = self.framed(tile, &bytes)?;
        let is_whole = entries.len() as u64 == tile.width;
        Ok(is_whole.then(|| entries.into_iter().map(ToOwned::to_owned).collect()))
    }

    /// The tiles above the lowest level that do not hold the hashes of the tree.
    ///
    /// # Errors
    /// One is missing or has another length than it must.
    pub(crate) fn wrong_above(&self, tree: &Grown) -> Result<Vec<Tile>, Unusable> {
        let mut wrong = Vec::new();
        for tile in (1..=tile::LEVEL_MAX)
            .flat_map(|level| (0..).map_while(move |index| Tile::at(Kind::Hashes(level), index, self.size)))
        {
            let Kind::Hashes(level) = tile.kind else { continue }; // there is no other above
            if self.hashes(tile)? != tree.tile(level, tile.first(), tile.width) {
                wrong.push(tile);
            }
        }
        Ok(wrong)
    }

    fn bundle<T>(
        &self,
        tile: Tile,
        make: &(impl Fn(u64, &[Option<&str>], bool) -> Result<T, Unusable> + Sync),
    ) -> Result<Bundle<T>, Unusable> {
        let bytes = self.bytes(tile, BUNDLE_BYTES_MAX)?;
        let entries = self.framed(tile, &bytes)?;
        let leaves: Vec<Hash> = entries.iter().map(|entry| Hash::of_leaf(entry.as_bytes())).collect();
        let hashes = self.hashes(Tile { kind: Kind::Hashes(0), ..tile })?;
        if leaves == hashes {
            let entries: Vec<_> = entries.into_iter().map(Some).collect();
            return Ok(Bundle { made: make(tile.first(), &entries, false)?, leaves, differing: None });
        }
        let differing = Differing::of(tile.index, &entries, &leaves, &hashes);
        let is_as_long = entries.len() == hashes.len();
        let entries: Vec<Option<&str>> = if is_as_long {
            entries.into_iter().map(Some).collect()
        } else {
            differing.places.iter().map(Place::entry).collect()
        };
        Ok(Bundle { made: make(tile.first(), &entries, true)?, leaves, differing: Some((hashes, differing)) })
    }

    fn framed<'b>(&self, tile: Tile, bytes: &'b [u8]) -> Result<Vec<&'b str>, Unusable> {
        let entries = bundle::read(bytes).ok_or_else(|| self.unusable(tile, "is cut, or is no bundle of entries"))?;
        if entries.len() as u64 > WIDTH {
            return Err(self.unusable(tile, "has more entries than a bundle may have"));
        }
        Ok(entries)
    }

    fn hashes(&self, tile: Tile) -> Result<Vec<Hash>, Unusable> {
        let bytes = self.bytes(tile, WIDTH as usize * Hash::BYTES)?;
        tile::hashes(&bytes)
            .filter(|hashes| hashes.len() as u64 == tile.width)
            .ok_or_else(|| self.unusable(tile, "is cut, or has another number of hashes than it must"))
    }

    fn bytes(&self, tile: Tile, bytes_max: usize) -> Result<Vec<u8>, Unusable> {
        self.files.read(&format!("{}{tile}", self.below), bytes_max)
    }

    fn unusable(&self, tile: Tile, why: &str) -> Unusable {
        Unusable::new(&format!("{}{tile}", self.below), why)
    }
}
