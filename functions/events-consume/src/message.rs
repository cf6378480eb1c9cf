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
    Reach::Import.check(created_at, now).map_err(|message| Faults::of("created_at", message))?;
    input.details.check_from_outside().map_err(|(field, message)| Faults::of(field, message))?;
    let id = input.id.clone().unwrap_or_else(|| origin.id.event_id(index));
    Ok(input.into_event(id, created_at, now).with_recorder(Recorder::Queue))
}

fn list(value: &RawValue) -> Result<Vec<Box<RawValue>>, String> {
    let events: Vec<Box<RawValue>> =
        serde_json::from_str(value.get()).map_err(|_| "must be a list of events".to_owned())?;
    if (1..=EVENTS_MAX).contains(&events.len()) { Ok(events) } else { Err(format!("must be 1 to {EVENTS_MAX} events")) }
}

#[cfg(test)]
mod tests;
