//! The errors of the trail dialect.

use crate::auth::AuthError;
use crate::exchange::{Answer, RETRY_AFTER_S, Refusal};
use crate::input::Faults;
use crate::request_id::RequestId;
use crate::store::StoreError;
use lambda_http::http::StatusCode;
use lambda_http::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
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
    /// The path names a category that there is not: 404.
    UnknownCategory,
    /// The cursor is not one of this listing: 404.
    InvalidCursor,
    /// Parameters are wrong: 400, each named.
    Invalid(Faults),
    /// The store did not do it: 503 or 500.
    Store(StoreError),
}

impl From<AuthError> for TrailError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Refused(_) => Self::Unauthorized(error),
            AuthError::Store(error) => Self::Store(error),
        }
    }
}

impl From<StoreError> for TrailError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Faults> for TrailError {
    fn from(faults: Faults) -> Self {
        Self::Invalid(faults)
    }
}

impl Refusal for TrailError {
    fn answer(&self, request_id: &RequestId) -> Answer {
        let detail = |status, detail: &str| Answer::json(status, json!({ "detail": detail }).to_string());
        let unauthorized = |text| detail(StatusCode::UNAUTHORIZED, text).with_header(WWW_AUTHENTICATE, "Bearer");
        match self {
            Self::NoCredential => unauthorized("Authentication credentials were not provided."),
            Self::Unauthorized(_) => unauthorized("Invalid token."),
            Self::UnknownCategory => detail(StatusCode::NOT_FOUND, "Not found."),
            Self::InvalidCursor => detail(StatusCode::NOT_FOUND, "Invalid cursor"),
            Self::Invalid(faults) => Answer::json(StatusCode::BAD_REQUEST, by_parameter(faults)),
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

    fn cause(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unauthorized(error) => Some(error),
            Self::Store(error) => Some(error),
            Self::NoCredential | Self::UnknownCategory | Self::InvalidCursor | Self::Invalid(_) => None,
        }
    }
}

/// `{"<parameter>": ["...", ...]}`
fn by_parameter(faults: &Faults) -> String {
    let mut messages: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for fault in faults.iter() {
        messages.entry(&fault.field).or_default().push(&fault.message);
    }
    serde_json::to_string(&messages).expect("a map of strings serialises")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_has_its_row_of_the_table() {
        let mut faults = Faults::of("page_size", "must be a number from 1 to 100");
        faults.push("cursr", "is unknown");
        let rows = [
            (TrailError::NoCredential, 401, r#"{"detail":"Authentication credentials were not provided."}"#),
            (TrailError::Unauthorized(AuthError::Refused("revoked")), 401, r#"{"detail":"Invalid token."}"#),
            (TrailError::UnknownCategory, 404, r#"{"detail":"Not found."}"#),
            (TrailError::InvalidCursor, 404, r#"{"detail":"Invalid cursor"}"#),
            (
                TrailError::Invalid(faults),
                400,
                r#"{"cursr":["is unknown"],"page_size":["must be a number from 1 to 100"]}"#,
            ),
        ];
        for (error, status, body) in rows {
            let answer = error.answer(&RequestId::random());
            assert_eq!((answer.status.as_u16(), answer.body.as_str()), (status, body));
            let challenged = answer.headers.contains(&(WWW_AUTHENTICATE, "Bearer".to_owned()));
            assert_eq!(challenged, status == 401);
        }
    }

    #[test]
    fn a_5xx_says_nothing_but_the_request_id() {
        let id = RequestId::random();
        let unavailable = TrailError::Store(StoreError::Unavailable("throttled".into())).answer(&id);
        assert_eq!(unavailable.status.as_u16(), 503);
        assert_eq!(unavailable.headers, [(RETRY_AFTER, "1".to_owned())]);
        assert_eq!(unavailable.body, format!("{{\"detail\":\"Service unavailable. Request id: {id}\"}}"));
        let rejected = TrailError::Store(StoreError::Rejected("secret cause".into())).answer(&id);
        assert_eq!(rejected.status.as_u16(), 500);
        assert_eq!(rejected.body, format!("{{\"detail\":\"An unexpected error occurred. Request id: {id}\"}}"));
    }
}
