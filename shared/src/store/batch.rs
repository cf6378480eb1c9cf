//! Many events in one transaction: the fewest requests for many writes, each as conditional as one alone.

use super::events::found;
use super::{AuditStore, CONDITION_FAILED, Put, StoreError};
use crate::event::AuditEvent;
use crate::ids::AccountId;
use crate::item::encode_event;
use crate::usage::Usage;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{CancellationReason, ReturnConsumedCapacity};

/// Most items in a transaction (API reference, `TransactWriteItems`; it takes 4 MB in all).
pub const TRANSACTION_ITEMS_MAX: usize = 100;

/// What became of a transaction.
enum Transaction {
    /// Every event is there now.
    Written,
    /// None was written: this stands in the place of those that have a `Put`.
    Stopped(Vec<Option<Put>>),
}

impl AuditStore {
    /// Writes each event that is not there yet, and says of each what became of it: like
    /// [`put_event`](AuditStore::put_event) for every one, in a transaction for as many as nothing stands in the way of.
    ///
    /// At most [`TRANSACTION_ITEMS_MAX`] events, each with a sort key of its own.
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
        loop {
            let (mut open, mut left) = (Vec::new(), Vec::new());
            for (event, outcome) in events.iter().zip(&mut outcomes).filter(|(_, outcome)| outcome.is_none()) {
                left.push(event);
                open.push(outcome);
            }
            if left.is_empty() {
                return Ok(outcomes.into_iter().flatten().collect());
            }
            // Every round settles one event at least, or ends in an error.
            match self.put_all(account, &left, usage).await? {
                Transaction::Written => open.into_iter().for_each(|outcome| *outcome = Some(Put::New)),
                Transaction::Stopped(found) => open.into_iter().zip(found).for_each(|(outcome, put)| *outcome = put),
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
        let request = self.client.transact_write_items().set_transact_items(Some(puts?));
        let request = request.return_consumed_capacity(ReturnConsumedCapacity::Total);
        match usage.request(request.send()).await {
            Ok(answer) => {
                answer.consumed_capacity().iter().for_each(|capacity| usage.consumed(Some(capacity)));
                usage.recorded(events.len());
                Ok(Transaction::Written)
            }
            Err(error) => match error.as_service_error() {
                Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                    match in_the_way(cancelled.cancellation_reasons(), events)? {
                        found if found.iter().any(Option::is_some) => Ok(Transaction::Stopped(found)),
                        _ => Err(StoreError::Unavailable(error.into())), // another transaction had its hands on an item
                    }
                }
                _ => Err(error.into()), // every other error of the SDK
            },
        }
    }
}

/// What stands in the place of each event, from the reasons that a transaction was cancelled for, one an item.
fn in_the_way(reasons: &[CancellationReason], events: &[&AuditEvent]) -> Result<Vec<Option<Put>>, StoreError> {
    let reason = |(reason, event): (&CancellationReason, &&AuditEvent)| match reason.code() {
        Some(CONDITION_FAILED) => found(reason.item(), event).map(Some),
        Some(_) | None => Ok(None),
    };
    reasons.iter().zip(events).map(reason).collect()
}
