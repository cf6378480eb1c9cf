//! The errors of the trail dialect.

use super::BatchFaults;
use crate::http::endpoint::RequestFault;
use crate::http::exchange::{Answer, RETRY_AFTER_S, Refusal};
use crate::input::faults::Faults;
use crate::process::auth::AuthError;
use crate::process::request_id::RequestId;
use crate::store::StoreError;
use lambda_http::http::StatusCode;
use lambda_http::http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::error::Error;

/// Why a trail request is refused.
#[derive(Debug)]
pub enum TrailError {
    /// No credential, or not one we can read: 401.
    NoCredential,
    /// The credential is not good for this: 401.
    Unauthorized(AuthError),
    /// The path names a category that does not exist: 404.
    UnknownCategory,
    /// The table was restored to a state of before the cursor: 410.
    Restored,
    /// The cursor is not one of this listing: 404.
    InvalidCursor,
    /// No endpoint takes the request: 405 for its method, 415 for the coding of its body, 413 for its length, 400 otherwise.
    Request(RequestFault),
    /// Parameters are wrong: 400, each named.
    Invalid(Faults),
    /// The body is not JSON, or no object: 400.
    NotJson(String),
    /// The body is said to be neither JSON nor CloudEvents: 415.
    NotJsonType,
    /// Events to record are wrong: 400, each fault named by event and field.
    InvalidBatch(BatchFaults),
    /// Other events stand where these of the batch should be: 409.
    Conflicts(Vec<usize>),
    /// The idempotency key was given to another request: 409.
    KeyOfOtherRequest,
    /// The idempotency key was used with another credential of the account: 409.
    KeyOfOtherCredential,
    /// A request with the idempotency key is being recorded at this moment: 409, and try again.
    UnderWay,
    /// The store did not do it: 503 or 500.
    Store(StoreError),
}

impl From<AuthError> for TrailError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Refused(_) | AuthError::ScopeMissing => Self::Unauthorized(error),
            AuthError::Store(error) => Self::Store(error),
        }
    }
}

impl From<StoreError> for TrailError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<BatchFaults> for TrailError {
    fn from(faults: BatchFaults) -> Self {
        Self::InvalidBatch(faults)
    }
}

impl From<RequestFault> for TrailError {
    fn from(fault: RequestFault) -> Self {
        Self::Request(fault)
    }
}

impl From<Faults> for TrailError {
    fn from(faults: Faults) -> Self {
        Self::Invalid(faults)
    }
}

impl Refusal for TrailError {
    fn answer(&self, request_id: &RequestId) -> Answer {
        let unauthorized = |text| detail(StatusCode::UNAUTHORIZED, text).with_header(WWW_AUTHENTICATE, "Bearer");
        match self {
            Self::NoCredential => unauthorized("Authentication credentials were not provided."),
            Self::Unauthorized(_) => unauthorized("Invalid token."),
            Self::UnknownCategory => detail(StatusCode::NOT_FOUND, "Not found."),
            Self::InvalidCursor => detail(StatusCode::NOT_FOUND, "Invalid cursor"),
            Self::Restored => {
                let body = json!({
                    "detail": "The log was restored: what this cursor has read is not what it holds now. Start again.",
                    "first_position": 0,
                });
                Answer::json(StatusCode::GONE, body.to_string())
            }
            Self::Request(fault) => of_request(fault),
            Self::Invalid(faults) => Answer::json(StatusCode::BAD_REQUEST, by_parameter(faults)),
            Self::NotJson(reason) => detail(StatusCode::BAD_REQUEST, &format!("JSON parse error - {reason}")),
            Self::NotJsonType => detail(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Content-Type must be application/json, application/cloudevents+json or application/cloudevents-batch+json.",
            ),
            Self::InvalidBatch(faults) => Answer::json(StatusCode::BAD_REQUEST, by_event(faults)),
            Self::Conflicts(events) => Answer::json(StatusCode::CONFLICT, by_event(&conflicts(events))),
            Self::KeyOfOtherRequest => {
                detail(StatusCode::CONFLICT, "The Idempotency-Key was given to another request in the last 24 hours.")
            }
            Self::KeyOfOtherCredential => detail(
                StatusCode::CONFLICT,
                "The Idempotency-Key was used with another credential of the account in the last 24 hours.",
            ),
            Self::UnderWay => {
                detail(StatusCode::CONFLICT, "A request with this Idempotency-Key is being recorded. Try again.")
                    .with_header(RETRY_AFTER, RETRY_AFTER_S)
            }
            Self::Store(StoreError::Unavailable(_)) => {
                detail(StatusCode::SERVICE_UNAVAILABLE, &format!("Service unavailable. Request id: {request_id}"))
                    .with_header(RETRY_AFTER, RETRY_AFTER_S)
            }
            Self::Store(StoreError::Rejected(_) | StoreError::Item(_) | StoreError::TooManyToCount) => detail(
                StatusCode::INTERNAL_SERVER_ERROR,
                &format!("An unexpected error occurred. Request id: {request_id}"),
            ),
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::NoCredential => "no credential",
            Self::Unauthorized(_) => "credential refused",
            Self::UnknownCategory => "no such category",
            Self::InvalidCursor => "not a cursor of this query",
            Self::Restored => "cursor of before a restore",
            Self::Request(_) => "request malformed",
            Self::Invalid(_) => "parameters malformed",
            Self::NotJson(_) => "body is not JSON",
            Self::NotJsonType => "content type is neither JSON nor CloudEvents",
            Self::InvalidBatch(_) => "events malformed",
            Self::Conflicts(_) => "other events are there",
            Self::KeyOfOtherRequest => "idempotency key of another request",
            Self::KeyOfOtherCredential => "idempotency key of another credential",
            Self::UnderWay => "request with the same idempotency key under way",
            Self::Store(_) => "store failed",
        }
    }

