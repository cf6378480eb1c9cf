//! What readers ask for of an event. DynamoDB charges for the whole item all the same, but sends no more than that, and what
//! is not sent need not be read: that is most of what a page costs a function (`bench/cpu`).

use super::event::decode_trail_event;
use super::{Item, ItemError, decode_event};
use crate::event::{AuditEvent, TrailEvent};
use crate::input::json::JsonObject;
use crate::table::attribute;
use crate::values::event_sort_key::EventSortKey;

/// An event as far as a reader asks for it.
pub trait EventProjection: Sized {
    /// The attributes, as a projection expression. The table's partition key is among them, to name an item that does not decode.
    const EXPRESSION: &'static str;

    /// The names of the expression, and those of the attributes. `#sk` is a query's own already, and not among them.
    const NAMES: &'static [(&'static str, &'static str)];

    /// The event that an item is.
    ///
    /// # Errors
    /// [`ItemError`] naming the first attribute that is missing or malformed.
    fn decode(item: Item) -> Result<Self, ItemError>;

    /// Where it stands in its partition and in every index.
    fn sort_key(&self) -> EventSortKey;

    /// Bytes of its texts that vary much, to bound a page.
    fn text_bytes(&self) -> usize;
}

/// All but the partition keys of the indexes.
impl EventProjection for AuditEvent {
    const EXPRESSION: &'static str = "#table_pk, #sk, #recorded_at, #event_type, #event_description, #principal_id, \
        #principal_name, #principal_email, #principal_role, #principal_ip_address, #subject_category, #subject_entity_key, \
        #subject_entity_id, #subject_user_id, #message_key, #message, #previous_state, #current_state";

    const NAMES: &'static [(&'static str, &'static str)] = &[
        ("#table_pk", attribute::PK),
        ("#recorded_at", attribute::RECORDED_AT),
        ("#event_type", attribute::EVENT_TYPE),
        ("#event_description", attribute::EVENT_DESCRIPTION),
        ("#principal_id", attribute::PRINCIPAL_ID),
        ("#principal_name", attribute::PRINCIPAL_NAME),
        ("#principal_email", attribute::PRINCIPAL_EMAIL),
        ("#principal_role", attribute::PRINCIPAL_ROLE),
        ("#principal_ip_address", attribute::PRINCIPAL_IP_ADDRESS),
        ("#subject_category", attribute::SUBJECT_CATEGORY),
        ("#subject_entity_key", attribute::SUBJECT_ENTITY_KEY),
        ("#subject_entity_id", attribute::SUBJECT_ENTITY_ID),
        ("#subject_user_id", attribute::SUBJECT_USER_ID),
        ("#message_key", attribute::MESSAGE_KEY),
        ("#message", attribute::MESSAGE),
        ("#previous_state", attribute::PREVIOUS_STATE),
        ("#current_state", attribute::CURRENT_STATE),
    ];

    fn decode(item: Item) -> Result<Self, ItemError> {
        decode_event(item)
    }

    fn sort_key(&self) -> EventSortKey {
        self.sort_key()
    }

    fn text_bytes(&self) -> usize {
        let object = |object: &Option<JsonObject>| object.as_ref().map_or(0, |object| object.as_str().len());
        let details = &self.details;
        details.event_description.len()
            + object(&details.message)
            + object(&details.previous_state)
            + object(&details.current_state)
    }
}

impl EventProjection for TrailEvent {
    const EXPRESSION: &'static str = "#table_pk, #sk, #event_type, #event_description, #principal_name, #principal_email, \
        #principal_role, #principal_ip_address";

    const NAMES: &'static [(&'static str, &'static str)] = &[
        ("#table_pk", attribute::PK),
        ("#event_type", attribute::EVENT_TYPE),
        ("#event_description", attribute::EVENT_DESCRIPTION),
        ("#principal_name", attribute::PRINCIPAL_NAME),
        ("#principal_email", attribute::PRINCIPAL_EMAIL),
        ("#principal_role", attribute::PRINCIPAL_ROLE),
        ("#principal_ip_address", attribute::PRINCIPAL_IP_ADDRESS),
    ];

    fn decode(item: Item) -> Result<Self, ItemError> {
        decode_trail_event(item)
    }

    fn sort_key(&self) -> EventSortKey {
        EventSortKey { created_at: self.created_at, id: self.id.clone() }
    }

    fn text_bytes(&self) -> usize {
        self.event_description.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::input::EventInput;
    use crate::table::item::encode_event;
    use crate::values::ids::{AccountId, EventId};
    use crate::values::timestamp::Timestamp;

    fn event() -> AuditEvent {
        let at = Timestamp::parse_fixed("2020-07-24T03:26:02.000Z").expect("a time");
        let text = r#"{"event_type":"INVITED_USER","event_description":"Invited","principal":{"id":"p","name":"Ada",
            "email":"Ada@example.com","role":"ADMIN","ip_address":"192.0.2.1"},"subject":{"category":"users",
            "entity_key":"Network:User","entity_id":"x","user_id":"u-1"},"message_key":"Network:UserInvited",
            "message":{"a":1},"previous_state":{"s":0},"current_state":{"s":1}}"#;
        let input = EventInput::parse(text).expect("an event");
        input.into_event(EventId::parse("e-1").expect("an id"), at, Timestamp::MAX)
    }

    /// What DynamoDB sends of the event, by the names that the expression has.
    fn sent<Event: EventProjection>() -> Item {
        let account = AccountId::parse("acme").expect("an account id");
        let attribute = |name: &str| match name {
            "#sk" => "sk",
            _ => Event::NAMES.iter().find(|(known, _)| *known == name).expect("a name that is explained").1,
        };
        let asked_for: Vec<_> = Event::EXPRESSION.split(", ").map(attribute).collect();
        assert_eq!(asked_for.len(), Event::NAMES.len() + 1, "DynamoDB refuses a name that is not used");
        let mut item = encode_event(&account, &event());
        item.retain(|name, _| asked_for.contains(&name.as_str()));
        item
    }

    #[test]
    fn a_whole_event_is_read_without_the_keys_of_the_indexes() {
        let item = sent::<AuditEvent>();
        let keys: Vec<_> = item.keys().filter(|name| name.ends_with("_pk")).collect();
        assert_eq!((item.len(), keys), (18, Vec::<&String>::new()));
        assert_eq!(AuditEvent::decode(item), Ok(event()));
    }

    #[test]
    fn the_trail_reads_what_it_shows() {
        let item = sent::<TrailEvent>();
        assert_eq!(item.len(), 8);
        let event = TrailEvent::decode(item).expect("an event");
        assert_eq!(event.sort_key().to_string(), "2020-07-24T03:26:02.000Z#e-1");
        assert_eq!((event.event_type.as_str(), event.event_description.as_str()), ("INVITED_USER", "Invited"));
        let email = event.user_email.as_ref().map(|email| email.as_str());
        assert_eq!((event.user_name.as_deref(), email), (Some("Ada"), Some("Ada@example.com")));
        assert_eq!((event.role.as_str(), event.ip_address.to_string()), ("ADMIN", "192.0.2.1".to_owned()));
        assert_eq!(event.text_bytes(), 7);
    }

    #[test]
    fn an_event_that_the_trail_cannot_show_names_its_key_and_attribute() {
        let mut item = sent::<TrailEvent>();
        item.remove("principal_role");
        let said = TrailEvent::decode(item).map_err(|error| error.to_string());
        let expected = "item events#acme#00 / 2020-07-24T03:26:02.000Z#e-1: attribute principal_role is missing";
        assert_eq!(said, Err(expected.to_owned()));
    }
}
