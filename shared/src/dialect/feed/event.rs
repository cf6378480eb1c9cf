//! One row of the feed: an event with everything that was recorded, or the marker of one that cannot be shown.

use crate::event::Role;
use crate::input::json::JsonObject;
use crate::log::entry::EventRef;
use crate::log::hash::Hash;
use crate::store::Logged;
use crate::table::attribute;
use crate::table::digest::digest;
use crate::table::item::{Item, decode_event};
use crate::values::event_sort_key::EventSortKey;
use crate::values::timestamp::Timestamp;
use serde::Serialize;
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
    let states_are =
        [attribute::MESSAGE, attribute::PREVIOUS_STATE, attribute::CURRENT_STATE].into_iter().all(is_object);
    states_are && (item.contains_key(attribute::REDACTED) || decode_event(item.clone()).is_ok())
}

#[derive(Serialize)]
struct Event<'a> {
    position: u64,
    appended_at: Timestamp,
    id: &'a str,
    created_at: Timestamp,
    recorded_at: Option<&'a str>,
    recorded_by: Option<&'a str>,
    event_type: Option<&'a str>,
    event_description: Option<&'a str>,
    principal: Principal<'a>,
    subject: Option<Subject<'a>>,
    message_key: Option<&'a str>,
    message: Option<&'a RawValue>,
    previous_state: Option<&'a RawValue>,
    current_state: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    redacted: Vec<&'a str>,
}

#[derive(Serialize)]
struct Principal<'a> {
    id: Option<&'a str>,
    name: Option<&'a str>,
    email: Option<&'a str>,
    role: Option<&'static str>,
    ip_address: Option<&'a str>,
}

#[derive(Serialize)]
struct Subject<'a> {
    category: Option<&'a str>,
    entity_key: Option<&'a str>,
    entity_id: Option<&'a str>,
    user_id: Option<&'a str>,
}

/// What is said in place of an event: `"missing": true` or `"altered": true`.
#[derive(Serialize)]
struct Marker<'a> {
    position: u64,
    appended_at: Timestamp,
    created_at: Option<Timestamp>,
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    altered: Option<bool>,
}

/// The row of the event at that position, as one line of JSON.
pub fn row_json(logged: &Logged, event: &EventRef, row: &Row<'_>) -> String {
    let Some(sort_key) = event.sort_key() else {
        return marker(logged, None, &event.sk, row);
    };
    match row {
        Row::Recorded(item) => event_json(logged, &sort_key, item),
        Row::Missing | Row::Altered => marker(logged, Some(sort_key.created_at), sort_key.id.as_str(), row),
    }
}

fn marker(logged: &Logged, created_at: Option<Timestamp>, id: &str, row: &Row<'_>) -> String {
    let is_altered = matches!(row, Row::Altered);
    let marker = Marker {
        position: logged.position,
        appended_at: logged.appended_at,
        created_at,
        id,
        missing: (!is_altered).then_some(true),
        altered: is_altered.then_some(true),
    };
    serde_json::to_string(&marker).expect("an object of strings serialises")
}

fn event_json(logged: &Logged, sort_key: &EventSortKey, item: &Item) -> String {
    let text = |name| text(item, name);
    let object = |name| text(name).and_then(|text| serde_json::from_str::<&RawValue>(text).ok());
    let subject = Subject {
        category: text(attribute::SUBJECT_CATEGORY),
        entity_key: text(attribute::SUBJECT_ENTITY_KEY),
        entity_id: text(attribute::SUBJECT_ENTITY_ID),
        user_id: text(attribute::SUBJECT_USER_ID),
    };
    let has_subject = [subject.category, subject.entity_key, subject.entity_id, subject.user_id];
    let event = Event {
        position: logged.position,
        appended_at: logged.appended_at,
        id: sort_key.id.as_str(),
        created_at: sort_key.created_at,
        recorded_at: text(attribute::RECORDED_AT),
        recorded_by: text(attribute::RECORDED_BY),
        event_type: text(attribute::EVENT_TYPE),
        event_description: text(attribute::EVENT_DESCRIPTION),
        principal: Principal {
            id: text(attribute::PRINCIPAL_ID),
            name: text(attribute::PRINCIPAL_NAME),
            email: text(attribute::PRINCIPAL_EMAIL),
            role: text(attribute::PRINCIPAL_ROLE).and_then(Role::parse).map(Role::as_str),
            ip_address: text(attribute::PRINCIPAL_IP_ADDRESS),
        },
        subject: has_subject.iter().any(Option::is_some).then_some(subject),
        message_key: text(attribute::MESSAGE_KEY),
        message: object(attribute::MESSAGE),
        previous_state: object(attribute::PREVIOUS_STATE),
        current_state: object(attribute::CURRENT_STATE),
        redacted: redacted(item),
    };
    serde_json::to_string(&event).expect("an object of strings serialises")
}

/// The names of the attributes that were redacted, sorted.
pub(in crate::dialect) fn redacted(item: &Item) -> Vec<&str> {
    let entries = item.get(attribute::REDACTED).and_then(|value| value.as_m().ok());
    let mut names: Vec<_> = entries.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names
}

/// The text of an attribute; none if the item has no such text.
pub(in crate::dialect) fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name).and_then(|value| value.as_s().ok()).map(String::as_str)
}

#[cfg(test)]
mod tests;
