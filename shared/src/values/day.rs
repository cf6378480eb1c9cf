//! UTC days, and when a day is closed: no event can come into it any more but by an import.
//!
//! ```text
//! t0            the day ends
//! t0 + 24 h     the last moment at which an event of the day is taken without an import: `BACK_MS_MAX`
//! t0 + 25 h     the day is closed: `CLOSING_MS` later, when every such write has long ended
//! ```

use crate::values::timestamp::Timestamp;
use std::fmt;

/// A UTC day of the years 1970 to 9999.
///
/// Shape: `2020-07-24`, so that the order of texts is the order of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i64);

/// Milliseconds of a day: UTC has no other days, for leap seconds are not counted.
pub(crate) const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Characters of a date at the front of a [`Timestamp`]'s text.
const LENGTH: usize = 10;

/// How far back an event may have happened that is recorded as it happens, in milliseconds: what is older is an import. A
/// window of the past is stable once it is as old as this.
pub const BACK_MS_MAX: i64 = DAY_MS;

/// How long after the last moment for an ordinary event a day is closed, in milliseconds. A write that was judged at that
/// moment has ended by then: a function that takes events lives for 25 s (`Timeout` in template.yaml), AWS takes a signed request for five
/// minutes (IAM user guide, "Troubleshoot Signature Version 4 requests"), and it keeps the clocks of Lambda.
pub const CLOSING_MS: i64 = 60 * 60 * 1_000;

impl Day {
    /// The day that a time lies in.
    pub fn of(at: Timestamp) -> Self {
        Self(at.epoch_ms().div_euclid(DAY_MS))
    }

