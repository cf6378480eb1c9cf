//! The formats that an event can be given out in: the feed's own, OCSF, CloudEvents. One function writes a row in each.

use crate::dialect::cloud_events::cloud_event;
use crate::dialect::feed::FeedRow;
use crate::dialect::ocsf::ocsf_event;
use crate::process::ocsf_mapping::OcsfMapping;
use crate::values::format::Format;
use crate::values::ids::AccountId;

/// What a row does not say by itself, but some formats do.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The account whose log it is in.
    pub account: &'a AccountId,
    /// What the operator says of event types.
    pub mapping: &'a OcsfMapping,
}

/// The row as one line of JSON, without the end of the line.
pub fn line(row: &FeedRow<'_>, format: Format, context: &Context<'_>) -> String {
    match format {
        Format::Audit => json(row),
        Format::Ocsf => ocsf_event(row, context.account, context.mapping),
        Format::CloudEvents => cloud_event(row, context.account),
    }
}

fn json(row: &FeedRow<'_>) -> String {
    serde_json::to_string(row).expect("an object of strings serialises")
}
