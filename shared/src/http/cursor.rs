//! Cursors: a position in a listing, as a text that the caller holds and cannot misuse.
//!
//! Shape: base64url of 16 bytes of check and a JSON array of the version and one variant a listing:
//! ```text
//! [2,{"users":"usr_1"}]
//! [2,{"trail":["f",false,true,"2020-07-24T03:26:02.000Z#e-1",[from,to,event type,address]]}]
//! [2,{"network":["2020-07-24T03:26:02.000Z#e-1",to,began,total,sent]}]
//! [2,{"feed":[17,0,"6e340b9cffb37a98"]}]
//! [2,{"logs":["a",17,0,"6e340b9cffb37a98",until]}]
//! [2,{"logs":["d",17,0,"6e340b9cffb37a98",since]}]
//! ```
//!
//! The check is SHA-256, cut, over endpoint, account, what of a query stands in the path, and the array: a cursor that was
//! cut, altered or taken from another listing does not read. It is not a signature. Who forges one gains nothing, because the
//! account and the partition key are never in it: they come from the credential each time.

mod kinds;
mod payload;

pub use kinds::{Cursor, Direction, FeedCursor, NetworkCursor, SystemLogCursor, TrailCursor, TrailFilters};

use crate::values::ids::AccountId;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use payload::Payload;
use sha2::{Digest, Sha256};

/// Longest cursor, in bytes: one of the trail with the longest id, event type and address, each of whose characters JSON escapes.
pub const CURSOR_BYTES_MAX: usize = 1_280;

const VERSION: u8 = 2;
const CHECK_BYTES: usize = 16;

/// Why a text is not a cursor of this listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a cursor that this listing gave, with the same filters")]
pub struct CursorError;

/// What a cursor belongs to: endpoint, account, and what of the query stands in the path.
#[derive(Debug, Clone)]
pub struct Listing(Sha256);

impl Listing {
    /// A listing of an account at an endpoint.
    pub fn new(endpoint: &str, account: &AccountId) -> Self {
        Self(Sha256::new()).with("endpoint", endpoint).with("account", account.as_str())
    }

    /// The same, narrowed.
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

impl Cursor {
    /// The text for the caller, of [`CURSOR_BYTES_MAX`] bytes at most.
    pub fn encode(&self, listing: &Listing) -> String {
        let payload = serde_json::to_vec(&(VERSION, Payload::of(self))).expect("texts and numbers serialise");
        URL_SAFE_NO_PAD.encode([listing.check(&payload), payload].concat())
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
        let (version, payload): (u8, Payload) = serde_json::from_slice(payload).map_err(|_| CursorError)?;
        let cursor = payload.read().filter(|_| version == VERSION).ok_or(CursorError)?;
        // The same JSON can be written in many ways, and only one of them is ours.
        if cursor.encode(listing) == text { Ok(cursor) } else { Err(CursorError) }
    }
}

#[cfg(test)]
mod tests;
