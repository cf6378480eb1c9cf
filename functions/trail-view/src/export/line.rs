//! An event as one line of JSON: what the feed says of it, but for its position in the log.

use serde::Serialize;
use shared::event::AuditEvent;
use shared::input::json::JsonObject;
use shared::values::timestamp::Timestamp;
use std::net::IpAddr;

#[derive(Serialize)]
struct Event<'a> {
    id: &'a str,
    created_at: Timestamp,
    recorded_at: Timestamp,
    recorded_by: Option<String>,
    event_type: &'a str,
    event_description: &'a str,
    principal: Principal<'a>,
    subject: Option<Subject<'a>>,
    message_key: Option<&'a str>,
    message: Option<&'a JsonObject>,
    previous_state: Option<&'a JsonObject>,
    current_state: Option<&'a JsonObject>,
}

#[derive(Serialize)]
struct Principal<'a> {
    id: Option<&'a str>,
    name: Option<&'a str>,
    email: Option<&'a str>,
    role: &'static str,
    ip_address: IpAddr,
}

#[derive(Serialize)]
struct Subject<'a> {
    category: &'static str,
    entity_key: &'a str,
    entity_id: &'a str,
    user_id: &'a str,
}

/// The line, with its end.
pub(super) fn json(event: &AuditEvent) -> String {
    let (details, principal) = (&event.details, &event.details.principal);
    let subject = details.subject.as_ref();
    let line = Event {
        id: event.id.as_str(),
        created_at: event.created_at,
        recorded_at: event.recorded_at,
        recorded_by: event.recorded_by.as_ref().map(ToString::to_string),
        event_type: details.event_type.as_str(),
        event_description: &details.event_description,
        principal: Principal {
            id: principal.id.as_deref(),
            name: principal.name.as_deref(),
            email: principal.email.as_ref().map(|email| email.as_str()),
            role: principal.role.as_str(),
            ip_address: principal.ip_address,
        },
        subject: subject.map(|subject| Subject {
            category: subject.category.as_str(),
            entity_key: &subject.entity_key,
            entity_id: &subject.entity_id,
            user_id: subject.user_id.as_str(),
        }),
        message_key: subject.and_then(|subject| subject.message_key.as_deref()),
        message: details.message.as_ref(),
        previous_state: details.previous_state.as_ref(),
        current_state: details.current_state.as_ref(),
    };
    format!("{}\n", serde_json::to_string(&line).expect("an object of strings serialises"))
}
