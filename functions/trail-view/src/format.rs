//! The forms in which the list can be had as a file.

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// A table, with a line of names before the first part.
    Csv,
    /// One JSON object a line.
    Ndjson,
}

impl Format {
    /// Both, in the order of the page.
    const ALL: [Self; 2] = [Self::Csv, Self::Ndjson];

    /// Reads its name in a path.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == text)
    }

    /// Its name in a path, and the ending of its files.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }

    /// Its media type.
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Ndjson => "application/x-ndjson",
        }
    }
}
