//! Events by number, as items with a salt: the same ones each time.

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use shared::event::input::EventInput;
use shared::event::recorder::Recorder;
use shared::log::hash::Hash;
use shared::table::attribute;
use shared::table::digest::SALT_BYTES;
use shared::table::item::{Item, encode_event};
use shared::values::ids::{AccountId, EventId};
use shared::values::timestamp::Timestamp;

/// When event 0 happened: 1 January 2026.
const FIRST_AT_MS: i64 = 1_767_225_600_000;

/// Between two events, in milliseconds.
const STEP_MS: i64 = 137;

/// Between an event and its recording, in milliseconds.
const RECORDED_AFTER_MS: i64 = 40;

/// When an event happened.
pub fn created_at(number: u64) -> Timestamp {
    at_ms(number, 0)
}

/// When an event was recorded.
pub fn recorded_at(number: u64) -> Timestamp {
    at_ms(number, RECORDED_AFTER_MS)
}

fn at_ms(number: u64, after_ms: i64) -> Timestamp {
    Timestamp::from_epoch_ms(FIRST_AT_MS + number as i64 * STEP_MS + after_ms).expect("a time before the year 9999")
}

/// The id of an event, such as `e-0000017`.
pub fn id(number: u64) -> String {
    format!("e-{number:07}")
}

/// The sort key of an event.
pub fn sk(number: u64) -> String {
    format!("{}#{}", created_at(number), id(number))
}

/// The item of an event. Its description is not ASCII, and each third event has every attribute that there can be.
pub fn item(account: &AccountId, number: u64) -> Item {
    let input = EventInput::parse(&content(number).to_string()).expect("an event");
    let id = EventId::parse(&id(number)).expect("an id");
    let mut event = input.into_event(id, created_at(number), recorded_at(number));
    event.recorded_by = Recorder::parse("client-1");
    let mut item = encode_event(account, &event);
    item.insert(attribute::SALT.to_owned(), AttributeValue::B(Blob::new(salt(number))));
    item
}

/// The salt of an event. It is no secret: it follows from the number.
fn salt(number: u64) -> Vec<u8> {
    let hash = Hash::of(&[b"salt", &number.to_be_bytes()]);
    hash.as_bytes().iter().take(SALT_BYTES).copied().collect()
}

fn content(number: u64) -> Value {
    let user = number % 97;
    let mut event = json!({
        "event_type": if number.is_multiple_of(2) { "INVITED_USER" } else { "CHANGED_ROLE" },
        "event_description": format!("Zo\u{eb} invited user {user}"),
        "principal": {
            "id": format!("u-{user}"), "name": "Zo\u{eb} \u{c5}ngstr\u{f6}m", "email": format!("zoe.{user}@example.com"),
            "role": "ADMIN", "ip_address": format!("192.0.2.{}", number % 250),
        },
    });
    if number.is_multiple_of(3) {
        let full = json!({
            "subject": {
                "category": "users", "entity_key": "Network:Users", "entity_id": format!("n-{user}"),
                "user_id": format!("u-{user}"),
            },
            "message_key": "Network:UserInvited",
            "message": {"note": "quoted \"twice\"", "ratio": 1.0},
            "previous_state": {"role": "MEMBER"},
            "current_state": {"role": "ADMIN"},
        });
        event.as_object_mut().expect("an object").extend(full.as_object().expect("an object").clone());
    }
    event
}
