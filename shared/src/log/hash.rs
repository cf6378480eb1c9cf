//! SHA-256 as the log uses it: for the content of an event, and for the leaves of the tree over its entries.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use std::fmt;

/// A SHA-256, of 32 bytes. Its text is base64 with padding, of 44 characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// Length in bytes.
    pub const BYTES: usize = 32;

    /// The hash of these parts, one behind the other.
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut sha256 = Sha256::new();
        parts.iter().for_each(|part| sha256.update(part));
        Self(sha256.finalize().into())
    }

    /// The hash of an entry as a leaf of a Merkle tree: SHA-256 of a zero byte and the entry (RFC 6962 §2.1).
    pub fn of_leaf(entry: &[u8]) -> Self {
        Self::of(&[&[0], entry])
    }

    /// The hash that these bytes are; none if they are not 32.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8; Self::BYTES] {
        &self.0
    }

    /// Reads exactly the text that [`Display`](fmt::Display) writes.
    pub fn parse(text: &str) -> Option<Self> {
        STANDARD.decode(text).ok().and_then(|bytes| Self::from_bytes(&bytes))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_empty_leaf_is_the_one_of_the_rfc() {
        // printf '\0' | sha256sum | xxd -r -p | base64
        assert_eq!(Hash::of_leaf(b"").to_string(), "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=");
    }

    #[test]
    fn a_hash_is_32_bytes_and_no_other_number() {
        let bytes: Vec<u8> = (0..32).collect();
        let hash = Hash::from_bytes(&bytes).expect("32 bytes");
        assert_eq!(hash.as_bytes().as_slice(), bytes);
        assert_eq!(hash.to_string(), "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
        assert_eq!([Hash::from_bytes(&bytes[1..]), Hash::from_bytes(&[0; 33])], [None, None]);
    }

    #[test]
    fn a_hash_reads_back_and_nothing_else_does() {
        let hash = Hash::of(&[b"a", b"b"]);
        assert_eq!(hash, Hash::of(&[b"ab"]));
        assert_eq!(Hash::parse(&hash.to_string()), Some(hash));
        for bad in
            ["", "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0", "AAAA", "bjQLnP-zepicpUTmu3gKLHiQHT-zNzh2hRGjBhevoB0="]
        {
            assert_eq!(Hash::parse(bad), None, "{bad:?} was read");
        }
    }
}
