use super::*;
use crate::dialect::feed::{EventObject, FeedEvent, FeedMarker, FeedPrincipal, FeedSubject, Others, Unshown};
use crate::event::Role;
use crate::values::timestamp::Timestamp;
use serde_json::Value;
use serde_json::value::RawValue;

mod types;

fn at(text: &str) -> Timestamp {
    Timestamp::parse_fixed(text).expect("a time")
}

fn event(event_type: &str) -> EventObject<'_> {
    EventObject {
        id: "evt_1",
        created_at: at("2026-05-01T09:30:00.123Z"),
        recorded_at: Some("2026-05-01T09:30:01.000Z"),
        recorded_by: Some("crm"),
        event_type: Some(event_type),
        event_description: Some("Ada did \"it\""),
        principal: FeedPrincipal {
            id: Some("usr_1"),
            name: Some("Ada"),
            email: Some("ada@example.com"),
            role: Some(Role::Admin),
            ip_address: Some("192.0.2.1"),
        },
        subject: None,
        message_key: None,
        message: None,
        previous_state: None,
        current_state: None,
        others: Others::default(),
        redacted: Vec::new(),
    }
}

fn subject(entity_key: &str) -> Option<FeedSubject<'_>> {
    let category = Some("users");
    Some(FeedSubject { category, entity_key: Some(entity_key), entity_id: Some("ent_2"), user_id: Some("usr_2") })
}

fn text(event: EventObject<'_>, mapping: &str) -> String {
    let mapping = OcsfMapping::parse(mapping).expect("a mapping");
    let account = AccountId::parse("acme").expect("an account id");
    let event = FeedEvent { position: 17, appended_at: at("2026-05-01T09:30:02.000Z"), event };
    ocsf_event(&FeedRow::Event(Box::new(event)), &account, &mapping)
}

fn value(event: EventObject<'_>) -> Value {
    serde_json::from_str(&text(event, "{}")).expect("JSON")
}

fn raw(text: &str) -> Option<&RawValue> {
    serde_json::from_str(text).ok()
}

/// What every event of the tests has, up to what follows its message.
const METADATA: &str = concat!(
    r#""metadata":{"version":"1.8.0","product":{"name":"Audit Trail","vendor_name":"audit-trail","version":"0.1.0"},"#,
    r#""log_name":"audit-trail","tenant_uid":"acme","uid":"evt_1","sequence":17,"#
);

