//! What the operator is told of an error of the SDK: its name, and nothing that it quotes.

use super::Why;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

/// Characters of a name that are shown.
const NAME_LENGTH_MAX: usize = 64;

/// The reason, by the name that the service gives.
pub(super) fn why<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Why {
    match error {
        SdkError::TimeoutError(_) => Why::Timeout,
        SdkError::DispatchFailure(failure) if failure.is_timeout() => Why::Timeout,
        SdkError::DispatchFailure(_) => Why::NotConnected,
        SdkError::ResponseError(_) => Why::NotHttp,
        SdkError::ServiceError(failure) => {
            failure.err().code().map_or(Why::Status(failure.raw().status().as_u16()), named)
        }
        _ => named("NotSent"), // the SDK could not make a request of it
    }
}

/// The reason that the name of an error stands for.
pub(super) fn named(name: &str) -> Why {
    let plain = |c: &char| c.is_ascii_alphanumeric() || "._-".contains(*c);
    Why::Aws(name.chars().filter(plain).take(NAME_LENGTH_MAX).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_and_plain() {
        assert_eq!(named("NoSuchBucket"), Why::Aws("NoSuchBucket".to_owned()));
        assert_eq!(named("a b\n<c>\u{1b}[31m"), Why::Aws("abc31m".to_owned()));
        assert_eq!(named(&"a".repeat(65)), Why::Aws("a".repeat(64)));
    }
}
