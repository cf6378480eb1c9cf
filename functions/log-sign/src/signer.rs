//! What signs checkpoints: a key of KMS, which never leaves it, or one in memory, for a laptop and for tests.

use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{MessageType, SigningAlgorithmSpec};
use shared::proof::key::{PUBLIC_BYTES, PrivateKey, SIGNATURE_BYTES};
use std::error::Error;

type Cause = Box<dyn Error + Send + Sync>;

/// What stands before an Ed25519 public key in its `SubjectPublicKeyInfo`, as DER (RFC 8410, section 4).
const SPKI_PREFIX: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// A key that signs.
#[derive(Debug)]
pub enum Signer {
    /// In KMS.
    Kms(KmsKey),
    /// In memory.
    Memory(PrivateKey),
}

/// A key of KMS, of the spec `ECC_NIST_EDWARDS25519`.
#[derive(Debug)]
pub struct KmsKey {
    client: Client,
    key_id: String,
    public: [u8; PUBLIC_BYTES],
}

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum SignerError {
    /// KMS did not do it.
    #[error("KMS did not answer for the key of the log")]
    Kms(#[source] Cause),
    /// The key is of another kind.
    #[error("the key of the log is not an Ed25519 key: its spec must be ECC_NIST_EDWARDS25519")]
    NotEd25519,
}

impl KmsKey {
    /// Asks KMS for the public key of that id, ARN or alias.
    ///
    /// # Errors
    /// [`SignerError`], by variant.
    pub async fn open(client: Client, key_id: String) -> Result<Self, SignerError> {
        let answer = client.get_public_key().key_id(&key_id).send().await;
        let answer = answer.map_err(|error| SignerError::Kms(error.into()))?;
        let spki = answer.public_key.map(Blob::into_inner).unwrap_or_default();
        let public = public_of(&spki).ok_or(SignerError::NotEd25519)?;
        Ok(Self { client, key_id, public })
    }

    async fn sign(&self, message: &[u8]) -> Result<[u8; SIGNATURE_BYTES], SignerError> {
        let request =
            self.client.sign().key_id(&self.key_id).message(Blob::new(message)).message_type(MessageType::Raw);
        let answer = request.signing_algorithm(SigningAlgorithmSpec::Ed25519Sha512).send().await;
        let answer = answer.map_err(|error| SignerError::Kms(error.into()))?;
        let signature = answer.signature.map(Blob::into_inner).unwrap_or_default();
        signature.try_into().map_err(|_| SignerError::NotEd25519)
    }
}

/// The public key in a `SubjectPublicKeyInfo`; none if it is not of Ed25519.
pub fn public_of(spki: &[u8]) -> Option<[u8; PUBLIC_BYTES]> {
    spki.strip_prefix(&SPKI_PREFIX)?.try_into().ok()
}

impl Signer {
    /// The public key.
    pub fn public(&self) -> [u8; PUBLIC_BYTES] {
        match self {
            Self::Kms(key) => key.public,
            Self::Memory(key) => key.public(),
        }
    }

    /// Signs a message.
    ///
    /// # Errors
    /// [`SignerError`], by variant.
    pub(crate) async fn sign(&self, message: &[u8]) -> Result<[u8; SIGNATURE_BYTES], SignerError> {
        match self {
            Self::Kms(key) => key.sign(message).await,
            Self::Memory(key) => Ok(key.sign(message)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The public key of RFC 8410, section 10.1.
    const SPKI: [u8; 44] = [
        0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00, 0x19, 0xbf, 0x44, 0x09, 0x69, 0x84,
        0xcd, 0xfe, 0x85, 0x41, 0xba, 0xc1, 0x67, 0xdc, 0x3b, 0x96, 0xc8, 0x50, 0x86, 0xaa, 0x30, 0xb6, 0xb6, 0xcb,
        0x0c, 0x5c, 0x38, 0xad, 0x70, 0x31, 0x66, 0xe1,
    ];

    #[test]
    fn the_public_key_of_the_standard_is_read() {
        let public = public_of(&SPKI).expect("an Ed25519 key");
        assert_eq!((public[0], public[31]), (0x19, 0xe1));
    }

    #[test]
    fn what_is_no_ed25519_key_is_refused() {
        assert_eq!(public_of(&[]), None);
        assert_eq!(public_of(&SPKI[..43]), None);
        assert_eq!(public_of(&[&SPKI[..], &[0]].concat()), None);
        let mut x25519 = SPKI;
        x25519[8] = 0x6e;
        assert_eq!(public_of(&x25519), None);
    }
}
