//! Sessions of browsers and viewer links as items: under the hash of their secret, and with what they show written out.

use super::row::{Field, Row as _, error, row};
use super::{Item, ItemError, keyed, put, put_optional, text_list};
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
use aws_sdk_dynamodb::types::AttributeValue;

/// [`Access::SignedIn`] in the table.
const SIGNED_IN: &str = "signed-in";
/// [`Access::Linked`] in the table.
const LINKED: &str = "linked";

/// The session as an item.
pub fn encode_session(token: SecretHash, session: &Session) -> Item {
    let mut item = keyed(key::session(token));
    put(&mut item, attribute::ACCOUNT, session.account.as_str());
    put(&mut item, attribute::CLIENT_ID, session.client_id.as_str());
    put(&mut item, attribute::CREATED_AT, session.created_at.to_string());
    put_optional(&mut item, attribute::ENDED_AT, session.ended_at.map(|at| at.to_string()));
    put_end(&mut item, session.ends_at);
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
    let mut item = keyed(key::viewer_link(code));
    put(&mut item, attribute::ACCOUNT, link.account.as_str());
    put(&mut item, attribute::CLIENT_ID, link.client_id.as_str());
    put(&mut item, attribute::CREATED_AT, link.created_at.to_string());
    put_optional(&mut item, attribute::SPENT_AT, link.spent_at.map(|at| at.to_string()));
    put_end(&mut item, link.ends_at);
    put_shown(&mut item, &link.bounds, &link.origins);
    item
}

fn put_end(item: &mut Item, ends_at: Timestamp) {
    put(item, attribute::ENDS_AT, ends_at.to_string());
    item.insert(attribute::EXPIRES_AT.to_owned(), AttributeValue::N(expires_at_epoch_s(ends_at).to_string()));
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
    /// A session.
    SessionRow {
        account, client_id, created_at, ends_at, ended_at, access, event_type, principal_email, subject_category, subject_user_id,
        from_day, to_day, origins,
    }
);

row!(
    /// A viewer link.
    LinkRow {
        account, client_id, created_at, ends_at, spent_at, event_type, principal_email, subject_category, subject_user_id,
        from_day, to_day, origins,
    }
);

/// The attributes that say what is shown.
struct Bounds {
    event_type: Field,
    user_email: Field,
    category: Field,
    user_id: Field,
    from: Field,
    to: Field,
}

impl Bounds {
    fn read(self, key: &Key) -> Result<EventBounds, ItemError> {
        let day = |text: String| Day::parse(&text);
        Ok(EventBounds {
            event_type: self.event_type.optional_parsed(key, |text| EventType::try_from(text).ok())?,
            user_email: self.user_email.optional_parsed(key, EmailAddress::from_stored)?,
            category: self.category.optional_parsed(key, |text| Category::parse(&text))?,
            user_id: self.user_id.optional_parsed(key, |text| UserId::try_from(text).ok())?,
            from: self.from.optional_parsed(key, day)?,
            to: self.to.optional_parsed(key, day)?,
        })
    }
}

/// The session that an item is.
///
/// # Errors
/// [`ItemError`] naming the first attribute that is missing or malformed.
pub fn decode_session(item: Item) -> Result<Session, ItemError> {
    let row = SessionRow::open(item)?;
    let key = &row.key;
    let access = match row.access.required(key)?.as_str() {
        SIGNED_IN => Access::SignedIn,
        LINKED => Access::Linked {
            bounds: Bounds {
                event_type: row.event_type,
                user_email: row.principal_email,
                category: row.subject_category,
                user_id: row.subject_user_id,
                from: row.from_day,
                to: row.to_day,
            }
            .read(key)?,
            origins: row.origins.parsed_list(key, origin)?,
        },
        _ => return Err(error(key, attribute::ACCESS, "is malformed")), // what no version of ours has written
    };
    Ok(Session {
        account: row.account.parsed(key, |text| AccountId::try_from(text).ok())?,
        client_id: row.client_id.parsed(key, |text| ClientId::try_from(text).ok())?,
        access,
        created_at: row.created_at.parsed(key, time)?,
        ends_at: row.ends_at.parsed(key, time)?,
        ended_at: row.ended_at.optional_parsed(key, time)?,
    })
}

/// The link that an item is.
///
/// # Errors
/// [`ItemError`] naming the first attribute that is missing or malformed.
pub fn decode_viewer_link(item: Item) -> Result<ViewerLink, ItemError> {
    let row = LinkRow::open(item)?;
    let key = &row.key;
    let bounds = Bounds {
        event_type: row.event_type,
        user_email: row.principal_email,
        category: row.subject_category,
        user_id: row.subject_user_id,
        from: row.from_day,
        to: row.to_day,
    };
    Ok(ViewerLink {
        account: row.account.parsed(key, |text| AccountId::try_from(text).ok())?,
        client_id: row.client_id.parsed(key, |text| ClientId::try_from(text).ok())?,
        bounds: bounds.read(key)?,
        origins: row.origins.parsed_list(key, origin)?,
        created_at: row.created_at.parsed(key, time)?,
        ends_at: row.ends_at.parsed(key, time)?,
        spent_at: row.spent_at.optional_parsed(key, time)?,
    })
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
