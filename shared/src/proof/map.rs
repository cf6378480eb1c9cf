//! The map of all accounts: a perfect Merkle tree of 2^48 leaves, with a head at the place of each account.
//!
//! ```text
//! head    SHA-256(0x00 ‖ head line)            at its place; its nonce is HMAC(pad, 0xff ‖ place)
//! empty   SHA-256(0x02 ‖ blind)                in place of a subtree without heads; blind = HMAC(pad, height ‖ index)
//! node    SHA-256(0x01 ‖ left ‖ right)
//! ```
//!
//! HMAC is HMAC-SHA-256; height and 0xff are one byte, place and index eight, big-endian. A pad of 32 random bytes is drawn for each round, so
//! that whoever sees a path can tell neither an empty subtree from a full one, nor one that changed from one that did not. There is one
//! place for an account and no second. To show a blind is to show that no account of that subtree had a head.

use crate::log::hash::Hash;
use crate::proof::head::{AccountKey, Head, HeadLine, Slot};
use crate::proof::tree::parent;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Length of a pad, in bytes.
pub const PAD_BYTES: usize = 32;

/// What stands before the place where a nonce is made: no height.
const NONCE: u8 = 0xff;

/// Hides what is in the map of one round.
#[derive(Clone)]
pub struct Pad {
    bytes: [u8; PAD_BYTES],
    mac: Hmac<Sha256>,
}

/// The map of a round.
pub struct Map {
    pad: Pad,
    /// By place, which no two have.
    leaves: Vec<(Slot, HeadLine, Hash)>,
    /// The nodes from the root down to those below which few heads stand: of each height all, from left to right.
    top: Vec<Vec<Hash>>,
}

/// Two accounts of one place in the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("two accounts have one place in the map of all accounts")]
pub struct SlotTaken;

/// What the map says of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// The account has this head.
    Head(HeadLine),
    /// No account of the subtree of that height has one, and so neither has this one.
    NoHead {
        /// Whose place is in the subtree.
        key: AccountKey,
        /// Height of the subtree.
        height: u8,
        /// What its hash is made of.
        blind: Hash,
    },
}

impl Pad {
    /// The pad of those bytes.
    pub fn new(bytes: [u8; PAD_BYTES]) -> Self {
        let mac = Hmac::new_from_slice(&bytes).expect("a key of HMAC may have any length");
        Self { bytes, mac }
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8; PAD_BYTES] {
        &self.bytes
    }

    /// The head of an account, as the map has it.
    pub fn line(&self, key: AccountKey, head: Head) -> HeadLine {
        HeadLine { key, head, nonce: self.of(NONCE, key.slot().index()) }
    }

    fn blind(&self, height: u8, index: u64) -> Hash {
        self.of(height, index)
    }

    fn of(&self, kind: u8, index: u64) -> Hash {
        let mut mac = self.mac.clone();
        let [a, b, c, d, e, f, g, h] = index.to_be_bytes();
        mac.update(&[kind, a, b, c, d, e, f, g, h]);
        Hash::from_bytes(&mac.finalize().into_bytes()).expect("SHA-256 has 32 bytes")
    }
}

impl std::fmt::Debug for Pad {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pad")
    }
}

fn empty(blind: &Hash) -> Hash {
    Hash::of(&[&[2], blind.as_bytes()])
}

impl Map {
    /// The map of these heads.
    ///
    /// # Errors
    /// [`SlotTaken`] if two have one place.
    pub fn new(pad: Pad, heads: impl IntoIterator<Item = (AccountKey, Head)>) -> Result<Self, SlotTaken> {
        let lines = heads.into_iter().map(|(key, head)| pad.line(key, head));
        let mut leaves: Vec<_> = lines.map(|line| (line.key.slot(), line, line.leaf())).collect();
        leaves.sort_unstable_by_key(|(slot, ..)| *slot);
        if leaves.windows(2).any(|pair| matches!(pair, [(a, ..), (b, ..)] if a == b)) {
            return Err(SlotTaken);
        }
        let mut map = Self { pad, leaves, top: Vec::new() };
        map.top = map.top_levels();
        Ok(map)
    }

