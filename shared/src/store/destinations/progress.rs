//! The way of a destination from one position to the next. Each write is conditional, so two callers at once, or one that is stopped
//! behind any write, do no harm:
//!
//! ```text
//! t0  A holds the destination, and fixes the range 0 to 9 in the same write
//! t1  A sends 0 to 9, and is stopped: nobody knows what arrived
//! t2          B holds it once A's lease is over. The range stands, so B sends 0 to 9 again, as the same parcel
//! t3          B moves the position to 10, if it still holds it and it still stands at 0
//! t4  A, which was only slow, would move the position too: it does not hold the destination any more, and stops
//! ```

use crate::destination::Destination;
use crate::destination::progress::{Failing, Lease};
use crate::store::requests::applied_or;
use crate::store::usage::Usage;
use crate::store::{AuditStore, StoreError, key_attributes, text};
use crate::table::attribute;
use crate::table::item::{Item, decode_destination, number};
use crate::table::key;
use crate::values::timestamp::Timestamp;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;

/// What was tried to hold a destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// It is held, and its range is fixed.
    Ours,
    /// Somebody else holds it, or it is not what it was.
    Others,
}

/// What was acknowledged, and what is done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// All below this position is acknowledged.
    pub next: u64,
    /// The position behind what is sent next, by whoever holds the destination until then; none to let go of it.
    pub goes_on: Option<(u64, Timestamp)>,
    /// When it was acknowledged.
    pub at: Timestamp,
    /// Time that it took, in milliseconds.
    pub took_ms: u64,
}

