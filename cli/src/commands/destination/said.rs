//! What is shown once.

use aws_sdk_dynamodb::error::BoxError;
use std::io::{self, Write as _};

/// Prints what is shown once. That nobody reads it is an error, for nobody has the secret then.
pub(super) fn reveal(text: &str) -> Result<(), BoxError> {
    Ok(writeln!(io::stdout(), "{text}")?)
}
