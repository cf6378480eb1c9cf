//! Makes the ids of destinations: the one place that does.

use crate::values::destination_id::DestinationId;

/// A new one. It is a label, not a secret.
pub fn destination_id() -> DestinationId {
    DestinationId::of_random(fastrand::u64(..))
}
