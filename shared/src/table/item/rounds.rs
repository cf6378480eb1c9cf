//! Items of the logs of rounds: rounds, the heads that they seal, nodes of trees, checkpoints, and the list of those logs.

use super::row::{Row as _, error, row};
use super::{Item, ItemError, Projection, keyed, put, put_number, put_optional};
use crate::log::bundle;
use crate::log::hash::Hash;
use crate::proof::head::Head;
use crate::proof::key::VerifierKey;
use crate::proof::map::Pad;
use crate::proof::round::{RoundEntry, Run};
use crate::table::attribute;
use crate::table::key::{self, Generation, Key, Tree};
use crate::values::ids::AccountId;
use crate::values::timestamp::Timestamp;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;

/// Longest list of heads in one item, in bytes: with what else is in the item, below the 400 KB that DynamoDB takes.
pub const HEADS_BYTES_MAX: usize = 380 * 1024;

/// A round as it is stored: its entry, and what is needed to show heads in it.
#[derive(Debug, Clone)]
pub struct RoundItem {
    /// Its index in the log of rounds.
    pub index: u64,
    /// What the log of rounds says.
    pub entry: RoundEntry,
    /// How the heads were sealed; none of a restart, which seals none.
    pub sealed: Option<Sealed>,
}

/// How a round sealed the heads of all accounts.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// What hides them in the map.
    pub pad: Pad,
    /// The last run at or before it that wrote all heads: those, and what each run since has changed, are the heads of the round.
    pub snapshot: Run,
    /// In how many parts its own run wrote heads.
    pub parts: u16,
    /// Marks of logs that grew in this minute or later may not have been worked off.
    pub dirty_from: Timestamp,
}

/// A part of the heads that a run wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadsPart {
    /// The run.
    pub run: Run,
    /// Which part, from 0.
    pub part: u16,
    /// Whether the run wrote all heads, not only those that changed.
    pub is_whole: bool,
    /// The heads.
    pub heads: Vec<(AccountId, Head)>,
}

/// A log of rounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogOfRounds {
    /// Which it is.
    pub generation: Generation,
    /// The key that it is verified with; its name is the origin.
    pub key: VerifierKey,
    /// When it was opened.
    pub created_at: Timestamp,
    /// The last checkpoint of the log that it goes on from; none of the first.
    pub continues: Option<String>,
}

fn bytes(bytes: impl Into<Vec<u8>>) -> AttributeValue {
    AttributeValue::B(Blob::new(bytes))
}

/// The round as an item.
pub fn encode_round(generation: Generation, round: &RoundItem) -> Item {
    let mut item = keyed(Key { pk: key::rounds(generation), sk: key::log_item(round.index) });
    item.insert(attribute::ENTRIES.to_owned(), bytes(bundle::write([round.entry.to_string().as_str()])));
    if let Some(Sealed { pad, snapshot, parts, dirty_from }) = &round.sealed {
        item.insert(attribute::PAD.to_owned(), bytes(pad.as_bytes().as_slice()));
        put_number(&mut item, attribute::PARTS, parts);
        put(&mut item, attribute::SNAPSHOT, snapshot.to_string());
        put(&mut item, attribute::DIRTY_FROM, dirty_from.to_string());
    }
    item
}

row!(
    /// All of a round.
    RoundRow { entries, pad, snapshot, parts, dirty_from }
);

/// What a query asks for to read rounds.
pub(crate) const ROUND: Projection = RoundRow::PROJECTION;

/// The round that an item is.
///
/// # Errors
/// [`ItemError`] naming the first attribute that is missing or malformed.
pub fn decode_round(item: Item) -> Result<RoundItem, ItemError> {
    let row = RoundRow::open(item)?;
    let key = &row.key;
    let index = key::log_item_first(&key.sk).ok_or_else(|| error(key, attribute::SK, "is malformed"))?;
    let entries = row.entries.bytes(key)?;
    let entry = match bundle::read(&entries).as_deref() {
        Some([entry]) => RoundEntry::parse(entry),
        Some(_) | None => None,
    };
    let entry = entry.ok_or_else(|| error(key, attribute::ENTRIES, "is malformed"))?;
    let sealed = if row.pad.is_there() || entry.round().is_some() {
        let pad = row.pad.bytes(key)?.try_into().map_err(|_| error(key, attribute::PAD, "is not 32 bytes"))?;
        Some(Sealed {
            pad: Pad::new(pad),
            snapshot: row.snapshot.parsed(key, |text| Run::parse(&text))?,
            parts: row.parts.number(key)?,
            dirty_from: row.dirty_from.parsed(key, |text| Timestamp::parse_fixed(&text))?,
        })
    } else {
        None
    };
    Ok(RoundItem { index, entry, sealed })
}

/// Bytes of a head beside its account: the account's length, the size, the root.
const HEAD_BYTES: usize = 1 + 8 + Hash::BYTES;

/// How many bytes a head of that account takes in an item.
pub(crate) fn head_bytes(account: &AccountId) -> usize {
    HEAD_BYTES + account.as_str().len()
}

