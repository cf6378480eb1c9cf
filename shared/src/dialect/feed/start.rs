//! Where a page begins, found in the log.

use super::{Reading, Start};
use crate::dialect::trail::TrailError;
use crate::http::cursor::FeedCursor;
use crate::input::faults::Faults;
use crate::log::entry::Entry;
use crate::store::{Logged, StoreError};
use crate::values::ids::AccountId;

/// Why a page cannot begin where it was asked for.
#[derive(Debug)]
pub(in crate::dialect) enum StartError {
    /// The entry before the page is not the one that the cursor knows: a table that was restored gives positions anew.
    Restored,
    /// The log does not have the position that was given.
    Beyond(Faults),
    /// The store did not say.
    Store(StoreError),
}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<StartError> for TrailError {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Restored => Self::Restored,
            StartError::Beyond(faults) => Self::Invalid(faults),
            StartError::Store(error) => Self::Store(error),
        }
    }
}

/// A place in the log where a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::dialect) struct Place {
    /// The position of the first entry of the page.
    pub(in crate::dialect) position: u64,
    /// Where the item begins that has the entry before it, if that is known.
    item_first: Option<u64>,
    /// What a cursor says of the entry before it.
    before: Option<[u8; FeedCursor::BEFORE_BYTES]>,
    /// Whether the caller gave the position as a number.
    is_given: bool,
}

impl Place {
    /// Finds the place: by a cursor or a position at once, by a time in a few requests.
    pub(in crate::dialect) async fn of(
        start: &Start,
        reading: &Reading<'_>,
        account: &AccountId,
    ) -> Result<Self, StoreError> {
        let Reading { store, usage, now: _, mapping: _ } = *reading;
        let at = |position| Self { position, item_first: None, before: None, is_given: false };
        Ok(match start {
            Start::Beginning => at(0),
            Start::Cursor(cursor) => Self {
                position: cursor.position,
                item_first: Some(cursor.item_first),
                before: Some(cursor.before),
                is_given: false,
            },
            Start::After(position) => Self { is_given: true, ..at(position + 1) },
            Start::Now => at(store.log_end(account, usage).await?.position),
            Start::Since(time) => {
                let end = store.log_end(account, usage).await?.position;
                at(store.log_position_at(account, *time, end, usage).await?)
            }
        })
    }

    /// The entries of the log from the one before the page on, as many as the page may have and one more, with one request.
    ///
    /// # Errors
    /// [`StartError`], by variant.
    pub(in crate::dialect) async fn entries(
        &self,
        limit: usize,
        reading: &Reading<'_>,
        account: &AccountId,
    ) -> Result<Entries, StartError> {
        let Reading { store, usage, now: _, mapping: _ } = *reading;
        let (from, to) = (self.position.saturating_sub(1), self.position.saturating_add(limit as u64 + 1));
        let mut logged = store.log_entries(account, self.item_first, from, to, usage).await?;
        let has_before = logged.first().is_some_and(|first| first.position + 1 == self.position);
        let before = if has_before { Some(logged.remove(0)) } else { None };
        if self.position > 0 {
            match &before {
                Some(before) if self.before.is_none_or(|known| known == before_bytes(&before.entry)) => {}
                None if self.is_given => {
                    let end = store.log_end(account, usage).await?.position;
                    return Err(StartError::Beyond(beyond(end)));
                }
                Some(_) | None => return Err(StartError::Restored),
            }
        }
        Ok(Entries { before, logged })
    }
}

/// What is in the log at the place of a page.
#[derive(Debug)]
pub(in crate::dialect) struct Entries {
    /// The entry before the page; none at the beginning.
    pub(in crate::dialect) before: Option<Logged>,
    /// The entries of the page and the one behind it.
    pub(in crate::dialect) logged: Vec<Logged>,
}

impl Entries {
    /// The cursor that begins at that place of them: 0 is the beginning of the page.
    pub(in crate::dialect) fn cursor(&self, at: usize, position: u64) -> FeedCursor {
        let before = at.checked_sub(1).map_or(self.before.as_ref(), |at| self.logged.get(at));
        before.map_or(FeedCursor { position, item_first: 0, before: [0; FeedCursor::BEFORE_BYTES] }, behind)
    }
}

/// The cursor of the position behind an entry.
pub(in crate::dialect) fn behind(before: &Logged) -> FeedCursor {
    FeedCursor { position: before.position + 1, item_first: before.item_first, before: before_bytes(&before.entry) }
}

/// What a cursor keeps of the entry before its position: the first bytes of its leaf's hash.
pub(in crate::dialect) fn before_bytes(entry: &Entry) -> [u8; FeedCursor::BEFORE_BYTES] {
    *entry.leaf().as_bytes().first_chunk().expect("a hash is longer than what is kept of it")
}

fn beyond(end: u64) -> Faults {
    let last = match end.checked_sub(1) {
        None => "the log has none yet: -1 is its beginning".to_owned(),
        Some(last) => format!("the last is {last}"),
    };
    Faults::of("after", format!("must be a position that the log has, and {last}"))
}
