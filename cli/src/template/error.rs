//! Why a template cannot be served.

/// The place in the template, and what is wrong there, in one line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct TemplateError {
    place: String,
    problem: String,
}

impl TemplateError {
    pub(crate) fn new(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { place: place.into(), problem: problem.into().replace('\n', " ") }
    }

    /// The same error, said of a file.
    pub(crate) fn within(self, file: &str) -> Self {
        Self { place: format!("{file}: {}", self.place), problem: self.problem }
    }
}
