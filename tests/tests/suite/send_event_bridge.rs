//! Entries on a bus of EventBridge: what a call has, and what its results mean.

use aws_sdk_eventbridge::config::retry::RetryConfig;
use aws_sdk_eventbridge::config::timeout::TimeoutConfig;
use aws_sdk_eventbridge::config::{BehaviorVersion, Credentials, Region};
use events_deliver::send::event_bridge::{self, EventBridgeTarget};
use events_deliver::send::{Line, Outcome, Plan, Why};
use serde_json::{Value, json};
use shared::destination::target::Bus;
use shared::values::format::Format;
use std::time::Duration;
use tests::parcels::{IMPATIENCE, PATIENCE, Sender, lines, now};
use tests::webhook_receiver::{Act, Receiver};

fn target() -> EventBridgeTarget {
    EventBridgeTarget { bus: Bus::parse("audit").expect("a name") }
}

fn client(receiver: &Receiver, patience: Duration) -> aws_sdk_eventbridge::Client {
    let config = aws_sdk_eventbridge::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::new("key", "secret", None, None, "a test"))
        .retry_config(RetryConfig::disabled())
        .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(patience).build())
        .endpoint_url(receiver.url());
    aws_sdk_eventbridge::Client::from_conf(config.build())
}

async fn send(receiver: &Receiver, lines: &[Line]) -> Outcome {
    send_waiting(receiver, PATIENCE, lines).await
}

async fn send_waiting(receiver: &Receiver, patience: Duration, lines: &[Line]) -> Outcome {
    let sender = Sender::default();
    event_bridge::send(&client(receiver, patience), &target(), &sender.parcel(Format::Audit, lines)).await
}

fn json_answer(status: u16, body: &Value) -> Act {
    Act::body(status, "application/x-amz-json-1.1", body.to_string())
}

/// Results, of which those with a text have failed by that name.
fn results(codes: &[Option<&str>]) -> Act {
    let result = |code: &Option<&str>| match code {
        Some(code) => json!({"ErrorCode": code, "ErrorMessage": "secret"}),
        None => json!({"EventId": "11710aed-b79e-4468-a20b-bb3c0c3b4860"}),
    };
    let failed = codes.iter().flatten().count();
    json_answer(200, &json!({"FailedEntryCount": failed, "Entries": codes.iter().map(result).collect::<Vec<_>>()}))
}

fn refused(name: &str) -> Outcome {
    Outcome::Refused { wait: None, why: Why::Aws(name.to_owned()) }
}

#[tokio::test]
async fn an_event_is_an_entry_whose_message_is_text() {
    let receiver = Receiver::start_plain([results(&[None, None])]).await;

    assert_eq!(send(&receiver, &lines(7, 8)).await, Outcome::Stored { next: 9 });

    let [received] = receiver.received().try_into().expect("one request");
    assert_eq!(received.header("x-amz-target"), "AWSEvents.PutEvents");
    let entry = |position: u64| {
        json!({
            "EventBusName": "audit", "Source": "audit-trail", "DetailType": "INVITED_USER", "Time": 1_777_627_680,
            "Resources": ["account/acc_demo"],
            "Detail": format!(r#"{{"position":{position},"message":"{{\"n\":12345678901234567890}}"}}"#),
        })
    };
    let sent: Value = serde_json::from_slice(&received.body).expect("JSON");
    assert_eq!(sent, json!({"Entries": [entry(7), entry(8)]}));
}

#[tokio::test]
async fn the_first_failed_entry_is_where_to_go_on() {
    let receiver = Receiver::start_plain([results(&[None, None, Some("InternalFailure"), None])]).await;
    assert_eq!(send(&receiver, &lines(7, 10)).await, Outcome::Stored { next: 9 });
}

#[tokio::test]
async fn nothing_is_acknowledged_if_the_first_entry_failed() {
    let receiver = Receiver::start_plain([results(&[Some("ThrottlingException"), None])]).await;
    assert_eq!(send(&receiver, &lines(7, 8)).await, refused("ThrottlingException"));
}

#[tokio::test]
async fn a_refusal_is_told_by_its_name() {
    let denied = json!({"__type": "AccessDeniedException", "message": "secret"});
    let receiver = Receiver::start_plain([json_answer(400, &denied)]).await;
    assert_eq!(send(&receiver, &lines(7, 8)).await, refused("AccessDeniedException"));
    let silent = Receiver::start_plain([Act::Hang]).await;
    assert_eq!(
        send_waiting(&silent, IMPATIENCE, &lines(7, 8)).await,
        Outcome::Refused { wait: None, why: Why::Timeout }
    );
    let empty = Receiver::start_plain([json_answer(200, &json!({}))]).await;
    assert_eq!(send(&empty, &lines(7, 8)).await, refused("NoResult"));
}

#[tokio::test]
async fn a_call_has_ten_entries_and_the_rest_is_left() {
    let receiver = Receiver::start_plain([results(&[None; 10])]).await;
    let lines = lines(7, 30);
    let account = Sender::default().account;
    assert_eq!(target().plan(&account, &lines), Some(Plan::Send { last: 16 }));
    assert_eq!(target().plan(&account, &[]), None);
    assert_eq!(send(&receiver, &lines).await, Outcome::Stored { next: 17 });
}

#[tokio::test]
async fn a_bus_is_tried_out_with_an_entry_that_is_no_event() {
    let receiver = Receiver::start_plain([results(&[None]), results(&[Some("NotAuthorizedForSourceException")])]).await;
    let (client, account) = (client(&receiver, PATIENCE), Sender::default().account);

    let good = event_bridge::try_out(&client, &target(), &account, now()).await;
    let bad = event_bridge::try_out(&client, &target(), &account, now()).await;

    assert_eq!((good, bad), (Ok(()), Err(Why::Aws("NotAuthorizedForSourceException".to_owned()))));
    let sent: Value = serde_json::from_slice(&receiver.received()[0].body).expect("JSON");
    let entry = json!({
        "EventBusName": "audit", "Source": "audit-trail", "DetailType": "TEST", "Time": 1_777_627_800.5,
        "Resources": ["account/acc_demo"], "Detail": r#"{"type":"audit.test"}"#,
    });
    assert_eq!(sent, json!({"Entries": [entry]}));
}
