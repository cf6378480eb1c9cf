//! A log read: its end, and the entries from a position on.

use crate::log::append::{LogItem, Walk};
use crate::log::bundle::ENTRIES_MAX;
use crate::log::entry::Entry;
use crate::store::send::send;
use crate::store::usage::Usage;
use crate::store::{AppendError, AuditStore, StoreError};
use crate::table::item::{LOG_ITEM, decode_log_item};
use crate::table::key;
use crate::values::ids::AccountId;
use crate::values::timestamp::Timestamp;

/// Positions that a log can have: those of 16 digits.
const POSITIONS_MAX: u64 = 10_000_000_000_000_000;

/// One entry, with its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// Its position, from 0.
    pub position: u64,
    /// When it was put in the log.
    pub appended_at: Timestamp,
    /// What it says.
    pub entry: Entry,
    /// Size of its event's item when that was recorded, in bytes; 0 if it is of no event.
    pub item_bytes: u32,
    /// Position of the first entry of the item that it is in: a read from there on meets it.
    pub item_first: u64,
}

/// The end of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEnd {
    /// The position behind the last entry: that of the next one.
    pub position: u64,
    /// The last entry; none of an empty log.
    pub last: Option<Logged>,
}

impl AuditStore {
    /// The end of the account's log.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn log_end(&self, account: &AccountId, usage: &Usage) -> Result<LogEnd, StoreError> {
        let walk = self.walk_log(account, Walk::down_to(u64::MAX), usage).await?;
        let last = walk.last().and_then(|item| logged(item.clone()).last());
        Ok(LogEnd { position: walk.end(), last })
    }

    /// Some of the last entries of the account's log, with one request: as many as that reads.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn log_tail(&self, account: &AccountId, usage: &Usage) -> Result<Vec<Logged>, StoreError> {
        let items = send(self.log_backwards(account), usage).await?.items.unwrap_or_default();
        let items = items.into_iter().rev().map(decode_log_item).collect::<Result<Vec<_>, _>>()?;
        Ok(items.into_iter().flat_map(logged).collect())
    }

    /// The entries of the account's log at positions `from` to `to`, with one request for each megabyte of them; `to` is not among them. What
    /// is read begins at `item_first`, the first position of an item at or below `from`, or, where that is not known, at the last
    /// multiple of 256, where an item always begins. Fewer are given only at the end of the log.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn log_entries(
        &self,
        account: &AccountId,
        item_first: Option<u64>,
        from: u64,
        to: u64,
        usage: &Usage,
    ) -> Result<Vec<Logged>, StoreError> {
        let to = to.min(POSITIONS_MAX);
        let first = item_first.unwrap_or(from - from % ENTRIES_MAX as u64).min(from);
        let query = self.query_between(
            key::log(account),
            (key::log_item(first), key::log_item(to.saturating_sub(1))),
            LOG_ITEM,
        );
        let items = self.all(query, usage).await?;
        let (mut entries, mut next) = (Vec::new(), None);
        for item in items {
            let item = decode_log_item(item)?;
            // An item that does not begin where the one before it ends is no part of the log.
            if next.is_some_and(|next| next != item.first) {
                continue;
            }
            next = Some(item.end());
            entries.extend(logged(item).filter(|logged| (from..to).contains(&logged.position)));
        }
        Ok(entries)
    }
}

impl From<AppendError> for StoreError {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Store(error) => error,
            AppendError::Gap(gap) => Self::Rejected(gap.into()),
            crowded @ AppendError::Crowded => Self::Unavailable(crowded.into()),
        }
    }
}

fn logged(item: LogItem) -> impl Iterator<Item = Logged> {
    let LogItem { first, entries, sizes, appended_at, newest_s: _ } = item;
    (first..).zip(entries.into_iter().zip(sizes)).map(move |(position, (entry, item_bytes))| Logged {
        position,
        appended_at,
        entry,
        item_bytes,
        item_first: first,
    })
}
