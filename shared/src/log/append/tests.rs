//! Appending: what is put where, and what is a repeat.

use super::*;
use crate::log::entry::EventRef;
use crate::log::hash::Hash;

mod walk;

fn at(second: i64) -> Timestamp {
    Timestamp::from_epoch_ms(second * 1_000).expect("a time")
}

fn number(number: u64) -> SequenceNumber {
    SequenceNumber::parse(&number.to_string()).expect("a number")
}

fn event(id: u64) -> EventRef {
    EventRef::new("00", &format!("2020-07-24T03:26:02.000Z#{id}"), None)
}

fn came(id: u64) -> Entry {
    Entry::Event(event(id), Hash::of(&[b"x"]))
}

fn went(id: u64, by: u64) -> Entry {
    Entry::Removed(event(id), Hash::of(&[b"x"]), number(by))
}

fn change(entry: Entry, by: u64, created_at_s: Option<u64>) -> Change {
    Change { entry, number: Some(number(by)), created_at_s, item_bytes: 500 }
}

fn item(first: u64, entries: Vec<Entry>, newest_s: u64) -> LogItem {
    LogItem { first, sizes: vec![500; entries.len()], entries, appended_at: at(newest_s as i64 + 1), newest_s }
}

/// A walk for the changes over a log of these items, from the end down.
fn walked(changes: &[Change], items: &[LogItem]) -> Walk {
    let mut walk = Walk::for_changes(changes, at(1_000_000));
    for item in items {
        if walk.is_over() {
            return walk;
        }
        walk.take(item.clone()).expect("a log without a gap");
    }
    if !walk.is_over() {
        walk.finish().expect("a log without a gap");
    }
    walk
}

#[test]
fn the_first_changes_of_an_account_stand_at_0() {
    let changes = [change(came(1), 1, Some(70)), change(came(2), 2, Some(60))];
    let expected = LogItem {
        first: 0,
        entries: vec![came(1), came(2)],
        sizes: vec![500, 500],
        appended_at: at(100),
        newest_s: 70,
    };
    assert_eq!(next_item(&walked(&changes, &[]), &changes, at(100)), Some(expected));
}

#[test]
fn what_was_met_is_dropped_and_times_never_fall() {
    let log = [item(2, vec![came(3)], 200), item(0, vec![came(1), came(2)], 100)];
    let changes = [change(came(2), 2, Some(90)), change(came(4), 4, Some(150))];
    let next = next_item(&walked(&changes, &log), &changes, at(10)).expect("an item");
    assert_eq!((next.first, next.entries), (3, vec![came(4)]));
    assert_eq!((next.appended_at, next.newest_s), (at(201), 200), "the clock of this consumer is behind");
}

#[test]
fn an_item_never_crosses_a_multiple_of_256() {
    let log = [item(0, (0..250).map(came).collect(), 50)];
    let changes: Vec<_> = (250..600).map(|id| change(came(id), id + 1, Some(60))).collect();
    let mut walk = walked(&changes, &log);
    let mut placed = Vec::new();
    for _ in 0..4 {
        let Some(item) = next_item(&walk, &changes, at(100)) else { break };
        placed.push((item.first, item.entries.len()));
        walk.extend(item);
    }
    assert_eq!(placed, [(250, 6), (256, 256), (512, 88)]);
}

#[test]
fn a_batch_with_a_change_twice_brings_it_once() {
    let changes = [change(came(1), 1, Some(60)), change(came(1), 1, Some(60)), change(went(1, 2), 2, Some(61))];
    let next = next_item(&walked(&changes, &[]), &changes, at(100)).expect("an item");
    assert_eq!(next.entries, [came(1), went(1, 2)]);
}

#[test]
fn an_event_that_comes_again_after_it_was_deleted_is_new() {
    let log = [item(0, vec![came(1), went(1, 2)], 50)];
    let fresh = [change(came(1), 3, Some(50))];
    assert_eq!(next_item(&walked(&fresh, &log), &fresh, at(100)).map(|item| item.entries), Some(vec![came(1)]));
    let redelivered = [change(came(1), 1, Some(50)), change(went(1, 2), 2, Some(50))];
    assert_eq!(next_item(&walked(&redelivered, &log), &redelivered, at(100)), None);
    let log = [item(2, vec![came(1)], 50), item(0, vec![came(1), went(1, 2)], 50)];
    assert_eq!(next_item(&walked(&fresh, &log), &fresh, at(100)), None);
}

