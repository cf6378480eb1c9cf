//! The formats in which events are given out.

use strum::VariantArray as _;

/// What a row is written as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum Format {
    /// `audit`: the feed's own event, with everything that was recorded.
    #[default]
    Audit,
    /// `ocsf`: an event of the Open Cybersecurity Schema Framework, 1.8.
    Ocsf,
    /// `cloudevents`: a CloudEvent 1.0 in structured JSON, whose data is the feed's own event.
    CloudEvents,
}

impl Format {
    /// All of them.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// Its name in parameters and flags.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Reads the name.
    ///
    /// # Errors
    /// What would be accepted, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let names = || Self::ALL.iter().map(|format| format.as_str()).collect::<Vec<_>>().join(", ");
        text.parse().map_err(|_| format!("must be one of {}", names()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_read_by_its_name_alone() {
        assert_eq!(
            Format::ALL.iter().map(|format| format.as_str()).collect::<Vec<_>>(),
            ["audit", "ocsf", "cloudevents"]
        );
        for format in Format::ALL {
            assert_eq!(Format::parse(format.as_str()), Ok(*format));
        }
        for bad in ["", "OCSF", "ocsf ", "json", "cloud_events", "cef"] {
            assert_eq!(Format::parse(bad), Err("must be one of audit, ocsf, cloudevents".to_owned()), "{bad:?}");
        }
    }
}
