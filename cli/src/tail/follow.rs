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

use super::Stop;
use shared::event::AuditEvent;
use shared::store::AuditStore;
use shared::store::query::{EventPage, EventQuery, Order, Rest, Start};
use shared::store::usage::Usage;
use shared::values::event_sort_key::EventSortKey;
use shared::values::timestamp::{TimeRange, Timestamp};
use std::collections::BTreeSet;
use std::io;

/// How late an event may be and still be shown, in milliseconds.
pub(super) const LATE_MS_MAX: i64 = 60_000;

/// Events in one page, which is one request unless they are large.
const PAGE_SIZE: usize = 1_000;

/// Most events that are remembered as seen. Where more come in [`LATE_MS_MAX`], late ones are shown for less long.
const SEEN_MAX: usize = 100_000;

/// A trail, and what has been seen of it.
pub(super) struct Follower {
    store: AuditStore,
    query: EventQuery,
    seen: BTreeSet<EventSortKey>,
    looked_at: Timestamp,
    /// Nothing before this is read any more.
    floor: Timestamp,
}

impl Follower {
    pub(super) fn new(store: AuditStore, query: EventQuery, now: Timestamp) -> Self {
        let floor = query.range.from;
        Self { store, query, seen: BTreeSet::new(), looked_at: now, floor }
    }

    /// The last events, oldest first. If it is to be followed, what lies in the window of the first look is read too, so
    /// that it is not shown as late.
    pub(super) async fn last(&mut self, count: usize, follow: bool) -> Result<Vec<AuditEvent>, Stop> {
        let mut last = Vec::new();
        let mut start = Start::Edge;
        while last.len() < count || follow {
            let wanted = if follow { PAGE_SIZE } else { count.min(PAGE_SIZE) };
            let page: EventPage =
                self.store.page(&self.query, Order::Descending, &start, wanted, &Usage::default()).await?;
            let passed = page.events.last().is_some_and(|event| event.created_at < self.window());
            self.seen.extend(page.events.iter().map(AuditEvent::sort_key));
            let room = count - last.len();
            last.extend(page.events.into_iter().take(room));
            start = match page.rest {
                Rest::Nothing => break,
                Rest::Event(next) => Start::At(next),
                Rest::Unknown(position) => Start::After(position),
            };
            if (passed || self.seen.len() > SEEN_MAX) && last.len() == count {
                break;
            }
        }
        last.reverse();
        self.forget();
        Ok(last)
    }

    /// Looks once, and gives what is new, a page at a time.
    pub(super) async fn poll(
        &mut self,
        now: Timestamp,
        mut show: impl FnMut(&[AuditEvent]) -> io::Result<()>,
    ) -> Result<(), Stop> {
        let range = TimeRange { from: self.window(), to: None };
        let query = EventQuery { range, ..self.query.clone() };
        let mut start = Start::Edge;
        loop {
            let page: EventPage =
                self.store.page(&query, Order::Ascending, &start, PAGE_SIZE, &Usage::default()).await?;
            let mut events = page.events;
            events.retain(|event| self.seen.insert(event.sort_key()));
            show(&events)?;
            start = match page.rest {
                Rest::Nothing => break,
                Rest::Event(next) => Start::At(next),
                Rest::Unknown(position) => Start::After(position),
            };
        }
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
