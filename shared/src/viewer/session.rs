//! A session of a browser: whose trail it shows, how much of it, and until when.

use crate::credential::Secret;
use crate::values::ids::{AccountId, ClientId};
use crate::values::timestamp::Timestamp;
use crate::viewer::bounds::EventBounds;
use crate::viewer::frame_origin::FrameOrigin;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// How long who signs in stays signed in, in milliseconds: a working day.
pub const SIGNED_IN_MS: i64 = 8 * 60 * 60 * 1_000;

/// How long a viewer link shows its page once it is opened, in milliseconds.
pub const LINKED_MS: i64 = 60 * 60 * 1_000;

/// How long a session or a link is kept behind its end, in milliseconds, so that its page can say in its frame that it is over.
pub const KEPT_MS: i64 = 24 * 60 * 60 * 1_000;

/// What a session shows, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// All of the account, for who signed in with a credential.
    SignedIn,
    /// What a viewer link is bound to, in frames of those origins.
    Linked {
        /// What it shows.
        bounds: EventBounds,
        /// Whose frames may show it.
        origins: Vec<FrameOrigin>,
    },
}

/// A session as it is stored, under the hash of its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The account whose trail it shows.
    pub account: AccountId,
    /// The credential that it comes from; once that is revoked, the session is worth nothing.
    pub client_id: ClientId,
    /// What it shows.
    pub access: Access,
    /// When it began.
    pub created_at: Timestamp,
    /// When it is over.
    pub ends_at: Timestamp,
    /// When it was ended before its time, if it was.
    pub ended_at: Option<Timestamp>,
}

impl Session {
    /// Whether it shows anything at that moment.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.ends_at
    }

    /// The origins of the pages whose frames may show it.
    pub fn origins(&self) -> &[FrameOrigin] {
        match &self.access {
            Access::SignedIn => &[],
            Access::Linked { origins, .. } => origins,
        }
    }
}

/// The text that a form of a page carries, so that no other site's form passes for it: made of what the cookie holds, which other
/// sites do not know. It tells nothing of the cookie.
pub fn form_token(cookie: &Secret) -> String {
    let hash = Sha256::new().chain_update("audit-trail/form/v1\n").chain_update(cookie.reveal());
    URL_SAFE_NO_PAD.encode(hash.finalize())
}

/// When DynamoDB may delete what ends then, in seconds since 1970.
pub fn expires_at_epoch_s(ends_at: Timestamp) -> i64 {
    (ends_at.epoch_ms() + KEPT_MS) / 1_000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_fixed(text).expect("a time")
    }

    #[test]
    fn a_session_is_open_until_its_end_or_until_it_is_ended() {
        let session = Session {
            account: AccountId::parse("acme").expect("an account id"),
            client_id: ClientId::parse("c-1").expect("a client id"),
            access: Access::SignedIn,
            created_at: at("2026-11-26T08:00:00.000Z"),
            ends_at: at("2026-11-26T16:00:00.000Z"),
            ended_at: None,
        };
        assert!(session.is_open(at("2026-11-26T15:59:59.999Z")));
        assert!(!session.is_open(at("2026-11-26T16:00:00.000Z")));
        let ended = Session { ended_at: Some(session.created_at), ..session };
        assert!(!ended.is_open(at("2026-11-26T08:00:00.000Z")));
        assert_eq!(expires_at_epoch_s(ended.ends_at), 1_795_795_200, "a day later");
    }

    #[test]
    fn a_forms_token_is_neither_the_cookie_nor_what_is_stored_of_it() {
        let cookie = Secret::parse("local-demo-secret").expect("a secret");
        // printf 'audit-trail/form/v1\nlocal-demo-secret' | sha256sum | xxd -r -p | basenc --base64url
        assert_eq!(form_token(&cookie), "x12K_b-l1ZLLuURka-SwIldMbjoSrm-73K-cfeSrpjk");
        assert_ne!(form_token(&cookie), cookie.hash().to_text());
    }
}
