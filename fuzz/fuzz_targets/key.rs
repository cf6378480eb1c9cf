//! Keys: every part stands where it belongs, whatever it is, and an event's sort key reads back and sorts by time.
#![no_main]

use fuzz::UNIT;
use libfuzzer_sys::fuzz_target;
use shared::event::idempotency::IdempotencyKey;
use shared::table::key::{self, AFTER_EVERY_TIME, Key};
use shared::values::category::Category;
use shared::values::email::EmailAddress;
use shared::values::event_sort_key::EventSortKey;
use shared::values::ids::{AccountId, ClientId, EventType, Shard, UserId};

/// Longest partition key and sort key that DynamoDB takes, in bytes.
const PK_BYTES_MAX: usize = 2048;
const SK_BYTES_MAX: usize = 1024;

// A text: `<sort key>, <sort key>, <account>, <free text>, <id>` in parts.
fuzz_target!(|text: &str| {
    let mut parts = text.split(UNIT);
    let mut next = || parts.next().unwrap_or_default();
    sort_keys_read_back_and_sort_by_time(next(), next());
    let account = AccountId::parse(next()).unwrap_or(AccountId::parse("acme").expect("an account id"));
    free_text_stays_one_part(&account, next());
    an_id_stays_one_part(&account, next());
});

fn sort_keys_read_back_and_sort_by_time(one: &str, other: &str) {
    let read = |text: &str| {
        let read = EventSortKey::parse(text)?;
        assert_eq!(read.to_string(), text);
        assert!(text < AFTER_EVERY_TIME);
        assert!(text.len() <= SK_BYTES_MAX);
        Some(read)
    };
    if let (Some(one_read), Some(other_read)) = (read(one), read(other)) {
        let by_time = (one_read.created_at, one_read.id.as_str()).cmp(&(other_read.created_at, other_read.id.as_str()));
        assert_eq!(one.cmp(other), by_time);
    }
}

fn free_text_stays_one_part(account: &AccountId, text: &str) {
    if let Ok(email) = EmailAddress::parse(text) {
        let folded = email.folded();
        let of_email = key::events_of_email(account, Shard::FIRST, &email);
        parts_are(&of_email, &["events", account.as_str(), "00", "email", &folded]);
        let guard = key::email_guard(account, &email);
        of_item(&guard, &["user-email", account.as_str(), &folded], "guard");
    }
    if let Ok(idempotency_key) = IdempotencyKey::parse(text) {
        let key = key::idempotency(account, &idempotency_key);
        of_item(&key, &["idempotency", account.as_str(), text], "idempotency");
    }
}

fn an_id_stays_one_part(account: &AccountId, text: &str) {
    if let Ok(client) = ClientId::parse(text) {
        of_item(&key::credential(&client), &["credential", text], "credential");
    }
    if let Ok(user) = UserId::parse(text) {
        of_item(&key::user(account, &user), &["users", account.as_str()], text);
        for &category in Category::ALL {
            let of_subject = key::events_of_subject(account, Shard::FIRST, category, &user);
            parts_are(&of_subject, &["events", account.as_str(), "00", "category", category.as_str(), "user", text]);
        }
    }
    if let Ok(event_type) = EventType::parse(text) {
        let of_type = key::events_of_type(account, Shard::FIRST, &event_type);
        parts_are(&of_type, &["events", account.as_str(), "00", "type", text]);
    }
}

fn of_item(key: &Key, pk: &[&str], sk: &str) {
    parts_are(&key.pk, pk);
    parts_are(&key.sk, &[sk]);
}

/// The parts between separators are these. So no two lists of parts have the same key.
fn parts_are(key: &str, parts: &[&str]) {
    assert!(key.len() <= PK_BYTES_MAX);
    // In the key each `%` begins an escape, so that `%23`, once undone, cannot be taken for one.
    let read: Vec<_> = key.split('#').map(|part| part.replace("%23", "#").replace("%25", "%")).collect();
    assert_eq!(read, parts);
}
