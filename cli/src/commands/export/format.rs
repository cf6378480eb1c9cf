//! The forms that an export can have.

use serde::{Deserialize, Serialize};
use shared::dialect::network::render;
use shared::values::format;

/// What a line of the output is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Format {
    /// An event with everything that was recorded, as in GET /audit-trail/feed
    Ndjson,
    /// An event that has a subject, in the columns of the network audit
    Csv,
    /// An event of OCSF 1.8, the Open Cybersecurity Schema Framework
    Ocsf,
    /// A CloudEvent 1.0, whose data is an event as in ndjson
    Cloudevents,
}

impl Format {
    /// Its name, as it is given.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::Ocsf => "ocsf",
            Self::Cloudevents => "cloudevents",
        }
    }

    /// The format of the feed that it is made of.
    pub(super) fn of_feed(self) -> format::Format {
        match self {
            Self::Ndjson | Self::Csv => format::Format::Audit,
            Self::Ocsf => format::Format::Ocsf,
            Self::Cloudevents => format::Format::CloudEvents,
        }
    }

    /// What the output begins with.
    pub(super) fn head(self) -> String {
        match self {
            Self::Ndjson | Self::Ocsf | Self::Cloudevents => String::new(),
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
