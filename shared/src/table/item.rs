//! Items of the table: how each kind is written as attributes, and read back.

mod credential;
mod day_count;
mod destination;
mod event;
mod event_projection;
mod idempotency;
mod kept;
mod listed;
mod log;
mod reconciled;
mod rounds;
mod row;
mod user;
mod viewer;

pub(crate) use credential::secret_hashes;
pub use credential::{decode_credential, encode_credential};
pub(crate) use day_count::{
    CATEGORY_COUNTS, DAY_STATE, DayState, SUBJECT_COUNTS, TOTAL_COUNTS, day_count_values, decode_day_count_of,
    decode_day_state, decode_day_total,
};
pub use destination::{decode_destination, encode_destination};
pub(crate) use destination::{decode_listed_destination, secrets as webhook_secrets};
pub use event::{decode_event, encode_event, has_derived_keys};
pub use event_projection::EventProjection;
pub(crate) use event_projection::{PLACE_IN_TIME, SUBJECT, decode_day, decode_subject_of};
pub use idempotency::{decode_idempotency, encode_idempotency};
pub use kept::decode_kept_event;
pub(crate) use listed::{decode_listed_account, decode_listed_client_id};
pub(crate) use log::LOG_ITEM;
pub(crate) use log::{LOG_DIRTY, decode_log_dirty};
pub use log::{decode_log_item, encode_log_dirty, encode_log_item};
pub(crate) use reconciled::{decode_reconciled_cursor, decode_reconciled_day};
pub use reconciled::{encode_reconciled_cursor, encode_reconciled_day};
pub(crate) use rounds::{
    CHECKPOINT, HEADS, LOG_OF_ROUNDS, NODE, ROUND, decode_checkpoint, decode_node, encode_checkpoint, head_bytes,
};
pub use rounds::{
    HEADS_BYTES_MAX, HeadsPart, LogOfRounds, RoundItem, Sealed, decode_heads_part, decode_log_of_rounds, decode_round,
    encode_heads_part, encode_log_of_rounds, encode_node, encode_round,
};
pub use row::Projection;
pub use user::{decode_user, encode_user};
pub use viewer::{decode_session, decode_viewer_link, encode_session, encode_viewer_link};

use crate::table::attribute;
use crate::table::key::Key;
use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::HashMap;
use std::fmt::Display;

/// The attributes of one item.
pub type Item = HashMap<String, AttributeValue>;

/// An item that does not decode: history that cannot be read is an error, never a skipped row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("item {key}: attribute {attribute} {problem}")]
pub struct ItemError {
    /// Key of the item.
    pub key: Key,
    /// Name of the attribute.
    pub attribute: &'static str,
    /// What is wrong with it.
    pub problem: &'static str,
}

/// The place of an event: its shard and its sort key.
pub type Place = (String, String);

/// Where an item of a partition of events stands; none of an item that has no such key.
pub fn place(item: &Item) -> Option<Place> {
    let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok());
    let (_, shard) = text(attribute::PK)?.rsplit_once('#')?;
    Some((shard.to_owned(), text(attribute::SK)?.clone()))
}

fn put(item: &mut Item, name: &str, text: impl Into<String>) {
    item.insert(name.to_owned(), AttributeValue::S(text.into()));
}

fn put_optional(item: &mut Item, name: &str, text: Option<impl Into<String>>) {
    if let Some(text) = text {
        put(item, name, text);
    }
}

/// A number as the value of an attribute.
pub(crate) fn number(number: impl Display) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

fn put_number(item: &mut Item, name: &str, number: impl Display) {
    item.insert(name.to_owned(), self::number(number));
}

fn keyed(key: Key) -> Item {
    let mut item = Item::new();
    put(&mut item, attribute::PK, key.pk);
    put(&mut item, attribute::SK, key.sk);
    item
}

fn text_list(texts: Vec<String>) -> AttributeValue {
    AttributeValue::L(texts.into_iter().map(AttributeValue::S).collect())
}
