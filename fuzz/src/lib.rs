//! How the text that a fuzzer makes up becomes what the targets take: parts, and events made of parts.

use serde_json::{Value, json};

/// Stands between the parts of a text. It is ASCII's own separator of units, and no text of an event may have it: nothing
/// is out of the fuzzer's reach.
pub const UNIT: char = '\u{1f}';

/// Stands between the records of a text, each of parts: ASCII's own separator of records.
pub const RECORD: char = '\u{1e}';

/// The parts of an event, in the order in which they stand in a text. What is empty, or not there any more, is not given.
#[derive(Debug)]
#[expect(missing_docs, reason = "the fields are those of an event")]
pub struct EventParts<'a> {
    pub event_type: &'a str,
    pub event_description: &'a str,
    pub role: &'a str,
    pub ip_address: &'a str,
    pub principal_id: &'a str,
    pub principal_name: &'a str,
    pub principal_email: &'a str,
    pub category: &'a str,
    pub entity_key: &'a str,
    pub entity_id: &'a str,
    pub user_id: &'a str,
    pub message_key: &'a str,
    pub message: &'a str,
    pub previous_state: &'a str,
    pub current_state: &'a str,
}

impl<'a> EventParts<'a> {
    /// Splits a text at [`UNIT`].
    pub fn split(text: &'a str) -> Self {
        let mut parts = text.split(UNIT);
        let mut next = || parts.next().unwrap_or_default();
        Self {
            event_type: next(),
            event_description: next(),
            role: next(),
            ip_address: next(),
            principal_id: next(),
            principal_name: next(),
            principal_email: next(),
            category: next(),
            entity_key: next(),
            entity_id: next(),
            user_id: next(),
            message_key: next(),
            message: next(),
            previous_state: next(),
            current_state: next(),
        }
    }

    /// The JSON of the event, good or not. It has a subject if it has a category.
    pub fn to_json(&self) -> Value {
        let subject = given(self.category).map(|category| {
            json!({"category": category, "entity_key": self.entity_key, "entity_id": self.entity_id,
                "user_id": self.user_id})
        });
        json!({
            "event_type": self.event_type,
            "event_description": self.event_description,
            "principal": {
                "id": given(self.principal_id), "name": given(self.principal_name),
                "email": given(self.principal_email), "role": self.role, "ip_address": self.ip_address,
            },
            "subject": subject,
            "message_key": given(self.message_key),
            "message": given(self.message).map(|text| json!({"note": text})),
            "previous_state": given(self.previous_state).map(|text| json!({text: [text]})),
            "current_state": given(self.current_state).map(|text| json!({"after": {"": text}})),
        })
    }
}

/// A part that is not empty.
pub fn given(part: &str) -> Option<&str> {
    Some(part).filter(|part| !part.is_empty())
}
