//! Recording a batch of events: all or none, and once, however often it is sent.

use super::salted::salted_event;
use crate::event::AuditEvent;
use crate::event::idempotency::{self, Idempotency, IdempotencyKey, IdempotencyRecord, epoch_s};
use crate::store::back_off::{ATTEMPTS_MAX, pause_before};
use crate::store::counts::imported_days;
use crate::store::transaction::{Met, Transaction};
use crate::store::usage::Usage;
use crate::store::{ABSENT, AuditStore, StoreError};
use crate::table::attribute;
use crate::table::item::{decode_event, decode_idempotency, encode_idempotency, number};
use crate::table::key;
use crate::values::event_sort_key::EventSortKey;
use crate::values::ids::AccountId;
use crate::values::timestamp::Timestamp;
use aws_sdk_dynamodb::types::{Put as PutRequest, ReturnValuesOnConditionCheckFailure, TransactWriteItem};

/// What became of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// Every event is there now.
    Now(Vec<EventSortKey>),
    /// The same request was recorded before, and recorded these.
    Before(Vec<EventSortKey>),
    /// Its key was given to another request. Nothing was written.
    OtherRequest,
    /// Its key was used with another credential. Nothing was written.
    OtherCredential,
    /// A request with its key is being recorded at this moment. Nothing was written.
    UnderWay,
    /// Other events stand where these of the batch should be. Nothing was written.
    Conflicts(Vec<usize>),
}

/// What is to be made of a transaction that was not done.
enum Cancelled {
    /// For good, with this outcome.
    For(Recorded),
    /// These events are there already, with the same content.
    Already(Vec<usize>),
    /// Another transaction has its hands on the idempotency record.
    RecordBusy,
    /// Another transaction has its hands on an event, or on the count of its day.
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
    /// [`ATTEMPTS_MAX`] times; the others by variant.
    pub async fn record(
        &self,
        account: &AccountId,
        events: &[AuditEvent],
        idempotency: Option<&Idempotency>,
        now: Timestamp,
        usage: &Usage,
    ) -> Result<Recorded, StoreError> {
        let sort_keys: Vec<_> = events.iter().map(AuditEvent::sort_key).collect();
        let recording = Recording { account, events, idempotency, now };
        let mut missing: Vec<usize> = (0..events.len()).collect();
        let mut busy_with_record = false;
        for attempt in 0..ATTEMPTS_MAX {
            if missing.is_empty() && idempotency.is_none() {
                return Ok(Recorded::Now(sort_keys));
            }
            pause_before(attempt).await;
            match self.put_batch(&recording, &missing, &sort_keys, usage).await? {
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
        // Another request is not one that was good when it was sent first.
        Ok(record.map(|record| remembered(record, idempotency)).filter(|outcome| *outcome != Recorded::OtherRequest))
    }

    /// Puts the record, and those events of the batch that are missing, in one transaction; why not, if it is cancelled.
    async fn put_batch(
        &self,
        recording: &Recording<'_>,
        missing: &[usize],
        sort_keys: &[EventSortKey],
        usage: &Usage,
    ) -> Result<Option<Cancelled>, StoreError> {
        let mut puts = Vec::with_capacity(missing.len() + 1);
        if let Some(idempotency) = recording.idempotency {
            let record = IdempotencyRecord {
                request_hash: idempotency.request_hash,
                client_id: idempotency.client_id.clone(),
                events: sort_keys.to_vec(),
                expires_at_epoch_s: epoch_s(recording.now) + idempotency::REMEMBERED_S,
            };
            puts.push(self.put_record(recording.account, &idempotency.key, &record, recording.now)?);
        }
        let written: Vec<_> = missing.iter().filter_map(|&at| recording.events.get(at)).collect();
        for event in &written {
            puts.push(self.put_if_absent(salted_event(recording.account, event)?)?);
        }
        let days = imported_days(written.iter().copied(), recording.now);
        puts.extend(self.take_counts_away(recording.account, &written, &days)?);
        match self.transact(puts, usage).await? {
            Transaction::Written => {
                usage.recorded(missing.len());
                Ok(None)
            }
            Transaction::Cancelled(cancelled) => recording.why(missing, cancelled.met()).map(Some),
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
            .expression_attribute_values(":now", number(epoch_s(now)))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()?;
        Ok(TransactWriteItem::builder().put(put).build())
    }
}

/// What one call is to record.
struct Recording<'a> {
    account: &'a AccountId,
    events: &'a [AuditEvent],
    idempotency: Option<&'a Idempotency>,
    now: Timestamp,
}

impl Recording<'_> {
    /// Why a transaction was cancelled, from what its items met. What stands in the way comes before who is at work, and the
    /// record before the events: what it says of the request settles the rest.
    fn why(&self, missing: &[usize], met: &[Met]) -> Result<Cancelled, StoreError> {
        let (record, events) = met.split_at(met.len().min(usize::from(self.idempotency.is_some())));
        if let (Some(idempotency), Some(item)) = (self.idempotency, record.iter().find_map(Met::in_the_way)) {
            return Ok(Cancelled::For(remembered(decode_idempotency(item.clone())?, idempotency)));
        }
        if record.contains(&Met::Busy) {
            return Ok(Cancelled::RecordBusy);
        }
        let (mut already, mut conflicts) = (Vec::new(), Vec::new());
        for (&at, met) in missing.iter().zip(events) {
            let Some((item, event)) = met.in_the_way().zip(self.events.get(at)) else { continue };
            let same = decode_event(item.clone())?.says_the_same(event);
            if same { already.push(at) } else { conflicts.push(at) }
        }
        Ok(match (conflicts.is_empty(), already.is_empty()) {
            (false, _) => Cancelled::For(Recorded::Conflicts(conflicts)),
            (true, false) => Cancelled::Already(already),
            (true, true) => Cancelled::EventBusy, // or a day is, whose count goes
        })
    }
}

/// What the record under its key says of a request.
fn remembered(there: IdempotencyRecord, request: &Idempotency) -> Recorded {
    if there.client_id != request.client_id {
        Recorded::OtherCredential
    } else if there.request_hash != request.request_hash {
        Recorded::OtherRequest
    } else {
        Recorded::Before(there.events)
    }
}
