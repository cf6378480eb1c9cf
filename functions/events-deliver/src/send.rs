//! What is sent to a destination at once, where it goes, and what became of it.

mod aws;
pub mod event_bridge;
pub mod https;
mod parcel;
pub mod s3;
pub mod signature;
mod why;

pub use parcel::{Line, Outcome, Parcel, Plan, WAIT_MAX};
pub use why::Why;

use event_bridge::EventBridgeTarget;
use https::{Https, HttpsTarget};
use s3::{Objects, S3Target};
use shared::values::destination_id::DestinationId;
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;

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
