//! Events as a table for a spreadsheet (RFC 4180), in which no cell is a formula.

use shared::event::attributes::EventAttributes;
use shared::event::redacted::KeptEvent;
use shared::table::item::EventProjection as _;
use shared::values::event_sort_key::EventSortKey;
use std::borrow::Cow;

/// The columns of every table, in their order.
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

/// The names of all columns: what is added to events stands behind the others, which keep their places.
fn columns() -> Vec<&'static str> {
    let mut columns = COLUMNS.to_vec();
    EventAttributes::each(|name| name).for_each(|name, _| {
        if !COLUMNS.contains(&name) {
            columns.push(name);
        }
    });
    columns
}

/// The rows, below the names of the columns where they are the first.
pub(super) fn table(events: &[KeptEvent], with_names: bool) -> String {
    let (columns, mut table) = (columns(), String::new());
    if with_names {
        write(&mut table, columns.iter().copied());
    }
    for event in events {
        let row = row(event, &columns);
        write(&mut table, row.iter().map(AsRef::as_ref));
    }
    table
}

/// The row of an event. The names of what was redacted stand in one cell, with spaces between them.
fn row<'a>(event: &'a KeptEvent, columns: &[&str]) -> Vec<Cow<'a, str>> {
    let EventSortKey { created_at, id } = event.sort_key();
    let mut row = vec![Cow::Borrowed(""); columns.len()];
    let mut put = |name, text| {
        let place = columns.iter().position(|column| *column == name).and_then(|at| row.get_mut(at));
        *place.expect("every attribute has a column") = text;
    };
    put("created_at", created_at.to_string().into());
    put("id", id.to_string().into());
    put("redacted", event.gone().join(" ").into());
    event.texts().for_each(|name, text| put(name, text.unwrap_or_default()));
    row
}

fn write<'a>(table: &mut String, cells: impl Iterator<Item = &'a str>) {
    for (at, cell) in cells.enumerate() {
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
        let names = columns().join(",");
        let added = ",".repeat(columns().len() - COLUMNS.len());
        let row = "2020-07-24T03:26:02.000Z,INVITED_USER,\"a \"\"b\"\", c\",Ada,,,ADMIN,192.0.2.1,,,,,,,,\"{\"\"a\"\":1}\",e-1,\
                   2020-07-24T03:26:02.000Z,,";
        let row = format!("{row}{added}\r\n");
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
