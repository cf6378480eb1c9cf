//! Times: fixed-width UTC milliseconds, and the ISO 8601 that callers send.

use serde::{Serialize, Serializer};
use std::fmt;
use time::format_description::well_known::{Iso8601, Rfc3339};
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime};

/// A time in whole milliseconds, from the year 1970 to 9999.
///
/// Shape: `2020-07-24T03:26:02.000Z`, always 24 characters, so that the order of texts is the order of times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

const LENGTH: usize = 24;

impl Timestamp {
    /// The first: `1970-01-01T00:00:00.000Z`.
    pub const MIN: Self = Self(0);
    /// The last: `9999-12-31T23:59:59.999Z`.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// The time that many milliseconds after 1970, if it is in range.
    pub fn from_epoch_ms(ms: i64) -> Option<Self> {
        (Self::MIN.0..=Self::MAX.0).contains(&ms).then_some(Self(ms))
    }

    /// Milliseconds since 1970.
    pub fn epoch_ms(self) -> i64 {
        self.0
    }

    /// The time that many milliseconds later (earlier if negative), if it is in range.
    pub fn plus_ms(self, ms: i64) -> Option<Self> {
        self.0.checked_add(ms).and_then(Self::from_epoch_ms)
    }

    /// Reads exactly the text that [`Display`](fmt::Display) writes.
    pub fn parse_fixed(text: &str) -> Option<Self> {
        // A page reads 200 of these. A parser of RFC 3339 takes every other form too, and then has to be held to this one.
        let bytes: [u8; LENGTH] = text.as_bytes().try_into().ok()?;
        #[rustfmt::skip]
        let [
            y1, y2, y3, y4, b'-', mo1, mo2, b'-', d1, d2, b'T',
            h1, h2, b':', mi1, mi2, b':', s1, s2, b'.', ms1, ms2, ms3, b'Z',
        ] = bytes else { return None };
        let month = Month::try_from(two_digits(mo1, mo2)?).ok()?;
        let year = i32::from(two_digits(y1, y2)?) * 100 + i32::from(two_digits(y3, y4)?);
        let date = Date::from_calendar_date(year, month, two_digits(d1, d2)?).ok()?;
        let at = date.with_hms(two_digits(h1, h2)?, two_digits(mi1, mi2)?, two_digits(s1, s2)?).ok()?;
        let ms = i64::from(two_digits(ms1, ms2)?) * 10 + i64::from(two_digits(b'0', ms3)?);
        Self::from_epoch_ms(at.assume_utc().unix_timestamp() * MS_PER_S + ms)
    }
}

const MS_PER_S: i64 = 1_000;

fn two_digits(tens: u8, ones: u8) -> Option<u8> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| (tens - b'0') * 10 + (ones - b'0'))
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, ms) = (self.0.div_euclid(MS_PER_S), self.0.rem_euclid(MS_PER_S));
        let at = OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| fmt::Error)?;
        let digit = |number: i64, place: i64| b'0' + (number / place % 10) as u8;
        let tens = |number: u8| b'0' + number / 10;
        let ones = |number: u8| b'0' + number % 10;
        let (y, mo, d) = (i64::from(at.year()), u8::from(at.month()), at.day());
        let (h, mi, s) = at.to_hms();
        #[rustfmt::skip]
        let text: [u8; LENGTH] = [
            digit(y, 1000), digit(y, 100), digit(y, 10), digit(y, 1), b'-', tens(mo), ones(mo), b'-', tens(d), ones(d), b'T',
            tens(h), ones(h), b':', tens(mi), ones(mi), b':', tens(s), ones(s), b'.',
            digit(ms, 100), digit(ms, 10), digit(ms, 1), b'Z',
        ];
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Why a text is not a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeError {
    /// It is not a date-time with a zone.
    NotDateTime,
    /// It is neither a date nor a date-time.
    NotDateOrDateTime,
    /// It is before 1970 or after 9999.
    OutOfRange,
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotDateTime => {
                "must be an ISO 8601 date-time with a zone, such as 2018-04-10T16:20:56.829Z or \
                 2018-04-10T18:20:56+02:00 (in a URL, + is written %2B)"
            }
            Self::NotDateOrDateTime => {
                "must be an ISO 8601 date or date-time, such as 2018-04-10, 2018-04-10T16:20:56 (UTC) or \
                 2018-04-10T18:20:56+02:00 (in a URL, + is written %2B)"
            }
            Self::OutOfRange => "must be in the years 1970 to 9999",
        })
    }
}

