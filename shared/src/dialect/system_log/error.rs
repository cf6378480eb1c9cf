//! The errors of the system log, in the vendor's words: `{errorCode, errorSummary, errorLink, errorId, errorCauses}`.

use super::filter::FilterError;
use crate::dialect::feed::StartError;
use crate::http::endpoint::RequestFault;
use crate::http::exchange::{Answer, RETRY_AFTER_S, Refusal};
use crate::input::faults::Faults;
use crate::process::auth::AuthError;
use crate::process::clock;
use crate::process::request_id::RequestId;
use crate::store::StoreError;
use crate::values::timestamp::Timestamp;
use lambda_http::http::StatusCode;
use lambda_http::http::header::{ALLOW, DATE, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::json;
use std::borrow::Cow;
use std::error::Error;

const X_RATE_LIMIT_LIMIT: HeaderName = HeaderName::from_static("x-rate-limit-limit");
const X_RATE_LIMIT_REMAINING: HeaderName = HeaderName::from_static("x-rate-limit-remaining");
const X_RATE_LIMIT_RESET: HeaderName = HeaderName::from_static("x-rate-limit-reset");

/// Why a request for the system log is refused.
#[derive(Debug)]
pub enum SystemLogError {
    /// No credential, or not one we can read: 401.
    NoCredential,
    /// The credential is not good: 401.
    Unauthorized(AuthError),
    /// The credential is good, and may not read the audit: 403.
    Forbidden,
    /// The table was restored to a state of before the token: 410.
    Restored,
    /// No endpoint takes the request: 405 for its method, 400 otherwise.
    Request(RequestFault),
    /// Parameters are wrong: 400, each named.
    Invalid(Faults),
    /// The filter is none, or not one of ours: 400.
    Filter(FilterError),
    /// The store did not do it: 503 or 500.
    Store(StoreError),
}

impl From<AuthError> for SystemLogError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Refused(_) => Self::Unauthorized(error),
            AuthError::ScopeMissing => Self::Forbidden,
            AuthError::Store(error) => Self::Store(error),
        }
    }
}

impl From<StoreError> for SystemLogError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<RequestFault> for SystemLogError {
    fn from(fault: RequestFault) -> Self {
        Self::Request(fault)
    }
}

impl From<Faults> for SystemLogError {
    fn from(faults: Faults) -> Self {
        Self::Invalid(faults)
    }
}

impl From<FilterError> for SystemLogError {
    fn from(error: FilterError) -> Self {
        Self::Filter(error)
    }
}

impl From<StartError> for SystemLogError {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Restored => Self::Restored,
            StartError::Beyond(faults) => Self::Invalid(faults),
            StartError::Store(error) => Self::Store(error),
        }
    }
}

impl Refusal for SystemLogError {
    fn answer(&self, request_id: &RequestId) -> Answer {
        let (status, code) = self.status_and_code();
        let answer = error(status, code, &self.summary(), &self.causes(), request_id);
        match self {
            Self::NoCredential | Self::Unauthorized(_) => answer.with_header(WWW_AUTHENTICATE, "Bearer"),
            Self::Request(RequestFault::Method { given: _, allowed }) => answer.with_header(ALLOW, allowed),
            Self::Store(StoreError::Unavailable(_)) => try_again(answer, clock::now()),
            Self::Forbidden | Self::Restored | Self::Request(_) | Self::Invalid(_) | Self::Filter(_) => answer,
            Self::Store(StoreError::Rejected(_) | StoreError::Item(_) | StoreError::TooManyToCount) => answer,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::NoCredential => "no credential",
            Self::Unauthorized(_) => "credential refused",
            Self::Forbidden => "scope missing",
            Self::Restored => "token of before a restore",
            Self::Request(_) => "request malformed",
            Self::Invalid(_) => "parameters malformed",
            Self::Filter(FilterError::Malformed(_)) => "filter malformed",
            Self::Filter(FilterError::Unsupported(_)) => "filter not supported",
            Self::Store(_) => "store failed",
        }
    }

    fn cause(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unauthorized(error) => Some(error),
            Self::Store(error) => Some(error),
            Self::NoCredential | Self::Forbidden | Self::Restored => None,
            Self::Request(_) | Self::Invalid(_) | Self::Filter(_) => None,
        }
    }
}

