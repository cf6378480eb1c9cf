//! Times as callers give them: one grammar wherever a time is taken, and every digit of it kept.
//!
//! ```text
//! date       YYYY-MM-DD
//! date-time  date, then T, t or one space, then HH:MM, HH:MM:SS or HH:MM:SS.D, where D is one digit or more
//! zone       Z, z, +HH:MM, +HHMM or +HH (or - in place of +), right behind a date-time
//! ```
//!
//! Everything else that ISO 8601 allows is refused: week and ordinal dates, dates without hyphens, a comma before the fraction, fractions
//! of minutes and hours, years of more digits, and 24:00.

use super::{MS_PER_S, Timestamp};
use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, Timelike as _};
use std::fmt;

/// Why a text is not a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// It is not a date-time with a zone.
    #[error(
        "must be a date-time with a zone, such as 2018-04-10T16:20:56.829Z or 2018-04-10T18:20:56+02:00 (in a URL, + is \
         written %2B)"
    )]
    NotDateTime,
    /// It is neither a date nor a date-time.
    #[error(
        "must be a date or date-time, such as 2018-04-10, 2018-04-10T16:20:56 (UTC) or 2018-04-10T18:20:56+02:00 (in a \
         URL, + is written %2B)"
    )]
    NotDateOrDateTime,
    /// It is before 1970 or after 9999.
    #[error("must be in the years 1970 to 9999")]
    OutOfRange,
}

/// A time as a caller gave it, to its last digit: it may be finer than a [`Timestamp`].
///
/// [`Display`](fmt::Display) writes it in UTC with three digits of fraction, or more if it has more. [`Self::parse_zoned`] reads the
/// same time from that.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    floor: Timestamp,
    /// The digits of the fraction behind the third, without zeros at the end: the order of such texts is that of the fractions.
    /// In a leap second, which lies behind all fractions of the second before it, it is [`LEAP`] and the whole fraction.
    finer: String,
}

/// Stands before the fraction of a leap second. It sorts behind every digit.
const LEAP: char = ':';

/// Digits of a fraction that a [`Timestamp`] has.
const MS_DIGITS: usize = 3;

/// A text of the grammar, not yet put in its place in time.
struct Given<'a> {
    date: NaiveDate,
    time: Option<TimeOfDay<'a>>,
}

struct TimeOfDay<'a> {
    /// To the second. The leap second is written as the one before it.
    civil: NaiveTime,
    is_leap: bool,
    /// Digits of the fraction, without zeros at the end.
    fraction: &'a str,
    /// Seconds east of Greenwich; without a zone there are none.
    offset_s: Option<i64>,
}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        Self { floor: at, finer: String::new() }
    }
}

impl Moment {
    /// Parses a date-time with a zone.
    ///
    /// # Errors
    /// [`TimeError::NotDateTime`] for another text, [`TimeError::OutOfRange`] outside 1970 to 9999.
    pub fn parse_zoned(text: &str) -> Result<Self, TimeError> {
        let given = Given::read(text).filter(|given| given.time.as_ref().is_some_and(|time| time.offset_s.is_some()));
        given.ok_or(TimeError::NotDateTime)?.place(TimeError::NotDateTime)
    }

    /// Parses a date (its first instant) or a date-time; without a zone it is UTC.
    ///
    /// # Errors
    /// [`TimeError::NotDateOrDateTime`] for another text, [`TimeError::OutOfRange`] outside 1970 to 9999.
    pub fn parse_assuming_utc(text: &str) -> Result<Self, TimeError> {
        Given::read(text).ok_or(TimeError::NotDateOrDateTime)?.place(TimeError::NotDateOrDateTime)
    }

    /// The millisecond it lies in: what is stored of it.
    pub fn floor(&self) -> Timestamp {
        self.floor
    }

    /// The first whole millisecond that is not before it; `None` past the last there is.
    pub fn ceil(&self) -> Option<Timestamp> {
        if self.finer.is_empty() { Some(self.floor) } else { self.next_ms() }
    }

    /// [`Self::ceil`], or the last millisecond there is.
    pub fn ceil_or_last(&self) -> Timestamp {
        self.ceil().unwrap_or(Timestamp::MAX)
    }

    /// Whether it is later than the other.
    pub fn is_after(&self, other: &Self) -> bool {
        self > other
    }

    /// The first whole millisecond after it; `None` past the last there is.
    pub fn next_ms(&self) -> Option<Timestamp> {
        self.floor.plus_ms(1)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.floor.to_string();
        let up_to = |length: usize| text.get(..length).unwrap_or_default();
        match self.finer.strip_prefix(LEAP) {
            Some(fraction) => write!(f, "{}60.{fraction:0<MS_DIGITS$}Z", up_to("2016-12-31T23:59:".len())),
            None => write!(f, "{}{}Z", up_to("2016-12-31T23:59:59.999".len()), self.finer),
        }
    }
}

