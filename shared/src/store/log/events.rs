//! The events that entries of a log are of, as they stand in the table.

use crate::log::entry::EventRef;
use crate::store::send::send;
use crate::store::usage::Usage;
use crate::store::{AuditStore, StoreError, key_attributes, text};
use crate::table::attribute;
use crate::table::item::{Item, Place, place};
use crate::table::key::{self, Key};
use crate::values::ids::{AccountId, Shard};
use crate::values::timestamp::Timestamp;
use aws_sdk_dynamodb::types::KeysAndAttributes;
use std::collections::{HashMap, HashSet};

/// Most events in one request (API reference, `BatchGetItem`).
pub const BATCH_GET_MAX: usize = 100;

/// Longest sort key, in bytes (Developer Guide, "Quotas"); an empty one there is not either.
const SORT_KEY_BYTES_MAX: usize = 1_024;

/// Whether an item may have that sort key. What no stream can bring, a log may have by hand: DynamoDB refuses to look for it.
pub(super) fn can_stand(sk: &str) -> bool {
    (1..=SORT_KEY_BYTES_MAX).contains(&sk.len())
}

/// What one request found of the events that it asked for.
#[derive(Debug, Default)]
pub struct FoundEvents {
    /// Those that are there.
    pub items: HashMap<Place, Item>,
    /// Those that DynamoDB did not get to.
    pub unprocessed: HashSet<Place>,
}

/// The newest event of an account, by the time at which it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newest {
    /// Its sort key.
    pub sk: String,
    /// When it was recorded; none if its item does not say.
    pub recorded_at: Option<Timestamp>,
}

impl AuditStore {
    /// Reads events by their places, consistently and with one request: at most [`BATCH_GET_MAX`] of them.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn events_at(
        &self,
        account: &AccountId,
        events: &[&EventRef],
        usage: &Usage,
    ) -> Result<FoundEvents, StoreError> {
        let places: HashSet<Place> = events.iter().map(|event| (event.shard.clone(), event.sk.clone())).collect();
        let places: HashSet<Place> = places.into_iter().filter(|(_, sk)| can_stand(sk)).collect();
        if places.is_empty() {
            return Ok(FoundEvents::default());
        }
        let keys = places.into_iter().map(|(shard, sk)| key_attributes(key::event_at(account, &shard, &sk)));
        let keys = KeysAndAttributes::builder().set_keys(Some(keys.collect())).consistent_read(true).build()?;
        let answer = send(self.client.batch_get_item().request_items(&self.table, keys), usage).await?;
        let items = answer.responses.unwrap_or_default().remove(&self.table).unwrap_or_default();
        let unprocessed = answer.unprocessed_keys.unwrap_or_default().remove(&self.table);
        let unprocessed = unprocessed.map(|left| left.keys).unwrap_or_default();
        Ok(FoundEvents {
            items: items.into_iter().filter_map(|item| Some((place(&item)?, item))).collect(),
            unprocessed: unprocessed.iter().filter_map(place).collect(),
        })
    }

    /// The event of the account that happened last, as far as it is needed to see whether the log has it.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn newest_event(&self, account: &AccountId, usage: &Usage) -> Result<Option<Newest>, StoreError> {
        let query = self
            .query_partition(key::events(account, Shard::FIRST))
            .scan_index_forward(false)
            .limit(1)
            .projection_expression("#pk, #sk, #recorded_at")
            .expression_attribute_names("#sk", attribute::SK)
            .expression_attribute_names("#recorded_at", attribute::RECORDED_AT);
        let item = send(query, usage).await?.items.unwrap_or_default().pop();
        Ok(item.and_then(|item| {
            let recorded_at = item.get(attribute::RECORDED_AT).and_then(|value| value.as_s().ok());
            let recorded_at = recorded_at.and_then(|text| Timestamp::parse_fixed(text));
            Some(Newest { sk: place(&item)?.1, recorded_at })
        }))
    }

    /// The sort key of the first event of the account that stands at or behind a text in the order of sort keys.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn first_event_from(
        &self,
        account: &AccountId,
        from: &str,
        usage: &Usage,
    ) -> Result<Option<String>, StoreError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("#pk = :pk and #sk >= :from")
            .projection_expression("#pk, #sk")
            .expression_attribute_names("#pk", attribute::PK)
            .expression_attribute_names("#sk", attribute::SK)
            .expression_attribute_values(":pk", text(key::events(account, Shard::FIRST)))
            .expression_attribute_values(":from", text(from))
            .limit(1);
        let item = send(query, usage).await?.items.unwrap_or_default().pop();
        Ok(item.as_ref().and_then(place).map(|(_, sk)| sk))
    }

    /// The events of a partition whose sort keys lie in a range, a page at a time: whole items, consistently.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn event_items(
        &self,
        account: &AccountId,
        (from, to): (&str, &str),
        behind: Option<&str>,
        usage: &Usage,
    ) -> Result<(Vec<Item>, Option<String>), StoreError> {
        let pk = key::events(account, Shard::FIRST);
        let start = behind.map(|sk| key_attributes(Key { pk: pk.clone(), sk: sk.to_owned() }));
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("#pk = :pk and #sk between :from and :to")
            .expression_attribute_names("#pk", attribute::PK)
            .expression_attribute_names("#sk", attribute::SK)
            .expression_attribute_values(":pk", text(pk))
            .expression_attribute_values(":from", text(from))
            .expression_attribute_values(":to", text(to))
            .set_exclusive_start_key(start);
        let answer = send(query, usage).await?;
        let last = answer.last_evaluated_key.as_ref().and_then(place).map(|(_, sk)| sk);
        Ok((answer.items.unwrap_or_default(), last))
    }
}