impl std::error::Error for TimeError {}

/// A time as a caller gave it, finer than a millisecond perhaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    nanoseconds: i128,
}

/// Largest zone offset, in hours (RFC 3339 §5.6: `time-hour` is 00 to 23).
const OFFSET_HOURS_MAX: i8 = 23;

const NANOSECONDS_PER_MS: i128 = 1_000_000;

impl From<OffsetDateTime> for Moment {
    fn from(at: OffsetDateTime) -> Self {
        Self { nanoseconds: at.unix_timestamp_nanos() }
    }
}

impl Moment {
    /// Parses an ISO 8601 date-time with a zone.
    ///
    /// # Errors
    /// [`TimeError::NotDateTime`] for another text, [`TimeError::OutOfRange`] outside 1970 to 9999.
    pub fn parse_zoned(text: &str) -> Result<Self, TimeError> {
        let at = OffsetDateTime::parse(text, &Rfc3339).or_else(|_| OffsetDateTime::parse(text, &Iso8601::PARSING));
        let at = at.map_err(|_| TimeError::NotDateTime)?;
        if at.offset().whole_hours().abs() > OFFSET_HOURS_MAX {
            return Err(TimeError::NotDateTime);
        }
        Self::in_range(at)
    }

    /// Parses an ISO 8601 date (its first instant) or date-time; without a zone it is UTC.
    ///
    /// # Errors
    /// [`TimeError::NotDateOrDateTime`] for another text, [`TimeError::OutOfRange`] outside 1970 to 9999.
    pub fn parse_assuming_utc(text: &str) -> Result<Self, TimeError> {
        // The parsers of parts accept a whole and drop the rest of it, so the whole is tried first.
        match Self::parse_zoned(text) {
            Err(TimeError::NotDateTime) => {
                Self::in_range(civil(text).ok_or(TimeError::NotDateOrDateTime)?.assume_utc())
            }
            zoned => zoned,
        }
    }

    fn in_range(at: OffsetDateTime) -> Result<Self, TimeError> {
        let moment = Self::from(at);
        moment.whole_ms().map(|_| moment).ok_or(TimeError::OutOfRange)
    }

    /// The millisecond it lies in.
    fn whole_ms(self) -> Option<Timestamp> {
        i64::try_from(self.nanoseconds.div_euclid(NANOSECONDS_PER_MS)).ok().and_then(Timestamp::from_epoch_ms)
    }

    /// The millisecond it lies in: what is stored of it.
    pub fn floor(self) -> Timestamp {
        self.whole_ms().unwrap_or(Timestamp::MAX)
    }

    /// The first whole millisecond that is not before it; `None` past the last there is.
    pub fn ceil(self) -> Option<Timestamp> {
        let up = self.nanoseconds.checked_add(NANOSECONDS_PER_MS - 1)?;
        Self { nanoseconds: up }.whole_ms()
    }

    /// [`Self::ceil`], or the last millisecond there is.
    pub fn ceil_or_last(self) -> Timestamp {
        self.ceil().unwrap_or(Timestamp::MAX)
    }

    /// Whether it is later than the other.
    pub fn is_after(self, other: Self) -> bool {
        self.nanoseconds > other.nanoseconds
    }

    /// The first whole millisecond after it; `None` past the last there is.
    pub fn next_ms(self) -> Option<Timestamp> {
        self.floor().plus_ms(1)
    }
}

/// A date-time without a zone, or a date, whose first instant it is.
fn civil(text: &str) -> Option<PrimitiveDateTime> {
    match text.split_once('T') {
        None => Date::parse(text, &Iso8601::DATE).ok().map(Date::midnight),
        Some((_, time)) if time.contains(['+', '-', 'Z']) => None,
        Some(_) => PrimitiveDateTime::parse(text, &Iso8601::DATE_TIME).ok(),
    }
}

/// A half-open range of times: `from` belongs to it, `to` does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeRange {
    /// The first time in it.
    pub from: Timestamp,
    /// The first time after it; `None` has no end.
    pub to: Option<Timestamp>,
}

impl TimeRange {
    /// Every time there is.
    pub const ALL: Self = Self { from: Timestamp::MIN, to: None };

    /// Whether a time belongs to it.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from <= at && self.to.is_none_or(|to| at < to)
    }
}

#[cfg(test)]
mod tests;
