//! What a call came to, over all destinations.

use crate::turn::Turned;
use serde::Serialize;

/// What a call came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Active destinations of the accounts that this call looked at.
    pub destinations: usize,
    /// Accounts whose destinations could not be read.
    pub accounts_failed: usize,
    /// Events that destinations acknowledged.
    pub events_sent: u64,
    /// Parcels that they came in.
    pub parcels_sent: u64,
    /// Destinations that did not take what they were sent, in this call.
    pub destinations_refusing: usize,
    /// Destinations whose last try failed, in this call or before.
    pub destinations_failing: usize,
    /// Destinations that could not be worked on for a reason of ours.
    pub destinations_failed: usize,
    /// The greatest lag of a destination, in milliseconds.
    pub lag_ms: u64,
    /// The most entries that are due at a destination and not there.
    pub lag_events: u64,
}

impl Outcome {
    /// Counts a destination in.
    pub(crate) fn add(&mut self, turned: Turned) {
        self.events_sent += turned.events;
        self.parcels_sent += turned.parcels;
        self.destinations_refusing += usize::from(turned.is_refusing);
        self.destinations_failing += usize::from(turned.is_failing);
        self.destinations_failed += usize::from(turned.is_ours_to_mend);
        self.lag_ms = self.lag_ms.max(turned.lag.ms);
        self.lag_events = self.lag_events.max(turned.lag.events);
    }
}
