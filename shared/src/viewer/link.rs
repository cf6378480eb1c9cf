//! A viewer link: a URL for minutes that shows one account's trail, or a part of it, in somebody's own page.

use crate::values::ids::{AccountId, ClientId};
use crate::values::timestamp::Timestamp;
use crate::viewer::bounds::EventBounds;
use crate::viewer::frame_origin::FrameOrigin;
use crate::viewer::session::{Access, LINKED_MS, Session};

/// Longest life of a link that nobody opens, in minutes: it waits for one page to load, not for a reader.
pub const MINUTES_MAX: u32 = 60;

/// Life of a link whose request does not say, in minutes.
pub const MINUTES_DEFAULT: u32 = 5;

/// Most origins that may show a link in a frame.
pub const ORIGINS_MAX: usize = 10;

/// A link as it is stored, under the hash of its code.
#[derive(Debug, Clone)]
pub struct ViewerLink {
    /// The account whose trail it shows.
    pub account: AccountId,
    /// The credential that it was made with.
    pub client_id: ClientId,
    /// What it shows.
    pub bounds: EventBounds,
    /// Whose frames may show it; with none it opens in a window of its own alone.
    pub origins: Vec<FrameOrigin>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it can be opened.
    pub ends_at: Timestamp,
    /// When it was opened, if it was: once.
    pub spent_at: Option<Timestamp>,
}

impl ViewerLink {
    /// Whether it can still be opened at that moment.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.spent_at.is_none() && now < self.ends_at
    }

    /// The session that it opens into.
    pub fn session(&self, now: Timestamp) -> Session {
        Session {
            account: self.account.clone(),
            client_id: self.client_id.clone(),
            access: Access::Linked { bounds: self.bounds.clone(), origins: self.origins.clone() },
            created_at: now,
            ends_at: now.plus_ms(LINKED_MS).unwrap_or(Timestamp::MAX),
            ended_at: None,
        }
    }
}
