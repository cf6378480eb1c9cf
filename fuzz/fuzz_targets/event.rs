//! Events, bare and as CloudEvents: no text breaks the parsers, what they take in is what was given, and an item of the table gives
//! it back whole.
#![no_main]

use fuzz::{EventParts, UNIT, given};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use shared::event::cloud_event::CloudEvent;
use shared::event::input::{EventInput, Identity};
use shared::event::{AuditEvent, EventDetails};
use shared::input::faults::{FAULTS_NAMED_MAX, Faults};
use shared::input::json::JsonObject;
use shared::table::item::{decode_event, encode_event};
use shared::values::ids::{AccountId, EventId};
use shared::values::timestamp::{Moment, Timestamp};
use std::net::IpAddr;

/// Braces and brackets of an event that an envelope makes no deeper than JSON is read.
const SHALLOW: usize = 100;

/// Largest item that DynamoDB takes, in bytes.
const ITEM_BYTES_MAX: usize = 400 * 1024;

// A text: the JSON of an event or of a CloudEvent, or the parts of an event.
fuzz_target!(|text: &str| {
    let parts = text.contains(UNIT).then(|| EventParts::split(text));
    let json = parts.as_ref().map_or(text.to_owned(), |parts| parts.to_json().to_string());
    match CloudEvent::read(&json).input {
        Err(faults) => faults_say_something(&faults),
        Ok(input) => an_item_gives_it_back(input),
    }
    match EventInput::parse(&json) {
        Err(faults) => faults_say_something(&faults),
        Ok(input) => {
            let created_at = input.created_at.as_ref().map(Moment::floor);
            let identity = Identity { id: input.id.clone(), created_at, is_exact: true };
            assert_eq!(Identity::read(&json), identity);
            objects_stay_as_they_are(&input.details);
            if let Some(parts) = parts {
                assert_eq!(said(&input.details, parts.ip_address), parts.to_json());
            }
            an_envelope_changes_nothing(&json, &input);
            an_item_gives_it_back(input);
        }
    }
});

/// An event without an id of its own is the same in an envelope, which gives it one. With one it is refused there.
fn an_envelope_changes_nothing(json: &str, input: &EventInput) {
    let kind = json!(input.details.event_type.as_str());
    let envelope = format!(r#"{{"specversion":"1.0","id":"1","source":"/fuzz","type":{kind},"data":{json}}}"#);
    match CloudEvent::read(&envelope).input {
        Ok(of_envelope) => {
            assert_eq!((&of_envelope.details, &of_envelope.created_at), (&input.details, &input.created_at));
            assert!(of_envelope.id.is_some() && input.id.is_none());
        }
        Err(faults) => {
            faults_say_something(&faults);
            let is_shallow = json.bytes().filter(|byte| b"{[".contains(byte)).count() <= SHALLOW;
            assert!(input.id.is_some() || !is_shallow, "{faults}");
        }
    }
}

fn faults_say_something(faults: &Faults) {
    assert!((1..=FAULTS_NAMED_MAX + 1).contains(&faults.iter().count()));
    assert!(faults.iter().all(|fault| !fault.message.is_empty()));
}

fn objects_stay_as_they_are(details: &EventDetails) {
    for object in [&details.message, &details.previous_state, &details.current_state].into_iter().flatten() {
        assert_eq!(JsonObject::parse(object.as_str()).as_ref(), Ok(object));
        assert_eq!(JsonObject::from_stored(object.as_str().to_owned()).as_ref(), Some(object));
        let canonical = JsonObject::from_stored(object.canonical()).expect("the canonical form is an object");
        assert_eq!(canonical.canonical(), canonical.as_str());
        let value = |object: &JsonObject| serde_json::from_str::<Value>(object.as_str()).ok(); // no float holds 1e400
        assert_eq!(value(&canonical), value(object));
    }
}

/// The JSON that these details were read from, where that is made of parts. An IP address has several spellings.
fn said(details: &EventDetails, ip_address: &str) -> Value {
    let principal = &details.principal;
    assert_eq!(ip_address.parse().map(|address: IpAddr| address.to_canonical()), Ok(principal.ip_address));
    let object = |object: &Option<JsonObject>| object.as_ref().map(|object| json(object.as_str()));
    let subject = details.subject.as_ref().map(|subject| {
        json!({"category": subject.category.as_str(), "entity_key": subject.entity_key,
            "entity_id": subject.entity_id, "user_id": subject.user_id.as_str()})
    });
    let message_key = details.subject.as_ref().and_then(|subject| subject.message_key.as_deref());
    json!({
        "event_type": details.event_type.as_str(),
        "event_description": details.event_description,
        "principal": {
            "id": principal.id, "name": principal.name,
            "email": principal.email.as_ref().map(|email| email.as_str()),
            "role": principal.role.as_str(), "ip_address": ip_address,
        },
        "subject": subject,
        "message_key": message_key.and_then(given),
        "message": object(&details.message),
        "previous_state": object(&details.previous_state),
        "current_state": object(&details.current_state),
    })
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("an object of an event is JSON")
}

fn an_item_gives_it_back(input: EventInput) {
    let account = AccountId::parse("acme").expect("an account id");
    let created_at = input.created_at_or(Timestamp::MIN);
    let id = input.id_or_derived(&account, Timestamp::MIN);
    assert!(EventId::parse(id.as_str()).is_ok());
    let event: AuditEvent = input.into_event(id, created_at, Timestamp::MAX);

    let item = encode_event(&account, &event);
    let texts = item.values().map(|value| value.as_s().expect("every attribute of an event is a string"));
    assert!(texts.clone().all(|text| !text.is_empty()), "DynamoDB takes no key of an index that is empty");
    assert!(item.keys().chain(texts).map(String::len).sum::<usize>() <= ITEM_BYTES_MAX);
    assert_eq!(decode_event(item), Ok(event));
}
