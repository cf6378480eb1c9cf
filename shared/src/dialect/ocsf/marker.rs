//! What stands in place of an event that cannot be shown: that it cannot is itself an event, and one to act on.

use super::entity::Entity;
use super::event::{OcsfEvent, Target, Told};
use super::metadata::Metadata;
use super::unmapped::Unmapped;
use crate::dialect::feed::{FeedMarker, Unshown};
use crate::process::ocsf_mapping::Meaning;
use crate::values::ids::AccountId;
use crate::values::ocsf::{Activity, Class, Severity, Status};

/// The marker as an event of OCSF. Where not even its time is known, it is that at which it was put in the log.
pub(super) fn of_marker<'a>(marker: &FeedMarker<'a>, account: &'a AccountId) -> OcsfEvent<'a> {
    let (event_code, message, severity) = match marker.why {
        Unshown::Missing => {
            ("EVENT_MISSING", "The event at this position of the log is missing, or cannot be read", Severity::High)
        }
        Unshown::Altered => {
            ("EVENT_ALTERED", "Another event stands in place of the one that the log knows", Severity::Critical)
        }
    };
    let activity = Activity::other(Class::EntityManagement);
    Told {
        meaning: Meaning { activity, status: Status::Unknown, severity },
        source_name: event_code,
        time: marker.created_at.unwrap_or(marker.appended_at).epoch_ms(),
        message: Some(message),
        metadata: Metadata::of_marker(marker, event_code, account),
        target: Target::Entity { entity: Entity::of_marker(marker) },
        unmapped: Unmapped::of_marker(marker),
    }
    .into_event()
}
