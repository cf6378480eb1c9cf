use super::*;
use crate::log::entry::Entry;
use crate::table::digest::event_ref;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::HashMap;

const SK: &str = "2020-07-24T03:26:02.000Z#e-1";

fn item(more: &[(&str, &str)]) -> Item {
    let least = [
        ("pk", "events#acme#00"),
        ("sk", SK),
        ("recorded_at", "2020-07-24T03:26:03.000Z"),
        ("type_pk", "events#acme#00#type#INVITED_USER"),
        ("event_type", "INVITED_USER"),
        ("event_description", "Invited \"Grace\""),
        ("principal_role", "ADMIN"),
        ("principal_ip_address", "192.0.2.1"),
    ];
    let text = |(name, value): &(&str, &str)| ((*name).to_owned(), AttributeValue::S((*value).to_owned()));
    least.iter().chain(more).map(text).collect()
}

fn json(row: &FeedRow<'_>) -> String {
    serde_json::to_string(row).expect("a row serialises")
}

/// The row of what stands in the table, where the log has the digest of `recorded`.
fn row(stands: Option<&Item>, recorded: &Item) -> String {
    let (event, digest) = (event_ref("00", SK, recorded), digest(recorded));
    let logged = Logged {
        position: 17,
        appended_at: Timestamp::parse_fixed("2020-07-24T03:26:04.000Z").expect("a time"),
        entry: Entry::Event(event.clone(), digest),
        item_bytes: 500,
        item_first: 17,
    };
    json(&FeedRow::of(&logged, &event, &Row::of(stands, &digest)))
}

#[test]
fn an_event_is_shown_with_everything_that_was_recorded_to_the_letter() {
    let more = [
        ("recorded_by", "queue"),
        ("principal_id", "p"),
        ("principal_name", "Ada"),
        ("principal_email", "ada@example.com"),
        ("subject_category", "users"),
        ("subject_entity_key", "Team"),
        ("subject_entity_id", "t-1"),
        ("subject_user_id", "u-1"),
        ("message_key", "Network:UserInvited"),
        ("message", "{\"n\": 1.0}"),
        ("previous_state", "{\"s\":1e2}"),
        ("current_state", "{}"),
    ];
    let item = item(&more);
    let expected = concat!(
        r#"{"position":17,"appended_at":"2020-07-24T03:26:04.000Z","id":"e-1","created_at":"2020-07-24T03:26:02.000Z","#,
        r#""recorded_at":"2020-07-24T03:26:03.000Z","recorded_by":"queue","event_type":"INVITED_USER","#,
        r#""event_description":"Invited \"Grace\"","principal":{"id":"p","name":"Ada","email":"ada@example.com","#,
        r#""role":"ADMIN","ip_address":"192.0.2.1"},"subject":{"category":"users","entity_key":"Team","#,
        r#""entity_id":"t-1","user_id":"u-1"},"message_key":"Network:UserInvited","message":{"n": 1.0},"#,
        r#""previous_state":{"s":1e2},"current_state":{}}"#
    );
    assert_eq!(row(Some(&item), &item), expected);
}

#[test]
fn what_an_event_does_not_have_is_null() {
    let item = item(&[]);
    let expected = concat!(
        r#""principal":{"id":null,"name":null,"email":null,"role":"ADMIN","ip_address":"192.0.2.1"},"subject":null,"#,
        r#""message_key":null,"message":null,"previous_state":null,"current_state":null}"#
    );
    assert!(row(Some(&item), &item).ends_with(expected));
}

#[test]
fn whatever_else_an_event_has_stands_under_its_own_name_and_objects_as_they_are() {
    let attributes = EventAttributes::each(|_| None);
    let bare = EventObject::of(Timestamp::MIN, "e-1", &attributes, Vec::new());
    let others = Others(vec![("session_id", "s \"1\""), ("current_state", "{\"n\": 1.0}")]);
    let said =
        serde_json::to_string(&EventObject { others, redacted: vec!["message"], ..bare }).expect("it serialises");
    assert!(said.ends_with(r#""session_id":"s \"1\"","current_state":{"n": 1.0},"redacted":["message"]}"#), "{said}");
}

#[test]
fn an_event_that_is_gone_replaced_or_unreadable_is_marked() {
    let recorded = item(&[]);
    let marker = r#"{"position":17,"appended_at":"2020-07-24T03:26:04.000Z","created_at":"2020-07-24T03:26:02.000Z","id":"e-1","#;
    assert_eq!(row(None, &recorded), format!("{marker}\"missing\":true}}"));
    let other = item(&[("principal_name", "Mallory")]);
    assert_eq!(row(Some(&other), &recorded), format!("{marker}\"altered\":true}}"));
    for unreadable in [item(&[("message", "{\"a\":")]), item(&[("principal_role", "KING")])] {
        assert_eq!(row(Some(&unreadable), &unreadable), format!("{marker}\"missing\":true}}"));
    }
}

#[test]
fn the_key_of_an_index_does_not_make_an_event_another() {
    let (recorded, mut moved) = (item(&[]), item(&[]));
    moved.remove("type_pk");
    assert!(row(Some(&moved), &recorded).contains("INVITED_USER"));
}

#[test]
fn a_redacted_event_names_what_is_gone() {
    let mut redacted = item(&[]);
    redacted.remove("event_description");
    let gone = HashMap::from([("event_description".to_owned(), AttributeValue::B(Blob::new([7; 32])))]);
    redacted.insert("redacted".to_owned(), AttributeValue::M(gone));
    let row = row(Some(&redacted), &redacted);
    assert!(row.contains(r#""event_description":null"#), "{row}");
    assert!(row.ends_with(r#""redacted":["event_description"]}"#), "{row}");
}

#[test]
fn an_event_under_a_key_that_no_writer_makes_is_marked_by_it() {
    let logged =
        Logged { position: 0, appended_at: Timestamp::MIN, entry: Entry::BackfillBegin, item_bytes: 0, item_first: 0 };
    let event = event_ref("00", "by hand", &Item::new());
    let said = json(&FeedRow::of(&logged, &event, &Row::Missing));
    let expected =
        r#"{"position":0,"appended_at":"1970-01-01T00:00:00.000Z","created_at":null,"id":"by hand","missing":true}"#;
    assert_eq!(said, expected);
}
