//! The digest of an event: a hash of everything that stands in its item, made from the stored attributes as they are. An event
//! that does not decode has one too, so no event can keep the log from growing.
//!
//! ```text
//! k(name) = SHA-256("audit-trail/salt/v1\n" ‖ salt ‖ name), the first 16 bytes; nothing without a salt of 16 bytes
//! c(name) = SHA-256(k(name) ‖ tag ":" ‖ value)
//! digest  = SHA-256("audit-trail/event/v1\n" ‖ for each name, sorted: len(name) ":" name " " base64(c(name)) "\n")
//! ```
//!
//! Of a string the tag is `S` and the value its bytes; of another value the tag is DynamoDB's and the value its canonical JSON
//! (module `canonical`). All attributes count but the salt, and the partition keys of the indexes, which follow from the others.
//! A redacted event has two maps in place of the salt, which do not count as attributes: `salts` has k(name) of what is left, and
//! `redacted` has c(name) of what is gone. `tests/vectors/digest.json` has examples.

mod canonical;

use crate::log::entry::EventRef;
use crate::log::hash::Hash;
use crate::table::attribute;
use crate::table::item::Item;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use canonical::canonical;
use std::collections::BTreeMap;

/// Length of a salt, in bytes.
pub const SALT_BYTES: usize = 16;

/// What a hash of an attribute is made with, in bytes.
const KEY_BYTES: usize = 16;

/// Length of a hash in base64, in bytes.
const HASH_TEXT_BYTES: usize = 44;

/// What the digest of a whole event is made of, in bytes: no bound, but seldom more.
const EVENT_BYTES: usize = 2_048;

const SALT_LABEL: &[u8] = b"audit-trail/salt/v1\n";
const EVENT_LABEL: &[u8] = b"audit-trail/event/v1\n";

/// The digest of the event that this item is.
pub fn digest(item: &Item) -> Hash {
    let redacted = map(item, attribute::REDACTED);
    let gone = redacted.iter().filter_map(|(name, hash)| Some((*name, Hash::from_bytes(bytes(hash)?)?)));
    let mut hashes: BTreeMap<&str, Hash> = gone.collect();
    let salt = item.get(attribute::SALT).and_then(bytes).filter(|salt| salt.len() == SALT_BYTES);
    let salts = map(item, attribute::SALTS);
    for (name, value) in item.iter().filter(|(name, _)| counts(name)) {
        let key = match salt {
            Some(salt) => key_of(salt, name),
            None => salts.get(name.as_str()).and_then(|key| bytes(key)).unwrap_or_default().to_vec(),
        };
        hashes.insert(name, hash_of(&key, value));
    }
    of_hashes(hashes)
}

/// The digest of an event whose attributes are all strings, as those of every event that a writer makes, from their names, sorted
/// and each once, and their texts. It is that of [`digest`], and allocates nothing for an attribute: verifiers make millions.
pub fn digest_of_strings<'a>(
    salt: &[u8; SALT_BYTES],
    attributes: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Hash {
    let counted = attributes.into_iter().filter(|(name, _)| counts(name));
    of_hashes(counted.map(|(name, text)| {
        let key = Hash::of(&[SALT_LABEL, salt, name.as_bytes()]);
        let (key, _) = key.as_bytes().split_at(KEY_BYTES);
        (name, Hash::of(&[key, b"S:", text.as_bytes()]))
    }))
}

/// The digest of attributes whose names are sorted, by their hashes.
fn of_hashes<'a>(hashes: impl IntoIterator<Item = (&'a str, Hash)>) -> Hash {
    let mut text = Vec::with_capacity(EVENT_BYTES);
    text.extend_from_slice(EVENT_LABEL);
    for (name, hash) in hashes {
        text.extend_from_slice(name.len().to_string().as_bytes());
        text.push(b':');
        text.extend_from_slice(name.as_bytes());
        text.push(b' ');
        let mut base64 = [0; HASH_TEXT_BYTES];
        let length = STANDARD.encode_slice(hash.as_bytes(), &mut base64).unwrap_or_default();
        text.extend_from_slice(base64.get(..length).unwrap_or_default());
        text.push(b'\n');
    }
    Hash::of(&[&text])
}

/// The event that this item is, as an entry names it. The shard comes from the item's partition, the sort key from its key.
pub fn event_ref(shard: &str, sk: &str, item: &Item) -> EventRef {
    let recorded_at = item.get(attribute::RECORDED_AT).map(|value| match value {
        AttributeValue::S(text) => text.clone(),
        other => format!("{}:{}", canonical::tag(other), canonical(other)), // no writer makes one
    });
    EventRef::new(shard, sk, recorded_at.as_deref())
}

/// The size of an item, in bytes, as DynamoDB counts it: names and values (Developer Guide, "DynamoDB item sizes and formats").
/// What is in it beside strings and bytes is counted a little high.
pub fn item_bytes(item: &Item) -> u32 {
    let bytes: usize = item.iter().map(|(name, value)| name.len() + value_bytes(value)).sum();
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

fn value_bytes(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::B(blob) => blob.as_ref().len(),
        other => canonical(other).len() + 3, // numbers, lists and what else only a hand puts there
    }
}

/// Whether an attribute of that name is part of the digest.
pub fn counts(name: &str) -> bool {
    let is_derived =
        matches!(name, attribute::TYPE_PK | attribute::EMAIL_PK | attribute::CATEGORY_PK | attribute::SUBJECT_PK);
    !is_derived && !matches!(name, attribute::SALT | attribute::SALTS | attribute::REDACTED)
}

fn key_of(salt: &[u8], name: &str) -> Vec<u8> {
    Hash::of(&[SALT_LABEL, salt, name.as_bytes()]).as_bytes().iter().take(KEY_BYTES).copied().collect()
}

fn hash_of(key: &[u8], value: &AttributeValue) -> Hash {
    match value {
        AttributeValue::S(text) => Hash::of(&[key, b"S:", text.as_bytes()]),
        other => Hash::of(&[key, canonical::tag(other).as_bytes(), b":", canonical(other).as_bytes()]), // of any other type
    }
}

fn bytes(value: &AttributeValue) -> Option<&[u8]> {
    value.as_b().ok().map(AsRef::as_ref)
}

/// The entries of a map of bytes; none of anything else.
fn map<'a>(item: &'a Item, name: &str) -> BTreeMap<&'a str, &'a AttributeValue> {
    let entries = item.get(name).and_then(|value| value.as_m().ok());
    entries.into_iter().flatten().map(|(name, value)| (name.as_str(), value)).collect()
}

#[cfg(test)]
mod tests;
