//! A day of the table, read whole.

use crate::reconciler::{Reconciler, YOUNG_MS};
use shared::log::entry::EventRef;
use shared::log::hash::Hash;
use shared::log::reconciled::DaySum;
use shared::process::log;
use shared::store::StoreError;
use shared::table::digest::{digest, event_ref, item_bytes};
use shared::table::item::{Item, has_derived_keys, place};
use shared::values::day::Day;
use shared::values::timestamp::Timestamp;

/// An event of the table, as the log would have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TableEvent {
    pub(crate) event: EventRef,
    pub(crate) digest: Hash,
    pub(crate) item_bytes: u32,
}

/// What the table says of a day.
#[derive(Debug, Default)]
pub(crate) struct TableDay {
    /// The sum of all its events.
    pub(crate) sum: DaySum,
    /// Events so young that the log may not have them yet.
    young: Vec<TableEvent>,
    /// Sort keys of events that stand in the indexes where they do not belong.
    misplaced: Vec<String>,
}

impl TableEvent {
    pub(crate) fn of(item: &Item) -> Option<Self> {
        let (shard, sk) = place(item)?;
        Some(Self { event: event_ref(&shard, &sk, item), digest: digest(item), item_bytes: item_bytes(item) })
    }

    /// Whether the stream may still bring it. A time far ahead, which no writer puts, does not keep an event young for ever.
    pub(crate) fn is_young(&self, now: Timestamp) -> bool {
        let age_ms = self.event.recorded_at().map(|at| now.epoch_ms().saturating_sub(at.epoch_ms()));
        age_ms.is_some_and(|age_ms| (-YOUNG_MS..YOUNG_MS).contains(&age_ms))
    }
}

impl TableDay {
    pub(crate) async fn read(reconciler: &Reconciler<'_>, day: Day) -> Result<Self, StoreError> {
        let mut read = Self::default();
        let each = |item: &Item| {
            let Some(event) = TableEvent::of(item) else { return };
            if !has_derived_keys(item) {
                read.misplaced.push(event.event.sk.clone());
            }
            read.sum.add(&event.event, &event.digest);
            if event.is_young(reconciler.now) {
                read.young.push(event);
            }
        };
        reconciler.each_event(day, each).await?;
        Ok(read)
    }

    /// Whether the log lacks nothing but young events: all of them, or none of those of a single batch, is what a lag looks like.
    pub(crate) fn is_all_young(&self, of_log: &DaySum) -> bool {
        let mut without = self.sum;
        self.young.iter().rev().any(|young| {
            without.subtract(&young.event, &young.digest);
            without == *of_log
        })
    }

    /// Tells of the events that stand in the indexes where they do not belong. Returns how many there are.
    pub(crate) fn say_keys(&self, reconciler: &Reconciler<'_>) -> usize {
        self.misplaced.iter().for_each(|sk| log::history_differs(&reconciler.history, sk, "index keys"));
        self.misplaced.len()
    }
}

impl Reconciler<'_> {
    /// Reads every event of a day.
    pub(crate) async fn each_event(&self, day: Day, mut each: impl FnMut(&Item)) -> Result<(), StoreError> {
        let (from, to) = day.sort_keys();
        let mut behind = None;
        loop {
            let range = (from.as_str(), to.as_str());
            let (items, last) = self.store.event_items(self.account, range, behind.as_deref(), self.usage).await?;
            // The end of the range is the beginning of the next day's.
            let is_of_day = |item: &&Item| place(item).is_some_and(|(_, sk)| Day::holding(&sk) == day);
            items.iter().filter(is_of_day).for_each(&mut each);
            behind = last;
            if behind.is_none() {
                return Ok(());
            }
        }
    }
}
