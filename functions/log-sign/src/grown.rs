//! Which accounts' logs may have grown.

use crate::run::{ACCOUNTS_AT_ONCE, Run};
use crate::standing::Standing;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use shared::store::StoreError;
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;
use std::collections::BTreeSet;

const MINUTE_MS: i64 = 60 * 1_000;

/// How far before a call of the deployed function begins marks may be made late, in milliseconds: a consumer of the stream that stopped
/// between a log and its mark is followed by another one by then.
pub const LATE_MARKS_MS: i64 = 30 * MINUTE_MS;

/// Longest time whose marks are read minute by minute, in milliseconds. Behind a longer one all accounts are looked at.
pub(crate) const MARKS_MS_MAX: i64 = 6 * 60 * MINUTE_MS;

/// The minutes from one time to another, the last included; none if they are too many to be read one by one.
fn minutes(from: Timestamp, to: Timestamp) -> Option<Vec<Timestamp>> {
    let first = from.epoch_ms() - from.epoch_ms() % MINUTE_MS;
    if to.epoch_ms().saturating_sub(first) > MARKS_MS_MAX {
        return None;
    }
    (first..=to.epoch_ms()).step_by(MINUTE_MS as usize).map(Timestamp::from_epoch_ms).collect()
}

impl Run<'_> {
    /// From when on the call after this one has to read marks.
    pub(crate) fn late_marks_from(&self) -> Timestamp {
        self.now.plus_ms(-self.means.late_marks_ms).unwrap_or(Timestamp::MIN)
    }

    /// The accounts that are marked since, and those that the last call did not finish. After a long time, or before the first round: all.
    pub(crate) async fn grown(&self, standing: &Standing) -> Result<BTreeSet<AccountId>, StoreError> {
        // A mark may be a little ahead of this clock.
        let to = self.now.plus_ms(MINUTE_MS).unwrap_or(Timestamp::MAX);
        let Some(minutes) = minutes(standing.dirty_from, to) else {
            let all = self.store.accounts(self.usage).await?;
            return Ok(all.into_iter().chain(standing.heads.keys().cloned()).collect());
        };
        let marks = stream::iter(minutes).map(|minute| self.store.logs_grown(minute, self.usage));
        let marks: Vec<_> = marks.buffer_unordered(ACCOUNTS_AT_ONCE).try_collect().await?;
        Ok(marks.into_iter().flatten().chain(standing.carried.iter().cloned()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_fixed(text).expect("a time")
    }

    #[test]
    fn every_minute_that_is_touched_is_read() {
        let read = minutes(at("2026-11-25T21:58:59.999Z"), at("2026-11-25T22:01:00.000Z")).expect("few");
        let read: Vec<_> = read.iter().map(ToString::to_string).collect();
        let expected = ["21:58", "21:59", "22:00", "22:01"].map(|minute| format!("2026-11-25T{minute}:00.000Z"));
        assert_eq!(read, expected);
    }

    #[test]
    fn six_hours_are_read_minute_by_minute_and_no_more() {
        let to = at("2026-11-25T22:00:00.000Z");
        assert_eq!(minutes(at("2026-11-25T16:00:00.000Z"), to).map(|minutes| minutes.len()), Some(361));
        assert_eq!(minutes(at("2026-11-25T15:59:59.999Z"), to), None);
        assert_eq!(minutes(Timestamp::MIN, to), None);
    }
}
