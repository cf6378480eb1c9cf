//! What a message of the queue says: an account, and one event or a list of them.
//!
//! | body | id and time of an event that has none |
//! |---|---|
//! | `{"account", "event": {...}}` or `{"account", "events": [{...}, ...]}` | the message's |
//! | an EventBridge event whose `detail` is one of those | the EventBridge event's |
//!
//! The id of such an event is the message's and the event's place in it: `059f36b4-87a3-44ab-83d2-661975830a7d.0`.

use serde_json::value::RawValue;
use shared::event::AuditEvent;
use shared::event::input::{EventInput, Reach, parse_with};
use shared::event::recorder::Recorder;
use shared::input::faults::{Faults, Reader};
use shared::values::ids::{AccountId, EventId, IdError};
use shared::values::timestamp::{Moment, Timestamp};
use std::collections::HashMap;

/// Most events in a message.
pub const EVENTS_MAX: usize = 50;

/// Largest body, in bytes: SQS takes no larger message (Amazon SQS quotas).
pub(crate) const BODY_BYTES_MAX: usize = 1024 * 1024;

/// Field that an EventBridge event has and no other message.
const DETAIL_TYPE: &str = "detail-type";

/// The id of a message: short and plain enough to stand in the ids of its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageId(String);

impl MessageId {
    /// Parses the text.
    ///
    /// # Errors
    /// [`IdError`] if it and the place of an event are no event id together.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        EventId::parse(&format!("{text}.{EVENTS_MAX}"))?;
        EventId::parse(text).map(|id| Self(id.to_string()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn event_id(&self, index: usize) -> EventId {
        EventId::parse(&format!("{}.{index}", self.0)).expect("a message id leaves room for the place of an event")
    }
}

/// What an event takes from its message where it has none itself. Both are the same at every delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The id of the message.
    pub id: MessageId,
    /// When it was sent.
    pub sent_at: Timestamp,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Whose events they are.
    pub account: AccountId,
    /// The events: 1 to [`EVENTS_MAX`], no two with the same id and time.
    pub events: Vec<AuditEvent>,
}

impl Message {
    /// Parses a body. An event may be of any age, since a queue may hold a message for days and is the operator's own; it
    /// may not lie further ahead than any other event.
    ///
    /// # Errors
    /// [`Faults`]: everything that is wrong with it.
    pub fn parse(body: &str, delivered: Origin, now: Timestamp) -> Result<Self, Faults> {
        if body.len() > BODY_BYTES_MAX {
            return Err(Faults::of("body", format!("must be at most {BODY_BYTES_MAX} bytes")));
        }
        let mut faults = Faults::default();
        let mut reader = Reader::open("body", body, &mut faults);
        let (origin, content) = if reader.has(DETAIL_TYPE) {
            // Fields of the envelope that are not read are passed over: EventBridge adds some, such as `replay-name`.
            let id = reader.required("id", |value| parse_with(value, MessageId::parse));
            let sent_at = reader.required("time", |value| parse_with(value, Moment::parse_zoned).map(|at| at.floor()));
            let content = reader.required_object("detail", Content::read);
            (id.zip(sent_at).map(|(id, sent_at)| Origin { id, sent_at }), content)
        } else {
            let content = Content::read(&mut reader);
            reader.finish();
            (Some(delivered), content)
        };
        let read = faults.or(origin.zip(content));
        read.and_then(|(origin, content)| content.complete(&origin, now))
    }
}

/// A message whose events have not been looked at.
struct Content {
    account: AccountId,
    events: Vec<(String, Box<RawValue>)>,
}

impl Content {
    fn read(reader: &mut Reader<'_, '_>) -> Option<Self> {
        let account = reader.required("account", |value| parse_with(value, AccountId::parse));
        match (reader.has("event"), reader.has("events")) {
            (true, true) => reader.fault("events", "must not be given besides event"),
            (false, false) if reader.is_open() => reader.fault("events", "is required, or event"),
            (true, false) | (false, true) | (false, false) => {}
        }
        let event = reader.optional("event", |value| Ok(value.to_owned())).map(|event| ("event".to_owned(), event));
        let events = reader.optional("events", list).into_iter().flatten().enumerate();
        let events = events.map(|(index, event)| (format!("events.{index}"), event));
        Some(Self { account: account?, events: event.into_iter().chain(events).collect() })
    }

