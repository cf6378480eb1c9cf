//! What changes make of a destination, and what their events say.

use super::*;
use crate::destination::header::Header;
use crate::destination::progress::{Failing, Lease, Progress};
use crate::destination::target::Url;
use crate::values::destination_id::DestinationId;
use crate::values::format::Format;
use crate::values::ids::AccountId;

fn at(text: &str) -> Timestamp {
    Timestamp::parse_fixed(text).expect("a time")
}

fn destination() -> Destination {
    let made = at("2026-11-25T21:40:00.000Z");
    Destination {
        id: DestinationId::parse("dst_0123456789abcdef").expect("an id"),
        account: AccountId::parse("acme").expect("an account"),
        target: Target::Https {
            url: Url::parse("https://example.com/hook?token=t0p").expect("a URL"),
            secrets: vec![WebhookSecret::of_random([7; 32])],
            headers: vec![Header::parse("Authorization: Bearer t0p").expect("a header")],
            allows_private: false,
        },
        format: Format::Audit,
        created_at: made,
        changed_at: made,
        status: Status::Active,
        progress: Progress {
            position: 7,
            range_end: Some(9),
            lease: Some(Lease { holder: "h".to_owned(), until: made }),
            failing: Some(Failing { since: made, failures: 1, why: "status 500".to_owned(), next_try_at: made }),
            ..Progress::default()
        },
    }
}

fn deed() -> Deed {
    let event_id = EventId::parse("e-1").expect("an id");
    Deed::of_operator(Some("ada".to_owned()), event_id, at("2026-11-25T21:41:00.000Z"))
}

fn apply(change: &Change, before: &Destination) -> Result<Destination, IllegalChange> {
    change.apply(before, at("2026-11-25T21:41:00.000Z"))
}

#[test]
fn a_pause_keeps_the_position_and_what_was_being_sent() {
    let paused = apply(&Change::Pause { why: "status 410".to_owned() }, &destination()).expect("a change");
    assert_eq!(paused.status, Status::Paused { why: "status 410".to_owned() });
    assert_eq!(paused.progress, Progress { range_end: Some(9), ..Progress::from(7) });
    assert_eq!(paused.changed_at, at("2026-11-25T21:41:00.000Z"));
    assert_eq!(apply(&Change::Pause { why: String::new() }, &paused), Err(IllegalChange::Paused));
}

#[test]
fn a_resumed_destination_goes_on_where_it_stood_at_once() {
    let paused = apply(&Change::Pause { why: String::new() }, &destination()).expect("a change");
    let resumed = apply(&Change::Resume, &paused).expect("a change");
    assert_eq!((resumed.status, resumed.progress.position), (Status::Active, 7));
    assert_eq!((resumed.progress.range_end, resumed.progress.failing), (Some(9), None));
    assert_eq!(resumed.changed_at, at("2026-11-25T21:41:00.001Z"), "no two changes have the same time");
}

#[test]
fn a_purge_leaves_out_what_waits_and_never_goes_back() {
    let purged = apply(&Change::Purge { to: 100 }, &destination()).expect("a change");
    assert_eq!((purged.status, purged.progress), (Status::Active, Progress::from(100)));
    assert_eq!(apply(&Change::Purge { to: 6 }, &destination()), Err(IllegalChange::Backwards));
}

#[test]
fn a_removed_destination_has_no_secret_and_is_never_changed_again() {
    let removed = apply(&Change::Remove, &destination()).expect("a change");
    assert_eq!(removed.status, Status::Removed);
    let Target::Https { secrets, headers, .. } = &removed.target else { panic!("another kind") };
    assert_eq!((secrets.len(), headers.len()), (0, 0));
    for change in [Change::Remove, Change::Resume, Change::Purge { to: 100 }, Change::Secrets(Vec::new())] {
        assert_eq!(apply(&change, &removed), Err(IllegalChange::Removed));
    }
}

#[test]
fn the_event_of_a_change_shows_no_secret() {
    let (before, change) = (destination(), Change::Purge { to: 100 });
    let after = apply(&change, &before).expect("a change");

    let event = deed().change(&change, &before, &after);

    let text = |object: &Option<JsonObject>| object.as_ref().map(|object| object.as_str().to_owned()).expect("there");
    assert_eq!(event.details.event_type.as_str(), "PURGED_DESTINATION");
    let said = "Purged what waited for the destination dst_0123456789abcdef at https://example.com/hook";
    assert_eq!(event.details.event_description, said);
    let message = r#"{"destination_id":"dst_0123456789abcdef","first_skipped":7,"behind_skipped":100}"#;
    assert_eq!(text(&event.details.message), message);
    let state = r#"{"id":"dst_0123456789abcdef","kind":"https","target":"https://example.com/hook","format":"audit","status":"active","position":POSITION,"secrets":1,"headers":["authorization"]}"#;
    assert_eq!(text(&event.details.previous_state), state.replace("POSITION", "7"));
    assert_eq!(text(&event.details.current_state), state.replace("POSITION", "100"));
    assert_eq!(event.recorded_by, Some(Recorder::DestinationOperator));
    assert_eq!((event.created_at, event.recorded_at), (after.changed_at, at("2026-11-25T21:41:00.000Z")));
}

#[test]
fn each_change_has_an_event_type_of_its_own() {
    let before = destination();
    let secrets = Change::Secrets(vec![WebhookSecret::of_random([8; 32])]);
    let pause = Change::Pause { why: "status 410".to_owned() };
    let types: Vec<_> = [pause, Change::Resume, Change::Remove, secrets]
        .iter()
        .map(|change| deed().change(change, &before, &apply(change, &before).expect("a change")).details.event_type)
        .map(|event_type| event_type.to_string())
        .collect();
    let expected = ["PAUSED_DESTINATION", "RESUMED_DESTINATION", "DELETED_DESTINATION", "CHANGED_DESTINATION"];
    assert_eq!(types, expected);
    assert_eq!(deed().creation(&before).details.event_type.as_str(), "CREATED_DESTINATION");
}
