//! What a cursor says, one variant a listing.

use crate::values::email::EmailAddress;
use crate::values::event_sort_key::EventSortKey;
use crate::values::ids::{EventType, UserId};
use crate::values::timestamp::{TimeRange, Timestamp};

/// A position in a listing, and what the next request cannot know of the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cursor {
    /// In the list of users: behind this one.
    Users(UserId),
    /// In the audit trail.
    Trail(TrailCursor),
    /// In a chain of pages of the network audit.
    Network(NetworkCursor),
    /// In the feed.
    Feed(FeedCursor),
    /// In the system log.
    SystemLog(SystemLogCursor),
}

/// Which way a walk goes from a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// On, in the order of the listing.
    Forwards,
    /// Back.
    Backwards,
}

/// A position in the audit trail, between two events, the way to go from there, and which events are walked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailCursor {
    /// The way.
    pub direction: Direction,
    /// The event at the position.
    pub position: EventSortKey,
    /// Whether that event still is to be returned: a walk that turned round on an empty page left it behind.
    pub inclusive: bool,
    /// Whether the walk has already returned events, so that there is a way back.
    pub behind: bool,
    /// Which events: a cursor that is sent alone continues its own query.
    pub filters: TrailFilters,
}

/// Which events of an account a walk of the trail returns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailFilters {
    /// From when to when.
    pub range: TimeRange,
    /// Of which type.
    pub event_type: Option<EventType>,
    /// By whom.
    pub user_email: Option<EmailAddress>,
}

/// A position in a chain of pages of the network audit, and what the whole chain has in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkCursor {
    /// The record behind which the next page begins.
    pub position: EventSortKey,
    /// End of the range, not in it.
    pub to: Timestamp,
    /// When the chain began: it is of what was recorded by then.
    pub began: Timestamp,
    /// Records of the chain, counted when it began.
    pub total: u64,
    /// Records sent so far.
    pub sent: u64,
}

/// A position in the feed, and what shows that the log below it is still the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeedCursor {
    /// The position of the next entry.
    pub position: u64,
    /// Where the item begins that has the entry before it: a page is read from there on.
    pub item_first: u64,
    /// The first bytes of the hash of the entry before it; zeros at the beginning.
    pub before: [u8; Self::BEFORE_BYTES],
}

/// A position in the system log, the way to go from there, and the end of the range, which is in no position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SystemLogCursor {
    /// On, in the order of positions.
    Ascending {
        /// The next entry.
        at: FeedCursor,
        /// The time at which the range ends, not in it; a range without one goes on with the log.
        until: Option<Timestamp>,
    },
    /// Back.
    Descending {
        /// The entry behind the next one.
        at: FeedCursor,
        /// The time at which the range begins.
        since: Timestamp,
    },
}

impl FeedCursor {
    /// How much of the hash is kept, in bytes: that another entry has the same is as likely as to guess 64 bits.
    pub const BEFORE_BYTES: usize = 8;
}
