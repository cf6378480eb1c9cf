//! Entries of the log of rounds.
//!
//! ```text
//! round/1 <sealed_at> <root of the map of all accounts, base64> <run>
//! restart/1 <origin> <size> <root, base64>
//! ```
//!
//! A round seals the heads of all accounts at its time. A run is the work that made it: a UUID. A restart, which only the first entry
//! can be, names the last checkpoint of the log that this one goes on from. Each ends in a line feed.

use crate::log::hash::Hash;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::key::Origin;
use crate::values::timestamp::Timestamp;
use std::fmt;
use uuid::Uuid;

/// What made a round; of two, the later is the greater as text too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Run(Uuid);

/// An entry of the log of rounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoundEntry {
    /// The heads of all accounts were sealed.
    Round(Round),
    /// The log goes on from another one.
    Restart(Checkpoint),
}

/// A sealing of the heads of all accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// When it was sealed, by the clock of whoever did.
    pub sealed_at: Timestamp,
    /// The root of the map of all accounts.
    pub map_root: Hash,
    /// The run that made it.
    pub run: Run,
}

const ROUND: &str = "round/1";
const RESTART: &str = "restart/1";

impl Run {
    /// The run of that UUID, which is of version 7: its time comes first.
    pub fn new(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// When it began, in milliseconds since 1970; none if its UUID has no time.
    pub fn epoch_ms(self) -> Option<u64> {
        let (seconds, nanoseconds) = self.0.get_timestamp()?.to_unix();
        seconds.checked_mul(1_000)?.checked_add(u64::from(nanoseconds) / 1_000_000)
    }

    /// Reads a UUID in lower case, with hyphens.
    pub fn parse(text: &str) -> Option<Self> {
        let run = Self(Uuid::try_parse(text).ok()?);
        (run.to_string() == text).then_some(run)
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl RoundEntry {
    /// Its hash as a leaf of the log of rounds.
    pub fn leaf(&self) -> Hash {
        Hash::of_leaf(self.to_string().as_bytes())
    }

    /// The round that it is; none of a restart.
    pub fn round(&self) -> Option<&Round> {
        match self {
            Self::Round(round) => Some(round),
            Self::Restart(_) => None,
        }
    }

    /// Reads exactly the text that [`Display`](fmt::Display) writes.
    pub fn parse(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.strip_suffix('\n')?.split(' ').collect();
        let entry = match words.as_slice() {
            [ROUND, sealed_at, map_root, run] => Self::Round(Round {
                sealed_at: Timestamp::parse_fixed(sealed_at)?,
                map_root: Hash::parse(map_root)?,
                run: Run::parse(run)?,
            }),
            [RESTART, origin, size, root] => Self::Restart(Checkpoint {
                origin: Origin::parse(origin).ok()?,
                size: size.parse().ok()?,
                root: Hash::parse(root)?,
            }),
            _ => return None, // no entry of this version
        };
        (entry.to_string() == text).then_some(entry)
    }
}

impl fmt::Display for RoundEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Round(Round { sealed_at, map_root, run }) => writeln!(f, "{ROUND} {sealed_at} {map_root} {run}"),
            Self::Restart(Checkpoint { origin, size, root }) => writeln!(f, "{RESTART} {origin} {size} {root}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: &str = "01737edb-358b-7000-8000-000000000001";
    const HASH: &str = "LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=";

    #[test]
    fn an_entry_is_this_line_and_reads_back() {
        let round = format!("round/1 2020-07-24T03:26:02.000Z {HASH} {RUN}\n");
        let entry = RoundEntry::parse(&round).expect("a round");
        assert_eq!(entry.round().map(|round| round.run.to_string()).as_deref(), Some(RUN));
        assert_eq!(entry.to_string(), round);
        let restart = format!("restart/1 example.com/log 17 {HASH}\n");
        assert_eq!(RoundEntry::parse(&restart).map(|entry| entry.to_string()), Some(restart));
    }

    #[test]
    fn what_is_not_an_entry_to_the_letter_does_not_read() {
        for bad in [
            String::new(),
            format!("round/1 2020-07-24T03:26:02.000Z {HASH} {RUN}"),
            format!("round/2 2020-07-24T03:26:02.000Z {HASH} {RUN}\n"),
            format!("round/1 2020-07-24T03:26:02Z {HASH} {RUN}\n"),
            format!("round/1 2020-07-24T03:26:02.000Z {HASH} {}\n", RUN.to_uppercase()),
            format!("restart/1 example.com/log 017 {HASH}\n"),
            format!("restart/1 a b 17 {HASH}\n"),
        ] {
            assert_eq!(RoundEntry::parse(&bad), None, "{bad:?} was read");
        }
    }

    #[test]
    fn a_run_says_when_it_began() {
        assert_eq!(Run::parse(RUN).and_then(Run::epoch_ms), Some(0x0173_7edb_358b));
        assert_eq!(Run::parse("01737edb-358b-4000-8000-000000000001").map(Run::epoch_ms), Some(None), "of version 4");
    }

    #[test]
    fn a_later_run_is_the_greater() {
        let runs = ["01737edb-358b-7000-8000-000000000001", "01737edb-358c-7000-8000-000000000000"].map(Run::parse);
        assert!(runs[0] < runs[1]);
    }
}
