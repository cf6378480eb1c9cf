//! Events as a table for a spreadsheet (RFC 4180), in which no cell is a formula.

use shared::event::AuditEvent;
use shared::event::redacted::{Kept, KeptEvent, RedactedEvent};
use shared::input::json::JsonObject;
use std::borrow::Cow;

const COLUMNS: [&str; 20] = [
    "created_at",
    "event_type",
    "event_description",
    "principal_name",
    "principal_email",
    "principal_id",
    "principal_role",
    "principal_ip_address",
    "subject_category",
    "subject_user_id",
    "subject_entity_key",
    "subject_entity_id",
    "message_key",
    "message",
    "previous_state",
    "current_state",
    "id",
    "recorded_at",
    "recorded_by",
    "redacted",
];

/// The rows, below the names of the columns where they are the first.
pub(super) fn table(events: &[KeptEvent], with_names: bool) -> String {
    let mut table = String::new();
    if with_names {
        write(&mut table, &COLUMNS.map(Cow::Borrowed));
    }
    for event in events {
        match event {
            Kept::Whole(event) => write(&mut table, &row(event)),
            Kept::Redacted(event) => write(&mut table, &row_left(event)),
        }
    }
    table
}

fn row(event: &AuditEvent) -> [Cow<'_, str>; 20] {
    let (details, principal) = (&event.details, &event.details.principal);
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned().into();
    let object = |object: &Option<JsonObject>| text(object.as_ref().map(JsonObject::as_str));
    let subject = details.subject.as_ref();
    [
        event.created_at.to_string().into(),
        details.event_type.as_str().into(),
        details.event_description.as_str().into(),
        text(principal.name.as_deref()),
        text(principal.email.as_ref().map(|email| email.as_str())),
        text(principal.id.as_deref()),
        principal.role.as_str().into(),
        principal.ip_address.to_string().into(),
        text(subject.map(|subject| subject.category.as_str())),
        text(subject.map(|subject| subject.user_id.as_str())),
        text(subject.map(|subject| subject.entity_key.as_str())),
        text(subject.map(|subject| subject.entity_id.as_str())),
        text(subject.and_then(|subject| subject.message_key.as_deref())),
        object(&details.message),
        object(&details.previous_state),
        object(&details.current_state),
        event.id.as_str().into(),
        event.recorded_at.to_string().into(),
        event.recorded_by.as_ref().map(ToString::to_string).unwrap_or_default().into(),
        "".into(),
    ]
}

/// The row of a redacted event: its last cell has the names of what is gone, with spaces between them.
fn row_left(event: &RedactedEvent) -> [Cow<'_, str>; 20] {
    fn text(text: &Option<String>) -> Cow<'_, str> {
        text.as_deref().unwrap_or_default().into()
    }
    fn object(object: &Option<JsonObject>) -> Cow<'_, str> {
        object.as_ref().map_or("", JsonObject::as_str).into()
    }
    [
        event.key.created_at.to_string().into(),
        text(&event.event_type),
        text(&event.event_description),
        text(&event.principal_name),
        text(&event.principal_email),
        text(&event.principal_id),
        text(&event.principal_role),
        text(&event.principal_ip_address),
        text(&event.subject_category),
        text(&event.subject_user_id),
        text(&event.subject_entity_key),
        text(&event.subject_entity_id),
        text(&event.message_key),
        object(&event.message),
        object(&event.previous_state),
        object(&event.current_state),
        event.key.id.as_str().into(),
        text(&event.recorded_at),
        text(&event.recorded_by),
        event.gone.join(" ").into(),
    ]
}

fn write(table: &mut String, cells: &[Cow<'_, str>]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            table.push(',');
        }
        write_cell(table, cell);
    }
    table.push_str("\r\n");
}

/// A cell that a spreadsheet would calculate gets an apostrophe, by which it is text (OWASP, "CSV Injection").
fn write_cell(table: &mut String, cell: &str) {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let is_quoted = is_formula || cell.contains(['"', ',', '\r', '\n']);
    if !is_quoted {
        return table.push_str(cell);
    }
    table.push('"');
    if is_formula {
        table.push('\'');
    }
    table.push_str(&cell.replace('"', "\"\""));
    table.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::event::input::EventInput;
    use shared::values::ids::EventId;
    use shared::values::timestamp::Timestamp;

    fn event(description: &str) -> KeptEvent {
        let at = Timestamp::parse_fixed("2020-07-24T03:26:02.000Z").expect("a time");
        let text = serde_json::json!({"event_type": "INVITED_USER", "event_description": description,
            "principal": {"name": "Ada", "role": "ADMIN", "ip_address": "192.0.2.1"}, "current_state": {"a": 1}});
        let input = EventInput::parse(&text.to_string()).expect("an event");
        Kept::Whole(Box::new(input.into_event(EventId::parse("e-1").expect("an id"), at, at)))
    }

    #[test]
    fn a_table_has_its_names_once_and_quotes_what_needs_it() {
        let names = COLUMNS.join(",");
        let row = "2020-07-24T03:26:02.000Z,INVITED_USER,\"a \"\"b\"\", c\",Ada,,,ADMIN,192.0.2.1,,,,,,,,\"{\"\"a\"\":1}\",e-1,\
                   2020-07-24T03:26:02.000Z,,\r\n";
        assert_eq!(table(&[event("a \"b\", c")], true), format!("{names}\r\n{row}"));
        assert_eq!(table(&[event("a \"b\", c")], false), row);
    }

    #[test]
    fn no_cell_is_a_formula() {
        for formula in ["=1+1", "+1", "-1", "@SUM(1)"] {
            assert!(table(&[event(formula)], false).contains(&format!(",\"'{formula}\",")), "{formula}");
        }
    }
}
