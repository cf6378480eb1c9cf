use super::*;
use crate::dialect::feed::{EventObject, FeedEvent, FeedMarker, FeedPrincipal, FeedSubject, Others, Unshown};
use crate::event::Role;

fn at(text: &str) -> Timestamp {
    Timestamp::parse_fixed(text).expect("a time")
}

fn event<'a>(subject: Option<FeedSubject<'a>>) -> FeedRow<'a> {
    let principal =
        FeedPrincipal { id: None, name: None, email: None, role: Some(Role::Api), ip_address: Some("192.0.2.1") };
    let event = EventObject {
        id: "evt_1",
        created_at: at("2026-05-01T09:30:00.123Z"),
        recorded_at: Some("2026-05-01T09:30:01.000Z"),
        recorded_by: None,
        event_type: Some("INVITED_USER"),
        event_description: Some("Invited Grace"),
        principal,
        subject,
        message_key: None,
        message: serde_json::from_str(r#"{"n": 1.0}"#).ok(),
        previous_state: None,
        current_state: None,
        others: Others::default(),
        redacted: Vec::new(),
    };
    let appended_at = at("2026-05-01T09:30:02.000Z");
    FeedRow::Event(Box::new(FeedEvent { position: 17, appended_at, event }))
}

fn written(row: &FeedRow<'_>) -> String {
    cloud_event(row, &AccountId::parse("acme|eu").expect("an account id"))
}

#[test]
fn an_event_is_the_data_of_an_envelope_that_says_which_and_when() {
    let subject =
        FeedSubject { category: Some("users"), entity_key: Some("User"), entity_id: Some("usr_2"), user_id: Some("u") };
    let expected = concat!(
        r#"{"specversion":"1.0","id":"2026-05-01T09:30:00.123Z#evt_1","source":"/audit-trail/acme%7Ceu","type":"INVITED_USER","#,
        r#""subject":"usr_2","time":"2026-05-01T09:30:00.123Z","sequence":"0000000000000017","#,
        r#""recordedtime":"2026-05-01T09:30:01.000Z","datacontenttype":"application/json","data":{"position":17,"#,
        r#""appended_at":"2026-05-01T09:30:02.000Z","id":"evt_1","created_at":"2026-05-01T09:30:00.123Z","#,
        r#""recorded_at":"2026-05-01T09:30:01.000Z","recorded_by":null,"event_type":"INVITED_USER","#,
        r#""event_description":"Invited Grace","principal":{"id":null,"name":null,"email":null,"role":"API","#,
        r#""ip_address":"192.0.2.1"},"subject":{"category":"users","entity_key":"User","entity_id":"usr_2","user_id":"u"},"#,
        r#""message_key":null,"message":{"n": 1.0},"previous_state":null,"current_state":null}}"#
    );
    assert_eq!(written(&event(Some(subject))), expected);
}

#[test]
fn a_subject_that_no_attribute_may_be_is_in_the_data_alone() {
    let subject = |entity_id| FeedSubject { category: None, entity_key: None, entity_id, user_id: None };
    for entity_id in [None, Some("a\tb"), Some("a\u{fffe}")] {
        assert!(
            !written(&event(Some(subject(entity_id)))).contains(r#""type":"INVITED_USER","subject""#),
            "{entity_id:?}"
        );
    }
}

#[test]
fn an_event_whose_type_was_redacted_says_so() {
    let FeedRow::Event(mut row) = event(None) else { unreachable!("an event") };
    row.event.event_type = None;
    let text = written(&FeedRow::Event(row));
    assert!(text.contains(r#""type":"EVENT_REDACTED","time""#), "{text}");
}

#[test]
fn what_stands_in_place_of_an_event_has_a_type_of_its_own() {
    let marker = |created_at, id, why| {
        let appended_at = at("2026-05-01T09:30:02.000Z");
        written(&FeedRow::Marker(FeedMarker { position: 17, appended_at, created_at, id, why }))
    };
    let expected = concat!(
        r#"{"specversion":"1.0","id":"2026-05-01T09:30:00.123Z#evt_1","source":"/audit-trail/acme%7Ceu","type":"EVENT_ALTERED","#,
        r#""time":"2026-05-01T09:30:00.123Z","sequence":"0000000000000017","datacontenttype":"application/json","#,
        r#""data":{"position":17,"appended_at":"2026-05-01T09:30:02.000Z","created_at":"2026-05-01T09:30:00.123Z","#,
        r#""id":"evt_1","altered":true}}"#
    );
    assert_eq!(marker(Some(at("2026-05-01T09:30:00.123Z")), "evt_1", Unshown::Altered), expected);
    let by_hand = marker(None, "by hand", Unshown::Missing);
    assert!(by_hand.starts_with(r#"{"specversion":"1.0","id":"by hand","#), "{by_hand}");
    let odd = marker(None, "by\nhand", Unshown::Missing);
    assert!(odd.contains(r#""id":"17","#) && odd.contains(r#""type":"EVENT_MISSING","sequence""#), "{odd}");
}
