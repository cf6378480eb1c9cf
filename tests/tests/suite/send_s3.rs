//! Objects in S3: how they are put, and what S3's answers mean; and the same as files.

use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use events_deliver::send::s3::{Objects, S3Target};
use events_deliver::send::{Line, Outcome, Why};
use flate2::read::GzDecoder;
use sha2::{Digest as _, Sha256};
use shared::destination::target::{Bucket, Prefix};
use shared::log::hash::Hash;
use shared::values::format::Format;
use std::io::{ErrorKind, Read as _};
use std::time::Duration;
use tests::parcels::{IMPATIENCE, PATIENCE, Sender, lines, now};
use tests::webhook_receiver::{Act, Receiver};

const KEY: &str = "siem/account=acc_demo/date=2026-05-01/0000000000000007-0000000000000008.ndjson.gz";
const TEXT: &str = concat!(
    r#"{"position":7,"message":{"n":12345678901234567890}}"#,
    "\n",
    r#"{"position":8,"message":{"n":12345678901234567890}}"#,
    "\n"
);

fn target() -> S3Target {
    let (bucket, prefix) = (Bucket::parse("trail").expect("a name"), Prefix::parse("siem/").expect("a prefix"));
    S3Target { bucket, prefix, window: Duration::from_secs(300) }
}

fn s3(receiver: &Receiver) -> Objects {
    s3_waiting(receiver, PATIENCE)
}

fn s3_waiting(receiver: &Receiver, patience: Duration) -> Objects {
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::new("key", "secret", None, None, "a test"))
        .retry_config(RetryConfig::disabled())
        .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(patience).build())
        .endpoint_url(receiver.url())
        .force_path_style(true);
    Objects::S3(aws_sdk_s3::Client::from_conf(config.build()))
}

async fn put(objects: &Objects, lines: &[Line]) -> Outcome {
    let sender = Sender::default();
    objects.send(&target(), &sender.parcel(Format::Audit, lines)).await
}

fn unpacked(bytes: &[u8]) -> String {
    let mut text = String::new();
    GzDecoder::new(bytes).read_to_string(&mut text).expect("gzip of text");
    text
}

fn error(status: u16, code: &str) -> Act {
    let body = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>secret of {code}</Message></Error>");
    Act::body(status, "application/xml", &body)
}

#[tokio::test]
async fn an_object_is_put_if_absent_with_a_checksum() {
    let receiver = Receiver::start_plain([Act::status(200, "ETag: \"x\"\r\n")]).await;

    assert_eq!(put(&s3(&receiver), &lines(7, 8)).await, Outcome::Stored { next: 9 });

    let [received] = receiver.received().try_into().expect("one request");
    let path = KEY.replace('=', "%3D");
    assert_eq!(received.line, format!("PUT /trail/{path}?x-id=PutObject HTTP/1.1"));
    assert_eq!(received.header("if-none-match"), "*");
    assert_eq!(received.header("content-type"), "application/gzip");
    assert_eq!(received.header("content-encoding"), "");
    assert_eq!(received.header("x-amz-checksum-sha256"), STANDARD.encode(Sha256::digest(&received.body)));
    assert_eq!(unpacked(&received.body), TEXT);
}

/// The object of these lines, as it is put.
async fn object(lines: &[Line]) -> Vec<u8> {
    let receiver = Receiver::start_plain([]).await;
    put(&s3(&receiver), lines).await;
    receiver.received().first().map(|one| one.body.clone()).expect("a request")
}

/// The answer to a request for the first 48 bytes of an object.
fn head_of(object: &[u8]) -> Act {
    Act::body(206, "application/gzip", object.iter().take(48).copied().collect::<Vec<_>>())
}

#[tokio::test]
async fn an_object_that_is_there_is_done_if_it_is_of_the_same_events() {
    let mut redacted = lines(7, 8);
    redacted[1].text = r#"{"position":8,"redacted":true}"#.to_owned();
    for there in [lines(7, 8), redacted] {
        let there = object(&there).await;
        let receiver = Receiver::start_plain([error(412, "PreconditionFailed"), head_of(&there)]).await;

        assert_eq!(put(&s3(&receiver), &lines(7, 8)).await, Outcome::Stored { next: 9 });

        let [_, asked] = receiver.received().try_into().expect("two requests");
        assert_eq!(asked.line, format!("GET /trail/{}?x-id=GetObject HTTP/1.1", KEY.replace('=', "%3D")));
        assert_eq!(asked.header("range"), "bytes=0-47");
    }
}

#[tokio::test]
async fn another_object_of_that_name_is_refused_and_never_taken_for_done() {
    let mut others = lines(7, 8);
    others[1].leaf = Hash::of_leaf(b"recorded after the table was restored");
    let of_others = object(&others).await;
    for there in [of_others.as_slice(), b"another's", b""] {
        let receiver = Receiver::start_plain([error(412, "PreconditionFailed"), head_of(there)]).await;
        assert_eq!(put(&s3(&receiver), &lines(7, 8)).await, Outcome::Refused { wait: None, why: Why::OtherObject });
    }
    assert_eq!(Why::OtherObject.to_string(), "an object with other events is there under this name: nothing was put");
}

#[tokio::test]
async fn an_object_that_cannot_be_compared_is_refused() {
    let receiver = Receiver::start_plain([error(412, "PreconditionFailed"), Act::status(403, "")]).await;
    let Outcome::Refused { wait: None, why } = put(&s3(&receiver), &lines(7, 8)).await else {
        panic!("nobody knows what is there")
    };
    assert_eq!(why.to_string(), "an object is there under this name, and could not be compared: status 403");
}

