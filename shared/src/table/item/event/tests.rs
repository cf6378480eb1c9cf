//! Events as items: golden ones, and what is no event.

use super::*;
use crate::event::canonical::derived_event_id;
use crate::event::input::EventInput;
use crate::values::ids::EventId;
use aws_sdk_dynamodb::types::AttributeValue;

fn account() -> AccountId {
    AccountId::parse("acme").expect("an account id")
}

fn event(text: &str) -> AuditEvent {
    let at = Timestamp::parse_fixed("2020-07-24T03:26:02.000Z").expect("a time");
    let input = EventInput::parse(text).expect("an event");
    input.into_event(EventId::parse("e-1").expect("an id"), at, Timestamp::MAX)
}

const FULL: &str = r#"{"event_type":"INVITED_USER","event_description":"Invited","principal":{"id":"p","name":"Żółć",
    "email":"Ada@example.com","role":"ADMIN","ip_address":"192.0.2.1"},"subject":{"category":"users",
    "entity_key":"Network:User","entity_id":"x","user_id":"u-1"},"message_key":"Network:UserInvited",
    "message":{"a":1},"previous_state":{"s":0},"current_state":{"s":1}}"#;

#[test]
fn a_full_event_has_these_attributes() {
    let mut texts: Vec<_> = encode_event(&account(), &event(FULL))
        .into_iter()
        .map(|(name, value)| format!("{name}={}", value.as_s().expect("a string")))
        .collect();
    texts.sort();
    assert_eq!(
        texts,
        [
            "category_pk=events#acme#00#category#users",
            "current_state={\"s\":1}",
            "email_pk=events#acme#00#email#ada@example.com",
            "event_description=Invited",
            "event_type=INVITED_USER",
            "message={\"a\":1}",
            "message_key=Network:UserInvited",
            "pk=events#acme#00",
            "previous_state={\"s\":0}",
            "principal_email=Ada@example.com",
            "principal_id=p",
            "principal_ip_address=192.0.2.1",
            "principal_name=Żółć",
            "principal_role=ADMIN",
            "recorded_at=9999-12-31T23:59:59.999Z",
            "sk=2020-07-24T03:26:02.000Z#e-1",
            "subject_category=users",
            "subject_entity_id=x",
            "subject_entity_key=Network:User",
            "subject_pk=events#acme#00#category#users#user#u-1",
            "subject_user_id=u-1",
            "type_pk=events#acme#00#type#INVITED_USER",
        ]
    );
}

#[test]
fn an_event_reads_back() {
    let smallest = r#"{"event_type":"A","event_description":"B","principal":{"role":"API","ip_address":"::1"}}"#;
    for text in [FULL, smallest] {
        let event = event(text);
        assert_eq!(decode_event(encode_event(&account(), &event)), Ok(event));
    }
}

#[test]
fn a_new_index_changes_neither_what_an_event_says_nor_the_id_derived_from_it() {
    let event = event(FULL);
    let mut item = encode_event(&account(), &event);
    item.insert("role_pk".to_owned(), AttributeValue::S("events#acme#00#role#ADMIN".to_owned()));
    let read = decode_event(item).expect("an event");
    assert!(read.says_the_same(&event));
    assert_eq!(
        derived_event_id(&account(), &read.created_at.into(), &read.details).as_str(),
        "evt_9d7b0cecf00a455594530d38c904457e"
    );
}

#[test]
fn an_event_that_does_not_decode_names_its_key_and_attribute() {
    let mut item = encode_event(&account(), &event(FULL));
    item.insert("principal_role".to_owned(), AttributeValue::N("1".to_owned()));
    let said = decode_event(item).map_err(|error| error.to_string());
    assert_eq!(
        said,
        Err("item events#acme#00 / 2020-07-24T03:26:02.000Z#e-1: attribute principal_role is not a string".to_owned())
    );

    let mut item = encode_event(&account(), &event(FULL));
    item.remove("event_description");
    let said = decode_event(item).map_err(|error| (error.attribute, error.problem));
    assert_eq!(said, Err(("event_description", "is missing")));
}

#[test]
fn an_event_says_who_recorded_it_and_one_from_before_that_was_kept_does_not() {
    let of_directory = AuditEvent { recorded_by: Recorder::parse("directory:c-1"), ..event(FULL) };
    let item = encode_event(&account(), &of_directory);
    assert_eq!(item["recorded_by"].as_s().map(String::as_str), Ok("directory:c-1"));
    assert_eq!(decode_event(item), Ok(of_directory));

    let from_before = event(FULL);
    assert_eq!(from_before.recorded_by, None);
    assert!(!encode_event(&account(), &from_before).contains_key("recorded_by"));

    let mut malformed = encode_event(&account(), &from_before);
    malformed.insert("recorded_by".to_owned(), AttributeValue::S("a#b".to_owned()));
    let said = decode_event(malformed).map_err(|error| (error.attribute, error.problem));
    assert_eq!(said, Err(("recorded_by", "is malformed")));
}

#[test]
fn an_item_without_a_key_says_which_part_is_missing() {
    for part in ["pk", "sk"] {
        let mut item = encode_event(&account(), &event(FULL));
        item.remove(part);
        let said = decode_event(item).map_err(|error| (error.attribute, error.problem));
        assert_eq!(said, Err((part, "is missing")));
    }
    let mut item = encode_event(&account(), &event(FULL));
    item.insert("sk".to_owned(), AttributeValue::N("1".to_owned()));
    let said = decode_event(item).map_err(|error| (error.attribute, error.problem));
    assert_eq!(said, Err(("sk", "is not a string")));
}
