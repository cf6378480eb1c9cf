//! Messages of the queue: each event is recorded once, whatever its message looks like and however often it comes.

use events_consume::KnownAccounts;
use serde_json::{Value, json};
use shared::process::clock;
use std::path::Path;
use tests::queue::{batch, consume, consume_remembering, delivery, failures, message};
use tests::{Account, Bed, Call};

const ID: &str = "059f36b4-87a3-44ab-83d2-661975830a7d";
const OTHER: &str = "2e1424d4-f796-459a-8184-9c92662be6da";

/// The answer to a batch of which nothing failed.
const ALL_DONE: &str = r#"{"batchItemFailures":[]}"#;

fn event(description: &str) -> Value {
    json!({
        "event_type": "INVITED_USER", "event_description": description,
        "principal": {"role": "ADMIN", "ip_address": "192.0.2.1"},
    })
}

fn body(account: &Account, events: &[Value]) -> String {
    json!({"account": account.id.as_str(), "events": events}).to_string()
}

/// Time, id and description of each event in the trail, oldest first.
async fn trail(bed: &Bed, account: &Account) -> Vec<String> {
    let call = Call::trail(account).query("page_size", "100");
    let text = |json: &Value, name: &str| json.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
    let line = |event: &Value| {
        ["created_at", "id", "event_description"].map(|name| text(event, name).expect("a text")).join(" ")
    };
    let mut all: Vec<String> = Vec::new();
    let mut page = bed.send(&call).await.json();
    loop {
        all.extend(page.get("results").and_then(Value::as_array).expect("results").iter().map(line));
        let Some(next) = text(&page, "next") else { break };
        page = bed.send(&call.clone().query("cursor", &next)).await.json();
    }
    all.reverse();
    all
}

#[tokio::test]
async fn the_shipped_payload_is_recorded() {
    let bed = Bed::with_own_table().await;
    let demo = Account::new("demo", "demo", "local-demo-secret");
    bed.put_credential(&demo, shared::credential::Scope::ALL).await;
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events/events-consume.json");

    let answer = consume(&bed.app, &std::fs::read_to_string(file).unwrap()).await;

    assert_eq!(answer.as_deref(), Ok(ALL_DONE));
    let expected = ["2024-03-01T09:30:00.123Z 059f36b4-87a3-44ab-83d2-661975830a7d.0 Ada invited Grace"];
    assert_eq!(trail(&bed, &demo).await, expected);
}

#[tokio::test]
async fn one_event_and_a_list_of_events_are_recorded_on_each_engine() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let single = json!({"account": account.id.as_str(), "event": event("single")}).to_string();
        let mut own = event("its own");
        own["id"] = json!("own-1");
        own["created_at"] = json!("2001-02-03T04:05:06+01:00");
        let list = body(&account, &[event("first"), own, event("third")]);

        let answer = consume(&bed.app, &batch(&[message(ID, &single), message(OTHER, &list)])).await;

        assert_eq!(answer.as_deref(), Ok(ALL_DONE), "{}", bed.engine);
        let expected = [
            "2001-02-03T03:05:06.000Z own-1 its own",
            "2024-03-01T09:30:00.123Z 059f36b4-87a3-44ab-83d2-661975830a7d.0 single",
            "2024-03-01T09:30:00.123Z 2e1424d4-f796-459a-8184-9c92662be6da.0 first",
            "2024-03-01T09:30:00.123Z 2e1424d4-f796-459a-8184-9c92662be6da.2 third",
        ];
        assert_eq!(trail(&bed, &account).await, expected, "{}", bed.engine);
    }
}

#[tokio::test]
async fn an_eventbridge_event_is_recorded_once_even_if_its_rule_sends_it_twice() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let body = json!({
        "version": "0", "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718", "detail-type": "User invited",
        "source": "com.example.directory", "account": "123456789012", "time": "2024-02-29T23:59:59Z",
        "region": "eu-central-1", "resources": ["arn:aws:s3:::bucket"],
        "detail": {"account": account.id.as_str(), "events": [event("a"), event("b")]},
    });
    let body = body.to_string();

    for id in [ID, OTHER] {
        assert_eq!(consume(&bed.app, &batch(&[message(id, &body)])).await.as_deref(), Ok(ALL_DONE));
    }

    let expected = [
        "2024-02-29T23:59:59.000Z 6a7e8feb-b491-4cf7-a9f1-bf3703467718.0 a",
        "2024-02-29T23:59:59.000Z 6a7e8feb-b491-4cf7-a9f1-bf3703467718.1 b",
    ];
    assert_eq!(trail(&bed, &account).await, expected);
}

