//! The secret that webhooks are signed with, as the Standard Webhooks specification writes it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;

/// `whsec_` and the base64 of 24 to 64 bytes. It signs, so unlike the secret of a credential it is kept as it is.
///
/// Source: <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>, "Signature scheme".
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(String);

/// Why a text is not the secret of a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be whsec_ and the base64 of {} to {} bytes", WebhookSecret::BYTES_MIN, WebhookSecret::BYTES_MAX)]
pub struct WebhookSecretError;

impl WebhookSecret {
    /// Fewest bytes that the specification takes.
    pub const BYTES_MIN: usize = 24;
    /// Most bytes that the specification takes.
    pub const BYTES_MAX: usize = 64;
    /// Bytes of a secret that we make.
    pub const RANDOM_BYTES: usize = 32;
    /// Most secrets of a destination: the one before the newest stays good until it is retired.
    pub const SECRETS_MAX: usize = 2;

    const PREFIX: &str = "whsec_";

    /// The secret of those random bytes.
    pub fn of_random(bytes: [u8; Self::RANDOM_BYTES]) -> Self {
        Self(format!("{}{}", Self::PREFIX, STANDARD.encode(bytes)))
    }

    /// Parses the text.
    ///
    /// # Errors
    /// [`WebhookSecretError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, WebhookSecretError> {
        let bytes = text.strip_prefix(Self::PREFIX).and_then(|encoded| STANDARD.decode(encoded).ok());
        let is_good = bytes.is_some_and(|bytes| (Self::BYTES_MIN..=Self::BYTES_MAX).contains(&bytes.len()));
        is_good.then(|| Self(text.to_owned())).ok_or(WebhookSecretError)
    }

    /// The text, for the table, the receiver's operator and the signature.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The bytes that the signature is made with.
    pub fn bytes(&self) -> Vec<u8> {
        let encoded = self.0.strip_prefix(Self::PREFIX).unwrap_or_default();
        STANDARD.decode(encoded).expect("a secret is base64: it was parsed")
    }
}

/// Says that it is one, and never which.
impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_24_to_64_bytes() {
        let of_length = |length: usize| format!("whsec_{}", STANDARD.encode(vec![7; length]));
        for good in [24, 32, 64] {
            assert_eq!(WebhookSecret::parse(&of_length(good)).map(|secret| secret.bytes().len()), Ok(good));
        }
        let bare = STANDARD.encode([7; 32]);
        let spaced = "whsec_ MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let of_urls = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa__";
        let upper = "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        for bad in ["", "whsec_", "whsec_???", "whsec_ä", spaced, of_urls, upper, &of_length(23), &of_length(65), &bare]
        {
            assert_eq!(WebhookSecret::parse(bad), Err(WebhookSecretError), "{bad:?} was read");
        }
        assert_eq!(WebhookSecretError.to_string(), "must be whsec_ and the base64 of 24 to 64 bytes");
    }

    #[test]
    fn a_secret_of_random_bytes_reads_back_and_is_never_shown_by_debug() {
        let secret = WebhookSecret::of_random([0; 32]);
        assert_eq!(secret.reveal(), "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        assert_eq!(WebhookSecret::parse(secret.reveal()), Ok(secret.clone()));
        assert_eq!(format!("{secret:?}"), "WebhookSecret(..)");
    }
}
