//! Sessions of browsers and viewer links as items: under the hash of their secret, and with what they show written out.

use super::row::{Field, Row as _, error, row};
use super::{Item, ItemError, keyed, put, put_number, put_optional, text_list};
use crate::credential::SecretHash;
use crate::table::attribute;
use crate::table::key::{self, Key};
use crate::values::category::Category;
use crate::values::day::Day;
use crate::values::email::EmailAddress;
use crate::values::ids::{AccountId, ClientId, EventType, UserId};
use crate::values::timestamp::Timestamp;
use crate::viewer::bounds::EventBounds;
use crate::viewer::frame_origin::FrameOrigin;
use crate::viewer::link::ViewerLink;
use crate::viewer::session::{Access, Session, expires_at_epoch_s};
use std::ops::Range;

/// [`Access::SignedIn`] in the table.
const SIGNED_IN: &str = "signed-in";
/// [`Access::Linked`] in the table.
const LINKED: &str = "linked";

/// The session as an item.
pub fn encode_session(token: SecretHash, session: &Session) -> Item {
    let mut item =
        begun(key::session(token), &session.account, &session.client_id, session.created_at..session.ends_at);
    put_optional(&mut item, attribute::ENDED_AT, session.ended_at.map(|at| at.to_string()));
    match &session.access {
        Access::SignedIn => put(&mut item, attribute::ACCESS, SIGNED_IN),
        Access::Linked { bounds, origins } => {
            put(&mut item, attribute::ACCESS, LINKED);
            put_shown(&mut item, bounds, origins);
        }
    }
    item
}

/// The link as an item.
pub fn encode_viewer_link(code: SecretHash, link: &ViewerLink) -> Item {
    let mut item = begun(key::viewer_link(code), &link.account, &link.client_id, link.created_at..link.ends_at);
    put_optional(&mut item, attribute::SPENT_AT, link.spent_at.map(|at| at.to_string()));
    put_shown(&mut item, &link.bounds, &link.origins);
    item
}

/// What every session and link has: whose it is, the credential that it was made with, and from when until when it holds.
fn begun(key: Key, account: &AccountId, client_id: &ClientId, holds: Range<Timestamp>) -> Item {
    let mut item = keyed(key);
    put(&mut item, attribute::ACCOUNT, account.as_str());
    put(&mut item, attribute::CLIENT_ID, client_id.as_str());
    put(&mut item, attribute::CREATED_AT, holds.start.to_string());
    put(&mut item, attribute::ENDS_AT, holds.end.to_string());
    put_number(&mut item, attribute::EXPIRES_AT, expires_at_epoch_s(holds.end));
    item
}

fn put_shown(item: &mut Item, bounds: &EventBounds, origins: &[FrameOrigin]) {
    put_optional(item, attribute::EVENT_TYPE, bounds.event_type.as_ref().map(EventType::as_str));
    put_optional(item, attribute::PRINCIPAL_EMAIL, bounds.user_email.as_ref().map(EmailAddress::as_str));
    put_optional(item, attribute::SUBJECT_CATEGORY, bounds.category.map(Category::as_str));
    put_optional(item, attribute::SUBJECT_USER_ID, bounds.user_id.as_ref().map(UserId::as_str));
    put_optional(item, attribute::FROM_DAY, bounds.from.map(|day| day.to_string()));
    put_optional(item, attribute::TO_DAY, bounds.to.map(|day| day.to_string()));
    let origins = origins.iter().map(ToString::to_string).collect();
    item.insert(attribute::ORIGINS.to_owned(), text_list(origins));
}

row!(
    /// A session or a viewer link: what both have, what is shown, and what only one of them has.
    ViewerRow {
        account, client_id, created_at, ends_at,
        event_type, principal_email, subject_category, subject_user_id, from_day, to_day, origins,
        access, ended_at, spent_at,
    }
);

/// The attributes that every session and link has.
struct Begun {
    account: Field,
    client_id: Field,
    created_at: Field,
    ends_at: Field,
}