#[tokio::test]
async fn a_message_that_comes_again_is_recorded_once() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let body = body(&account, &[event("a"), event("b"), event("c")]);

        for count in 1..=3 {
            let answer = consume(&bed.app, &batch(&[delivery(ID, &body, count)])).await;
            assert_eq!(answer.as_deref(), Ok(ALL_DONE), "{}", bed.engine);
        }
        let twice = [delivery(ID, &body, 4), delivery(ID, &body, 5)];
        assert_eq!(consume(&bed.cold().app, &batch(&twice)).await.as_deref(), Ok(ALL_DONE), "{}", bed.engine);

        assert_eq!(trail(&bed, &account).await.len(), 3, "{}", bed.engine);
    }
}

#[tokio::test]
async fn ten_messages_of_fifty_events_are_all_recorded() {
    let recent = clock::now().to_string();
    // Each event is a write of its own, but those of a day that may have been counted are one transaction.
    for (created_at, writes) in [(Some(recent.as_str()), 50), (None, 1)] {
        let bed = Bed::new().await;
        let account = bed.account().await;
        let ids: Vec<_> = (0..10).map(|n| format!("{n:08}-0000-4000-8000-000000000000")).collect();
        let with_time = |n: usize| {
            let mut event = event(&n.to_string());
            event["created_at"] = json!(created_at);
            event
        };
        let events: Vec<_> = (0..50).map(with_time).collect();
        let messages: Vec<_> = ids.iter().map(|id| message(id, &body(&account, &events))).collect();
        bed.requests_sent();

        let accounts = KnownAccounts::default();
        let done = consume_remembering(&bed.app, &accounts, &batch(&messages)).await;
        assert_eq!(done.as_deref(), Ok(ALL_DONE));

        let requests = bed.requests_sent();
        let with_accounts = 10 * writes + 1..=10 * writes + 10;
        assert!(with_accounts.contains(&requests), "the writes, and at most one a message for its account: {requests}");
        let trail = trail(&bed, &account).await;
        let mut expected: Vec<_> = ids.iter().flat_map(|id| (0..50).map(move |n| format!("{id}.{n}"))).collect();
        let mut recorded: Vec<_> = trail.iter().filter_map(|line| line.split(' ').nth(1)).collect();
        expected.sort();
        recorded.sort_unstable();
        assert_eq!(recorded, expected);

        bed.requests_sent();
        consume_remembering(&bed.app, &accounts, &batch(&messages)).await.unwrap();
        assert_eq!(bed.requests_sent(), 10 * writes, "the account is remembered");
    }
}

#[tokio::test]
async fn an_empty_batch_is_done_and_what_is_no_batch_of_sqs_is_an_error() {
    let bed = Bed::new().await;
    assert_eq!(consume(&bed.app, r#"{"Records":[]}"#).await.as_deref(), Ok(ALL_DONE));
    assert_eq!(failures(&[]), ALL_DONE);

    for bad in ["{}", "[]", r#"{"Records":{}}"#, r#"{"httpMethod":"GET","path":"/"}"#] {
        assert!(consume(&bed.app, bad).await.is_err(), "{bad}");
    }
    let without = |name: &str, value: Value| {
        let mut message = message(ID, "{}");
        message[name] = value;
        batch(&[message])
    };
    for (name, value, said) in [
        ("eventSource", json!("aws:s3"), "eventSource"),
        ("eventSource", Value::Null, "eventSource"),
        ("messageId", Value::Null, "messageId"),
        ("messageId", json!("a#b"), "messageId"),
        ("body", Value::Null, "body"),
        ("attributes", json!({}), "attributes.SentTimestamp"),
        ("attributes", json!({"SentTimestamp": "-1"}), "attributes.SentTimestamp"),
    ] {
        let expected = format!("the payload is not a batch of SQS messages: {said} is absent or not what SQS sends");
        assert_eq!(consume(&bed.app, &without(name, value)).await, Err(expected));
    }
}
