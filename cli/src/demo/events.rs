//! The events of the demo: all 43 documented types, both categories, ties, and states that are hard to quote.

use super::shape::{DAYS, EVENTS, USERS, hour};
use super::users::{email, id, name, role, turn};
use crate::given_event::imported_event;
use serde_json::{Map, Value, json};
use shared::event::AuditEvent;
use shared::input::faults::Faults;
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;

/// The event types that the vendor documents.
const EVENT_TYPES: [&str; 43] = [
    "CREATED_REMOTE_PRODUCTION_API_KEY",
    "DELETED_REMOTE_PRODUCTION_API_KEY",
    "CREATED_TEST_API_KEY",
    "DELETED_TEST_API_KEY",
    "REGENERATED_PRODUCTION_API_KEY",
    "REGENERATED_WEBHOOK_SIGNATURE",
    "INVITED_USER",
    "TWO_FACTOR_AUTH_ENABLED",
    "TWO_FACTOR_AUTH_DISABLED",
    "DELETED_LINKED_ACCOUNT",
    "DELETED_ALL_COMMON_MODELS_FOR_LINKED_ACCOUNT",
    "CREATED_DESTINATION",
    "DELETED_DESTINATION",
    "CHANGED_DESTINATION",
    "CHANGED_SCOPES",
    "CHANGED_PERSONAL_INFORMATION",
    "CHANGED_ORGANIZATION_SETTINGS",
    "ENABLED_INTEGRATION",
    "DISABLED_INTEGRATION",
    "ENABLED_CATEGORY",
    "DISABLED_CATEGORY",
    "CHANGED_PASSWORD",
    "RESET_PASSWORD",
    "ENABLED_REDACT_UNMAPPED_DATA_FOR_ORGANIZATION",
    "ENABLED_REDACT_UNMAPPED_DATA_FOR_LINKED_ACCOUNT",
    "DISABLED_REDACT_UNMAPPED_DATA_FOR_ORGANIZATION",
    "DISABLED_REDACT_UNMAPPED_DATA_FOR_LINKED_ACCOUNT",
    "CREATED_INTEGRATION_WIDE_FIELD_MAPPING",
    "CREATED_LINKED_ACCOUNT_FIELD_MAPPING",
    "CHANGED_INTEGRATION_WIDE_FIELD_MAPPING",
    "CHANGED_LINKED_ACCOUNT_FIELD_MAPPING",
    "DELETED_INTEGRATION_WIDE_FIELD_MAPPING",
    "DELETED_LINKED_ACCOUNT_FIELD_MAPPING",
    "CREATED_LINKED_ACCOUNT_COMMON_MODEL_OVERRIDE",
    "CHANGED_LINKED_ACCOUNT_COMMON_MODEL_OVERRIDE",
    "DELETED_LINKED_ACCOUNT_COMMON_MODEL_OVERRIDE",
    "FORCED_LINKED_ACCOUNT_RESYNC",
    "MUTED_ISSUE",
    "GENERATED_MAGIC_LINK",
    "ENABLED_MERGE_WEBHOOK",
    "DISABLED_MERGE_WEBHOOK",
    "MERGE_WEBHOOK_TARGET_CHANGED",
    "END_USER_CREDENTIALS_ACCESSED",
];

/// One event in so many happens in the same millisecond as the event before it.
const TIE_EVERY: usize = 10;

/// Every event of the demo, oldest first.
pub(super) fn events(account: &AccountId, now: Timestamp) -> Result<Vec<AuditEvent>, Faults> {
    (0..EVENTS).map(|number| imported_event(&event(number, now).to_string(), account, now)).collect()
}

