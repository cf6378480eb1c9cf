//! An event as a list for people reads it.

use super::event::{decode_sort_key, decode_subject};
use super::row::{Row as _, row};
use super::{EventProjection, Item, ItemError, Projection};
use crate::event::{ListedEvent, Role, TrailEvent};
use crate::values::email::EmailAddress;
use crate::values::event_sort_key::EventSortKey;
use crate::values::ids::EventType;
use crate::values::timestamp::Timestamp;

row!(
    /// What a list shows of an event.
    ShownInList {
        event_type,
        event_description,
        principal_id,
        principal_name,
        principal_email,
        principal_role,
        principal_ip_address,
        subject_category,
        subject_entity_key,
        subject_entity_id,
        subject_user_id,
        message_key,
    }
);

impl EventProjection for ListedEvent {
    const PROJECTION: Projection = ShownInList::PROJECTION;

    fn decode(item: Item) -> Result<Self, ItemError> {
        let row = ShownInList::open(item)?;
        let key = &row.key;
        let EventSortKey { created_at, id } = decode_sort_key(key)?;
        let shown = TrailEvent {
            id,
            created_at,
            event_type: row.event_type.parsed(key, |text| EventType::try_from(text).ok())?,
            event_description: row.event_description.required(key)?,
            user_name: row.principal_name.optional(key)?,
            user_email: row.principal_email.optional_parsed(key, EmailAddress::from_stored)?,
            role: row.principal_role.parsed(key, |text| Role::parse(&text))?,
            ip_address: row.principal_ip_address.parsed(key, |text| text.parse().ok())?,
        };
        let subject = [row.subject_entity_key, row.subject_entity_id, row.subject_user_id, row.message_key];
        let subject = decode_subject(key, row.subject_category, subject)?;
        Ok(Self { shown, principal_id: row.principal_id.optional(key)?, subject })
    }

    fn sort_key(&self) -> EventSortKey {
        EventProjection::sort_key(&self.shown)
    }

    fn recorded_at(&self) -> Option<Timestamp> {
        None
    }

    fn text_bytes(&self) -> usize {
        self.shown.event_description.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::input::EventInput;
    use crate::table::item::encode_event;
    use crate::values::ids::{AccountId, EventId};

    #[test]
    fn a_list_reads_who_did_what_to_whom() {
        let at = Timestamp::parse_fixed("2020-07-24T03:26:02.000Z").expect("a time");
        let text = r#"{"event_type":"INVITED_USER","event_description":"Invited","principal":{"id":"p","name":"Ada",
            "email":"Ada@example.com","role":"ADMIN","ip_address":"192.0.2.1"},"subject":{"category":"users",
            "entity_key":"K","entity_id":"x","user_id":"u-1"},"current_state":{"s":1}}"#;
        let event =
            EventInput::parse(text).expect("an event").into_event(EventId::parse("e-1").expect("an id"), at, at);
        let account = AccountId::parse("acme").expect("an account id");
        let mut item = encode_event(&account, &event);
        let asked: Vec<_> = ListedEvent::PROJECTION.names.iter().map(|(_, attribute)| *attribute).collect();
        item.retain(|name, _| asked.contains(&name.as_str()));
        assert!(!item.contains_key("current_state"), "states are large, and a list does not show them");

        let read = ListedEvent::decode(item).expect("an event");

        assert_eq!(read.shown, TrailEvent::from(&event));
        assert_eq!((read.principal_id, read.subject), (Some("p".to_owned()), event.details.subject));
    }
}
