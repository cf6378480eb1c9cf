//! The two halves of the network audit.

use strum::VariantArray as _;

/// Which half of the network audit an event belongs to. Each half has two endpoints: of all users, and of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::EnumString, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Category {
    /// Changes to users.
    Users,
    /// Use of access: log-ons and the like.
    UserAccess,
}

impl Category {
    /// Both, in the order of the docs.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The text in keys and JSON, such as `userAccess`.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Reads the text that [`Self::as_str`] writes, and no other.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}
