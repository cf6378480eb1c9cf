//! One row of the feed: an event with everything that was recorded, or the marker of one that cannot be shown. What it looks like in
//! the formats that the feed has is said by [`formats`](crate::dialect::formats).

use crate::event::Role;
use crate::event::attributes::{EventAttributes, OBJECTS, bind_attributes};
use crate::input::json::JsonObject;
use crate::log::entry::EventRef;
use crate::log::hash::Hash;
use crate::store::Logged;
use crate::table::attribute;
use crate::table::digest::digest;
use crate::table::item::{Item, decode_event};
use crate::values::event_sort_key::{EventSortKey, SEPARATOR};
use crate::values::timestamp::Timestamp;
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// What became of an event that has a position in the log.
#[derive(Debug)]
pub enum Row<'a> {
    /// It stands in the table as it was recorded.
    Recorded(&'a Item),
    /// It is gone, or cannot be read.
    Missing,
    /// Another event stands in its place.
    Altered,
}

impl<'a> Row<'a> {
    /// Holds what stands in the table against what the log says of it.
    pub fn of(item: Option<&'a Item>, recorded: &Hash) -> Self {
        match item {
            None => Self::Missing,
            Some(item) if digest(item) != *recorded => Self::Altered,
            Some(item) if is_readable(item) => Self::Recorded(item),
            Some(_) => Self::Missing,
        }
    }
}

/// Whether it decodes, as far as it was not redacted.
fn is_readable(item: &Item) -> bool {
    let is_object = |name| text(item, name).is_none_or(|text| JsonObject::from_stored(text.to_owned()).is_some());
    OBJECTS.iter().copied().all(is_object)
        && (item.contains_key(attribute::REDACTED) || decode_event(item.clone()).is_ok())
}

/// What the feed says at a position. Its JSON is the feed's own row.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum FeedRow<'a> {
    /// The event, with whatever of it was not redacted.
    Event(Box<FeedEvent<'a>>),
    /// What stands in place of an event that cannot be shown.
    Marker(FeedMarker<'a>),
}

/// An event at its position.
#[expect(missing_docs, reason = "the fields are those of the feed's event, which the documentation of the feed lists")]
#[derive(Debug, Serialize)]
pub struct FeedEvent<'a> {
    pub position: u64,
    pub appended_at: Timestamp,
    #[serde(flatten)]
    pub event: EventObject<'a>,
}

/// An event with everything that was recorded, in the JSON form of the feed and of the page's exports. A field that the event does not
/// have, or that was redacted, is `None`.
#[expect(missing_docs, reason = "the fields are those of the feed's event, which the documentation of the feed lists")]
#[derive(Debug, Serialize)]
pub struct EventObject<'a> {
    pub id: &'a str,
    pub created_at: Timestamp,
    pub recorded_at: Option<&'a str>,
    pub recorded_by: Option<&'a str>,
    pub event_type: Option<&'a str>,
    pub event_description: Option<&'a str>,
    pub principal: FeedPrincipal<'a>,
    pub subject: Option<FeedSubject<'a>>,
    pub message_key: Option<&'a str>,
    pub message: Option<&'a RawValue>,
    pub previous_state: Option<&'a RawValue>,
    pub current_state: Option<&'a RawValue>,
    #[serde(flatten)]
    pub others: Others<'a>,
    /// Names of the attributes that were redacted, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub redacted: Vec<&'a str>,
}

/// What an event has besides, by the names of its attributes: what is added to events stands in the rows of those that have it, and
/// leaves all other rows as they were.
#[derive(Debug, Clone, Default)]
pub struct Others<'a>(pub Vec<(&'static str, &'a str)>);

impl Serialize for Others<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, text) in &self.0 {
            match OBJECTS.contains(name) {
                true => map.serialize_entry(name, &raw(text))?,
                false => map.serialize_entry(name, text)?,
            }
        }
        map.end()
    }
}

/// Who did it, as the writer told.
#[expect(missing_docs, reason = "the fields are those of the event's principal")]
#[derive(Debug, Serialize)]
pub struct FeedPrincipal<'a> {
    pub id: Option<&'a str>,
    pub name: Option<&'a str>,
    pub email: Option<&'a str>,
    #[serde(serialize_with = "role")]
    pub role: Option<Role>,
    pub ip_address: Option<&'a str>,
}

/// What it was done to.
#[expect(missing_docs, reason = "the fields are those of the event's subject")]
#[derive(Debug, Clone, Copy, Serialize)]
pub struct FeedSubject<'a> {
    pub category: Option<&'a str>,
    pub entity_key: Option<&'a str>,
    pub entity_id: Option<&'a str>,
    pub user_id: Option<&'a str>,
}

/// What is said in place of an event: `"missing": true` or `"altered": true`.
#[expect(missing_docs, reason = "the fields are those that an event has too")]
#[derive(Debug, Serialize)]
pub struct FeedMarker<'a> {
    pub position: u64,
    pub appended_at: Timestamp,
    /// None under a key that no writer makes.
    pub created_at: Option<Timestamp>,
    pub id: &'a str,
    #[serde(flatten)]
    pub why: Unshown,
}