    fn complete(self, origin: &Origin, now: Timestamp) -> Result<Message, Faults> {
        let mut faults = Faults::default();
        let mut events = Vec::with_capacity(self.events.len());
        let mut places = HashMap::new();
        for (index, (path, json)) in self.events.iter().enumerate() {
            match complete(json, index, origin, now) {
                Ok(event) => match places.insert(event.sort_key().to_string(), path) {
                    Some(other) => faults.push(path, format!("has the same id and time as {other}")),
                    None => events.push(event),
                },
                Err(of_event) => of_event.iter().for_each(|fault| match fault.field.as_str() {
                    "event" => faults.push(path, &fault.message), // the event as a whole
                    field => faults.push(format!("{path}.{field}"), &fault.message),
                }),
            }
        }
        faults.or(Some(Message { account: self.account, events }))
    }
}

fn complete(json: &RawValue, index: usize, origin: &Origin, now: Timestamp) -> Result<AuditEvent, Faults> {
    let input = EventInput::parse(json.get())?;
    let created_at = input.created_at_or(origin.sent_at);
    Reach::Import.admit(created_at, now).map_err(|message| Faults::of("created_at", message))?;
    input.details.admit_from_outside().map_err(|(field, message)| Faults::of(field, message))?;
    let id = input.id.clone().unwrap_or_else(|| origin.id.event_id(index));
    Ok(input.into_event(id, created_at, now).with_recorder(Recorder::Queue))
}

fn list(value: &RawValue) -> Result<Vec<Box<RawValue>>, String> {
    let events: Vec<Box<RawValue>> =
        serde_json::from_str(value.get()).map_err(|_| "must be a list of events".to_owned())?;
    if (1..=EVENTS_MAX).contains(&events.len()) { Ok(events) } else { Err(format!("must be 1 to {EVENTS_MAX} events")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = r#"{"event_type":"INVITED_USER","event_description":"Invited Ada",
        "principal":{"role":"ADMIN","ip_address":"192.0.2.1"}}"#;
    const OWN: &str = r#"{"id":"e-1","created_at":"2001-02-03T04:05:06Z","event_type":"INVITED_USER",
        "event_description":"Invited Ada","principal":{"role":"ADMIN","ip_address":"192.0.2.1"}}"#;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_fixed(text).expect("a time")
    }

    fn parse(body: &str) -> Result<Message, String> {
        let id = MessageId::parse("059f36b4-87a3-44ab-83d2-661975830a7d").expect("a message id");
        let origin = Origin { id, sent_at: at("2024-03-01T09:00:00.123Z") };
        Message::parse(body, origin, at("2024-03-03T00:00:00.000Z")).map_err(|faults| faults.to_string())
    }

    fn sort_keys(body: &str) -> Vec<String> {
        let message = parse(body).expect("a message");
        assert_eq!(message.account.as_str(), "acme");
        assert!(message.events.iter().all(|event| event.recorded_at == at("2024-03-03T00:00:00.000Z")));
        assert!(message.events.iter().all(|event| event.recorded_by == Some(Recorder::Queue)));
        message.events.iter().map(|event| event.sort_key().to_string()).collect()
    }

    fn refused(body: &str) -> String {
        parse(body).expect_err("the body is bad")
    }

