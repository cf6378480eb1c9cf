//! What is said of the event itself: where it stands in the log, and when it came there.

use crate::dialect::feed::{FeedEvent, FeedMarker};
use crate::values::ids::AccountId;
use crate::values::timestamp::Timestamp;
use serde::Serialize;

/// The version whose schema the events are written by.
pub const OCSF_VERSION: &str = "1.8.0";

/// OCSF's `metadata`.
#[derive(Debug, Serialize)]
pub(super) struct Metadata<'a> {
    version: &'static str,
    product: Product,
    log_name: &'static str,
    tenant_uid: &'a str,
    uid: &'a str,
    /// The position in the log, by which events are in order.
    sequence: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    original_time: Option<Timestamp>,
    /// Milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    logged_time: Option<i64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    labels: &'static [&'static str],
}

#[derive(Debug, Serialize)]
struct Product {
    name: &'static str,
    vendor_name: &'static str,
    version: &'static str,
}

const PRODUCT: Product =
    Product { name: "Audit Trail", vendor_name: "audit-trail", version: env!("CARGO_PKG_VERSION") };

const LOG_NAME: &str = "audit-trail";

impl<'a> Metadata<'a> {
    pub(super) fn of_event(event: &FeedEvent<'a>, account: &'a AccountId) -> Self {
        let FeedEvent { position, appended_at: _, event } = event;
        let logged_at = event.recorded_at.and_then(Timestamp::parse_fixed);
        Self {
            version: OCSF_VERSION,
            product: PRODUCT,
            log_name: LOG_NAME,
            tenant_uid: account.as_str(),
            uid: event.id,
            sequence: *position,
            event_code: event.event_type,
            original_time: Some(event.created_at),
            logged_time: logged_at.map(Timestamp::epoch_ms),
            labels: if event.redacted.is_empty() { &[] } else { &["redacted"] },
        }
    }

    pub(super) fn of_marker(marker: &FeedMarker<'a>, event_code: &'static str, account: &'a AccountId) -> Self {
        Self {
            version: OCSF_VERSION,
            product: PRODUCT,
            log_name: LOG_NAME,
            tenant_uid: account.as_str(),
            uid: marker.id,
            sequence: marker.position,
            event_code: Some(event_code),
            original_time: marker.created_at,
            logged_time: None,
            labels: &[],
        }
    }
}
