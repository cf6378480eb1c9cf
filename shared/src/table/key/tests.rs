//! The strings of keys, to the letter, and which of them read back.

use super::*;
use crate::values::event_sort_key::EventSortKey;
use crate::values::timestamp::Timestamp;

fn account() -> AccountId {
    AccountId::parse("acme").expect("an account id")
}

fn email() -> EmailAddress {
    EmailAddress::parse("A#b%23@Example.com").expect("an address")
}

#[test]
fn the_key_strings_are_these() {
    let event_type = EventType::parse("INVITED_USER").expect("an event type");
    let user_id = UserId::parse("usr_1").expect("a user id");
    let client = ClientId::parse("client-1").expect("a client id");
    let key = |pk: &str, sk: &str| Key { pk: pk.to_owned(), sk: sk.to_owned() };

    assert_eq!(events(&account(), Shard::FIRST), "events#acme#00");
    assert_eq!(events_of_type(&account(), Shard::FIRST, &event_type), "events#acme#00#type#INVITED_USER");
    assert_eq!(events_of_email(&account(), Shard::FIRST, &email()), "events#acme#00#email#a%23b%2523@example.com");
    assert_eq!(events_of_category(&account(), Shard::FIRST, Category::Users), "events#acme#00#category#users");
    assert_eq!(
        events_of_subject(&account(), Shard::FIRST, Category::UserAccess, &user_id),
        "events#acme#00#category#userAccess#user#usr_1"
    );
    assert_eq!(user(&account(), &user_id), key("users#acme", "usr_1"));
    assert_eq!(email_guard(&account(), &email()), key("user-email#acme#a%23b%2523@example.com", "guard"));
    assert_eq!(credential(&client), key("credential#client-1", "credential"));
    assert_eq!(credentials(&account()), "credentials#acme");
    let day = Day::parse("2020-07-24").expect("a day");
    assert_eq!(day_count(&account(), Shard::FIRST, day), key("counts#acme#00", "2020-07-24"));
    assert_eq!(subject_count(Category::UserAccess, &user_id), "userAccess#usr_1");
    assert_eq!(accounts(), "accounts#all");
    assert_eq!((log(&account()), log_item(1_234)), ("log#acme".to_owned(), "e#0000000000001234".to_owned()));
    let at = Timestamp::parse_fixed("2026-11-25T21:40:59.999Z").expect("a time");
    assert_eq!(log_dirty(at, "8d0f#1"), key("log-dirty#2026-11-25T21:40", "8d0f%231"));
    assert_eq!(reconciled_cursor(&account()), key("reconciled#acme", "cursor"));
    assert_eq!(reconciled_day(&account(), day), key("reconciled#acme", "2020-07-24"));
    let idempotency_key = IdempotencyKey::parse("A#b%23~").expect("a key");
    assert_eq!(idempotency(&account(), &idempotency_key), key("idempotency#acme#A%23b%2523~", "idempotency"));
}

#[test]
fn the_item_of_a_log_reads_back() {
    assert_eq!(log_item_first("e#0000000000001234"), Some(1_234));
    for bad in ["", "e#", "e#1234", "e#+000000000001234", "n0#0000000000000000", "e#00000000000012345"] {
        assert_eq!(log_item_first(bad), None, "{bad:?} was read");
    }
}

#[test]
fn a_partition_of_events_names_its_account() {
    assert_eq!(account_of_events("events#acme#0f"), Some((account(), "0f")));
    for bad in ["events#acme", "events#acme#0", "events#acme#00#type#A", "events##00", "users#acme#00", "events#a b#00"]
    {
        assert_eq!(account_of_events(bad), None, "{bad:?} was read");
    }
}

#[test]
fn an_events_sort_key_reads_back() {
    let text = "2020-07-24T03:26:02.000Z#0190-a";
    let parsed = EventSortKey::parse(text).expect("a sort key");
    assert_eq!(parsed.to_string(), text);
}

#[test]
fn a_sort_key_that_is_cut_or_has_too_many_parts_is_refused() {
    for bad in [
        "",
        "2020-07-24T03:26:02.000Z",
        "2020-07-24T03:26:02.000Z#",
        "2020-07-24T03:26:02.000Z#a#b",
        "2020-07-24T03:26:02Z#a",
        "#a",
    ] {
        assert_eq!(EventSortKey::parse(bad), None, "{bad:?} was read");
    }
}

#[test]
fn every_sort_key_lies_before_the_end_of_time() {
    assert!(Timestamp::MAX.to_string().as_str() < AFTER_EVERY_TIME);
}