    #[test]
    fn an_event_without_id_and_time_takes_those_of_the_message() {
        let expected = ["2024-03-01T09:00:00.123Z#059f36b4-87a3-44ab-83d2-661975830a7d.0"];
        assert_eq!(sort_keys(&format!(r#"{{"account":"acme","event":{EVENT}}}"#)), expected);
    }

    #[test]
    fn a_batch_keeps_its_own_ids_and_times_and_counts_the_others() {
        let keys = sort_keys(&format!(r#"{{"account":"acme","events":[{EVENT},{OWN},{EVENT}]}}"#));
        let expected = [
            "2024-03-01T09:00:00.123Z#059f36b4-87a3-44ab-83d2-661975830a7d.0",
            "2001-02-03T04:05:06.000Z#e-1",
            "2024-03-01T09:00:00.123Z#059f36b4-87a3-44ab-83d2-661975830a7d.2",
        ];
        assert_eq!(keys, expected);
    }

    #[test]
    fn an_eventbridge_event_lends_its_own_id_and_time() {
        let envelope = |detail: &str| {
            format!(
                r#"{{"version":"0","id":"6a7e8feb-b491-4cf7-a9f1-bf3703467718","detail-type":"User invited",
                "source":"com.example.directory","account":"123456789012","time":"2024-02-29T23:59:59Z",
                "region":"eu-central-1","resources":[],"replay-name":"again","detail":{detail}}}"#
            )
        };
        let keys = sort_keys(&envelope(&format!(r#"{{"account":"acme","events":[{EVENT},{OWN}]}}"#)));
        let expected =
            ["2024-02-29T23:59:59.000Z#6a7e8feb-b491-4cf7-a9f1-bf3703467718.0", "2001-02-03T04:05:06.000Z#e-1"];
        assert_eq!(keys, expected);

        assert_eq!(refused(&envelope("{}")), "detail.account is required; detail.events is required, or event");
        assert_eq!(refused(&envelope("null")), "detail is required");
        let colour = format!(r#"{{"account":"acme","event":{EVENT},"colour":1}}"#);
        assert_eq!(refused(&envelope(&colour)), "detail.colour is not a known field");
        assert_eq!(
            refused(r#"{"detail-type":"x","id":"a#b","time":"today","detail":[]}"#),
            "id must be 1 to 64 characters: letters, digits and ._:@|+=-; time must be a date-time with a \
             zone, such as 2018-04-10T16:20:56.829Z or 2018-04-10T18:20:56+02:00 (in a URL, + is written %2B); \
             detail must be a JSON object"
        );
    }

    #[test]
    fn what_is_no_message_is_named() {
        assert!(refused("").starts_with("body must be JSON: "));
        assert!(refused("{\"account\":").starts_with("body must be JSON: "));
        assert_eq!(refused("[]"), "body must be a JSON object");
        assert_eq!(refused("{}"), "account is required; events is required, or event");
        assert_eq!(refused(r#"{"account":"acme","events":[]}"#), "events must be 1 to 50 events");
        assert_eq!(refused(r#"{"account":"acme","events":{}}"#), "events must be a list of events");
        assert_eq!(
            refused(&format!(r#"{{"account":"a#b","event":{EVENT}}}"#)),
            "account must be 1 to 64 characters: letters, digits and ._:@|+=-"
        );
        assert_eq!(
            refused(&format!(r#"{{"account":"acme","event":{EVENT},"events":[{EVENT}]}}"#)),
            "events must not be given besides event"
        );
        assert_eq!(
            refused(&format!(r#"{{"account":"acme","detail":{EVENT}}}"#)),
            "events is required, or event; \
            detail is not a known field"
        );
        assert_eq!(refused(&" ".repeat(1_048_577)), "body must be at most 1048576 bytes");
    }

    #[test]
    fn fifty_events_are_taken_and_one_more_is_not() {
        let events = |count: usize| format!(r#"{{"account":"acme","events":[{}]}}"#, vec![EVENT; count].join(","));
        assert_eq!(sort_keys(&events(50)).len(), 50);
        assert_eq!(refused(&events(51)), "events must be 1 to 50 events");
    }

    #[test]
    fn the_faults_of_every_event_are_named_with_its_place() {
        let bad = r#"{"event_type":"x","event_description":"a","principal":{"role":"ADMIN","ip_address":"1"}}"#;
        assert_eq!(
            refused(&format!(r#"{{"account":"acme","events":[{EVENT},{bad},[]]}}"#)),
            "events.1.event_type must be 1 to 64 capital letters, digits and _, beginning with a letter; \
             events.1.principal.ip_address must be an IPv4 or IPv6 address without a zone, or :: where there is none to \
             give; events.2 must be a JSON object"
        );
        assert_eq!(refused(r#"{"account":"acme","event":1}"#), "event must be a JSON object");
    }

    #[test]
    fn one_event_twice_in_a_message_is_refused() {
        let body = format!(r#"{{"account":"acme","events":[{OWN},{EVENT},{OWN}]}}"#);
        assert_eq!(refused(&body), "events.2 has the same id and time as events.0");
    }

    #[test]
    fn a_change_of_a_dashboard_user_is_the_directorys_to_tell() {
        let subject =
            r#"{"subject":{"category":"users","entity_key":"Network:User","entity_id":"u-1","user_id":"u-1"},"#;
        let event = EVENT.replacen('{', subject, 1);
        assert_eq!(
            refused(&format!(r#"{{"account":"acme","event":{event}}}"#)),
            "event.subject.entity_key must not be Network:User: changes of dashboard users are recorded where they are made"
        );
    }

    #[test]
    fn an_event_is_at_most_a_minute_ahead_and_as_old_as_it_is() {
        let created_at = |at: &str| {
            let event = EVENT.replacen('{', &format!(r#"{{"created_at":"{at}","#), 1);
            parse(&format!(r#"{{"account":"acme","event":{event}}}"#)).map(|_| ())
        };
        assert_eq!(created_at("1970-01-01T00:00:00Z"), Ok(()));
        assert_eq!(created_at("2024-03-03T00:01:00Z"), Ok(()));
        let ahead = "event.created_at must not be more than 60000 ms ahead of now, 2024-03-03T00:00:00.000Z";
        assert_eq!(created_at("2024-03-03T00:01:00.001Z"), Err(ahead.to_owned()));
    }

    #[test]
    fn a_message_id_leaves_room_for_the_place_of_an_event() {
        assert!(MessageId::parse(&"a".repeat(61)).is_ok());
        for bad in ["", "a#b", "ä", &"a".repeat(62)] {
            assert!(MessageId::parse(bad).is_err(), "{bad:?} was accepted");
        }
    }
}
