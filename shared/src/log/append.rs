//! How the log grows from a stream that delivers each change at least once, to any number of consumers at once.
//!
//! A consumer walks back from the end of the log until no entry further down can be of a change in its batch, drops the
//! changes that it met, and puts the rest behind the end, if nothing is there yet:
//!
//! ```text
//! t0  consumer A walks: the log ends at 7                  consumer B, with the same batch, walks: it ends at 7
//! t1  A puts the item at 7: it was absent
//! t2                                                       B's put at 7 fails: it begins again with the walk
//! t3                                                       B meets its changes at 7, and has nothing left to put
//! ```
//!
//! How far down is far enough, no clock of a consumer decides: each item carries the newest creation time of any change up to it
//! ([`LogItem::newest_s`]), which DynamoDB gave. An item whose `newest_s` is below the oldest change of a batch was put before
//! any change of the batch was made, and so was everything below it.
//!
//! What else may go wrong between two writes is played through, and each rule left out in turn, by the model in
//! `tests/src/model/log`, which takes its steps from here.

mod met;
mod progress;
mod walk;

pub use progress::{Next, Progress};
pub use walk::{Gap, Walk};

use crate::log::bundle;
use crate::log::entry::{Entry, SequenceNumber};
use crate::values::timestamp::Timestamp;

/// Longest bundle of an item, in bytes: with what else is in the item, below the 400 KB that DynamoDB takes.
pub const BUNDLE_BYTES_MAX: usize = 300 * 1024;

/// How far a walk goes back for a change of which the stream does not say when it was made, in milliseconds: a stream keeps
/// a record for 24 hours (Developer Guide, "Change data capture for DynamoDB Streams").
pub const UNTIMED_BACK_MS: i64 = 25 * 60 * 60 * 1_000;

/// A change of the table that is to have a position.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Change {
    /// What the log is to say of it.
    pub entry: Entry,
    /// The stream's number of it; none of one that did not come through the stream.
    pub number: Option<SequenceNumber>,
    /// When it was made, in whole seconds since 1970, as the stream tells; a time ahead of now for one that `log-reconcile` found.
    pub created_at_s: Option<u64>,
    /// Size of the event's item, in bytes.
    pub item_bytes: u32,
}

/// An item of the log: up to [`bundle::ENTRIES_MAX`] entries at consecutive positions, which never change.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LogItem {
    /// Position of the first entry.
    pub first: u64,
    /// The entries.
    pub entries: Vec<Entry>,
    /// For each entry, the size of its event's item in bytes when it was recorded; 0 for an entry that is of no event.
    pub sizes: Vec<u32>,
    /// When it was put, by the clock of whoever put it, but never before the item below it.
    pub appended_at: Timestamp,
    /// The newest creation time of any change in it or below it, in whole seconds since 1970.
    pub newest_s: u64,
}

impl LogItem {
    /// The position behind its last entry.
    pub fn end(&self) -> u64 {
        self.first.saturating_add(self.entries.len() as u64)
    }
}

/// The item that puts the next of these changes behind the end that a walk found; none if it met them all.
pub fn next_item(walk: &Walk, changes: &[Change], now: Timestamp) -> Option<LogItem> {
    let first = walk.end();
    let room = bundle::ENTRIES_MAX - (first % bundle::ENTRIES_MAX as u64) as usize;
    let below = walk.last();
    let mut item = LogItem {
        first,
        entries: Vec::new(),
        sizes: Vec::new(),
        appended_at: below.map_or(now, |below| below.appended_at.max(now)),
        newest_s: below.map_or(0, |below| below.newest_s),
    };
    let (mut met, mut bytes) = (walk.met(), 0);
    for change in changes {
        if met.has(change) {
            continue;
        }
        bytes += change.entry.to_string().len() + 2;
        if item.entries.len() == room || bytes > BUNDLE_BYTES_MAX {
            break;
        }
        met.add(&change.entry, item.end());
        item.entries.push(change.entry.clone());
        item.sizes.push(change.item_bytes);
        item.newest_s = item.newest_s.max(change.created_at_s.unwrap_or_default());
    }
    (!item.entries.is_empty()).then_some(item)
}

#[cfg(test)]
mod tests;
