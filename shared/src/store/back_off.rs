//! The pause before something is tried again that others were in the way of.

use std::time::Duration;

/// Most times that something is tried while others are in its way.
pub const ATTEMPTS_MAX: u32 = 5;

/// Longest pause before the second attempt, in milliseconds; before each further one it may be twice as long.
const PAUSE_MS_MAX: u64 = 25;

/// Longest pause of all, in milliseconds.
const PAUSE_MS_LIMIT: u64 = 400;

/// Waits before an attempt that is not the first (0) for a random while, so that those who met do not meet again.
///
/// Source: AWS Architecture Blog, "Exponential Backoff And Jitter", full jitter.
pub(super) async fn pause_before(attempt: u32) {
    if let Some(longest) = longest_pause_ms(attempt) {
        tokio::time::sleep(Duration::from_millis(fastrand::u64(0..=longest))).await;
    }
}

fn longest_pause_ms(attempt: u32) -> Option<u64> {
    let doublings = attempt.checked_sub(1)?;
    Some(PAUSE_MS_MAX.saturating_mul(2_u64.saturating_pow(doublings)).min(PAUSE_MS_LIMIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_pause_doubles_up_to_its_limit() {
        let longest: Vec<_> = [0, 1, 2, 3, 4, 5, 6, u32::MAX].into_iter().map(longest_pause_ms).collect();
        let expected = [None, Some(25), Some(50), Some(100), Some(200), Some(400), Some(400), Some(400)];
        assert_eq!(longest, expected);
    }
}
