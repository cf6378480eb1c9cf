//! Mutants of the lines of an export: what was left out, doubled, moved or put there is found, by its right name and at the right event.

use crate::verify_mutants_events::{acme, found, log, long_log, with_lines};
use audit_verify::Report;
use shared::table::json as item_json;
use tests::proofs::made_event;
use tests::proofs::verified::short;

#[test]
fn an_event_that_was_deleted_is_missing() {
    let seen = with_lines(&log(), |lines| lines[9] = r#"{"position":9,"missing":true}"#.to_owned());
    assert_eq!((short(&seen), seen.exit_code()), (vec![found("MISSING", 9, "e-0000009")], 1));
    assert!(seen.findings[0].means.contains("somebody deleted it"));
}

#[test]
fn a_line_that_was_dropped_is_missing_wherever_it_was() {
    let log = long_log();
    for at in [0, 255, 256, 599] {
        let seen = with_lines(&log, |lines| drop(lines.remove(at)));
        assert_eq!(short(&seen), [found("MISSING", at as u64, &format!("e-{at:07}"))]);
        assert!(seen.findings[0].means.contains("has no line for it"));
    }
    let seen = with_lines(&log, Vec::clear);
    assert_eq!((seen.total(), seen.findings.len(), seen.exit_code()), (600, 100, 1));
}

#[test]
fn a_line_that_was_doubled_is_repeated_wherever_it_was_put() {
    let log = long_log();
    for to in [9, 10, 20, 600] {
        let seen = with_lines(&log, |lines| lines.insert(to, lines[9].clone()));
        assert_eq!((short(&seen), seen.exit_code()), (vec![found("REPEATED", 9, "e-0000009")], 1), "to line {to}");
    }
}

#[test]
fn a_line_that_was_moved_is_reordered() {
    let log = long_log();
    let seen = with_lines(&log, |lines| {
        let line = lines.remove(9);
        lines.push(line);
    });
    assert_eq!((short(&seen), seen.exit_code()), (vec![found("REORDERED", 9, "e-0000009")], 1));
    let seen = with_lines(&log, |lines| lines.swap(255, 256));
    assert_eq!(short(&seen), [found("REORDERED", 255, "e-0000255")]);
}

#[test]
fn an_event_that_was_inserted_was_never_sealed() {
    let log = long_log();
    let inserted = item_json::write(&made_event::item(&acme(), 1_000));
    for (to, position) in [(0, 0), (9, 9), (10, 9), (30, 9), (600, 599), (600, 600), (3, 1_000_000)] {
        let line = format!(r#"{{"position":{position},"Item":{inserted}}}"#);
        let seen = with_lines(&log, |lines| lines.insert(to, line));
        let names = short(&seen);
        assert_eq!(names, [found("UNSEALED", position, "e-0001000")], "position {position} in line {to}");
    }
}

/// A line with an event that was never sealed, at a position.
fn forged(position: usize) -> String {
    let item = item_json::write(&made_event::item(&acme(), 1_000 + position as u64));
    format!(r#"{{"position":{position},"Item":{item}}}"#)
}

fn counts(seen: &Report) -> Vec<(&'static str, u64)> {
    seen.counts.iter().map(|(verdict, count)| (verdict.name(), *count)).collect()
}

#[test]
fn a_line_that_says_that_its_event_is_gone_may_be_moved_and_doubled_too() {
    let gone = r#"{"position":9,"missing":true}"#.to_owned();
    let seen = with_lines(&log(), |lines| {
        lines.remove(9);
        lines.push(gone.clone());
    });
    assert_eq!(short(&seen), [found("REORDERED", 9, "e-0000009")]);
    let seen = with_lines(&log(), |lines| {
        lines[9] = gone.clone();
        lines.push(gone.clone());
    });
    assert_eq!(short(&seen), [found("MISSING", 9, "e-0000009"), found("REPEATED", 9, "e-0000009")]);
    let seen = with_lines(&log(), |lines| {
        lines.remove(9);
        lines.insert(2, gone.clone());
    });
    assert_eq!(counts(&seen), [("MISSING", 1), ("REORDERED", 7)], "those of positions 2 to 8 stand behind it");
}

#[test]
fn two_lines_in_place_of_one_are_both_told() {
    let seen = with_lines(&log(), |lines| {
        lines[9] = forged(9);
        lines.insert(10, forged(9).replace("e-0001009", "e-0001010"));
    });
    assert_eq!(counts(&seen), [("ALTERED", 1), ("UNSEALED", 1)]);
}

#[test]
fn lines_that_were_put_behind_those_of_their_positions_are_unsealed_however_many() {
    let seen = with_lines(&long_log(), |lines| {
        let sealed = std::mem::take(lines);
        lines.extend(sealed.into_iter().enumerate().flat_map(|(position, line)| [line, forged(position)]));
    });
    assert_eq!(counts(&seen), [("UNSEALED", 600)]);
}

#[test]
fn a_hundred_lines_that_were_put_before_those_of_their_positions_are_kept_in_mind() {
    let log = long_log();
    let before = |count| counts(&with_lines(&log, |lines| drop(lines.splice(0..0, (0..count).map(forged)))));
    assert_eq!(before(100), [("UNSEALED", 100)]);
    assert_eq!(before(101), [("ALTERED", 1), ("UNSEALED", 100)], "the first is told before its own line is there");
}
