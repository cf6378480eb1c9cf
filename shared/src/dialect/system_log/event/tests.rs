use super::*;
use crate::log::entry::Entry;
use crate::table::digest::{digest, event_ref};
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::HashMap;

const SK: &str = "2020-07-24T03:26:02.000Z#e-1";

/// What an event may have beside.
const MORE: &[(&str, &str)] = &[
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

/// What is shown of what stands in the table, where the log has the digest of `recorded`.
fn shown(stands: Option<&Item>, recorded: &Item) -> String {
    let (event, digest) = (event_ref("00", SK, recorded), digest(recorded));
    let logged = Logged {
        position: 17,
        appended_at: Timestamp::parse_fixed("2020-07-24T03:26:04.123Z").expect("a time"),
        entry: Entry::Event(event.clone(), digest),
        item_bytes: 500,
        item_first: 17,
    };
    LogEvent::of(&logged, &event, &Row::of(stands, &digest)).to_json()
}

#[test]
fn an_event_has_the_vendors_fields_and_the_rest_in_its_debug_data() {
    let item = item(MORE);
    let expected = concat!(
        r#"{"uuid":"e-1","published":"2020-07-24T03:26:04.123Z","eventType":"INVITED_USER","version":"0","severity":"INFO","#,
        r#""displayMessage":"Invited \"Grace\"","legacyEventType":null,"actor":{"id":"p","type":"User","#,
        r#""alternateId":"ada@example.com","displayName":"Ada","detailEntry":null},"client":{"ipAddress":"192.0.2.1","#,
        r#""userAgent":null,"geographicalContext":null,"zone":null,"device":null,"id":null},"#,
        r#""outcome":{"result":"SUCCESS","reason":null},"target":[{"id":"t-1","type":"Team","alternateId":null,"#,
        r#""displayName":null,"detailEntry":null}],"transaction":{"type":"WEB","id":null,"detail":{}},"#,
        r#""debugContext":{"debugData":{"position":"17","createdAt":"2020-07-24T03:26:02.000Z","#,
        r#""recordedAt":"2020-07-24T03:26:03.000Z","recordedBy":"queue","role":"ADMIN","subjectCategory":"users","#,
        r#""subjectEntityKey":"Team","subjectUserId":"u-1","messageKey":"Network:UserInvited","message":"{\"n\": 1.0}","#,
        r#""previousState":"{\"s\":1e2}","currentState":"{}"}},"authenticationContext":null,"securityContext":null,"#,
        r#""request":{"ipChain":[]}}"#
    );
    assert_eq!(shown(Some(&item), &item), expected);
}

/// Whatever an event has: Elastic's pipeline reads these names of the debug data as the vendor's own.
#[test]
fn no_attribute_has_a_name_in_the_debug_data_that_a_pipeline_takes_for_the_vendors() {
    let mut all = item(MORE);
    EventAttributes::each(|name| name).for_each(|name, _| {
        all.entry(name.to_owned()).or_insert_with(|| AttributeValue::S("x".to_owned()));
    });
    let said: serde_json::Value = serde_json::from_str(&shown(Some(&all), &all)).expect("JSON");
    let debug_data = said["debugContext"]["debugData"].as_object().expect("an object");
    assert!(debug_data.contains_key("messageKey"), "{debug_data:?}");
    for taken in ["url", "risk", "behaviors", "requestId"] {
        assert!(!debug_data.contains_key(taken), "{debug_data:?}");
    }
}

#[test]
fn what_an_event_does_not_have_is_null_and_not_in_its_debug_data() {
    let item = item(&[]);
    let said = shown(Some(&item), &item);
    let actor = r#""actor":{"id":null,"type":"User","alternateId":null,"displayName":null,"detailEntry":null}"#;
    assert!(said.contains(actor), "{said}");
    assert!(said.contains(r#""target":[],"#), "{said}");
    let debug_data = concat!(
        r#""debugData":{"position":"17","createdAt":"2020-07-24T03:26:02.000Z","#,
        r#""recordedAt":"2020-07-24T03:26:03.000Z","role":"ADMIN"}"#
    );
    assert!(said.contains(debug_data), "{said}");
}

#[test]
fn the_role_says_the_type_of_the_actor_and_the_entity_key_that_of_the_target() {
    for (role, kind) in
        [("SYSTEM", "SystemPrincipal"), ("API", "PublicClientApp"), ("MEMBER", "User"), ("SUPPORT", "User")]
    {
        let item = item(&[("principal_role", role)]);
        assert!(shown(Some(&item), &item).contains(&format!(r#""actor":{{"id":null,"type":"{kind}""#)), "{role}");
    }
    let item = item(&[
        ("subject_category", "users"),
        ("subject_entity_key", "Network:User"),
        ("subject_entity_id", "usr_2"),
        ("subject_user_id", "usr_2"),
    ]);
    assert!(shown(Some(&item), &item).contains(r#""target":[{"id":"usr_2","type":"User","#));
}

#[test]
fn an_event_that_is_gone_replaced_or_unreadable_is_said_to_be_missing() {
    let recorded = item(&[]);
    let missing = |message: &str, reason: &str| {
        format!(
            concat!(
                r#"{{"uuid":"e-1","published":"2020-07-24T03:26:04.123Z","eventType":"EVENT_MISSING","version":"0","severity":"WARN","#,
                r#""displayMessage":"{message}","legacyEventType":null,"actor":{{"id":null,"type":null,"alternateId":null,"#,
                r#""displayName":null,"detailEntry":null}},"client":{{"ipAddress":null,"userAgent":null,"#,
                r#""geographicalContext":null,"zone":null,"device":null,"id":null}},"#,
                r#""outcome":{{"result":"UNKNOWN","reason":"{reason}"}},"target":[],"#,
                r#""transaction":{{"type":"WEB","id":null,"detail":{{}}}},"debugContext":{{"debugData":{{"position":"17","#,
                r#""createdAt":"2020-07-24T03:26:02.000Z","{reason}":"true"}}}},"authenticationContext":null,"#,
                r#""securityContext":null,"request":{{"ipChain":[]}}}}"#
            ),
            message = message,
            reason = reason
        )
    };
    let gone = missing("The event at this position is gone, or cannot be read.", "missing");
    assert_eq!(shown(None, &recorded), gone);
    let other = item(&[("principal_name", "Mallory")]);
    let replaced = missing("Another event stands where the event of this position was recorded.", "altered");
    assert_eq!(shown(Some(&other), &recorded), replaced);
    let unreadable = item(&[("message", "{\"a\":")]);
    assert_eq!(shown(Some(&unreadable), &unreadable), gone);
}

#[test]
fn a_redacted_event_names_what_is_gone() {
    let mut redacted = item(&[]);
    redacted.remove("event_description");
    redacted.remove("principal_ip_address");
    let gone = |name: &str| (name.to_owned(), AttributeValue::B(Blob::new([7; 32])));
    let gone = HashMap::from([gone("principal_ip_address"), gone("event_description"), gone("subject_entity_key")]);
    redacted.insert("subject_entity_id".to_owned(), AttributeValue::S("t-1".to_owned()));
    redacted.insert("redacted".to_owned(), AttributeValue::M(gone));
    let said = shown(Some(&redacted), &redacted);
    assert!(said.contains(r#""displayMessage":null"#) && said.contains(r#""ipAddress":null"#), "{said}");
    assert!(said.contains(r#""target":[{"id":"t-1","type":"Unknown","#), "{said}");
    let names = r#""redacted":"event_description,principal_ip_address,subject_entity_key"}"#;
    assert!(said.contains(names), "{said}");
}
