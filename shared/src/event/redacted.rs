//! An event parts of which were redacted: what is left of it, and the names of what is gone.

use crate::event::attributes::EventAttributes;
use crate::event::{AuditEvent, Listed};
use crate::input::json::JsonObject;
use crate::values::event_sort_key::EventSortKey;
use std::borrow::Cow;

/// An event some of whose attributes were taken out after it was recorded. An attribute that is `None` was redacted or never there:
/// `gone` tells which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedactedEvent {
    /// When it happened, and its id: these are its key, and stay.
    pub key: EventSortKey,
    /// Names of the attributes that are gone, sorted.
    pub gone: Vec<String>,
    /// Its attributes, as far as they are left.
    pub left: EventAttributes<Option<String>, Option<JsonObject>>,
}

/// An event as it is kept: whole, or without what was redacted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept<Event> {
    /// As it was recorded.
    Whole(Box<Event>),
    /// Without what was redacted.
    Redacted(Box<RedactedEvent>),
}

/// An event as an export has it.
pub type KeptEvent = Kept<AuditEvent>;

/// An event as a list for people shows it.
pub type ListedEvent = Kept<Listed>;

impl KeptEvent {
    /// Its attributes, as far as they are left.
    pub fn texts(&self) -> EventAttributes<Option<Cow<'_, str>>> {
        match self {
            Self::Whole(event) => event.as_ref().into(),
            Self::Redacted(event) => event.left.texts(),
        }
    }

    /// Names of the attributes that are gone, sorted.
    pub fn gone(&self) -> &[String] {
        match self {
            Self::Whole(_) => &[],
            Self::Redacted(event) => &event.gone,
        }
    }
}
