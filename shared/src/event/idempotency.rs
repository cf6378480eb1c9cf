//! A request that may be sent again: its key, what it asked for, and what it was answered.

use crate::event::canonical::canonical;
use crate::event::input::EventInput;
use crate::values::event_sort_key::EventSortKey;
use crate::values::ids::{AccountId, ClientId};
use crate::values::timestamp::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// How long a result is remembered under its key, in seconds.
pub const REMEMBERED_S: i64 = 24 * 60 * 60;

/// The key that a client gives a request, and gives again when it sends the request again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

/// Why a text is not an idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to {} visible ASCII characters", IdempotencyKey::LENGTH_MAX)]
pub struct IdempotencyKeyError;

impl IdempotencyKey {
    /// Longest key, in characters.
    pub const LENGTH_MAX: usize = 255;

    /// Parses the text.
    ///
    /// # Errors
    /// [`IdempotencyKeyError`] if it is empty, longer than [`Self::LENGTH_MAX`] or has other characters than visible ASCII.
    pub fn parse(text: &str) -> Result<Self, IdempotencyKeyError> {
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        let good = visible && (1..=Self::LENGTH_MAX).contains(&text.len());
        if good { Ok(Self(text.to_owned())) } else { Err(IdempotencyKeyError) }
    }

    /// The key as the client gave it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// SHA-256 of what a request asks for: kept in place of the request, which may be 1 MiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestHash([u8; 32]);

impl RequestHash {
    /// The hash of a batch of events as it was given, each in its canonical form: what is left to us does not count, nor do
    /// white space, the order of names, escapes, and other spellings of the same time or IP address.
    pub fn of<'a>(account: &AccountId, inputs: impl IntoIterator<Item = &'a EventInput>) -> Self {
        // Neither an account nor a canonical form has a line end: no two batches are the same text.
        let mut hash = Sha256::new_with_prefix(format!("{account}\n"));
        for input in inputs {
            hash.update(canonical(input.id.as_ref(), input.created_at.as_ref(), &input.details));
            hash.update("\n");
        }
        Self(hash.finalize().into())
    }

    /// The text in the table: base64url.
    pub fn to_text(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Reads the text that [`Self::to_text`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }
}

/// What makes a request one that may be sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// The key that the client gave it.
    pub key: IdempotencyKey,
    /// A hash of what it asks for, by which another request under the same key is known.
    pub request_hash: RequestHash,
    /// The credential that it is sent with: what was answered to one is not told to another.
    pub client_id: ClientId,
}

/// What is remembered of a request that was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyRecord {
    /// A hash of what it asked for.
    pub request_hash: RequestHash,
    /// The credential that it was sent with.
    pub client_id: ClientId,
    /// The events that it recorded, in its order.
    pub events: Vec<EventSortKey>,
    /// The last second in which it counts; DynamoDB deletes it some time after.
    pub expires_at_epoch_s: i64,
}

impl IdempotencyRecord {
    /// Whether it still counts: DynamoDB deletes a record some time after its last second, not at it.
    pub fn counts(&self, now: Timestamp) -> bool {
        self.expires_at_epoch_s >= epoch_s(now)
    }
}

/// Whole seconds since 1970.
pub(crate) fn epoch_s(at: Timestamp) -> i64 {
    at.epoch_ms().div_euclid(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_1_to_255_visible_ascii_characters() {
        let longest = "k".repeat(255);
        for good in ["k", "!~#%\"\\", &longest] {
            assert_eq!(IdempotencyKey::parse(good).map(|key| key.as_str().to_owned()), Ok(good.to_owned()));
        }
        let too_long = "k".repeat(256);
        for bad in ["", " ", "a b", "a\t", "ä", "\u{7f}", &too_long] {
            assert_eq!(IdempotencyKey::parse(bad), Err(IdempotencyKeyError), "{bad:?}");
        }
        assert_eq!(IdempotencyKeyError.to_string(), "must be 1 to 255 visible ASCII characters");
    }

    const EVENT: &str = r#"{"id":"e-1","created_at":"2020-07-24T03:26:02Z","event_type":"A","event_description":"b",
        "principal":{"role":"API","ip_address":"::1"},"message":{"a":1}}"#;

    fn hash(events: &[&str]) -> String {
        let account = AccountId::parse("acme").expect("an account id");
        let inputs: Vec<_> = events.iter().map(|text| EventInput::parse(text).expect("an event")).collect();
        RequestHash::of(&account, &inputs).to_text()
    }

    #[test]
    fn a_hash_reads_back_and_is_kept_from_release_to_release() {
        let hash = hash(&[EVENT]);
        // printf 'acme\n%s\n' '<the canonical form of the event>' | openssl dgst -sha256 -binary | basenc --base64url
        assert_eq!(hash, "uL_Z68TPP2S5ciqLs11FEFefefzWa815Veww3Tzc_2Q");
        assert_eq!(RequestHash::parse(&hash).map(RequestHash::to_text), Some(hash));
        for bad in ["", "a", "ä"] {
            assert_eq!(RequestHash::parse(bad), None);
        }
    }

    #[test]
    fn the_same_request_in_other_words_has_the_same_hash() {
        let other_words = r#"{"message": {"a" : 1}, "principal": {"ip_address": "0:0::1", "role": "API", "name": null},
            "event_description": "\u0062", "event_type": "A", "created_at": "2020-07-24T05:26:02.000+02:00", "id": "e-1"}"#;
        assert_eq!(hash(&[EVENT]), hash(&[other_words]));
    }

    #[test]
    fn another_request_has_another_hash() {
        let mut hashes = vec![hash(&[]), hash(&[EVENT]), hash(&[EVENT, EVENT])];
        let changes = [
            (r#""id":"e-1","#, ""),
            ("e-1", "e-2"),
            (r#""created_at":"2020-07-24T03:26:02Z","#, ""),
            ("02Z", "03Z"),
            (r#""A""#, r#""B""#),
            (r#""b""#, r#""c""#),
            ("API", "ADMIN"),
            ("::1", "::2"),
            (r#"{"a":1}"#, r#"{"a":1.0}"#),
            (r#""message""#, r#""previous_state""#),
            (r#""role""#, r#""name":"x","role""#),
        ];
        for (from, to) in changes {
            hashes.push(hash(&[&EVENT.replacen(from, to, 1)]));
        }
        let distinct: std::collections::HashSet<_> = hashes.iter().collect();
        assert_eq!(distinct.len(), hashes.len());
    }

    #[test]
    fn a_record_counts_to_its_last_second() {
        let events = Vec::new();
        let client_id = ClientId::parse("c-1").expect("a client id");
        let record =
            IdempotencyRecord { request_hash: RequestHash([0; 32]), client_id, events, expires_at_epoch_s: 10 };
        let at = |ms| Timestamp::from_epoch_ms(ms).expect("a time");
        assert!(record.counts(at(10_999)));
        assert!(!record.counts(at(11_000)));
    }
}
