//! The formats that an event can be given out in: the feed's own, OCSF, CloudEvents.

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
}
