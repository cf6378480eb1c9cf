//! The account's log: its tree against the signed head, and what its entries say by themselves.

use crate::Unusable;
use crate::differing::{Differing, Place};
use crate::files::Files;
use crate::finding::{Finding, Verdict};
use crate::report::Findings;
use crate::sealed::{Bundle, Sealed, Touch};
use crate::tiles::{Log, Tiles};
use shared::log::entry::Entry;
use shared::log::hash::Hash;
use shared::proof::head::Head;
use shared::proof::tile::WIDTH;
use shared::values::timestamp::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Where the tiles of an account stand.
pub(crate) const BELOW: &str = "account/";

/// How much later than it says that it was recorded an event may come to the log, in milliseconds: 15 minutes, after which a
/// stream that is late raises an alarm.
pub(crate) const LATE_MS: i64 = 15 * 60 * 1_000;

/// What an entry says by itself, in order.
enum Told {
    Event(Option<Timestamp>),
    Touched(String, String, Touch),
    BackfillBegin,
    BackfillEnd,
    Lost,
}

/// How far the order of the entries was followed.
#[derive(Default)]
struct Order {
    newest: Option<Timestamp>,
    is_backfill: bool,
    position: u64,
    late: Vec<(u64, Timestamp)>,
}

/// Reads the log of an account up to its head. The roots at the sizes wanted come with it.
///
/// # Errors
/// A tile is missing or cut, or has an entry of a kind that is not known.
pub(crate) fn read<'a>(
    files: &'a dyn Files,
    head: Head,
    sealed_at: Timestamp,
    wanted: &BTreeSet<u64>,
    findings: &mut Findings,
) -> Result<(Sealed<'a>, BTreeMap<u64, Hash>), Unusable> {
    let tiles = Tiles::new(files, BELOW, head.size);
    let mut sealed = Sealed::new(tiles, head.size);
    let mut order = Order::default();
    let log = tiles.read(wanted, told, |entries| {
        entries.into_iter().for_each(|told| order.take(told, sealed_at, &mut sealed));
        Ok(())
    })?;
    let tree = match head.root {
        root if log.by_entries.root() == root => {
            log.differing.iter().try_for_each(|differing| wrong_hashes(differing, &sealed, findings))?;
            &log.by_entries
        }
        root if log.by_hashes.root() == root => {
            wrong_entries(&log, &mut sealed, findings);
            &log.by_hashes
        }
        _ => {
            findings.add(Finding::of_all(
                Verdict::Altered,
                "the entries of the account are not those that were sealed, and its hash tiles were changed with them",
            ));
            &log.by_entries
        }
    };
    for tile in tiles.wrong_above(tree)? {
        let means = format!("{BELOW}{tile} does not hold the hashes of the entries below it: the tile was changed");
        findings.add(Finding::of_all(Verdict::Altered, means));
    }
    let roots = tree.roots().clone();
    tell_late(&order.late, &sealed, findings)?;
    Ok((sealed, roots))
}

fn told(first: u64, entries: &[Option<&str>], is_differing: bool) -> Result<Vec<Told>, Unusable> {
    let read = |(place, entry): (usize, &Option<&str>)| {
        let Some(text) = entry else { return Ok(Told::Lost) };
        Ok(match Entry::parse(text) {
            Some(Entry::Event(event, _)) => Told::Event(event.recorded_at()),
            Some(Entry::Changed(event, ..)) => Told::Touched(event.shard, event.sk, Touch::Changed),
            Some(Entry::Removed(event, ..)) => Told::Touched(event.shard, event.sk, Touch::Removed),
            Some(Entry::BackfillBegin) => Told::BackfillBegin,
            Some(Entry::BackfillEnd) => Told::BackfillEnd,
            None if is_differing => Told::Lost, // it was changed, which is found by its hash
            None => {
                let position = first + place as u64;
                let why =
                    format!("the entry of position {position} is of a kind that this version of audit does not know");
                return Err(Unusable::new("account/tile/entries", why));
            }
        })
    };
    entries.iter().enumerate().map(read).collect()
}

