//! Times: fixed-width UTC milliseconds, and the ISO 8601 that callers send.

use std::fmt;
use time::format_description::well_known::{Iso8601, Rfc3339};
use time::{Date, OffsetDateTime, PrimitiveDateTime};

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
        let at = OffsetDateTime::parse(text, &Rfc3339).ok().filter(|_| text.len() == LENGTH)?;
        let parsed = Moment::from(at).whole_ms()?;
        (parsed.to_string() == text).then_some(parsed)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanoseconds = i128::from(self.0) * 1_000_000;
        let at = OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).map_err(|_| fmt::Error)?;
        let (year, month, day) = (at.year(), u8::from(at.month()), at.day());
        let (hour, minute, second, ms) = (at.hour(), at.minute(), at.second(), at.millisecond());
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z")
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
mod tests {
    use super::*;

    fn zoned(text: &str) -> Result<String, TimeError> {
        Moment::parse_zoned(text).map(|moment| moment.floor().to_string())
    }

    fn any(text: &str) -> Result<String, TimeError> {
        Moment::parse_assuming_utc(text).map(|moment| moment.floor().to_string())
    }

    #[test]
    fn a_timestamp_is_written_at_fixed_width() {
        assert_eq!(Timestamp::MIN.to_string(), "1970-01-01T00:00:00.000Z");
        assert_eq!(Timestamp::MAX.to_string(), "9999-12-31T23:59:59.999Z");
        assert_eq!(Timestamp(1_595_561_162_000).to_string(), "2020-07-24T03:26:02.000Z");
    }

    #[test]
    fn only_the_fixed_form_is_read_back_from_a_key() {
        assert_eq!(Timestamp::parse_fixed("2020-07-24T03:26:02.000Z"), Some(Timestamp(1_595_561_162_000)));
        for bad in [
            "",
            "2020-07-24T03:26:02Z",
            "2020-07-24t03:26:02.000z",
            "2020-07-24T03:26:02+00:00",
            "1969-12-31T23:59:59.999Z",
        ] {
            assert_eq!(Timestamp::parse_fixed(bad), None, "{bad:?} was read");
        }
    }

    #[test]
    fn a_zoned_date_time_is_read_in_any_zone_and_precision() {
        assert_eq!(zoned("2018-04-10T16:20:56.829Z").as_deref(), Ok("2018-04-10T16:20:56.829Z"));
        assert_eq!(zoned("2018-04-10T18:20:56+02:00").as_deref(), Ok("2018-04-10T16:20:56.000Z"));
        assert_eq!(zoned("2018-04-10T16:20:56.829123456Z").as_deref(), Ok("2018-04-10T16:20:56.829Z"));
        assert_eq!(zoned("2018-04-10t16:20:56z").as_deref(), Ok("2018-04-10T16:20:56.000Z"));
        assert_eq!(zoned("20180410T162056Z").as_deref(), Ok("2018-04-10T16:20:56.000Z"));
    }

    #[test]
    fn a_date_time_without_a_zone_or_an_impossible_one_is_refused() {
        for bad in [
            "",
            "2018-04-10",
            "2018-04-10T16:20:56",
            "2018-02-30T00:00:00Z",
            "2018-04-10T25:00:00Z",
            "2018-04-10T16:20:56 02:00",
            "yesterday",
            "10000-01-01T00:00:00Z",
            "1523377256829",
            "2018-04-10T16:20:56Z#",
            "２０18-04-10T16:20:56Z",
        ] {
            assert_eq!(zoned(bad), Err(TimeError::NotDateTime), "{bad:?}");
        }
        for bad in ["0000-01-01T00:00:00Z", "1969-12-31T23:59:59.999Z", "1970-01-01T00:00:00+00:01"] {
            assert_eq!(zoned(bad), Err(TimeError::OutOfRange), "{bad:?}");
        }
    }

    #[test]
    fn without_a_zone_it_is_utc_and_a_date_is_its_first_instant() {
        assert_eq!(any("2018-04-10").as_deref(), Ok("2018-04-10T00:00:00.000Z"));
        assert_eq!(any("2018-04-10T16:20:56.5").as_deref(), Ok("2018-04-10T16:20:56.500Z"));
        assert_eq!(any("2018-04-10T18:20:56+02:00").as_deref(), Ok("2018-04-10T16:20:56.000Z"));
        for bad in
            ["2018-04-10T", "2018-04-10T25:00", "2018-04-10 16:20:56", "2018-04-10T16:20:56+25:00", "2018", "20", ""]
        {
            assert_eq!(any(bad), Err(TimeError::NotDateOrDateTime), "{bad:?}");
        }
        assert_eq!(any("2018-13-01"), Err(TimeError::NotDateOrDateTime));
        assert_eq!(any("0000-01-01"), Err(TimeError::OutOfRange));
    }

    #[test]
    fn a_finer_time_is_rounded_to_the_side_that_keeps_a_range_exact() {
        let moment = Moment::parse_zoned("2018-04-10T16:20:56.829500Z").expect("a date-time");
        assert_eq!(moment.floor().to_string(), "2018-04-10T16:20:56.829Z");
        assert_eq!(moment.ceil().map(|at| at.to_string()).as_deref(), Some("2018-04-10T16:20:56.830Z"));
        assert_eq!(moment.next_ms().map(|at| at.to_string()).as_deref(), Some("2018-04-10T16:20:56.830Z"));
        let whole = Moment::parse_zoned("2018-04-10T16:20:56.829Z").expect("a date-time");
        assert_eq!(whole.ceil(), Some(whole.floor()));
        let last = Moment::parse_zoned("9999-12-31T23:59:59.9995Z").expect("a date-time");
        assert_eq!(last.ceil(), None);
    }
}
