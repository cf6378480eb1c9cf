//! Recording a batch of events: all or none, and once, however often it is sent.

use crate::event::AuditEvent;
use crate::event::idempotency::{self, Idempotency, IdempotencyKey, IdempotencyRecord, epoch_s};
use crate::store::counts::imported_days;
use crate::store::usage::Usage;
use crate::store::{ABSENT, AuditStore, CONDITION_FAILED, StoreError};
use crate::table::attribute;
use crate::table::item::{Item, decode_event, decode_idempotency, encode_event, encode_idempotency};
use crate::table::key;
use crate::values::event_sort_key::EventSortKey;
use crate::values::ids::AccountId;
use crate::values::timestamp::Timestamp;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, Put as PutRequest, ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure,
    TransactWriteItem,
};
use std::time::Duration;

/// Most transactions for one batch. The first does it, unless events of the batch are there already or another
/// transaction has its hands on one of the items.
pub const RECORDING_ROUND_TRIPS_MAX: u32 = 5;

/// Longest wait before the second transaction, in milliseconds; it doubles from one to the next. The wait is random, so that
/// two that met do not meet again.
const WAIT_MS_MAX: u64 = 25;

/// Code of a cancellation reason that means another transaction is at work on the item.
pub(in crate::store) const CONFLICT: &str = "TransactionConflict";

/// Codes of cancellation reasons that mean "try again".
/// Source: API reference, `TransactionCanceledException`.
const THROTTLED: [&str; 2] = ["ProvisionedThroughputExceeded", "ThrottlingError"];

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// Every event is there now.
    Now(Vec<EventSortKey>),
    /// The same request was recorded before, and recorded these.
    Before(Vec<EventSortKey>),
    /// Its key was given to another request. Nothing was written.
    OtherRequest,
    /// A request with its key is being recorded at this moment. Nothing was written.
    UnderWay,
    /// Other events stand where these of the batch should be. Nothing was written.
    Conflicts(Vec<usize>),
}

/// How one transaction ended, if it was not done.
enum Cancelled {
    /// For good.
    For(Recorded),
    /// These events are there already, with the same content.
    Already(Vec<usize>),
    /// Another transaction has its hands on the idempotency record.
    RecordBusy,
    /// Another transaction has its hands on an event.
    EventBusy,
}

impl AuditStore {
    /// Records a batch in one transaction: all of it or nothing, and with it what is remembered under its key.
    ///
    /// Nothing is overwritten, so what is there already with the same content can be left out of the next try and the
    /// batch is still whole:
    ///
    /// ```text
    /// t0  put record, a, b, c    cancelled: b is there, with the same content
    /// t1  put record, a, c       done; b cannot have gone, for nothing deletes or changes an event
    /// ```
    ///
    /// A request that is sent again, because nobody knows what became of it, meets its own record:
    ///
    /// ```text
    /// t0  put record, a, b       done, but the answer is lost
    /// t1  put record, a', b'     cancelled: the record is there, with the same hash; a and b are the answer
    /// ```
    ///
    /// With events of days that may have been counted, the counts of these days go, in the same transaction. All of it must
    /// fit in [`TRANSACTION_ITEMS_MAX`](crate::store::TRANSACTION_ITEMS_MAX) items: the record, the events, and such days.
    ///
    /// The SDK's own retries carry one `ClientRequestToken`, so DynamoDB answers them as it did the first time.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if it is not known whether the batch was recorded, or other transactions were in the way
    /// [`RECORDING_ROUND_TRIPS_MAX`] times; the others by variant.
    pub async fn record(
        &self,
        account: &AccountId,
        events: &[AuditEvent],
        idempotency: Option<&Idempotency>,
        now: Timestamp,
        usage: &Usage,
    ) -> Result<Recorded, StoreError> {
        let sort_keys: Vec<_> = events.iter().map(AuditEvent::sort_key).collect();
        let batch = Batch { account, events, idempotency, now };
        let mut missing: Vec<usize> = (0..events.len()).collect();
        let mut busy_with_record = false;
        for round_trip in 0..RECORDING_ROUND_TRIPS_MAX {
            if missing.is_empty() && idempotency.is_none() {
                return Ok(Recorded::Now(sort_keys));
            }
            if round_trip > 0 {
                wait(round_trip).await;
            }
            match self.put_batch(&batch, &missing, &sort_keys, usage).await? {
                None => return Ok(Recorded::Now(sort_keys)),
                Some(Cancelled::For(outcome)) => return Ok(outcome),
                Some(Cancelled::Already(there)) => missing.retain(|at| !there.contains(at)),
                Some(Cancelled::RecordBusy) => busy_with_record = true,
                Some(Cancelled::EventBusy) => busy_with_record = false,
            }
        }
        if busy_with_record {
            return Ok(Recorded::UnderWay);
        }
        Err(StoreError::Unavailable("other transactions were in the way of every try".into()))
    }

