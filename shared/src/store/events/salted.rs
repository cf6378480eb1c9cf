//! An event as an item to be put, with a salt of its own: every writer's puts are made here, so that none can forget it.

use crate::event::AuditEvent;
use crate::store::StoreError;
use crate::table::attribute;
use crate::table::digest::SALT_BYTES;
use crate::table::item::{Item, encode_event};
use crate::values::ids::AccountId;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;

/// The event as an item, with 16 random bytes: they keep the digest that its account's log has of it from telling what it says to
/// anyone who guesses. They are no part of what the event says.
pub(in crate::store) fn salted_event(account: &AccountId, event: &AuditEvent) -> Result<Item, StoreError> {
    let mut salt = vec![0; SALT_BYTES];
    getrandom::fill(&mut salt).map_err(|error| StoreError::Unavailable(error.into()))?;
    let mut item = encode_event(account, event);
    item.insert(attribute::SALT.to_owned(), AttributeValue::B(Blob::new(salt)));
    Ok(item)
}
