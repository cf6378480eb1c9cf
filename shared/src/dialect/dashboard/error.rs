//! The errors of the dashboard dialect.

use crate::http::exchange::{Answer, RETRY_AFTER_S, Refusal};
use crate::http::request::NoSourceIp;
use crate::http::request_id::RequestId;
use crate::process::auth::AuthError;
use crate::store::{DirectoryError, StoreError};
use lambda_http::http::StatusCode;
use lambda_http::http::header::RETRY_AFTER;
use serde::Serialize;
use std::error::Error;

/// Why a dashboard request is refused.
#[derive(Debug)]
pub enum DashboardError {
    /// The body is not a JSON object, or not said to be one: `INVALID_BODY`.
    NotJson,
    /// The body is longer than [`BODY_BYTES_MAX`](super::BODY_BYTES_MAX): `INVALID_BODY`.
    BodyTooLong,
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
            AuthError::Refused(_) => Self::InvalidApiKeys(error),
            AuthError::Store(error) => Self::Store(error),
        }
    }
}

impl From<StoreError> for DashboardError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
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
            Self::NotJson => bad("INVALID_BODY", "body could not be parsed as JSON".to_owned()),
            Self::BodyTooLong => bad("INVALID_BODY", format!("body must be at most {} bytes", super::BODY_BYTES_MAX)),
            Self::UnknownFields(fields) => bad(
                "UNKNOWN_FIELDS",
                format!("the following fields are not recognized by this endpoint: {}", fields.join(", ")),
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
        let will_pass = [StatusCode::SERVICE_UNAVAILABLE, StatusCode::CONFLICT].contains(&status);
        if will_pass { answer.with_header(RETRY_AFTER, RETRY_AFTER_S) } else { answer }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::NotJson => "body is not JSON",
            Self::BodyTooLong => "body too large",
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
            Self::NotJson
            | Self::BodyTooLong
            | Self::UnknownFields(_)
            | Self::MissingFields(_)
            | Self::InvalidField(_)
            | Self::Conflict => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(error: &DashboardError) -> (u16, serde_json::Value) {
        let answer = error.answer(&RequestId::random());
        (answer.status.as_u16(), serde_json::from_str(&answer.body).expect("JSON"))
    }

    #[test]
    fn every_error_has_its_row_of_the_table() {
        let unavailable = || DashboardError::Store(StoreError::Unavailable("throttled".into()));
        let rejected = || DashboardError::Store(StoreError::Rejected("access denied".into()));
        let rows = [
            (DashboardError::NotJson, 400, "INVALID_REQUEST", "INVALID_BODY", "body could not be parsed as JSON"),
            (DashboardError::BodyTooLong, 400, "INVALID_REQUEST", "INVALID_BODY", "body must be at most 65536 bytes"),
            (
                DashboardError::UnknownFields(vec!["a".to_owned(), "b".to_owned()]),
                400,
                "INVALID_REQUEST",
                "UNKNOWN_FIELDS",
                "the following fields are not recognized by this endpoint: a, b",
            ),
            (
                DashboardError::MissingFields(vec!["client_id", "secret"]),
                400,
                "INVALID_REQUEST",
                "MISSING_FIELDS",
                "the following required fields are missing: client_id, secret",
            ),
            (
                DashboardError::InvalidField("x must be y".to_owned()),
                400,
                "INVALID_REQUEST",
                "INVALID_FIELD",
                "x must be y",
            ),
            (
                DashboardError::InvalidApiKeys(AuthError::Refused("revoked")),
                400,
                "INVALID_INPUT",
                "INVALID_API_KEYS",
                "invalid client_id or secret provided",
            ),
            (
                DashboardError::Conflict,
                409,
                "INVALID_REQUEST",
                "CONFLICT",
                "others are changing the same user or address at this moment; nothing was changed, try again",
            ),
            (
                DashboardError::NoSourceIp(NoSourceIp),
                500,
                "API_ERROR",
                "INTERNAL_SERVER_ERROR",
                "an unexpected error occurred",
            ),
            (unavailable(), 503, "API_ERROR", "INTERNAL_SERVER_ERROR", "an unexpected error occurred"),
            (rejected(), 500, "API_ERROR", "INTERNAL_SERVER_ERROR", "an unexpected error occurred"),
        ];
        for (error, status, error_type, code, message) in rows {
            let (got_status, body) = answer(&error);
            assert_eq!(got_status, status, "{error:?}");
            assert_eq!(body["error_type"], error_type);
            assert_eq!(body["error_code"], code);
            assert_eq!(body["error_message"], message);
            let keys: Vec<_> = body.as_object().expect("an object").keys().cloned().collect();
            assert_eq!(keys.len(), 7, "{keys:?}");
            assert!(body["display_message"].is_null() && body["suggested_action"].is_null());
        }
    }

    #[test]
    fn what_will_pass_says_when_to_try_again() {
        for error in [DashboardError::Store(StoreError::Unavailable("x".into())), DashboardError::Conflict] {
            assert_eq!(error.answer(&RequestId::random()).headers, [(RETRY_AFTER, "1".to_owned())]);
        }
    }
}
