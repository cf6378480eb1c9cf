//! What can go wrong with the store, by what a caller or an operator can do about it.

use crate::store::counts::{COUNT_ROUND_TRIPS_MAX, COUNT_TIME_MAX};
use crate::table::item::ItemError;
use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{BuildError, ProvideErrorMetadata, SdkError};
use std::error::Error;

type Cause = Box<dyn Error + Send + Sync>;

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It was throttled, timed out or could not be reached: trying again may help.
    #[error("the store is unavailable")]
    Unavailable(#[source] Cause),
    /// It refused the request: the table, the permissions or the code must change.
    #[error("the store rejected the request")]
    Rejected(#[source] Cause),
    /// It holds an item that does not decode.
    #[error("the store holds an item that does not decode")]
    Item(#[from] ItemError),
    /// The range holds more records than can be counted for one answer.
    #[error("the range takes more than {COUNT_ROUND_TRIPS_MAX} requests or {} s to count", COUNT_TIME_MAX.as_secs())]
    TooManyToCount,
}

impl From<BuildError> for StoreError {
    fn from(error: BuildError) -> Self {
        Self::Rejected(error.into())
    }
}

/// Codes of errors that mean "try again". A cancelled transaction is read by [`super::transaction`].
///
/// Source: Developer Guide, "Error handling with DynamoDB".
const TRANSIENT: [&str; 9] = [
    "ThrottlingException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "InternalServerError",
    "ServiceUnavailable",
    "LimitExceededException",
    "ReplicatedWriteConflictException",
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
