//! How much one count may take.

use std::time::Duration;

/// Longest that a count may take. Functions that answer have 25 s in all (`Timeout` in template.yaml), and must still say why.
pub const COUNT_TIME_MAX: Duration = Duration::from_secs(15);

/// Most requests for one count. One request counts up to 1 MB, about 1,700 events of 600 bytes.
pub const COUNT_ROUND_TRIPS_MAX: usize = 2_000;
