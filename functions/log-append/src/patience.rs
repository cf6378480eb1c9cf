//! When the changes of an account have waited long enough for its log.

use shared::log::append::Change;
use shared::values::timestamp::Timestamp;

/// Time that the log of one account may be out of reach before the others go on without it, in milliseconds since its oldest
/// change was made. The promise is 10 seconds for all of them.
pub const PATIENCE_MS: i64 = 60_000;

/// Whether the oldest of these changes was made more than [`PATIENCE_MS`] before `now`, by the whole seconds of both. A change
/// without a time, which DynamoDB does not send, waits.
pub(crate) fn is_over(changes: &[Change], now: Timestamp) -> bool {
    let patient_since_s = now.plus_ms(-PATIENCE_MS).map_or(0, |at| at.epoch_ms().unsigned_abs() / 1_000);
    let oldest = changes.iter().filter_map(|change| change.created_at_s).min();
    oldest.is_some_and(|oldest| oldest < patient_since_s)
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::log::entry::Entry;

    fn change(created_at_s: Option<u64>) -> Change {
        Change { entry: Entry::BackfillBegin, number: None, created_at_s, item_bytes: 0 }
    }

    #[test]
    fn a_change_waits_for_a_minute_and_no_longer() {
        let now = |ms: i64| Timestamp::from_epoch_ms(1_772_357_400_000 + ms).expect("2026-03-01T09:30:00Z");
        let made_at = [change(Some(1_772_357_341)), change(Some(1_772_357_340))];
        assert!(!is_over(&made_at, now(0)), "the older one was made 60 s ago");
        assert!(!is_over(&made_at, now(999)));
        assert!(is_over(&made_at, now(1_000)));
        assert!(!is_over(&made_at[..1], now(1_000)), "the other one was made a second later");
    }

    #[test]
    fn a_change_without_a_time_waits_and_hides_no_other() {
        let now = Timestamp::from_epoch_ms(1_772_357_400_000).expect("2026-03-01T09:30:00Z");
        assert!(!is_over(&[], now));
        assert!(!is_over(&[change(None)], now));
        assert!(is_over(&[change(None), change(Some(1_772_357_339))], now));
    }
}
