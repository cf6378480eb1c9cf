//! The position of an event, found by its time and id.
//!
//! ```text
//! recorded_at − 2 min        appended_at of the entry
//! │ the first position       │
//! └─────── entries that are read, ENTRIES_READ_MAX at most ───────┘
//! ```
//!
//! An event is in the log seconds after it was recorded, unless the stream lost it or there was no log yet: then it stands further on.

use super::LogError;
use crate::dialect::rows::brought;
use crate::log::entry::EventRef;
use crate::store::usage::Usage;
use crate::store::{AuditStore, StoreError};
use crate::table::attribute;
use crate::values::event_sort_key::EventSortKey;
use crate::values::ids::{AccountId, Shard};
use crate::values::timestamp::Timestamp;

/// How far the clocks of a writer and of the log may be apart, in milliseconds, with what an event may be ahead of its writer.
const SKEW_MS_MAX: i64 = 120_000;

/// Entries that one step reads: those of 16 full items, with one request.
pub(super) const STEP: u64 = 4_096;

/// Most entries that are read, 12 steps of them: 8 MB.
pub(super) const ENTRIES_READ_MAX: u64 = 12 * STEP;

/// The position of the entry that brought an event.
///
/// # Errors
/// [`LogError::NotLogged`] if it is recorded and not in the log yet, [`LogError::NoEvent`] if there is none,
/// [`LogError::NotFound`] if it stands too far behind the time at which it was recorded.
pub(super) async fn position(
    store: &AuditStore,
    account: &AccountId,
    event: &EventSortKey,
    now: Timestamp,
    usage: &Usage,
) -> Result<u64, LogError> {
    let sk = event.to_string();
    let recorded_at = recorded_at(store, account, &sk, usage).await?;
    let at = recorded_at.unwrap_or(Some(event.created_at)).unwrap_or(event.created_at).min(now);
    let end = store.log_end(account, usage).await?.position;
    let since = at.plus_ms(-SKEW_MS_MAX).unwrap_or(Timestamp::MIN);
    let first = store.log_position_at(account, since, end, usage).await?;
    let mut from = first;
    while from < end && from - first < ENTRIES_READ_MAX {
        let entries = store.log_entries(account, None, from, from + STEP, usage).await?;
        let is_it = |event: &EventRef| event.sk == sk;
        if let Some(found) = entries.iter().find(|logged| brought(logged).is_some_and(|(event, _)| is_it(event))) {
            return Ok(found.position);
        }
        from += STEP;
    }
    Err(match recorded_at {
        _ if from < end => LogError::NotFound { first, read: ENTRIES_READ_MAX },
        Some(_) => LogError::NotLogged,
        None => LogError::NoEvent,
    })
}

/// When the event was recorded: none if there is no such event, and none in it if its item does not say.
async fn recorded_at(
    store: &AuditStore,
    account: &AccountId,
    sk: &str,
    usage: &Usage,
) -> Result<Option<Option<Timestamp>>, StoreError> {
    let event = EventRef::new(&Shard::FIRST.to_string(), sk, None);
    let found = store.events_at(account, &[&event], usage).await?;
    if !found.unprocessed.is_empty() {
        return Err(StoreError::Unavailable("DynamoDB left the key of an event unprocessed".into()));
    }
    let item = found.items.into_values().next();
    Ok(item.map(|item| Timestamp::parse_fixed(item.get(attribute::RECORDED_AT)?.as_s().ok()?)))
}