    /// What was recorded under the key, if the same request was: for one that could not be recorded anew.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn recorded_before(
        &self,
        account: &AccountId,
        idempotency: &Idempotency,
        now: Timestamp,
        usage: &Usage,
    ) -> Result<Option<Recorded>, StoreError> {
        let item = self.get(key::idempotency(account, &idempotency.key), usage).await?;
        let record = item.map(decode_idempotency).transpose()?.filter(|record| record.counts(now));
        let same = record.filter(|record| record.request_hash == idempotency.request_hash);
        Ok(same.map(|record| Recorded::Before(record.events)))
    }

    /// Puts the record, and those events of the batch that are missing, in one transaction; why not, if it is cancelled.
    async fn put_batch(
        &self,
        batch: &Batch<'_>,
        missing: &[usize],
        sort_keys: &[EventSortKey],
        usage: &Usage,
    ) -> Result<Option<Cancelled>, StoreError> {
        let mut puts = Vec::with_capacity(missing.len() + 1);
        if let Some(idempotency) = batch.idempotency {
            let record = IdempotencyRecord {
                request_hash: idempotency.request_hash,
                events: sort_keys.to_vec(),
                expires_at_epoch_s: epoch_s(batch.now) + idempotency::REMEMBERED_S,
            };
            puts.push(self.put_record(batch.account, &idempotency.key, &record, batch.now)?);
        }
        for event in missing.iter().filter_map(|&at| batch.events.get(at)) {
            puts.push(self.put_if_absent(encode_event(batch.account, event))?);
        }
        let missing_events = missing.iter().filter_map(|&at| batch.events.get(at));
        puts.extend(self.take_counts_away(batch.account, &imported_days(missing_events, batch.now))?);
        let request = self.client.transact_write_items().set_transact_items(Some(puts));
        let request = request.return_consumed_capacity(ReturnConsumedCapacity::Total);
        match usage.request(request.send()).await {
            Ok(answer) => {
                answer.consumed_capacity().iter().for_each(|capacity| usage.consumed(Some(capacity)));
                usage.recorded(missing.len());
                Ok(None)
            }
            Err(error) => match error.as_service_error() {
                Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                    match batch.why(missing, cancelled.cancellation_reasons())? {
                        Some(why) => Ok(Some(why)),
                        None if any(cancelled.cancellation_reasons(), &THROTTLED) => {
                            Err(StoreError::Unavailable(error.into()))
                        }
                        None => Err(StoreError::Rejected(error.into())),
                    }
                }
                _ => Err(error.into()), // every other error of the SDK
            },
        }
    }

    /// The put of an idempotency record. One that has expired counts as absent: DynamoDB takes up to days to delete it.
    fn put_record(
        &self,
        account: &AccountId,
        key: &IdempotencyKey,
        record: &IdempotencyRecord,
        now: Timestamp,
    ) -> Result<TransactWriteItem, StoreError> {
        let put = PutRequest::builder()
            .table_name(&self.table)
            .set_item(Some(encode_idempotency(account, key, record)))
            .condition_expression(format!("{ABSENT} OR #expires_at < :now"))
            .expression_attribute_names("#pk", attribute::PK)
            .expression_attribute_names("#expires_at", attribute::EXPIRES_AT)
            .expression_attribute_values(":now", AttributeValue::N(epoch_s(now).to_string()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()?;
        Ok(TransactWriteItem::builder().put(put).build())
    }
}

/// What one call is to record.
struct Batch<'a> {
    account: &'a AccountId,
    events: &'a [AuditEvent],
    idempotency: Option<&'a Idempotency>,
    now: Timestamp,
}

impl Batch<'_> {
    /// Why a transaction was cancelled, from its reasons: one for each item, in order. What stands in the way comes before
    /// who is at work, and the record before the events: what it says of the request settles the rest.
    fn why(&self, missing: &[usize], reasons: &[CancellationReason]) -> Result<Option<Cancelled>, StoreError> {
        let (record, events) = reasons.split_at(reasons.len().min(usize::from(self.idempotency.is_some())));
        if let (Some(idempotency), Some(item)) = (self.idempotency, record.iter().find_map(in_the_way)) {
            let there = decode_idempotency(item)?;
            let same = there.request_hash == idempotency.request_hash;
            let outcome = if same { Recorded::Before(there.events) } else { Recorded::OtherRequest };
            return Ok(Some(Cancelled::For(outcome)));
        }
        if any(record, &[CONFLICT]) {
            return Ok(Some(Cancelled::RecordBusy));
        }
        let (mut already, mut conflicts) = (Vec::new(), Vec::new());
        for (&at, reason) in missing.iter().zip(events) {
            let Some((item, event)) = in_the_way(reason).zip(self.events.get(at)) else { continue };
            let same = decode_event(item)?.says_the_same(event);
            if same { already.push(at) } else { conflicts.push(at) }
        }
        Ok(match (conflicts.is_empty(), already.is_empty()) {
            (false, _) => Some(Cancelled::For(Recorded::Conflicts(conflicts))),
            (true, false) => Some(Cancelled::Already(already)),
            (true, true) => any(events, &[CONFLICT]).then_some(Cancelled::EventBusy),
        })
    }
}

/// The item that stands where one was to be put.
fn in_the_way(reason: &CancellationReason) -> Option<Item> {
    (reason.code() == Some(CONDITION_FAILED)).then(|| reason.item().cloned().unwrap_or_default())
}

pub(in crate::store) fn any(reasons: &[CancellationReason], codes: &[&str]) -> bool {
    reasons.iter().any(|reason| reason.code().is_some_and(|code| codes.contains(&code)))
}

/// A random while, before the second try and each further one.
pub(in crate::store) async fn wait(round_trip: u32) {
    let longest = WAIT_MS_MAX << (round_trip - 1);
    tokio::time::sleep(Duration::from_millis(fastrand::u64(0..=longest))).await;
}
