//! The formats in which events leave the service.

/// How an event is written for whoever reads it elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum Format {
    /// `audit`: a row of the feed.
    Audit,
    /// `ocsf`: an event of the Open Cybersecurity Schema Framework.
    Ocsf,
    /// `cloudevents`: a CloudEvent whose data is a row of the feed.
    CloudEvents,
}

impl Format {
    /// All of them, in the order in which they are documented.
    pub const ALL: &[Self] = <Self as strum::VariantArray>::VARIANTS;

    /// Its name on the wire, in the table and on the command line.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Reads the name that [`Self::as_str`] gives, and no other.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_formats_are_these_three() {
        let names: Vec<_> = Format::ALL.iter().map(|format| format.as_str()).collect();
        assert_eq!(names, ["audit", "ocsf", "cloudevents"]);
        for format in Format::ALL {
            assert_eq!(Format::parse(format.as_str()), Some(*format));
        }
        for bad in ["", "OCSF", "cloud_events", "json"] {
            assert_eq!(Format::parse(bad), None, "{bad:?} was read");
        }
    }
}
