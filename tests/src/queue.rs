//! Batches of SQS messages, as Lambda hands them to a function, and the function's answer as JSON.

use crate::requests_sent::as_function;
use events_consume::KnownAccounts;
use serde_json::{Value, json};
use shared::process::app::App;
use shared::process::invocation::Invocation;

/// When every message was sent: `2024-03-01T09:30:00.123Z`.
pub const SENT_TIMESTAMP: &str = "1709285400123";

/// A message as SQS delivers it for the first time.
pub fn message(id: &str, body: &str) -> Value {
    delivery(id, body, 1)
}

/// A message as SQS delivers it for the n-th time: another receipt handle, a higher count, nothing else.
pub fn delivery(id: &str, body: &str, count: usize) -> Value {
    json!({
        "messageId": id,
        "receiptHandle": format!("AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a-{count}"),
        "body": body,
        "attributes": {
            "ApproximateReceiveCount": count.to_string(),
            "AWSTraceHeader": "Root=1-65e19f1a-3b1f2c7d5a6e4f8091a2b3c4;Parent=53995c3f42cd8ad8;Sampled=0",
            "SentTimestamp": SENT_TIMESTAMP,
            "SenderId": "AIDAIENQZJOLO23YVJ4VO",
            "ApproximateFirstReceiveTimestamp": "1709285400131",
        },
        "messageAttributes": {
            "Sender": {"stringValue": "directory", "stringListValues": [], "binaryListValues": [], "dataType": "String"},
        },
        "md5OfMessageAttributes": "582c92c5c5b6ac403040a4f3ab3115c9",
        "md5OfBody": "fce0ea8dd236ccb3ed9b37dae260836f",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:audit-EventsQueue-1ABCDEFGHIJKL",
        "awsRegion": "eu-central-1",
    })
}

/// The batch of those messages.
pub fn batch(messages: &[Value]) -> String {
    json!({"Records": messages}).to_string()
}

/// The answer of `events-consume` to the JSON of a batch, or what it says instead.
pub async fn consume(app: &App, batch: &str) -> Result<String, String> {
    consume_remembering(app, &KnownAccounts::default(), batch).await
}

/// The same in a container that has known accounts before.
pub async fn consume_remembering(app: &App, accounts: &KnownAccounts, batch: &str) -> Result<String, String> {
    let batch = serde_json::from_str(batch).map_err(|error| error.to_string())?;
    let invocation = Invocation::default();
    let handled = events_consume::handle(app, accounts, batch, &invocation);
    let response = as_function("events-consume", handled).await.map_err(|error| error.to_string())?;
    Ok(serde_json::to_string(&response).expect("an answer serialises"))
}

/// The answer that names those messages as failed.
pub fn failures(ids: &[&str]) -> String {
    let failures: Vec<_> = ids.iter().map(|id| json!({"itemIdentifier": id})).collect();
    json!({"batchItemFailures": failures}).to_string()
}