/// The attributes that say what is shown, and where.
struct Shown {
    event_type: Field,
    user_email: Field,
    category: Field,
    user_id: Field,
    from: Field,
    to: Field,
    origins: Field,
}

/// The attributes that a session has and no link, or a link and no session.
struct Own {
    access: Field,
    ended_at: Field,
    spent_at: Field,
}

impl ViewerRow {
    /// Its key and its parts.
    fn split(self) -> (Key, Begun, Shown, Own) {
        let begun = Begun {
            account: self.account,
            client_id: self.client_id,
            created_at: self.created_at,
            ends_at: self.ends_at,
        };
        let shown = Shown {
            event_type: self.event_type,
            user_email: self.principal_email,
            category: self.subject_category,
            user_id: self.subject_user_id,
            from: self.from_day,
            to: self.to_day,
            origins: self.origins,
        };
        (self.key, begun, shown, Own { access: self.access, ended_at: self.ended_at, spent_at: self.spent_at })
    }
}

impl Begun {
    fn read(self, key: &Key) -> Result<(AccountId, ClientId, Range<Timestamp>), ItemError> {
        let account = self.account.parsed(key, |text| AccountId::try_from(text).ok())?;
        let client_id = self.client_id.parsed(key, |text| ClientId::try_from(text).ok())?;
        Ok((account, client_id, self.created_at.parsed(key, time)?..self.ends_at.parsed(key, time)?))
    }
}

impl Shown {
    fn read(self, key: &Key) -> Result<(EventBounds, Vec<FrameOrigin>), ItemError> {
        let day = |text: String| Day::parse(&text);
        let bounds = EventBounds {
            event_type: self.event_type.optional_parsed(key, |text| EventType::try_from(text).ok())?,
            user_email: self.user_email.optional_parsed(key, EmailAddress::from_stored)?,
            category: self.category.optional_parsed(key, |text| Category::parse(&text))?,
            user_id: self.user_id.optional_parsed(key, |text| UserId::try_from(text).ok())?,
            from: self.from.optional_parsed(key, day)?,
            to: self.to.optional_parsed(key, day)?,
        };
        Ok((bounds, self.origins.parsed_list(key, origin)?))
    }
}

/// The session that an item is.
///
/// # Errors
/// [`ItemError`] naming the first attribute that is missing or malformed.
pub fn decode_session(item: Item) -> Result<Session, ItemError> {
    let (key, begun, shown, own) = ViewerRow::open(item)?.split();
    let access = match own.access.required(&key)?.as_str() {
        SIGNED_IN => Access::SignedIn,
        LINKED => {
            let (bounds, origins) = shown.read(&key)?;
            Access::Linked { bounds, origins }
        }
        _ => return Err(error(&key, attribute::ACCESS, "is malformed")), // what no version of ours has written
    };
    let (account, client_id, Range { start: created_at, end: ends_at }) = begun.read(&key)?;
    let ended_at = own.ended_at.optional_parsed(&key, time)?;
    Ok(Session { account, client_id, access, created_at, ends_at, ended_at })
}

/// The link that an item is.
///
/// # Errors
/// [`ItemError`] naming the first attribute that is missing or malformed.
pub fn decode_viewer_link(item: Item) -> Result<ViewerLink, ItemError> {
    let (key, begun, shown, own) = ViewerRow::open(item)?.split();
    let (bounds, origins) = shown.read(&key)?;
    let (account, client_id, Range { start: created_at, end: ends_at }) = begun.read(&key)?;
    let spent_at = own.spent_at.optional_parsed(&key, time)?;
    Ok(ViewerLink { account, client_id, bounds, origins, created_at, ends_at, spent_at })
}

fn origin(text: &str) -> Option<FrameOrigin> {
    FrameOrigin::parse(text).ok()
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to readers of fields, which give what they have read")]
fn time(text: String) -> Option<Timestamp> {
    Timestamp::parse_fixed(&text)
}

#[cfg(test)]
mod tests;
