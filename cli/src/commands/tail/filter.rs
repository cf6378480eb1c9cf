//! Which events are shown: for the endpoint and the table to look for, and to hold an event of the feed against.

use crate::feed::Row;
use shared::table::attribute;
use shared::values::email::EmailAddress;
use shared::values::ids::EventType;
use shared::values::timestamp::Timestamp;

/// What an event has to be.
#[derive(Debug, Clone)]
pub(super) struct Filter {
    pub(super) event_type: Option<EventType>,
    pub(super) user_email: Option<EmailAddress>,
    /// It happened then or later.
    pub(super) from: Timestamp,
}

impl Filter {
    /// Whether an event of the feed passes. What nobody can tell any more, because the event is gone or that part of it redacted,
    /// passes: a filter hides nothing that may be looked for.
    pub(super) fn passes(&self, row: &Row<'_>) -> bool {
        let is_unknown = |name| row.is_marker() || row.redacted.iter().any(|redacted| redacted == name);
        let of_type = |wanted: &EventType| {
            is_unknown(attribute::EVENT_TYPE) || row.event_type.as_deref() == Some(wanted.as_str())
        };
        let of_email = |wanted: &EmailAddress| {
            let email = row.principal.email.as_deref().and_then(|email| EmailAddress::from_stored(email.to_owned()));
            is_unknown(attribute::PRINCIPAL_EMAIL) || email.is_some_and(|email| email.folded() == wanted.folded())
        };
        let happened = row.created_at.as_deref().and_then(Timestamp::parse_fixed);
        happened.is_none_or(|happened| happened >= self.from)
            && self.event_type.as_ref().is_none_or(of_type)
            && self.user_email.as_ref().is_none_or(of_email)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = concat!(
        r#"{"position":1,"id":"e","created_at":"2024-01-01T00:00:05.000Z","event_type":"INVITED_USER","#,
        r#""principal":{"id":null,"name":null,"email":"Ada@Example.com","role":"ADMIN","ip_address":"::1"}}"#
    );

    fn filter(event_type: Option<&str>, user_email: Option<&str>, from: &str) -> Filter {
        Filter {
            event_type: event_type.map(|text| EventType::parse(text).unwrap()),
            user_email: user_email.map(|text| EmailAddress::parse(text).unwrap()),
            from: Timestamp::parse_fixed(from).unwrap(),
        }
    }

    fn passes(filter: &Filter, row: &str) -> bool {
        filter.passes(&Row::read(row).unwrap())
    }

    #[test]
    fn an_event_passes_if_it_is_all_that_was_asked_for() {
        let early = "2024-01-01T00:00:05.000Z";
        assert!(passes(&filter(None, None, early), EVENT));
        assert!(passes(&filter(Some("INVITED_USER"), Some("ada@example.COM"), early), EVENT));
        assert!(!passes(&filter(Some("MUTED_ISSUE"), None, early), EVENT));
        assert!(!passes(&filter(Some("INVITED_USER"), Some("bob@example.com"), early), EVENT));
        assert!(!passes(&filter(None, None, "2024-01-01T00:00:05.001Z"), EVENT));
    }

    #[test]
    fn what_nobody_can_tell_passes() {
        let wanted = filter(Some("MUTED_ISSUE"), Some("bob@example.com"), "2024-01-01T00:00:05.000Z");
        for marker in [
            r#"{"position":1,"id":"e","created_at":"2024-01-01T00:00:05.000Z","missing":true}"#,
            r#"{"position":1,"id":"e","created_at":null,"altered":true}"#,
            r#"{"position":1,"id":"e","created_at":null,"redacted":["event_type","principal_email"]}"#,
        ] {
            assert!(passes(&wanted, marker), "{marker}");
        }
        assert!(!passes(&wanted, r#"{"position":1,"id":"e","created_at":null,"redacted":["event_type"]}"#));
        assert!(!passes(&wanted, r#"{"position":1,"id":"e","created_at":"2024-01-01T00:00:04.999Z","missing":true}"#));
    }
}
