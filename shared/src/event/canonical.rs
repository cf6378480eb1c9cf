//! What an event says, in its canonical form: the one answer to whether two events have the same content, and what ids and
//! hashes are made of.
//!
//! **The form is frozen**: ids that were derived from it are stored. It is a form of its own and not that of the table, so
//! that a new attribute or index changes no id. A field that is added to events goes in where its name sorts, and only where
//! an event has it, so that the form of every event without it stays.
//!
//! Shape: one line of JSON without white space, whose names are sorted, and without fields that the event does not have:
//!
//! ```json
//! {"created_at":"2020-07-24T03:26:02.123001Z","event_description":"…","event_type":"A","id":"e-1","message":{"a":1.0},
//!  "principal":{"email":"…","ip_address":"192.0.2.1","name":"…","role":"ADMIN"},
//!  "subject":{"category":"users","entity_id":"…","entity_key":"…","user_id":"…"}}
//! ```
//!
//! Times are in UTC with every digit that was given ([`Moment`]), addresses in their one spelling, strings with no escape but
//! those that JSON asks for, and objects that are carried along as [`JsonObject::canonical`] writes them.

use super::{AuditEvent, EventDetails, Principal, Subject};
use crate::input::json::JsonObject;
use crate::values::email::EmailAddress;
use crate::values::ids::{AccountId, EventId};
use crate::values::timestamp::Moment;
use serde::Serialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

/// Bytes of the SHA-256 that a derived id keeps: with 128 bits, no two of 10¹⁵ events are likely to share one.
const ID_BYTES: usize = 16;

/// An event, field by field in the order of the names.
#[derive(Serialize)]
struct Form<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    current_state: Option<Box<RawValue>>,
    event_description: &'a str,
    event_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_state: Option<Box<RawValue>>,
    principal: PrincipalForm<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<SubjectForm<'a>>,
}

#[derive(Serialize)]
struct PrincipalForm<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    ip_address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    role: &'a str,
}

#[derive(Serialize)]
struct SubjectForm<'a> {
    category: &'a str,
    entity_id: &'a str,
    entity_key: &'a str,
    user_id: &'a str,
}

/// The canonical form of an event as it was given: with the id and the time, where it has them.
pub fn canonical(id: Option<&EventId>, created_at: Option<&Moment>, details: &EventDetails) -> String {
    let EventDetails { event_type, event_description, principal, subject, message, previous_state, current_state } =
        details;
    let form = Form {
        created_at: created_at.map(Moment::to_string),
        current_state: current_state.as_ref().map(object),
        event_description,
        event_type: event_type.as_str(),
        id: id.map(EventId::as_str),
        message: message.as_ref().map(object),
        message_key: subject.as_ref().and_then(|subject| subject.message_key.as_deref()),
        previous_state: previous_state.as_ref().map(object),
        principal: principal_form(principal),
        subject: subject.as_ref().map(subject_form),
    };
    serde_json::to_string(&form).expect("strings and objects serialise")
}

fn principal_form(principal: &Principal) -> PrincipalForm<'_> {
    let Principal { id, name, email, role, ip_address } = principal;
    PrincipalForm {
        email: email.as_ref().map(EmailAddress::as_str),
        id: id.as_deref(),
        ip_address: ip_address.to_canonical().to_string(),
        name: name.as_deref(),
        role: role.as_str(),
    }
}

fn subject_form(subject: &Subject) -> SubjectForm<'_> {
    let Subject { category, entity_key, entity_id, user_id, message_key: _ } = subject; // the key stands beside the message
    SubjectForm { category: category.as_str(), entity_id, entity_key, user_id: user_id.as_str() }
}

fn object(object: &JsonObject) -> Box<RawValue> {
    RawValue::from_string(object.canonical()).expect("the canonical form of an object is JSON")
}

/// An id for an event that came without one: `evt_` and 32 hex digits of the SHA-256 of its account and of what it says, with
/// the time to the last digit that was given, so that the same event always gets the same id.
pub fn derived_event_id(account: &AccountId, created_at: &Moment, details: &EventDetails) -> EventId {
    let hash = Sha256::digest(format!("{account}\n{}\n", canonical(None, Some(created_at), details)));
    let hex: String = hash.iter().take(ID_BYTES).map(|byte| format!("{byte:02x}")).collect();
    EventId::parse(&format!("evt_{hex}")).expect("letters, digits and _ are an id")
}

impl AuditEvent {
    /// Whether another event has the same id, time and content; when each was recorded does not count.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let form = |event: &Self| canonical(Some(&event.id), Some(&event.created_at.into()), &event.details);
        form(self) == form(other)
    }
}

#[cfg(test)]
mod tests;
