//! Many events in one transaction: the fewest requests for many writes, each as conditional as one alone.

use super::page::found;
use super::salted::salted_event;
use crate::event::AuditEvent;
use crate::store::back_off::{ATTEMPTS_MAX, pause_before};
use crate::store::counts::days;
use crate::store::transaction::{Cancelled, Met, TRANSACTION_ITEMS_MAX, Transaction};
use crate::store::usage::Usage;
use crate::store::{AuditStore, Put, StoreError};
use crate::values::day::Day;
use crate::values::ids::AccountId;
use std::collections::BTreeSet;

impl AuditStore {
    /// Imports events: writes each that is not there yet, in transactions of as many as nothing stands in the way of, and
    /// says of each what became of it. The counts of their days go in the same transactions: whoever imports may have
    /// a clock that is wrong, so no day is taken for one that is not counted yet.
    ///
    /// The events of one call take 4 MB at most, and each has a sort key of its own.
    ///
    /// # Errors
    /// [`StoreError`], by variant. Some of the events may be there all the same: calling again is safe.
    pub async fn put_each(
        &self,
        account: &AccountId,
        events: &[AuditEvent],
        usage: &Usage,
    ) -> Result<Vec<Put>, StoreError> {
        let mut outcomes: Vec<Option<Put>> = vec![None; events.len()];
        let mut busy = 0;
        loop {
            let (mut open, mut left) = (Vec::new(), Vec::new());
            for (event, outcome) in events.iter().zip(&mut outcomes).filter(|(_, outcome)| outcome.is_none()) {
                left.push(event);
                open.push(outcome);
            }
            if left.is_empty() {
                return Ok(outcomes.into_iter().flatten().collect());
            }
            left.truncate(fitting(&left));
            // Every round settles one event at least, or is one of a few that do not.
            match self.put_all(account, &left, usage).await? {
                Transaction::Written => {
                    open.into_iter().take(left.len()).for_each(|outcome| *outcome = Some(Put::New));
                }
                Transaction::Cancelled(cancelled) if cancelled.failed().is_empty() => {
                    busy += 1;
                    if busy > ATTEMPTS_MAX {
                        return Err(cancelled.into_error());
                    }
                    pause_before(busy).await;
                }
                Transaction::Cancelled(cancelled) => {
                    open.into_iter().zip(in_the_way(&cancelled, &left)?).for_each(|(outcome, put)| *outcome = put);
                }
            }
        }
    }

    async fn put_all(
        &self,
        account: &AccountId,
        events: &[&AuditEvent],
        usage: &Usage,
    ) -> Result<Transaction, StoreError> {
        let puts: Result<Vec<_>, _> =
            events.iter().map(|event| self.put_if_absent(salted_event(account, event)?)).collect();
        let mut writes = puts?;
        writes.extend(self.take_counts_away(account, events, &days(events.iter().copied()))?);
        let transaction = self.transact(writes, usage).await?;
        if matches!(transaction, Transaction::Written) {
            usage.recorded(events.len());
        }
        Ok(transaction)
    }
}

/// How many of the events, the first ones, fit into one transaction with their days.
fn fitting(events: &[&AuditEvent]) -> usize {
    let mut days = BTreeSet::new();
    let fits = |(at, event): &(usize, &&AuditEvent)| {
        days.insert(Day::of(event.created_at));
        at + 1 + days.len() <= TRANSACTION_ITEMS_MAX
    };
    events.iter().enumerate().take_while(fits).count()
}

/// What stands in the place of each event: they come first in the transaction, in their order.
fn in_the_way(cancelled: &Cancelled, events: &[&AuditEvent]) -> Result<Vec<Option<Put>>, StoreError> {
    let put = |(met, event): (&Met, &&AuditEvent)| met.in_the_way().map(|item| found(Some(item), event)).transpose();
    cancelled.met().iter().zip(events).map(put).collect()
}
