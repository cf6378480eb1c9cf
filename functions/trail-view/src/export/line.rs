//! An event as one line of JSON: what the feed says of it, but for its position in the log.

use serde::Serialize;
use shared::event::AuditEvent;
use shared::event::redacted::{Kept, KeptEvent, RedactedEvent};
use shared::input::json::JsonObject;
use shared::values::email::EmailAddress;
use shared::values::timestamp::Timestamp;

#[derive(Serialize)]
struct Event<'a> {
    id: &'a str,
    created_at: Timestamp,
    recorded_at: Option<String>,
    recorded_by: Option<String>,
    event_type: Option<&'a str>,
    event_description: Option<&'a str>,
    principal: Principal<'a>,
    subject: Option<Subject<'a>>,
    message_key: Option<&'a str>,
    message: Option<&'a JsonObject>,
    previous_state: Option<&'a JsonObject>,
    current_state: Option<&'a JsonObject>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    redacted: &'a [String],
}

#[derive(Serialize)]
struct Principal<'a> {
    id: Option<&'a str>,
    name: Option<&'a str>,
    email: Option<&'a str>,
    role: Option<&'a str>,
    ip_address: Option<String>,
}

#[derive(Serialize)]
struct Subject<'a> {
    category: Option<&'a str>,
    entity_key: Option<&'a str>,
    entity_id: Option<&'a str>,
    user_id: Option<&'a str>,
}

/// The line, without its end.
pub(crate) fn json(event: &KeptEvent) -> String {
    let line = match event {
        Kept::Whole(event) => of_whole(event),
        Kept::Redacted(event) => of_redacted(event),
    };
    serde_json::to_string(&line).expect("an object of strings serialises")
}

fn of_whole(event: &AuditEvent) -> Event<'_> {
    let (details, principal) = (&event.details, &event.details.principal);
    let subject = details.subject.as_ref();
    Event {
        id: event.id.as_str(),
        created_at: event.created_at,
        recorded_at: Some(event.recorded_at.to_string()),
        recorded_by: event.recorded_by.as_ref().map(ToString::to_string),
        event_type: Some(details.event_type.as_str()),
        event_description: Some(&details.event_description),
        principal: Principal {
            id: principal.id.as_deref(),
            name: principal.name.as_deref(),
            email: principal.email.as_ref().map(EmailAddress::as_str),
            role: Some(principal.role.as_str()),
            ip_address: Some(principal.ip_address.to_string()),
        },
        subject: subject.map(|subject| Subject {
            category: Some(subject.category.as_str()),
            entity_key: Some(&subject.entity_key),
            entity_id: Some(&subject.entity_id),
            user_id: Some(subject.user_id.as_str()),
        }),
        message_key: subject.and_then(|subject| subject.message_key.as_deref()),
        message: details.message.as_ref(),
        previous_state: details.previous_state.as_ref(),
        current_state: details.current_state.as_ref(),
        redacted: &[],
    }
}

fn of_redacted(event: &RedactedEvent) -> Event<'_> {
    let subject = Subject {
        category: event.left.subject_category.as_deref(),
        entity_key: event.left.subject_entity_key.as_deref(),
        entity_id: event.left.subject_entity_id.as_deref(),
        user_id: event.left.subject_user_id.as_deref(),
    };
    let has_subject = [subject.category, subject.entity_key, subject.entity_id, subject.user_id];
    Event {
        id: event.key.id.as_str(),
        created_at: event.key.created_at,
        recorded_at: event.left.recorded_at.clone(),
        recorded_by: event.left.recorded_by.clone(),
        event_type: event.left.event_type.as_deref(),
        event_description: event.left.event_description.as_deref(),
        principal: Principal {
            id: event.left.principal_id.as_deref(),
            name: event.left.principal_name.as_deref(),
            email: event.left.principal_email.as_deref(),
            role: event.left.principal_role.as_deref(),
            ip_address: event.left.principal_ip_address.clone(),
        },
        subject: has_subject.iter().any(Option::is_some).then_some(subject),
        message_key: event.left.message_key.as_deref(),
        message: event.left.message.as_ref(),
        previous_state: event.left.previous_state.as_ref(),
        current_state: event.left.current_state.as_ref(),
        redacted: &event.gone,
    }
}
