//! Batches of the table's stream, as Lambda hands them to a function, and the function's answer as JSON. The function is held to
//! its role.

use crate::account::Account;
use crate::bed::Bed;
use crate::requests_sent::as_function;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use shared::process::app::App;
use shared::process::invocation::Invocation;
use std::collections::HashMap;

/// The answer of `log-append` to the JSON of a batch, or what it says instead.
///
/// # Errors
/// Those of the function.
pub async fn append(app: &App, batch: &str) -> Result<String, String> {
    let batch = serde_json::from_str(batch).map_err(|error| error.to_string())?;
    let invocation = Invocation::default();
    let handled = log_append::handle(app, batch, &invocation);
    let response = as_function("log-append", handled).await.map_err(|error| error.to_string())?;
    Ok(serde_json::to_string(&response).expect("an answer serialises"))
}

/// Gives every event of an account that is in the table its position, in the order of the sort keys, as if the stream had brought
/// them so.
pub async fn append_recorded(bed: &Bed, account: &Account) {
    let items = bed.event_items(account).await;
    let records: Vec<_> = items.iter().enumerate().map(|(at, item)| insert(at, item)).collect();
    let answer = append(&bed.app, &json!({"Records": records}).to_string()).await;
    assert_eq!(answer.as_deref(), Ok(r#"{"batchItemFailures":[]}"#));
}

/// The record of an item that was put where nothing was, 17 seconds after 2024 began.
pub fn insert(number: usize, item: &HashMap<String, AttributeValue>) -> Value {
    record(number, "INSERT", Some(item), None)
}

/// The record of an item that was put over another, with that number in the stream.
pub fn modify(number: usize, old: &HashMap<String, AttributeValue>, new: &HashMap<String, AttributeValue>) -> Value {
    record(number, "MODIFY", Some(new), Some(old))
}

/// The record of an item that was deleted, with that number in the stream.
pub fn remove(number: usize, old: &HashMap<String, AttributeValue>) -> Value {
    record(number, "REMOVE", None, Some(old))
}

fn record(
    number: usize,
    name: &str,
    new: Option<&HashMap<String, AttributeValue>>,
    old: Option<&HashMap<String, AttributeValue>>,
) -> Value {
    let key = |(name, _): &(&String, &AttributeValue)| ["pk", "sk"].contains(&name.as_str());
    let keys = new.or(old).into_iter().flatten().filter(key).map(|(name, value)| (name.clone(), value.clone()));
    json!({
        "eventID": number.to_string(),
        "eventName": name,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "eu-central-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_704_067_217,
            "Keys": json_of(&keys.collect()),
            "NewImage": new.map(json_of),
            "OldImage": old.map(json_of),
            "SequenceNumber": format!("{}", 1_000 + number),
            "SizeBytes": 500,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    })
}

/// The batch of those records.
pub fn batch(records: &[Value]) -> String {
    json!({"Records": records}).to_string()
}

/// An item of strings and bytes, and of maps of them, in DynamoDB's JSON.
fn json_of(item: &HashMap<String, AttributeValue>) -> Value {
    let member = |(name, value): (&String, &AttributeValue)| {
        let value = match value {
            AttributeValue::S(text) => json!({"S": text}),
            AttributeValue::B(bytes) => json!({"B": STANDARD.encode(bytes)}),
            AttributeValue::M(entries) => json!({"M": json_of(entries)}),
            other => unreachable!("an event has no {other:?}"),
        };
        (name.clone(), value)
    };
    Value::Object(item.iter().map(member).collect::<Map<_, _>>())
}
