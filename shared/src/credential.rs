//! Credentials: a client id and a secret that belong to one account and carry scopes.

use crate::values::ids::{AccountId, ClientId};
use crate::values::timestamp::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::fmt;
use strum::VariantArray as _;
use subtle::{Choice, ConstantTimeEq};

/// What a credential may do.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::EnumString, strum::IntoStaticStr, strum::VariantArray,
)]
pub enum Scope {
    /// Read dashboard users.
    #[strum(serialize = "users:read")]
    UsersRead,
    /// Make and change dashboard users.
    #[strum(serialize = "users:write")]
    UsersWrite,
    /// Read events wherever they are shown, and the proofs of the log; sign in to the page for people, and make links to it.
    #[strum(serialize = "audit:read")]
    AuditRead,
    /// Record events as they happen.
    #[strum(serialize = "events:write")]
    EventsWrite,
    /// Record events of any age: it lifts the bound of `events:write`.
    #[strum(serialize = "events:import")]
    EventsImport,
}

impl Scope {
    /// All five, those that read before those that write.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The text in the table and on the command line, such as `users:read`.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Reads the text that [`Self::as_str`] writes, and no other.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

/// The secret half of a credential. It is never printed by `Debug`, and never stored.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Longest secret, in characters.
    pub const LENGTH_MAX: usize = 128;
    /// Random bytes in a secret that we make: 256 bits, which need no slow hash.
    pub const RANDOM_BYTES: usize = 32;

    /// Takes a secret as a caller presents it: 1 to [`Self::LENGTH_MAX`] letters, digits, `_` and `-`.
    pub fn parse(text: &str) -> Option<Self> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        ((1..=Self::LENGTH_MAX).contains(&text.len()) && text.bytes().all(allowed)).then(|| Self(text.to_owned()))
    }

    /// The secret of those random bytes.
    pub fn of_random(bytes: [u8; Self::RANDOM_BYTES]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The secret itself, to show it to its owner once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The hash that is stored in its place. The secret cannot be found from it.
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
    /// The half that may be known, by which it is looked up.
    pub client_id: ClientId,
    /// The account whose data it opens, and no other's.
    pub account: AccountId,
    /// What it may do; nothing but that.
    pub scopes: Vec<Scope>,
    /// Hashes of its secrets, newest first: one, or two while it is being rotated.
    pub secret_hashes: Vec<SecretHash>,
    /// When it was made, by our own clock.
    pub created_at: Timestamp,
    /// When it was revoked, if it was: it lets nobody in from then on.
    pub revoked_at: Option<Timestamp>,
}

impl Credential {
    /// Most secrets valid at once.
    pub const SECRETS_MAX: usize = 2;

    /// Whether the secret is one of its secrets and it has not been revoked.
    pub fn has_secret(&self, presented: &SecretHash) -> bool {
        is_secret_of(&self.secret_hashes, presented) && self.revoked_at.is_none()
    }

    /// Whether its scopes let it do that.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }
}

/// Compares with [`Credential::SECRETS_MAX`] hashes, whether there are so many or not, in constant time: an unknown client
/// id (no hashes) costs what a wrong secret costs.
pub fn is_secret_of(hashes: &[SecretHash], presented: &SecretHash) -> bool {
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
    /// The half that may be known.
    pub client_id: ClientId,
    /// The half that only its owner knows.
    pub secret: Secret,
}

impl Presented {
    /// Reads a bearer token: `<client id>.<secret>`. A secret has no dot, so the last one separates.
    pub fn from_token(token: &str) -> Option<Self> {
        let (client_id, secret) = token.rsplit_once('.')?;
        Some(Self { client_id: ClientId::parse(client_id).ok()?, secret: Secret::parse(secret)? })
    }

    /// The bearer token that [`Self::from_token`] reads.
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
        assert!(is_secret_of(&hashes, &secret("new").hash()));
        assert!(is_secret_of(&hashes, &secret("old").hash()));
        assert!(!is_secret_of(&hashes, &secret("other").hash()));
        assert!(!is_secret_of(&[], &SecretHash([0; 32])));
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
    fn a_secret_is_its_random_bytes_in_base64url_and_never_shown_by_debug() {
        let secret = Secret::of_random([0xff; 32]);
        assert_eq!(secret.reveal(), "__________________________________________8");
        assert_eq!(format!("{secret:?} {:?}", secret.hash()), "Secret(..) SecretHash(..)");
    }
}
