//! The sort key of an event, by which all its pages are in order.

use crate::values::ids::EventId;
use crate::values::timestamp::Timestamp;
use std::fmt;

/// Separates the two parts. No id has it.
pub const SEPARATOR: char = '#';

/// Sort key of an event: `<created_at>#<event id>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventSortKey {
    /// When the event happened. It comes first, so that pages are in the order of time.
    pub created_at: Timestamp,
    /// The event's id, which tells apart events of one millisecond.
    pub id: EventId,
}

impl EventSortKey {
    /// Reads exactly the text that [`Display`](fmt::Display) writes.
    pub fn parse(text: &str) -> Option<Self> {
        let (created_at, id) = text.split_once(SEPARATOR)?;
        Some(Self { created_at: Timestamp::parse_fixed(created_at)?, id: EventId::parse(id).ok()? })
    }
}

impl fmt::Display for EventSortKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{SEPARATOR}{}", self.created_at, self.id)
    }
}
