//! What parts of a target may be.

use super::*;

#[test]
fn a_bucket_has_the_name_of_one() {
    for good in ["abc", "my.bucket-1", &"a".repeat(63)] {
        assert!(Bucket::parse(good).is_ok(), "{good:?} was refused");
    }
    for bad in ["", "ab", "Abc", "-abc", "abc.", "a..b", "a/b", "a_b", "äbc", &"a".repeat(64)] {
        assert!(Bucket::parse(bad).is_err(), "{bad:?} was accepted");
    }
}

#[test]
fn a_prefix_is_empty_or_ends_with_a_slash_and_climbs_nowhere() {
    for good in ["", "audit/", "audit/trail.2/", &format!("{}/", "a".repeat(199))] {
        assert!(Prefix::parse(good).is_ok(), "{good:?} was refused");
    }
    for bad in ["audit", "/", "/audit/", "a//b/", "../", "a/../b/", "a b/", &format!("{}/", "a".repeat(200))] {
        assert!(Prefix::parse(bad).is_err(), "{bad:?} was accepted");
    }
}

#[test]
fn a_url_is_of_https_or_of_this_machine() {
    for good in ["https://example.com", "https://example.com:8443/hook?token=1", "https://[2001:db8::1]/x"] {
        assert!(Url::parse(good).is_ok_and(|url| !url.is_plain()), "{good:?} was refused");
    }
    for good in ["http://127.0.0.1:3001/hook", "http://localhost/", "http://[::1]:80"] {
        assert!(Url::parse(good).is_ok_and(|url| url.is_plain()), "{good:?} was refused");
    }
    for bad in [
        "",
        "https://",
        "https:///x",
        "HTTPS://example.com",
        "http://example.com",
        "http://127.0.0.1.example.com/",
        "http://localhost@example.com/",
        "https://user:secret@example.com/",
        "https://example.com/#x",
        "https://example.com/a b",
        "ftp://example.com",
        &format!("https://example.com/{}", "a".repeat(2_048)),
    ] {
        assert!(Url::parse(bad).is_err(), "{bad:?} was accepted");
    }
}

#[test]
fn a_bus_is_a_name_or_an_arn() {
    for good in ["default", "aws.partner/example.com/1", "arn:aws:events:eu-central-1:123456789012:event-bus/audit"] {
        assert!(Bus::parse(good).is_ok(), "{good:?} was refused");
    }
    for bad in
        ["", "a b", "arn:aws:sns:eu-central-1:123456789012:event-bus/a", "arn:aws:events:eu-central-1:1:event-bus/a"]
    {
        assert!(Bus::parse(bad).is_err(), "{bad:?} was accepted");
    }
}

#[test]
fn a_header_is_a_name_and_a_value_that_debug_does_not_show() {
    let header = Header::parse("Authorization:  Splunk abc def ").expect("a header");
    assert_eq!((header.name(), header.reveal()), ("authorization", "Splunk abc def"));
    assert_eq!(header.to_text(), "authorization: Splunk abc def");
    assert_eq!(format!("{header:?}"), "Header(authorization: ..)");
    for bad in ["", "a", "a:", ": b", "a b: c", "a: b\r\nc: d", "Webhook-Id: 1", "Host: x", "content-length: 1", "a: ä"]
    {
        assert!(Header::parse(bad).is_err(), "{bad:?} was accepted");
    }
}

#[test]
fn a_target_shows_where_it_is_and_no_secret() {
    let target = Target::Https {
        url: Url::parse("https://example.com/hook?token=t0p").expect("a URL"),
        secrets: vec![WebhookSecret::of_random([7; 32])],
        headers: vec![Header::parse("x-token: t0p").expect("a header")],
        allows_private: false,
    };
    assert_eq!(target.to_string(), "https://example.com/hook");
    let bucket = Bucket::parse("my-bucket").expect("a bucket");
    let s3 = Target::S3 { bucket, prefix: Prefix::parse("audit/").expect("a prefix"), window_s: 300 };
    assert_eq!((s3.kind(), s3.to_string().as_str()), ("s3", "s3://my-bucket/audit/"));
}
