//! An event as pages and files for people read it: whole, or what is left of it.

use super::event::{decode_event, decode_shown, decode_sort_key, decode_subject};
use super::row::{Row as _, row};
use super::{EventProjection, Item, ItemError, Projection};
use crate::event::Listed;
use crate::event::attributes::{EventAttributes, event_attributes};
use crate::event::redacted::{KeptEvent, ListedEvent, RedactedEvent};
use crate::input::json::JsonObject;
use crate::table::attribute;
use crate::values::event_sort_key::EventSortKey;
use crate::values::timestamp::Timestamp;

macro_rules! rows {
    (unlisted { $($unlisted:ident)* } listed { $($listed:ident)* } objects { $($object:ident)* }) => {
        row!(
            /// All of an event but the partition keys of the indexes, and what was redacted of it.
            WhatIsLeft { $($unlisted,)* $($listed,)* $($object,)* redacted }
        );

        row!(
            /// What a list shows of an event.
            ShownInList { $($listed,)* redacted }
        );

        impl WhatIsLeft {
            fn left(self) -> Result<RedactedEvent, ItemError> {
                let key = &self.key;
                Ok(RedactedEvent {
                    key: decode_sort_key(key)?,
                    gone: self.redacted.names(key)?,
                    left: EventAttributes {
                        $($unlisted: self.$unlisted.optional(key)?,)*
                        $($listed: self.$listed.optional(key)?,)*
                        $($object: self.$object.optional_parsed(key, JsonObject::from_stored)?,)*
                    },
                })
            }
        }

        impl ShownInList {
            fn left(self) -> Result<RedactedEvent, ItemError> {
                let key = &self.key;
                Ok(RedactedEvent {
                    key: decode_sort_key(key)?,
                    gone: self.redacted.names(key)?,
                    left: EventAttributes {
                        $($unlisted: None,)*
                        $($listed: self.$listed.optional(key)?,)*
                        $($object: None,)*
                    },
                })
            }
        }
    };
}
event_attributes!(rows);

/// The event that an item is, whole or not.
///
/// # Errors
/// [`ItemError`] naming the first attribute that is malformed, or missing though it was not redacted.
pub fn decode_kept_event(item: Item) -> Result<KeptEvent, ItemError> {
    match item.contains_key(attribute::REDACTED) {
        true => WhatIsLeft::open(item)?.left().map(|event| KeptEvent::Redacted(Box::new(event))),
        false => decode_event(item).map(|event| KeptEvent::Whole(Box::new(event))),
    }
}

impl EventProjection for KeptEvent {
    const PROJECTION: Projection = WhatIsLeft::PROJECTION;

    fn decode(item: Item) -> Result<Self, ItemError> {
        decode_kept_event(item)
    }

    fn sort_key(&self) -> EventSortKey {
        match self {
            Self::Whole(event) => event.sort_key(),
            Self::Redacted(event) => event.key.clone(),
        }
    }

    fn recorded_at(&self) -> Option<Timestamp> {
        match self {
            Self::Whole(event) => Some(event.recorded_at),
            Self::Redacted(event) => Timestamp::parse_fixed(event.left.recorded_at.as_deref()?),
        }
    }

    fn text_bytes(&self) -> usize {
        match self {
            Self::Whole(event) => event.text_bytes(),
            Self::Redacted(event) => text_bytes_left(event),
        }
    }
}

impl EventProjection for ListedEvent {
    const PROJECTION: Projection = ShownInList::PROJECTION;

    fn decode(item: Item) -> Result<Self, ItemError> {
        let row = ShownInList::open(item)?;
        match row.redacted.is_there() {
            true => row.left().map(|event| Self::Redacted(Box::new(event))),
            false => whole_in_list(row).map(|event| Self::Whole(Box::new(event))),
        }
    }

    fn sort_key(&self) -> EventSortKey {
        match self {
            Self::Whole(event) => EventProjection::sort_key(&event.shown),
            Self::Redacted(event) => event.key.clone(),
        }
    }

    fn recorded_at(&self) -> Option<Timestamp> {
        None
    }

    fn text_bytes(&self) -> usize {
        match self {
            Self::Whole(event) => event.shown.event_description.len(),
            Self::Redacted(event) => text_bytes_left(event),
        }
    }
}

fn text_bytes_left(event: &RedactedEvent) -> usize {
    let object = |object: &Option<JsonObject>| object.as_ref().map_or(0, |object| object.as_str().len());
    let left = &event.left;
    left.event_description.as_deref().map_or(0, str::len)
        + object(&left.message)
        + object(&left.previous_state)
        + object(&left.current_state)
}

