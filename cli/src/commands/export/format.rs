//! The forms that an export can have.

use serde::{Deserialize, Serialize};
use shared::dialect::network::render;

/// What a line of the output is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Format {
    /// An event with everything that was recorded, as in GET /audit-trail/feed
    Ndjson,
    /// An event that has a subject, in the columns of the network audit
    Csv,
}

impl Format {
    /// Its name, as it is given.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
        }
    }

    /// What the output begins with.
    pub(super) fn head(self) -> String {
        match self {
            Self::Ndjson => String::new(),
            Self::Csv => render(&[]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_begins_with_its_header() {
        let header = "MessageKey,EntityKey,EntityId,When,Principal,Message,PreviousState,CurrentState\r\n";
        assert_eq!([Format::Csv.head(), Format::Ndjson.head()], [header, ""]);
    }
}
