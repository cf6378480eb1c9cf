//! What was recorded of an event, but for its states.

use crate::rows::{who, whom};
use crate::text::foreign;
use crate::when;
use maud::{Markup, html};
use shared::event::AuditEvent;
use shared::event::attributes::EventAttributes;
use shared::values::email::EmailAddress;

/// Who did it to whom, from where and when, and who recorded it; with all of it as JSON.
pub(super) fn section(event: &AuditEvent, url: &str) -> Markup {
    let (details, principal) = (&event.details, &event.details.principal);
    let email = principal.email.as_ref().map(EmailAddress::as_str);
    html! {
        section {
            h2 { "Recorded" }
            dl.facts {
                dt { "Who" } dd { (who(principal.name.as_deref(), email, principal.id.as_deref())) " " span.tag { (principal.role.as_str()) } }
                @if let Some(id) = &principal.id { dt { "Who, by id" } dd { (foreign(id)) } }
                dt { "From where" } dd { code { (principal.ip_address) } }
                @if let Some(subject) = &details.subject {
                    dt { "To whom" } dd { (whom(subject)) }
                    dt { "Category" } dd { (subject.category.as_str()) }
                    dt { "Entity" } dd { (foreign(&subject.entity_key)) " " (foreign(&subject.entity_id)) }
                    dt { "Message key" } dd { (foreign(&details.message_key())) }
                }
                dt { "Happened" } dd { (when::time(event.created_at)) }
                dt { "Recorded" } dd { (when::time(event.recorded_at)) }
                dt { "Recorded by" } dd { @match &event.recorded_by { Some(by) => (foreign(&by.to_string())), None => span.muted { "not kept" } } }
                (others(EventAttributes::from(event).borrowed()))
                dt { "Id" } dd { code { (foreign(event.id.as_str())) } }
                dt { "Whole" } dd { (as_json(url)) }
            }
        }
    }
}

/// Attributes that the page of an event shows in places of their own.
const SHOWN: [&str; 17] = [
    "recorded_at",
    "recorded_by",
    "event_type",
    "event_description",
    "principal_id",
    "principal_name",
    "principal_email",
    "principal_role",
    "principal_ip_address",
    "subject_category",
    "subject_entity_key",
    "subject_entity_id",
    "subject_user_id",
    "message_key",
    "message",
    "previous_state",
    "current_state",
];

/// What an event has besides, by the names of its attributes.
pub(super) fn others(attributes: EventAttributes<Option<&str>>) -> Markup {
    html! { @for (name, text) in attributes.others(&SHOWN) { dt { (name.replace('_', " ")) } dd { (foreign(text)) } } }
}

/// The way to all of an event, given the URL of its page.
pub(super) fn as_json(url: &str) -> Markup {
    html! { a href=(super::json_url(url)) { "The event as JSON" } }
}
