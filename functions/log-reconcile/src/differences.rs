//! Days on which log and table differ, event by event: what is missing from the log is put in it, what is missing from the table
//! is told.

use crate::Outcome;
use crate::compare::TableEvent;
use crate::reconciler::{Folded, Reconciler};
use crate::said::Said;
use shared::log::append::Change;
use shared::log::entry::Entry;
use shared::log::reconciled::DaySum;
use shared::process::{clock, log};
use shared::store::StoreError;
use shared::table::item::Item;
use shared::values::day::Day;
use std::collections::BTreeSet;

/// Events that are put in the log at a time.
const APPENDED_AT_ONCE: usize = 5_000;

/// How far ahead of now an entry of ours says that it may have been made, in seconds: a consumer of the stream that has the same
/// event walks at least as far back as that.
const AHEAD_S: u64 = 60;

/// Lines that name an event which was put in the log late, for one account and call: a stream that was off for a day would have
/// millions.
const LINES_MAX: usize = 100;

pub(crate) struct Differences<'a, 'b> {
    reconciler: &'a Reconciler<'b>,
    is_first: bool,
    outcome: &'a mut Outcome,
}

impl<'a, 'b> Differences<'a, 'b> {
    /// Holds these days of the table against the log, one event after the other.
    pub(crate) async fn settle(
        reconciler: &'a Reconciler<'b>,
        folded: &Folded,
        days: &BTreeSet<Day>,
        outcome: &'a mut Outcome,
    ) -> Result<(), StoreError> {
        let mut differences = Self { reconciler, is_first: folded.at.is_first, outcome };
        // Of days that it has nothing of, as far as it is folded, the log need not be read again.
        let is_new = |day: &Day| folded.days.get(day).is_none_or(|day| day.sum == DaySum::default());
        let from = if days.iter().all(is_new) { folded.at.position } else { 0 };
        let said = Said::of(reconciler, days, from).await?;
        differences.settle_days(days, said).await
    }

    async fn settle_days(&mut self, days: &BTreeSet<Day>, mut said: Said) -> Result<(), StoreError> {
        let mut is_begun = false;
        for day in days {
            let mut missing = Vec::new();
            let mut differing = Vec::new();
            let now = self.reconciler.now;
            said.look();
            let each = |item: &Item| {
                let Some(event) = TableEvent::of(item) else { return };
                match said.take(&event.event) {
                    None if event.is_young(now) => {}
                    None => missing.push(event),
                    Some(digest) if digest == event.digest => {}
                    Some(_) => differing.push(event),
                }
            };
            self.reconciler.each_event(*day, each).await?;
            for event in differing {
                self.say_if_different(&event).await?;
            }
            for events in missing.chunks(APPENDED_AT_ONCE) {
                is_begun |= self.append(events, !is_begun, &mut said).await?;
            }
        }
        if is_begun && self.is_first {
            self.put(vec![marker(Entry::BackfillEnd)], &mut said).await?;
        }
        self.say_missing(said).await
    }

    /// Puts these events in the log, but for those that came into it meanwhile. Returns whether there was one.
    async fn append(&mut self, events: &[TableEvent], begins: bool, said: &mut Said) -> Result<bool, StoreError> {
        let created_at_s = Some(clock::now().epoch_ms().unsigned_abs() / 1_000 + AHEAD_S);
        let fresh: Vec<_> = events.iter().filter(|event| !said.knows(&event.event)).collect();
        let change = |event: &&TableEvent| Change {
            entry: Entry::Event(event.event.clone(), event.digest),
            number: None,
            created_at_s,
            item_bytes: event.item_bytes,
        };
        let begin = (begins && self.is_first && !fresh.is_empty()).then(|| marker(Entry::BackfillBegin));
        let changes: Vec<_> = begin.into_iter().chain(fresh.iter().map(change)).collect();
        if changes.is_empty() {
            return Ok(false);
        }
        self.put(changes, said).await?;
        if !self.is_first {
            let history = &self.reconciler.history;
            let room = LINES_MAX.saturating_sub(self.outcome.entries_appended);
            fresh.iter().take(room).for_each(|event| log::appended_late(history, &event.event.sk));
        }
        self.outcome.entries_appended += fresh.len();
        Ok(true)
    }

    async fn put(&mut self, changes: Vec<Change>, said: &mut Said) -> Result<(), StoreError> {
        let Reconciler { store, account, usage, .. } = *self.reconciler;
        store.append_to_log_known_below(account, said.end, &changes, clock::now, usage).await?;
        said.go_on(self.reconciler).await
    }

    /// Tells of an event that is in the table otherwise than in the log, if it still is.
    async fn say_if_different(&mut self, event: &TableEvent) -> Result<(), StoreError> {
        let (shard, sk) = (&event.event.shard, &event.event.sk);
        let Reconciler { store, account, usage, .. } = *self.reconciler;
        let item = store.event_item(account, shard, sk, usage).await?;
        // One that was deleted meanwhile is told of by the stream.
        if item.as_ref().and_then(TableEvent::of).is_some_and(|now| now.digest == event.digest) {
            self.outcome.differences += 1;
            log::history_differs(&self.reconciler.history, sk, "altered");
        }
        Ok(())
    }

    /// Tells of the events that the log has and the table lacks, if it still does.
    async fn say_missing(&mut self, said: Said) -> Result<(), StoreError> {
        let Reconciler { store, account, usage, .. } = *self.reconciler;
        for (shard, sk) in said.left() {
            if store.event_item(account, &shard, &sk, usage).await?.is_none() {
                self.outcome.differences += 1;
                log::history_differs(&self.reconciler.history, &sk, "missing");
            }
        }
        Ok(())
    }
}

/// An entry that is of no event.
fn marker(entry: Entry) -> Change {
    Change { entry, number: None, created_at_s: None, item_bytes: 0 }
}
