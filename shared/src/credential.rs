//! Credentials: a client id and a secret that belong to one account and carry scopes.

use crate::values::ids::{AccountId, ClientId};
use crate::values::timestamp::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::fmt;
use subtle::{Choice, ConstantTimeEq};

/// What a credential may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Read dashboard users.
    UsersRead,
    /// Make and change dashboard users.
    UsersWrite,
    /// Read the network audit and the audit trail.
    AuditRead,
    /// Record events as they happen.
    EventsWrite,
    /// Record events of long ago.
    EventsImport,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::UsersRead, Self::UsersWrite, Self::AuditRead, Self::EventsWrite, Self::EventsImport];

    /// The text in the table and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UsersRead => "users:read",
            Self::UsersWrite => "users:write",
            Self::AuditRead => "audit:read",
            Self::EventsWrite => "events:write",
            Self::EventsImport => "events:import",
        }
    }

    /// Reads the text that [`Self::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }
}

/// The secret half of a credential. It is never printed by `Debug`, and never stored.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Longest secret, in characters.
    pub const LENGTH_MAX: usize = 128;
    /// Random bytes in a secret of ours (256 bits, which need no slow hash).
    pub const RANDOM_BYTES: usize = 32;

    /// Takes a secret as a caller presents it: 1 to [`Self::LENGTH_MAX`] letters, digits, `_` and `-`.
    pub fn parse(text: &str) -> Option<Self> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        ((1..=Self::LENGTH_MAX).contains(&text.len()) && text.bytes().all(allowed)).then(|| Self(text.to_owned()))
    }

    /// Makes a new one from the operating system's randomness.
    ///
    /// # Errors
    /// The operating system's, if it has none to give.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; Self::RANDOM_BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The text, to show it to its owner once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub fn hash(&self) -> SecretHash {
        SecretHash(Sha256::digest(self.0.as_bytes()).into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// SHA-256 of a secret.
#[derive(Clone, Copy)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// The text in the table: base64url.
    pub fn to_text(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Reads the text that [`Self::to_text`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(..)")
    }
}

/// A credential as it is stored.
#[derive(Debug, Clone)]
pub struct Credential {
    /// Its public half.
    pub client_id: ClientId,
    /// The account it belongs to.
    pub account: AccountId,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Hashes of its secrets, newest first: one, or two while it is being rotated.
    pub secret_hashes: Vec<SecretHash>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl Credential {
    /// Most secrets valid at once.
    pub const SECRETS_MAX: usize = 2;

    /// Whether the secret is one of its secrets and it has not been revoked.
    pub fn admits(&self, presented: &SecretHash) -> bool {
        admits(&self.secret_hashes, presented) && self.revoked_at.is_none()
    }

    /// Whether it may do that.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }
}

/// Compares with [`Credential::SECRETS_MAX`] hashes, whether there are so many or not, in constant time: an unknown client
/// id (no hashes) costs what a wrong secret costs.
pub fn admits(hashes: &[SecretHash], presented: &SecretHash) -> bool {
    let mut admitted = Choice::from(0);
    for at in 0..Credential::SECRETS_MAX {
        let (hash, real) = match hashes.get(at) {
            Some(hash) => (hash.0, Choice::from(1)),
            None => ([0; 32], Choice::from(0)),
        };
        admitted |= hash.ct_eq(&presented.0) & real;
    }
    admitted.into()
}

/// A client id and a secret, as a caller presents them.
#[derive(Debug, Clone)]
pub struct Presented {
    /// The public half.
    pub client_id: ClientId,
    /// The secret half.
    pub secret: Secret,
}

impl Presented {
    /// Reads a bearer token: `<client id>.<secret>`. A secret has no dot, so the last one separates.
    pub fn from_token(token: &str) -> Option<Self> {
        let (client_id, secret) = token.rsplit_once('.')?;
        Some(Self { client_id: ClientId::parse(client_id).ok()?, secret: Secret::parse(secret)? })
    }

    /// The bearer token.
    pub fn to_token(&self) -> String {
        format!("{}.{}", self.client_id, self.secret.reveal())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::parse(text).expect("a secret")
    }

    #[test]
    fn a_hash_is_sha_256_in_base64url() {
        // printf local-demo-secret | sha256sum | xxd -r -p | basenc --base64url
        assert_eq!(secret("local-demo-secret").hash().to_text(), "rvxkpstEK5eJsODc0nVk4AbhHjfoOCV1Umy60Cmhgj4");
    }

    #[test]
    fn either_of_two_secrets_is_admitted_and_no_other() {
        let hashes = [secret("new").hash(), secret("old").hash()];
        assert!(admits(&hashes, &secret("new").hash()));
        assert!(admits(&hashes, &secret("old").hash()));
        assert!(!admits(&hashes, &secret("other").hash()));
        assert!(!admits(&[], &SecretHash([0; 32])));
    }

    #[test]
    fn a_token_is_split_at_its_last_dot() {
        let presented = Presented::from_token("a.b.secret").expect("a token");
        assert_eq!((presented.client_id.as_str(), presented.secret.reveal()), ("a.b", "secret"));
        assert_eq!(presented.to_token(), "a.b.secret");
        for bad in ["", ".", "a", "a.", ".s", "a.b c", "a#.s", "a.ä"] {
            assert!(Presented::from_token(bad).is_none(), "{bad:?} was read");
        }
    }

    #[test]
    fn a_secret_is_random_and_never_shown_by_debug() {
        let (one, other) = (Secret::random().expect("randomness"), Secret::random().expect("randomness"));
        assert_eq!(one.reveal().len(), 43);
        assert_ne!(one.reveal(), other.reveal());
        assert_eq!(format!("{one:?} {:?}", one.hash()), "Secret(..) SecretHash(..)");
    }
}