impl<'a> Given<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let mut rest = Rest(text);
        let (year, month, day) = (rest.number(4)?, rest.after("-")?.number(2)?, rest.after("-")?.number(2)?);
        let date = NaiveDate::from_ymd_opt(year.cast_signed(), month, day)?;
        let time = if rest.0.is_empty() { None } else { Some(TimeOfDay::read(rest.after("Tt ")?)?) };
        rest.0.is_empty().then_some(Self { date, time })
    }

    /// Finds its place in time; the error is `bad` if there is no such second.
    fn place(self, bad: TimeError) -> Result<Moment, TimeError> {
        let Self { date, time } = self;
        let TimeOfDay { civil, is_leap, fraction, offset_s } = time.unwrap_or(TimeOfDay::MIDNIGHT);
        let epoch_s = date.and_time(civil).and_utc().timestamp() - offset_s.unwrap_or_default();
        if is_leap && !ends_a_month(epoch_s) {
            return Err(bad);
        }
        let (ms, finer) = if is_leap { ("999", format!("{LEAP}{fraction}")) } else { split(fraction) };
        let ms: i64 = format!("{ms:0<MS_DIGITS$}").parse().map_err(|_| bad)?;
        let floor = Timestamp::from_epoch_ms(epoch_s * MS_PER_S + ms).ok_or(TimeError::OutOfRange)?;
        Ok(Moment { floor, finer })
    }
}

/// A fraction as its milliseconds and what is finer.
fn split(fraction: &str) -> (&str, String) {
    let (ms, finer) = fraction.split_at(fraction.len().min(MS_DIGITS));
    (ms, finer.to_owned())
}

/// Whether a second is the last of a month in UTC, behind which alone a leap second may stand (ITU-R TF.460-6).
fn ends_a_month(epoch_s: i64) -> bool {
    let next = DateTime::from_timestamp(epoch_s + 1, 0);
    next.is_some_and(|next| next.day() == 1 && next.num_seconds_from_midnight() == 0)
}

impl<'a> TimeOfDay<'a> {
    const MIDNIGHT: Self = Self { civil: NaiveTime::MIN, is_leap: false, fraction: "", offset_s: None };

    fn read(rest: &mut Rest<'a>) -> Option<Self> {
        let (hour, minute) = (rest.number(2)?, rest.after(":")?.number(2)?);
        let (mut second, mut fraction) = (0, "");
        if rest.skip(":") {
            second = rest.number(2)?;
            if rest.skip(".") {
                fraction = rest.digits()?.trim_end_matches('0');
            }
        }
        let is_leap = second == 60;
        let civil = NaiveTime::from_hms_opt(hour, minute, if is_leap { 59 } else { second })?;
        Some(Self { civil, is_leap, fraction, offset_s: rest.zone()? })
    }
}

/// The rest of a text that is read from its front.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    /// Skips one of these characters, if it stands next.
    fn skip(&mut self, one_of: &str) -> bool {
        let next = self.0.strip_prefix(|next| one_of.contains(next));
        self.0 = next.unwrap_or(self.0);
        next.is_some()
    }

    /// The rest behind one of these characters, which must stand next.
    fn after(&mut self, one_of: &str) -> Option<&mut Self> {
        self.skip(one_of).then_some(self)
    }

    /// A number of exactly that many digits.
    fn number(&mut self, digits: usize) -> Option<u32> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        let number = number.bytes().all(|byte| byte.is_ascii_digit()).then(|| number.parse().ok())??;
        self.0 = rest;
        Some(number)
    }

    /// One digit or more, as many as there are.
    fn digits(&mut self) -> Option<&'a str> {
        let rest = self.0.trim_start_matches(|next: char| next.is_ascii_digit());
        let digits = self.0.strip_suffix(rest).filter(|digits| !digits.is_empty())?;
        self.0 = rest;
        Some(digits)
    }

    /// Seconds east of Greenwich. The inner `None` stands for a text without a zone, the outer one for a malformed zone.
    fn zone(&mut self) -> Option<Option<i64>> {
        if self.0.is_empty() {
            return Some(None);
        }
        if self.skip("Zz") {
            return Some(Some(0));
        }
        let sign = if self.skip("+") { 1 } else { self.after("-").map(|_| -1)? };
        let hours = self.number(2)?;
        let minutes = if self.skip(":") || !self.0.is_empty() { self.number(2)? } else { 0 };
        let offset = NaiveTime::from_hms_opt(hours, minutes, 0)?; // RFC 3339 §5.6: hours and minutes as those of a day
        Some(Some(sign * i64::from(offset.num_seconds_from_midnight())))
    }
}

#[cfg(test)]
mod tests;
