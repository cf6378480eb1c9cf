//! A destination of the table as the senders know it.

use crate::send::Target;
use crate::send::event_bridge::EventBridgeTarget;
use crate::send::https::HttpsTarget;
use crate::send::https::endpoint::{Endpoint, Reach};
use crate::send::https::headers::ExtraHeaders;
use crate::send::s3::S3Target;
use crate::send::signature::Secrets;
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
/// [`NotATarget`] if there is no secret, the URL is none that this process sends to, or a header is there twice.
pub fn target(place: &Place, reach: Reach) -> Result<Target, NotATarget> {
    made(place, reach).map_err(NotATarget)
}

fn made(place: &Place, reach: Reach) -> Result<Target, Box<dyn Error + Send + Sync>> {
    Ok(match place {
        Place::S3 { bucket, prefix, window_s } => Target::S3(S3Target {
            bucket: bucket.clone(),
            prefix: prefix.clone(),
            window: Duration::from_secs(u64::from(*window_s)),
        }),
        Place::EventBridge { bus } => Target::EventBridge(EventBridgeTarget { bus: bus.clone() }),
        Place::Https { url, secrets, headers, allows_private } => {
            let secret = |at: usize| secrets.get(at).cloned();
            Target::Https(HttpsTarget {
                endpoint: Endpoint::parse(url.as_str(), reach)?,
                secrets: Secrets { current: secret(0).ok_or("it has no secret")?, previous: secret(1) },
                headers: ExtraHeaders::of(headers)?,
                is_private_allowed: *allows_private,
            })
        }
    })
}
