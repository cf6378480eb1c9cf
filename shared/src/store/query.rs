//! What a reader asks of an account's events: which, from when, and where to begin.

use crate::event::AuditEvent;
use crate::event::filter::EventFilter;
use crate::table::key::{self, AFTER_EVERY_TIME, Index};
use crate::values::event_sort_key::EventSortKey;
use crate::values::ids::{AccountId, EventType, Shard};
use crate::values::timestamp::{TimeRange, Timestamp};

/// A partition of the table or of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    /// The index; `None` is the table itself.
    pub index: Option<Index>,
    /// The value of its partition key.
    pub pk: String,
}

/// The events that are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventQuery {
    /// The account whose events they are.
    pub account: AccountId,
    /// Which of them.
    pub filter: EventFilter,
    /// When they happened.
    pub range: TimeRange,
    /// Only those that were recorded by then, if there is such a moment: whatever is recorded later is passed over.
    pub as_of: Option<Timestamp>,
}

impl EventQuery {
    /// Whether an event that was recorded then is passed over.
    pub fn passes_over(&self, recorded_at: Option<Timestamp>) -> bool {
        self.as_of.zip(recorded_at).is_some_and(|(as_of, recorded_at)| recorded_at > as_of)
    }

    /// The one partition that has them all, of the table or of an index.
    pub fn partition(&self) -> Partition {
        let (account, shard) = (&self.account, Shard::FIRST);
        let (index, pk) = match &self.filter {
            EventFilter::All => (None, key::events(account, shard)),
            EventFilter::Type(event_type) => (Some(Index::ByType), key::events_of_type(account, shard, event_type)),
            EventFilter::Email(email) | EventFilter::EmailAndType(email, _) => {
                (Some(Index::ByEmail), key::events_of_email(account, shard, email))
            }
            EventFilter::Category(category) => {
                (Some(Index::ByCategory), key::events_of_category(account, shard, *category))
            }
            EventFilter::Subject(category, user) => {
                (Some(Index::BySubject), key::events_of_subject(account, shard, *category, user))
            }
        };
        Partition { index, pk }
    }

    /// The type that events of the partition must have, where the partition has events of other types too.
    pub fn type_to_filter(&self) -> Option<&EventType> {
        match &self.filter {
            EventFilter::EmailAndType(_, event_type) => Some(event_type),
            EventFilter::All
            | EventFilter::Type(_)
            | EventFilter::Email(_)
            | EventFilter::Category(_)
            | EventFilter::Subject(..) => None,
        }
    }

    /// The bounds of the sort key, both inclusive. No sort key equals a bare time, so the range stays half-open.
    pub fn sort_key_bounds(&self) -> (String, String) {
        let to = self.range.to.map_or_else(|| AFTER_EVERY_TIME.to_owned(), |to| to.to_string());
        (self.range.from.to_string(), to)
    }
}

/// The order of a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Oldest first.
    Ascending,
    /// Newest first.
    Descending,
}

/// Where a page begins, in the order of the walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// At that end of the range where the walk begins.
    Edge,
    /// Behind that position.
    After(EventSortKey),
    /// At that position.
    At(EventSortKey),
}

/// One page of events, each as far as was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventPage<Event = AuditEvent> {
    /// The events, in the order of the walk.
    pub events: Vec<Event>,
    /// What comes behind them.
    pub rest: Rest,
}

/// What comes behind a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rest {
    /// Nothing.
    Nothing,
    /// This event, and perhaps more.
    Event(EventSortKey),
    /// The page was given up at this position, which has been looked at: events may follow.
    Unknown(EventSortKey),
}
