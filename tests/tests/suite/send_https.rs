//! What a receiver of webhooks gets, over TLS, and what its answers mean.

use events_deliver::send::https::HttpsTarget;
use events_deliver::send::https::headers::ExtraHeaders;
use events_deliver::send::signature::Secrets;
use events_deliver::send::{Line, Outcome, Plan, WAIT_MAX, Why};
use serde_json::Value;
use shared::destination::header::Header;
use shared::destination::secret::WebhookSecret;
use shared::values::format::Format;
use shared::values::timestamp::Timestamp;
use std::time::Duration;
use tests::parcels::{Sender, https, line, lines, now, target};
use tests::webhook_receiver::{Act, Receiver};

const OTHER_SECRET: &str =
    "whsec_YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYQ==";

fn refused(wait: Option<u64>, why: Why) -> Outcome {
    Outcome::Refused { wait: wait.map(Duration::from_secs), why }
}

#[tokio::test]
async fn a_receiver_gets_the_events_signed_and_not_compressed() {
    let receiver = Receiver::start([]).await;

    let outcome = Sender::default().send(&https(&receiver), &target(&format!("{}/in?x=1", receiver.url()))).await;

    assert_eq!(outcome, Outcome::Stored { next: 9 });
    let [received] = receiver.received().try_into().expect("one request");
    assert_eq!(received.line, "POST /in?x=1 HTTP/1.1");
    let body = concat!(
        r#"{"type":"audit.events","timestamp":"2026-05-01T09:29:00.000Z","data":{"account":"acc_demo","first":7,"last":8,"#,
        r#""events":[{"position":7,"message":{"n":12345678901234567890}},{"position":8,"message":{"n":12345678901234567890}}]}}"#
    );
    assert_eq!(received.text(), body);
    let host = format!("receiver.example:{}", receiver.port());
    let headers = [
        ("user-agent", "audit-trail/0.1.0"),
        ("content-type", "application/json"),
        ("webhook-id", "dst_0123456789abcdef-7-8"),
        ("webhook-timestamp", "1777627800"),
        ("webhook-signature", "v1,KVDw7D600lJmyKcTeEs8UBviyqvtd8GBv+o2W3lDDS4="),
        ("host", host.as_str()),
        ("content-length", "226"),
    ];
    let sent: Vec<_> = received.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(sent, headers);
}

#[tokio::test]
async fn every_try_has_the_same_id_and_body_and_a_time_of_its_own() {
    let receiver = Receiver::start([Act::status(500, "")]).await;
    let (sender, https, target) = (Sender::default(), https(&receiver), target(&receiver.url()));
    let lines = lines(7, 8);
    let parcel = sender.parcel(Format::Audit, &lines);

    let first = https.send(&target, &parcel, now()).await;
    let again = https.send(&target, &parcel, now().plus_ms(60_000).expect("a time")).await;

    assert_eq!((first, again), (refused(None, Why::Status(500)), Outcome::Stored { next: 9 }));
    let [first, again] = receiver.received().try_into().expect("two requests");
    assert_eq!(first.header("webhook-id"), again.header("webhook-id"));
    assert_eq!(first.body, again.body);
    assert_eq!((first.header("webhook-timestamp"), again.header("webhook-timestamp")), ("1777627800", "1777627860"));
    assert_ne!(first.header("webhook-signature"), again.header("webhook-signature"));
    assert_eq!(receiver.connections(), 1, "the connection is used again");
}

#[tokio::test]
async fn while_a_secret_is_changed_both_sign() {
    let receiver = Receiver::start([]).await;
    let (sender, https) = (Sender::default(), https(&receiver));
    let secret = |text| WebhookSecret::parse(text).expect("a secret");
    let before = target(&receiver.url());
    let secrets = Secrets { current: secret(OTHER_SECRET), previous: Some(before.secrets.current.clone()) };
    let both = target(&receiver.url());
    let both = HttpsTarget { secrets, ..both };

    sender.send(&https, &before).await;
    sender.send(&https, &both).await;

    let [by_old, by_both] = receiver.received().try_into().expect("two requests");
    let (new, old) = by_both.header("webhook-signature").split_once(' ').expect("two signatures");
    assert_eq!(old, by_old.header("webhook-signature"));
    assert!(new.starts_with("v1,") && new != old, "{new}");
}

#[tokio::test]
async fn a_collectors_token_goes_along() {
    let receiver = Receiver::start([]).await;
    let headers =
        ExtraHeaders::of(&[Header::parse("Authorization: Splunk 4f-t0ken").expect("a header")]).expect("headers");
    let target = HttpsTarget { headers, ..target(&receiver.url()) };

    Sender::default().send(&https(&receiver), &target).await;

    let [received] = receiver.received().try_into().expect("one request");
    assert_eq!(received.header("authorization"), "Splunk 4f-t0ken");
}

/// The same file is verified by the official libraries of two languages: `tests/clients`.
#[tokio::test]
async fn what_is_sent_is_what_the_official_libraries_verify() {
    let vectors: Value = serde_json::from_str(include_str!("../../vectors/webhook.json")).expect("JSON");
    for case in vectors["cases"].as_array().expect("cases") {
        let receiver = Receiver::start([]).await;
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let secret =
            |at: usize| case["secrets"].get(at).map(|text| WebhookSecret::parse(text.as_str().expect("a text")));
        let secret = |at: usize| secret(at).map(|secret| secret.expect("a secret"));
        let secrets = Secrets { current: secret(0).expect("a secret"), previous: secret(1) };
        let target = HttpsTarget { secrets, ..target(&receiver.url()) };
        let line = |given: &Value| {
            let appended_at = Timestamp::parse_fixed(given["appended_at"].as_str().expect("a text")).expect("a time");
            let position = given["position"].as_u64().expect("a number");
            Line { position, appended_at, text: text(&given["text"]), ..line(position) }
        };
        let lines: Vec<_> = case["lines"].as_array().expect("lines").iter().map(line).collect();
        let named = |format: &&Format| case["format"] == format.as_str();
        let format = *Format::ALL.iter().find(named).expect("a format");

        https(&receiver).send(&target, &Sender::default().parcel(format, &lines), now()).await;

        let [received] = receiver.received().try_into().expect("one request");
        assert_eq!(received.text(), case["body"]);
        for (name, value) in case["headers"].as_object().expect("headers") {
            assert_eq!(received.header(name), value, "{name} of {}", case["name"]);
        }
    }
    assert_eq!(vectors["cases"].as_array().map(Vec::len), Some(4));
}

