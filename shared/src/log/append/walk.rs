//! The walk back from the end of the log.

use super::met::Met;
use super::{Change, LogItem, UNTIMED_BACK_MS};
use crate::log::bundle;
use crate::values::timestamp::Timestamp;

/// A walk back from the end of a log, item by item: what it has met, and whether that is enough.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Walk {
    reach: Reach,
    /// The items that it met, from the end down, each right below the one before it.
    chain: Vec<LogItem>,
    /// Items below the last of the chain that do not end where that one begins; one further down still may.
    loose: Vec<LogItem>,
    out_of_place: Vec<u64>,
    at_beginning: bool,
}

/// How far down a walk goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Reach {
    /// Until an item that was put before any change of that second was made.
    Before(u64),
    /// Until an item that was put before that time.
    PutBefore(Timestamp),
    /// Until an item that has that position, or is below it.
    Position(u64),
}

/// An item of the log is missing, or one was put beside it so that no one can tell: such a log is not extended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the log has a gap: nothing ends at position {0}, where an item begins")]
pub struct Gap(pub u64);

impl Walk {
    /// A walk that meets whatever of these changes is in the log.
    pub fn for_changes(changes: &[Change], now: Timestamp) -> Self {
        let oldest = changes.iter().map(|change| change.created_at_s).min().flatten();
        let untimed = || Reach::PutBefore(now.plus_ms(-UNTIMED_BACK_MS).unwrap_or(Timestamp::MIN));
        Self::new(oldest.map_or_else(untimed, Reach::Before))
    }

    /// A walk that meets everything from that position on, for a caller who has looked through the log below it.
    pub fn down_to(position: u64) -> Self {
        Self::new(Reach::Position(position))
    }

    fn new(reach: Reach) -> Self {
        Self { reach, chain: Vec::new(), loose: Vec::new(), out_of_place: Vec::new(), at_beginning: false }
    }

    /// Takes the next item on the way down.
    ///
    /// # Errors
    /// [`Gap`] if the log cannot have become what it is by being appended to.
    pub fn take(&mut self, item: LogItem) -> Result<(), Gap> {
        let Some(above) = self.chain.last() else {
            self.chain.push(item);
            return Ok(());
        };
        if item.end() == above.first {
            let beside = self.loose.drain(..).map(|item| item.first);
            self.out_of_place.extend(beside);
            self.chain.push(item);
            return Ok(());
        }
        if item.first.saturating_add(bundle::ENTRIES_MAX as u64) >= above.first {
            self.loose.push(item);
            return Ok(());
        }
        self.drop_planted(item.end())?;
        let candidates: Vec<_> = self.loose.drain(..).chain([item]).collect();
        candidates.into_iter().try_for_each(|item| self.take(item))
    }

    /// Says that there is no item further down.
    ///
    /// # Errors
    /// As [`Self::take`].
    pub fn finish(&mut self) -> Result<(), Gap> {
        while self.chain.last().is_some_and(|item| item.first > 0) {
            let below = self.loose.iter().map(LogItem::end).max().unwrap_or_default();
            self.drop_planted(below)?;
            let candidates = std::mem::take(&mut self.loose);
            candidates.into_iter().try_for_each(|item| self.take(item))?;
        }
        self.out_of_place.extend(self.loose.drain(..).map(|item| item.first));
        self.at_beginning = true;
        Ok(())
    }

    /// Drops the item at the end, if it is so far above everything else that it cannot be part of the log. Where one item could
    /// have stood between, that one may have been deleted: then nobody may put another at its positions.
    fn drop_planted(&mut self, below: u64) -> Result<(), Gap> {
        match self.chain.as_slice() {
            [planted] if planted.first > below.saturating_add(bundle::ENTRIES_MAX as u64) => {
                self.out_of_place.push(planted.first);
                self.chain.clear();
                Ok(())
            }
            [.., lowest] => Err(Gap(lowest.first)),
            [] => Ok(()),
        }
    }

    /// Whether it has met enough.
    pub fn is_over(&self) -> bool {
        let Some(lowest) = self.chain.last() else { return self.at_beginning };
        let is_held = self.chain.len() > 1;
        let reached = match self.reach {
            Reach::Before(second) => lowest.newest_s < second,
            Reach::PutBefore(at) => lowest.appended_at < at,
            Reach::Position(position) => lowest.first <= position,
        };
        self.at_beginning || lowest.first == 0 || (is_held && reached)
    }

    /// The position behind the last entry: that of the next one.
    pub fn end(&self) -> u64 {
        self.last().map_or(0, LogItem::end)
    }

    /// The item at the end, if there is one.
    pub fn last(&self) -> Option<&LogItem> {
        self.chain.first()
    }

    /// The items that it met, from the end down.
    pub fn items(&self) -> &[LogItem] {
        &self.chain
    }

    /// First positions of items that are no part of the log, although they stand in its place.
    pub fn out_of_place(&self) -> &[u64] {
        &self.out_of_place
    }

    /// Notes an item that was put behind the end since.
    pub fn extend(&mut self, item: LogItem) {
        self.chain.insert(0, item);
    }

    pub(super) fn met(&self) -> Met {
        let mut met = Met::known_below(match self.reach {
            Reach::Position(position) => position,
            Reach::Before(_) | Reach::PutBefore(_) => 0,
        });
        for item in self.chain.iter().rev() {
            item.entries.iter().zip(item.first..).for_each(|(entry, position)| met.add(entry, position));
        }
        met
    }
}
