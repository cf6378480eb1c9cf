//! The size of the demo, and the time that it covers.

use shared::values::timestamp::Timestamp;

/// Number of users in the demo.
pub const USERS: usize = 40;
/// Number of events in the demo.
pub const EVENTS: usize = 2_000;
/// Number of days before now over which the events are spread.
pub const DAYS: i64 = 90;

/// The beginning of the hour that a time lies in, in milliseconds since 1970.
pub(super) fn hour(now: Timestamp) -> i64 {
    now.epoch_ms() - now.epoch_ms().rem_euclid(3_600_000)
}
