//! What DynamoDB charged for each request, and what the items in it weigh.

use aws_sdk_dynamodb::config::interceptors::AfterDeserializationInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::operation::get_item::{GetItemInput, GetItemOutput};
use aws_sdk_dynamodb::operation::put_item::{PutItemInput, PutItemOutput};
use aws_sdk_dynamodb::operation::query::{QueryInput, QueryOutput};
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsInput, TransactWriteItemsOutput};
use aws_sdk_dynamodb::types::{AttributeValue, ConsumedCapacity};
use shared::item::Item;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

/// The attributes that put an item into an index.
const INDEX_ATTRIBUTES: [&str; 4] = ["type_pk", "email_pk", "category_pk", "subject_pk"];

/// One request that was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Charged {
    /// What was asked.
    pub operation: Operation,
    /// Capacity units, as the engine reports them.
    pub units: f64,
    /// The items that were read, or put.
    pub items: Vec<Weight>,
}

/// What was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// A read with strong consistency.
    ConsistentRead,
    /// A read with eventual consistency.
    EventualRead,
    /// A write by itself.
    Write,
    /// Writes in a transaction.
    Transaction,
}

/// What an item weighs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weight {
    /// Its partition key, up to the first separator: what it is.
    pub kind: String,
    /// Bytes of names and values, as DynamoDB counts them.
    pub bytes: usize,
    /// Indexes that it is in.
    pub indexes: usize,
}

/// An interceptor of the SDK that sees every answer.
#[derive(Debug, Clone, Default)]
pub struct Capacity(Arc<Mutex<Vec<Charged>>>);

impl Capacity {
    /// What was charged since the last time this was asked.
    pub fn take(&self) -> Vec<Charged> {
        mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Intercept for Capacity {
    fn name(&self) -> &'static str {
        "Capacity"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let (input, Ok(output)) = (context.input(), context.output_or_error()) else { return Ok(()) };
        let read = |consistent: Option<bool>| match consistent {
            Some(true) => Operation::ConsistentRead,
            Some(false) | None => Operation::EventualRead,
        };
        let charged = if let (Some(input), Some(output)) = (input.downcast_ref(), output.downcast_ref()) {
            let (input, output): (&GetItemInput, &GetItemOutput) = (input, output);
            let capacity = output.consumed_capacity();
            charged(read(input.consistent_read()), capacity, output.item())
        } else if let (Some(input), Some(output)) = (input.downcast_ref(), output.downcast_ref()) {
            let (input, output): (&QueryInput, &QueryOutput) = (input, output);
            charged(read(input.consistent_read()), output.consumed_capacity(), output.items())
        } else if let (Some(input), Some(output)) = (input.downcast_ref(), output.downcast_ref()) {
            let (input, output): (&PutItemInput, &PutItemOutput) = (input, output);
            charged(Operation::Write, output.consumed_capacity(), input.item())
        } else if let (Some(input), Some(output)) = (input.downcast_ref(), output.downcast_ref()) {
            let (input, output): (&TransactWriteItemsInput, &TransactWriteItemsOutput) = (input, output);
            let puts = input.transact_items().iter().filter_map(|item| Some(item.put()?.item()));
            charged(Operation::Transaction, output.consumed_capacity(), puts)
        } else {
            unreachable!("the functions send no other operation");
        };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(charged);
        Ok(())
    }
}

fn charged<'a>(
    operation: Operation,
    capacity: impl IntoIterator<Item = &'a ConsumedCapacity>,
    items: impl IntoIterator<Item = &'a Item>,
) -> Charged {
    let units = capacity.into_iter().map(|capacity| capacity.capacity_units().expect("it was asked for")).sum();
    Charged { operation, units, items: items.into_iter().map(weight).collect() }
}

/// Source: DynamoDB Developer Guide, "item sizes and formats": the UTF-8 bytes of names and texts; what is in a list or a map
/// has a byte for each element, and the list or map three. Numbers are about a byte for two digits, and one.
fn weight(item: &Item) -> Weight {
    let kind = item.get("pk").and_then(|pk| pk.as_s().ok()).and_then(|pk| pk.split('#').next()).unwrap_or_default();
    Weight {
        kind: kind.to_owned(),
        bytes: item.iter().map(|(name, value)| name.len() + value_bytes(value)).sum(),
        indexes: INDEX_ATTRIBUTES.iter().filter(|name| item.contains_key(**name)).count(),
    }
}

fn value_bytes(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(digits) => digits.len().div_ceil(2) + 1,
        AttributeValue::L(values) => 3 + values.iter().map(|value| 1 + value_bytes(value)).sum::<usize>(),
        other => unreachable!("no item of ours has {other:?}"),
    }
}
