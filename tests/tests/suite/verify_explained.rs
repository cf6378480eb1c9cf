//! What `audit verify` says of events that came late, were changed or deleted with the log's knowledge, or redacted.

use crate::verify::{acme, found, log_with, time, verified};
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use shared::log::entry::{Entry, EventRef, SequenceNumber};
use shared::log::hash::Hash;
use shared::table::json;
use tests::proofs::MadeLog;
use tests::proofs::made_event;
use tests::proofs::verified::{report, short};
use tests::redaction::redacted;

fn event_ref(number: u64) -> EventRef {
    EventRef::new("00", &made_event::sk(number), Some(&made_event::recorded_at(number).to_string()))
}

fn number(text: &str) -> SequenceNumber {
    SequenceNumber::parse(text).expect("a sequence number")
}

#[test]
fn an_event_that_came_to_the_log_long_after_its_time_is_late() {
    let hour = 3_600_000 / 137; // events, of 137 ms each
    let log = log_with(|log| {
        log.record(&acme(), &made_event::item(&acme(), hour));
        log.record(&acme(), &made_event::item(&acme(), 7));
        log.record(&acme(), &made_event::item(&acme(), hour - 15 * 60_000 / 137));
    });
    let mut sealed_later = log;
    sealed_later.seal(time("2026-01-01T02:00:00.000Z"));
    let seen = report(&sealed_later.export(&acme()), sealed_later.key(), None, "2026-01-01T02:00:00.000Z");
    let seen = seen.expect("a whole export");
    assert_eq!(short(&seen), [found("LATE", 6, "e-0000007")]);
    assert_eq!(seen.exit_code(), 1);
    assert!(
        seen.findings[0]
            .means
            .contains("the stream lost it and it was found later, or somebody wrote it into the past")
    );
}

#[test]
fn an_event_is_late_from_the_sixteenth_minute_on() {
    let hour = 3_600_000 / 137;
    let newest = made_event::recorded_at(hour);
    let log_with_one = |ms_before: i64| {
        let recorded_at = newest.plus_ms(-ms_before).expect("a time").to_string();
        let mut item = made_event::item(&acme(), 7);
        item.insert("recorded_at".to_owned(), AttributeValue::S(recorded_at));
        let mut log = log_with(|log| {
            log.record(&acme(), &made_event::item(&acme(), hour));
            log.record(&acme(), &item);
        });
        log.seal(time("2026-01-01T02:00:00.000Z"));
        short(&report(&log.export(&acme()), log.key(), None, "2026-01-01T02:00:00.000Z").expect("a whole export"))
    };
    assert_eq!(log_with_one(15 * 60_000), []);
    assert_eq!(log_with_one(15 * 60_000 + 1), [found("LATE", 6, "e-0000007")]);
}

#[test]
fn what_is_taken_in_from_before_there_was_a_log_is_not_late() {
    let hour = 3_600_000 / 137;
    let mut log = log_with(|log| {
        log.record(&acme(), &made_event::item(&acme(), hour));
        log.append(&acme(), Entry::BackfillBegin, None);
        log.record(&acme(), &made_event::item(&acme(), 7));
        log.append(&acme(), Entry::BackfillEnd, None);
        log.record(&acme(), &made_event::item(&acme(), 8));
    });
    log.seal(time("2026-01-01T02:00:00.000Z"));
    let seen = report(&log.export(&acme()), log.key(), None, "2026-01-01T02:00:00.000Z").expect("a whole export");
    assert_eq!(short(&seen), [found("LATE", 9, "e-0000008")]);
    assert_eq!((seen.events, seen.entries), (8, 10));
}

#[test]
fn an_event_that_claims_a_time_to_come_makes_no_other_late() {
    let log = log_with(|log| {
        log.record(&acme(), &made_event::item(&acme(), 1_000_000));
        log.record(&acme(), &made_event::item(&acme(), 7));
    });
    assert_eq!(short(&verified(&log, &log.export(&acme()))), []);
}

