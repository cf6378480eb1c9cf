//! Writes that are made together or not at all, and why they were not: the one place where the reasons are read.
//!
//! # What a reason means
//! Source of the codes: API reference, `TransactWriteItems`, Errors, `TransactionCanceledException`.
//!
//! | code | what it says | what becomes of the transaction |
//! |---|---|---|
//! | `ConditionalCheckFailed` | an item is in the way | the caller decides, by what is there |
//! | `ValidationError`, `ItemCollectionSizeLimitExceeded`, one unknown here | it can never be done | [`StoreError::Rejected`] |
//! | `ProvisionedThroughputExceeded`, `ThrottlingError` | too much at once | [`StoreError::Unavailable`] |
//! | `TransactionConflict` | another request has its hands on an item | the caller may try again |
//!
//! Of several reasons the first in this order counts. An item in the way will be there the next time too, so it says more than
//! that the transaction could not have been done now. Throttling comes before a conflict, because to try again at once would
//! make it worse; of an item in the way the caller learns all the same which of the others were in other hands.

use crate::store::send::send;
use crate::store::usage::Usage;
use crate::store::{AuditStore, StoreError};
use crate::table::item::Item;
use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{CancellationReason, TransactWriteItem};

/// Most items in a transaction (API reference, `TransactWriteItems`; it takes 4 MB in all).
pub const TRANSACTION_ITEMS_MAX: usize = 100;

/// How a transaction ended.
#[derive(Debug)]
pub(super) enum Transaction {
    /// Everything is written.
    Written,
    /// Nothing is: items were in its way, or in other hands.
    Cancelled(Cancelled),
}

/// A transaction that another state of the table, or another moment, would have let through.
#[derive(Debug)]
pub(super) struct Cancelled {
    met: Vec<Met>,
    cause: StoreError,
}

/// What an item of a transaction met.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Met {
    /// Nothing that stopped it.
    Nothing,
    /// Its condition did not hold: this stands there, if the condition asked for it.
    InTheWay(Item),
    /// Another request has its hands on it.
    Busy,
}

impl AuditStore {
    /// Writes all of it or nothing. The SDK gives each transaction a token, so one that it sends again because the answer was
    /// lost is not made twice.
    ///
    /// # Errors
    /// [`StoreError`] if neither happened for a reason that the caller can do anything about.
    pub(super) async fn transact(
        &self,
        items: Vec<TransactWriteItem>,
        usage: &Usage,
    ) -> Result<Transaction, StoreError> {
        match send(self.client.transact_write_items().set_transact_items(Some(items)), usage).await {
            Ok(_) => Ok(Transaction::Written),
            Err(error) => cancelled(error).map(Transaction::Cancelled),
        }
    }
}

impl Cancelled {
    /// What its items met, in their order.
    pub(super) fn met(&self) -> &[Met] {
        &self.met
    }

    /// The places of the items whose conditions did not hold.
    pub(super) fn failed(&self) -> Vec<usize> {
        let failed = self.met.iter().enumerate().filter(|(_, met)| matches!(met, Met::InTheWay(_)));
        failed.map(|(at, _)| at).collect()
    }

    /// The error for one who will not try again.
    pub(super) fn into_error(self) -> StoreError {
        self.cause
    }
}

impl Met {
    /// What is in the way.
    pub(super) fn in_the_way(&self) -> Option<&Item> {
        match self {
            Self::InTheWay(item) => Some(item),
            Self::Nothing | Self::Busy => None,
        }
    }
}

/// What a reason says of its item.
enum Reason {
    Met(Met),
    Throttled,
    Invalid,
}

fn reason(reason: &CancellationReason) -> Reason {
    match reason.code() {
        None | Some("None") => Reason::Met(Met::Nothing),
        Some("ConditionalCheckFailed") => Reason::Met(Met::InTheWay(reason.item().cloned().unwrap_or_default())),
        Some("TransactionConflict") => Reason::Met(Met::Busy),
        Some("ProvisionedThroughputExceeded" | "ThrottlingError") => Reason::Throttled,
        // `ValidationError`, `ItemCollectionSizeLimitExceeded`, and what DynamoDB may add: nobody knows that trying again helps.
        Some(_) => Reason::Invalid,
    }
}

fn cancelled(error: SdkError<TransactWriteItemsError, HttpResponse>) -> Result<Cancelled, StoreError> {
    let Some(TransactWriteItemsError::TransactionCanceledException(exception)) = error.as_service_error() else {
        return Err(error.into());
    };
    let reasons: Vec<_> = exception.cancellation_reasons().iter().map(reason).collect();
    let is_in_the_way = reasons.iter().any(|reason| matches!(reason, Reason::Met(Met::InTheWay(_))));
    let is_invalid = reasons.iter().any(|reason| matches!(reason, Reason::Invalid));
    let is_throttled = reasons.iter().any(|reason| matches!(reason, Reason::Throttled));
    let is_busy = reasons.iter().any(|reason| matches!(reason, Reason::Met(Met::Busy)));
    if is_in_the_way || (is_busy && !is_invalid && !is_throttled) {
        let met = |reason| match reason {
            Reason::Met(met) => met,
            Reason::Throttled | Reason::Invalid => Met::Nothing,
        };
        let met = reasons.into_iter().map(met).collect();
        return Ok(Cancelled { met, cause: StoreError::Unavailable(error.into()) });
    }
    Err(if is_throttled && !is_invalid {
        StoreError::Unavailable(error.into())
    } else {
        StoreError::Rejected(error.into())
    })
}

#[cfg(test)]
mod tests;
