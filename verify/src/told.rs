//! What each line of an export turned out to be.

use crate::held::Held;
use crate::sealed::Touch;
use shared::values::timestamp::Timestamp;

/// What a line turned out to be.
#[derive(Debug)]
pub(crate) struct Told {
    /// The number of the line, from 1.
    pub(crate) line: u64,
    /// The position that it claims.
    pub(crate) position: u64,
    /// What it is there.
    pub(crate) outcome: Outcome,
}

/// What a line is, beside the entry of its position.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The event that was sealed.
    Same,
    /// Something else; the events' own names are kept.
    Other(Box<Other>),
}

/// A line that is not simply the event that was sealed.
#[derive(Debug)]
pub(crate) struct Other {
    pub(crate) what: What,
    /// The sort key of the entry, if it is about an event.
    pub(crate) sealed_sk: Option<String>,
    /// The sort key of the line's item.
    pub(crate) own_sk: Option<String>,
    /// When the line's item was recorded, as it says.
    pub(crate) recorded_at: Option<Timestamp>,
    /// What the log says of the event afterwards, with the position.
    pub(crate) touch: Option<(u64, Touch)>,
}

/// What is not simply the event.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// An item, beside its entry.
    Held(Held),
    /// The table did not have the event.
    Gone,
    /// No entry of an event has that position.
    NoEntry,
    /// The entry was changed or dropped, which has been told.
    Unsound,
}

impl Other {
    /// Whether it may be a line that nobody sealed.
    pub(crate) fn is_doubtful(&self) -> bool {
        match &self.what {
            What::NoEntry => true,
            What::Held(Held::Same | Held::Redacted(_)) | What::Gone | What::Unsound => false,
            What::Held(_) => true, // whatever is not what was sealed
        }
    }
}
