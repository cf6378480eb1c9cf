//! `audit verify` on histories that are what was sealed, and on what differs in ways that only a log or an event by hand can.

use audit_verify::{MAX_AGE_MINUTES, Question, Report, Verdict, verify, verify_proof};
use aws_sdk_dynamodb::types::AttributeValue;
use shared::log::entry::{Entry, EventRef};
use shared::log::hash::Hash;
use shared::proof::checkpoint::Checkpoint;
use shared::table::digest::digest;
use shared::table::json;
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;
use std::sync::Mutex;
use tests::proofs::verified::{Short, report, short};
use tests::proofs::{Exported, MadeLog, made_event};

/// Shortly after the last round of three.
const AT: &str = "2026-01-01T00:06:00.000Z";

pub(crate) fn acme() -> AccountId {
    AccountId::parse("acme").expect("an account id")
}

pub(crate) fn time(text: &str) -> Timestamp {
    Timestamp::parse_fixed(text).expect("a time")
}

pub(crate) fn verified(log: &MadeLog, exported: &Exported) -> Report {
    report(exported, log.key(), None, AT).expect("a whole export")
}

pub(crate) fn found(verdict: &'static str, position: u64, id: &str) -> Short {
    (verdict, Some(position), Some(id.to_owned()))
}

/// A log with events 0 to 4, and whatever `more` appends, sealed.
pub(crate) fn log_with(more: impl FnOnce(&mut MadeLog)) -> MadeLog {
    let mut log = MadeLog::new("example.com/log");
    (0..5).for_each(|number| log.record(&acme(), &made_event::item(&acme(), number)));
    more(&mut log);
    log.seal(time("2026-01-01T00:05:00.000Z"));
    log
}

#[test]
fn what_is_as_it_was_sealed_is_ok_at_every_size() {
    for (events, rounds) in [(1, 1), (2, 1), (255, 2), (256, 3), (257, 3), (1_000, 300)] {
        let log = MadeLog::filled(&acme(), events, rounds);
        let seen = report(&log.export(&acme()), log.key(), None, "2026-01-01T00:00:00.000Z").expect("a whole export");
        assert_eq!((seen.verdict, seen.exit_code(), short(&seen)), (Verdict::Ok, 0, vec![]), "{events} events");
        assert_eq!((seen.events, seen.entries, seen.rounds), (events, events, rounds));
        assert_eq!((seen.account.as_str(), seen.origin.as_str()), ("acme", "example.com/log"));
    }
}

#[test]
fn an_account_without_a_log_is_ok_and_has_nothing() {
    let log = MadeLog::filled(&acme(), 5, 1);
    let nobody = AccountId::parse("nobody").expect("an account id");
    let seen = verified(&log, &log.export(&nobody));
    assert_eq!((seen.verdict, seen.events, seen.account.as_str()), (Verdict::Ok, 0, "nobody"));
}

#[test]
fn a_seal_that_is_older_than_allowed_is_stale() {
    let log = MadeLog::filled(&acme(), 5, 3); // the last round is of 00:03:00.588
    for (at, verdict, code) in [
        ("2026-01-01T00:18:00.588Z", Verdict::Ok, 0),
        ("2026-01-01T00:18:00.589Z", Verdict::Stale, 3),
        ("2025-01-01T00:00:00.000Z", Verdict::Ok, 0),
    ] {
        let seen = report(&log.export(&acme()), log.key(), None, at).expect("a whole export");
        assert_eq!((seen.verdict, seen.exit_code()), (verdict, code), "{at}");
    }
    let mut tampered = log.export(&acme());
    tampered.edit_lines(|lines| drop(lines.remove(2)));
    let seen = report(&tampered, log.key(), None, "2027-01-01T00:00:00.000Z").expect("a whole export");
    assert_eq!((seen.verdict, seen.exit_code()), (Verdict::Missing, 1), "tampering goes before age");
}

