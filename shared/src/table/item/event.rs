//! An event as an item.

use super::row::{Field, Row as _, error, row};
use super::{Item, ItemError, Projection, keyed, put, put_optional};
use crate::event::attributes::{EventAttributes, event_attributes};
use crate::event::recorder::Recorder;
use crate::event::{AuditEvent, EventDetails, Principal, Role, Subject, TrailEvent};
use crate::input::json::JsonObject;
use crate::table::attribute;
use crate::table::key::{self, Index, Key};
use crate::values::category::Category;
use crate::values::email::EmailAddress;
use crate::values::event_sort_key::EventSortKey;
use crate::values::ids::{AccountId, EventType, Shard, UserId};
use crate::values::timestamp::Timestamp;

/// The event as an item, with the partition keys of every index it belongs to.
pub fn encode_event(account: &AccountId, event: &AuditEvent) -> Item {
    let shard = Shard::FIRST;
    let details = &event.details;
    let mut item = keyed(Key { pk: key::events(account, shard), sk: event.sort_key().to_string() });
    EventAttributes::from(event).for_each(|name, text| put_optional(&mut item, name, text));
    put(&mut item, attribute::TYPE_PK, key::events_of_type(account, shard, &details.event_type));
    if let Some(email) = &details.principal.email {
        put(&mut item, attribute::EMAIL_PK, key::events_of_email(account, shard, email));
    }
    if let Some(subject) = &details.subject {
        let (category, user) = (subject.category, &subject.user_id);
        put(&mut item, attribute::CATEGORY_PK, key::events_of_category(account, shard, category));
        put(&mut item, attribute::SUBJECT_PK, key::events_of_subject(account, shard, category, user));
    }
    item
}

macro_rules! whole_event {
    (unlisted { $($unlisted:ident)* } listed { $($listed:ident)* } objects { $($object:ident)* }) => {
        row!(
            /// All of an event but the partition keys of the indexes.
            WholeEvent { $($unlisted,)* $($listed,)* $($object,)* }
        );
    };
}
event_attributes!(whole_event);

row!(
    /// What the trail shows of an event.
    ShownInTrail {
        event_type,
        event_description,
        principal_name,
        principal_email,
        principal_role,
        principal_ip_address,
    }
);

/// What a query asks for to read whole events.
pub(super) const WHOLE_EVENT: Projection = WholeEvent::PROJECTION;

/// What a query asks for to show events in the trail.
pub(super) const SHOWN_IN_TRAIL: Projection = ShownInTrail::PROJECTION;

/// The event that an item is.
///
/// # Errors
/// [`ItemError`] naming the first attribute that is missing or malformed.
pub fn decode_event(item: Item) -> Result<AuditEvent, ItemError> {
    let row = WholeEvent::open(item)?;
    let key = &row.key;
    let EventSortKey { created_at, id } = decode_sort_key(key)?;
    let subject = [row.subject_entity_key, row.subject_entity_id, row.subject_user_id, row.message_key];
    let subject = decode_subject(key, row.subject_category, subject)?;
    let details = EventDetails {
        event_type: row.event_type.parsed(key, |text| EventType::try_from(text).ok())?,
        event_description: row.event_description.required(key)?,
        principal: Principal {
            id: row.principal_id.optional(key)?,
            name: row.principal_name.optional(key)?,
            email: row.principal_email.optional_parsed(key, EmailAddress::from_stored)?,
            role: row.principal_role.parsed(key, |text| Role::parse(&text))?,
            ip_address: row.principal_ip_address.parsed(key, |text| text.parse().ok())?,
        },
        subject,
        message: row.message.optional_parsed(key, JsonObject::from_stored)?,
        previous_state: row.previous_state.optional_parsed(key, JsonObject::from_stored)?,
        current_state: row.current_state.optional_parsed(key, JsonObject::from_stored)?,
    };
    let recorded_at = row.recorded_at.parsed(key, |text| Timestamp::parse_fixed(&text))?;
    let recorded_by = row.recorded_by.optional_parsed(key, |text| Recorder::parse(&text))?;
    Ok(AuditEvent { id, created_at, recorded_at, recorded_by, details })
}

/// Whether an event stands in the indexes where it belongs: the partition keys follow from its other attributes, and altering one
/// hides it from a filter. An item that does not decode, because a hand put it there or parts of it were redacted, belongs where
/// it is.
pub fn has_derived_keys(item: &Item) -> bool {
    let pk = item.get(attribute::PK).and_then(|value| value.as_s().ok());
    let Some((account, _)) = pk.and_then(|pk| key::account_of_events(pk)) else { return true };
    let Ok(event) = decode_event(item.clone()) else { return true };
    let derived = encode_event(&account, &event);
    [Index::ByType, Index::ByEmail, Index::ByCategory, Index::BySubject]
        .iter()
        .all(|index| item.get(index.partition_attribute()) == derived.get(index.partition_attribute()))
}

/// The event that an item is, as far as the trail shows it.
///
/// # Errors
/// [`ItemError`] naming the first attribute that is missing or malformed.
pub(super) fn decode_trail_event(item: Item) -> Result<TrailEvent, ItemError> {
    let row = ShownInTrail::open(item)?;
    let who = [row.principal_name, row.principal_email, row.principal_role, row.principal_ip_address];
    decode_shown(&row.key, [row.event_type, row.event_description], who)
}

/// What the trail shows of an event, by the attributes of type and description, and of the principal's name, e-mail address, role and
/// address.
pub(super) fn decode_shown(key: &Key, what: [Field; 2], who: [Field; 4]) -> Result<TrailEvent, ItemError> {
    let EventSortKey { created_at, id } = decode_sort_key(key)?;
    let ([event_type, event_description], [name, email, role, ip_address]) = (what, who);
    Ok(TrailEvent {
        id,
        created_at,
        event_type: event_type.parsed(key, |text| EventType::try_from(text).ok())?,
        event_description: event_description.required(key)?,
        user_name: name.optional(key)?,
        user_email: email.optional_parsed(key, EmailAddress::from_stored)?,
        role: role.parsed(key, |text| Role::parse(&text))?,
        ip_address: ip_address.parsed(key, |text| text.parse().ok())?,
    })
}

/// What an event was done to, by the attributes of its category, and of entity key, entity id, user and message key.
pub(super) fn decode_subject(key: &Key, category: Field, others: [Field; 4]) -> Result<Option<Subject>, ItemError> {
    let Some(category) = category.optional_parsed(key, |text| Category::parse(&text))? else { return Ok(None) };
    let [entity_key, entity_id, user_id, message_key] = others;
    Ok(Some(Subject {
        category,
        entity_key: entity_key.required(key)?,
        entity_id: entity_id.required(key)?,
        user_id: user_id.parsed(key, |text| UserId::try_from(text).ok())?,
        message_key: message_key.optional(key)?,
    }))
}

/// Where an event stands, by the key of its item.
pub(super) fn decode_sort_key(key: &Key) -> Result<EventSortKey, ItemError> {
    EventSortKey::parse(&key.sk).ok_or_else(|| error(key, attribute::SK, "is malformed"))
}

#[cfg(test)]
mod tests;
