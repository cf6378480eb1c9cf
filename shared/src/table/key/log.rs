//! Keys of the logs, of the trees over them, and of what is noted about them.

use super::{Generation, Key, escaped_text, number, rounds};
use crate::values::day::Day;
use crate::values::ids::AccountId;
use crate::values::timestamp::Timestamp;

/// A log with a tree over it: that of an account, or that of the rounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tree<'a> {
    /// Of an account.
    Account(&'a AccountId),
    /// Of the rounds.
    Rounds(Generation),
}

impl Tree<'_> {
    /// Its partition: `log#<account>` or `rounds#<generation>`.
    pub fn pk(&self) -> String {
        match self {
            Self::Account(account) => log(account),
            Self::Rounds(generation) => rounds(*generation),
        }
    }
}

/// `log#<account>`
pub fn log(account: &AccountId) -> String {
    format!("log#{account}")
}

/// The account whose log this partition is; none of another partition.
pub fn account_of_log(pk: &str) -> Option<AccountId> {
    AccountId::parse(pk.strip_prefix("log#")?).ok()
}

/// `e#<position of the first, 16 digits>`, in a [`Tree`].
pub fn log_item(first: u64) -> String {
    format!("e#{first:016}")
}

/// Before every [`log_item`] of a log, and behind it.
pub const LOG_ITEMS: (&str, &str) = ("e#", "e$");

/// The position of the first entry, from what [`log_item`] made.
pub(crate) fn log_item_first(sk: &str) -> Option<u64> {
    number(sk.strip_prefix("e#")?)
}

/// `n<level>#<index, 16 digits>`, in a [`Tree`]: the node over 256^level leaves.
pub fn node(level: u8, index: u64) -> String {
    format!("n{level}#{index:016}")
}

/// `log-dirty#<minute>` / `<request id>`
pub fn log_dirty(at: Timestamp, request_id: &str) -> Key {
    Key { pk: log_dirty_at(at), sk: escaped_text(request_id) }
}

/// `log-dirty#<minute>`; the minute is `2026-11-25T21:40`.
pub fn log_dirty_at(at: Timestamp) -> String {
    let minute: String = at.to_string().chars().take(16).collect();
    format!("log-dirty#{minute}")
}

/// `reconciled#<account>`
pub fn reconciled(account: &AccountId) -> String {
    format!("reconciled#{account}")
}

/// `reconciled#<account>` / `cursor`
pub fn reconciled_cursor(account: &AccountId) -> Key {
    Key { pk: reconciled(account), sk: "cursor".to_owned() }
}

/// `reconciled#<account>` / `<day>`
pub fn reconciled_day(account: &AccountId, day: Day) -> Key {
    Key { pk: reconciled(account), sk: day.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_of_a_log_names_its_account() {
        assert_eq!(account_of_log("log#acme"), AccountId::parse("acme").ok());
        for bad in ["log#", "log", "log#a#b", "log-dirty#acme", "events#acme#00"] {
            assert_eq!(account_of_log(bad), None, "{bad:?} was read");
        }
    }
}