/// Why an event cannot be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unshown {
    /// It is gone, or cannot be read.
    Missing,
    /// Another event stands in its place.
    Altered,
}

impl Serialize for Unshown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let name = match self {
            Self::Missing => "missing",
            Self::Altered => "altered",
        };
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(name, &true)?;
        map.end()
    }
}

impl<'a> FeedRow<'a> {
    /// The row of the event at that position, of which this has become.
    pub fn of(logged: &Logged, event: &'a EventRef, row: &Row<'a>) -> Self {
        let EventRef { sk, .. } = event;
        let Some(EventSortKey { created_at, id: _ }) = event.sort_key() else {
            let why = if matches!(row, Row::Altered) { Unshown::Altered } else { Unshown::Missing };
            return Self::Marker(marker(logged, None, sk, why));
        };
        let id = sk.split_once(SEPARATOR).map_or(sk.as_str(), |(_, id)| id);
        match row {
            Row::Recorded(item) => {
                let event = EventObject::of(created_at, id, &texts(item), redacted(item));
                Self::Event(Box::new(FeedEvent { position: logged.position, appended_at: logged.appended_at, event }))
            }
            Row::Missing => Self::Marker(marker(logged, Some(created_at), id, Unshown::Missing)),
            Row::Altered => Self::Marker(marker(logged, Some(created_at), id, Unshown::Altered)),
        }
    }

    /// The event type as it was recorded, and where there is none to say, the word for why. Formats that must have a type have this.
    pub fn kind(&self) -> &'a str {
        match self {
            Self::Event(row) => row.event.event_type.unwrap_or("EVENT_REDACTED"),
            Self::Marker(marker) => match marker.why {
                Unshown::Missing => "EVENT_MISSING",
                Unshown::Altered => "EVENT_ALTERED",
            },
        }
    }
}

fn marker<'a>(logged: &Logged, created_at: Option<Timestamp>, id: &'a str, why: Unshown) -> FeedMarker<'a> {
    FeedMarker { position: logged.position, appended_at: logged.appended_at, created_at, id, why }
}

impl<'a> EventObject<'a> {
    /// The event with that time, id and attributes, of which those named in `redacted` are gone.
    pub fn of(
        created_at: Timestamp,
        id: &'a str,
        attributes: &EventAttributes<Option<&'a str>>,
        redacted: Vec<&'a str>,
    ) -> Self {
        bind_attributes!(*attributes, {
            recorded_at recorded_by event_type event_description
            principal_id principal_name principal_email principal_role principal_ip_address
            subject_category subject_entity_key subject_entity_id subject_user_id
            message_key message previous_state current_state
        }, others);
        Self {
            id,
            created_at,
            recorded_at,
            recorded_by,
            event_type,
            event_description,
            principal: FeedPrincipal {
                id: principal_id,
                name: principal_name,
                email: principal_email,
                role: principal_role.and_then(Role::parse),
                ip_address: principal_ip_address,
            },
            subject: FeedSubject::of(subject_category, subject_entity_key, subject_entity_id, subject_user_id),
            message_key,
            message: message.and_then(raw),
            previous_state: previous_state.and_then(raw),
            current_state: current_state.and_then(raw),
            others: Others(others),
            redacted,
        }
    }
}

impl<'a> FeedSubject<'a> {
    /// The subject with these fields; `None` if there is none of them.
    fn of(
        category: Option<&'a str>,
        entity_key: Option<&'a str>,
        entity_id: Option<&'a str>,
        user_id: Option<&'a str>,
    ) -> Option<Self> {
        let is_there = [category, entity_key, entity_id, user_id].iter().any(Option::is_some);
        is_there.then_some(Self { category, entity_key, entity_id, user_id })
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, clippy::ref_option, reason = "serde passes fields like that")]
fn role<S: Serializer>(role: &Option<Role>, serializer: S) -> Result<S::Ok, S::Error> {
    role.map(Role::as_str).serialize(serializer)
}

/// A text of JSON, to be written to the letter.
fn raw(text: &str) -> Option<&RawValue> {
    serde_json::from_str(text).ok()
}

/// The names of the attributes that were redacted, sorted.
pub(in crate::dialect) fn redacted(item: &Item) -> Vec<&str> {
    let entries = item.get(attribute::REDACTED).and_then(|value| value.as_m().ok());
    let mut names: Vec<_> = entries.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names
}

/// The texts of the attributes of an event.
pub(in crate::dialect) fn texts(item: &Item) -> EventAttributes<Option<&str>> {
    EventAttributes::each(|name| text(item, name))
}

/// The text of an attribute; none if the item has no such text.
fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name).and_then(|value| value.as_s().ok()).map(String::as_str)
}

#[cfg(test)]
mod tests;
