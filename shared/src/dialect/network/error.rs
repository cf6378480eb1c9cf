//! The errors of the network dialect.

use crate::http::endpoint::RequestFault;
use crate::http::exchange::{Answer, RETRY_AFTER_S, Refusal};
use crate::input::faults::Faults;
use crate::process::auth::AuthError;
use crate::process::request_id::RequestId;
use crate::store::StoreError;
use lambda_http::http::StatusCode;
use lambda_http::http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::json;
use std::error::Error;

/// Why a network audit request is refused.
#[derive(Debug)]
pub enum NetworkError {
    /// No credential, one that is not good for this, or one of another account than the path names: 401, all alike.
    Unauthorized(AuthError),
    /// No endpoint takes the request: 405 for its method, 400 otherwise.
    Request(RequestFault),
    /// Parameters are wrong: 400, each named.
    Invalid(Faults),
    /// The store did not do it: 503 or 500.
    Store(StoreError),
}

impl From<AuthError> for NetworkError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Refused(_) | AuthError::ScopeMissing => Self::Unauthorized(error),
            AuthError::Store(error) => Self::Store(error),
        }
    }
}

impl From<StoreError> for NetworkError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::TooManyToCount => Self::Invalid(Faults::of(
                "toDate",
                "must be closer to fromDate: the range holds too many records to count",
            )),
            StoreError::Unavailable(_) | StoreError::Rejected(_) | StoreError::Item(_) => Self::Store(error),
        }
    }
}

impl From<RequestFault> for NetworkError {
    fn from(fault: RequestFault) -> Self {
        Self::Request(fault)
    }
}

impl From<Faults> for NetworkError {
    fn from(faults: Faults) -> Self {
        Self::Invalid(faults)
    }
}

impl Refusal for NetworkError {
    fn answer(&self, request_id: &RequestId) -> Answer {
        let answer = |status, code: &str, detail: &str| {
            Answer::json(status, json!({ "code": code, "detail": detail }).to_string())
        };
        match self {
            Self::Unauthorized(_) => {
                answer(StatusCode::UNAUTHORIZED, "Unauthorized", "a valid VBrick token for this account is required")
                    .with_header(WWW_AUTHENTICATE, "VBrick")
            }
            Self::Request(fault @ RequestFault::Method { allowed, .. }) => {
                answer(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", &fault.to_string())
                    .with_header(ALLOW, allowed)
            }
            Self::Request(fault) => answer(StatusCode::BAD_REQUEST, "InvalidParameter", &fault.to_string()),
            Self::Invalid(faults) => answer(StatusCode::BAD_REQUEST, "InvalidParameter", &faults.to_string()),
            Self::Store(StoreError::Unavailable(_)) => answer(
                StatusCode::SERVICE_UNAVAILABLE,
                "ServiceUnavailable",
                &format!("the service is unavailable; request id {request_id}"),
            )
            .with_header(RETRY_AFTER, RETRY_AFTER_S),
            Self::Store(StoreError::Rejected(_) | StoreError::Item(_) | StoreError::TooManyToCount) => answer(
                StatusCode::INTERNAL_SERVER_ERROR,
                "InternalServerError",
                &format!("an unexpected error occurred; request id {request_id}"),
            ),
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::Unauthorized(_) => "credential refused",
            Self::Request(_) => "request malformed",
            Self::Invalid(_) => "parameters malformed",
            Self::Store(_) => "store failed",
        }
    }

    fn cause(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unauthorized(error) => Some(error),
            Self::Store(error) => Some(error),
            Self::Request(_) | Self::Invalid(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_has_its_row_of_the_table() {
        let id = RequestId::random();
        let rows = [
            (
                NetworkError::Unauthorized(AuthError::Refused("revoked")),
                401,
                r#"{"code":"Unauthorized","detail":"a valid VBrick token for this account is required"}"#.to_owned(),
            ),
            (
                NetworkError::Invalid(Faults::of("fromDate", "is required")),
                400,
                r#"{"code":"InvalidParameter","detail":"fromDate is required"}"#.to_owned(),
            ),
            (
                RequestFault::Method { given: "HEAD".to_owned(), allowed: "GET" }.into(),
                405,
                r#"{"code":"MethodNotAllowed","detail":"the method must be GET, not HEAD"}"#.to_owned(),
            ),
            (
                RequestFault::RepeatedHeader("Authorization").into(),
                400,
                r#"{"code":"InvalidParameter","detail":"Authorization must be given once"}"#.to_owned(),
            ),
            (
                StoreError::TooManyToCount.into(),
                400,
                r#"{"code":"InvalidParameter","detail":"toDate must be closer to fromDate: the range holds too many records to count"}"#.to_owned(),
            ),
            (
                StoreError::Unavailable("throttled".into()).into(),
                503,
                format!(r#"{{"code":"ServiceUnavailable","detail":"the service is unavailable; request id {id}"}}"#),
            ),
            (
                StoreError::Rejected("denied".into()).into(),
                500,
                format!(r#"{{"code":"InternalServerError","detail":"an unexpected error occurred; request id {id}"}}"#),
            ),
        ];
        for (error, status, body) in rows {
            let answer = error.answer(&id);
            assert_eq!((answer.status.as_u16(), answer.body), (status, body.into()));
            assert_eq!(answer.headers.contains(&(RETRY_AFTER, "1".to_owned())), status == 503);
            assert_eq!(answer.headers.contains(&(ALLOW, "GET".to_owned())), status == 405);
        }
    }
}
