//! Signatures of the Standard Webhooks specification: HMAC-SHA256 over id, time and body, by one secret or, while it is changed, two.
//!
//! Source: <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use shared::destination::secret::WebhookSecret;

/// What a signature by a shared key begins with.
const VERSION: &str = "v1,";

/// The secrets of a destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secrets {
    /// The one that receivers are to verify by.
    pub current: WebhookSecret,
    /// The one before it, by which the receiver may still verify.
    pub previous: Option<WebhookSecret>,
}

impl Secrets {
    /// The value of `webhook-signature`: a signature by each secret, the current one's first, with a space between them.
    pub fn sign(&self, id: &str, sent_at_epoch_s: i64, body: &[u8]) -> String {
        let secrets = std::iter::once(&self.current).chain(&self.previous);
        secrets.map(|secret| signature(secret, id, sent_at_epoch_s, body)).collect::<Vec<_>>().join(" ")
    }
}

fn signature(secret: &WebhookSecret, id: &str, sent_at_epoch_s: i64, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(&secret.bytes()).expect("HMAC takes a key of any length");
    mac.update(format!("{id}.{sent_at_epoch_s}.").as_bytes());
    mac.update(body);
    format!("{VERSION}{}", STANDARD.encode(mac.finalize().into_bytes()))
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
        let secret = |text| WebhookSecret::parse(text).expect("a secret");
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
}
