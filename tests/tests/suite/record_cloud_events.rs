//! Events that come as CloudEvents, one or a list, over HTTP and through the queue: recorded once, and refused by name.

use crate::record::{fresh, told, trail_ids};
use serde_json::{Value, json};
use shared::credential::Scope;
use tests::queue::{batch, consume, delivery, failures, message};
use tests::{Account, Bed, Call};

const ONE: &str = "application/cloudevents+json";
const LIST: &str = "application/cloudevents-batch+json; charset=utf-8";

/// The id of a CloudEvent with the source `/crm` and the id `7`.
const CRM_7: &str = "ce_f29603f507b86b511be44c31650d11d6";

fn cloud_event(source: &str, id: &str, time: &str) -> Value {
    json!({"specversion": "1.0", "id": id, "source": source, "type": "com.example.invited", "time": time,
        "datacontenttype": "application/json", "traceparent": "00-x", "data": fresh("Invited Ada")})
}

fn call(account: &Account, content_type: &str, body: &Value) -> Call {
    let call = Call::record(account, &[]).without_header("Content-Type").header("Content-Type", content_type);
    call.body(body.to_string())
}

/// The time so many seconds ago, as the service stores it.
fn ago(seconds: i64) -> String {
    shared::process::clock::now().plus_ms(-seconds * 1_000).expect("a time").to_string()
}

#[tokio::test]
async fn one_is_recorded_once_with_the_time_of_its_envelope_and_an_id_of_source_and_id() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let time = ago(60);
        let event = cloud_event("/crm", "7", &time);

        let first = bed.send(&call(&account, ONE, &event)).await;
        let again = bed.send(&call(&account, ONE, &event)).await;

        assert_eq!(told(&first), [(CRM_7.to_owned(), time.clone())], "{}", bed.engine);
        assert_eq!(told(&again), told(&first));
        // Only the pair is unique: the same id of another source is another event.
        let other = bed.send(&call(&account, ONE, &cloud_event("/erp", "7", &time))).await;
        assert_ne!(told(&other), told(&first));
        assert_eq!(trail_ids(&bed, &account).await.len(), 2);
    }
}

#[tokio::test]
async fn the_same_source_id_and_time_with_other_content_is_a_conflict() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let event = cloud_event("/crm", "7", &ago(60));
        assert_eq!(bed.send(&call(&account, ONE, &event)).await.status, 201);

        let mut other = event.clone();
        other["data"]["event_description"] = json!("Invited Grace");
        let refused = bed.send(&call(&account, ONE, &other)).await;
        // What is not read makes no other content.
        let mut same = event;
        (same["type"], same["traceparent"], same["subject"]) = (json!("x"), json!("01-y"), json!("s"));
        let taken = bed.send(&call(&account, ONE, &same)).await;

        assert_eq!((refused.status, taken.status), (409, 201), "{}: {}", bed.engine, refused.body);
    }
}

#[tokio::test]
async fn a_list_is_all_or_none_and_an_idempotency_key_holds_for_it() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let time = ago(60);
        let list = json!([cloud_event("/crm", "7", &time), cloud_event("/crm", "8", &time)]);
        let keyed = call(&account, LIST, &list).header("Idempotency-Key", "k-1");

        let first = bed.send(&keyed).await;
        let again = bed.send(&keyed).await;

        assert_eq!(told(&first).len(), 2, "{}", bed.engine);
        assert_eq!((told(&again), again.header("idempotency-replayed")), (told(&first), Some("true")));
        let other = json!([cloud_event("/crm", "9", &time)]);
        let reply = bed.send(&call(&account, LIST, &other).header("Idempotency-Key", "k-1")).await;
        assert_eq!(reply.status, 409, "{}", reply.body);

        let mut bad = list.clone();
        bad[0]["id"] = json!("10");
        bad[1]["data"]["event_type"] = json!("x");
        bad[1]["data_base64"] = json!("e30=");
        let refused = bed.send(&call(&account, LIST, &bad)).await;
        let said = concat!(
            r#"{"events":{"1":{"data_base64":["must not be given: the event is JSON, in data"],"#,
            r#""data.event_type":["must be 1 to 64 capital letters, digits and _, beginning with a letter"]}}}"#
        );
        assert_eq!(refused.status, 400);
        assert_eq!(refused.json(), serde_json::from_str::<Value>(said).unwrap());
        assert_eq!(trail_ids(&bed, &account).await.len(), 2);
    }
}

