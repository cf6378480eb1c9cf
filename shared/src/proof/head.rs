//! The head of an account's log: its size and root, as the leaf of the map of all accounts.
//!
//! ```text
//! head/1 <key of the account> <size> <root> <nonce>
//! ```
//!
//! Key, root and nonce stand in base64; the line ends in a line feed. The nonce keeps two heads of one size and root from being told
//! apart from any others.

use crate::log::hash::Hash;
use crate::values::ids::AccountId;
use std::fmt;

/// Where an account stands in the map: SHA-256("audit-trail/account/v1\n" ‖ account).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AccountKey(Hash);

/// The place of an account in the map: the first 48 bits of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot(u64);

/// The head of an account's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Head {
    /// How many entries the log has.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
}

/// A head as the map has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HeadLine {
    /// Whose it is.
    pub key: AccountKey,
    /// The head.
    pub head: Head,
    /// What hides it.
    pub nonce: Hash,
}

const ACCOUNT_LABEL: &[u8] = b"audit-trail/account/v1\n";
const HEAD: &str = "head/1";

impl AccountKey {
    /// The key of an account.
    pub fn of(account: &AccountId) -> Self {
        Self(Hash::of(&[ACCOUNT_LABEL, account.as_str().as_bytes()]))
    }

    /// Reads base64 of a hash.
    pub fn parse(text: &str) -> Option<Self> {
        Hash::parse(text).map(Self)
    }

    /// Its place.
    pub fn slot(&self) -> Slot {
        let [a, b, c, d, e, f, ..] = *self.0.as_bytes();
        Slot(u64::from_be_bytes([0, 0, a, b, c, d, e, f]))
    }
}

impl Slot {
    /// Bits of a place: the height of the map.
    pub const BITS: u8 = 48;

    /// The place of that number; none beyond 2^48.
    pub fn new(index: u64) -> Option<Self> {
        (index < 1 << Self::BITS).then_some(Self(index))
    }

    /// Its number, from 0.
    pub fn index(self) -> u64 {
        self.0
    }
}

impl HeadLine {
    /// Its hash as a leaf of the map.
    pub fn leaf(&self) -> Hash {
        Hash::of_leaf(self.to_string().as_bytes())
    }

    /// Reads exactly the text that [`Display`](fmt::Display) writes.
    pub fn parse(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.strip_suffix('\n')?.split(' ').collect();
        let [HEAD, key, size, root, nonce] = words.as_slice() else { return None };
        let head = Head { size: size.parse().ok()?, root: Hash::parse(root)? };
        let line = Self { key: AccountKey(Hash::parse(key)?), head, nonce: Hash::parse(nonce)? };
        (line.to_string() == text).then_some(line)
    }
}

impl fmt::Display for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for HeadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEAD} {} {} {} {}", self.key, self.head.size, self.head.root, self.nonce)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(account: &str) -> AccountKey {
        AccountKey::of(&AccountId::parse(account).expect("an account id"))
    }

    #[test]
    fn an_account_stands_at_the_first_48_bits_of_its_key() {
        // printf 'audit-trail/account/v1\nacme' | sha256sum
        assert_eq!(key("acme").to_string(), "RLjYY+2gkMFJxYhtyF3qxvSSbxdbj7ZzQH6gYw7MzxY=");
        assert_eq!(format!("{:012x}", key("acme").slot().index()), "44b8d863eda0");
        assert_eq!(Slot::new(1 << 48), None);
        assert_eq!(Slot::new((1 << 48) - 1).map(Slot::index), Some((1 << 48) - 1));
    }

    #[test]
    fn a_head_is_this_line_and_reads_back() {
        let (root, nonce) = (Hash::of(&[b"root"]), Hash::of(&[b"nonce"]));
        let line = HeadLine { key: key("acme"), head: Head { size: 17, root }, nonce };
        let text = line.to_string();
        assert_eq!(text, format!("head/1 {} 17 {root} {nonce}\n", key("acme")));
        assert_eq!(HeadLine::parse(&text), Some(line));
        for bad in [
            text.trim_end().to_owned(),
            text.replace(" 17 ", " 017 "),
            text.replace("head/1", "head/2"),
            format!("{text}\n"),
            String::new(),
        ] {
            assert_eq!(HeadLine::parse(&bad), None, "{bad:?} was read");
        }
    }
}
