//! Records as CSV: RFC 4180, one header line, JSON in the last four columns.

mod line;

use crate::event::{AuditEvent, EventDetails, Principal};
use crate::input::json::JsonObject;
use crate::values::email::EmailAddress;
use line::{Line, Quoted};
use serde::Serialize;
use std::net::IpAddr;

/// The columns.
pub const HEADER: [&str; 8] =
    ["MessageKey", "EntityKey", "EntityId", "When", "Principal", "Message", "PreviousState", "CurrentState"];

/// Room for a line, so that the body of most pages is written without being moved.
const LINE_BYTES: usize = 1024;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PrincipalCell<'a> {
    id: Option<&'a str>,
    name: Option<&'a str>,
    email: Option<&'a str>,
    role: &'static str,
    ip_address: IpAddr,
}

impl<'a> From<&'a Principal> for PrincipalCell<'a> {
    fn from(principal: &'a Principal) -> Self {
        Self {
            id: principal.id.as_deref(),
            name: principal.name.as_deref(),
            email: principal.email.as_ref().map(EmailAddress::as_str),
            role: principal.role.as_str(),
            ip_address: principal.ip_address,
        }
    }
}

/// The header line and a line for each event that has a subject, which every event of the network audit has.
pub fn render(events: &[AuditEvent]) -> String {
    let mut body = Vec::with_capacity((events.len() + 1) * LINE_BYTES);
    let mut header = Line::begin(&mut body);
    HEADER.iter().for_each(|name| header.text(name));
    header.end();
    for event in events {
        let details = &event.details;
        let (entity_key, entity_id) =
            details.subject.as_ref().map_or(("", ""), |subject| (&subject.entity_key, &subject.entity_id));
        let mut line = Line::begin(&mut body);
        line.text(&details.message_key());
        line.text(entity_key);
        line.text(entity_id);
        line.text(&event.created_at.to_string());
        line.quoted(|mut cell| write_json(&mut cell, &PrincipalCell::from(&details.principal)));
        line.quoted(|cell| write_message(cell, details));
        line.text(details.previous_state.as_ref().map_or("", JsonObject::as_str));
        line.text(details.current_state.as_ref().map_or("", JsonObject::as_str));
        line.end();
    }
    String::from_utf8(body).expect("every field is UTF-8")
}

/// `{"Type": ..., "Description": ..., ` and the message's own keys.
fn write_message(mut cell: Quoted<'_>, details: &EventDetails) {
    cell.text("{\"Type\":");
    write_json(&mut cell, &details.event_type.as_str());
    cell.text(",\"Description\":");
    write_json(&mut cell, &details.event_description);
    let own = details.message.as_ref().map_or("", JsonObject::members);
    if !own.is_empty() {
        cell.text(",");
        cell.text(own);
    }
    cell.text("}");
}

fn write_json(cell: &mut Quoted<'_>, value: &impl Serialize) {
    serde_json::to_writer(cell, value).expect("strings serialise");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::input::EventInput;
    use crate::values::ids::EventId;
    use crate::values::timestamp::Timestamp;

    fn event(text: &str) -> AuditEvent {
        let at = Timestamp::parse_fixed("2018-08-30T13:20:01.764Z").expect("a time");
        let input = EventInput::parse(text).expect("an event");
        input.into_event(EventId::parse("e-1").expect("an id"), at, at)
    }

    #[test]
    fn no_records_are_the_header_line_alone() {
        assert_eq!(render(&[]), "MessageKey,EntityKey,EntityId,When,Principal,Message,PreviousState,CurrentState\r\n");
    }

    #[test]
    fn a_record_is_this_line() {
        let full = event(
            r#"{"event_type":"USER_LOGGED_ON","event_description":"Zoë, \"in\"\nagain","principal":{"id":"p-1",
            "email":"zoe@example.com","role":"MEMBER","ip_address":"192.0.2.1"},"subject":{"category":"userAccess",
            "entity_key":"Network:UserAccess","entity_id":"a,b","user_id":"u-1"},"message":{"note":"x\ny"},
            "current_state":{"a":[1,"\""]}}"#,
        );
        let line = concat!(
            r#"Network:UserLoggedOn,Network:UserAccess,"a,b",2018-08-30T13:20:01.764Z,"#,
            r#""{""Id"":""p-1"",""Name"":null,""Email"":""zoe@example.com"",""Role"":""MEMBER"",""IpAddress"":""192.0.2.1""}","#,
            r#""{""Type"":""USER_LOGGED_ON"",""Description"":""Zoë, \""in\""\nagain"",""note"":""x\ny""}","#,
            r#","{""a"":[1,""\""""]}""#,
            "\r\n"
        );
        let rendered = render(&[full]);
        assert_eq!(rendered.split_once("\r\n").map(|(_, rest)| rest), Some(line));
    }
}
