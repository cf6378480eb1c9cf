//! The rows: events with everything an event can have, and users.

use serde_json::json;
use shared::credential::{Credential, Scope, Secret};
use shared::event::AuditEvent;
use shared::event::input::EventInput;
use shared::user::DashboardUser;
use shared::values::ids::{AccountId, ClientId, EventId};
use shared::values::timestamp::Timestamp;

/// Rows of a page.
pub const ROWS: usize = 100;

/// 2026-05-01T00:00:00.000Z, when the first event happened.
const FIRST_MS: i64 = 1_777_593_600_000;

/// Time from an event to the next: not whole seconds, so that no digit of a time is always 0.
const STEP_MS: i64 = 61_371;

/// The account of the fixtures in `events/`.
pub fn account() -> AccountId {
    AccountId::parse("demo").expect("an account id")
}

/// The credential of the fixtures in `events/`.
pub fn credential() -> Credential {
    Credential {
        client_id: ClientId::parse("demo").expect("a client id"),
        account: account(),
        scopes: vec![Scope::UsersRead, Scope::AuditRead],
        secret_hashes: vec![Secret::parse("local-demo-secret").expect("a secret").hash()],
        created_at: Timestamp::MIN,
        revoked_at: None,
    }
}

fn at(number: i64) -> Timestamp {
    Timestamp::from_epoch_ms(FIRST_MS + number * STEP_MS).expect("a time in range")
}

/// The event of that number, with 22 attributes as an item and a name that JSON and CSV have to quote.
pub fn event(number: i64) -> AuditEvent {
    let user = number % 40;
    let text = json!({
        "event_type": "CHANGED_PERSONAL_INFORMATION",
        "event_description": format!("O'Brien, \"Siobhán\" changed the personal information of user {user}"),
        "principal": {"id": format!("usr_demo_{user:02}"), "name": "O'Brien, \"Siobhán\"",
            "email": format!("user{user}@example.com"), "role": "MEMBER", "ip_address": "192.0.2.15"},
        "subject": {"category": "users", "entity_key": "Network:User", "entity_id": format!("usr_demo_{user:02}"),
            "user_id": format!("usr_demo_{user:02}")},
        "message_key": "Network:UserChanged",
        "message": {"Client": "browser, \"private\"", "Attempt": number % 3 + 1},
        "previous_state": {"Status": "invited", "Email": format!("user{user}@example.com"), "Version": number},
        "current_state": {"Status": "active", "Email": format!("user{user}@example.com"), "Version": number + 1},
    });
    let input = EventInput::parse(&text.to_string()).expect("an event");
    input.into_event(EventId::parse(&format!("evt_demo_{number:08}")).expect("an id"), at(number), at(number + 1))
}

/// The user of that number.
pub fn user(number: i64) -> DashboardUser {
    let text = json!({"id": format!("usr_demo_{number:04}"), "email_address": format!("user{number}@example.com"),
        "status": "active", "created_at": at(number).to_string(), "name": "O'Brien, Siobhán", "role": "MEMBER"});
    DashboardUser::parse(&text.to_string(), &account()).expect("a user")
}