    fn cause(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unauthorized(error) => Some(error),
            Self::Store(error) => Some(error),
            Self::NoCredential | Self::UnknownCategory | Self::InvalidCursor | Self::Restored => None,
            Self::Invalid(_) => None,
            Self::Request(_) | Self::NotJson(_) | Self::NotJsonType | Self::InvalidBatch(_) => None,
            Self::Conflicts(_) | Self::KeyOfOtherRequest | Self::KeyOfOtherCredential | Self::UnderWay => None,
        }
    }
}

fn detail(status: StatusCode, detail: &str) -> Answer {
    Answer::json(status, json!({ "detail": detail }).to_string())
}

/// The answer to a request that no endpoint takes.
fn of_request(fault: &RequestFault) -> Answer {
    match fault {
        // Django REST framework's own words.
        RequestFault::Method { given, allowed } => {
            detail(StatusCode::METHOD_NOT_ALLOWED, &format!("Method \"{given}\" not allowed."))
                .with_header(ALLOW, allowed)
        }
        RequestFault::RepeatedHeader(name) => {
            Answer::json(StatusCode::BAD_REQUEST, by_parameter(&Faults::of(*name, "must be given once")))
        }
        RequestFault::ContentEncoding(_) => detail(StatusCode::UNSUPPORTED_MEDIA_TYPE, &format!("{fault}.")),
        RequestFault::NotGzip => {
            detail(StatusCode::BAD_REQUEST, "The body is not the gzip that Content-Encoding says it is.")
        }
        RequestFault::BodyTooLong(bytes_max) => {
            detail(StatusCode::PAYLOAD_TOO_LARGE, &format!("The body must be at most {bytes_max} bytes."))
        }
    }
}

/// `{"<parameter>": ["...", ...]}`
fn by_parameter(faults: &Faults) -> String {
    serde_json::to_string(&messages(faults)).expect("a map of strings serialises")
}

/// `{"events": {"<place in the batch>": {"<field>": ["...", ...]}}, "<field of the body>": ["...", ...]}`
fn by_event(faults: &BatchFaults) -> String {
    let of_body = messages(&faults.body).into_iter().map(|(field, reasons)| (field, Said::Reasons(reasons)));
    let mut body: BTreeMap<&str, Said<'_>> = of_body.collect();
    if !faults.events.is_empty() {
        let by_event = faults.events.iter().map(|(at, faults)| (*at, messages(faults)));
        body.insert("events", Said::ByEvent(by_event.collect()));
    }
    serde_json::to_string(&body).expect("a map of strings serialises")
}

/// Reasons by field.
type Messages<'a> = BTreeMap<&'a str, Vec<&'a str>>;

/// What is said of a field of a batch's body.
#[derive(Serialize)]
#[serde(untagged)]
enum Said<'a> {
    Reasons(Vec<&'a str>),
    ByEvent(BTreeMap<usize, Messages<'a>>),
}

fn conflicts(events: &[usize]) -> BatchFaults {
    let fault =
        || Faults::of("id", "is that of an event in the trail, which has the same created_at and other content");
    BatchFaults { body: Faults::default(), events: events.iter().map(|&at| (at, fault())).collect() }
}

fn messages(faults: &Faults) -> Messages<'_> {
    let mut messages = Messages::new();
    for fault in faults.iter() {
        messages.entry(&fault.field).or_default().push(&fault.message);
    }
    messages
}

#[cfg(test)]
mod tests;
