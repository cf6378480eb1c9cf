//! The two halves of the network audit.

/// What half of the network audit an event belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Category {
    /// Changes to users.
    Users,
    /// Use of access: log-ons and the like.
    UserAccess,
}

impl Category {
    /// Both, in the order of the docs.
    pub const ALL: [Self; 2] = [Self::Users, Self::UserAccess];

    /// The text in keys and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::UserAccess => "userAccess",
        }
    }

    /// Reads the text that [`Self::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.as_str() == text)
    }
}
