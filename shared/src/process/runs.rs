//! Makes what sealing the heads of all accounts takes of the clock and of randomness: the name of a run, and the pad of a round.

use crate::proof::map::{PAD_BYTES, Pad};
use crate::proof::round::Run;
use crate::values::timestamp::Timestamp;
use std::time::Duration;
use uuid::{NoContext, Uuid};

/// A new run: a UUID of version 7 of that time, or of the millisecond behind that of `last` if that is later. So a later run is the
/// greater one as text too, whatever the clocks of two machines say.
pub fn run_after(last: Option<Run>, now: Timestamp) -> Run {
    let behind_ms = last.and_then(Run::epoch_ms).map_or(0, |last_ms| last_ms.saturating_add(1));
    let at = Duration::from_millis(now.epoch_ms().unsigned_abs().max(behind_ms));
    Run::new(Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, at.as_secs(), at.subsec_nanos())))
}

/// A new pad, from the operating system's randomness.
///
/// # Errors
/// The operating system's, if it has none to give.
pub fn pad() -> Result<Pad, getrandom::Error> {
    let mut bytes = [0; PAD_BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(Pad::new(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_later_than_the_last_one_whatever_the_clock_says() {
        let at = |ms| Timestamp::from_epoch_ms(ms).expect("a time");
        let first = run_after(None, at(1_700_000_000_000));
        let second = run_after(Some(first), at(1_600_000_000_000));
        let third = run_after(Some(second), at(1_700_000_000_000));
        let fourth = run_after(Some(third), at(1_700_000_000_500));
        let ms = [first, second, third, fourth].map(|run| run.epoch_ms());
        assert_eq!(ms, [0, 1, 2, 500].map(|more| Some(1_700_000_000_000 + more)));
        let texts = [first, second, third, fourth].map(|run| run.to_string());
        assert!(texts.is_sorted(), "{texts:?}");
    }
}