#[tokio::test]
async fn what_is_no_cloud_event_of_ours_is_refused_by_name() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let event = cloud_event("/crm", "7", &ago(60));
    let of_one = |said: &str| format!(r#"{{"events":{{"0":{said}}}}}"#);
    let with = |name: &str, value: Value| {
        let mut event = event.clone();
        event[name] = value;
        event
    };
    let list = |count: usize| Value::Array(vec![event.clone(); count]);
    let bounds = r#"{"events":["must be a list of 1 to 50 events"]}"#;
    let rows = [
        (ONE, with("specversion", json!("0.3")), of_one(r#"{"specversion":["must be 1.0"]}"#)),
        (
            ONE,
            with("source", json!("")),
            of_one(r#"{"source":["must be 1 to 1024 characters, without control characters"]}"#),
        ),
        (
            ONE,
            with("datacontenttype", json!("text/xml")),
            of_one(r#"{"datacontenttype":["must be application/json: the event is JSON"]}"#),
        ),
        (ONE, with("data", Value::Null), of_one(r#"{"data":["is required: the event, in JSON"]}"#)),
        (
            ONE,
            with("Trace", json!("x")),
            of_one(r#"{"Trace":["is no name of an attribute, which has small letters and digits alone"]}"#),
        ),
        (ONE, json!([]), of_one(r#"{"event":["must be a JSON object"]}"#)),
        (LIST, list(0), bounds.to_owned()),
        (LIST, list(51), bounds.to_owned()),
        (LIST, event.clone(), bounds.to_owned()),
        (
            LIST,
            list(2),
            r#"{"events":{"1":{"id":["is that of event 0 too, which has the same source and time"]}}}"#.to_owned(),
        ),
    ];
    for (content_type, body, said) in rows {
        let reply = bed.send(&call(&account, content_type, &body)).await;
        assert_eq!((reply.status, reply.body.as_str()), (400, said.as_str()), "{body}");
    }
    let writer = bed.account_with(&[Scope::EventsWrite]).await;
    let old = bed.send(&call(&writer, ONE, &with("time", json!("2020-01-01T00:00:00Z")))).await;
    assert_eq!(old.status, 400);
    assert!(
        old.body.starts_with(r#"{"events":{"0":{"time":["must not be more than 24 hours before now"#),
        "{}",
        old.body
    );
    let text = call(&account, ONE, &event).body("{");
    assert_eq!(
        bed.send(&text).await.body,
        r#"{"detail":"JSON parse error - EOF while parsing an object at line 1 column 1"}"#
    );
}

#[tokio::test]
async fn the_queue_takes_one_that_names_its_account_and_the_same_event_came_over_http_is_the_same() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let event = cloud_event("/crm", "7", &ago(60));
        let mut named = event.clone();
        named["account"] = json!(account.id.as_str());
        let mut other = named.clone();
        other["data"]["event_description"] = json!("Invited Grace");
        let (body, other) = (named.to_string(), other.to_string());

        let first = consume(&bed.app, &batch(&[message("m-1", &body)])).await;
        let again = consume(&bed.app, &batch(&[delivery("m-1", &body, 2), message("m-2", &body)])).await;
        let over_http = bed.send(&call(&account, ONE, &event)).await;
        let conflict = consume(&bed.app, &batch(&[message("m-3", &other), message("m-4", &event.to_string())])).await;

        let done = r#"{"batchItemFailures":[]}"#;
        assert_eq!((first.as_deref(), again.as_deref()), (Ok(done), Ok(done)), "{}", bed.engine);
        assert_eq!(told(&over_http)[0].0, CRM_7);
        assert_eq!(conflict, Ok(failures(&["m-3", "m-4"])), "other content, and no account");
        assert_eq!(trail_ids(&bed, &account).await, [CRM_7]);
    }
}
