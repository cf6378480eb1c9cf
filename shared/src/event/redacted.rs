//! An event parts of which were redacted: what is left of it, and the names of what is gone.

use crate::event::{AuditEvent, Listed};
use crate::input::json::JsonObject;
use crate::values::event_sort_key::EventSortKey;

/// An event some of whose attributes were taken out after it was recorded. A field that is `None` was redacted or never there:
/// `gone` tells which.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the attributes of an event, as they are stored")]
pub struct RedactedEvent {
    /// When it happened, and its id: these are its key, and stay.
    pub key: EventSortKey,
    /// Names of the attributes that are gone, sorted.
    pub gone: Vec<String>,
    pub recorded_at: Option<String>,
    pub recorded_by: Option<String>,
    pub event_type: Option<String>,
    pub event_description: Option<String>,
    pub principal_id: Option<String>,
    pub principal_name: Option<String>,
    pub principal_email: Option<String>,
    pub principal_role: Option<String>,
    pub principal_ip_address: Option<String>,
    pub subject_category: Option<String>,
    pub subject_entity_key: Option<String>,
    pub subject_entity_id: Option<String>,
    pub subject_user_id: Option<String>,
    pub message_key: Option<String>,
    pub message: Option<JsonObject>,
    pub previous_state: Option<JsonObject>,
    pub current_state: Option<JsonObject>,
}

impl RedactedEvent {
    /// An event of which nothing is left but when it was, its id, and what it had.
    pub fn nothing_left(key: EventSortKey, gone: Vec<String>) -> Self {
        Self {
            key,
            gone,
            recorded_at: None,
            recorded_by: None,
            event_type: None,
            event_description: None,
            principal_id: None,
            principal_name: None,
            principal_email: None,
            principal_role: None,
            principal_ip_address: None,
            subject_category: None,
            subject_entity_key: None,
            subject_entity_id: None,
            subject_user_id: None,
            message_key: None,
            message: None,
            previous_state: None,
            current_state: None,
        }
    }
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
