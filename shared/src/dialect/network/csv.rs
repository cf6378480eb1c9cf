//! Records as CSV: RFC 4180, one header line, JSON in the last four columns.

use crate::email::EmailAddress;
use crate::event::{AuditEvent, EventDetails, Principal};
use crate::json::JsonObject;
use csv::{Terminator, WriterBuilder};
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
    let body = Vec::with_capacity((events.len() + 1) * LINE_BYTES);
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(body);
    let mut write =
        |record: [&[u8]; 8]| writer.write_record(record).expect("a record of eight fields goes into memory");
    write(HEADER.map(str::as_bytes));
    let (mut principal, mut message) = (Vec::new(), Vec::new()); // cells that every line is composed in
    for event in events {
        let details = &event.details;
        let (entity_key, entity_id) =
            details.subject.as_ref().map_or(("", ""), |subject| (&subject.entity_key, &subject.entity_id));
        principal.clear();
        write_json(&mut principal, &PrincipalCell::from(&details.principal));
        message.clear();
        write_message(&mut message, details);
        write([
            details.message_key().as_bytes(),
            entity_key.as_bytes(),
            entity_id.as_bytes(),
            event.created_at.to_string().as_bytes(),
            &principal,
            &message,
            details.previous_state.as_ref().map_or("", JsonObject::as_str).as_bytes(),
            details.current_state.as_ref().map_or("", JsonObject::as_str).as_bytes(),
        ]);
    }
    let bytes = writer.into_inner().expect("memory flushes");
    String::from_utf8(bytes).expect("every field is UTF-8")
}

/// `{"Type": ..., "Description": ..., ` and the message's own keys.
fn write_message(cell: &mut Vec<u8>, details: &EventDetails) {
    cell.extend(b"{\"Type\":");
    write_json(cell, &details.event_type.as_str());
    cell.extend(b",\"Description\":");
    write_json(cell, &details.event_description);
    let own = details.message.as_ref().map_or("", JsonObject::members);
    if !own.is_empty() {
        cell.push(b',');
        cell.extend(own.as_bytes());
    }
    cell.push(b'}');
}

fn write_json(cell: &mut Vec<u8>, value: &impl Serialize) {
    serde_json::to_writer(cell, value).expect("strings serialise");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event_input::EventInput;
    use crate::ids::EventId;
    use crate::timestamp::Timestamp;

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
