//! The frozen form, the ids and the hashes, each to the letter; and which events have the same content.

use super::*;
use crate::event::idempotency::RequestHash;
use crate::event::input::EventInput;
use crate::values::timestamp::Timestamp;

const FULL: &str = r#"{"id":"e-1","created_at":"2020-07-24T05:26:02.123001+02:00","event_type":"INVITED_USER",
    "event_description":"Invited \"Ada\"\n\u00eb","principal":{"id":"p-1","name":"Żółć","email":"Ada@example.com",
    "role":"MERGE_TEAM","ip_address":"::ffff:192.0.2.1"},"subject":{"category":"userAccess",
    "entity_key":"Network:UserAccess","entity_id":"x","user_id":"u-1"},"message_key":"Network:UserLoggedOn",
    "message":{"b":1.10,"a":"\u00e9\/"},"previous_state":{},"current_state":{"s":[{"z":null,"y":true}]}}"#;

const SMALLEST: &str =
    r#"{"event_type":"A","event_description":"b","principal":{"role":"API","ip_address":"2001:0DB8::1"}}"#;

fn input(text: &str) -> EventInput {
    EventInput::parse(text).expect("an event")
}

fn form(text: &str) -> String {
    let EventInput { id, created_at, details } = input(text);
    canonical(id.as_ref(), created_at.as_ref(), &details)
}

fn account() -> AccountId {
    AccountId::parse("acme").expect("an account id")
}

fn id_of(text: &str) -> String {
    let created_at = Timestamp::parse_fixed("2020-07-24T03:26:02.000Z").expect("a time");
    derived_event_id(&account(), &input(text).created_at.unwrap_or(created_at.into()), &input(text).details).to_string()
}

#[test]
fn the_form_is_kept_from_release_to_release() {
    assert_eq!(
        form(FULL),
        concat!(
            r#"{"created_at":"2020-07-24T03:26:02.123001Z","current_state":{"s":[{"y":true,"z":null}]},"#,
            r#""event_description":"Invited \"Ada\"\në","event_type":"INVITED_USER","id":"e-1","#,
            r#""message":{"a":"é/","b":1.10},"message_key":"Network:UserLoggedOn","previous_state":{},"#,
            r#""principal":{"email":"Ada@example.com","id":"p-1","ip_address":"192.0.2.1","name":"Żółć","#,
            r#""role":"MERGE_TEAM"},"subject":{"category":"userAccess","entity_id":"x","#,
            r#""entity_key":"Network:UserAccess","user_id":"u-1"}}"#
        )
    );
    assert_eq!(
        form(SMALLEST),
        r#"{"event_description":"b","event_type":"A","principal":{"ip_address":"2001:db8::1","role":"API"}}"#
    );
}

#[test]
fn the_derived_ids_are_kept_from_release_to_release() {
    // printf 'acme\n%s\n' '<the form without its id>' | sha256sum | cut -c 1-32
    assert_eq!(id_of(FULL), "evt_7987f72f5e8470141c03836dad58bba9");
    assert_eq!(id_of(SMALLEST), "evt_942805d40f15f757eac8acdcc4a58144");
}

/// Other texts of [`FULL`]: other orders, escapes and spellings.
fn other_words() -> Vec<String> {
    let changes = [
        (r#""message":{"b":1.10,"a":"\u00e9\/"}"#, r#""message":{ "\u0061" : "é/", "b" : 1.10 }"#),
        (r#"{"z":null,"y":true}"#, r#"{"y":true,"z":null}"#),
        (r"\u00eb", "ë"),
        ("2020-07-24T05:26:02.123001+02:00", "2020-07-24 03:26:02.1230010000z"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        (r#""category":"userAccess","#, r#""category":"userAcc\u0065ss","#),
        (r#""previous_state":{}"#, r#""previous_state": { }"#),
    ];
    changes.iter().map(|(from, to)| FULL.replacen(from, to, 1)).collect()
}

/// Texts of other events than [`FULL`].
fn other_content() -> Vec<String> {
    let changes = [
        ("123001", "123002"),
        ("123001", "1230010000001"),
        ("1.10", "1.1"),
        (r#"{"z":null,"y":true}"#, r#"{"y":true}"#),
        (r#""a":"\u00e9\/""#, r#""a":"e\u0301/""#),
        ("Ada@example.com", "ada@example.com"),
        (r#""previous_state":{},"#, ""),
        ("Network:UserLoggedOn", "Network:UserLoggedOff"),
        ("u-1", "u-2"),
    ];
    changes.iter().map(|(from, to)| FULL.replacen(from, to, 1)).collect()
}

#[test]
fn the_same_content_in_other_words_has_the_same_form_id_and_hash() {
    let hash = |text: &str| RequestHash::of(&account(), [&input(text)]).to_text();
    for text in other_words() {
        assert_ne!(text, FULL);
        assert_eq!(form(&text), form(FULL), "{text}");
        assert_eq!(id_of(&text), id_of(FULL), "{text}");
        assert_eq!(hash(&text), hash(FULL), "{text}");
    }
}

#[test]
fn other_content_has_another_form_id_and_hash() {
    let hash = |text: &str| RequestHash::of(&account(), [&input(text)]).to_text();
    for text in other_content() {
        assert_ne!(form(&text), form(FULL), "{text}");
        assert_ne!(id_of(&text), id_of(FULL), "{text}");
        assert_ne!(hash(&text), hash(FULL), "{text}");
    }
    assert_ne!(form(&FULL.replacen("e-1", "e-2", 1)), form(FULL));
    assert_eq!(id_of(&FULL.replacen("e-1", "e-2", 1)), id_of(FULL));
    let other_account = AccountId::parse("other").expect("an account id");
    let id = derived_event_id(&other_account, &input(FULL).created_at.expect("a time"), &input(FULL).details);
    assert_ne!(id.as_str(), id_of(FULL));
}

#[test]
fn events_say_the_same_if_their_content_is_the_same_whenever_they_were_recorded() {
    let event = |text: &str, recorded_at| {
        let input = input(text);
        let (id, created_at) = (input.id_or_derived(&account(), recorded_at), input.created_at_or(recorded_at));
        input.into_event(id, created_at, recorded_at)
    };
    let first = event(FULL, Timestamp::MIN);
    for text in other_words() {
        assert!(event(&text, Timestamp::MAX).says_the_same(&first), "{text}");
    }
    // The table has milliseconds: of times within one, only ids tell events apart.
    for text in other_content().into_iter().filter(|text| text.contains("02.123001+")) {
        assert!(!event(&text, Timestamp::MIN).says_the_same(&first), "{text}");
    }
    assert!(!event(&FULL.replacen("e-1", "e-2", 1), Timestamp::MIN).says_the_same(&first));
}

#[test]
fn two_events_within_a_millisecond_are_two() {
    let at = |time: &str| SMALLEST.replacen('{', &format!(r#"{{"created_at":"2020-07-24T03:26:{time}","#), 1);
    let ids = ["00.123001Z", "00.123002Z", "00.123Z", "00.12300000000000001Z", "01Z"].map(|time| id_of(&at(time)));
    let distinct: std::collections::HashSet<_> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len());
    assert_eq!(id_of(&at("00.123Z")), id_of(&at("00.123000000000Z")));
}
