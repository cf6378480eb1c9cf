//! Keys of the logs of rounds.

use super::{Key, number};
use crate::proof::round::Run;
use std::fmt;

/// Which log of rounds: the first is 1, and each restart opens the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Generation(u16);

impl Generation {
    /// The first.
    pub const FIRST: Self = Self(1);

    /// The greatest that there can be: four digits.
    pub const MAX: Self = Self(9_999);

    /// The one behind it; none behind the greatest.
    pub fn next(self) -> Option<Self> {
        (self < Self::MAX).then_some(Self(self.0 + 1))
    }

    /// Its number.
    pub fn number(self) -> u16 {
        self.0
    }

    fn parse(digits: &str) -> Option<Self> {
        let are_digits = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = are_digits.then(|| digits.parse().ok())??;
        (number >= 1).then_some(Self(number))
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

/// `rounds#all`
pub fn logs_of_rounds() -> String {
    "rounds#all".to_owned()
}

/// `rounds#all` / `log#<generation>`
pub fn log_of_rounds(generation: Generation) -> Key {
    Key { pk: logs_of_rounds(), sk: format!("log#{generation}") }
}

/// The generation, from the sort key that [`log_of_rounds`] made.
pub(crate) fn log_of_rounds_generation(sk: &str) -> Option<Generation> {
    Generation::parse(sk.strip_prefix("log#")?)
}

/// `rounds#<generation>`
pub fn rounds(generation: Generation) -> String {
    format!("rounds#{generation}")
}

/// `rounds#<generation>` / `p#<run>#<part, 4 digits>`
pub fn heads_part(generation: Generation, run: Run, part: u16) -> Key {
    Key { pk: rounds(generation), sk: format!("p#{run}#{part:04}") }
}

/// Before every part of these runs and those between them, and behind.
pub fn heads_parts(first: Run, last: Run) -> (String, String) {
    (format!("p#{first}#"), format!("p#{last}$"))
}

/// The run and the part, from the sort key that [`heads_part`] made.
pub(crate) fn rounds_part(sk: &str) -> Option<(Run, u16)> {
    let (run, part) = sk.strip_prefix("p#")?.split_once('#')?;
    let is_part = part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    Some((Run::parse(run)?, is_part.then(|| part.parse().ok())??))
}

/// `rounds#<generation>` / `c#<size, 16 digits>`
pub fn checkpoint(generation: Generation, size: u64) -> Key {
    Key { pk: rounds(generation), sk: format!("c#{size:016}") }
}

/// Before every [`checkpoint`] of a log of rounds, and behind it.
pub const CHECKPOINTS: (&str, &str) = ("c#", "c$");

/// The size, from the sort key that [`checkpoint`] made.
pub(crate) fn checkpoint_size(sk: &str) -> Option<u64> {
    number(sk.strip_prefix("c#")?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::key::{Tree, node};

    const RUN: &str = "01737edb-358b-7000-8000-000000000001";

    #[test]
    fn the_keys_of_rounds_are_these() {
        let (first, run) = (Generation::FIRST, Run::parse(RUN).expect("a run"));
        assert_eq!(log_of_rounds(first).to_string(), "rounds#all / log#0001");
        assert_eq!(heads_part(first, run, 7).to_string(), format!("rounds#0001 / p#{RUN}#0007"));
        assert_eq!(checkpoint(first, 17).to_string(), "rounds#0001 / c#0000000000000017");
        assert_eq!(Tree::Rounds(first).pk(), "rounds#0001");
        assert_eq!(node(2, 17), "n2#0000000000000017");
    }

    #[test]
    fn the_keys_of_rounds_read_back_and_nothing_else_does() {
        let run = Run::parse(RUN).expect("a run");
        assert_eq!(rounds_part(&format!("p#{RUN}#0007")), Some((run, 7)));
        assert_eq!(log_of_rounds_generation("log#9999"), Some(Generation::MAX));
        assert_eq!(Generation::MAX.next(), None);
        assert_eq!(checkpoint_size("c#0000000000000017"), Some(17));
        for bad in ["log#0000", "log#1", "log#+001", "e#0001"] {
            assert_eq!(log_of_rounds_generation(bad), None, "{bad}");
        }
        for bad in [format!("p#{RUN}"), format!("p#{RUN}#7"), "p#x#0007".to_owned()] {
            assert_eq!(rounds_part(&bad), None, "{bad}");
        }
    }

    #[test]
    fn the_parts_of_a_run_stand_between_its_bounds() {
        let run = Run::parse(RUN).expect("a run");
        let (from, to) = heads_parts(run, run);
        for part in [0, 9_999] {
            let sk = heads_part(Generation::FIRST, run, part).sk;
            assert!(from < sk && sk < to, "{sk}");
        }
    }
}
