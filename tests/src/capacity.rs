//! What DynamoDB charged for requests, and what the items in them weigh, as they were on the wire.

use aws_sdk_dynamodb::config::interceptors::{
    AfterDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use serde_json::Value;
use shared::table::key::Key;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The attributes that put an item into an index.
const INDEX_ATTRIBUTES: [&str; 4] = ["type_pk", "email_pk", "category_pk", "subject_pk"];

/// What was asked and charged.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Charged {
    /// The requests.
    pub asked: Vec<Asked>,
    /// Capacity units of reads, as the engine reports them.
    pub read_units: f64,
    /// Capacity units of writes.
    pub write_units: f64,
    /// Answers that do not say what they were charged, as of a request that did not ask.
    pub unreported: usize,
    /// The items that were read.
    pub read: Vec<Weight>,
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// A read.
    Read {
        /// Whether it is strongly consistent.
        consistent: bool,
    },
    /// Puts: one by itself, or those of a transaction.
    Puts {
        /// Whether it is a transaction.
        transaction: bool,
        /// The items.
        items: Vec<Weight>,
    },
}

/// What an item weighs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weight {
    /// Its key.
    pub key: Key,
    /// Its partition key, up to the first separator: what it is.
    pub kind: String,
    /// Bytes of names and values, as DynamoDB counts them: of an item that was read, of what the answer has of it.
    pub bytes: usize,
    /// Indexes that it is in.
    pub indexes: usize,
}

/// An interceptor of the SDK that sees every request and every answer.
#[derive(Debug, Clone, Default)]
pub struct Capacity(Arc<Mutex<Charged>>);

impl Capacity {
    /// What there was since the last time this was asked.
    pub fn take(&self) -> Charged {
        mem::take(&mut self.charged())
    }

    fn charged(&self) -> MutexGuard<'_, Charged> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Intercept for Capacity {
    fn name(&self) -> &'static str {
        "Capacity"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request();
        let target = request.headers().get("x-amz-target").expect("a request to DynamoDB has a target");
        let body = serde_json::from_slice(request.body().bytes().expect("a request to DynamoDB is in memory"))?;
        self.charged().asked.push(asked(target, &body));
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Ok(output) = context.output_or_error() else { return Ok(()) }; // nothing was charged that is reported
        let is_read =
            output.downcast_ref::<GetItemOutput>().is_some() || output.downcast_ref::<QueryOutput>().is_some();
        let body = context.response().body().bytes().expect("an answer that was read is in memory");
        let body: Value = serde_json::from_slice(body)?;
        let items = body.pointer("/Items").and_then(Value::as_array).into_iter().flatten().chain(body.get("Item"));
        let items: Vec<_> = items.map(weight).collect();
        // Of a transaction it is a list, of one table here; of everything else the one by itself.
        let units = body.pointer("/ConsumedCapacity/CapacityUnits");
        let units = units.or_else(|| body.pointer("/ConsumedCapacity/0/CapacityUnits")).and_then(Value::as_f64);
        let mut charged = self.charged();
        charged.read.extend(items);
        let Some(units) = units else {
            charged.unreported += 1;
            return Ok(());
        };
        if is_read {
            charged.read_units += units;
        } else {
            charged.write_units += units;
        }
        Ok(())
    }
}

fn asked(target: &str, body: &Value) -> Asked {
    match target.split_once('.').map(|(_, operation)| operation) {
        Some("GetItem" | "Query") => Asked::Read { consistent: body["ConsistentRead"] == true },
        Some("PutItem") => Asked::Puts { transaction: false, items: vec![weight(&body["Item"])] },
        Some("TransactWriteItems") => {
            let actions = body["TransactItems"].as_array().into_iter().flatten();
            let items = actions.filter_map(|action| Some(weight(action.get("Put")?.get("Item")?))).collect();
            Asked::Puts { transaction: true, items }
        }
        other => unreachable!("no function sends {other:?}"),
    }
}

/// Source: DynamoDB Developer Guide, "item sizes and formats": the UTF-8 bytes of names and texts.
fn weight(item: &Value) -> Weight {
    let item = item.as_object().expect("an item is an object");
    let text = |name: &str| item.get(name).and_then(|value| value["S"].as_str()).unwrap_or_default().to_owned();
    let key = Key { pk: text("pk"), sk: text("sk") };
    Weight {
        kind: key.pk.split('#').next().unwrap_or_default().to_owned(),
        key,
        bytes: item.iter().map(|(name, value)| name.len() + value_bytes(value)).sum(),
        indexes: INDEX_ATTRIBUTES.iter().filter(|name| item.contains_key(**name)).count(),
    }
}

/// A list has three bytes more than its elements, and each of those one; a number about a byte for two digits, and one.
fn value_bytes(value: &Value) -> usize {
    let text = |name: &str| value[name].as_str().map(str::len);
    let list = || Some(3 + value["L"].as_array()?.iter().map(|value| 1 + value_bytes(value)).sum::<usize>());
    let number = || Some(text("N")?.div_ceil(2) + 1);
    text("S").or_else(number).or_else(list).expect("an item of ours has texts, numbers and lists")
}
