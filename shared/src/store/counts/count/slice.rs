//! What of a range is still to be counted event by event, and how it is cut so that parts are counted side by side.

use crate::store::events::{Beginning, LastRow};
use crate::store::query::Start;
use crate::values::day::Day;
use crate::values::event_sort_key::EventSortKey;
use crate::values::timestamp::{TimeRange, Timestamp};
use std::collections::BTreeMap;

/// Parts that the rest of a slice is cut into, once it turns out to be long.
const PARTS: i64 = 8;

/// Requests after which a slice counts as long. The first looks at all that most ranges have.
const LONG_AFTER: [u32; 2] = [1, 16];

/// A part of a range, to be counted from its beginning on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Slice {
    pub(super) range: TimeRange,
    pub(super) beginning: Beginning,
    /// Requests for it before its rest is cut.
    pub(super) requests_max: u32,
}

impl Slice {
    pub(super) fn new(range: TimeRange) -> Self {
        Self { range, beginning: Beginning::From(Start::Edge), requests_max: LONG_AFTER[0] }
    }

    /// What of the range is behind that event, if there is one; none if nothing can be.
    pub(super) fn behind(range: TimeRange, event: Option<&EventSortKey>) -> Option<Self> {
        match event {
            Some(event) if range.to.is_some_and(|to| to <= event.created_at) => None,
            Some(event) if range.from <= event.created_at => {
                let range = TimeRange { from: event.created_at, ..range };
                let beginning = Beginning::From(Start::After(event.clone()));
                Some(Self { range, beginning, requests_max: LONG_AFTER[0] })
            }
            Some(_) | None => Some(Self::new(range)),
        }
    }

    /// The rest of it behind the row of that time, in parts of about the same length; in one where it is too short to be cut.
    pub(super) fn cut(self, from: Timestamp, row: LastRow) -> Vec<Self> {
        let [_, requests_max] = LONG_AFTER;
        let to = self.range.to.unwrap_or(Timestamp::MAX);
        let step = (to.epoch_ms() - from.epoch_ms()) / PARTS;
        let cut = |at: i64| from.plus_ms(step * at).filter(|_| step > 0 && at < PARTS);
        let first = TimeRange { from, to: cut(1).or(self.range.to) };
        let first = Self { range: first, beginning: Beginning::Behind(row), requests_max };
        let later = |at: i64| {
            let range = TimeRange { from: cut(at)?, to: cut(at + 1).or(self.range.to) };
            Some(Self { range, beginning: Beginning::From(Start::Edge), requests_max })
        };
        [first].into_iter().chain((1..PARTS).filter_map(later)).collect()
    }
}

/// The whole days of a range, first and last.
pub(super) fn whole_days(range: TimeRange) -> Option<(Day, Day)> {
    let first = Day::of(range.from);
    let first = if first.start() == range.from { Some(first) } else { first.next() }?;
    let last = Day::of(range.to?).previous()?;
    (first <= last).then_some((first, last))
}

