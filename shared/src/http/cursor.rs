//! Cursors: a position in a listing, as a text that the caller holds and cannot misuse.
//!
//! Shape: base64url of 16 bytes of check and a JSON array
//! `[version, direction, inclusive, behind, sort key, chain]`, such as
//! `[1,"f",false,true,"2020-07-24T03:26:02.000Z#e-1",null]`; `chain` is `[to, total, sent]` in the network audit.
//!
//! The check is SHA-256, cut, over endpoint, account, filters and the array: a cursor that was cut, altered or taken from
//! another listing does not read. It is not a signature. Who forges one gains nothing, because the account and the
//! partition key are never in it: they come from the credential each time.

use crate::values::ids::AccountId;
use crate::values::timestamp::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// Longest cursor, in bytes.
pub const CURSOR_BYTES_MAX: usize = 512;

const VERSION: u8 = 1;
const CHECK_BYTES: usize = 16;

/// Which way a walk goes from a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// On, in the order of the listing.
    Forwards,
    /// Back.
    Backwards,
}

/// A position in a listing, between two items, and the way to go from there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The way.
    pub direction: Direction,
    /// Sort key of the item at the position.
    pub sort_key: String,
    /// Whether that item still is to be returned: a walk that turned round on an empty page left it behind.
    pub inclusive: bool,
    /// Whether the walk has already returned items, so that there is a way back.
    pub behind: bool,
    /// What a chain of network audit pages carries along.
    pub chain: Option<Chain>,
}

/// What a chain of network audit pages carries along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    /// End of the range, not in it.
    pub to: Timestamp,
    /// Records in the range, counted when the chain began.
    pub total: u64,
    /// Records sent so far.
    pub sent: u64,
}

/// Why a text is not a cursor of this listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CursorError;

impl fmt::Display for CursorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be a cursor that this listing gave, with the same filters")
    }
}

impl std::error::Error for CursorError {}

/// What a cursor belongs to: endpoint, account and filters.
#[derive(Debug, Clone)]
pub struct Listing(Sha256);

impl Listing {
    /// A listing of an account at an endpoint.
    pub fn new(endpoint: &str, account: &AccountId) -> Self {
        Self(Sha256::new()).with("endpoint", endpoint).with("account", account.as_str())
    }

    /// The same, filtered.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        for part in [name, value] {
            self.0.update((part.len() as u64).to_be_bytes());
            self.0.update(part);
        }
        self
    }

    fn check(&self, payload: &[u8]) -> Vec<u8> {
        let mut hash = self.0.clone();
        hash.update(payload);
        hash.finalize().into_iter().take(CHECK_BYTES).collect()
    }
}

#[derive(Serialize, Deserialize)]
struct Payload(u8, char, bool, bool, String, Option<(String, u64, u64)>);

impl Cursor {
    /// The text for the caller.
    ///
    /// # Errors
    /// [`CursorError`] if it would be longer than [`CURSOR_BYTES_MAX`], which no sort key of ours is.
    pub fn encode(&self, listing: &Listing) -> Result<String, CursorError> {
        let direction = match self.direction {
            Direction::Forwards => 'f',
            Direction::Backwards => 'b',
        };
        let chain = self.chain.map(|chain| (chain.to.to_string(), chain.total, chain.sent));
        let payload = Payload(VERSION, direction, self.inclusive, self.behind, self.sort_key.clone(), chain);
        let payload = serde_json::to_vec(&payload).map_err(|_| CursorError)?;
        let text = URL_SAFE_NO_PAD.encode([listing.check(&payload), payload].concat());
        if text.len() <= CURSOR_BYTES_MAX { Ok(text) } else { Err(CursorError) }
    }

