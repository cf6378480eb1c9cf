//! Destinations: where the events of an account are sent to, in which form, and how far that has got.

pub mod change;
pub mod header;
pub mod progress;
pub mod secret;
pub mod target;

use crate::values::destination_id::DestinationId;
use crate::values::format::Format;
use crate::values::ids::AccountId;
use crate::values::timestamp::Timestamp;
use progress::Progress;
use target::Target;

/// Most destinations of an account that are not removed.
pub const DESTINATIONS_MAX: usize = 16;

/// Longest reason of a pause or of a failure that is kept, in characters.
pub const WHY_LENGTH_MAX: usize = 200;

/// One destination of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// Its id, which no other destination of any account has.
    pub id: DestinationId,
    /// The account whose events it gets.
    pub account: AccountId,
    /// Where the events go.
    pub target: Target,
    /// How each event is written.
    pub format: Format,
    /// When it was made.
    pub created_at: Timestamp,
    /// When one of the changes of [`change::Change`] was last made to it. It never moves back, and sending does not move it.
    pub changed_at: Timestamp,
    /// Whether events are sent.
    pub status: Status,
    /// How far it has got.
    pub progress: Progress,
}

/// Whether a destination gets events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// It does.
    Active,
    /// It does not, until it is resumed; its position stays.
    Paused {
        /// The reason in a few words, such as `status 410`.
        why: String,
    },
    /// It never will again. Its secrets and headers are gone.
    Removed,
}

impl Status {
    /// Its word in the table and in what commands print.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused { .. } => "paused",
            Self::Removed => "removed",
        }
    }
}

impl Destination {
    /// When the next change is made: now, or the millisecond behind the last change if a clock says that it is earlier.
    pub fn next_change_at(&self, now: Timestamp) -> Timestamp {
        now.max(self.changed_at.plus_ms(1).unwrap_or(Timestamp::MAX))
    }

    /// Whether events are to be sent to it.
    pub fn is_active(&self) -> bool {
        self.status == Status::Active
    }
}