impl AuditStore {
    /// Holds a destination as it was seen, unless somebody else does, and fixes the range that is sent: up to `range_end`, which is
    /// the one that is fixed already, if one is.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn hold_destination(
        &self,
        seen: &Destination,
        lease: &Lease,
        range_end: u64,
        now: Timestamp,
        usage: &Usage,
    ) -> Result<Held, StoreError> {
        let update = self
            .progress_of(seen)
            .update_expression("SET #lease = :holder, #leased_until = :until, #range_end = :range_end")
            .condition_expression(
                "#changed_at = :changed_at AND #status = :active AND #position = :position \
                 AND (attribute_not_exists(#leased_until) OR #leased_until < :now) \
                 AND (attribute_not_exists(#next_try_at) OR #next_try_at <= :now) \
                 AND (attribute_not_exists(#range_end) OR #range_end = :range_end)",
            )
            .expression_attribute_names("#changed_at", attribute::CHANGED_AT)
            .expression_attribute_names("#status", attribute::STATUS)
            .expression_attribute_names("#leased_until", attribute::LEASED_UNTIL)
            .expression_attribute_names("#range_end", attribute::RANGE_END)
            .expression_attribute_names("#next_try_at", attribute::NEXT_TRY_AT)
            .expression_attribute_values(":changed_at", text(seen.changed_at.to_string()))
            .expression_attribute_values(":active", text("active"))
            .expression_attribute_values(":holder", text(lease.holder.as_str()))
            .expression_attribute_values(":until", text(lease.until.to_string()))
            .expression_attribute_values(":now", text(now.to_string()))
            .expression_attribute_values(":range_end", number(range_end));
        // The answer may have been lost: who is found to hold it, if not we ourselves?
        let is_ours = |there: &Destination| {
            let holder = there.progress.lease.as_ref().map(|lease| lease.holder.as_str());
            holder == Some(lease.holder.as_str()) && there.progress.range_end == Some(range_end)
        };
        Ok(if updated(update, is_ours, usage).await? { Held::Ours } else { Held::Others })
    }

    /// Moves the position of a destination behind what it acknowledged, and fixes what is sent next or lets go of it. `false` if
    /// the holder does not hold it any more.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn advance_destination(
        &self,
        seen: &Destination,
        holder: &str,
        sent: &Sent,
        usage: &Usage,
    ) -> Result<bool, StoreError> {
        let update = self
            .held(seen, holder)
            .expression_attribute_names("#delivered_at", attribute::DELIVERED_AT)
            .expression_attribute_names("#took_ms", attribute::TOOK_MS)
            .expression_attribute_names("#leased_until", attribute::LEASED_UNTIL)
            .expression_attribute_names("#range_end", attribute::RANGE_END)
            .expression_attribute_names("#failing_since", attribute::FAILING_SINCE)
            .expression_attribute_names("#failures", attribute::FAILURES)
            .expression_attribute_names("#failure", attribute::FAILURE)
            .expression_attribute_names("#next_try_at", attribute::NEXT_TRY_AT)
            .expression_attribute_values(":next", number(sent.next))
            .expression_attribute_values(":at", text(sent.at.to_string()))
            .expression_attribute_values(":took_ms", number(sent.took_ms));
        let update = match sent.goes_on {
            Some((range_end, until)) => update
                .update_expression(
                    "SET #position = :next, #delivered_at = :at, #took_ms = :took_ms, #range_end = :range_end, #leased_until = :until \
                     REMOVE #failing_since, #failures, #failure, #next_try_at",
                )
                .expression_attribute_values(":range_end", number(range_end))
                .expression_attribute_values(":until", text(until.to_string())),
            None => update.update_expression(
                "SET #position = :next, #delivered_at = :at, #took_ms = :took_ms \
                 REMOVE #range_end, #lease, #leased_until, #failing_since, #failures, #failure, #next_try_at",
            ),
        };
        let is_ours = |there: &Destination| {
            let progress = &there.progress;
            let holder_is = progress.lease.as_ref().map(|lease| lease.holder.as_str());
            let holder_was = sent.goes_on.is_some().then_some(holder);
            progress.position == sent.next && holder_is == holder_was && progress.delivered_at == Some(sent.at)
        };
        updated(update, is_ours, usage).await
    }

    /// Notes that a destination did not take what it was sent, and lets go of it; the range stays fixed. `false` if the holder does
    /// not hold it any more.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn note_failed_delivery(
        &self,
        seen: &Destination,
        holder: &str,
        failing: &Failing,
        usage: &Usage,
    ) -> Result<bool, StoreError> {
        let update = self
            .held(seen, holder)
            .update_expression(
                "SET #failing_since = :since, #failures = :failures, #failure = :why, #next_try_at = :next_try_at \
                 REMOVE #lease, #leased_until",
            )
            .expression_attribute_names("#leased_until", attribute::LEASED_UNTIL)
            .expression_attribute_names("#failing_since", attribute::FAILING_SINCE)
            .expression_attribute_names("#failures", attribute::FAILURES)
            .expression_attribute_names("#failure", attribute::FAILURE)
            .expression_attribute_names("#next_try_at", attribute::NEXT_TRY_AT)
            .expression_attribute_values(":since", text(failing.since.to_string()))
            .expression_attribute_values(":failures", number(failing.failures))
            .expression_attribute_values(":why", text(failing.why.as_str()))
            .expression_attribute_values(":next_try_at", text(failing.next_try_at.to_string()));
        updated(update, |there| there.progress.failing.as_ref() == Some(failing), usage).await
    }

    /// An update on the condition that the holder holds it and it stands where it stood.
    fn held(&self, seen: &Destination, holder: &str) -> UpdateItemFluentBuilder {
        self.progress_of(seen)
            .condition_expression("#lease = :holder AND #position = :position")
            .expression_attribute_values(":holder", text(holder))
    }

    fn progress_of(&self, seen: &Destination) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key_attributes(key::destination(&seen.account, &seen.id))))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .expression_attribute_names("#lease", attribute::LEASE)
            .expression_attribute_names("#position", attribute::POSITION)
            .expression_attribute_values(":position", number(seen.progress.position))
    }
}

/// Sends an update. If its condition does not hold, what stands there says whether it was made all the same: the SDK sends a request
/// again whose answer was lost.
async fn updated(
    update: UpdateItemFluentBuilder,
    is_made: impl FnOnce(&Destination) -> bool,
    usage: &Usage,
) -> Result<bool, StoreError> {
    let is_made = |there: Option<&Item>| {
        let there = there.cloned().map(decode_destination).transpose()?;
        Ok(there.is_some_and(|there| is_made(&there)))
    };
    applied_or(update, is_made, usage).await
}
