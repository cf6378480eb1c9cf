//! How the process ends where that is neither done nor simply failed.

use aws_sdk_dynamodb::error::BoxError;

/// An end with an exit code of its own, and what is said of it on standard error.
#[derive(Debug, thiserror::Error)]
#[error("{said}")]
pub(crate) struct Exit {
    /// The code.
    pub(crate) code: u8,
    /// The sentence.
    pub(crate) said: String,
}

/// The exit code of an error: 1 unless it says another.
pub fn exit_code(error: &BoxError) -> u8 {
    error.downcast_ref::<Exit>().map_or(1, |exit| exit.code)
}
