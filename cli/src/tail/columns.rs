//! An event as a line for people: time, type, who, from where, what.

use shared::event::AuditEvent;
use shared::values::email::EmailAddress;

/// Columns as wide as what they have held so far.
#[derive(Debug, Default)]
pub(super) struct Columns {
    event_type: usize,
    who: usize,
    ip_address: usize,
}

/// Widest that a column becomes; what is longer stands out.
const WIDTH_MAX: usize = 40;

impl Columns {
    /// Makes room for those events.
    pub(super) fn fit(&mut self, events: &[AuditEvent]) {
        let widen = |width: &mut usize, text: &str| *width = (*width).max(text.chars().count().min(WIDTH_MAX));
        for event in events {
            widen(&mut self.event_type, event.details.event_type.as_str());
            widen(&mut self.who, &who(event));
            widen(&mut self.ip_address, &event.details.principal.ip_address.to_string());
        }
    }

    /// The line of an event.
    pub(super) fn line(&self, event: &AuditEvent) -> String {
        let details = &event.details;
        let (event_type, ip_address) = (details.event_type.as_str(), details.principal.ip_address.to_string());
        format!(
            "{}  {event_type:<w_type$}  {:<w_who$}  {ip_address:<w_ip$}  {}",
            event.created_at,
            who(event),
            one_line(&details.event_description),
            w_type = self.event_type,
            w_who = self.who,
            w_ip = self.ip_address,
        )
    }
}

/// The e-mail address, or else the name, the id or the role.
fn who(event: &AuditEvent) -> String {
    let principal = &event.details.principal;
    let email = principal.email.as_ref().map(EmailAddress::as_str);
    let who = email.or(principal.name.as_deref()).or(principal.id.as_deref());
    one_line(who.unwrap_or(principal.role.as_str()))
}

/// The text without line ends, and without anything that would make a terminal show something else.
fn one_line(text: &str) -> String {
    let plain = |c: char| match c {
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}', // turns text round
        c if c.is_control() => ' ',
        c => c,
    };
    text.chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::event::input::EventInput;
    use shared::values::ids::EventId;
    use shared::values::timestamp::Timestamp;

    fn event(event_type: &str, description: &str, principal: &str) -> AuditEvent {
        let json = format!(
            r#"{{"event_type":"{event_type}","event_description":"{description}","principal":{{{principal}
            "role":"ADMIN","ip_address":"192.0.2.1"}}}}"#
        );
        let input = EventInput::parse(&json).unwrap();
        input.into_event(EventId::parse("e").unwrap(), Timestamp::MIN, Timestamp::MIN)
    }

    #[test]
    fn the_columns_are_aligned_and_grow() {
        let ada = event("INVITED_USER", "Invited\\nGrace\u{202e}", r#""email":"ada@example.com","name":"Ada","#);
        let system = event("A", "Did", "");
        let mut columns = Columns::default();

        columns.fit(std::slice::from_ref(&system));
        assert_eq!(columns.line(&system), "1970-01-01T00:00:00.000Z  A  ADMIN  192.0.2.1  Did");
        columns.fit(std::slice::from_ref(&ada));
        assert_eq!(
            [columns.line(&ada), columns.line(&system)],
            [
                "1970-01-01T00:00:00.000Z  INVITED_USER  ada@example.com  192.0.2.1  Invited Grace\u{fffd}",
                "1970-01-01T00:00:00.000Z  A             ADMIN            192.0.2.1  Did",
            ]
        );
    }
}
