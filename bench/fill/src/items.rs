//! An event of a file as the engine's item.

use anyhow::{Context as _, Result, anyhow, bail};
use aws_sdk_dynamodb::types::AttributeValue;
use dynoxide::types::{AttributeValue as Stored, Item};
use shared::event::input::EventInput;
use shared::table::item::encode_event;
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;

/// The item that the service writes for the event of a line, but for the salt and the name of the writer.
///
/// # Errors
/// The line is no event, or has no `id` or `created_at`.
pub(crate) fn item(line: &str, account: &AccountId, now: Timestamp) -> Result<Item> {
    let input = EventInput::parse(line).map_err(|faults| anyhow!("{faults}"))?;
    let id = input.id.clone().context("an event needs an id")?;
    let created_at = input.created_at.as_ref().context("an event needs a created_at")?.floor();
    let attributes = encode_event(account, &input.into_event(id, created_at, now));
    attributes.into_iter().map(|(name, value)| Ok((name, stored(value)?))).collect()
}

fn stored(value: AttributeValue) -> Result<Stored> {
    match value {
        AttributeValue::S(text) => Ok(Stored::S(text)),
        other => bail!("an attribute of an event is a string, not {other:?}"),
    }
}