#[tokio::test]
async fn each_format_has_its_form_of_a_batch() {
    let receiver = Receiver::start([]).await;
    let (sender, https, target, lines) = (Sender::default(), https(&receiver), target(&receiver.url()), lines(7, 8));

    for format in [Format::Ocsf, Format::CloudEvents] {
        https.send(&target, &sender.parcel(format, &lines), now()).await;
    }

    let array =
        r#"[{"position":7,"message":{"n":12345678901234567890}},{"position":8,"message":{"n":12345678901234567890}}]"#;
    let received = receiver.received();
    let forms: Vec<_> = received.iter().map(|one| (one.header("content-type"), one.text())).collect();
    assert_eq!(
        forms,
        [("application/json", array.to_owned()), ("application/cloudevents-batch+json", array.to_owned())]
    );
}

#[tokio::test]
async fn every_2xx_acknowledges_and_nothing_else_does() {
    let statuses = [200, 201, 202, 204, 299, 300, 304, 400, 401, 404, 429, 500, 503, 599];
    let receiver = Receiver::start(statuses.map(|status| Act::status(status, ""))).await;
    let (sender, https, target) = (Sender::default(), https(&receiver), target(&receiver.url()));

    for status in statuses {
        let expected = match status {
            200..=299 => Outcome::Stored { next: 9 },
            300..=399 => refused(None, Why::Redirect(status)),
            _ => refused(None, Why::Status(status)), // all others
        };
        assert_eq!(sender.send(&https, &target).await, expected, "{status}");
    }
}

#[tokio::test]
async fn a_receiver_that_is_gone_says_so() {
    let receiver = Receiver::start([Act::status(410, "Retry-After: 5\r\n")]).await;
    let outcome = Sender::default().send(&https(&receiver), &target(&receiver.url())).await;
    assert_eq!(outcome, Outcome::Gone { why: Why::Status(410) });
}

#[tokio::test]
async fn a_receiver_that_asks_for_time_gets_it() {
    let asked = [
        (503, "Retry-After: 120\r\n", Some(120)),
        (429, "Retry-After: 0\r\n", Some(0)),
        (503, "Retry-After: Fri, 01 May 2026 09:40:00 GMT\r\n", Some(599)),
        (503, "Retry-After: 99999999999999999999\r\n", Some(WAIT_MAX.as_secs())),
        (503, "Retry-After: soon\r\n", None),
        (503, "Retry-After: -1\r\n", None),
        (503, "Retry-After: \r\n", None),
        (503, "Retry-After: \u{fffd}\r\n", None),
    ];
    let receiver = Receiver::start(asked.map(|(status, head, _)| Act::status(status, head))).await;
    let (sender, https, target) = (Sender::default(), https(&receiver), target(&receiver.url()));

    for (status, head, expected) in asked {
        let Outcome::Refused { wait, why } = sender.send(&https, &target).await else { panic!("{head} is refused") };
        assert_eq!((wait.map(|wait| wait.as_secs()), why), (expected, Why::Status(status)), "{head}");
    }
}

#[tokio::test]
async fn a_destination_is_tried_out_without_an_event() {
    let receiver = Receiver::start([Act::status(202, ""), Act::status(401, "")]).await;
    let (sender, https, target) = (Sender::default(), https(&receiver), target(&receiver.url()));

    let good = https.try_out(&target, &sender.destination, &sender.account, now()).await;
    let bad = https.try_out(&target, &sender.destination, &sender.account, now()).await;

    assert_eq!((good, bad), (Ok(()), Err(Why::Status(401))));
    let [first, _] = receiver.received().try_into().expect("two requests");
    assert_eq!(
        first.text(),
        r#"{"type":"audit.test","timestamp":"2026-05-01T09:30:00.500Z","data":{"account":"acc_demo"}}"#
    );
    assert_eq!(first.header("webhook-id"), "dst_0123456789abcdef-test-1777627800500");
    assert!(first.header("webhook-signature").starts_with("v1,"));
}

#[test]
fn a_message_has_20_kb_of_events_or_one_that_is_larger() {
    let of = |bytes: &[usize]| {
        let lines = (0..).zip(bytes).map(|(position, bytes)| {
            let mut line = line(position);
            line.text = "x".repeat(*bytes);
            line
        });
        let target = target("https://receiver.example/");
        let lines: Vec<_> = lines.collect();
        match target.plan(&lines) {
            Some(Plan::Send { last }) => Some(last),
            Some(Plan::Wait { .. }) => panic!("a message waits for nothing"),
            None => None,
        }
    };
    assert_eq!(of(&[]), None);
    assert_eq!(of(&[100]), Some(0));
    assert_eq!(of(&[9_999, 9_999]), Some(1));
    assert_eq!(of(&[9_999, 10_000]), Some(0));
    assert_eq!(of(&[400_000, 1]), Some(0));
    assert_eq!(of(&[1, 400_000, 1]), Some(0));
    assert_eq!(of(&[999; 100]), Some(19));
}