#[test]
fn an_event_of_the_directory_has_its_place_and_keeps_the_rest_as_text() {
    let event = EventObject {
        recorded_by: Some("directory:c-1"),
        subject: subject("Network:User"),
        message_key: Some("Network:Deactivated"),
        message: raw(r#"{"n": 1.0}"#),
        previous_state: raw(r#"{"id":"usr_2","email_address":"grace@example.com","status":"active"}"#),
        current_state: raw(
            r#"{"id":"usr_2","email_address":"grace@example.com","name":"Grace","status":"deactivated"}"#,
        ),
        ..event("DEACTIVATED_USER")
    };
    let expected = [
        r#"{"category_uid":3,"category_name":"Identity & Access Management","class_uid":3001,"class_name":"Account Change","#,
        r#""activity_id":5,"activity_name":"Disable","type_uid":300105,"type_name":"Account Change: Disable","#,
        r#""severity_id":1,"severity":"Informational","status_id":1,"status":"Success","time":1777627800123,"#,
        r#""message":"Ada did \"it\"","#,
        METADATA,
        r#""event_code":"DEACTIVATED_USER","original_time":"2026-05-01T09:30:00.123Z","logged_time":1777627801000},"#,
        r#""actor":{"user":{"name":"Ada","uid":"usr_1","email_addr":"ada@example.com","type_id":2,"type":"Admin"}},"#,
        r#""src_endpoint":{"ip":"192.0.2.1"},"#,
        r#""user":{"name":"Grace","uid":"usr_2","email_addr":"grace@example.com"},"#,
        r#""observables":[{"name":"src_endpoint.ip","type_id":2,"type":"IP Address","value":"192.0.2.1"},"#,
        r#"{"name":"actor.user.email_addr","type_id":5,"type":"Email Address","value":"ada@example.com"},"#,
        r#"{"name":"user.email_addr","type_id":5,"type":"Email Address","value":"grace@example.com"}],"#,
        r#""unmapped":{"appended_at":"2026-05-01T09:30:02.000Z","recorded_by":"directory:c-1","role":"ADMIN","#,
        r#""subject":{"category":"users","entity_key":"Network:User","entity_id":"ent_2","user_id":"usr_2"},"#,
        r#""message_key":"Network:Deactivated","message":"{\"n\": 1.0}","#,
        r#""previous_state":"{\"id\":\"usr_2\",\"email_address\":\"grace@example.com\",\"status\":\"active\"}","#,
        r#""current_state":"{\"id\":\"usr_2\",\"email_address\":\"grace@example.com\",\"name\":\"Grace\",\"status\":\"deactivated\"}"}}"#,
    ];
    assert_eq!(text(event, "{}"), expected.concat());
}

#[test]
fn a_type_that_nobody_knows_is_something_done_to_its_subject_or_to_the_organisation() {
    let with = value(EventObject { subject: subject("Invoice"), ..event("PAID_INVOICE") });
    assert_eq!(with["type_uid"], 300_499);
    assert_eq!([&with["activity_name"], &with["type_name"]], ["PAID_INVOICE", "Entity Management: Other"]);
    assert_eq!((&with["status_id"], &with["status"]), (&0.into(), &"Unknown".into()));
    assert_eq!(with["entity"].to_string(), r#"{"type":"Invoice","type_id":99,"uid":"ent_2"}"#);

    let without = value(event("PAID_INVOICE"));
    let organization = r#"{"org":{"uid":"acme"},"type":"Organization","type_id":4,"uid":"acme"}"#;
    assert_eq!(without["entity"].to_string(), organization);

    let user = value(EventObject { subject: subject("Network:User"), ..event("PAID_INVOICE") });
    let expected = r#"{"type":"User","type_id":2,"uid":"usr_2","user":{"uid":"usr_2"}}"#;
    assert_eq!(user["entity"].to_string(), expected);
}

#[test]
fn whatever_else_an_event_has_is_kept_as_text() {
    let others = Others(vec![("session_id", "s-1"), ("later_state", "{\"n\": 1.0}")]);
    let unmapped = value(EventObject { others, ..event("PAID_INVOICE") })["unmapped"].clone();
    assert_eq!([&unmapped["session_id"], &unmapped["later_state"]], ["s-1", "{\"n\": 1.0}"]);
}

#[test]
fn the_operators_mapping_goes_first() {
    let mapping = r#"{"PAID_INVOICE": "entity_management.update",
        "LOGON_FAILED": {"activity": "authentication.logon", "status": "failure", "severity": "medium"},
        "CREATED_DESTINATION": "entity_management.enroll", "MUTED_ISSUE": "account_change.lock"}"#;
    let mapped = |event: EventObject<'_>| serde_json::from_str::<Value>(&text(event, mapping)).expect("JSON");

    let failed = mapped(event("LOGON_FAILED"));
    assert_eq!((&failed["type_uid"], &failed["activity_name"]), (&300_201.into(), &"Logon".into()));
    assert_eq!([&failed["status"], &failed["severity"]], ["Failure", "Medium"]);
    assert_eq!(failed["service"].to_string(), r#"{"uid":"acme"}"#);
    assert_eq!(failed["user"]["uid"], "usr_1");

    assert_eq!(mapped(event("PAID_INVOICE"))["type_uid"], 300_403);
    let destination = mapped(event("CREATED_DESTINATION"));
    assert_eq!((&destination["type_uid"], &destination["entity"]["type"]), (&300_406.into(), &"Destination".into()));
    let muted = mapped(event("MUTED_ISSUE"));
    assert_eq!((&muted["type_uid"], &muted["user"]["uid"]), (&300_109.into(), &"usr_1".into()));
}

#[test]
fn a_user_has_a_name_a_uid_or_an_account() {
    let user = |id, name, email| {
        let principal = FeedPrincipal { id, name, email, role: Some(Role::Support), ip_address: Some("::") };
        let event = value(EventObject { principal, ..event("CHANGED_PASSWORD") });
        assert_eq!(event["actor"]["user"], event["user"]);
        assert_eq!(event.get("src_endpoint"), None);
        (event["user"].to_string(), event["unmapped"]["email"].clone())
    };
    let support = r#""type":"SUPPORT","type_id":99"#;
    let email = Some("ada@example.com");
    assert_eq!(
        user(None, None, email).0,
        format!(r#"{{"email_addr":"ada@example.com","name":"ada@example.com",{support}}}"#)
    );
    assert_eq!(user(Some("u"), None, None).0, format!(r#"{{{support},"uid":"u"}}"#));
    assert_eq!(
        user(None, Some("Ada"), email).0,
        format!(r#"{{"email_addr":"ada@example.com","name":"Ada",{support}}}"#)
    );
    assert_eq!(user(None, None, None).0, format!(r#"{{"account":{{"uid":"acme"}},{support}}}"#));
    let odd = user(None, None, Some("zoë@example.com"));
    assert_eq!(odd, (format!(r#"{{"name":"zoë@example.com",{support}}}"#), "zoë@example.com".into()));
}

#[test]
fn a_redacted_event_is_labelled_and_keeps_what_is_left() {
    let principal = FeedPrincipal { id: None, name: None, email: None, role: None, ip_address: None };
    let redacted = vec!["event_description", "event_type", "principal_id"];
    let event = value(EventObject { event_type: None, event_description: None, principal, redacted, ..event("A") });

    assert_eq!(event["metadata"]["labels"].to_string(), r#"["redacted"]"#);
    assert_eq!(event["unmapped"]["redacted"].to_string(), r#"["event_description","event_type","principal_id"]"#);
    assert_eq!((&event["type_uid"], &event["activity_name"]), (&300_499.into(), &"Unknown".into()));
    for absent in ["actor", "src_endpoint", "message", "observables"] {
        assert_eq!(event.get(absent), None, "{absent}");
    }
}

#[test]
fn what_stands_in_place_of_an_event_is_an_event_to_act_on() {
    let account = AccountId::parse("acme").expect("an account id");
    let marker = |created_at, why| {
        let marker =
            FeedMarker { position: 17, appended_at: at("2026-05-01T09:30:02.000Z"), created_at, id: "evt_1", why };
        ocsf_event(&FeedRow::Marker(marker), &account, &OcsfMapping::default())
    };
    let expected = [
        r#"{"category_uid":3,"category_name":"Identity & Access Management","class_uid":3004,"class_name":"Entity Management","#,
        r#""activity_id":99,"activity_name":"EVENT_MISSING","type_uid":300499,"type_name":"Entity Management: Other","#,
        r#""severity_id":4,"severity":"High","status_id":0,"status":"Unknown","time":1777627800123,"#,
        r#""message":"The event at this position of the log is missing, or cannot be read","#,
        METADATA,
        r#""event_code":"EVENT_MISSING","original_time":"2026-05-01T09:30:00.123Z"},"#,
        r#""entity":{"type_id":99,"type":"Audit Event","uid":"evt_1"},"#,
        r#""unmapped":{"appended_at":"2026-05-01T09:30:02.000Z","missing":true}}"#,
    ];
    assert_eq!(marker(Some(at("2026-05-01T09:30:00.123Z")), Unshown::Missing), expected.concat());

    let altered: Value = serde_json::from_str(&marker(None, Unshown::Altered)).expect("JSON");
    assert_eq!((&altered["time"], &altered["severity"]), (&1_777_627_802_000_i64.into(), &"Critical".into()));
    assert_eq!(altered["unmapped"].to_string(), r#"{"altered":true,"appended_at":"2026-05-01T09:30:02.000Z"}"#);
    assert_eq!(altered["metadata"].get("original_time"), None);
}