fn event(number: usize, now: Timestamp) -> Value {
    let event_type = turn(&EVENT_TYPES, number);
    let actor = (number * 7 + number / EVENT_TYPES.len()) % USERS;
    let target = (number * 11 + 3) % USERS;
    let words = event_type.replace('_', " ").to_lowercase();
    let mut event = Map::new();
    let mut set = |name: &str, value: Value| event.insert(name.to_owned(), value);
    set("id", json!(format!("evt_demo_{number:04}")));
    set("created_at", json!(created_at(number, now).to_string()));
    set("event_type", json!(event_type));
    set("event_description", json!(format!("{} {words}", name(actor))));
    set("principal", principal(number, actor));
    match number % 4 {
        0 => {
            set("subject", subject("users", "Network:User", &id(target), target));
            set("previous_state", state(number, target, "invited"));
            set("current_state", state(number, target, "active"));
        }
        1 | 2 => {
            set("subject", subject("userAccess", "Network:UserAccess", &format!("access-{number:04}"), actor));
            set("message", json!({"Client": "browser, \"private\"", "Attempt": number % 3 + 1}));
        }
        _ => {} // in the audit trail only
    }
    Value::Object(event)
}

/// Spreads the events evenly over the days before this hour, with ties.
fn created_at(number: usize, now: Timestamp) -> Timestamp {
    let tied = if number % TIE_EVERY == TIE_EVERY - 1 { number - 1 } else { number };
    let before = DAYS * 86_400_000 * (EVENTS - tied) as i64 / EVENTS as i64;
    Timestamp::from_epoch_ms(hour(now) - before + (tied as i64 * 7_919) % 60_000).unwrap_or(Timestamp::MIN)
}

fn principal(number: usize, actor: usize) -> Value {
    match number % 16 {
        5 => json!({"role": "SYSTEM", "ip_address": "2001:db8::1"}),
        13 => json!({"id": "key-1", "name": "Deploy key", "role": "API", "ip_address": "198.51.100.7"}),
        _ => json!({
            "id": id(actor), "name": name(actor), "email": email(actor), "role": role(actor),
            "ip_address": format!("192.0.2.{}", actor + 1),
        }),
    }
}

fn subject(category: &str, entity_key: &str, entity_id: &str, user: usize) -> Value {
    json!({"category": category, "entity_key": entity_key, "entity_id": entity_id, "user_id": id(user)})
}

fn state(number: usize, user: usize, status: &str) -> Value {
    json!({
        "Name": name(user), "Status": status, "Note": "first line\nsecond, \"quoted\"; C:\\temp",
        "Groups": ["staff", "Zürich"], "Version": number,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::values::category::Category;
    use std::collections::HashSet;

    fn demo(at: &str) -> Vec<AuditEvent> {
        let account = AccountId::parse("demo").expect("an account id");
        events(&account, Timestamp::parse_fixed(at).expect("a time")).expect("every event is good")
    }

    #[test]
    fn the_demo_has_every_type_both_categories_and_ties() {
        let events = demo("2026-01-31T12:34:56.789Z");

        let types: HashSet<_> = events.iter().map(|event| event.details.event_type.as_str()).collect();
        let times: HashSet<_> = events.iter().map(|event| event.created_at).collect();
        let of = |category| {
            let subjects = events.iter().filter_map(|event| event.details.subject.as_ref());
            subjects.filter(|subject| subject.category == category).count()
        };
        assert_eq!((events.len(), types.len(), times.len()), (2_000, 43, 1_800));
        assert_eq!((of(Category::Users), of(Category::UserAccess)), (500, 1_000));
        assert!(events.windows(2).all(|pair| pair[0].created_at <= pair[1].created_at));
        let oldest = events.first().map(|event| event.created_at.to_string());
        assert_eq!(oldest.as_deref(), Some("2025-11-02T12:00:00.000Z"));
        let newest = events.last().map(|event| event.created_at.to_string());
        assert_eq!(newest.as_deref(), Some("2026-01-31T09:51:06.162Z"));
    }

    #[test]
    fn the_same_hour_gives_the_same_demo() {
        let (early, late) = (demo("2026-01-31T12:00:00.000Z"), demo("2026-01-31T12:59:59.999Z"));
        assert!(early.iter().zip(&late).all(|(one, other)| one.says_the_same(other)));
    }
}