#[test]
fn a_change_or_deletion_that_the_log_tells_of_is_explained_by_it() {
    let gone = |log: &mut MadeLog| log.replace_item(&acme(), 2, None);
    let log = log_with(|log| {
        log.append(&acme(), Entry::Removed(event_ref(2), Hash::of(&[b"x"]), number("17")), None);
        gone(log);
    });
    let seen = verified(&log, &log.export(&acme()));
    assert_eq!(short(&seen), [found("MISSING", 2, "e-0000002")]);
    assert_eq!(seen.findings[0].means, "it was deleted after it was recorded: the log itself says so, at position 5");

    let log = log_with(|log| {
        log.append(&acme(), Entry::Changed(event_ref(2), Hash::of(&[b"x"]), Hash::of(&[b"y"]), number("17")), None);
    });
    let seen = verified(&log, &log.export(&acme()));
    assert_eq!(short(&seen), [found("ALTERED", 2, "e-0000002")], "it is as it was, and was not in between");
    assert_eq!(seen.findings[0].means, "it was changed after it was recorded: the log itself says so, at position 5");

    let log = log_with(|log| {
        log.append(&acme(), Entry::Changed(event_ref(2), Hash::of(&[b"x"]), Hash::of(&[b"y"]), number("17")), None);
        gone(log);
    });
    let seen = verified(&log, &log.export(&acme()));
    assert_eq!(short(&seen), [found("MISSING", 2, "e-0000002")]);
    let means = "it is not there any more, and was changed before: the log says so, at position 5";
    assert_eq!(seen.findings[0].means, means);

    let log = log_with(|log| {
        log.append(&acme(), Entry::Removed(event_ref(2), Hash::of(&[b"x"]), number("17")), None);
        log.record(&acme(), &made_event::item(&acme(), 2));
    });
    let seen = verified(&log, &log.export(&acme()));
    assert_eq!(short(&seen), [found("ALTERED", 2, "e-0000002")], "it was deleted and put again");
    assert_eq!(seen.events, 6);
}

#[test]
fn a_redacted_event_is_told_and_is_no_tampering() {
    let log = log_with(|_| {});
    let item = redacted(made_event::item(&acme(), 3), &["event_description"], &[]);

    let with = |item: &shared::table::item::Item| {
        let mut exported = log.export(&acme());
        exported.edit_lines(|lines| lines[3] = format!(r#"{{"position":3,"Item":{}}}"#, json::write(item)));
        verified(&log, &exported)
    };
    let seen = with(&item);
    assert_eq!((short(&seen), seen.exit_code()), (vec![found("REDACTED", 3, "e-0000003")], 0));
    assert_eq!(seen.findings[0].means, "event_description was taken out of it, and the rest is what was sealed");

    let mut changed = item.clone();
    changed.insert("event_type".to_owned(), AttributeValue::S("OTHER".to_owned()));
    assert_eq!(short(&with(&changed)), [found("ALTERED", 3, "e-0000003")]);
    let mut hidden = item.clone();
    hidden.remove("type_pk");
    assert_eq!(short(&with(&hidden)), [found("ALTERED", 3, "e-0000003")]);

    // What does not count in the digest is no place for anything else.
    let salt = made_event::item(&acme(), 3).remove("salt").expect("a salt");
    let and = |name: &str, more: &str| {
        let mut item = item.clone();
        let map = item.get_mut(name).and_then(|map| if let AttributeValue::M(map) = map { Some(map) } else { None });
        map.expect("a map").insert(more.to_owned(), AttributeValue::B(Blob::new([9; 32])));
        item
    };
    let salted = item.clone().into_iter().chain([("salt".to_owned(), salt)]).collect();
    for item in [salted, and("salts", "aaa"), and("redacted", "event_type")] {
        assert_eq!(short(&with(&item)), [found("ALTERED", 3, "e-0000003")]);
    }
}