fn whole_in_list(row: ShownInList) -> Result<Listed, ItemError> {
    let key = &row.key;
    let who = [row.principal_name, row.principal_email, row.principal_role, row.principal_ip_address];
    let shown = decode_shown(key, [row.event_type, row.event_description], who)?;
    let subject = [row.subject_entity_key, row.subject_entity_id, row.subject_user_id, row.message_key];
    let subject = decode_subject(key, row.subject_category, subject)?;
    Ok(Listed { shown, principal_id: row.principal_id.optional(key)?, subject })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::input::EventInput;
    use crate::event::redacted::Kept;
    use crate::event::{AuditEvent, TrailEvent};
    use crate::table::item::encode_event;
    use crate::values::ids::{AccountId, EventId};
    use aws_sdk_dynamodb::primitives::Blob;
    use aws_sdk_dynamodb::types::AttributeValue;

    fn event() -> AuditEvent {
        let at = Timestamp::parse_fixed("2020-07-24T03:26:02.000Z").expect("a time");
        let text = r#"{"event_type":"INVITED_USER","event_description":"Invited","principal":{"id":"p","name":"Ada",
            "email":"Ada@example.com","role":"ADMIN","ip_address":"192.0.2.1"},"subject":{"category":"users",
            "entity_key":"K","entity_id":"x","user_id":"u-1"},"current_state":{"s":1}}"#;
        EventInput::parse(text).expect("an event").into_event(EventId::parse("e-1").expect("an id"), at, at)
    }

    fn item() -> Item {
        encode_event(&AccountId::parse("acme").expect("an account id"), &event())
    }

    fn sent(projection: &Projection, mut item: Item) -> Item {
        let asked: Vec<_> = projection.names.iter().map(|(_, attribute)| *attribute).collect();
        item.retain(|name, _| asked.contains(&name.as_str()));
        item
    }

    fn redacted(names: &[&str]) -> Item {
        let mut item = item();
        names.iter().for_each(|name| drop(item.remove(*name).expect("an attribute")));
        let hash = |name: &&str| ((*name).to_owned(), AttributeValue::B(Blob::new([7; 32])));
        item.insert("redacted".to_owned(), AttributeValue::M(names.iter().map(hash).collect()));
        item
    }

    #[test]
    fn a_list_reads_who_did_what_to_whom_and_no_states() {
        let item = sent(&ListedEvent::PROJECTION, item());
        assert!(!item.contains_key("current_state"), "states are large, and a list does not show them");

        let read = ListedEvent::decode(item).expect("an event");

        let (event, Kept::Whole(read)) = (event(), read) else { panic!("it is whole") };
        assert_eq!(read.shown, TrailEvent::from(&event));
        assert_eq!((read.principal_id, read.subject), (Some("p".to_owned()), event.details.subject));
    }

    #[test]
    fn a_whole_event_is_kept_as_it_is() {
        let read = KeptEvent::decode(sent(&KeptEvent::PROJECTION, item()));
        assert_eq!(read, Ok(KeptEvent::Whole(Box::new(event()))));
    }

    #[test]
    fn of_a_redacted_event_the_rest_is_read_with_the_names_of_what_is_gone() {
        let gone = ["principal_name", "event_description", "subject_user_id"];
        let read = KeptEvent::decode(sent(&KeptEvent::PROJECTION, redacted(&gone))).expect("an event");

        let Kept::Redacted(read) = read else { panic!("it is not whole") };
        assert_eq!(read.gone, ["event_description", "principal_name", "subject_user_id"]);
        assert_eq!(
            (read.left.event_description, read.left.principal_name, read.left.subject_user_id),
            (None, None, None)
        );
        assert_eq!(read.key.to_string(), "2020-07-24T03:26:02.000Z#e-1");
        assert_eq!(read.left.principal_email.as_deref(), Some("Ada@example.com"));
        assert_eq!(read.left.current_state.as_ref().map(JsonObject::as_str), Some(r#"{"s":1}"#));
        let listed = ListedEvent::decode(sent(&ListedEvent::PROJECTION, redacted(&gone))).expect("an event");
        let Kept::Redacted(listed) = listed else { panic!("it is not whole") };
        assert_eq!((listed.left.event_type.as_deref(), listed.left.current_state), (Some("INVITED_USER"), None));
    }

    #[test]
    fn an_event_that_lacks_something_without_being_redacted_is_an_error() {
        let mut item = item();
        item.remove("event_description");
        let said = KeptEvent::decode(item).map_err(|error| (error.attribute, error.problem));
        assert_eq!(said, Err(("event_description", "is missing")));
        let mut item = redacted(&["event_description"]);
        item.insert("redacted".to_owned(), AttributeValue::S("all".to_owned()));
        let said = KeptEvent::decode(item).map_err(|error| (error.attribute, error.problem));
        assert_eq!(said, Err(("redacted", "is not a map")));
    }
}