    /// Reads exactly the text that [`Display`](fmt::Display) writes.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != LENGTH {
            return None;
        }
        Timestamp::parse_fixed(&format!("{text}T00:00:00.000Z")).map(Self::of)
    }

    /// The first day there is.
    pub const MIN: Self = Self(0);

    /// The day that a text belongs to in the order of texts. An event's sort key belongs to the day on which the event happened;
    /// any other text belongs to the last day whose start is not after it, or to the first day.
    pub fn holding(text: &str) -> Self {
        let (mut low, mut high) = (Self::MIN.0, Self::of(Timestamp::MAX).0);
        if let Some(day) = text.get(..LENGTH).and_then(Self::parse)
            && text >= day.start().to_string().as_str()
        {
            return day;
        }
        while low < high {
            let middle = low + (high - low + 1) / 2;
            if Self(middle).start().to_string().as_str() <= text {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        Self(low)
    }

    /// The bounds of the texts that [`Self::holding`] gives this day. The second one belongs to the next day, if there is one.
    pub fn sort_keys(self) -> (String, String) {
        let from = if self == Self::MIN { "\u{0}".to_owned() } else { self.start().to_string() };
        let to = self.next().map_or_else(|| "\u{10ffff}".to_owned(), |next| next.start().to_string());
        (from, to)
    }

    /// The turn of the day, from 0: as many days in a row as there are turns have a turn each.
    pub fn turn_of(self, turns: i64) -> i64 {
        self.0.rem_euclid(turns.max(1))
    }

    /// The first instant of the day.
    pub fn start(self) -> Timestamp {
        self.0.checked_mul(DAY_MS).and_then(Timestamp::from_epoch_ms).unwrap_or(Timestamp::MAX)
    }

    /// The first instant after it; none after the last day there is.
    pub fn end(self) -> Option<Timestamp> {
        self.next().map(Self::start)
    }

    /// The day after it, if there is one.
    pub fn next(self) -> Option<Self> {
        (self < Self::of(Timestamp::MAX)).then_some(Self(self.0 + 1))
    }

    /// The day before it, if there is one.
    pub fn previous(self) -> Option<Self> {
        (self > Self::of(Timestamp::MIN)).then_some(Self(self.0 - 1))
    }

    /// How many days from its start to that of another; none if the other is not later.
    pub fn days_to(self, later: Self) -> usize {
        usize::try_from(later.0 - self.0).unwrap_or_default()
    }

    /// Whether an event of this day may still be recorded without an import, at the moment `now` of its writer.
    pub fn takes_events(self, now: Timestamp) -> bool {
        self.end().is_none_or(|end| now.epoch_ms() < end.epoch_ms() + BACK_MS_MAX)
    }

    /// The last day that is closed at that moment, if there is one.
    pub fn last_closed(now: Timestamp) -> Option<Self> {
        now.plus_ms(-BACK_MS_MAX - CLOSING_MS).and_then(|at| Self::of(at).previous())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.start().to_string().get(..LENGTH).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_stands_in_one_day() {
        for (text, expected) in [
            ("2020-07-24T03:26:02.000Z#e-1", "2020-07-24"),
            ("2020-07-24T00:00:00.000Z", "2020-07-24"),
            ("2020-07-24", "2020-07-23"),
            ("2020-07-24zzz", "2020-07-24"),
            ("2020-02-31T00:00:00.000Z#e", "2020-02-29"),
            ("", "1970-01-01"),
            ("#", "1970-01-01"),
            ("by hand", "9999-12-31"),
        ] {
            assert_eq!(Day::holding(text).to_string(), expected, "{text:?}");
        }
        let bounds = |text| day(text).sort_keys();
        let (first, last) = (bounds("1970-01-01"), bounds("9999-12-31"));
        assert_eq!((first.0.as_str(), first.1.as_str()), ("\u{0}", "1970-01-02T00:00:00.000Z"));
        assert_eq!((last.0.as_str(), last.1.as_str()), ("9999-12-31T00:00:00.000Z", "\u{10ffff}"));
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_fixed(text).expect("a time")
    }

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a day")
    }

    #[test]
    fn a_day_is_written_as_its_date_and_read_back() {
        for (time, date) in [
            ("1970-01-01T00:00:00.000Z", "1970-01-01"),
            ("2020-07-24T23:59:59.999Z", "2020-07-24"),
            ("2024-02-29T12:00:00.000Z", "2024-02-29"),
            ("9999-12-31T23:59:59.999Z", "9999-12-31"),
        ] {
            assert_eq!(Day::of(at(time)).to_string(), date);
            assert_eq!(Day::parse(date), Some(Day::of(at(time))));
        }
        for bad in
            ["", "2020-7-24", "2020-07-24T", "2020-02-30", "1969-12-31", "10000-01-01", "2020-07-24Z", "２０20-07"]
        {
            assert_eq!(Day::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_day_begins_where_the_one_before_it_ends() {
        assert_eq!(day("2024-02-28").end().map(|end| end.to_string()).as_deref(), Some("2024-02-29T00:00:00.000Z"));
        assert_eq!(day("2024-02-29").start().to_string(), "2024-02-29T00:00:00.000Z");
        assert_eq!((day("9999-12-31").end(), day("9999-12-31").next()), (None, None));
        assert_eq!(day("1970-01-01").previous(), None);
        assert_eq!(day("2024-03-01").previous(), Some(day("2024-02-29")));
        assert_eq!(day("2024-02-28").days_to(day("2024-03-01")), 2);
        assert_eq!(day("2024-03-01").days_to(day("2024-03-01")), 0);
        assert_eq!(day("2024-03-02").days_to(day("2024-03-01")), 0);
    }

    #[test]
    fn a_day_takes_events_for_24_hours_after_its_end_and_is_closed_an_hour_later() {
        let the_day = day("2024-03-01");
        let last = at("2024-03-02T23:59:59.999Z");
        assert!(the_day.takes_events(at("2024-03-01T00:00:00.000Z")));
        assert!(the_day.takes_events(last));
        assert!(!the_day.takes_events(at("2024-03-03T00:00:00.000Z")));

        assert_eq!(Day::last_closed(at("2024-03-03T00:59:59.999Z")), Some(day("2024-02-29")));
        assert_eq!(Day::last_closed(at("2024-03-03T01:00:00.000Z")), Some(the_day));
        assert_eq!(Day::last_closed(at("1970-01-02T02:00:00.000Z")), None);
        assert_eq!(Day::last_closed(at("1970-01-03T01:00:00.000Z")), Some(day("1970-01-01")));
    }

    #[test]
    fn the_last_day_there_is_is_never_closed() {
        assert!(day("9999-12-31").takes_events(Timestamp::MAX));
        assert!(Day::last_closed(Timestamp::MAX) < Some(day("9999-12-31")));
    }
}