/// What of the range is not in a day that is counted.
pub(super) fn gaps(range: TimeRange, counted: &BTreeMap<Day, u64>) -> Vec<TimeRange> {
    let mut gaps = Vec::new();
    let mut from = Some(range.from);
    for day in counted.keys() {
        let gap = from.map(|from| TimeRange { from, to: Some(day.start()) });
        gaps.extend(gap.filter(|gap| gap.from < day.start()));
        from = day.end();
    }
    let last = from.map(|from| TimeRange { from, to: range.to });
    gaps.extend(last.filter(|gap| gap.to.is_none_or(|to| gap.from < to)));
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_fixed(text).expect("a time")
    }

    fn range(from: &str, to: &str) -> TimeRange {
        TimeRange { from: at(from), to: Some(at(to)) }
    }

    fn counted(days: &[&str]) -> BTreeMap<Day, u64> {
        days.iter().map(|day| (Day::parse(day).expect("a day"), 1)).collect()
    }

    fn days(range: TimeRange) -> Option<(String, String)> {
        whole_days(range).map(|(first, last)| (first.to_string(), last.to_string()))
    }

    #[test]
    fn a_range_has_the_days_that_are_in_it_from_end_to_end() {
        let both = |first: &str, last: &str| Some((first.to_owned(), last.to_owned()));
        let midnight = "2024-03-01T00:00:00.000Z";
        assert_eq!(days(range(midnight, "2024-03-02T00:00:00.000Z")), both("2024-03-01", "2024-03-01"));
        assert_eq!(days(range(midnight, "2024-03-03T23:59:59.999Z")), both("2024-03-01", "2024-03-02"));
        assert_eq!(
            days(range("2024-02-28T00:00:00.001Z", "2024-03-02T00:00:00.000Z")),
            both("2024-02-29", "2024-03-01")
        );
        assert_eq!(days(range(midnight, "2024-03-01T23:59:59.999Z")), None);
        assert_eq!(days(range("2024-03-01T00:00:00.001Z", "2024-03-02T23:59:59.999Z")), None);
        assert_eq!(days(TimeRange::ALL), None);
        assert_eq!(days(range("1970-01-01T00:00:00.000Z", "1970-01-01T10:00:00.000Z")), None);
        assert_eq!(days(range("9999-12-31T00:00:00.000Z", "9999-12-31T23:59:59.999Z")), None);
    }

    #[test]
    fn what_is_behind_an_event_begins_with_it_or_later() {
        let whole = range("2024-03-01T00:00:00.000Z", "2024-03-02T00:00:00.000Z");
        let behind = |sk: &str| {
            let event = EventSortKey::parse(sk).expect("a sort key");
            Slice::behind(whole, Some(&event)).map(|slice| (slice.range.from, slice.beginning))
        };
        let before = (whole.from, Beginning::From(Start::Edge));
        assert_eq!(behind("2024-02-29T23:59:59.999Z#e"), Some(before.clone()));
        let event = EventSortKey::parse("2024-03-01T09:30:00.000Z#e").expect("a sort key");
        let inside = (event.created_at, Beginning::From(Start::After(event)));
        assert_eq!(behind("2024-03-01T09:30:00.000Z#e"), Some(inside));
        assert_eq!(behind("2024-03-02T00:00:00.000Z#e"), None);
        assert_eq!(Slice::behind(whole, None), Some(Slice::new(whole)));
    }

    #[test]
    fn gaps_are_what_no_counted_day_covers() {
        let (from, to) = ("2024-03-01T12:00:00.000Z", "2024-03-06T12:00:00.000Z");
        let whole = range(from, to);
        assert_eq!(gaps(whole, &counted(&[])), [whole]);
        let all = counted(&["2024-03-02", "2024-03-03", "2024-03-04", "2024-03-05"]);
        let edges = [range(from, "2024-03-02T00:00:00.000Z"), range("2024-03-06T00:00:00.000Z", to)];
        assert_eq!(gaps(whole, &all), edges);
        let inner = counted(&["2024-03-02", "2024-03-05"]);
        let [first, last] = edges;
        let middle = range("2024-03-03T00:00:00.000Z", "2024-03-05T00:00:00.000Z");
        assert_eq!(gaps(whole, &inner), [first, middle, last]);
        let day = range("2024-03-02T00:00:00.000Z", "2024-03-03T00:00:00.000Z");
        assert_eq!(gaps(day, &counted(&["2024-03-02"])), []);
        assert_eq!(gaps(TimeRange::ALL, &counted(&[])), [TimeRange::ALL]);
    }

    #[test]
    fn the_rest_of_a_slice_is_cut_without_gap_or_overlap() {
        let (from, row) = (at("2024-03-01T00:00:00.000Z"), LastRow::at("events#acme#00", "2024-03-01T00:00:00.000Z#e"));
        for to in
            [Some("2024-03-01T00:00:00.008Z"), Some("2024-03-01T00:00:00.015Z"), Some("9999-12-31T23:59:59.999Z"), None]
        {
            let to = to.map(at);
            let parts = Slice::new(TimeRange { from: Timestamp::MIN, to }).cut(from, row.clone());
            assert_eq!(parts.len(), 8);
            assert_eq!(parts[0].beginning, Beginning::Behind(row.clone()));
            assert_eq!((parts[0].range.from, parts[7].range.to), (from, to));
            assert!(parts[1..].iter().all(|part| part.beginning == Beginning::From(Start::Edge)));
            assert!(parts.windows(2).all(|pair| pair[0].range.to == Some(pair[1].range.from)));
        }
    }

    #[test]
    fn a_rest_of_a_few_milliseconds_is_left_whole() {
        let (from, row) = (at("2024-03-01T00:00:00.000Z"), LastRow::at("events#acme#00", "2024-03-01T00:00:00.000Z#e"));
        let short = range("2024-03-01T00:00:00.000Z", "2024-03-01T00:00:00.007Z");
        let parts = Slice::new(short).cut(from, row.clone());
        assert_eq!(parts, [Slice { range: short, beginning: Beginning::Behind(row), requests_max: 16 }]);
    }
}
