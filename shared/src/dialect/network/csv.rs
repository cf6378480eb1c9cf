//! Records as CSV: RFC 4180, one header line, JSON in the last four columns.
//!
//! # Formulas
//! A spreadsheet takes a cell for a formula that begins with `=`, `+`, `-`, `@`, tab or carriage return, quoted or not. The last
//! five columns never do: they begin with a digit or `{`, or are empty. `MessageKey` and `EntityKey` are names, and an event
//! whose names begin so is not recorded ([`crate::event::input`]). `EntityId` is another system's, and its clients look it up
//! there, so it is written as it is, whatever it begins with: the vendor's form has no way to escape a cell that its clients
//! would take back. The answer is an attachment, and whoever opens it in a spreadsheet has to import that column as text.

use crate::event::{AuditEvent, Principal};
use crate::input::json::JsonObject;
use crate::values::email::EmailAddress;
use crate::values::timestamp::Timestamp;
use csv::{Terminator, Writer, WriterBuilder};
use serde::Serialize;
use std::borrow::Cow;
use std::net::IpAddr;

/// The columns.
pub const HEADER: [&str; 8] =
    ["MessageKey", "EntityKey", "EntityId", "When", "Principal", "Message", "PreviousState", "CurrentState"];

/// Room for a line, so that the body of most pages is written without being moved.
const LINE_BYTES: usize = 1024;

const MEMORY: &str = "memory takes lines of as many cells as the header";

/// What a line says, borrowed from wherever the event was read.
#[derive(Debug)]
pub struct Line<'a> {
    /// Key of the message, such as `Network:UserLoggedOn`.
    pub message_key: Cow<'a, str>,
    /// Kind of entity.
    pub entity_key: &'a str,
    /// Id of the entity.
    pub entity_id: &'a str,
    /// When it happened.
    pub when: Timestamp,
    /// Who did it.
    pub principal: PrincipalCell<'a>,
    /// The kind of deed.
    pub event_type: &'a str,
    /// What happened, in words for people.
    pub event_description: &'a str,
    /// Whatever else the event says of it.
    pub message: Option<&'a JsonObject>,
    /// The subject as it was before.
    pub previous_state: Option<&'a JsonObject>,
    /// The subject as it was afterwards.
    pub current_state: Option<&'a JsonObject>,
}

/// The principal, as its cell has it: `{"Id", "Name", "Email", "Role", "IpAddress"}`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PrincipalCell<'a> {
    /// Its id in the caller's own system.
    pub id: Option<&'a str>,
    /// The name that people know it by.
    pub name: Option<&'a str>,
    /// Its e-mail address at the time of the event.
    pub email: Option<&'a str>,
    /// What it was allowed to be.
    pub role: &'a str,
    /// The address that it called from.
    pub ip_address: IpAddr,
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

impl<'a> From<&'a AuditEvent> for Line<'a> {
    /// The line of an event that has a subject, which every event of the network audit has.
    fn from(event: &'a AuditEvent) -> Self {
        let details = &event.details; // the columns are the vendor's: they have no place for whatever else an event says
        let (entity_key, entity_id) =
            details.subject.as_ref().map_or(("", ""), |subject| (&subject.entity_key, &subject.entity_id));
        Self {
            message_key: details.message_key(),
            entity_key,
            entity_id,
            when: event.created_at,
            principal: (&details.principal).into(),
            event_type: details.event_type.as_str(),
            event_description: &details.event_description,
            message: details.message.as_ref(),
            previous_state: details.previous_state.as_ref(),
            current_state: details.current_state.as_ref(),
        }
    }
}

/// The header line and a line for each event.
pub fn render(events: &[AuditEvent]) -> String {
    let mut writer = writer(events.len() + 1);
    writer.write_record(HEADER).expect(MEMORY);
    write_lines(writer, events.iter().map(Line::from))
}

/// The lines alone, which go on behind those that were written before.
pub fn render_lines<'a>(lines: impl ExactSizeIterator<Item = Line<'a>>) -> String {
    write_lines(writer(lines.len()), lines)
}

fn writer(lines: usize) -> Writer<Vec<u8>> {
    let body = Vec::with_capacity(lines * LINE_BYTES);
    WriterBuilder::new().terminator(Terminator::CRLF).buffer_capacity(LINE_BYTES).from_writer(body)
}

fn write_lines<'a>(mut writer: Writer<Vec<u8>>, lines: impl Iterator<Item = Line<'a>>) -> String {
    let mut cell = Vec::with_capacity(LINE_BYTES);
    for line in lines {
        write_line(&mut writer, &mut cell, &line).expect(MEMORY);
    }
    String::from_utf8(writer.into_inner().expect(MEMORY)).expect("every field is UTF-8")
}

/// One line. A cell of JSON is composed in `cell` before it is written, for it is quoted as a whole.
fn write_line(writer: &mut Writer<Vec<u8>>, cell: &mut Vec<u8>, line: &Line<'_>) -> Result<(), csv::Error> {
    writer.write_field(line.message_key.as_ref())?;
    writer.write_field(line.entity_key)?;
    writer.write_field(line.entity_id)?;
    writer.write_field(line.when.to_string())?;
    writer.write_field(composed(cell, |cell| write_json(cell, &line.principal)))?;
    writer.write_field(composed(cell, |cell| write_message(cell, line)))?;
    writer.write_field(line.previous_state.map_or("", JsonObject::as_str))?;
    writer.write_field(line.current_state.map_or("", JsonObject::as_str))?;
    writer.write_record(None::<&[u8]>)
}

fn composed(cell: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) -> &[u8] {
    cell.clear();
    write(cell);
    cell
}

/// `{"Type": ..., "Description": ..., ` and the message's own keys.
fn write_message(cell: &mut Vec<u8>, line: &Line<'_>) {
    cell.extend_from_slice(b"{\"Type\":");
    write_json(cell, &line.event_type);
    cell.extend_from_slice(b",\"Description\":");
    write_json(cell, &line.event_description);
    let own = line.message.map_or("", JsonObject::members);
    if !own.is_empty() {
        cell.push(b',');
        cell.extend_from_slice(own.as_bytes());
    }
    cell.push(b'}');
}

fn write_json(cell: &mut Vec<u8>, value: &impl Serialize) {
    serde_json::to_writer(cell, value).expect("strings serialise");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::input::EventInput;
    use crate::values::ids::EventId;

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
        let rendered = render(std::slice::from_ref(&full));
        assert_eq!(rendered.split_once("\r\n").map(|(_, rest)| rest), Some(line));
        assert_eq!(render_lines([&full, &full].into_iter().map(Line::from)), line.repeat(2));
        assert_eq!(render_lines([].into_iter()), "");
    }
}
