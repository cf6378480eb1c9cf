//! The errors of the dashboard dialect.

use crate::http::endpoint::RequestFault;
use crate::http::exchange::{Answer, RETRY_AFTER_S, Refusal};
use crate::http::request::NoSourceIp;
use crate::input::faults::FAULTS_NAMED_MAX;
use crate::process::auth::AuthError;
use crate::process::request_id::RequestId;
use crate::store::{DirectoryError, StoreError};
use lambda_http::http::StatusCode;
use lambda_http::http::header::{ALLOW, RETRY_AFTER};
use serde::Serialize;
use std::error::Error;

/// Why a dashboard request is refused.
#[derive(Debug)]
pub enum DashboardError {
    /// No endpoint takes the request: 405 for its method, 415 for the coding of its body, 400 otherwise.
    Request(RequestFault),
    /// The body is not said to be JSON, as one of a form of another site is not: `INVALID_BODY`.
    NotJsonType,
    /// The body is not a JSON object: `INVALID_BODY`.
    NotJson,
    /// The body has fields that the endpoint does not know: `UNKNOWN_FIELDS`.
    UnknownFields(Vec<String>),
    /// Required fields are absent: `MISSING_FIELDS`.
    MissingFields(Vec<&'static str>),
    /// A field is malformed, or names nothing: `INVALID_FIELD`. The text names the field and what is accepted.
    InvalidField(String),
    /// The credential is not good for this: `INVALID_API_KEYS`.
    InvalidApiKeys(AuthError),
    /// Others change the same user or address, and nothing was changed: `CONFLICT`, 409.
    Conflict,
    /// API Gateway does not say where the request came from, without which nothing can be recorded: 500.
    NoSourceIp(NoSourceIp),
    /// The store did not do it: 503 or 500.
    Store(StoreError),
}

impl From<AuthError> for DashboardError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Refused(_) | AuthError::ScopeMissing => Self::InvalidApiKeys(error),
            AuthError::Store(error) => Self::Store(error),
        }
    }
}

impl From<StoreError> for DashboardError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<RequestFault> for DashboardError {
    fn from(fault: RequestFault) -> Self {
        Self::Request(fault)
    }
}

impl From<DirectoryError> for DashboardError {
    fn from(error: DirectoryError) -> Self {
        match error {
            DirectoryError::UnknownUser => Self::unknown_user(),
            DirectoryError::IllegalMove(error) => Self::InvalidField(format!("status {error}")),
            DirectoryError::EmailAddressInUse => {
                Self::InvalidField("email_address must not be the address of another dashboard user".to_owned())
            }
            DirectoryError::Contended => Self::Conflict,
            DirectoryError::Store(error) => Self::Store(error),
        }
    }
}

/// Status, type, code and message of a request that no endpoint takes.
fn of_request(fault: &RequestFault) -> (StatusCode, &'static str, &'static str, String) {
    let (status, code) = match fault {
        RequestFault::Method { .. } => (StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED"),
        RequestFault::RepeatedHeader(_) => (StatusCode::BAD_REQUEST, "INVALID_FIELD"),
        RequestFault::ContentEncoding(_) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "INVALID_BODY"),
        RequestFault::NotGzip | RequestFault::BodyTooLong(_) => (StatusCode::BAD_REQUEST, "INVALID_BODY"),
    };
    (status, INVALID_REQUEST, code, fault.to_string())
}

/// The first [`FAULTS_NAMED_MAX`] names, and how many there are besides.
fn named(fields: &[String]) -> String {
    let named = fields.iter().take(FAULTS_NAMED_MAX).map(String::as_str).collect::<Vec<_>>().join(", ");
    match fields.len().saturating_sub(FAULTS_NAMED_MAX) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

/// The error object.
#[derive(Serialize)]
struct ErrorBody<'a> {
    error_type: &'a str,
    error_code: &'a str,
    error_message: &'a str,
    display_message: Option<&'a str>,
    request_id: &'a str,
    documentation_url: &'a str,
    suggested_action: Option<&'a str>,
}

