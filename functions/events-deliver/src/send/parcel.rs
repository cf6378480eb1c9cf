//! What is sent at once, which lines that is, and what becomes of it.

use super::why::Why;
pub use shared::destination::progress::ASKED_WAIT_MAX as WAIT_MAX;
pub use shared::dialect::outgoing::OutgoingRow as Line;
use shared::values::destination_id::DestinationId;
use shared::values::format::Format;
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;
use std::time::Duration;

/// A range of positions on its way to one destination. The same range is always sent as the same parcel.
#[derive(Debug, Clone, Copy)]
pub struct Parcel<'a> {
    /// Where it goes to.
    pub destination: &'a DestinationId,
    /// The account whose events these are.
    pub account: &'a AccountId,
    /// What the lines are written as.
    pub format: Format,
    /// The events: one at least, of rising positions.
    pub lines: &'a [Line],
}

impl Parcel<'_> {
    /// The position of the first event.
    pub fn first(&self) -> u64 {
        self.lines.first().map_or(0, |line| line.position)
    }

    /// The position of the last event.
    pub fn last(&self) -> u64 {
        self.lines.last().map_or(0, |line| line.position)
    }
}

/// What became of a parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The destination acknowledged all events below a position, which is behind the parcel's first.
    Stored {
        /// The first position that is still to be sent.
        next: u64,
    },
    /// Nothing was acknowledged.
    Refused {
        /// How long the destination asks to be left alone, [`WAIT_MAX`] at most.
        wait: Option<Duration>,
        /// What to tell the operator.
        why: Why,
    },
    /// The destination is gone for good (410): it is to be paused.
    Gone {
        /// What to tell the operator.
        why: Why,
    },
}

/// Which of the lines at hand are the next parcel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// All up to this position are.
    Send {
        /// The last position of the parcel.
        last: u64,
    },
    /// More may come to it until then.
    Wait {
        /// When the parcel is closed, however small it is.
        until: Timestamp,
    },
}
