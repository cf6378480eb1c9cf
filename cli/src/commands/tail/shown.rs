//! An event as it is shown, whether it came from the table or from the service.

use crate::terminal::one_line;
use serde::Deserialize;
use serde_json::value::RawValue;
use shared::dialect::trail::event_json;
use shared::event::{AuditEvent, TrailEvent};
use shared::values::email::EmailAddress;
use shared::values::event_sort_key::EventSortKey;
use shared::values::ids::EventId;
use shared::values::timestamp::Timestamp;

/// An event as it is shown.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    /// When it happened, and its id: it is shown once.
    pub(super) sort_key: EventSortKey,
    pub(super) event_type: String,
    /// The e-mail address, or else the name, the id or the role.
    pub(super) who: String,
    pub(super) ip_address: String,
    pub(super) description: String,
    /// The event as the endpoint gives it.
    pub(super) json: String,
}

/// An event in the service's answer.
#[derive(Deserialize)]
struct Answered {
    id: String,
    created_at: String,
    event_type: String,
    event_description: String,
    user_name: Option<String>,
    user_email: Option<String>,
    role: String,
    ip_address: String,
}

impl From<&AuditEvent> for Shown {
    fn from(event: &AuditEvent) -> Self {
        let (details, principal) = (&event.details, &event.details.principal);
        let email = principal.email.as_ref().map(EmailAddress::as_str);
        let names = [email, principal.name.as_deref(), principal.id.as_deref(), Some(principal.role.as_str())];
        Self {
            sort_key: event.sort_key(),
            event_type: details.event_type.as_str().to_owned(),
            who: first_visible(&names),
            ip_address: principal.ip_address.to_string(),
            description: one_line(&details.event_description),
            json: event_json(&TrailEvent::from(event)),
        }
    }
}

impl Shown {
    /// Reads an event of the service's answer.
    pub(super) fn of_service(json: &RawValue) -> Result<Self, String> {
        let event: Answered = serde_json::from_str(json.get()).map_err(|error| error.to_string())?;
        let created_at = Timestamp::parse_fixed(&event.created_at).ok_or("created_at is no time")?;
        let id = EventId::parse(&event.id).map_err(|error| error.to_string())?;
        let names = [event.user_email.as_deref(), event.user_name.as_deref(), Some(event.role.as_str())];
        Ok(Self {
            sort_key: EventSortKey { created_at, id },
            who: first_visible(&names),
            event_type: one_line(&event.event_type),
            ip_address: one_line(&event.ip_address),
            description: one_line(&event.event_description),
            json: json.get().to_owned(),
        })
    }
}

/// The first name that shows as anything.
fn first_visible(names: &[Option<&str>]) -> String {
    let mut lines = names.iter().flatten().map(|name| one_line(name));
    lines.find(|line| !line.is_empty()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_of_the_service_is_shown_as_it_was_answered() {
        let text = concat!(
            r#"{"id":"e-1","user_name":"Ada  L","user_email":null,"role":"ADMIN","ip_address":"::1","event_type":"A","#,
            r#""event_description":"d\n\u202e","created_at":"2024-01-01T00:00:29.000Z","new":1.10}"#
        );
        let shown = Shown::of_service(&RawValue::from_string(text.to_owned()).unwrap()).unwrap();

        assert_eq!(shown.sort_key.to_string(), "2024-01-01T00:00:29.000Z#e-1");
        assert_eq!(
            (shown.who.as_str(), shown.description.as_str(), shown.json.as_str()),
            ("Ada L", "d \u{fffd}", text)
        );
    }

    #[test]
    fn a_name_that_shows_as_nothing_is_none() {
        assert_eq!(first_visible(&[Some(" \u{3164} "), None, Some("ADMIN")]), "ADMIN");
    }
}
