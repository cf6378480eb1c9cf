//! What is sent to a destination at once, where it goes, and what became of it.

mod aws;
pub mod event_bridge;
pub mod https;
pub mod s3;
pub mod signature;
mod why;

pub use why::Why;

use event_bridge::EventBridgeTarget;
use https::{Https, HttpsTarget};
use s3::{Objects, S3Target};
use shared::dialect::formats::Format;
use shared::values::destination_id::DestinationId;
use shared::values::ids::{AccountId, EventType};
use shared::values::timestamp::Timestamp;
use std::time::Duration;

/// One event of the feed, written for its destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its place in the account's log.
    pub position: u64,
    /// When it got that place; it never falls along positions.
    pub appended_at: Timestamp,
    /// When it happened; none where the log does not say.
    pub created_at: Option<Timestamp>,
    /// What happened; none of an event that is missing or altered.
    pub event_type: Option<EventType>,
    /// The event in the destination's format: JSON, one line without its end.
    pub text: String,
}

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

/// The longest that a destination may ask to be left alone.
pub const WAIT_MAX: Duration = Duration::from_hours(24);

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

/// Where a destination's parcels go.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "there is one for each destination that is sent to, and no list of them")]
pub enum Target {
    /// To a receiver of webhooks.
    Https(HttpsTarget),
    /// Into objects.
    S3(S3Target),
    /// To a bus.
    EventBridge(EventBridgeTarget),
}

impl Target {
    /// Which of an account's next lines are the next parcel; none if there is no line.
    pub fn plan(&self, account: &AccountId, lines: &[Line], now: Timestamp) -> Option<Plan> {
        match self {
            Self::Https(target) => target.plan(lines),
            Self::S3(target) => target.plan(lines, now),
            Self::EventBridge(target) => target.plan(account, lines),
        }
    }
}

/// What parcels are sent with.
#[derive(Debug)]
pub struct Means {
    /// Posts webhooks.
    pub https: Https,
    /// Keeps objects.
    pub objects: Objects,
    /// Puts entries on buses; none in `audit serve`.
    pub event_bridge: Option<aws_sdk_eventbridge::Client>,
}

impl Means {
    /// Sends a parcel. It may be sent again, with the same lines, until it is stored.
    pub async fn send(&self, target: &Target, parcel: &Parcel<'_>, now: Timestamp) -> Outcome {
        match (target, &self.event_bridge) {
            (Target::Https(target), _) => self.https.send(target, parcel, now).await,
            (Target::S3(target), _) => self.objects.send(target, parcel).await,
            (Target::EventBridge(target), Some(client)) => event_bridge::send(client, target, parcel).await,
            (Target::EventBridge(_), None) => Outcome::Refused { wait: None, why: Why::NoEventBridge },
        }
    }

    /// Sends something that is no event, to see whether it arrives.
    ///
    /// # Errors
    /// Why it did not.
    pub async fn try_out(
        &self,
        target: &Target,
        destination: &DestinationId,
        account: &AccountId,
        now: Timestamp,
    ) -> Result<(), Why> {
        match (target, &self.event_bridge) {
            (Target::Https(target), _) => self.https.try_out(target, destination, account, now).await,
            (Target::S3(target), _) => self.objects.try_out(target, destination, now).await,
            (Target::EventBridge(target), Some(client)) => event_bridge::try_out(client, target, account, now).await,
            (Target::EventBridge(_), None) => Err(Why::NoEventBridge),
        }
    }
}