const INVALID_REQUEST: &str = "INVALID_REQUEST";
const API_ERROR: &str = "API_ERROR";
const INTERNAL_SERVER_ERROR: &str = "INTERNAL_SERVER_ERROR";
const UNEXPECTED: &str = "an unexpected error occurred";

impl DashboardError {
    /// There is no user with the id.
    pub fn unknown_user() -> Self {
        Self::InvalidField("dashboard_user_id must be the id of a dashboard user".to_owned())
    }

    /// Status, type, code and message.
    fn parts(&self) -> (StatusCode, &'static str, &'static str, String) {
        let bad = |code, message| (StatusCode::BAD_REQUEST, INVALID_REQUEST, code, message);
        match self {
            Self::Request(fault) => of_request(fault),
            Self::NotJsonType => bad("INVALID_BODY", "Content-Type must be application/json".to_owned()),
            Self::NotJson => bad("INVALID_BODY", "body could not be parsed as JSON".to_owned()),
            Self::UnknownFields(fields) => bad(
                "UNKNOWN_FIELDS",
                format!("the following fields are not recognized by this endpoint: {}", named(fields)),
            ),
            Self::MissingFields(fields) => {
                bad("MISSING_FIELDS", format!("the following required fields are missing: {}", fields.join(", ")))
            }
            Self::InvalidField(message) => bad("INVALID_FIELD", message.clone()),
            Self::InvalidApiKeys(_) => (
                StatusCode::BAD_REQUEST,
                "INVALID_INPUT",
                "INVALID_API_KEYS",
                "invalid client_id or secret provided".to_owned(),
            ),
            Self::Conflict => (
                StatusCode::CONFLICT,
                INVALID_REQUEST,
                "CONFLICT",
                "others are changing the same user or address at this moment; nothing was changed, try again"
                    .to_owned(),
            ),
            Self::NoSourceIp(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, API_ERROR, INTERNAL_SERVER_ERROR, UNEXPECTED.to_owned())
            }
            Self::Store(StoreError::Unavailable(_)) => {
                (StatusCode::SERVICE_UNAVAILABLE, API_ERROR, INTERNAL_SERVER_ERROR, UNEXPECTED.to_owned())
            }
            Self::Store(StoreError::Rejected(_) | StoreError::Item(_) | StoreError::TooManyToCount) => {
                (StatusCode::INTERNAL_SERVER_ERROR, API_ERROR, INTERNAL_SERVER_ERROR, UNEXPECTED.to_owned())
            }
        }
    }
}

impl Refusal for DashboardError {
    fn answer(&self, request_id: &RequestId) -> Answer {
        let (status, error_type, error_code, error_message) = self.parts();
        let body = ErrorBody {
            error_type,
            error_code,
            error_message: &error_message,
            display_message: None,
            request_id: request_id.as_str(),
            documentation_url: "",
            suggested_action: None,
        };
        let body = serde_json::to_string(&body).expect("an object of strings serialises");
        let answer = Answer::json(status, body);
        if let Self::Request(RequestFault::Method { allowed, .. }) = self {
            return answer.with_header(ALLOW, allowed);
        }
        let will_pass = [StatusCode::SERVICE_UNAVAILABLE, StatusCode::CONFLICT].contains(&status);
        if will_pass { answer.with_header(RETRY_AFTER, RETRY_AFTER_S) } else { answer }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::Request(_) => "request malformed",
            Self::NotJsonType => "content type is not JSON",
            Self::NotJson => "body is not JSON",
            Self::UnknownFields(_) => "unknown fields",
            Self::MissingFields(_) => "required fields missing",
            Self::InvalidField(_) => "a field is malformed",
            Self::InvalidApiKeys(_) => "credential refused",
            Self::Conflict => "others are changing the same user or address",
            Self::NoSourceIp(_) => "no source address",
            Self::Store(_) => "store failed",
        }
    }

    fn cause(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::InvalidApiKeys(error) => Some(error),
            Self::NoSourceIp(error) => Some(error),
            Self::Store(error) => Some(error),
            Self::Request(_)
            | Self::NotJsonType
            | Self::NotJson
            | Self::UnknownFields(_)
            | Self::MissingFields(_)
            | Self::InvalidField(_)
            | Self::Conflict => None,
        }
    }
}

#[cfg(test)]
mod tests;
