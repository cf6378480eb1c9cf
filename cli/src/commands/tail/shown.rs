//! An event as it is shown, whether it came from the table or from the service.

use crate::feed::Row;
use crate::terminal::one_line;
use serde::Deserialize;
use serde_json::value::RawValue;
use shared::dialect::trail::event_json;
use shared::event::{AuditEvent, TrailEvent};
use shared::values::email::EmailAddress;

/// An event as it is shown.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    /// When it happened, 24 characters; fewer of an event whose key no writer makes.
    pub(super) created_at: String,
    id: String,
    pub(super) event_type: String,
    /// The e-mail address, or else the name, the id or the role.
    pub(super) who: String,
    pub(super) ip_address: String,
    pub(super) description: String,
    /// The event as the endpoint that it comes from gives it.
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
            created_at: event.created_at.to_string(),
            id: event.id.to_string(),
            event_type: details.event_type.as_str().to_owned(),
            who: first_visible(&names),
            ip_address: principal.ip_address.to_string(),
            description: one_line(&details.event_description),
            json: event_json(&TrailEvent::from(event)),
        }
    }
}

impl Shown {
    /// Reads an event of the service's audit trail.
    pub(super) fn of_service(json: &RawValue) -> Result<Self, serde_json::Error> {
        let event: Answered = serde_json::from_str(json.get())?;
        let names = [event.user_email.as_deref(), event.user_name.as_deref(), Some(event.role.as_str())];
        Ok(Self {
            created_at: one_line(&event.created_at),
            who: first_visible(&names),
            id: event.id,
            event_type: one_line(&event.event_type),
            ip_address: one_line(&event.ip_address),
            description: one_line(&event.event_description),
            json: json.get().to_owned(),
        })
    }

    /// An event of the feed. Of one that cannot be shown, the type says so, in a word that no type can be.
    pub(super) fn of_feed(row: &Row<'_>, json: &str) -> Self {
        let principal = &row.principal;
        let names = [&principal.email, &principal.name, &principal.id, &principal.role].map(Option::as_deref);
        let line = |text: Option<&str>, otherwise: &str| text.map_or_else(|| otherwise.to_owned(), one_line);
        let (event_type, description) = match (row.missing, row.altered) {
            (true, _) => {
                ("(missing)".to_owned(), format!("the event {} is not in the table any more", one_line(&row.id)))
            }
            (false, true) => {
                ("(altered)".to_owned(), format!("the event {} was replaced by another", one_line(&row.id)))
            }
            (false, false) => {
                (line(row.event_type.as_deref(), "(redacted)"), line(row.event_description.as_deref(), "(redacted)"))
            }
        };
        Self {
            created_at: line(row.created_at.as_deref(), "-"),
            id: row.id.clone().into_owned(),
            event_type,
            who: first_visible(&names),
            ip_address: line(principal.ip_address.as_deref(), ""),
            description,
            json: json.to_owned(),
        }
    }

    /// What makes it one event of its account: when it happened, and its id.
    pub(super) fn identity(&self) -> (String, String) {
        (self.created_at.clone(), self.id.clone())
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

        assert_eq!(shown.identity(), ("2024-01-01T00:00:29.000Z".to_owned(), "e-1".to_owned()));
        assert_eq!(
            (shown.who.as_str(), shown.description.as_str(), shown.json.as_str()),
            ("Ada L", "d \u{fffd}", text)
        );
    }

    fn of_feed(line: &str) -> Shown {
        Shown::of_feed(&Row::read(line).unwrap(), line)
    }

    #[test]
    fn an_event_of_the_feed_that_cannot_be_shown_says_so() {
        let missing = of_feed(r#"{"position":1,"id":"e-1","created_at":"2024-01-01T00:00:29.000Z","missing":true}"#);
        let altered = of_feed(r#"{"position":1,"id":"by  hand","created_at":null,"altered":true}"#);
        let redacted = of_feed(r#"{"position":1,"id":"e-1","created_at":null,"event_type":"A","redacted":["x"]}"#);

        let said = [missing, altered, redacted].map(|shown| [shown.created_at, shown.event_type, shown.description]);
        assert_eq!(
            said,
            [
                ["2024-01-01T00:00:29.000Z", "(missing)", "the event e-1 is not in the table any more"],
                ["-", "(altered)", "the event by hand was replaced by another"],
                ["-", "A", "(redacted)"],
            ]
        );
    }

    #[test]
    fn a_name_that_shows_as_nothing_is_none() {
        assert_eq!(first_visible(&[Some(" \u{3164} "), None, Some("ADMIN")]), "ADMIN");
    }
}
