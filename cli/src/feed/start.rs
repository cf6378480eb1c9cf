//! Where the feed is read from: the beginning, a position, a time, its end, or where an earlier page ended.

use shared::process::clock;
use shared::values::timestamp::{Moment, Timestamp};

/// Most digits of a position, as the endpoint takes them.
const POSITION_DIGITS_MAX: usize = 16;

/// How far ahead of our clock a time may be, in milliseconds, as for the endpoint.
const AHEAD_MS_MAX: i64 = 60_000;

/// A place in the feed to begin at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Begin {
    /// At the first event.
    Beginning,
    /// Behind that position.
    After(u64),
    /// At the first event that was put in the log at that time or later.
    Since(Timestamp),
    /// Behind the last event that there is now.
    Now,
    /// Where an earlier page says.
    Cursor(String),
}

/// Where to begin, as an operator says it.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct StartFlags {
    /// Begin behind this position of the account's log; -1 is the beginning
    #[arg(long, value_name = "POSITION", value_parser = after, allow_hyphen_values = true)]
    after: Option<Begin>,
    /// Begin with what arrived at this time or later (not: happened); an ISO 8601 date or date-time, without a zone in UTC
    #[arg(long, value_name = "TIME", value_parser = since, conflicts_with = "after")]
    since: Option<Begin>,
}

impl StartFlags {
    /// The place, if one was said.
    pub(crate) fn begin(self) -> Option<Begin> {
        self.after.or(self.since)
    }
}

fn after(text: &str) -> Result<Begin, String> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let position = text.parse().ok().filter(|_| digits && text.len() <= POSITION_DIGITS_MAX);
    match text {
        "-1" => Ok(Begin::Beginning),
        _ => position.map(Begin::After).ok_or_else(|| "must be a position, a whole number, or -1".to_owned()), // a number
    }
}

fn since(text: &str) -> Result<Begin, String> {
    let moment = Moment::parse_assuming_utc(text).map_err(|error| error.to_string())?;
    let now = clock::now();
    let latest = now.plus_ms(AHEAD_MS_MAX).unwrap_or(Timestamp::MAX);
    let since = moment.ceil().filter(|since| *since <= latest);
    since.map(Begin::Since).ok_or_else(|| format!("must not be later than now, {now}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_a_whole_number_and_minus_one_is_the_beginning() {
        assert_eq!(after("-1"), Ok(Begin::Beginning));
        assert_eq!((after("0"), after("17")), (Ok(Begin::After(0)), Ok(Begin::After(17))));
        assert_eq!(after("9999999999999999"), Ok(Begin::After(9_999_999_999_999_999)));
        for bad in ["", "-2", "1.5", "x", "+1", " 1", "10000000000000000"] {
            assert!(after(bad).is_err(), "{bad:?} was accepted");
        }
    }

    #[test]
    fn a_time_is_honoured_to_the_last_digit_and_not_ahead() {
        let time = Timestamp::parse_fixed("2020-07-24T03:26:02.001Z").unwrap();
        assert_eq!(since("2020-07-24T03:26:02.0001Z"), Ok(Begin::Since(time)));
        assert!(since("2020-07-24").is_ok());
        for bad in ["", "yesterday", "9000-01-01"] {
            assert!(since(bad).is_err(), "{bad:?} was accepted");
        }
    }
}
