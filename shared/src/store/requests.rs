//! Requests that are the same whatever they are for.

use super::{ABSENT, AuditStore, StoreError, key_attributes, text};
use crate::store::usage::Usage;
use crate::table::attribute;
use crate::table::item::Item;
use crate::table::key::Key;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{
    Put as PutRequest, ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
};

impl AuditStore {
    /// Reads an item by its key, consistently.
    pub(super) async fn get(&self, key: Key, usage: &Usage) -> Result<Option<Item>, StoreError> {
        let request = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key_attributes(key)))
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let answer = usage.request(request.send()).await?;
        usage.consumed(answer.consumed_capacity());
        Ok(answer.item)
    }

    /// A query for all items of a partition of the table, consistently.
    pub(super) fn query_partition(&self, pk: String) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .key_condition_expression("#pk = :pk")
            .expression_attribute_names("#pk", attribute::PK)
            .expression_attribute_values(":pk", text(pk))
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
