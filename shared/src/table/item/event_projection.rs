//! What readers ask for of an event. DynamoDB charges for the whole item all the same, but sends no more than that, and what
//! is not sent need not be read: that is most of what a page costs a function (`bench/cpu`).

use super::event::{SHOWN_IN_TRAIL, WHOLE_EVENT, decode_sort_key, decode_trail_event};
use super::row::{Row as _, row};
use super::{Item, ItemError, Projection, decode_event};
use crate::event::{AuditEvent, TrailEvent};
use crate::input::json::JsonObject;
use crate::values::category::Category;
use crate::values::day::Day;
use crate::values::event_sort_key::EventSortKey;
use crate::values::ids::UserId;
use crate::values::timestamp::Timestamp;

/// An event as far as a reader asks for it.
pub trait EventProjection: Sized {
    /// The attributes that are asked for.
    const PROJECTION: Projection;

    /// The event that an item is.
    ///
    /// # Errors
    /// [`ItemError`] naming the first attribute that is missing or malformed.
    fn decode(item: Item) -> Result<Self, ItemError>;

    /// Where it stands in its partition and in every index.
    fn sort_key(&self) -> EventSortKey;

    /// When it was recorded, if the reader asks for that.
    fn recorded_at(&self) -> Option<Timestamp>;

    /// Bytes of its texts that vary much, to bound a page.
    fn text_bytes(&self) -> usize;
}

impl EventProjection for AuditEvent {
    const PROJECTION: Projection = WHOLE_EVENT;

    fn decode(item: Item) -> Result<Self, ItemError> {
        decode_event(item)
    }

    fn sort_key(&self) -> EventSortKey {
        self.sort_key()
    }

    fn recorded_at(&self) -> Option<Timestamp> {
        Some(self.recorded_at)
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
    const PROJECTION: Projection = SHOWN_IN_TRAIL;

    fn decode(item: Item) -> Result<Self, ItemError> {
        decode_trail_event(item)
    }

    fn sort_key(&self) -> EventSortKey {
        EventSortKey { created_at: self.created_at, id: self.id.clone() }
    }

    fn recorded_at(&self) -> Option<Timestamp> {
        None
    }

    fn text_bytes(&self) -> usize {
        self.event_description.len()
    }
}

row!(
    /// What of an event counts for a day.
    SubjectOfEvent { subject_category, subject_user_id }
);

/// What a query asks for to count events.
pub(crate) const SUBJECT: Projection = SubjectOfEvent::PROJECTION;

row!(
    /// What of an event says when it was, and nothing else.
    KeyOfEvent {}
);

/// What a query asks for to count the events of days, redacted ones too.
pub(crate) const PLACE_IN_TIME: Projection = KeyOfEvent::PROJECTION;

/// The day of an event.
///
/// # Errors
/// [`ItemError`] naming the first attribute that is missing or malformed.
pub(crate) fn decode_day(item: Item) -> Result<Day, ItemError> {
    let KeyOfEvent { key } = KeyOfEvent::open(item)?;
    Ok(Day::of(decode_sort_key(&key)?.created_at))
}

/// When an event happened, and what of the network audit it is about: all that is read of an event to count it.
///
/// # Errors
/// [`ItemError`] naming the first attribute that is missing or malformed.
pub(crate) fn decode_subject_of(item: Item) -> Result<(Day, Option<(Category, UserId)>), ItemError> {
    let row = SubjectOfEvent::open(item)?;
    let key = &row.key;
    let day = Day::of(decode_sort_key(key)?.created_at);
    let subject = match row.subject_category.optional_parsed(key, |text| Category::parse(&text))? {
        None => None,
        Some(category) => Some((category, row.subject_user_id.parsed(key, |text| UserId::try_from(text).ok())?)),
    };
    Ok((day, subject))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::input::EventInput;
    use crate::event::recorder::Recorder;
    use crate::table::item::encode_event;
    use crate::values::ids::{AccountId, EventId};

    fn event() -> AuditEvent {
        let at = Timestamp::parse_fixed("2020-07-24T03:26:02.000Z").expect("a time");
        let text = r#"{"event_type":"INVITED_USER","event_description":"Invited","principal":{"id":"p","name":"Ada",
            "email":"Ada@example.com","role":"ADMIN","ip_address":"192.0.2.1"},"subject":{"category":"users",
            "entity_key":"Network:User","entity_id":"x","user_id":"u-1"},"message_key":"Network:UserInvited",
            "message":{"a":1},"previous_state":{"s":0},"current_state":{"s":1}}"#;
        let input = EventInput::parse(text).expect("an event");
        let event = input.into_event(EventId::parse("e-1").expect("an id"), at, Timestamp::MAX);
        event.with_recorder(Recorder::Queue)
    }

    /// What DynamoDB sends of the event, by the names that the expression has.
    fn sent(projection: &Projection) -> Item {
        let account = AccountId::parse("acme").expect("an account id");
        let attribute = |name: &str| {
            let explained = projection.names.iter().find(|(known, _)| *known == name);
            explained.expect("a name that is explained").1
        };
        let asked_for: Vec<_> = projection.expression.split(", ").map(attribute).collect();
        assert_eq!(asked_for.len(), projection.names.len(), "DynamoDB refuses a name that is not used");
        let mut item = encode_event(&account, &event());
        item.retain(|name, _| asked_for.contains(&name.as_str()));
        item
    }

    #[test]
    fn a_whole_event_is_read_without_the_keys_of_the_indexes() {
        let item = sent(&AuditEvent::PROJECTION);
        let keys: Vec<_> = item.keys().filter(|name| name.ends_with("_pk")).collect();
        assert_eq!((item.len(), keys), (19, Vec::<&String>::new()));
        assert_eq!(AuditEvent::decode(item), Ok(event()));
    }

    #[test]
    fn the_expressions_are_these() {
        assert_eq!(
            TrailEvent::PROJECTION.expression,
            "#pk, #sk, #event_type, #event_description, #principal_name, #principal_email, #principal_role, \
             #principal_ip_address"
        );
        assert_eq!(SUBJECT.expression, "#pk, #sk, #subject_category, #subject_user_id");
        assert_eq!(SUBJECT.names.last(), Some(&("#subject_user_id", "subject_user_id")));
    }

    #[test]
    fn an_event_is_counted_by_its_day_and_subject() {
        let (day, subject) = decode_subject_of(sent(&SUBJECT)).expect("an event");
        assert_eq!(day.to_string(), "2020-07-24");
        assert_eq!(
            subject.map(|(category, user)| (category, user.to_string())),
            Some((Category::Users, "u-1".to_owned()))
        );
    }

    #[test]
    fn the_trail_reads_what_it_shows() {
        let item = sent(&TrailEvent::PROJECTION);
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
        let mut item = sent(&TrailEvent::PROJECTION);
        item.remove("principal_role");
        let said = TrailEvent::decode(item).map_err(|error| error.to_string());
        let expected = "item events#acme#00 / 2020-07-24T03:26:02.000Z#e-1: attribute principal_role is missing";
        assert_eq!(said, Err(expected.to_owned()));
    }
}
