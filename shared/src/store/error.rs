//! What can go wrong with the store, by what a caller or an operator can do about it.

use crate::store::{COUNT_ROUND_TRIPS_MAX, COUNT_TIME_MAX};
use crate::table::item::ItemError;
use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{BuildError, ProvideErrorMetadata, SdkError};
use std::error::Error;
use std::fmt;

type Cause = Box<dyn Error + Send + Sync>;

/// Why the store did not do it.
#[derive(Debug)]
pub enum StoreError {
    /// It was throttled, timed out or could not be reached: trying again may help.
    Unavailable(Cause),
    /// It refused the request: the table, the permissions or the code must change.
    Rejected(Cause),
    /// It holds an item that does not decode.
    Item(ItemError),
    /// The range holds more records than can be counted for one answer.
    TooManyToCount,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(_) => f.write_str("the store is unavailable"),
            Self::Rejected(_) => f.write_str("the store rejected the request"),
            Self::Item(_) => f.write_str("the store holds an item that does not decode"),
            Self::TooManyToCount => write!(
                f,
                "the range takes more than {COUNT_ROUND_TRIPS_MAX} requests or {} s to count",
                COUNT_TIME_MAX.as_secs()
            ),
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unavailable(cause) | Self::Rejected(cause) => Some(cause.as_ref()),
            Self::Item(error) => Some(error),
            Self::TooManyToCount => None,
        }
    }
}

impl From<ItemError> for StoreError {
    fn from(error: ItemError) -> Self {
        Self::Item(error)
    }
}

impl From<BuildError> for StoreError {
    fn from(error: BuildError) -> Self {
        Self::Rejected(error.into())
    }
}

/// Error codes of DynamoDB that mean "try again": see the API reference, Error Handling with DynamoDB.
const TRANSIENT: [&str; 8] = [
    "ThrottlingException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "InternalServerError",
    "ServiceUnavailable",
    "LimitExceededException",
    "TransactionInProgressException",
    "TransactionConflictException",
];

impl<E> From<SdkError<E, HttpResponse>> for StoreError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        let transient = match &error {
            SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => true,
            SdkError::ServiceError(context) => {
                context.raw().status().is_server_error()
                    || context.err().code().is_some_and(|code| TRANSIENT.contains(&code))
            }
            _ => false, // a request that could not be built, or a kind of error the SDK adds one day
        };
        let cause = error.into();
        if transient { Self::Unavailable(cause) } else { Self::Rejected(cause) }
    }
}