impl Order {
    fn take(&mut self, told: Told, sealed_at: Timestamp, sealed: &mut Sealed<'_>) {
        match told {
            Told::Event(recorded_at) => {
                sealed.events.set(self.position);
                // A time after the sealing is a lie of the event's own, by which others are not to be measured.
                if let Some(at) = recorded_at.filter(|at| !self.is_backfill && *at <= sealed_at) {
                    match self.newest {
                        Some(newest) if at.epoch_ms() + LATE_MS < newest.epoch_ms() => {
                            self.late.push((self.position, newest));
                        }
                        newest => self.newest = newest.max(Some(at)),
                    }
                }
            }
            Told::Touched(shard, sk, touch) => {
                sealed.touched.entry((shard, sk)).or_default().push((self.position, touch));
            }
            Told::BackfillBegin => self.is_backfill = true,
            Told::BackfillEnd => self.is_backfill = false,
            Told::Lost => {}
        }
        self.position += 1;
    }
}

/// The hashes of a tile are not those of entries that were sealed.
fn wrong_hashes(differing: &Differing, sealed: &Sealed<'_>, findings: &mut Findings) -> Result<(), Unusable> {
    let mut bundle = Bundle::default();
    for (place, what) in differing.places.iter().enumerate() {
        if !matches!(what, Place::Kept(_)) {
            let means = "its hash in the tile is not that of its entry, which is what was sealed: the tile was changed";
            let position = differing.index * WIDTH + place as u64;
            let sk = sealed.sk(position, &mut bundle)?;
            findings.add(Finding::at(Verdict::Altered, position, sk.as_deref(), means));
        }
    }
    Ok(())
}

/// Entries are not those whose hashes were sealed.
fn wrong_entries(log: &Log, sealed: &mut Sealed<'_>, findings: &mut Findings) {
    for differing in &log.differing {
        for (place, what) in differing.places.iter().enumerate() {
            let position = differing.index * WIDTH + place as u64;
            let (verdict, means) = match what {
                Place::Kept(_) => continue,
                Place::Moved(_) => {
                    (Verdict::Altered, "its entry in the log changed places with another after it was sealed")
                }
                Place::Changed => (Verdict::Altered, "its entry in the log was replaced after it was sealed"),
                Place::Dropped => (Verdict::Missing, "its entry was taken out of the log after it was sealed"),
            };
            let sk = what.entry().and_then(Entry::parse).and_then(|entry| Some(entry.event()?.sk.clone()));
            findings.add(Finding::at(verdict, position, sk.as_deref(), means));
            sealed.unsound.insert(position);
        }
        if differing.places.iter().all(|place| matches!(place, Place::Kept(_))) {
            let means =
                format!("the bundle of positions {} on has an entry more than was sealed", differing.index * WIDTH);
            findings.add(Finding::of_all(Verdict::Altered, means));
        }
        sealed.repair(differing);
    }
    let untold = log.differing_count - log.differing.len() as u64;
    for _ in 0..untold {
        findings.add(Finding::of_all(Verdict::Altered, "entries of a bundle are not those that were sealed"));
    }
}

fn tell_late(late: &[(u64, Timestamp)], sealed: &Sealed<'_>, findings: &mut Findings) -> Result<(), Unusable> {
    let mut bundle = Bundle::default();
    for (position, newest) in late {
        let sk = if findings.has_room() { sealed.sk(*position, &mut bundle)? } else { None };
        let means = format!(
            "it stands behind events that were recorded up to {newest}, more than 15 minutes after the time that it claims: the \
             stream lost it and it was found later, or somebody wrote it into the past"
        );
        findings.add(Finding::at(Verdict::Late, *position, sk.as_deref(), means));
    }
    Ok(())
}
