//! Imports into days that may have been counted: the count of a day goes in the transaction that brings an event into it.
//!
//! It leaves a version behind, which is made of the keys of the events that came in. An event is written once, so no import leaves
//! a version that an earlier one has left. See [`super::count`] for why no count is ever read that is not true.

use crate::event::AuditEvent;
use crate::store::{AuditStore, StoreError, key_attributes, text};
use crate::table::attribute;
use crate::table::key;
use crate::values::day::Day;
use crate::values::ids::{AccountId, Shard};
use crate::values::timestamp::Timestamp;
use aws_sdk_dynamodb::types::{TransactWriteItem, Update};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

impl AuditStore {
    /// The writes of a transaction that take the counts of those days away, for the events that it brings in.
    pub(in crate::store) fn take_counts_away(
        &self,
        account: &AccountId,
        events: &[&AuditEvent],
        days: &BTreeSet<Day>,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let version = version(events);
        let take_away = |day: &Day| {
            let update = Update::builder()
                .table_name(&self.table)
                .set_key(Some(key_attributes(key::day_count(account, Shard::FIRST, *day))))
                .update_expression(
                    "SET #version = :version REMOVE #counted_at, #events_count, #users_count, #user_access_count, #subject_counts",
                )
                .expression_attribute_names("#version", attribute::VERSION)
                .expression_attribute_names("#counted_at", attribute::COUNTED_AT)
                .expression_attribute_names("#events_count", attribute::EVENTS_COUNT)
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

/// The first half of the SHA-256 of the events' sort keys, each with a line end, in hex.
fn version(events: &[&AuditEvent]) -> String {
    let mut hash = Sha256::new();
    for event in events {
        hash.update(format!("{}\n", event.sort_key()));
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// The days on which those events happened.
pub(in crate::store) fn days<'a>(events: impl IntoIterator<Item = &'a AuditEvent>) -> BTreeSet<Day> {
    events.into_iter().map(|event| Day::of(event.created_at)).collect()
}

/// The days of those events that may have been counted by now.
pub fn imported_days<'a>(events: impl IntoIterator<Item = &'a AuditEvent>, now: Timestamp) -> BTreeSet<Day> {
    days(events).into_iter().filter(|day| !day.takes_events(now)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::input::EventInput;
    use crate::values::ids::EventId;

    fn event(id: &str) -> AuditEvent {
        let text = r#"{"event_type":"A","event_description":"b","principal":{"role":"API","ip_address":"::1"}}"#;
        let created_at = Timestamp::parse_fixed("2020-07-24T03:26:02.000Z").expect("a time");
        let input = EventInput::parse(text).expect("an event");
        input.into_event(EventId::parse(id).expect("an id"), created_at, Timestamp::MAX)
    }

    #[test]
    fn a_version_is_that_of_the_events_that_come_in() {
        let (first, second) = (event("e-1"), event("e-2"));
        // printf '2020-07-24T03:26:02.000Z#e-1\n' | sha256sum
        assert_eq!(version(&[&first]), "dc7d00597ede782ac8bc92e0e3ef6e4e");
        // printf '2020-07-24T03:26:02.000Z#e-1\n2020-07-24T03:26:02.000Z#e-2\n' | sha256sum
        assert_eq!(version(&[&first, &second]), "11df7b631d75c2e0909770a216bfd8cb");
    }
}
