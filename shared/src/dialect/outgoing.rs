//! The rows of the feed for whoever sends them on: with what is needed beside their text to cut them into parcels.

use crate::dialect::feed::{FeedRow, Row};
use crate::dialect::formats::{self, Context};
use crate::dialect::rows::{Brought, Rows};
use crate::log::hash::Hash;
use crate::process::ocsf_mapping::OcsfMapping;
use crate::store::usage::Usage;
use crate::store::{AuditStore, StoreError};
use crate::values::format::Format;
use crate::values::ids::AccountId;
use crate::values::timestamp::Timestamp;
use std::sync::{Mutex, PoisonError};

/// Most entries of the log that one reading asks for.
pub const ENTRIES_AT_ONCE: u64 = 1_000;

/// One event, written in the format of whom it goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingRow {
    /// Its place in the account's log.
    pub position: u64,
    /// When it got that place.
    pub appended_at: Timestamp,
    /// The hash of its entry in the log, which stays as it is whatever becomes of the event and however it is written.
    pub leaf: Hash,
    /// When it happened; none where the log does not say.
    pub created_at: Option<Timestamp>,
    /// What happened, or why it cannot be shown: [`FeedRow::kind`].
    pub kind: String,
    /// JSON on one line, without its end.
    pub text: String,
}

/// Rows from a position on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The rows, by position. Entries that brought no event have none.
    pub rows: Vec<OutgoingRow>,
    /// The position behind the last entry that was read.
    pub end: u64,
    /// The position of the first entry of an item at or below `end`; none where nothing was read.
    pub item_first: Option<u64>,
    /// Whether the log had nothing more.
    pub is_whole: bool,
}

/// What rows are read with.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The store.
    pub store: &'a AuditStore,
    /// The account whose rows these are.
    pub account: &'a AccountId,
    /// How they are written.
    pub format: Format,
    /// What the operator says of event types, for events in OCSF.
    pub mapping: &'a OcsfMapping,
    /// What it costs the store.
    pub usage: &'a Usage,
}

impl Source<'_> {
    /// Reads the rows at positions `from` to `to`, as many as one reading has: at most [`ENTRIES_AT_ONCE`], and no more than 4 MB of text.
    /// `item_first` is what the reading before gave.
    ///
    /// # Errors
    /// [`StoreError`], by variant; [`StoreError::Rejected`] if the log has a gap at `from`, so that nothing is passed over.
    pub async fn read(&self, item_first: Option<u64>, from: u64, to: u64) -> Result<Outgoing, StoreError> {
        let Self { store, account, usage, .. } = *self;
        let asked_to = to.min(from.saturating_add(ENTRIES_AT_ONCE));
        let entries = store.log_entries(account, item_first, from, asked_to, usage).await?;
        let Some(first) = entries.first() else {
            return Ok(Outgoing { rows: Vec::new(), end: from, item_first, is_whole: true });
        };
        if first.position != from {
            let gap = format!("the log of {account} has no entry {from}, and goes on at {}", first.position);
            return Err(StoreError::Rejected(gap.into()));
        }
        let beside = Mutex::new(Vec::new());
        let row = |brought: &Brought<'_>| {
            let row = FeedRow::of(brought.logged, brought.event, &Row::of(brought.item, brought.digest));
            beside.lock().unwrap_or_else(PoisonError::into_inner).push(all_but_text(brought, &row));
            formats::line(&row, self.format, &Context { account: self.account, mapping: self.mapping })
        };
        let read = Rows::read(store, account, &entries, row, usage).await?;
        let beside = beside.into_inner().unwrap_or_else(PoisonError::into_inner);
        // The last row that was made may not have fitted any more: it is read again.
        let rows = beside.into_iter().zip(read.lines).map(|(row, text)| OutgoingRow { text, ..row }).collect();
        let last = entries.get(read.passed.saturating_sub(1)).unwrap_or(first);
        Ok(Outgoing {
            rows,
            end: from + read.passed as u64,
            item_first: Some(last.item_first),
            is_whole: read.passed == entries.len() && (entries.len() as u64) < asked_to - from,
        })
    }
}

/// The row before it has its text: [`Rows`] decides which texts fit.
fn all_but_text(brought: &Brought<'_>, row: &FeedRow<'_>) -> OutgoingRow {
    OutgoingRow {
        position: brought.logged.position,
        appended_at: brought.logged.appended_at,
        leaf: brought.logged.entry.leaf(),
        created_at: brought.event.sort_key().map(|sort_key| sort_key.created_at),
        kind: row.kind().to_owned(),
        text: String::new(),
    }
}
