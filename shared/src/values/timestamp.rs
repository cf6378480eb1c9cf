//! Times: the fixed-width UTC milliseconds that are stored, and ranges of them. How callers may give a time, and what is
//! kept of one that is finer, is in `moment`.

mod moment;

use chrono::{DateTime, Datelike as _, NaiveDate, Timelike as _};
pub use moment::{Moment, TimeError};
use serde::{Serialize, Serializer};
use std::fmt;

/// A time in whole milliseconds, from the year 1970 to 9999.
///
/// Shape: `2020-07-24T03:26:02.000Z`, always 24 characters, so that the order of texts is the order of times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

const LENGTH: usize = 24;

impl Timestamp {
    /// The earliest time there is: `1970-01-01T00:00:00.000Z`.
    pub const MIN: Self = Self(0);
    /// The latest time there is: `9999-12-31T23:59:59.999Z`.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// The time that many milliseconds after 1970 began; none before that, and none after the year 9999.
    pub fn from_epoch_ms(ms: i64) -> Option<Self> {
        (Self::MIN.0..=Self::MAX.0).contains(&ms).then_some(Self(ms))
    }

    /// Milliseconds since 1970 began.
    pub fn epoch_ms(self) -> i64 {
        self.0
    }

    /// The time that many milliseconds later (earlier if negative); none outside [`Self::MIN`] to [`Self::MAX`].
    pub fn plus_ms(self, ms: i64) -> Option<Self> {
        self.0.checked_add(ms).and_then(Self::from_epoch_ms)
    }

    /// Reads exactly the text that [`Display`](fmt::Display) writes.
    pub fn parse_fixed(text: &str) -> Option<Self> {
        // A page reads 200 of these. The grammar of callers takes every other form too, and would have to be held to this one.
        let bytes: [u8; LENGTH] = text.as_bytes().try_into().ok()?;
        #[rustfmt::skip]
        let [
            y1, y2, y3, y4, b'-', mo1, mo2, b'-', d1, d2, b'T',
            h1, h2, b':', mi1, mi2, b':', s1, s2, b'.', ms1, ms2, ms3, b'Z',
        ] = bytes else { return None };
        let year = two_digits(y1, y2)? * 100 + two_digits(y3, y4)?;
        let date = NaiveDate::from_ymd_opt(year.cast_signed(), two_digits(mo1, mo2)?, two_digits(d1, d2)?)?;
        let at = date.and_hms_opt(two_digits(h1, h2)?, two_digits(mi1, mi2)?, two_digits(s1, s2)?)?;
        let ms = two_digits(ms1, ms2)? * 10 + two_digits(b'0', ms3)?;
        Self::from_epoch_ms(at.and_utc().timestamp() * MS_PER_S + i64::from(ms))
    }
}

const MS_PER_S: i64 = 1_000;

fn two_digits(tens: u8, ones: u8) -> Option<u32> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| u32::from((tens - b'0') * 10 + (ones - b'0')))
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = DateTime::from_timestamp_millis(self.0).ok_or(fmt::Error)?.naive_utc();
        let ms = self.0.rem_euclid(MS_PER_S) as u32; // under 1,000
        let digit = |number: u32, place: u32| b'0' + (number / place % 10) as u8;
        let (tens, ones) = (|number| digit(number, 10), |number| digit(number, 1));
        let (y, mo, d) = (at.year().cast_unsigned(), at.month(), at.day());
        let (h, mi, s) = (at.hour(), at.minute(), at.second());
        #[rustfmt::skip]
        let text: [u8; LENGTH] = [
            digit(y, 1000), digit(y, 100), tens(y), ones(y), b'-', tens(mo), ones(mo), b'-', tens(d), ones(d), b'T',
            tens(h), ones(h), b':', tens(mi), ones(mi), b':', tens(s), ones(s), b'.',
            digit(ms, 100), tens(ms), ones(ms), b'Z',
        ];
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A half-open range of times: `from` belongs to it, `to` does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeRange {
    /// The earliest time that belongs to it.
    pub from: Timestamp,
    /// The earliest time after `from` that does not; a range without one has no end.
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
