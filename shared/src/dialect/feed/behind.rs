//! Whether the log lags behind the table: at the end of the feed, whether emptiness is completeness.

use super::Reading;
use super::start::Entries;
use crate::log::entry::EventRef;
use crate::store::{Logged, StoreError};
use crate::values::ids::AccountId;
use crate::values::timestamp::Timestamp;

/// How old an event may be that is not in the log yet, in milliseconds: the log promises 10 s for 99 of 100.
const LAG_MS_MAX: i64 = 15_000;

/// How far the clock of a consumer may be from that of a writer, in milliseconds.
const SKEW_MS_MAX: i64 = 60_000;

/// Whether the newest event of the table has been there for more than [`LAG_MS_MAX`] and is not in the log. It takes one request, and
/// one more if the event is not among the entries at hand. What those two cannot tell is taken for no lag.
pub(super) async fn is_behind(
    reading: &Reading<'_>,
    account: &AccountId,
    entries: &Entries,
) -> Result<bool, StoreError> {
    let Reading { store, usage, now, mapping: _ } = *reading;
    let Some(newest) = store.newest_event(account, usage).await? else { return Ok(false) };
    let Some(recorded_at) = newest.recorded_at else { return Ok(false) };
    let age_ms = now.epoch_ms().saturating_sub(recorded_at.epoch_ms());
    let is_it = |event: &EventRef| event.sk == newest.sk;
    let has_it = |logged: &Logged| logged.entry.event().is_some_and(is_it);
    if age_ms <= LAG_MS_MAX || entries.before.iter().chain(&entries.logged).any(has_it) {
        return Ok(false);
    }
    let tail = store.log_tail(account, usage).await?;
    Ok(!tail.iter().any(has_it) && reaches_below(&tail, recorded_at))
}

/// Whether the entries, the last ones of a log, go back to before that time: then what was recorded at it would be among them.
fn reaches_below(tail: &[Logged], recorded_at: Timestamp) -> bool {
    let surely_before = recorded_at.plus_ms(-SKEW_MS_MAX).unwrap_or(Timestamp::MIN);
    tail.first().is_none_or(|first| first.position == 0 || first.appended_at < surely_before)
}
