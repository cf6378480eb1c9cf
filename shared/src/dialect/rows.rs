//! The events that entries of a log brought, read in pieces, so that neither memory nor text grows with the size of events.

use crate::log::entry::{Entry, EventRef};
use crate::log::hash::Hash;
use crate::store::usage::Usage;
use crate::store::{AuditStore, BATCH_GET_MAX, FoundEvents, Logged, StoreError};
use crate::table::item::Item;
use crate::values::ids::AccountId;

/// Most bytes of rows in an answer.
pub(super) const ROWS_BYTES_MAX: usize = 4_000_000;

/// Most bytes of the same rows in a JSON string, which puts a `\` before each quotation mark and each `\`: Lambda's answers are such
/// strings, and end at 6 MB. Rows that have JSON in strings of their own are full of both.
const ESCAPED_BYTES_MAX: usize = 6_000_000;

/// Most bytes of events that one request asks for, by the sizes that the log carries.
const PIECE_BYTES_MAX: usize = 1_000_000;

/// Rows, each a line of JSON without its line feed, and how many entries they got past.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) lines: Vec<String>,
    pub(super) passed: usize,
    bytes: usize,
    escaped_bytes: usize,
}

/// How much an answer may have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// Most rows.
    pub(super) lines: usize,
    /// Most bytes of them, the first one aside.
    pub(super) bytes: usize,
}

/// An event that an entry brought: the entry, the event, its digest, and what stands in the table in its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Brought<'a> {
    pub(super) logged: &'a Logged,
    pub(super) event: &'a EventRef,
    pub(super) digest: &'a Hash,
    pub(super) item: Option<&'a Item>,
}

/// The event that an entry brought; none of an entry that is of no event, or of what was done to one.
pub(super) fn brought(logged: &Logged) -> Option<(&EventRef, &Hash)> {
    match &logged.entry {
        Entry::Event(event, digest) => Some((event, digest)),
        Entry::Changed(..) | Entry::Removed(..) | Entry::BackfillBegin | Entry::BackfillEnd => None,
    }
}

impl Rows {
    /// Reads the events of these entries, with a request for each hundred or megabyte of them, until an answer is full.
    ///
    /// # Errors
    /// [`StoreError`], by variant; [`StoreError::Unavailable`] if DynamoDB got to none of them.
    pub(super) async fn read(
        store: &AuditStore,
        account: &AccountId,
        entries: &[Logged],
        row: impl Fn(&Brought<'_>) -> String,
        usage: &Usage,
    ) -> Result<Self, StoreError> {
        let room = Room { lines: usize::MAX, bytes: ROWS_BYTES_MAX };
        Self::read_into(room, store, account, entries, |brought| Some(row(brought)), usage).await
    }

    /// The same, until there is no room for another row; an event that makes no row is passed over.
    ///
    /// # Errors
    /// Those of [`Self::read`].
    pub(super) async fn read_into(
        room: Room,
        store: &AuditStore,
        account: &AccountId,
        entries: &[Logged],
        row: impl Fn(&Brought<'_>) -> Option<String>,
        usage: &Usage,
    ) -> Result<Self, StoreError> {
        let mut rows = Self::default();
        while rows.passed < entries.len() && rows.lines.len() < room.lines {
            let piece = piece(entries.get(rows.passed..).unwrap_or_default());
            let events: Vec<_> = piece.iter().filter_map(|logged| brought(logged).map(|(event, _)| event)).collect();
            let found = store.events_at(account, &events, usage).await?;
            let taken = rows.take(room, piece, &found, &row);
            rows.passed += taken;
            if taken < piece.len() {
                break;
            }
        }
        if rows.passed == 0 && !entries.is_empty() {
            return Err(StoreError::Unavailable("DynamoDB left all keys of a page unprocessed".into()));
        }
        Ok(rows)
    }

    /// Takes the events of these entries, up to the first that DynamoDB did not get to or that does not fit any more. Returns how
    /// many entries it got past.
    fn take(
        &mut self,
        room: Room,
        piece: &[Logged],
        found: &FoundEvents,
        row: impl Fn(&Brought<'_>) -> Option<String>,
    ) -> usize {
        for (at, logged) in piece.iter().enumerate() {
            let Some((event, digest)) = brought(logged) else { continue };
            let place = (event.shard.clone(), event.sk.clone());
            if found.unprocessed.contains(&place) {
                return at;
            }
            let brought = Brought { logged, event, digest, item: found.items.get(&place) };
            let Some(row) = row(&brought) else { continue };
            let (bytes, escaped_bytes) = (self.bytes + row.len(), self.escaped_bytes + escaped_bytes(&row));
            let is_over = bytes > room.bytes || escaped_bytes > ESCAPED_BYTES_MAX || self.lines.len() >= room.lines;
            if !self.lines.is_empty() && is_over {
                return at;
            }
            (self.bytes, self.escaped_bytes) = (bytes, escaped_bytes);
            self.lines.push(row);
        }
        piece.len()
    }
}

/// The length of a line of JSON as part of a JSON string, in bytes.
fn escaped_bytes(line: &str) -> usize {
    line.len() + line.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count()
}

/// The first of these entries whose events one request may ask for: one at least.
fn piece(logged: &[Logged]) -> &[Logged] {
    let (mut events, mut bytes) = (0, 0);
    let fits = |logged: &&Logged| {
        events += usize::from(logged.entry.event().is_some());
        bytes += logged.item_bytes as usize;
        events <= BATCH_GET_MAX && bytes <= PIECE_BYTES_MAX
    };
    let fitting = logged.iter().take_while(fits).count();
    logged.get(..fitting.max(1)).unwrap_or(logged)
}
