//! The id of a request, in every answer and in every log line.

use std::fmt;

/// The id of one request: 15 letters and digits, as the dashboard dialect wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    /// Letters and digits in it.
    pub const LENGTH: usize = 15;

    /// A new one. It is a label, not a secret.
    pub fn random() -> Self {
        Self(std::iter::repeat_with(fastrand::alphanumeric).take(Self::LENGTH).collect())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
