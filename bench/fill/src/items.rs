//! An event of a file as an item of the table, and an item as the engine's.

use std::hash::{BuildHasher as _, RandomState};

use anyhow::{Context as _, Result, anyhow};
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use dynoxide::types::{AttributeValue as Stored, Item as StoredItem};
use shared::event::input::EventInput;
use shared::table::attribute;
use shared::table::item::{Item, encode_event};
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;

/// The item that the service writes for the event of a line, but for the name of the writer.
///
/// # Errors
/// The line is no event, or has no `id` or `created_at`.
pub(crate) fn item(line: &str, account: &AccountId, now: Timestamp) -> Result<Item> {
    let input = EventInput::parse(line).map_err(|faults| anyhow!("{faults}"))?;
    let id = input.id.clone().context("an event needs an id")?;
    let created_at = input.created_at.as_ref().context("an event needs a created_at")?.floor();
    let mut item = encode_event(account, &input.into_event(id, created_at, now));
    item.insert(attribute::SALT.to_owned(), AttributeValue::B(Blob::new(salt(line))));
    Ok(item)
}

/// The 16 bytes of a salt. They need not be secret here, only as long as the service's.
fn salt(line: &str) -> Vec<u8> {
    let half = || RandomState::new().hash_one(line).to_be_bytes();
    [half(), half()].concat()
}

/// The item as the engine takes it. What events and the log are made of are strings, numbers and bytes.
pub(crate) fn stored(item: Item) -> StoredItem {
    let stored = |value| match value {
        AttributeValue::S(text) => Stored::S(text),
        AttributeValue::N(number) => Stored::N(number),
        AttributeValue::B(blob) => Stored::B(blob.into_inner()),
        other => unreachable!("no attribute of an event or of the log is {other:?}"),
    };
    item.into_iter().map(|(name, value)| (name, stored(value))).collect()
}
