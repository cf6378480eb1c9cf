//! How far the events of an account have got to one destination, and when they are tried again.

use crate::values::timestamp::Timestamp;
use std::time::Duration;

/// What is known of the way to a destination. Whoever holds the destination moves all of it, and the changes of an operator move some
/// of it, by conditional writes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// The first position that is still to be sent: the destination acknowledged all below it, but for what an operator purged.
    pub position: u64,
    /// The position behind what is being sent, or was when somebody stopped: the same range is sent again, as the same parcel.
    pub range_end: Option<u64>,
    /// Who sends at this moment.
    pub lease: Option<Lease>,
    /// Since when and why it does not get on; none if the last try went well.
    pub failing: Option<Failing>,
    /// When the destination last acknowledged something.
    pub delivered_at: Option<Timestamp>,
    /// Time that the last parcel took, in milliseconds.
    pub took_ms: Option<u64>,
}

/// One call that works on a destination, so that no other does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// A random text of that call.
    pub holder: String,
    /// When others need not wait for it any longer.
    pub until: Timestamp,
}

/// A destination that refuses or cannot be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failing {
    /// When the first of the tries in a row failed.
    pub since: Timestamp,
    /// How many tries in a row have failed, one at least.
    pub failures: u32,
    /// Why the last one did, in a few words.
    pub why: String,
    /// When it is tried again.
    pub next_try_at: Timestamp,
}

/// Wait after the first failure. Each further one doubles it.
pub const WAIT_MIN: Duration = Duration::from_secs(5);

/// Longest wait between two tries, unless the destination asks for a longer one.
pub const WAIT_MAX: Duration = Duration::from_secs(60 * 60);

/// Longest wait that a destination may ask for.
pub const ASKED_WAIT_MAX: Duration = Duration::from_secs(24 * 60 * 60);

impl Progress {
    /// The progress of a destination that gets everything from that position on.
    pub fn from(position: u64) -> Self {
        Self { position, ..Self::default() }
    }

    /// Whether somebody works on it at that time.
    pub fn is_leased(&self, now: Timestamp) -> bool {
        self.lease.as_ref().is_some_and(|lease| lease.until >= now)
    }

    /// What one more failure makes of it: the wait doubles from 5 s up to an hour, and is never shorter than what the destination
    /// asked for.
    pub fn failed(&self, why: String, asked: Option<Duration>, now: Timestamp) -> Failing {
        let before = self.failing.as_ref();
        let failures = before.map_or(0, |failing| failing.failures).saturating_add(1);
        let wait = wait(failures).max(asked.unwrap_or_default().min(ASKED_WAIT_MAX));
        let wait_ms = i64::try_from(wait.as_millis()).expect("a day has fewer milliseconds");
        Failing {
            since: before.map_or(now, |failing| failing.since),
            failures,
            why,
            next_try_at: now.plus_ms(wait_ms).unwrap_or(Timestamp::MAX),
        }
    }
}

/// The wait after so many failures in a row.
fn wait(failures: u32) -> Duration {
    WAIT_MIN.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1))).min(WAIT_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_fixed(text).expect("a time")
    }

    #[test]
    fn the_waits_double_up_to_an_hour() {
        let seconds: Vec<_> = (1..=12).map(|failures| wait(failures).as_secs()).collect();
        assert_eq!(seconds, [5, 10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600, 3_600]);
        assert_eq!(wait(u32::MAX), WAIT_MAX);
    }

    #[test]
    fn a_failure_is_counted_from_the_first_in_a_row() {
        let (first, later) = (at("2026-11-25T21:40:00.000Z"), at("2026-11-25T21:41:00.000Z"));
        let mut progress = Progress::from(7);

        let failing = progress.failed("status 500".to_owned(), None, first);
        let next_try_at = at("2026-11-25T21:40:05.000Z");
        assert_eq!(failing, Failing { since: first, failures: 1, why: "status 500".to_owned(), next_try_at });

        progress.failing = Some(failing);
        let failing = progress.failed("no answer in time".to_owned(), None, later);
        let next_try_at = at("2026-11-25T21:41:10.000Z");
        assert_eq!(failing, Failing { since: first, failures: 2, why: "no answer in time".to_owned(), next_try_at });
    }

    #[test]
    fn a_destination_may_ask_for_a_longer_wait_of_up_to_a_day_and_not_for_a_shorter_one() {
        let now = at("2026-11-25T00:00:00.000Z");
        let next_try = |asked_s| {
            let asked = Some(Duration::from_secs(asked_s));
            Progress::default().failed(String::new(), asked, now).next_try_at.to_string()
        };
        assert_eq!(next_try(1), "2026-11-25T00:00:05.000Z");
        assert_eq!(next_try(7_200), "2026-11-25T02:00:00.000Z");
        assert_eq!(next_try(1_000_000), "2026-11-26T00:00:00.000Z");
    }

    #[test]
    fn a_lease_holds_to_its_last_millisecond() {
        let until = at("2026-11-25T21:40:00.000Z");
        let lease = Some(Lease { holder: "a".to_owned(), until });
        let progress = Progress { lease, ..Progress::default() };
        assert!(progress.is_leased(until));
        assert!(!progress.is_leased(until.plus_ms(1).expect("a time")));
        assert!(!Progress::default().is_leased(until));
    }
}
