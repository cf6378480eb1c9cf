//! Users and events as JSON, small unless a test makes them larger.

use serde_json::{Value, json};

/// That many seconds into the year 2024, which the calls ask for.
pub fn at(second: usize) -> String {
    at_ms(second, 0)
}

/// The same, and that many milliseconds.
pub fn at_ms(second: usize, ms: usize) -> String {
    let (hour, minute) = (second / 3_600, second / 60 % 60);
    format!("2024-01-01T{hour:02}:{minute:02}:{:02}.{ms:03}Z", second % 60)
}

/// An event of the trail alone.
pub fn event(id: &str, created_at: &str) -> Value {
    json!({
        "id": id, "created_at": created_at, "event_type": "INVITED_USER", "event_description": "Invited someone",
        "principal": {"role": "ADMIN", "ip_address": "192.0.2.1"},
    })
}

/// An event by someone with an address, of a type.
pub fn event_by(id: &str, created_at: &str, email: &str, event_type: &str) -> Value {
    let mut event = event(id, created_at);
    set(&mut event, "/event_type", json!(event_type));
    set(&mut event, "/principal", json!({"email": email, "role": "MEMBER", "ip_address": "192.0.2.2"}));
    event
}

/// An event of the network audit too: its `EntityId` is its id.
pub fn record(id: &str, created_at: &str, category: &str, user: &str) -> Value {
    let subject = json!({"category": category, "entity_key": "Network:Team", "entity_id": id, "user_id": user});
    let mut event = event(id, created_at);
    insert(&mut event, "subject", subject);
    event
}

/// The same event, about 50 KiB large, which is near the largest there can be.
pub fn large(mut event: Value) -> Value {
    for name in ["message", "previous_state", "current_state"] {
        insert(&mut event, name, json!({"Text": "x".repeat(16_000)}));
    }
    event
}

/// A dashboard user.
pub fn user(id: &str) -> Value {
    json!({
        "id": id, "email_address": format!("{id}@example.com"), "status": "active",
        "created_at": "2020-07-24T03:26:02.000Z",
    })
}

/// Changes a field that is there, by its JSON pointer.
pub fn set(record: &mut Value, pointer: &str, value: Value) {
    *record.pointer_mut(pointer).expect("the field is there") = value;
}

fn insert(event: &mut Value, name: &str, value: Value) {
    event.as_object_mut().expect("an event is an object").insert(name.to_owned(), value);
}
