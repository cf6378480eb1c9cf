//! Many events in one transaction: the fewest requests for many writes, each as conditional as one alone.

use super::page::found;
use super::record::{CONFLICT, RECORDING_ROUND_TRIPS_MAX, any, wait};
use crate::event::AuditEvent;
use crate::store::counts::days;
use crate::store::usage::Usage;
use crate::store::{AuditStore, CONDITION_FAILED, Put, StoreError};
use crate::table::item::encode_event;
use crate::values::day::Day;
use crate::values::ids::AccountId;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{CancellationReason, ReturnConsumedCapacity};
use std::collections::BTreeSet;

/// Most items in a transaction (API reference, `TransactWriteItems`; it takes 4 MB in all).
pub const TRANSACTION_ITEMS_MAX: usize = 100;

/// What became of a transaction.
enum Transaction {
    /// Every event is there now.
    Written,
    /// None was written: this stands in the place of those that have a `Put`.
    Stopped(Vec<Option<Put>>),
    /// None was written: another transaction had its hands on one of the items.
    Busy(StoreError),
}

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
                Transaction::Stopped(found) => open.into_iter().zip(found).for_each(|(outcome, put)| *outcome = put),
                Transaction::Busy(error) if busy == RECORDING_ROUND_TRIPS_MAX => return Err(error),
                Transaction::Busy(_) => {
                    busy += 1;
                    wait(busy).await;
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
            events.iter().map(|event| self.put_if_absent(encode_event(account, event))).collect();
        let mut writes = puts?;
        writes.extend(self.take_counts_away(account, &days(events.iter().copied()))?);
        let request = self.client.transact_write_items().set_transact_items(Some(writes));
        let request = request.return_consumed_capacity(ReturnConsumedCapacity::Total);
        match usage.request(request.send()).await {
            Ok(answer) => {
                answer.consumed_capacity().iter().for_each(|capacity| usage.consumed(Some(capacity)));
                usage.recorded(events.len());
                Ok(Transaction::Written)
            }
            Err(error) => match error.as_service_error() {
                Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                    let reasons = cancelled.cancellation_reasons();
                    match in_the_way(reasons, events)? {
                        found if found.iter().any(Option::is_some) => Ok(Transaction::Stopped(found)),
                        _ if any(reasons, &[CONFLICT]) => Ok(Transaction::Busy(StoreError::Unavailable(error.into()))),
                        _ => Err(StoreError::Unavailable(error.into())), // throttled
                    }
                }
                _ => Err(error.into()), // every other error of the SDK
            },
        }
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

/// What stands in the place of each event, from the reasons that a transaction was cancelled for, one an item.
fn in_the_way(reasons: &[CancellationReason], events: &[&AuditEvent]) -> Result<Vec<Option<Put>>, StoreError> {
    let reason = |(reason, event): (&CancellationReason, &&AuditEvent)| match reason.code() {
        Some(CONDITION_FAILED) => found(reason.item(), event).map(Some),
        Some(_) | None => Ok(None),
    };
    reasons.iter().zip(events).map(reason).collect()
}
