//! What can happen next.

use crate::model::log::worker::Answer;

/// Something that happens, at once and whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// So many seconds pass.
    Wait(u64),
    /// A writer does what is to be done next to the event.
    Make {
        /// The event.
        event: usize,
        /// Whether the stream loses that.
        is_lost: bool,
    },
    /// A hand puts an item far beyond the end of the account's log.
    Plant(usize),
    /// A batch is delivered, whoever else may have it.
    Deliver {
        /// The consumer that gets it.
        worker: usize,
        /// The shard that it is of.
        shard: usize,
        /// Its first record.
        from: usize,
        /// The record behind its last.
        to: usize,
    },
    /// The reconciler reads the log of the account.
    ReadLog(usize),
    /// A worker does what it has to do next.
    Step(usize, Step),
}

/// What a worker does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It looks for events in the table.
    Look,
    /// It walks back from the end of the log.
    Walk,
    /// It puts an item.
    Put(Answer),
    /// It marks accounts as grown.
    Mark,
    /// It acknowledges its batch.
    Acknowledge,
    /// It stops for good.
    Stop,
}

impl Action {
    /// Whether a log, or that everything is done, may have become another by it.
    pub fn may_show_a_fault(self) -> bool {
        match self {
            Self::Wait(_)
            | Self::Make { .. }
            | Self::Plant(_)
            | Self::Deliver { .. }
            | Self::ReadLog(_)
            | Self::Step(_, Step::Walk) => false,
            Self::Step(_, Step::Look | Step::Put(_) | Step::Mark | Step::Acknowledge | Step::Stop) => true,
        }
    }
}
