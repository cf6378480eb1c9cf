//! The log of one account, held against the table.

use crate::Outcome;
use crate::compare::TableDay;
use crate::differences::Differences;
use crate::reconciler::{Folded, Reconciler};
use shared::store::StoreError;
use shared::values::day::Day;
use std::collections::BTreeSet;

/// Calls until every day has been compared: 30 days of four calls.
const CALLS_FOR_ALL: i64 = 120;

/// Time between two calls, in milliseconds, as in template.yaml.
const PERIOD_MS: i64 = 6 * 60 * 60 * 1_000;

/// Events of days that are held against the log together: what is read of them stays in memory.
const EVENTS_TOGETHER: i64 = 100_000;

impl Reconciler<'_> {
    /// Folds, compares, mends and tells, as long as there is time. What it does not come to, it comes to the next time.
    pub(crate) async fn run(&self, outcome: &mut Outcome) -> Result<(), StoreError> {
        let Some(mut folded) = self.fold().await? else { return Ok(()) };
        let (mut differing, mut events) = (BTreeSet::new(), 0);
        for day in self.days_to_compare(&folded).await? {
            if !(self.goes_on)() {
                outcome.accounts_left += 1;
                self.settle(&mut folded, differing, outcome).await?;
                return Ok(());
            }
            let table = TableDay::read(self, day).await?;
            outcome.days_compared += 1;
            outcome.events_compared += table.sum.count.unsigned_abs();
            outcome.differences += table.say_keys(self);
            let of_log = folded.days.get(&day).map(|day| day.sum).unwrap_or_default();
            if table.sum == of_log || table.is_all_young(&of_log) {
                if !self.has_been_compared(&mut folded, day).await? {
                    return Ok(()); // another call is at it
                }
                continue;
            }
            differing.insert(day);
            events += table.sum.count.max(of_log.count);
            if events > EVENTS_TOGETHER {
                events = 0;
                if !self.settle(&mut folded, std::mem::take(&mut differing), outcome).await? {
                    return Ok(());
                }
            }
        }
        if self.settle(&mut folded, differing, outcome).await? {
            self.has_been_compared_whole(&folded).await?;
        }
        Ok(())
    }

    /// Settles what differs on these days, and folds what that brought. Returns whether it could: not if another call folds.
    async fn settle(
        &self,
        folded: &mut Folded,
        differing: BTreeSet<Day>,
        outcome: &mut Outcome,
    ) -> Result<bool, StoreError> {
        if differing.is_empty() {
            return Ok(true);
        }
        Differences::settle(self, folded, &differing, outcome).await?;
        for day in differing {
            if !self.has_been_compared(folded, day).await? {
                return Ok(false);
            }
        }
        self.fold_on(folded).await
    }

    /// The days of the log that have grown, the days that still take events, a part of all others, and the first time all.
    async fn days_to_compare(&self, folded: &Folded) -> Result<BTreeSet<Day>, StoreError> {
        let mut days: BTreeSet<Day> =
            folded.days.iter().filter(|(_, day)| day.is_pending).map(|(day, _)| *day).collect();
        let mut from = Some(Day::MIN);
        let turn = self.now.epoch_ms().div_euclid(PERIOD_MS).rem_euclid(CALLS_FOR_ALL);
        while let Some(after) = from {
            let Some(day) = self.first_day_from(after).await? else { break };
            if folded.at.is_first || day.takes_events(self.now) || day.turn_of(CALLS_FOR_ALL) == turn {
                days.insert(day);
            }
            from = day.next();
        }
        // Days whose events are all gone from the table.
        let others = folded.days.keys().filter(|day| day.takes_events(self.now) || day.turn_of(CALLS_FOR_ALL) == turn);
        days.extend(others);
        Ok(days)
    }

    /// The first day that has an event in the table, from that one on.
    async fn first_day_from(&self, day: Day) -> Result<Option<Day>, StoreError> {
        let (from, _) = day.sort_keys();
        let sk = self.store.first_event_from(self.account, &from, self.usage).await?;
        Ok(sk.map(|sk| Day::holding(&sk)))
    }
}
