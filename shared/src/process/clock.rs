//! The one place that reads the time.

use crate::values::timestamp::Timestamp;
use std::time::SystemTime;

/// The time now, in whole milliseconds.
///
/// A clock outside the years that [`Timestamp`] covers is read as the nearest of its ends.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
pub fn now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let ms = i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_epoch_ms(ms).unwrap_or(Timestamp::MAX)
}
