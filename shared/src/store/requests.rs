//! Requests that are the same whatever they are for.

use super::send::send;
use super::{ABSENT, AuditStore, StoreError, key_attributes, text};
use crate::store::usage::Usage;
use crate::table::attribute;
use crate::table::item::{Item, Projection};
use crate::table::key::Key;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{Put as PutRequest, ReturnValuesOnConditionCheckFailure, TransactWriteItem};

impl AuditStore {
    /// Reads an item by its key, consistently.
    pub(super) async fn get(&self, key: Key, usage: &Usage) -> Result<Option<Item>, StoreError> {
        let request =
            self.client.get_item().table_name(&self.table).set_key(Some(key_attributes(key))).consistent_read(true);
        Ok(send(request, usage).await?.item)
    }

    /// A query for all items of a partition of the table, consistently.
    pub(super) fn query_partition(&self, pk: String) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("#pk = :pk")
            .expression_attribute_names("#pk", attribute::PK)
            .expression_attribute_values(":pk", text(pk))
    }

    /// Sends a query again and again until it has all of its items, and gives them.
    pub(super) async fn all(&self, query: QueryFluentBuilder, usage: &Usage) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        let mut position = None;
        loop {
            let answer = send(query.clone().set_exclusive_start_key(position), usage).await?;
            items.extend(answer.items.unwrap_or_default());
            position = answer.last_evaluated_key;
            if position.is_none() {
                return Ok(items);
            }
        }
    }

    /// A query of what stands between two sort keys of a partition, both included, consistently.
    pub(super) fn query_between(
        &self,
        pk: String,
        (from, to): (impl Into<String>, impl Into<String>),
        projection: Projection,
    ) -> QueryFluentBuilder {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("#pk = :pk and #sk between :from and :to")
            .expression_attribute_values(":pk", text(pk))
            .expression_attribute_values(":from", text(from))
            .expression_attribute_values(":to", text(to));
        project(query, projection)
    }

    /// Puts an item, unless one stands there. Returns whether it was put.
    pub(super) async fn put_where_absent(&self, item: Item, usage: &Usage) -> Result<bool, StoreError> {
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression(ABSENT)
            .expression_attribute_names("#pk", attribute::PK);
        match send(request, usage).await {
            Ok(_) => Ok(true),
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(_)) => Ok(false),
                _ => Err(error.into()), // every other error of the SDK
            },
        }
    }

    /// A put of a transaction that nothing may stand in the way of.
    pub(super) fn put_if_absent(&self, item: Item) -> Result<TransactWriteItem, StoreError> {
        let put = PutRequest::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression(ABSENT)
            .expression_attribute_names("#pk", attribute::PK)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()?;
        Ok(TransactWriteItem::builder().put(put).build())
    }
}

/// Sends an update; `false` if its condition does not hold.
pub(super) async fn applied(update: UpdateItemFluentBuilder, usage: &Usage) -> Result<bool, StoreError> {
    applied_or(update, |_| Ok(false), usage).await
}

/// Sends an update. If its condition does not hold, `otherwise` decides by the item that is there, which is `None` unless the update asks
/// for it.
pub(super) async fn applied_or(
    update: UpdateItemFluentBuilder,
    otherwise: impl FnOnce(Option<&Item>) -> Result<bool, StoreError>,
    usage: &Usage,
) -> Result<bool, StoreError> {
    match send(update, usage).await {
        Ok(_) => Ok(true),
        Err(error) => match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(failed)) => otherwise(failed.item()),
            _ => Err(error.into()), // every other error of the SDK
        },
    }
}

/// The query for no more of each item than the projection has.
pub(super) fn project(query: QueryFluentBuilder, projection: Projection) -> QueryFluentBuilder {
    let name = |query: QueryFluentBuilder, (name, attribute): &(&str, &str)| {
        query.expression_attribute_names(*name, *attribute)
    };
    projection.names.iter().fold(query.projection_expression(projection.expression), name)
}
