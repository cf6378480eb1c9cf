//! A stretch of an account's log in the order in which it is read, as far as a range goes.

use crate::dialect::feed::{Entries, Place, Reading, Start, StartError, before_bytes, behind};
use crate::http::cursor::{FeedCursor, SystemLogCursor};
use crate::store::Logged;
use crate::values::ids::AccountId;
use crate::values::timestamp::Timestamp;

/// Which entries are read, and in what order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Walk {
    /// On from a start, to a time that is not in the range, or for ever.
    Ascending {
        /// The start.
        start: Start,
        /// The time.
        until: Option<Timestamp>,
    },
    /// Back to a time that is in the range.
    Descending {
        /// The end, which is read first.
        from: End,
        /// The time.
        since: Timestamp,
    },
}

/// Where a walk back begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// Where an earlier answer says.
    Cursor(FeedCursor),
    /// Before the first entry that was put in the log at that time or later.
    Until(Timestamp),
    /// At the last entry that there is now.
    Now,
}

impl Walk {
    /// Whether it goes on with the log, and so has no last page.
    pub(super) fn is_polling(&self) -> bool {
        matches!(self, Self::Ascending { until: None, .. })
    }

    /// The same walk from a place on.
    pub(super) fn going_on(&self, at: FeedCursor) -> Self {
        match *self {
            Self::Ascending { until, .. } => Self::Ascending { start: Start::Cursor(at), until },
            Self::Descending { since, .. } => Self::Descending { from: End::Cursor(at), since },
        }
    }

    /// What a token says of the same walk from a place on.
    pub(super) fn cursor(&self, at: FeedCursor) -> SystemLogCursor {
        match *self {
            Self::Ascending { until, .. } => SystemLogCursor::Ascending { at, until },
            Self::Descending { since, .. } => SystemLogCursor::Descending { at, since },
        }
    }
}

/// Entries in the order of their walk.
#[derive(Debug)]
pub(super) struct Stretch {
    logged: Vec<Logged>,
    in_range: usize,
    /// The place where the walk stands before each of the entries, and behind the last, as far as there are entries that tell it.
    places: Places,
}

#[derive(Debug)]
enum Places {
    Ascending { before: Option<Logged>, position: u64 },
    Descending,
}

impl Stretch {
    /// Reads so many entries, and the one behind them.
    pub(super) async fn read(
        walk: &Walk,
        entries_max: usize,
        reading: &Reading<'_>,
        account: &AccountId,
    ) -> Result<Self, StartError> {
        match walk {
            Walk::Ascending { start, until } => {
                let place = Place::of(start, reading, account).await?;
                let Entries { before, logged } = place.entries(entries_max, reading, account).await?;
                let is_in_range = |logged: &&Logged| until.is_none_or(|until| logged.appended_at < until);
                let in_range = logged.iter().take_while(is_in_range).count();
                let places = Places::Ascending { before, position: place.position };
                Ok(Self { logged, in_range, places })
            }
            Walk::Descending { from, since } => {
                let logged = backwards(from, entries_max, reading, account).await?;
                let in_range = logged.iter().take_while(|logged| logged.appended_at >= *since).count();
                Ok(Self { logged, in_range, places: Places::Descending })
            }
        }
    }

    /// The entries of the range, in order: so many at most.
    pub(super) fn entries(&self, entries_max: usize) -> &[Logged] {
        self.logged.get(..self.in_range.min(entries_max)).unwrap_or_default()
    }

    /// Whether the range has more behind so many entries.
    pub(super) fn has_more_behind(&self, passed: usize) -> bool {
        passed < self.in_range
    }

    /// The place behind so many entries.
    pub(super) fn place_behind(&self, passed: usize) -> FeedCursor {
        let start = |position| FeedCursor { position, item_first: 0, before: [0; FeedCursor::BEFORE_BYTES] };
        match &self.places {
            Places::Ascending { before, position } => {
                let before = passed.checked_sub(1).map_or(before.as_ref(), |at| self.logged.get(at));
                before.map_or_else(|| start(*position), behind)
            }
            // Going back, the entry before the place is the one that is read next.
            Places::Descending => self.logged.get(passed).map_or_else(|| start(0), behind),
        }
    }
}

/// The entries before a place, the last of them first: as many as a page may have and one more.
async fn backwards(
    from: &End,
    entries_max: usize,
    reading: &Reading<'_>,
    account: &AccountId,
) -> Result<Vec<Logged>, StartError> {
    let Reading { store, usage, now: _, mapping: _ } = *reading;
    let end = match from {
        End::Cursor(cursor) => cursor.position,
        End::Now => store.log_end(account, usage).await?.position,
        End::Until(until) => {
            let end = store.log_end(account, usage).await?.position;
            store.log_position_at(account, *until, end, usage).await?
        }
    };
    let first = end.saturating_sub(entries_max as u64 + 1);
    let mut logged = if end == 0 { Vec::new() } else { store.log_entries(account, None, first, end, usage).await? };
    logged.reverse();
    let is_last = |last: &Logged| match from {
        End::Cursor(cursor) => last.position + 1 == end && before_bytes(&last.entry) == cursor.before,
        End::Now | End::Until(_) => true,
    };
    if end == 0 || logged.first().is_some_and(is_last) { Ok(logged) } else { Err(StartError::Restored) }
}
