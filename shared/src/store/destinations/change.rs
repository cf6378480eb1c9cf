//! Destinations made and changed by an operator, or paused by the service: each time with its event, in one transaction.
//!
//! A change is made to what was seen, so of two at once one is refused:
//!
//! ```text
//! t0  A reads the destination (changed_at 7)
//! t1          B pauses it, if changed_at is 7: it is, and becomes 8
//! t2  A gives it a new secret, if changed_at is 7: it is not, and neither the secret nor the event is written
//! ```
//!
//! Whoever sends to it meanwhile changes only its progress, on conditions of its own.

use crate::destination::change::{Change, Deed, IllegalChange};
use crate::destination::target::Target;
use crate::destination::{DESTINATIONS_MAX, Destination, Status};
use crate::event::AuditEvent;
use crate::store::back_off::{ATTEMPTS_MAX, pause_before};
use crate::store::events::salted_event;
use crate::store::transaction::Transaction;
use crate::store::usage::Usage;
use crate::store::{AuditStore, StoreError, key_attributes, text};
use crate::table::attribute;
use crate::table::item::{encode_destination, number, webhook_secrets};
use crate::table::key;
use crate::values::timestamp::Timestamp;
use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};

/// Why a destination was not made or changed. Nothing was written, unless the store did not say.
#[derive(Debug, thiserror::Error)]
pub enum DestinationError {
    /// It cannot be changed so.
    #[error("the destination cannot be changed so")]
    Illegal(#[source] IllegalChange),
    /// Somebody else changed it since it was read.
    #[error("somebody else changed the destination at the same time")]
    Changed,
    /// The account has as many as it may.
    #[error("the account has {DESTINATIONS_MAX} destinations: remove one first")]
    TooMany,
    /// The store did not do it.
    #[error("the store did not change the destination")]
    Store(#[from] StoreError),
}

impl AuditStore {
    /// Makes a destination, with its entry in the list of all and its event.
    ///
    /// # Errors
    /// [`DestinationError`], by variant.
    pub async fn create_destination(
        &self,
        destination: &Destination,
        deed: &Deed,
        usage: &Usage,
    ) -> Result<(), DestinationError> {
        let there = self.destinations(&destination.account, usage).await?;
        if there.iter().filter(|other| other.status != Status::Removed).count() >= DESTINATIONS_MAX {
            return Err(DestinationError::TooMany);
        }
        let listed = key_attributes(key::listed_destination(&destination.account, &destination.id));
        let items = || -> Result<Vec<TransactWriteItem>, StoreError> {
            Ok(vec![
                self.put_if_absent(encode_destination(destination))?,
                self.put_if_absent(listed.clone())?,
                self.put_if_absent(salted_event(&destination.account, &deed.creation(destination))?)?,
            ])
        };
        self.write_with_event(items, usage).await
    }

    /// Changes a destination as it was seen, with its event, and gives it as it is then.
    ///
    /// # Errors
    /// [`DestinationError`], by variant.
    pub async fn change_destination(
        &self,
        seen: &Destination,
        change: &Change,
        deed: &Deed,
        usage: &Usage,
    ) -> Result<Destination, DestinationError> {
        let after = change.apply(seen, deed.now).map_err(DestinationError::Illegal)?;
        let update = || {
            let update = self.destination_update(&after).condition_expression("#changed_at = :seen");
            changed(update, change, seen.changed_at, &after)
        };
        self.update_with_event(update, &deed.change(change, seen, &after), seen, usage).await?;
        Ok(after)
    }

    /// Pauses a destination that somebody sends to, if it is still they and it stands where it stood.
    ///
    /// # Errors
    /// [`DestinationError`], by variant.
    pub async fn pause_held_destination(
        &self,
        seen: &Destination,
        holder: &str,
        why: String,
        deed: &Deed,
        usage: &Usage,
    ) -> Result<Destination, DestinationError> {
        let change = Change::Pause { why };
        let after = change.apply(seen, deed.now).map_err(DestinationError::Illegal)?;
        let update = || {
            let update = self
                .destination_update(&after)
                .condition_expression("#changed_at = :seen AND #lease = :holder AND #position = :position")
                .expression_attribute_names("#position", attribute::POSITION)
                .expression_attribute_values(":holder", text(holder))
                .expression_attribute_values(":position", number(seen.progress.position));
            changed(update, &change, seen.changed_at, &after)
        };
        self.update_with_event(update, &deed.change(&change, seen, &after), seen, usage).await?;
        Ok(after)
    }

    fn destination_update(&self, destination: &Destination) -> UpdateBuilder {
        let key = key_attributes(key::destination(&destination.account, &destination.id));
        Update::builder().table_name(&self.table).set_key(Some(key))
    }

    async fn update_with_event(
        &self,
        update: impl Fn() -> UpdateBuilder,
        event: &AuditEvent,
        seen: &Destination,
        usage: &Usage,
    ) -> Result<(), DestinationError> {
        let items = || -> Result<Vec<TransactWriteItem>, StoreError> {
            Ok(vec![
                TransactWriteItem::builder().update(update().build()?).build(),
                self.put_if_absent(salted_event(&seen.account, event)?)?,
            ])
        };
        self.write_with_event(items, usage).await
    }

    /// Writes all of it, again while other transactions have their hands on an item.
    async fn write_with_event(
        &self,
        items: impl Fn() -> Result<Vec<TransactWriteItem>, StoreError>,
        usage: &Usage,
    ) -> Result<(), DestinationError> {
        for attempt in 0..ATTEMPTS_MAX {
            pause_before(attempt).await;
            match self.transact(items()?, usage).await? {
                Transaction::Written => {
                    usage.recorded(1);
                    return Ok(());
                }
                Transaction::Cancelled(cancelled) if cancelled.failed().is_empty() => {}
                Transaction::Cancelled(_) => return Err(DestinationError::Changed),
            }
        }
        Err(DestinationError::Changed)
    }
}

/// The update with what the change sets and takes away.
fn changed(update: UpdateBuilder, change: &Change, seen: Timestamp, after: &Destination) -> UpdateBuilder {
    let update = update
        .expression_attribute_names("#changed_at", attribute::CHANGED_AT)
        .expression_attribute_values(":seen", text(seen.to_string()))
        .expression_attribute_values(":at", text(after.changed_at.to_string()));
    match change {
        Change::Pause { .. } | Change::Purge { .. } | Change::Remove => {
            without_lease(with_status(update, change, after))
        }
        Change::Resume => with_status(update, change, after),
        Change::Secrets(secrets) => update
            .expression_attribute_names("#secrets", attribute::SECRETS)
            .expression_attribute_values(":secrets", webhook_secrets(secrets))
            .update_expression("SET #changed_at = :at, #secrets = :secrets"),
    }
}

/// What changes the status as well: failures are over then.
fn with_status(update: UpdateBuilder, change: &Change, after: &Destination) -> UpdateBuilder {
    let update = without_failures(update)
        .expression_attribute_names("#status", attribute::STATUS)
        .expression_attribute_names("#status_why", attribute::STATUS_WHY)
        .expression_attribute_values(":status", text(after.status.as_str()));
    match (change, &after.status) {
        (Change::Purge { to }, _) => update
            .expression_attribute_names("#position", attribute::POSITION)
            .expression_attribute_names("#range_end", attribute::RANGE_END)
            .expression_attribute_values(":to", number(to))
            .update_expression(
                "SET #changed_at = :at, #status = :status, #position = :to \
                 REMOVE #status_why, #failing_since, #failures, #failure, #next_try_at, #lease, #leased_until, #range_end",
            ),
        (_, Status::Paused { why }) => update.expression_attribute_values(":why", text(why.as_str())).update_expression(
            "SET #changed_at = :at, #status = :status, #status_why = :why \
             REMOVE #failing_since, #failures, #failure, #next_try_at, #lease, #leased_until",
        ),
        (_, Status::Active) => update.update_expression(
            "SET #changed_at = :at, #status = :status REMOVE #status_why, #failing_since, #failures, #failure, #next_try_at",
        ),
        (_, Status::Removed) => removed(update, after),
    }
}

fn without_failures(update: UpdateBuilder) -> UpdateBuilder {
    update
        .expression_attribute_names("#failing_since", attribute::FAILING_SINCE)
        .expression_attribute_names("#failures", attribute::FAILURES)
        .expression_attribute_names("#failure", attribute::FAILURE)
        .expression_attribute_names("#next_try_at", attribute::NEXT_TRY_AT)
}

fn without_lease(update: UpdateBuilder) -> UpdateBuilder {
    update
        .expression_attribute_names("#lease", attribute::LEASE)
        .expression_attribute_names("#leased_until", attribute::LEASED_UNTIL)
}

/// The lists of a webhook are empty then: what an item of that kind must have stays.
fn removed(update: UpdateBuilder, after: &Destination) -> UpdateBuilder {
    let update = update.expression_attribute_names("#range_end", attribute::RANGE_END);
    match &after.target {
        Target::Https { .. } => update
            .expression_attribute_names("#secrets", attribute::SECRETS)
            .expression_attribute_names("#headers", attribute::HEADERS)
            .expression_attribute_values(":none", AttributeValue::L(Vec::new()))
            .update_expression(
                "SET #changed_at = :at, #status = :status, #secrets = :none, #headers = :none \
                 REMOVE #status_why, #failing_since, #failures, #failure, #next_try_at, #lease, #leased_until, #range_end",
            ),
        Target::S3 { .. } | Target::EventBridge { .. } => update.update_expression(
            "SET #changed_at = :at, #status = :status \
             REMOVE #status_why, #failing_since, #failures, #failure, #next_try_at, #lease, #leased_until, #range_end",
        ),
    }
}
