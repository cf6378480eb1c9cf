//! Destinations as items, to the letter.

use super::*;

fn at(text: &str) -> Timestamp {
    Timestamp::parse_fixed(text).expect("a time")
}

fn destination(target: Target) -> Destination {
    Destination {
        id: DestinationId::parse("dst_0123456789abcdef").expect("an id"),
        account: AccountId::parse("acme").expect("an account"),
        target,
        format: Format::Ocsf,
        created_at: at("2026-11-25T21:40:00.000Z"),
        changed_at: at("2026-11-25T21:41:00.000Z"),
        status: Status::Active,
        progress: Progress::from(7),
    }
}

fn s3() -> Target {
    let (bucket, prefix) = (Bucket::parse("my-bucket"), Prefix::parse("audit/"));
    Target::S3 { bucket: bucket.expect("a bucket"), prefix: prefix.expect("a prefix"), window_s: 300 }
}

fn https() -> Target {
    Target::Https {
        url: Url::parse("https://example.com/hook").expect("a URL"),
        secrets: vec![WebhookSecret::of_random([0; 32]), WebhookSecret::of_random([7; 32])],
        headers: vec![Header::parse("authorization: Bearer t0p").expect("a header")],
        allows_private: true,
    }
}

/// The attributes as `name = value`, sorted.
fn shown(item: &Item) -> Vec<String> {
    let value = |value: &AttributeValue| match value {
        AttributeValue::S(text) => text.clone(),
        AttributeValue::N(number) => format!("N {number}"),
        AttributeValue::Bool(is) => format!("BOOL {is}"),
        AttributeValue::L(list) => {
            list.iter().map(|text| text.as_s().expect("text").as_str()).collect::<Vec<_>>().join(" | ")
        }
        other => panic!("a destination has no {other:?}"),
    };
    let mut lines: Vec<_> = item.iter().map(|(name, of)| format!("{name} = {}", value(of))).collect();
    lines.sort();
    lines
}

#[test]
fn an_item_of_a_bucket_is_this() {
    let expected = [
        "bucket = my-bucket",
        "changed_at = 2026-11-25T21:41:00.000Z",
        "created_at = 2026-11-25T21:40:00.000Z",
        "format = ocsf",
        "kind = s3",
        "pk = destinations#acme",
        "position = N 7",
        "prefix = audit/",
        "sk = dst_0123456789abcdef",
        "status = active",
        "window_s = N 300",
    ];
    assert_eq!(shown(&encode_destination(&destination(s3()))), expected);
}

#[test]
fn an_item_of_a_webhook_that_fails_is_this() {
    let until = at("2026-11-25T21:42:00.000Z");
    let why = "status 500".to_owned();
    let progress = Progress {
        position: 7,
        range_end: Some(9),
        lease: Some(Lease { holder: "h".to_owned(), until }),
        failing: Some(Failing { since: until, failures: 2, why, next_try_at: until }),
        delivered_at: Some(until),
        took_ms: Some(12),
    };
    let expected = [
        "allows_private = BOOL true",
        "changed_at = 2026-11-25T21:41:00.000Z",
        "created_at = 2026-11-25T21:40:00.000Z",
        "delivered_at = 2026-11-25T21:42:00.000Z",
        "failing_since = 2026-11-25T21:42:00.000Z",
        "failure = status 500",
        "failures = N 2",
        "format = ocsf",
        "headers = authorization: Bearer t0p",
        "kind = https",
        "lease = h",
        "leased_until = 2026-11-25T21:42:00.000Z",
        "next_try_at = 2026-11-25T21:42:00.000Z",
        "pk = destinations#acme",
        "position = N 7",
        "range_end = N 9",
        "secrets = whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= | whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=",
        "sk = dst_0123456789abcdef",
        "status = active",
        "took_ms = N 12",
        "url = https://example.com/hook",
    ];
    let destination = Destination { progress, ..destination(https()) };
    assert_eq!(shown(&encode_destination(&destination)), expected);
    assert_eq!(decode_destination(encode_destination(&destination)), Ok(destination));
}

#[test]
fn a_destination_of_each_kind_and_status_reads_back() {
    let bus = Target::EventBridge { bus: Bus::parse("audit").expect("a bus") };
    let paused = Status::Paused { why: "status 410".to_owned() };
    for target in [s3(), https(), bus] {
        for status in [Status::Active, paused.clone(), Status::Removed] {
            let destination = Destination { status, ..destination(target.clone()) };
            assert_eq!(decode_destination(encode_destination(&destination)), Ok(destination));
        }
    }
}

#[test]
fn an_item_that_does_not_decode_is_an_error_that_names_the_attribute() {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let number = |number: &str| AttributeValue::N(number.to_owned());
    for (name, value) in [
        ("kind", text("ftp")),
        ("status", text("asleep")),
        ("format", text("xml")),
        ("position", number("-1")),
        ("position", text("1")),
        ("bucket", text("..")),
        ("window_s", number("1.5")),
        ("changed_at", text("yesterday")),
        ("range_end", number("x")),
        ("sk", text("x")),
    ] {
        let mut item = encode_destination(&destination(s3()));
        item.insert(name.to_owned(), value);
        assert_eq!(decode_destination(item).map_err(|error| error.attribute), Err(name));
    }
}
