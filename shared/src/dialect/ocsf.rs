//! An event of the log as an event of OCSF, the Open Cybersecurity Schema Framework, version 1.8 (valid in 1.7 too).
//!
//! | module | says |
//! |---|---|
//! | [`known`] | which class and activity each event type is, and what it is about |
//! | [`event`] | the event as a whole: class, activity, times, where it came from |
//! | [`user`] | who did it, and whom it was done to |
//! | [`entity`] | what it was done to |
//! | [`unmapped`] | what OCSF has no place for |
//! | [`marker`] | what stands in place of an event that cannot be shown |
//!
//! `docs/ocsf.md` has all of it for people; a test holds the two against each other.

mod entity;
mod event;
mod known;
mod marker;
mod metadata;
mod unmapped;
mod user;

pub use known::{About, KNOWN, Known};
pub use metadata::OCSF_VERSION;

use crate::dialect::feed::FeedRow;
use crate::process::ocsf_mapping::OcsfMapping;
use crate::values::ids::AccountId;

/// The row as one line of JSON.
pub fn ocsf_event(row: &FeedRow<'_>, account: &AccountId, mapping: &OcsfMapping) -> String {
    let event = match row {
        FeedRow::Event(event) => event::of_event(event, account, mapping),
        FeedRow::Marker(marker) => marker::of_marker(marker, account),
    };
    serde_json::to_string(&event).expect("an object of strings serialises")
}

#[cfg(test)]
mod tests;
