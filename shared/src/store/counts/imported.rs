//! Imports into days that may have been counted: the count of a day goes in the transaction that brings an event into it.
//!
//! See [`super::count`] for why no count is ever read that is not true.

use crate::event::AuditEvent;
use crate::store::{AuditStore, StoreError, key_attributes, text};
use crate::table::attribute;
use crate::table::key;
use crate::values::day::Day;
use crate::values::ids::{AccountId, Shard};
use crate::values::timestamp::Timestamp;
use aws_sdk_dynamodb::types::{TransactWriteItem, Update};
use std::collections::BTreeSet;

impl AuditStore {
    /// The writes of a transaction that take the counts of those days away.
    pub(in crate::store) fn take_counts_away(
        &self,
        account: &AccountId,
        days: &BTreeSet<Day>,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let version = format!("{:016x}", fastrand::u64(..));
        let take_away = |day: &Day| {
            let update = Update::builder()
                .table_name(&self.table)
                .set_key(Some(key_attributes(key::day_count(account, Shard::FIRST, *day))))
                .update_expression(
                    "SET #version = :version REMOVE #counted_at, #users_count, #user_access_count, #subject_counts",
                )
                .expression_attribute_names("#version", attribute::VERSION)
                .expression_attribute_names("#counted_at", attribute::COUNTED_AT)
                .expression_attribute_names("#users_count", attribute::USERS_COUNT)
                .expression_attribute_names("#user_access_count", attribute::USER_ACCESS_COUNT)
                .expression_attribute_names("#subject_counts", attribute::SUBJECT_COUNTS)
                .expression_attribute_values(":version", text(version.as_str()))
                .build()?;
            Ok(TransactWriteItem::builder().update(update).build())
        };
        days.iter().map(take_away).collect()
    }
}

/// The days of those events.
pub(in crate::store) fn days<'a>(events: impl IntoIterator<Item = &'a AuditEvent>) -> BTreeSet<Day> {
    events.into_iter().map(|event| Day::of(event.created_at)).collect()
}

/// Those days of the events that may have been counted by that moment.
pub fn imported_days<'a>(events: impl IntoIterator<Item = &'a AuditEvent>, now: Timestamp) -> BTreeSet<Day> {
    days(events).into_iter().filter(|day| !day.takes_events(now)).collect()
}
