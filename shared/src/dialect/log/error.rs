//! The errors of what proves the log.

use crate::dialect::trail::TrailError;
use crate::http::endpoint::RequestFault;
use crate::http::exchange::{Answer, Refusal};
use crate::input::faults::Faults;
use crate::process::request_id::RequestId;
use crate::store::StoreError;
use lambda_http::http::StatusCode;
use lambda_http::http::header::RETRY_AFTER;
use serde_json::json;
use std::error::Error;

/// Seconds after which to ask again for what is not signed yet: some of the time between two rounds.
const ROUND_RETRY_AFTER_S: u32 = 30;

/// Why a request for what proves the log is refused.
#[derive(Debug)]
pub enum LogError {
    /// For a reason that the trail has too, and with its answer.
    Trail(TrailError),
    /// The path is none of the log: 404.
    UnknownPath,
    /// The path is not one of a tile: 400.
    NotATile,
    /// No round was signed yet: 404, and try again.
    NoCheckpoint,
    /// No checkpoint of the newest log of rounds has that size: 404.
    NoSuchCheckpoint,
    /// The tile is not in the log of rounds at its newest checkpoint: 404.
    BeyondCheckpoint {
        /// Entries of the log at the checkpoint.
        size: u64,
    },
    /// The tile is not in the account's log at its newest signed head: 404.
    BeyondHead {
        /// Entries of the log at the head.
        size: u64,
    },
    /// Items are asked for from a position behind the newest signed head: 400.
    FromBeyondHead {
        /// Entries of the log at the head.
        size: u64,
    },
    /// The log does not have the position: 404.
    NoPosition {
        /// The position behind the last one.
        end: u64,
    },
    /// The position is in the log and not signed yet: 409, and try again.
    NotSigned {
        /// The position.
        position: u64,
        /// Entries of the log at its newest signed head.
        size: u64,
    },
    /// The event is recorded and not in the log yet: 409, and try again.
    NotLogged,
    /// There is no such event, neither in the table nor in the log around its time: 404.
    NoEvent,
    /// The event is not in the log near the time at which it was recorded: 404.
    NotFound {
        /// The position from which on it was looked for.
        first: u64,
        /// How many entries were read.
        read: u64,
    },
}

impl From<TrailError> for LogError {
    fn from(error: TrailError) -> Self {
        Self::Trail(error)
    }
}

impl From<StoreError> for LogError {
    fn from(error: StoreError) -> Self {
        Self::Trail(error.into())
    }
}

impl From<RequestFault> for LogError {
    fn from(fault: RequestFault) -> Self {
        Self::Trail(fault.into())
    }
}

impl From<Faults> for LogError {
    fn from(faults: Faults) -> Self {
        Self::Trail(faults.into())
    }
}

impl LogError {
    /// The error of the store that it comes from; none if it says something of the log.
    pub fn into_store_error(self) -> Option<StoreError> {
        match self {
            Self::Trail(TrailError::Store(error)) => Some(error),
            _ => None, // every other one
        }
    }
}

impl Refusal for LogError {
    fn answer(&self, request_id: &RequestId) -> Answer {
        let missing = |detail: String| detail_of(StatusCode::NOT_FOUND, &detail);
        let later = |answer: Answer| answer.with_header(RETRY_AFTER, ROUND_RETRY_AFTER_S);
        match self {
            Self::Trail(error) => error.answer(request_id),
            Self::UnknownPath => missing("Not found.".to_owned()),
            Self::NotATile => detail_of(
                StatusCode::BAD_REQUEST,
                "The path of a tile is <level>/<index> or entries/<index>, where the level is 0 to 7 and the index stands in groups of \
                 three digits, up to 15, as in 0/x001/x234/067; a tile that is not full ends in .p/<width>, of 1 to 255.",
            ),
            Self::NoCheckpoint => {
                later(missing("No round was signed yet. Try again after the first round.".to_owned()))
            }
            Self::NoSuchCheckpoint => missing(
                "The newest log of rounds has no checkpoint of this size: it must be that of a checkpoint.".to_owned(),
            ),
            Self::BeyondCheckpoint { size } => missing(beyond("The log of rounds", *size, "at its newest checkpoint")),
            Self::BeyondHead { size } => missing(beyond("The account's log", *size, "at its newest signed head")),
            Self::FromBeyondHead { size } => {
                let message = format!("must be a position that is signed, or the one behind: at most {size}");
                TrailError::from(Faults::of("from", message)).answer(request_id)
            }
            Self::NoPosition { end } => {
                missing(format!("The account's log has no such position: it has {end} entries."))
            }
            Self::NotSigned { position, size } => later(detail_of(
                StatusCode::CONFLICT,
                &format!(
                    "Position {position} is in the log and not signed yet: {size} entries are. Try again after the next round."
                ),
            )),
            Self::NotLogged => later(detail_of(
                StatusCode::CONFLICT,
                "The event is recorded and not in the log yet. Try again after the next round.",
            )),
            Self::NoEvent => missing("There is no event of this created_at and id.".to_owned()),
            Self::NotFound { first, read } => missing(format!(
                "The event is not among the {read} entries of the log from {first} on, where it was recorded: it was put in the \
                 log late. Ask by its position, which the feed says."
            )),
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::Trail(error) => error.reason(),
            Self::UnknownPath => "no such path",
            Self::NotATile => "path is not one of a tile",
            Self::NoCheckpoint => "no round was signed yet",
            Self::NoSuchCheckpoint => "no such checkpoint",
            Self::BeyondCheckpoint { .. } => "tile is beyond the checkpoint",
            Self::BeyondHead { .. } => "tile is beyond the signed head",
            Self::FromBeyondHead { .. } => "position is beyond the signed head",
            Self::NoPosition { .. } => "no such position",
            Self::NotSigned { .. } => "not signed yet",
            Self::NotLogged => "not in the log yet",
            Self::NoEvent => "no such event",
            Self::NotFound { .. } => "event not found near its time",
        }
    }

    fn cause(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Trail(error) => error.cause(),
            Self::UnknownPath | Self::NotATile | Self::NoCheckpoint | Self::NoSuchCheckpoint => None,
            Self::BeyondCheckpoint { .. } | Self::BeyondHead { .. } | Self::FromBeyondHead { .. } => None,
            Self::NoPosition { .. } | Self::NotSigned { .. } | Self::NotLogged => None,
            Self::NoEvent | Self::NotFound { .. } => None,
        }
    }
}

fn beyond(log: &str, size: u64, when: &str) -> String {
    format!(
        "{log} does not have this tile: it has {size} entries {when}, and a tile is at most as wide as those make it."
    )
}

fn detail_of(status: StatusCode, detail: &str) -> Answer {
    Answer::json(status, json!({ "detail": detail }).to_string())
}
