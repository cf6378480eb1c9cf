//! What a cursor carries, as JSON.

use super::kinds::{Cursor, Direction, FeedCursor, NetworkCursor, SystemLogCursor, TrailCursor, TrailFilters};
use crate::values::email::EmailAddress;
use crate::values::event_sort_key::EventSortKey;
use crate::values::ids::{EventType, UserId};
use crate::values::timestamp::{TimeRange, Timestamp};
use serde::{Deserialize, Serialize};

/// One variant a listing; each of its parts is the text that the part is elsewhere.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Payload {
    /// The user's id.
    Users(String),
    /// Direction, inclusive, behind, sort key, filters.
    Trail(char, bool, bool, String, Filters),
    /// Sort key, to, began, total, sent.
    Network(String, String, String, u64, u64),
    /// Position, first position of the item before it, 16 hex digits of the hash before it.
    Feed(u64, u64, String),
    /// Direction, the three parts of the feed's, the time at which the range ends.
    Logs(char, u64, u64, String, Option<String>),
}

/// From, to, event type, address.
#[derive(Serialize, Deserialize)]
pub(super) struct Filters(String, Option<String>, Option<String>, Option<String>);

impl Payload {
    pub(super) fn of(cursor: &Cursor) -> Self {
        match cursor {
            Cursor::Users(id) => Self::Users(id.to_string()),
            Cursor::Trail(TrailCursor { direction, position, inclusive, behind, filters }) => {
                let direction = match direction {
                    Direction::Forwards => 'f',
                    Direction::Backwards => 'b',
                };
                Self::Trail(direction, *inclusive, *behind, position.to_string(), Filters::of(filters))
            }
            Cursor::Network(NetworkCursor { position, to, began, total, sent }) => {
                Self::Network(position.to_string(), to.to_string(), began.to_string(), *total, *sent)
            }
            Cursor::Feed(at) => Self::Feed(at.position, at.item_first, hex(at)),
            Cursor::SystemLog(SystemLogCursor::Ascending { at, until }) => {
                Self::Logs('a', at.position, at.item_first, hex(at), until.as_ref().map(ToString::to_string))
            }
            Cursor::SystemLog(SystemLogCursor::Descending { at, since }) => {
                Self::Logs('d', at.position, at.item_first, hex(at), Some(since.to_string()))
            }
        }
    }

    /// The cursor, if each part is what it must be.
    pub(super) fn read(self) -> Option<Cursor> {
        Some(match self {
            Self::Users(id) => Cursor::Users(UserId::parse(&id).ok()?),
            Self::Trail(direction, inclusive, behind, sort_key, filters) => {
                let direction = match direction {
                    'f' => Direction::Forwards,
                    'b' => Direction::Backwards,
                    _ => return None, // nothing that we wrote
                };
                let (position, filters) = (EventSortKey::parse(&sort_key)?, filters.read()?);
                Cursor::Trail(TrailCursor { direction, position, inclusive, behind, filters })
            }
            Self::Network(sort_key, to, began, total, sent) => {
                let (to, began) = (Timestamp::parse_fixed(&to)?, Timestamp::parse_fixed(&began)?);
                Cursor::Network(NetworkCursor { position: EventSortKey::parse(&sort_key)?, to, began, total, sent })
            }
            Self::Feed(position, item_first, before) => Cursor::Feed(feed(position, item_first, &before)?),
            Self::Logs(direction, position, item_first, before, end) => {
                let at = feed(position, item_first, &before)?;
                let end = end.map(|end| Timestamp::parse_fixed(&end).ok_or(())).transpose().ok()?;
                Cursor::SystemLog(match direction {
                    'a' => SystemLogCursor::Ascending { at, until: end },
                    'd' => SystemLogCursor::Descending { at, since: end? },
                    _ => return None, // nothing that we wrote
                })
            }
        })
    }
}

fn hex(cursor: &FeedCursor) -> String {
    format!("{:016x}", u64::from_be_bytes(cursor.before))
}

fn feed(position: u64, item_first: u64, before: &str) -> Option<FeedCursor> {
    let before = u64::from_str_radix(before, 16).ok()?.to_be_bytes();
    let is_placed = if position == 0 { item_first == 0 } else { item_first < position };
    is_placed.then_some(FeedCursor { position, item_first, before })
}

impl Filters {
    fn of(TrailFilters { range, event_type, user_email }: &TrailFilters) -> Self {
        Self(
            range.from.to_string(),
            range.to.as_ref().map(ToString::to_string),
            event_type.as_ref().map(ToString::to_string),
            user_email.as_ref().map(ToString::to_string),
        )
    }

    fn read(self) -> Option<TrailFilters> {
        let Self(from, to, event_type, user_email) = self;
        let to = to.map(|to| Timestamp::parse_fixed(&to).ok_or(())).transpose().ok()?;
        Some(TrailFilters {
            range: TimeRange { from: Timestamp::parse_fixed(&from)?, to },
            event_type: event_type.map(|text| EventType::parse(&text)).transpose().ok()?,
            user_email: user_email.map(|text| EmailAddress::parse(&text)).transpose().ok()?,
        })
    }
}