impl SystemLogError {
    fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::NoCredential | Self::Unauthorized(_) => (StatusCode::UNAUTHORIZED, "E0000011"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "E0000006"),
            Self::Restored => (StatusCode::GONE, "E0000001"),
            Self::Request(RequestFault::Method { .. }) => (StatusCode::METHOD_NOT_ALLOWED, "E0000022"),
            Self::Request(_) | Self::Invalid(_) => (StatusCode::BAD_REQUEST, "E0000001"),
            Self::Filter(FilterError::Malformed(_)) => (StatusCode::BAD_REQUEST, "E0000053"),
            Self::Filter(FilterError::Unsupported(_)) => (StatusCode::BAD_REQUEST, "E0000031"),
            Self::Store(StoreError::Unavailable(_)) => (StatusCode::SERVICE_UNAVAILABLE, "E0000009"),
            Self::Store(StoreError::Rejected(_) | StoreError::Item(_) | StoreError::TooManyToCount) => {
                (StatusCode::INTERNAL_SERVER_ERROR, "E0000009")
            }
        }
    }

    /// The vendor's own words, as far as they were found.
    fn summary(&self) -> Cow<'static, str> {
        match self {
            Self::NoCredential | Self::Unauthorized(_) => "Invalid token provided".into(),
            Self::Forbidden => "You do not have permission to perform the requested action".into(),
            Self::Restored => "Api validation failed: after".into(),
            Self::Request(RequestFault::Method { .. }) => {
                "The endpoint does not support the provided HTTP method".into()
            }
            Self::Request(_) => "Api validation failed: request".into(),
            Self::Invalid(faults) => format!("Api validation failed: {}", fields(faults)).into(),
            Self::Filter(FilterError::Malformed(_)) => "Invalid filter".into(),
            Self::Filter(FilterError::Unsupported(_)) => "Invalid search criteria.".into(),
            Self::Store(_) => "Internal Server Error".into(),
        }
    }

    fn causes(&self) -> Vec<String> {
        match self {
            Self::Restored => vec![
                "after: the log was restored, and what this token has read is not what it holds now: start again"
                    .to_owned(),
            ],
            Self::Request(RequestFault::Method { .. }) => Vec::new(),
            Self::Request(fault) => vec![fault.to_string()],
            Self::Invalid(faults) => faults.iter().map(|fault| format!("{}: {}", fault.field, fault.message)).collect(),
            Self::Filter(FilterError::Malformed(why)) => vec![format!("filter: {why}")],
            Self::Filter(FilterError::Unsupported(what)) => vec![format!("filter: what is not supported: {what}")],
            Self::NoCredential | Self::Unauthorized(_) | Self::Forbidden | Self::Store(_) => Vec::new(),
        }
    }
}

fn error(status: StatusCode, code: &str, summary: &str, causes: &[String], request_id: &RequestId) -> Answer {
    let causes: Vec<_> = causes.iter().map(|cause| json!({ "errorSummary": cause })).collect();
    let body = json!({
        "errorCode": code, "errorSummary": summary, "errorLink": code, "errorId": request_id.as_str(), "errorCauses": causes,
    });
    Answer::json(status, body.to_string())
}

/// The names of the fields, each once.
fn fields(faults: &Faults) -> String {
    let mut fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
    fields.dedup();
    fields.join(", ")
}

/// The same, with the headers without which the vendor's clients and collectors give up: at what time one more request may be sent. The
/// official Python client holds the reset against `Date`, which the gateway writes anew.
fn try_again(answer: Answer, now: Timestamp) -> Answer {
    let reset_s = now.epoch_ms().div_euclid(1_000) + i64::from(RETRY_AFTER_S);
    answer
        .with_header(DATE, http_date(now))
        .with_header(RETRY_AFTER, RETRY_AFTER_S)
        .with_header(X_RATE_LIMIT_LIMIT, 1)
        .with_header(X_RATE_LIMIT_REMAINING, 0)
        .with_header(X_RATE_LIMIT_RESET, reset_s)
}

/// The time as HTTP writes it: `Fri, 24 Jul 2020 03:26:02 GMT`.
fn http_date(now: Timestamp) -> String {
    let at = chrono::DateTime::from_timestamp_millis(now.epoch_ms()).unwrap_or_default();
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests;
