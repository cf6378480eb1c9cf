//! Events as a table for a spreadsheet (RFC 4180), in which no cell is a formula.

use shared::event::attributes::EventAttributes;
use shared::event::redacted::KeptEvent;
use shared::table::item::EventProjection as _;
use shared::values::event_sort_key::EventSortKey;
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
        write(&mut table, &row(event));
    }
    table
}

/// The row of an event: its last cell has the names of what was redacted, with spaces between them.
fn row(event: &KeptEvent) -> [Cow<'_, str>; 20] {
    let EventSortKey { created_at, id } = event.sort_key();
    let EventAttributes {
        recorded_at,
        recorded_by,
        event_type,
        event_description,
        principal_id,
        principal_name,
        principal_email,
        principal_role,
        principal_ip_address,
        subject_category,
        subject_entity_key,
        subject_entity_id,
        subject_user_id,
        message_key,
        message,
        previous_state,
        current_state,
    } = event.texts();
    let cells = [
        Some(created_at.to_string().into()),
        event_type,
        event_description,
        principal_name,
        principal_email,
        principal_id,
        principal_role,
        principal_ip_address,
        subject_category,
        subject_user_id,
        subject_entity_key,
        subject_entity_id,
        message_key,
        message,
        previous_state,
        current_state,
        Some(id.to_string().into()),
        recorded_at,
        recorded_by,
        Some(event.gone().join(" ").into()),
    ];
    cells.map(Option::unwrap_or_default)
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
    use shared::event::redacted::Kept;
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