#[tokio::test]
async fn a_conflict_is_tried_again() {
    let conflict = || error(409, "ConditionalRequestConflict");
    let receiver = Receiver::start_plain([conflict(), conflict(), Act::status(200, "")]).await;
    assert_eq!(put(&s3(&receiver), &lines(7, 8)).await, Outcome::Stored { next: 9 });
    let received = receiver.received();
    assert_eq!(received.len(), 3);
    assert!(received.iter().all(|one| one.body == received[0].body), "the same bytes at every try");

    let receiver = Receiver::start_plain([conflict(), conflict(), conflict()]).await;
    let why = Why::Aws("ConditionalRequestConflict".to_owned());
    assert_eq!(put(&s3(&receiver), &lines(7, 8)).await, Outcome::Refused { wait: None, why });
    assert_eq!(receiver.received().len(), 3);
}

#[tokio::test]
async fn a_refusal_is_told_by_its_name_and_nothing_that_it_says() {
    let refusals = [(404, "NoSuchBucket"), (403, "AccessDenied"), (503, "SlowDown"), (400, "BadDigest")];
    for (status, code) in refusals {
        let receiver = Receiver::start_plain([error(status, code)]).await;
        let Outcome::Refused { wait: None, why } = put(&s3(&receiver), &lines(7, 8)).await else {
            panic!("{code} is refused")
        };
        assert_eq!(why.to_string(), code);
    }
    let nameless = Receiver::start_plain([Act::status(500, "")]).await;
    assert_eq!(put(&s3(&nameless), &lines(7, 8)).await, Outcome::Refused { wait: None, why: Why::Status(500) });
    let silent = Receiver::start_plain([Act::Hang]).await;
    assert_eq!(
        put(&s3_waiting(&silent, IMPATIENCE), &lines(7, 8)).await,
        Outcome::Refused { wait: None, why: Why::Timeout }
    );
    let cut = Receiver::start_plain([Act::CutAfter]).await;
    assert_eq!(put(&s3(&cut), &lines(7, 8)).await, Outcome::Refused { wait: None, why: Why::NotConnected });
}

#[tokio::test]
async fn a_bucket_is_tried_out_beside_the_events() {
    let receiver = Receiver::start_plain([]).await;
    let sender = Sender::default();
    assert_eq!(s3(&receiver).try_out(&target(), &sender.destination, now()).await, Ok(()));
    let [received] = receiver.received().try_into().expect("one request");
    let name = "/trail/siem/test/dst_0123456789abcdef-1777627800500.json?x-id=PutObject";
    assert_eq!(received.line, format!("PUT {name} HTTP/1.1"));
    assert_eq!(received.text(), "{\"type\":\"audit.test\",\"timestamp\":\"2026-05-01T09:30:00.500Z\"}\n");
}

#[tokio::test]
async fn files_in_a_folder_are_the_same_objects() {
    let root = tempfile::tempdir().expect("a folder");
    let objects = Objects::Folder(root.path().to_owned());

    assert_eq!(put(&objects, &lines(7, 8)).await, Outcome::Stored { next: 9 });
    assert_eq!(put(&objects, &lines(7, 8)).await, Outcome::Stored { next: 9 });

    let receiver = Receiver::start_plain([]).await;
    put(&s3(&receiver), &lines(7, 8)).await;
    let file = std::fs::read(root.path().join("trail").join(KEY)).expect("the file");
    assert_eq!(receiver.received().first().map(|one| one.body.clone()), Some(file.clone()));
    assert_eq!(unpacked(&file), TEXT);
}

#[tokio::test]
async fn a_file_with_other_events_is_refused_and_never_taken_for_done() {
    let root = tempfile::tempdir().expect("a folder");
    let objects = Objects::Folder(root.path().to_owned());
    assert_eq!(put(&objects, &lines(7, 8)).await, Outcome::Stored { next: 9 });
    let before = std::fs::read(root.path().join("trail").join(KEY)).expect("the file");

    let mut redacted = lines(7, 8);
    redacted[1].text = r#"{"position":8,"redacted":true}"#.to_owned();
    assert_eq!(put(&objects, &redacted).await, Outcome::Stored { next: 9 });

    let mut others = lines(7, 8);
    others[1].leaf = Hash::of_leaf(b"recorded after the table was restored");
    assert_eq!(put(&objects, &others).await, Outcome::Refused { wait: None, why: Why::OtherObject });

    assert_eq!(std::fs::read(root.path().join("trail").join(KEY)).expect("the file"), before);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_told_of() {
    let root = tempfile::tempdir().expect("a folder");
    let in_its_place = root.path().join("folder");
    std::fs::write(&in_its_place, b"").expect("a file");
    let outcome = put(&Objects::Folder(in_its_place), &lines(7, 8)).await;
    assert_eq!(outcome, Outcome::Refused { wait: None, why: Why::Folder(ErrorKind::NotADirectory) });
}

#[tokio::test]
async fn events_of_two_days_are_not_put() {
    let root = tempfile::tempdir().expect("a folder");
    let mut lines = lines(7, 8);
    lines[1].appended_at = lines[1].appended_at.plus_ms(86_400_000).expect("a time");
    let outcome = put(&Objects::Folder(root.path().to_owned()), &lines).await;
    assert_eq!(outcome, Outcome::Refused { wait: None, why: Why::SeveralDays });
}