    /// The levels from the root down to that which has about as many nodes as there are heads.
    fn top_levels(&self) -> Vec<Vec<Hash>> {
        let depth = self.leaves.len().max(1).ilog2() as u8;
        let height = Slot::BITS - depth;
        let mut rest = self.leaves.as_slice();
        let lowest = (0..1_u64 << depth).map(|index| {
            let own = rest.partition_point(|(slot, ..)| slot.index() >> height <= index);
            let (inside, behind) = rest.split_at(own);
            rest = behind;
            self.subtree(inside, height, index)
        });
        let mut levels = vec![lowest.collect::<Vec<_>>()];
        for height in height + 1..=Slot::BITS {
            let below = levels.last().map_or(&[][..], Vec::as_slice);
            let pairs = below.as_chunks().0.iter().enumerate();
            let level = pairs.map(|(index, [left, right])| self.node(height, index as u64, left, right)).collect();
            levels.push(level);
        }
        levels.reverse();
        levels
    }

    /// A node over two others; a subtree without heads is empty as a whole.
    fn node(&self, height: u8, index: u64, left: &Hash, right: &Hash) -> Hash {
        if self.inside(height, index).is_empty() { empty(&self.pad.blind(height, index)) } else { parent(left, right) }
    }

    /// The heads of a subtree.
    fn inside(&self, height: u8, index: u64) -> &[(Slot, HeadLine, Hash)] {
        let from = self.leaves.partition_point(|(slot, ..)| slot.index() >> height < index);
        let behind = self.leaves.get(from..).unwrap_or_default();
        behind.get(..behind.partition_point(|(slot, ..)| slot.index() >> height == index)).unwrap_or_default()
    }

    /// The hash of a subtree in which these heads stand.
    fn subtree(&self, inside: &[(Slot, HeadLine, Hash)], height: u8, index: u64) -> Hash {
        match (inside, height) {
            ([], _) => empty(&self.pad.blind(height, index)),
            ([(.., leaf)], 0) => *leaf,
            _ => {
                // several heads, or one above its place
                let split = inside.partition_point(|(slot, ..)| (slot.index() >> (height - 1)).is_multiple_of(2));
                let (left, right) = inside.split_at(split);
                parent(&self.subtree(left, height - 1, 2 * index), &self.subtree(right, height - 1, 2 * index + 1))
            }
        }
    }

    fn hash(&self, height: u8, index: u64) -> Hash {
        let level = self.top.get(usize::from(Slot::BITS - height));
        let kept = level.and_then(|level| level.get(usize::try_from(index).ok()?));
        kept.copied().unwrap_or_else(|| self.subtree(self.inside(height, index), height, index))
    }

    /// How many accounts have a head.
    pub fn len(&self) -> usize {
        self.leaves.len()
    }

    /// Whether no account has a head.
    pub fn is_empty(&self) -> bool {
        self.leaves.is_empty()
    }

    /// Its root.
    pub fn root(&self) -> Hash {
        self.hash(Slot::BITS, 0)
    }

    /// What it says of an account, and the path that proves it: hashes of the siblings from there up.
    pub fn claim(&self, key: AccountKey) -> (Claim, Vec<Hash>) {
        let place = key.slot().index();
        let line = self.inside(0, place).first().map(|(_, line, _)| *line).filter(|line| line.key == key);
        let (claim, from) = match line {
            Some(line) => (Claim::Head(line), 0),
            None => {
                // At the place of another account nothing proves it: no second account of a place is let in.
                let empty_at = |height: &u8| self.inside(*height, place >> height).is_empty();
                let height = (0..=Slot::BITS).take_while(empty_at).last().unwrap_or_default();
                (Claim::NoHead { key, height, blind: self.pad.blind(height, place >> height) }, height)
            }
        };
        (claim, (from..Slot::BITS).map(|height| self.hash(height, (place >> height) ^ 1)).collect())
    }
}

impl Claim {
    /// Whom it is of.
    pub fn key(&self) -> AccountKey {
        match self {
            Self::Head(line) => line.key,
            Self::NoHead { key, .. } => *key,
        }
    }

    /// The head; none if there is none.
    pub fn head(&self) -> Option<Head> {
        match self {
            Self::Head(line) => Some(line.head),
            Self::NoHead { .. } => None,
        }
    }

    /// The root of the map in which it holds, by its path; none if the path does not have the length of one.
    pub fn root(&self, path: &[Hash]) -> Option<Hash> {
        let (hash, from) = match self {
            Self::Head(line) => (line.leaf(), 0),
            Self::NoHead { height, blind, .. } => (empty(blind), *height),
        };
        if usize::from(from) + path.len() != usize::from(Slot::BITS) {
            return None;
        }
        let place = self.key().slot().index();
        Some((from..).zip(path).fold(hash, |hash, (height, sibling)| {
            if (place >> height).is_multiple_of(2) { parent(&hash, sibling) } else { parent(sibling, &hash) }
        }))
    }
}

#[cfg(test)]
mod tests;
