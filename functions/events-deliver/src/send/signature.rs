//! Signatures of the Standard Webhooks specification: HMAC-SHA256 over id, time and body, by one secret or, while it is changed, two.
//!
//! Source: <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::fmt;
use std::ops::RangeInclusive;

/// Bytes that a key may have.
pub const KEY_BYTES: RangeInclusive<usize> = 24..=64;

/// What the text of a secret begins with.
const PREFIX: &str = "whsec_";

/// What a signature by a shared key begins with.
const VERSION: &str = "v1,";

/// A key that the operator and the receiver share. Shape of its text: `whsec_` and the base64 of 24 to 64 bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

/// Why a text is not a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be {PREFIX} and the base64 of {} to {} bytes", KEY_BYTES.start(), KEY_BYTES.end())]
pub struct SecretError;

impl Secret {
    /// The secret made of 32 random bytes, which is as much as the hash has.
    pub fn of_random(bytes: [u8; 32]) -> Self {
        Self(bytes.to_vec())
    }

    /// Parses the text.
    ///
    /// # Errors
    /// [`SecretError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let key = text.strip_prefix(PREFIX).and_then(|base64| STANDARD.decode(base64).ok());
        key.filter(|key| KEY_BYTES.contains(&key.len())).map(Self).ok_or(SecretError)
    }

    /// The text, for the receiver and for the destination's item. It belongs in no log.
    pub fn to_text(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.0))
    }

    fn sign(&self, id: &str, sent_at_epoch_s: i64, body: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(format!("{id}.{sent_at_epoch_s}.").as_bytes());
        mac.update(body);
        format!("{VERSION}{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// The secrets of a destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secrets {
    /// The one that receivers are to verify by.
    pub current: Secret,
    /// The one before it, by which the receiver may still verify.
    pub previous: Option<Secret>,
}

impl Secrets {
    /// The value of `webhook-signature`: a signature by each secret, the current one's first, with a space between them.
    pub fn sign(&self, id: &str, sent_at_epoch_s: i64, body: &[u8]) -> String {
        let secrets = std::iter::once(&self.current).chain(&self.previous);
        secrets.map(|secret| secret.sign(id, sent_at_epoch_s, body)).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    const LONGEST: &str =
        "whsec_YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYQ==";

    fn sign(current: &str, previous: Option<&str>, id: &str, body: &str) -> String {
        let secret = |text| Secret::parse(text).expect("a secret");
        Secrets { current: secret(current), previous: previous.map(secret) }.sign(id, 1_614_265_330, body.as_bytes())
    }

    #[test]
    fn a_signature_is_that_of_the_specifications_example() {
        let (id, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", r#"{"test": 2432232314}"#);
        assert_eq!(sign(SECRET, None, id, body), SIGNATURE);
    }

    #[test]
    fn two_secrets_make_two_signatures_the_current_ones_first() {
        let (id, body) = ("dst_0123456789abcdef-0-12", r#"{"ä":1}"#);
        let of_longest = "v1,P9OiLmv7f5sgF2E3yH/hWynZKh0zYEgwAldbtkuJShg=";
        assert_eq!(sign(LONGEST, None, id, body), of_longest);
        let both = sign(LONGEST, Some(SECRET), id, body);
        assert_eq!(both, format!("{of_longest} {}", sign(SECRET, None, id, body)));
    }

    #[test]
    fn a_secret_has_24_to_64_bytes() {
        let text = |bytes: usize| format!("whsec_{}", STANDARD.encode(vec![7; bytes]));
        for good in [24, 25, 32, 63, 64] {
            assert_eq!(Secret::parse(&text(good)).map(|secret| secret.to_text()), Ok(text(good)));
        }
        for bad in [0, 1, 23, 65] {
            assert_eq!(Secret::parse(&text(bad)), Err(SecretError), "{bad} bytes");
        }
        assert_eq!(Secret::of_random([0; 32]).to_text(), "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    }

    #[test]
    fn anything_else_is_no_secret() {
        let bare = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let spaced = "whsec_ MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let of_urls = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa__";
        for bad in ["", "whsec_", bare, spaced, of_urls, "whsec_ä", "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] {
            assert_eq!(Secret::parse(bad), Err(SecretError), "{bad:?}");
        }
        assert_eq!(SecretError.to_string(), "must be whsec_ and the base64 of 24 to 64 bytes");
    }

    #[test]
    fn a_secret_does_not_show_when_it_is_printed() {
        assert_eq!(format!("{:?}", Secret::parse(SECRET)), "Ok(Secret(..))");
    }
}
