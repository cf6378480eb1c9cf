//! `Retry-After`: how long a receiver asks to be left alone, in seconds or as a date (RFC 9110 §10.2.3).

use crate::send::WAIT_MAX;
use hyper::HeaderMap;
use hyper::header::RETRY_AFTER;
use shared::values::timestamp::Timestamp;
use std::time::{Duration, UNIX_EPOCH};

/// The wait that an answer asks for, [`WAIT_MAX`] at most. None where it asks for none, or for one that cannot be read; zero for a
/// date that is over.
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().map_or(WAIT_MAX, Duration::from_secs) // too many digits for a number are a long time
    } else {
        let until = httpdate::parse_http_date(text).ok()?.duration_since(UNIX_EPOCH).ok()?;
        until.saturating_sub(Duration::from_millis(now.epoch_ms().unsigned_abs()))
    };
    Some(wait.min(WAIT_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(value: &str) -> Option<Duration> {
        let now = Timestamp::parse_fixed("2026-05-01T09:30:00.500Z").expect("a time");
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, value.parse().expect("a value"));
        retry_after(&headers, now)
    }

    #[test]
    fn seconds_are_waited() {
        assert_eq!(wait("0"), Some(Duration::ZERO));
        assert_eq!(wait("120"), Some(Duration::from_secs(120)));
        assert_eq!(wait(" 7 "), Some(Duration::from_secs(7)));
    }

    #[test]
    fn a_date_is_waited_for() {
        assert_eq!(wait("Fri, 01 May 2026 09:31:00 GMT"), Some(Duration::from_millis(59_500)));
        assert_eq!(wait("Fri, 01 May 2026 09:30:00 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("Thu, 01 Jan 1970 00:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("Friday, 01-May-26 09:31:00 GMT"), Some(Duration::from_millis(59_500)));
    }

    #[test]
    fn nobody_is_waited_for_longer_than_a_day() {
        assert_eq!(wait("86399"), Some(Duration::from_secs(86_399)));
        assert_eq!(wait("86401"), Some(WAIT_MAX));
        assert_eq!(wait("99999999999999999999999999"), Some(WAIT_MAX));
        assert_eq!(wait("Fri, 31 Dec 9999 23:59:59 GMT"), Some(WAIT_MAX));
    }

    #[test]
    fn what_cannot_be_read_asks_for_nothing() {
        for junk in
            ["", "-1", "+1", "1.5", "1e3", "soon", "120s", "1 2", "0x10", "2026-05-01T09:31:00Z", "Fri, 99 May 2026"]
        {
            assert_eq!(wait(junk), None, "{junk:?}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), Timestamp::MIN), None);
    }
}
