//! A destination of the table as the senders know it.

use crate::send::Target;
use crate::send::event_bridge::{Bus, EventBridgeTarget};
use crate::send::https::HttpsTarget;
use crate::send::https::endpoint::{Endpoint, Reach};
use crate::send::https::headers::ExtraHeaders;
use crate::send::s3::{BucketName, Prefix, S3Target};
use crate::send::signature::{Secret, Secrets};
use shared::destination::target::Target as Place;
use std::error::Error;
use std::time::Duration;

/// Why nothing can be sent to a destination.
#[derive(Debug, thiserror::Error)]
#[error("the destination is not one that can be sent to: {0}")]
pub struct NotATarget(#[source] Box<dyn Error + Send + Sync>);

/// The target of a destination, for a process of that reach.
///
/// # Errors
/// [`NotATarget`] if there is no secret, or a part of it is not what the senders take.
pub fn target(place: &Place, reach: Reach) -> Result<Target, NotATarget> {
    made(place, reach).map_err(NotATarget)
}

fn made(place: &Place, reach: Reach) -> Result<Target, Box<dyn Error + Send + Sync>> {
    Ok(match place {
        Place::S3 { bucket, prefix, window_s } => Target::S3(S3Target {
            bucket: BucketName::parse(bucket.as_str())?,
            prefix: Prefix::parse(prefix.as_str())?,
            window: Duration::from_secs(u64::from(*window_s)),
        }),
        Place::EventBridge { bus } => Target::EventBridge(EventBridgeTarget { bus: Bus::parse(bus.as_str())? }),
        Place::Https { url, secrets, headers, allows_private } => {
            let secret = |at: usize| secrets.get(at).map(|secret| Secret::parse(secret.reveal())).transpose();
            Target::Https(HttpsTarget {
                endpoint: Endpoint::parse(url.as_str(), reach)?,
                secrets: Secrets { current: secret(0)?.ok_or("it has no secret")?, previous: secret(1)? },
                headers: ExtraHeaders::parse(headers.iter().map(|header| (header.name(), header.reveal())))?,
                is_private_allowed: *allows_private,
            })
        }
    })
}
