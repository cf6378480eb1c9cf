//! Recording events over HTTP: the payload of `events/` to the letter, and what a batch is in the trail.

use serde_json::{Value, json};
use shared::credential::Scope;
use std::path::Path;
use tests::reply::invoke;
use tests::{Account, Bed, Call, Reply, trail_walk};

/// An event that leaves its id and time to the service.
pub(crate) fn fresh(description: &str) -> Value {
    json!({"event_type": "INVITED_USER", "event_description": description,
        "principal": {"role": "ADMIN", "ip_address": "192.0.2.1"}})
}

/// The same, with an id and a time of its own.
pub(crate) fn own(id: &str, created_at: &str, description: &str) -> Value {
    let mut event = fresh(description);
    let fields = event.as_object_mut().expect("an event is an object");
    fields.insert("id".to_owned(), json!(id));
    fields.insert("created_at".to_owned(), json!(created_at));
    event
}

/// `(id, created_at)` of the events that an answer says were recorded.
pub(crate) fn told(reply: &Reply) -> Vec<(String, String)> {
    assert_eq!(reply.status, 201, "{}", reply.body);
    let body = reply.json();
    let events = body.get("events").and_then(Value::as_array).expect("a list");
    events.iter().map(|event| (text(event, "id"), text(event, "created_at"))).collect()
}

/// A field that is a string.
pub(crate) fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).expect("a string").to_owned()
}

/// Ids of the account's trail, newest first.
pub(crate) async fn trail_ids(bed: &Bed, account: &Account) -> Vec<String> {
    trail_walk::ids(&trail_walk::forwards(bed, &Call::trail(account).query("page_size", "100")).await)
}

/// The body, with the request id and the one id and time that are made anew each time called by their names.
fn masked(reply: &Reply) -> String {
    let request_id = tests::refusal::check_headers(reply);
    let (id, created_at) = told(reply).remove(0);
    assert_eq!((id.len(), created_at.len()), (36, 24), "{}", reply.body);
    assert_eq!((&id[14..15], &created_at[23..]), ("7", "Z"), "{}", reply.body);
    reply.body.replace(&request_id, "REQUEST-ID").replace(&id, "UUID").replace(&created_at, "NOW")
}

#[tokio::test]
async fn the_payload_is_recorded_with_this_answer_and_once() {
    let bed = Bed::with_own_table().await;
    let account = Account::new("demo", "demo", "local-demo-secret");
    bed.put_credential(&account, Scope::ALL).await;
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events/events-record.json");
    let payload = std::fs::read_to_string(file).expect("the payload");
    let body = concat!(
        r#"{"events":[{"id":"UUID","created_at":"NOW"},"#,
        r#"{"id":"evt-recorded-2","created_at":"2024-03-01T09:40:00.500Z"}],"request_id":"REQUEST-ID"}"#
    );
    bed.requests_sent();

    let first = invoke(&bed.app, "events-record", &payload).await;
    assert_eq!(bed.requests_sent(), 2, "the credential is looked up, and the batch is one transaction");
    let again = invoke(&bed.app, "events-record", &payload).await;

    let names: Vec<_> = first.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["cache-control", "content-type", "x-content-type-options", "x-request-id"]);
    assert_eq!(masked(&first), body);
    assert_eq!(masked(&again), body);
    assert_eq!(told(&again), told(&first));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let ids: Vec<_> = told(&first).into_iter().map(|(id, _)| id).collect();
    assert_eq!(trail_ids(&bed, &account).await, ids);
}