/// The part as an item. Its heads take at most [`HEADS_BYTES_MAX`] bytes.
pub fn encode_heads_part(generation: Generation, part: &HeadsPart) -> Item {
    let mut heads = Vec::new();
    for (account, head) in &part.heads {
        let length = u8::try_from(account.as_str().len()).expect("an account id is shorter than 256 bytes");
        heads.push(length);
        heads.extend_from_slice(account.as_str().as_bytes());
        heads.extend_from_slice(&head.size.to_be_bytes());
        heads.extend_from_slice(head.root.as_bytes());
    }
    let mut item = keyed(key::heads_part(generation, part.run, part.part));
    item.insert(attribute::HEADS.to_owned(), bytes(heads));
    item.insert(attribute::WHOLE.to_owned(), AttributeValue::Bool(part.is_whole));
    item
}

row!(
    /// A part of the heads of a run.
    HeadsRow { heads, whole }
);

/// What a query asks for to read heads.
pub(crate) const HEADS: Projection = HeadsRow::PROJECTION;

/// The part that an item is.
///
/// # Errors
/// [`ItemError`] naming the first attribute that is missing or malformed.
pub fn decode_heads_part(item: Item) -> Result<HeadsPart, ItemError> {
    let row = HeadsRow::open(item)?;
    let key = &row.key;
    let (run, part) = key::rounds_part(&key.sk).ok_or_else(|| error(key, attribute::SK, "is malformed"))?;
    let bytes = row.heads.bytes(key)?;
    let (mut rest, mut heads) = (bytes.as_slice(), Vec::new());
    while !rest.is_empty() {
        let (head, behind) = read_head(rest).ok_or_else(|| error(key, attribute::HEADS, "is malformed"))?;
        heads.push(head);
        rest = behind;
    }
    Ok(HeadsPart { run, part, is_whole: row.whole.boolean(key)?, heads })
}

fn read_head(bytes: &[u8]) -> Option<((AccountId, Head), &[u8])> {
    let (length, rest) = bytes.split_first()?;
    let (account, rest) = rest.split_at_checked(usize::from(*length))?;
    let (size, rest) = rest.split_first_chunk()?;
    let (root, rest) = rest.split_at_checked(Hash::BYTES)?;
    let account = AccountId::parse(std::str::from_utf8(account).ok()?).ok()?;
    Some(((account, Head { size: u64::from_be_bytes(*size), root: Hash::from_bytes(root)? }), rest))
}

/// A node of a tree over 256^level leaves, as an item.
pub fn encode_node(tree: Tree<'_>, level: u8, index: u64, hash: &Hash) -> Item {
    let mut item = keyed(Key { pk: tree.pk(), sk: key::node(level, index) });
    item.insert(attribute::HASH.to_owned(), bytes(hash.as_bytes().as_slice()));
    item
}

row!(
    /// A node of a tree.
    NodeRow { hash }
);

/// What a query asks for to read nodes.
pub(crate) const NODE: Projection = NodeRow::PROJECTION;

/// The sort key and the hash of a node.
pub(crate) fn decode_node(item: Item) -> Result<(String, Hash), ItemError> {
    let row = NodeRow::open(item)?;
    let hash = row.hash.hash(&row.key)?;
    Ok((row.key.sk, hash))
}

/// A signed checkpoint of a log of rounds, as an item.
pub(crate) fn encode_checkpoint(generation: Generation, size: u64, note: &str) -> Item {
    let mut item = keyed(key::checkpoint(generation, size));
    put(&mut item, attribute::CHECKPOINT, note);
    item
}

row!(
    /// A signed checkpoint.
    CheckpointRow { checkpoint }
);

/// What a query asks for to read checkpoints.
pub(crate) const CHECKPOINT: Projection = CheckpointRow::PROJECTION;

/// The size and the note of a checkpoint.
pub(crate) fn decode_checkpoint(item: Item) -> Result<(u64, String), ItemError> {
    let row = CheckpointRow::open(item)?;
    let key = &row.key;
    let size = key::checkpoint_size(&key.sk).ok_or_else(|| error(key, attribute::SK, "is malformed"))?;
    Ok((size, row.checkpoint.required(key)?))
}

/// A log of rounds as an item of the list of them.
pub fn encode_log_of_rounds(log: &LogOfRounds) -> Item {
    let mut item = keyed(key::log_of_rounds(log.generation));
    put(&mut item, attribute::ORIGIN, log.key.origin().as_str());
    put(&mut item, attribute::VERIFIER_KEY, log.key.to_string());
    put(&mut item, attribute::CREATED_AT, log.created_at.to_string());
    put_optional(&mut item, attribute::CONTINUES, log.continues.as_deref());
    item
}

row!(
    /// A log of rounds.
    LogOfRoundsRow { verifier_key, created_at, continues }
);

/// What a query asks for to list the logs of rounds.
pub(crate) const LOG_OF_ROUNDS: Projection = LogOfRoundsRow::PROJECTION;

/// The log of rounds that an item is.
///
/// # Errors
/// [`ItemError`] naming the first attribute that is missing or malformed.
pub fn decode_log_of_rounds(item: Item) -> Result<LogOfRounds, ItemError> {
    let row = LogOfRoundsRow::open(item)?;
    let key = &row.key;
    let generation = key::log_of_rounds_generation(&key.sk);
    Ok(LogOfRounds {
        generation: generation.ok_or_else(|| error(key, attribute::SK, "is malformed"))?,
        key: row.verifier_key.parsed(key, |text| VerifierKey::parse(&text).ok())?,
        created_at: row.created_at.parsed(key, |text| Timestamp::parse_fixed(&text))?,
        continues: row.continues.optional(key)?,
    })
}

#[cfg(test)]
mod tests;
