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
