//! What parts of a target may be.

use super::*;

#[test]
fn a_bucket_has_the_name_of_one() {
    for good in ["abc", "a-b.c", "1.2", "my.bucket-1", &"a".repeat(63)] {
        assert!(Bucket::parse(good).is_ok(), "{good:?} was refused");
    }
    for bad in ["", "ab", "Abc", "-abc", ".ab", "abc.", "a..b", "a/b", "../x", "a_b", "äbc", &"a".repeat(64)] {
        assert!(Bucket::parse(bad).is_err(), "{bad:?} was accepted");
    }
}

#[test]
fn a_prefix_is_empty_or_ends_with_a_slash_and_climbs_nowhere() {
    for good in ["", "audit/", "audit/trail.2/", "a/b=c(d)/", &format!("{}/", "a".repeat(199))] {
        assert!(Prefix::parse(good).is_ok(), "{good:?} was refused");
    }
    let too_long = format!("{}/", "a".repeat(200));
    let bad = [
        "audit", "/", "/audit/", "a//b/", "a//", "../", "a/../b/", "./a/", "a b/", "a#b/", "ä/", "a\n/", "a\\b/",
        &too_long,
    ];
    for bad in bad {
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
    let longest = "a".repeat(256);
    let arn = "arn:aws:events:eu-central-1:123456789012:event-bus/audit";
    for good in ["default", "aws.partner/example.com/1", "audit.trail/eu_1-x", arn, &longest] {
        assert!(Bus::parse(good).is_ok(), "{good:?} was refused");
    }
    let too_long = "a".repeat(257);
    let rule = "arn:aws:events:eu-central-1:123456789012:rule/audit";
    let topic = "arn:aws:sns:eu-central-1:123456789012:event-bus/a";
    let nobodys = "arn:aws:events:eu-central-1:1:event-bus/a";
    for bad in ["", "a b", "a:b", "ä", "a\n", "arn:", rule, topic, nobodys, &too_long] {
        assert!(Bus::parse(bad).is_err(), "{bad:?} was accepted");
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
