//! The fields that whoever records an event may give, each once, with a value that no other field has.

use crate::fields::Kind::{Object, Text, Typed};
use serde_json::{Value, json};

/// A field of an event.
#[derive(Debug)]
pub struct Field {
    /// Where it stands in the event's JSON, as a JSON pointer.
    pub pointer: &'static str,
    /// The attribute that keeps it.
    pub attribute: &'static str,
    /// What is given: the text itself, or a text in the object.
    pub mark: &'static str,
    /// What else could be given.
    pub kind: Kind,
}

/// What a field takes.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A text of one to that many characters.
    Text(usize),
    /// A text that has a form, which the tests of its type hold.
    Typed,
    /// A JSON object.
    Object,
}

const fn field(pointer: &'static str, attribute: &'static str, mark: &'static str, kind: Kind) -> Field {
    Field { pointer, attribute, mark, kind }
}

/// All of them.
#[rustfmt::skip]
pub const FIELDS: &[Field] = &[
    field("/event_type", "event_type", "TRIED_EVERY_FIELD", Typed),
    field("/event_description", "event_description", "given-description", Text(1_000)),
    field("/principal/id", "principal_id", "given-principal", Text(256)),
    field("/principal/name", "principal_name", "given-name", Text(256)),
    field("/principal/email", "principal_email", "given-email@example.com", Typed),
    field("/principal/role", "principal_role", "SUPPORT", Typed),
    field("/principal/ip_address", "principal_ip_address", "192.0.2.77", Typed),
    field("/subject/category", "subject_category", "userAccess", Typed),
    field("/subject/entity_key", "subject_entity_key", "given-entity-key", Text(128)),
    field("/subject/entity_id", "subject_entity_id", "given-entity-id", Text(256)),
    field("/subject/user_id", "subject_user_id", "given-user", Typed),
    field("/message_key", "message_key", "given-message-key", Text(128)),
    field("/message", "message", "given-message", Object),
    field("/previous_state", "previous_state", "given-earlier-state", Object),
    field("/current_state", "current_state", "given-later-state", Object),
];

impl Field {
    /// The last part of its pointer: its name in JSON.
    pub fn name(&self) -> &'static str {
        self.pointer.rsplit_once('/').expect("a pointer has a slash").1
    }

    /// What is given, as the event's JSON has it.
    pub fn value(&self) -> Value {
        match self.kind {
            Text(_) | Typed => json!(self.mark),
            Object => json!({ "mark": self.mark }),
        }
    }

    /// What is given, as the attribute has it.
    pub fn stored(&self) -> String {
        match self.kind {
            Text(_) | Typed => self.mark.to_owned(),
            Object => format!(r#"{{"mark":"{}"}}"#, self.mark),
        }
    }
}

/// An event that has every field.
pub fn every_field(id: &str, created_at: &str) -> Value {
    let mut event = json!({"id": id, "created_at": created_at});
    for field in FIELDS {
        put(&mut event, field.pointer, field.value());
    }
    event
}

/// The same, but for one field.
pub fn every_field_but(field: &Field, value: Value) -> Value {
    let mut event = every_field("e-1", "2024-01-01T00:00:00.000Z");
    put(&mut event, field.pointer, value);
    event
}

fn put(event: &mut Value, pointer: &str, value: Value) {
    let place = pointer.split('/').skip(1).fold(event, |place, name| {
        let members = place.as_object_mut().expect("fields are members of objects");
        members.entry(name).or_insert_with(|| json!({}))
    });
    *place = value;
}
