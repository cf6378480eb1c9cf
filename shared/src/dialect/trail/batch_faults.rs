//! What is wrong with a batch of events, all of it at once.

use crate::input::faults::Faults;
use std::collections::BTreeMap;

/// The faults of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BatchFaults {
    /// Those of the body's own fields.
    pub body: Faults,
    /// Those of the events, by their place in the batch, from 0.
    pub events: BTreeMap<usize, Faults>,
}

impl BatchFaults {
    pub(super) fn is_none(&self) -> bool {
        self.body == Faults::default() && self.events.is_empty()
    }
}