#[tokio::test]
async fn every_field_of_an_event_is_in_both_audits() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let event = json!({"id": "e-1", "created_at": "2024-03-01T09:00:00+01:00", "event_type": "USER_RENAMED",
            "event_description": "Żółć", "principal": {"id": "p", "name": "Ada", "email": "Ada@example.com",
            "role": "MERGE_TEAM", "ip_address": "2001:0DB8::1"}, "subject": {"category": "users",
            "entity_key": "Network:Team", "entity_id": "x", "user_id": "u-1"}, "message_key": "Network:Renamed",
            "message": {"b": 1.10}, "previous_state": {"Name": "A"}, "current_state": {"Name": "B"}});

        let reply = bed.send(&Call::record(&account, &[event])).await;
        let trail = bed.send(&Call::trail(&account)).await;
        let audit = bed.send(&Call::users_audit(&account, Some("u-1"))).await;

        assert_eq!(told(&reply), [("e-1".to_owned(), "2024-03-01T08:00:00.000Z".to_owned())], "{}", bed.engine);
        let expected = concat!(
            r#"{"next":null,"previous":null,"results":[{"id":"e-1","user_name":"Ada","user_email":"Ada@example.com","#,
            r#""role":"MERGE_TEAM","ip_address":"2001:db8::1","event_type":"USER_RENAMED","#,
            r#""event_description":"Żółć","created_at":"2024-03-01T08:00:00.000Z"}]}"#
        );
        assert_eq!(trail.body, expected, "{}", bed.engine);
        let row = concat!(
            r#"Network:Renamed,Network:Team,x,2024-03-01T08:00:00.000Z,"{""Id"":""p"",""Name"":""Ada"","#,
            r#"""Email"":""Ada@example.com"",""Role"":""MERGE_TEAM"",""IpAddress"":""2001:db8::1""}","#,
            r#""{""Type"":""USER_RENAMED"",""Description"":""Żółć"",""b"":1.1}","#,
            r#""{""Name"":""A""}","{""Name"":""B""}""#
        );
        assert_eq!(audit.body.lines().nth(1), Some(row), "{}", bed.engine);
    }
}

#[tokio::test]
async fn events_left_to_us_stand_in_the_trail_in_the_order_given() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let events: Vec<_> = (0..50).map(|number| fresh(&format!("Event {number}"))).collect();

    let mut ids: Vec<_> =
        told(&bed.send(&Call::record(&account, &events)).await).into_iter().map(|(id, _)| id).collect();

    ids.reverse();
    assert_eq!(trail_ids(&bed, &account).await, ids);
}

#[tokio::test]
async fn an_event_there_already_with_equal_content_is_success_and_with_other_content_a_conflict() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let at = "2024-03-01T09:00:00.000Z";
        let (one, two, other) = (own("e-1", at, "One"), own("e-2", at, "Two"), own("e-1", at, "Other"));
        told(&bed.send(&Call::record(&account, std::slice::from_ref(&one))).await);
        told(&bed.send(&Call::record(&account, std::slice::from_ref(&one))).await);

        // Some there and some new: all or none holds either way.
        let mixed = Call::record(&account, &[two.clone(), one.clone(), fresh("Three")]);
        let conflict = Call::record(&account, &[own("e-4", at, "Four"), other.clone(), fresh("Five"), other]);
        let conflict = conflict.body(
            json!({"events": [own("e-4", at, "Four"), own("e-1", at, "Other"), own("e-2", at, "Other")]}).to_string(),
        );
        let refused = bed.send(&conflict).await;
        let expected = r#"{"events":{"1":{"id":["is that of an event in the trail, which has the same created_at and other content"]}}}"#;
        tests::refusal::check(&conflict, &refused, 409);
        assert_eq!(refused.body, expected, "{}", bed.engine);
        assert_eq!(trail_ids(&bed, &account).await, ["e-1"], "{}: nothing of the batch was written", bed.engine);

        bed.requests_sent();
        let recorded = told(&bed.send(&mixed).await);
        assert_eq!(bed.requests_sent(), 2, "{}: one to find out, one to write", bed.engine);
        assert_eq!(recorded[..2], [("e-2".to_owned(), at.to_owned()), ("e-1".to_owned(), at.to_owned())]);
        assert_eq!(trail_ids(&bed, &account).await, [recorded[2].0.as_str(), "e-2", "e-1"], "{}", bed.engine);

        let both = bed.send(&conflict).await;
        assert_eq!(both.body, expected.replace("}}}", r#"},"2":{"id":["is that of an event in the trail, which has the same created_at and other content"]}}}"#));
    }
}

#[tokio::test]
async fn the_same_id_at_another_time_or_in_another_account_is_another_event() {
    let bed = Bed::new().await;
    let (account, neighbour) = (bed.account().await, bed.account().await);
    let events = [own("e-1", "2024-03-01T09:00:00Z", "One"), own("e-1", "2024-03-01T09:00:00.001Z", "Two")];

    told(&bed.send(&Call::record(&account, &events)).await);
    told(&bed.send(&Call::record(&neighbour, &[own("e-1", "2024-03-01T09:00:00Z", "Other")])).await);

    assert_eq!(trail_ids(&bed, &account).await, ["e-1", "e-1"]);
    assert_eq!(trail_ids(&bed, &neighbour).await, ["e-1"]);
}