#[test]
fn an_event_that_a_hand_put_is_held_to_its_entry_too() {
    let mut item = made_event::item(&acme(), 7);
    item.insert("sk".to_owned(), AttributeValue::S("by hand".to_owned()));
    item.insert("recorded_at".to_owned(), AttributeValue::N("1.0".to_owned()));
    item.insert("list".to_owned(), AttributeValue::L(vec![AttributeValue::Null(true)]));
    item.remove("salt");
    let log = log_with(|log| log.record(&acme(), &item));
    assert_eq!(short(&verified(&log, &log.export(&acme()))), []);
    let mut exported = log.export(&acme());
    exported.edit("events.ndjson", r#"{"NULL":true}"#, r#"{"NULL":false}"#);
    let seen = verified(&log, &exported);
    assert_eq!(short(&seen), [("ALTERED", Some(5), None)]);
    assert_eq!(seen.findings[0].sk.as_deref(), Some("by hand"));
}

#[test]
fn an_index_key_of_an_event_with_more_than_writers_give_it_is_held_to_what_it_says_too() {
    let mut item = made_event::item(&acme(), 7);
    item.insert("list".to_owned(), AttributeValue::L(vec![AttributeValue::Null(true)]));
    let log = log_with(|log| log.record(&acme(), &item));
    assert_eq!(short(&verified(&log, &log.export(&acme()))), []);
    let mut exported = log.export(&acme());
    item.remove("type_pk");
    exported.edit_lines(|lines| lines[5] = format!(r#"{{"position":5,"Item":{}}}"#, json::write(&item)));
    assert_eq!(short(&verified(&log, &exported)), [found("ALTERED", 5, "e-0000007")]);
}

#[test]
fn an_entry_that_says_another_time_of_recording_than_its_event_is_found() {
    let (mut item, sk) = (made_event::item(&acme(), 7), made_event::sk(7));
    let said = |recorded_at: Option<&str>, item: &shared::table::item::Item| {
        let entry = Entry::Event(EventRef::new("00", &sk, recorded_at), digest(item));
        let log = log_with(|log| log.append(&acme(), entry, Some(json::write(item))));
        short(&verified(&log, &log.export(&acme())))
    };
    let recorded_at = made_event::recorded_at(7).to_string();
    assert_eq!(said(Some(&recorded_at), &item), []);
    assert_eq!(said(Some(&made_event::recorded_at(8).to_string()), &item), [found("ALTERED", 5, "e-0000007")]);
    assert_eq!(said(None, &item), [found("ALTERED", 5, "e-0000007")]);
    item.remove("recorded_at");
    assert_eq!(said(Some(&recorded_at), &item), [found("ALTERED", 5, "e-0000007")]);
}

#[test]
fn tampering_is_listed_and_told_by_the_exit_code_behind_any_number_of_innocent_findings() {
    let log = log_with(|_| {});
    let mut exported = log.export(&acme());
    let item = json::write(&made_event::item(&acme(), 0));
    exported.edit_lines(|lines| {
        lines[3] = lines[3].replace("192.0.2.", "198.51.100.");
        lines.splice(0..0, (5..105).map(|position| format!(r#"{{"position":{position},"Item":{item}}}"#)));
    });
    let seen = verified(&log, &exported);
    assert_eq!((seen.verdict, seen.exit_code(), seen.total(), seen.findings.len()), (Verdict::Altered, 1, 101, 100));
    assert!(short(&seen).contains(&found("ALTERED", 3, "e-0000003")));
}

#[test]
fn the_progress_ends_with_all_bytes_of_the_events() {
    let log = MadeLog::filled(&acme(), 600, 1);
    let exported = log.export(&acme());
    let question = Question { key: log.key(), earlier: None, at: time(AT), max_age_minutes: MAX_AGE_MINUTES };
    let told = Mutex::new(Vec::new());
    verify(&exported, question, &|done, bytes| told.lock().expect("no panic").push((done, bytes))).expect("whole");
    let bytes = exported.text("events.ndjson").len() as u64;
    assert_eq!(told.into_inner().expect("no panic").last(), Some(&(bytes, bytes)));
}

#[test]
fn a_restart_that_is_not_the_first_entry_of_a_log_makes_it_unusable() {
    let first = MadeLog::filled(&acme(), 5, 3);
    let mut log = log_with(|_| {});
    log.restart(first.checkpoint(3));
    log.seal(time("2026-01-01T00:06:00.000Z"));
    let said = report(&log.export(&acme()), log.key(), None, AT).unwrap_err().to_string();
    assert_eq!(said, "tile/entries: has a restart that is not its first entry");
}

#[test]
fn a_line_beyond_the_head_is_young_where_it_was_recorded_lately_and_put_there_where_not() {
    let log = log_with(|_| {});
    let mut exported = log.export(&acme());
    let item = json::write(&made_event::item(&acme(), 0));
    exported.edit_lines(|lines| lines.push(format!(r#"{{"position":5,"Item":{item}}}"#)));
    let seen = verified(&log, &exported);
    assert_eq!((short(&seen), seen.exit_code()), (vec![found("UNSEALED", 5, "e-0000000")], 0));
    assert!(seen.findings[0].means.ends_with("the next round will have it"));

    let mut later = log_with(|_| {});
    later.seal(time("2026-01-01T00:15:00.041Z"));
    let mut exported = later.export(&acme());
    let item = json::write(&made_event::item(&acme(), 0));
    exported.edit_lines(|lines| lines.push(format!(r#"{{"position":5,"Item":{item}}}"#)));
    let seen = report(&exported, later.key(), None, "2026-01-01T00:16:00.000Z").expect("a whole export");
    assert_eq!((short(&seen), seen.exit_code()), (vec![found("UNSEALED", 5, "e-0000000")], 1));
}

#[test]
fn a_log_that_was_restarted_goes_on_from_the_one_before() {
    let first = MadeLog::filled(&acme(), 5, 3);
    let mut second = MadeLog::new("example.com/log/2");
    second.restart(first.checkpoint(3));
    (0..5).for_each(|number| second.record(&acme(), &made_event::item(&acme(), number)));
    second.seal(time("2026-01-01T00:05:00.000Z"));
    let exported = second.export(&acme());
    for kept in
        [first.head(&acme(), 3).to_string(), first.head(&acme(), 2).to_string(), first.head(&acme(), 3).checkpoint]
    {
        let seen = report(&exported, second.key(), Some(&kept), AT).expect("a whole export");
        assert_eq!(short(&seen), []);
    }
    let said = report(&exported, second.key(), Some(&first.head(&acme(), 2).checkpoint), AT).unwrap_err().to_string();
    assert!(said.starts_with("earlier checkpoint: is of the log before the restart"), "{said}");

    let other = Checkpoint { root: Hash::of(&[]), ..first.checkpoint(3) };
    let kept = first.signed(&other.to_string());
    let seen = report(&exported, second.key(), Some(&kept), AT).expect("a whole export");
    assert_eq!(short(&seen), [("FORKED", None, None)]);
}

#[test]
fn a_proof_of_one_event_holds_with_its_item_and_without() {
    let log = MadeLog::filled(&acme(), 300, 3);
    let mut proof = log.proof(&acme(), 299);
    let seen = verify_proof(&proof.to_string(), log.key()).expect("a proof");
    assert_eq!((seen.verdict, seen.entries, seen.events, seen.exit_code()), (Verdict::Ok, 1, 1, 0));
    let item = proof.item.take().expect("an item");
    let seen = verify_proof(&proof.to_string(), log.key()).expect("a proof");
    assert_eq!((seen.verdict, seen.entries, seen.events), (Verdict::Ok, 1, 0));

    proof.item = Some(item.replace("INVITED_USER", "CHANGED_ROLE").replace("CHANGED_ROLE", "OTHER"));
    let seen = verify_proof(&proof.to_string(), log.key()).expect("a proof");
    assert_eq!((short(&seen), seen.exit_code()), (vec![found("ALTERED", 299, "e-0000299")], 1));
}
