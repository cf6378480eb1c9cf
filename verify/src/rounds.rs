//! The log of rounds: its tree against the checkpoint, the round of the head in it, and whether it goes on from an earlier log.

use crate::Unusable;
use crate::files::Files;
use crate::finding::{Finding, Verdict};
use crate::report::Findings;
use crate::tiles::Tiles;
use shared::log::hash::Hash;
use shared::proof::checkpoint::{Checkpoint, CheckpointFault};
use shared::proof::key::VerifierKey;
use shared::proof::note::{NOTE_BYTES_MAX, NoteFault};
use shared::proof::round::{Round, RoundEntry};
use std::collections::{BTreeMap, BTreeSet};

/// Path of the checkpoint.
const CHECKPOINT: &str = "checkpoint";

/// The rounds that were read.
#[derive(Debug)]
pub(crate) struct Rounds {
    /// The checkpoint that the key signed.
    pub(crate) checkpoint: Checkpoint,
    /// The last round.
    pub(crate) last: Round,
    /// The last checkpoint of the log before, where this one goes on from one.
    pub(crate) restart: Option<Checkpoint>,
    /// The roots at the sizes that were wanted.
    pub(crate) roots: BTreeMap<u64, Hash>,
}

/// What a fault of a checkpoint means: what was changed after it was signed is tampering, what nobody signed with this key is no
/// input.
pub(crate) fn opened(note: &str, key: &VerifierKey, what: &str) -> Result<Result<Checkpoint, Finding>, Unusable> {
    match Checkpoint::open(note, key) {
        Ok(checkpoint) => Ok(Ok(checkpoint)),
        Err(CheckpointFault::Note(NoteFault::WrongSignature)) => Ok(Err(Finding::of_all(
            Verdict::Altered,
            format!("the {what} is not what the key signed: its text or its signature was changed"),
        ))),
        Err(CheckpointFault::Note(NoteFault::OtherKey)) => Err(Unusable::new(
            what,
            "is not signed with this key: it is of another log, or the key is not that of this log",
        )),
        Err(fault) => Err(Unusable::new(what, fault)),
    }
}

impl Rounds {
    /// Reads the rounds below the checkpoint of an export. None, with a finding, where nothing can be relied on.
    ///
    /// # Errors
    /// A file is missing, cut, or of another log.
    pub(crate) fn read(
        files: &dyn Files,
        key: &VerifierKey,
        wanted: &BTreeSet<u64>,
        findings: &mut Findings,
    ) -> Result<Option<Self>, Unusable> {
        let checkpoint = match opened(&files.text(CHECKPOINT, NOTE_BYTES_MAX)?, key, CHECKPOINT)? {
            Ok(checkpoint) => checkpoint,
            Err(finding) => {
                findings.add(finding);
                return Ok(None);
            }
        };
        let (mut last, mut restart, mut index) = (None, None, 0_u64);
        let tiles = Tiles::new(files, "", checkpoint.size);
        let log = tiles.read(wanted, parsed, |entries: Vec<Option<RoundEntry>>| {
            for entry in entries {
                match entry {
                    Some(RoundEntry::Restart(from)) if index == 0 => restart = Some(from),
                    Some(RoundEntry::Restart(_)) => {
                        return Err(Unusable::new("tile/entries", "has a restart that is not its first entry"));
                    }
                    Some(RoundEntry::Round(round)) => last = Some(round),
                    None => {} // its hash is there, so that it is found below
                }
                index += 1;
            }
            Ok(())
        })?;
        let root = checkpoint.root;
        if log.by_entries.root() != root {
            findings.add(Finding::of_all(Verdict::Altered, "the rounds are not those of the checkpoint: one of them was changed, dropped or moved after it was signed"));
            return Ok(None);
        }
        for differing in &log.differing {
            findings.add(Finding::of_all(
                Verdict::Altered,
                format!(
                    "a hash of tile/0/{:03} is not that of the round that it is of: the tile was changed",
                    differing.index
                ),
            ));
        }
        for tile in tiles.wrong_above(&log.by_entries)? {
            let means = format!("{tile} does not hold the hashes of the rounds below it: the tile was changed");
            findings.add(Finding::of_all(Verdict::Altered, means));
        }
        let last =
            last.ok_or_else(|| Unusable::new(CHECKPOINT, "is of a log without rounds: nothing was sealed yet"))?;
        let roots = log.by_entries.roots().clone();
        Ok(Some(Self { checkpoint, last, restart, roots }))
    }
}

fn parsed(first: u64, entries: &[Option<&str>], is_differing: bool) -> Result<Vec<Option<RoundEntry>>, Unusable> {
    let read = |(place, entry): (usize, &Option<&str>)| match entry {
        None => Ok(None),
        Some(text) => match RoundEntry::parse(text) {
            None if !is_differing => {
                let round = first + place as u64;
                let why = format!("round {round} is of a kind that this version of audit does not know");
                Err(Unusable::new("tile/entries", why))
            }
            read => Ok(read),
        },
    };
    entries.iter().enumerate().map(read).collect()
}
