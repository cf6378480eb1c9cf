//! `POST /audit-trail/events` as a client: the same key at every attempt, so that however many get through, one counts.

use crate::service::{Call, Service, ServiceError};
use aws_sdk_dynamodb::error::BoxError;
use lambda_http::http::Method;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What was recorded.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Receipt {
    pub(super) id: String,
    pub(super) created_at: String,
}

#[derive(Deserialize)]
struct Answer {
    events: Vec<Receipt>,
}

/// Records an event, given as JSON.
///
/// # Errors
/// The service refused it, could not be reached, or did not answer with the event.
pub(super) async fn record(service: &Service, event: &str) -> Result<Receipt, BoxError> {
    let call = Call {
        method: Method::POST,
        target: "/audit-trail/events".to_owned(),
        headers: vec![("Idempotency-Key", format!("audit-record-{}", Uuid::new_v4()))],
        body: format!("{{\"events\":[{event}]}}"),
    };
    let body = match service.ask(&call).await {
        Err(error @ ServiceError::GivenUp(_)) => {
            return Err(format!("{error}; the event may have been recorded").into());
        }
        answered => answered?,
    };
    let answer: Result<Answer, _> = serde_json::from_str(&body);
    let recorded = answer.ok().and_then(|answer| answer.events.into_iter().next());
    recorded.ok_or_else(|| "the service answered, but not with the event".into())
}
