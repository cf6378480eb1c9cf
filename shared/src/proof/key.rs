//! The key that checkpoints are signed with, as verifiers are given it: C2SP's signed-note, "verifier key".
//!
//! ```text
//! <name>+<key id, 8 hex digits>+<base64 of the byte 1 and the 32 bytes of the Ed25519 public key>
//! ```
//!
//! The name is the origin of the log. The key id is the first 4 bytes of SHA-256(name ‖ "\n" ‖ 1 ‖ public key).

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use std::fmt;

/// Length of an Ed25519 public key, in bytes.
pub const PUBLIC_BYTES: usize = 32;

/// Length of an Ed25519 signature, in bytes.
pub const SIGNATURE_BYTES: usize = 64;

/// Longest name of a key, in characters: that of a host and some path.
pub const NAME_LENGTH_MAX: usize = 255;

/// The type of an Ed25519 signature of a note.
const ED25519_TYPE: u8 = 1;

/// A name that a key, and so a log, may have: not empty, without spaces, controls and `+`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin(String);

/// A public key with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    origin: Origin,
    public: [u8; PUBLIC_BYTES],
}

/// A private key in memory: that of a laptop or a test. A deployed log signs with KMS.
#[derive(Debug)]
pub struct PrivateKey(Ed25519KeyPair);

/// Why a text is no verifier key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// It is not three parts.
    #[error("a key is <name>+<8 hexadecimal digits>+<base64>, on one line")]
    Shape,
    /// Its name cannot be one.
    #[error("the name of a key has 1 to {NAME_LENGTH_MAX} characters, without spaces, controls and +")]
    Name,
    /// It is not of a type that is read here.
    #[error("the key is not an Ed25519 public key: base64 of a byte 1 and 32 bytes")]
    NotEd25519,
    /// The key id is that of another key.
    #[error("the key id does not belong to this name and key: a part of the key was changed or cut")]
    KeyId,
}

impl Origin {
    /// Reads a name.
    ///
    /// # Errors
    /// [`KeyFault::Name`].
    pub fn parse(text: &str) -> Result<Self, KeyFault> {
        let is_plain = |c: char| !c.is_whitespace() && !c.is_control() && c != '+';
        let is_name = (1..=NAME_LENGTH_MAX).contains(&text.chars().count()) && text.chars().all(is_plain);
        if is_name { Ok(Self(text.to_owned())) } else { Err(KeyFault::Name) }
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl VerifierKey {
    /// The key of a log.
    pub fn new(origin: Origin, public: [u8; PUBLIC_BYTES]) -> Self {
        Self { origin, public }
    }

    /// Its name.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The public key.
    pub fn public(&self) -> &[u8; PUBLIC_BYTES] {
        &self.public
    }

    /// The key id: a hint, not a proof.
    pub fn id(&self) -> [u8; 4] {
        let hash = Sha256::new()
            .chain_update(self.origin.as_str())
            .chain_update([b'\n', ED25519_TYPE])
            .chain_update(self.public)
            .finalize();
        std::array::from_fn(|at| hash.get(at).copied().unwrap_or_default())
    }

    /// Whether this is its signature of a message.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.public).verify(message, signature).is_ok()
    }

    /// Reads a verifier key. White space around it does not count.
    ///
    /// # Errors
    /// [`KeyFault`], by variant.
    pub fn parse(text: &str) -> Result<Self, KeyFault> {
        // Base64 may have a `+`, a name and a key id have none.
        let mut parts = text.trim().splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyFault::Shape);
        };
        let origin = Origin::parse(name)?;
        let bytes = STANDARD.decode(key).map_err(|_| KeyFault::NotEd25519)?;
        let Some((&ED25519_TYPE, public)) = bytes.split_first() else { return Err(KeyFault::NotEd25519) };
        let public = public.try_into().map_err(|_| KeyFault::NotEd25519)?;
        let key = Self { origin, public };
        if hex(&key.id()) == id { Ok(key) } else { Err(KeyFault::KeyId) }
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[ED25519_TYPE], self.public.as_slice()].concat();
        write!(f, "{}+{}+{}", self.origin, hex(&self.id()), STANDARD.encode(key))
    }
}

impl PrivateKey {
    /// Length of the secret that a key is made of, in bytes.
    pub const SEED_BYTES: usize = 32;

    /// The key of a secret; none if it is not of 32 bytes.
    pub fn from_seed(seed: &[u8]) -> Option<Self> {
        Ed25519KeyPair::from_seed_unchecked(seed).ok().map(Self)
    }

    /// Its public key.
    pub fn public(&self) -> [u8; PUBLIC_BYTES] {
        let public = self.0.public_key().as_ref();
        std::array::from_fn(|at| public.get(at).copied().unwrap_or_default())
    }

    /// Signs a message: the same signature each time (RFC 8032).
    pub fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_BYTES] {
        let signature = self.0.sign(message);
        std::array::from_fn(|at| signature.as_ref().get(at).copied().unwrap_or_default())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Go's `golang.org/x/mod/sumdb/note`.
    const GO: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    #[test]
    fn the_key_of_go_reads_back() {
        let key = VerifierKey::parse(&format!(" {GO}\n")).expect("a key");
        assert_eq!(key.origin().as_str(), "PeterNeumann");
        assert_eq!(key.to_string(), GO);
        assert_eq!(STANDARD.encode(key.public()), "GlzZBxQ8OExB6DDFvOEqqIF+xWSaqr8sMTiLNbLXRNY=");
        let text =
            "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
        let signature = STANDARD
            .decode("x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=")
            .expect("base64");
        assert_eq!(signature[..4], key.id());
        assert!(key.verifies(text.as_bytes(), &signature[4..]));
        assert!(!key.verifies(b"another text\n", &signature[4..]));
    }

    #[test]
    fn a_key_that_is_none_says_why() {
        for (bad, fault) in [
            ("", KeyFault::Shape),
            ("PeterNeumann+c74f20a3", KeyFault::Shape),
            ("+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", KeyFault::Name),
            ("Peter\0Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", KeyFault::Name),
            ("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", KeyFault::Name),
            ("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T", KeyFault::NotEd25519),
            ("PeterNeumann+c74f20a3+AhpcmQ==", KeyFault::NotEd25519),
            ("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", KeyFault::KeyId),
            ("PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", KeyFault::KeyId),
        ] {
            assert_eq!(VerifierKey::parse(bad), Err(fault), "{bad:?}");
        }
        assert!(Origin::parse(&"a".repeat(255)).is_ok());
        assert_eq!(Origin::parse(&"a".repeat(256)), Err(KeyFault::Name));
    }

    #[test]
    fn a_private_key_signs_as_rfc_8032_has_it() {
        // RFC 8032 §7.1, TEST 1: the empty message.
        let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
        let seed: Vec<u8> =
            (0..32).map(|at| u8::from_str_radix(&seed[2 * at..2 * at + 2], 16).expect("hexadecimal")).collect();
        let key = PrivateKey::from_seed(&seed).expect("32 bytes");
        assert_eq!(hex(&key.public()), "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
        assert!(hex(&key.sign(b"")).starts_with("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"));
        assert!(PrivateKey::from_seed(&seed[1..]).is_none());
    }
}