#[test]
fn a_change_there_and_back_and_there_again_is_three() {
    let (a, b) = (Hash::of(&[b"a"]), Hash::of(&[b"b"]));
    let there = |by| change(Entry::Changed(event(1), a, b, number(by)), by, Some(50));
    let back = |by| change(Entry::Changed(event(1), b, a, number(by)), by, Some(50));
    let changes = [there(1), back(2), there(3)];
    let next = next_item(&walked(&changes, &[]), &changes, at(100)).expect("an item");
    assert_eq!(next.entries.len(), 3);
    let log = [LogItem { first: 0, ..next }];
    assert_eq!(next_item(&walked(&changes, &log), &changes, at(100)), None);
}

#[test]
fn an_event_that_came_and_went_since_it_was_looked_for_is_not_put_again() {
    let seen_in_the_table = [Change { number: None, ..change(came(1), 0, Some(160)) }];
    let walked_to = |position, items: &[LogItem]| {
        let mut walk = Walk::down_to(position);
        items.iter().for_each(|item| walk.take(item.clone()).expect("a log without a gap"));
        walk
    };
    let next = |walk: &Walk| next_item(walk, &seen_in_the_table, at(100)).map(|item| item.entries);

    let log = [item(1, vec![came(1), went(1, 2)], 50), item(0, vec![came(9)], 50)];
    assert_eq!(next(&walked_to(1, &log)), None, "when it was looked for, the log ended at 1");
    assert_eq!(next(&walked_to(3, &log)), Some(vec![came(1)]), "it has come again, which the stream has lost");
    let log = [item(1, vec![went(1, 2)], 50), item(0, vec![came(9)], 50)];
    assert_eq!(next(&walked_to(1, &log)), None, "it has gone again, and the stream has lost that it came");
}

#[test]
fn whoever_finds_the_place_taken_begins_again_with_the_walk() {
    let changes = [change(came(1), 1, Some(60))];
    let mut progress = Progress::default();
    assert_eq!(progress.next(&changes, at(100)), Next::Walk);
    progress.walked(walked(&changes, &[]));
    let Next::Put(mine) = progress.next(&changes, at(100)) else { panic!("there is nothing in the log") };
    progress.put(mine.clone(), false);
    assert_eq!((progress.next(&changes, at(100)), progress.lost()), (Next::Walk, 1));
    progress.walked(walked(&changes, std::slice::from_ref(&mine)));
    assert_eq!(progress.next(&changes, at(100)), Next::Nothing(0), "what stands there is of the same batch");
}

#[test]
fn what_was_put_is_counted_and_is_the_end_of_the_walk() {
    let changes = [change(came(1), 1, Some(60)), change(came(2), 2, Some(60)), change(came(300), 300, Some(60))];
    let mut progress = Progress::default();
    assert_eq!((progress.walk(), progress.lost()), (None, 0));
    progress.walked(walked(&changes, &[item(0, (3..257).map(came).collect(), 70)]));
    let Next::Put(two) = progress.next(&changes, at(100)) else { panic!("two have room below 256") };
    assert_eq!((two.first, two.entries.as_slice()), (254, &[came(1), came(2)][..]));
    progress.put(two, true);
    let Next::Put(one) = progress.next(&changes, at(100)) else { panic!("one is left") };
    assert_eq!((one.first, one.entries.as_slice()), (256, &[came(300)][..]));
    progress.put(one, true);
    assert_eq!(progress.next(&changes, at(100)), Next::Nothing(3));
    assert_eq!((progress.walk().map(Walk::end), progress.lost()), (Some(257), 0));
}

#[test]
fn an_item_has_at_most_300_kib_of_entries_with_their_lengths() {
    // Two bytes of length, 60 bytes around the key, and the key in base64: 153,602 and 153,598 bytes.
    let long = |id: u64, bytes: usize| {
        let sk = "x".repeat(bytes);
        change(Entry::Event(EventRef::new("00", &sk, None), Hash::of(&[b"x"])), id, Some(60))
    };
    let entries =
        |changes: &[Change]| next_item(&walked(changes, &[]), changes, at(100)).map(|item| item.entries.len());
    assert_eq!(entries(&[long(1, 115_155), long(2, 115_152)]), Some(2), "307,200 bytes");
    assert_eq!(entries(&[long(1, 115_155), long(2, 115_153)]), Some(1), "307,204 bytes");
    assert_eq!(entries(&[long(1, 115_155), long(2, 115_153), change(came(3), 3, Some(60))]), Some(1), "in their order");
}

#[test]
fn a_deletion_of_the_same_number_was_not_made_before_an_event_came() {
    let log = [item(0, vec![came(1), went(1, 5)], 50)];
    let changes = [change(came(1), 5, Some(50))];
    assert_eq!(next_item(&walked(&changes, &log), &changes, at(100)), None);
}
