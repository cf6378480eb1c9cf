//! An event as a line for people: time, type, who, from where, what.

use super::shown::Shown;

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
    pub(super) fn fit(&mut self, events: &[Shown]) {
        let widen = |width: &mut usize, text: &str| *width = (*width).max(text.chars().count().min(WIDTH_MAX));
        for event in events {
            widen(&mut self.event_type, &event.event_type);
            widen(&mut self.who, &event.who);
            widen(&mut self.ip_address, &event.ip_address);
        }
    }

    /// The line of an event.
    pub(super) fn line(&self, event: &Shown) -> String {
        let Shown { created_at, event_type, who, ip_address, description, .. } = event;
        format!(
            "{created_at:<24}  {event_type:<w_type$}  {who:<w_who$}  {ip_address:<w_ip$}  {description}",
            w_type = self.event_type,
            w_who = self.who,
            w_ip = self.ip_address,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::event::input::EventInput;
    use shared::values::ids::EventId;
    use shared::values::timestamp::Timestamp;

    fn event(event_type: &str, description: &str, principal: &str) -> Shown {
        let json = format!(
            r#"{{"event_type":"{event_type}","event_description":"{description}","principal":{{{principal}
            "role":"ADMIN","ip_address":"192.0.2.1"}}}}"#
        );
        let input = EventInput::parse(&json).unwrap();
        Shown::from(&input.into_event(EventId::parse("e").unwrap(), Timestamp::MIN, Timestamp::MIN))
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

    #[test]
    fn a_name_cannot_look_like_further_columns() {
        let forger = event("A", "Did", r#""name":"Ada  192.0.2.9  Deleted   all","#);
        let mut columns = Columns::default();
        columns.fit(std::slice::from_ref(&forger));

        let line = columns.line(&forger);

        let cells: Vec<_> = line.split("  ").collect();
        assert_eq!(cells, ["1970-01-01T00:00:00.000Z", "A", "Ada 192.0.2.9 Deleted all", "192.0.2.1", "Did"]);
    }
}