    /// Reads a text that [`Self::encode`] wrote for the same listing.
    ///
    /// # Errors
    /// [`CursorError`] for any other text.
    pub fn decode(text: &str, listing: &Listing) -> Result<Self, CursorError> {
        if text.len() > CURSOR_BYTES_MAX {
            return Err(CursorError);
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| CursorError)?;
        let (check, payload) = bytes.split_at_checked(CHECK_BYTES).ok_or(CursorError)?;
        if check != listing.check(payload) {
            return Err(CursorError);
        }
        let Payload(version, direction, inclusive, behind, sort_key, chain) =
            serde_json::from_slice(payload).map_err(|_| CursorError)?;
        let direction = match (version, direction) {
            (VERSION, 'f') => Direction::Forwards,
            (VERSION, 'b') => Direction::Backwards,
            _ => return Err(CursorError), // another version, or nothing we wrote
        };
        let chain = chain.map(|(to, total, sent)| {
            let to = Timestamp::parse_fixed(&to).ok_or(CursorError)?;
            Ok(Chain { to, total, sent })
        });
        let cursor = Self { direction, sort_key, inclusive, behind, chain: chain.transpose()? };
        // The same JSON can be written in many ways, and only one of them is ours.
        if cursor.encode(listing)? == text { Ok(cursor) } else { Err(CursorError) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing() -> Listing {
        Listing::new("audit-trail", &AccountId::parse("acme").expect("an account id"))
            .with("event_type", "INVITED_USER")
    }

    fn cursor() -> Cursor {
        Cursor {
            direction: Direction::Forwards,
            sort_key: "2020-07-24T03:26:02.000Z#e-1".to_owned(),
            inclusive: false,
            behind: true,
            chain: None,
        }
    }

    #[test]
    fn a_cursor_reads_back() {
        let chain = Some(Chain { to: Timestamp::MAX, total: 250, sent: 100 });
        for cursor in
            [cursor(), Cursor { direction: Direction::Backwards, inclusive: true, behind: false, chain, ..cursor() }]
        {
            let text = cursor.encode(&listing()).expect("a cursor fits");
            assert_eq!(Cursor::decode(&text, &listing()), Ok(cursor));
        }
    }

    #[test]
    fn the_format_is_this() {
        let text = cursor().encode(&listing()).expect("a cursor fits");
        let bytes = URL_SAFE_NO_PAD.decode(text).expect("base64url");
        let payload = String::from_utf8_lossy(&bytes[16..]).into_owned();
        assert_eq!(payload, r#"[1,"f",false,true,"2020-07-24T03:26:02.000Z#e-1",null]"#);
    }

    #[test]
    fn a_cursor_from_another_query_is_refused() {
        let text = cursor().encode(&listing()).expect("a cursor fits");
        let account = AccountId::parse("acme").expect("an account id");
        let others = [
            Listing::new("audit-trail", &account),
            Listing::new("audit-trail", &account).with("event_type", "INVITED_USE").with("R", ""),
            Listing::new("audit-trail", &account).with("user_email", "INVITED_USER"),
            Listing::new("users-audit", &account).with("event_type", "INVITED_USER"),
            Listing::new("audit-trail", &AccountId::parse("other").expect("an account id"))
                .with("event_type", "INVITED_USER"),
        ];
        for other in &others {
            assert_eq!(Cursor::decode(&text, other), Err(CursorError));
        }
    }

    #[test]
    fn a_cursor_that_was_cut_or_altered_anywhere_is_refused() {
        let text = cursor().encode(&listing()).expect("a cursor fits");
        for at in 0..text.len() {
            assert_eq!(Cursor::decode(&text[..at], &listing()), Err(CursorError), "cut at {at}");
            let mut altered = text.clone().into_bytes();
            altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(altered).expect("ASCII");
            assert_eq!(Cursor::decode(&altered, &listing()), Err(CursorError), "altered at {at}");
        }
        for bad in ["", "=", "ä", "null", &format!("{text}="), &format!("{text}A"), &"A".repeat(513)] {
            assert_eq!(Cursor::decode(bad, &listing()), Err(CursorError), "{bad:?}");
        }
    }

    #[test]
    fn a_cursor_has_one_text_even_for_who_can_make_its_check() {
        let forge = |payload: &str| {
            let payload = payload.as_bytes();
            URL_SAFE_NO_PAD.encode([listing().check(payload), payload.to_vec()].concat())
        };
        let written = r#"[1,"f",false,true,"2020-07-24T03:26:02.000Z#e-1",null]"#;
        assert_eq!(Cursor::decode(&forge(written), &listing()), Ok(cursor()));
        for other in [written.replace(",null", ", null"), written.replace("\"f\"", r#""\u0066""#)] {
            assert_eq!(Cursor::decode(&forge(&other), &listing()), Err(CursorError), "{other}");
        }
    }

    #[test]
    fn the_longest_sort_key_fits() {
        let longest = Cursor {
            sort_key: "a".repeat(128),
            chain: Some(Chain { to: Timestamp::MAX, total: u64::MAX, sent: u64::MAX }),
            ..cursor()
        };
        assert!(longest.encode(&listing()).is_ok());
    }
}
