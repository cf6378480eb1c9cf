//! CSV: a reader finds the same records, with the same fields, whatever is in them.
#![no_main]

use fuzz::{EventParts, RECORD};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use shared::dialect::network::{HEADER, render};
use shared::event::AuditEvent;
use shared::event::input::EventInput;
use shared::input::json::JsonObject;
use shared::values::ids::EventId;
use shared::values::timestamp::Timestamp;

/// Where JSON stands.
const PRINCIPAL: usize = 4;
const MESSAGE: usize = 5;

// A text: a record for each event, of its parts.
fuzz_target!(|text: &str| {
    let events: Vec<_> = text.split(RECORD).filter_map(event).collect();
    let rendered = render(&events);
    assert!(rendered.ends_with("\r\n"));

    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(rendered.as_bytes());
    let mut rows = reader.records().map(|row| row.expect("rows of eight fields").iter().map(str::to_owned).collect());
    assert_eq!(rows.next(), Some(HEADER.map(str::to_owned).to_vec()));
    let rows: Vec<Vec<String>> = rows.collect();
    assert_eq!(rows.len(), events.len());
    for (row, event) in rows.iter().zip(&events) {
        assert_eq!(*row, fields(event, row));
    }
});

fn event(record: &str) -> Option<AuditEvent> {
    let input = EventInput::parse(&EventParts::split(record).to_json().to_string()).ok()?;
    let at = Timestamp::parse_fixed("2018-08-30T13:20:01.764Z").expect("a time");
    Some(input.into_event(EventId::parse("e-1").expect("an id"), at, at))
}

/// The fields of an event, where JSON in its own words if it says the same.
fn fields(event: &AuditEvent, row: &[String]) -> Vec<String> {
    let details = &event.details;
    let subject = details.subject.as_ref();
    let state = |state: &Option<JsonObject>| state.as_ref().map_or(String::new(), |state| state.as_str().to_owned());
    let same = |at: usize, said: &Value| {
        let text = row.get(at).cloned().unwrap_or_default();
        if serde_json::from_str(&text).ok().as_ref() == Some(said) { text } else { said.to_string() }
    };
    vec![
        details.message_key().into_owned(),
        subject.map_or(String::new(), |subject| subject.entity_key.clone()),
        subject.map_or(String::new(), |subject| subject.entity_id.clone()),
        "2018-08-30T13:20:01.764Z".to_owned(),
        same(PRINCIPAL, &principal(event)),
        same(MESSAGE, &message(event)),
        state(&details.previous_state),
        state(&details.current_state),
    ]
}

fn principal(event: &AuditEvent) -> Value {
    let principal = &event.details.principal;
    json!({"Id": principal.id, "Name": principal.name, "Email": principal.email.as_ref().map(|email| email.as_str()),
        "Role": principal.role.as_str(), "IpAddress": principal.ip_address.to_string()})
}

fn message(event: &AuditEvent) -> Value {
    let details = &event.details;
    let own = details.message.as_ref().map_or("{}", JsonObject::as_str);
    let mut said: Value = serde_json::from_str(own).expect("a message is JSON");
    let keys = said.as_object_mut().expect("a message is an object");
    keys.insert("Type".to_owned(), json!(details.event_type.as_str()));
    keys.insert("Description".to_owned(), json!(details.event_description));
    said
}
