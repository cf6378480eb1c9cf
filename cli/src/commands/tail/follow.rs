//! Reads the last events of a trail, and then again and again what has come since.
//!
//! A trail is in the order of `created_at`, not of arrival, so each look begins [`LATE_MS_MAX`] before the one before it, or
//! before the newest event, whichever is earlier; what was seen is passed over by its id and time.
//!
//! ```text
//! t0 look   t1 an event of t0 - 30 s is written   t2 look: reads from t0 - 60 s on, shows it, after younger ones
//! ```
//!
//! It therefore shows every event that can be read at most [`LATE_MS_MAX`] after its `created_at`, whatever the clock here
//! says, and those of events recorded as they happen are milliseconds old. It does not show an import of older events, and
//! one from the queue only if it was on its way for less.

use super::shown::Shown;
use super::source::{Position, Source, SourceError};
use shared::store::query::Order;
use shared::values::event_sort_key::EventSortKey;
use shared::values::timestamp::Timestamp;
use std::collections::BTreeSet;
use std::io;

/// How late an event may be and still be shown, in milliseconds.
pub(super) const LATE_MS_MAX: i64 = 60_000;

/// Events in one page, which is one request unless they are large.
const PAGE_SIZE: usize = 1_000;

/// Most events that are remembered as seen. Where more come in [`LATE_MS_MAX`], late ones are shown for less long.
const SEEN_MAX: usize = 100_000;

/// Most events that one look keeps in memory, where it has to read the newest first; more are not shown.
const NEW_MAX: usize = 100_000;

/// Why it stops.
#[derive(Debug, thiserror::Error)]
pub(super) enum Stop {
    /// Nothing more can be printed.
    #[error(transparent)]
    Output(#[from] io::Error),
    /// Nothing more can be read.
    #[error(transparent)]
    Source(#[from] SourceError),
}

impl Stop {
    /// Whether the next look may succeed.
    pub(super) fn may_pass(&self) -> bool {
        matches!(self, Self::Source(error) if error.may_pass())
    }
}

/// A trail, and what has been seen of it.
pub(super) struct Follower {
    source: Source,
    seen: BTreeSet<EventSortKey>,
    looked_at: Timestamp,
    /// Nothing before this is read any more.
    floor: Timestamp,
}

impl Follower {
    /// Of the events from a time on.
    pub(super) fn new(source: Source, from: Timestamp, now: Timestamp) -> Self {
        Self { source, seen: BTreeSet::new(), looked_at: now, floor: from }
    }

    /// The last events, oldest first. If it is to be followed, what lies in the window of the first look is read too, so
    /// that it is not shown as late.
    pub(super) async fn last(&mut self, count: usize, follow: bool) -> Result<Vec<Shown>, Stop> {
        let mut last = Vec::new();
        let mut start = Position::Edge;
        while last.len() < count || follow {
            let wanted = if follow { PAGE_SIZE } else { (count - last.len()).min(PAGE_SIZE) };
            let page = self.source.page(self.floor, Order::Descending, &start, wanted).await?;
            let passed = page.events.last().is_some_and(|event| event.sort_key.created_at < self.window());
            self.seen.extend(page.events.iter().map(|event| event.sort_key.clone()));
            let room = count - last.len();
            last.extend(page.events.into_iter().take(room));
            match page.next {
                Some(next) => start = next,
                None => break,
            }
            if (passed || self.seen.len() > SEEN_MAX) && last.len() == count {
                break;
            }
        }
        last.reverse();
        self.forget();
        Ok(last)
    }

    /// Looks once, and shows what is new, oldest first: a page at a time, or all at once where the newest are read first.
    pub(super) async fn poll(
        &mut self,
        now: Timestamp,
        mut show: impl FnMut(&[Shown]) -> io::Result<()>,
    ) -> Result<(), Stop> {
        let (from, mut start, mut new) = (self.window(), Position::Edge, Vec::new());
        while new.len() < NEW_MAX {
            let page = self.source.page(from, Order::Ascending, &start, PAGE_SIZE).await?;
            new.extend(page.events.into_iter().filter(|event| !self.seen.contains(&event.sort_key)));
            if self.source.reads_forwards() {
                show(&new)?;
                self.seen.extend(new.drain(..).map(|event| event.sort_key));
            }
            match page.next {
                Some(next) => start = next,
                None => break,
            }
        }
        new.reverse();
        show(&new)?;
        self.seen.extend(new.into_iter().map(|event| event.sort_key));
        self.looked_at = now;
        self.forget();
        Ok(())
    }

    /// Where the next look begins.
    fn window(&self) -> Timestamp {
        let newest = self.seen.last().map_or(self.looked_at, |newest| newest.created_at);
        let from = newest.min(self.looked_at).plus_ms(-LATE_MS_MAX).unwrap_or(Timestamp::MIN);
        from.max(self.floor)
    }

    /// Forgets what no look reads again.
    fn forget(&mut self) {
        while self.seen.len() > SEEN_MAX {
            let oldest = self.seen.pop_first();
            self.floor = oldest.and_then(|oldest| oldest.created_at.plus_ms(1)).unwrap_or(self.floor);
        }
        let from = self.window();
        self.seen.retain(|key| key.created_at >= from);
    }
}
