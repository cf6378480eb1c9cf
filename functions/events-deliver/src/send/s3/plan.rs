//! Which events are one object: those of a window, of one day, and of 8 MB at most.

use crate::send::{Line, Plan};
use shared::values::day::Day;
use shared::values::timestamp::Timestamp;
use std::time::Duration;

/// Bytes of text that an object has before it is packed, unless one event alone is larger.
pub const OBJECT_BYTES: usize = 8_000_000;

/// The first lines that belong together. They are sent once the next line belongs to another object, or the window is over.
pub(super) fn plan(lines: &[Line], window: Duration, now: Timestamp) -> Option<Plan> {
    let first = lines.first()?;
    let (day, mut bytes, mut last) = (Day::of(first.appended_at), first.text.len() + 1, first.position);
    for line in lines.iter().skip(1) {
        bytes += line.text.len() + 1;
        if bytes > OBJECT_BYTES || Day::of(line.appended_at) != day {
            return Some(Plan::Send { last });
        }
        last = line.position;
    }
    let window_ms = i64::try_from(window.as_millis()).unwrap_or(i64::MAX);
    let until = first.appended_at.plus_ms(window_ms).unwrap_or(Timestamp::MAX);
    Some(if now >= until { Plan::Send { last } } else { Plan::Wait { until } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::log::hash::Hash;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_fixed(text).expect("a time")
    }

    fn line(position: u64, appended_at: &str, bytes: usize) -> Line {
        let text = "x".repeat(bytes);
        Line {
            position,
            appended_at: at(appended_at),
            leaf: Hash::of_leaf(b""),
            created_at: None,
            kind: String::new(),
            text,
        }
    }

    fn plan_at(lines: &[Line], now: &str) -> Option<Plan> {
        plan(lines, Duration::from_secs(300), at(now))
    }

    #[test]
    fn an_object_waits_for_the_end_of_its_window() {
        let lines = [line(7, "2026-05-01T09:30:00.000Z", 10), line(8, "2026-05-01T09:34:00.000Z", 10)];
        let until = at("2026-05-01T09:35:00.000Z");
        assert_eq!(plan_at(&lines, "2026-05-01T09:34:59.999Z"), Some(Plan::Wait { until }));
        assert_eq!(plan_at(&lines, "2026-05-01T09:35:00.000Z"), Some(Plan::Send { last: 8 }));
        assert_eq!(plan_at(&[], "2026-05-01T09:35:00.000Z"), None);
    }

    #[test]
    fn no_object_crosses_a_day() {
        let lines = [line(7, "2026-05-01T23:59:59.999Z", 10), line(8, "2026-05-02T00:00:00.000Z", 10)];
        assert_eq!(plan_at(&lines, "2026-05-02T00:00:00.000Z"), Some(Plan::Send { last: 7 }));
        let until = at("2026-05-02T00:05:00.000Z");
        assert_eq!(plan_at(&lines[1..], "2026-05-02T00:00:00.000Z"), Some(Plan::Wait { until }));
    }

    #[test]
    fn an_object_has_8_mb_of_text_at_most_with_the_ends_of_its_lines() {
        let half = OBJECT_BYTES / 2 - 1;
        let of = |bytes| [line(0, "2026-05-01T09:30:00.000Z", half), line(1, "2026-05-01T09:30:00.000Z", bytes)];
        let until = at("2026-05-01T09:35:00.000Z");
        assert_eq!(plan_at(&of(half), "2026-05-01T09:30:00.000Z"), Some(Plan::Wait { until }));
        assert_eq!(plan_at(&of(half + 1), "2026-05-01T09:30:00.000Z"), Some(Plan::Send { last: 0 }));
    }

    #[test]
    fn an_event_that_is_larger_is_an_object_alone() {
        let large = [line(0, "2026-05-01T09:30:00.000Z", OBJECT_BYTES + 5), line(1, "2026-05-01T09:30:00.000Z", 1)];
        assert_eq!(plan_at(&large, "2026-05-01T09:30:00.000Z"), Some(Plan::Send { last: 0 }));
    }
}
