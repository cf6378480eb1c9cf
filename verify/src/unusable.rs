//! Input that nothing can be said of: what it is, and why.

use std::fmt;

/// Input that nothing can be said of.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {why}")]
pub struct Unusable {
    what: String,
    why: String,
}

impl Unusable {
    /// What cannot be used, and why.
    pub fn new(what: &str, why: impl fmt::Display) -> Self {
        Self { what: what.to_owned(), why: why.to_string() }
    }
}
