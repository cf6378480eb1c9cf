//! What a message of the queue says: an account, and one event or a list of them.
//!
//! | body | id and time of an event that has none |
//! |---|---|
//! | `{"account", "event": {...}}` or `{"account", "events": [{...}, ...]}` | the message's |
//! | a CloudEvent with the extension attribute `account`, whose `data` is the event | the CloudEvent's; the message's time, if it has none |
//! | an EventBridge event whose `detail` is one of those | the EventBridge event's |
//!
//! A CloudEvent is known by its `specversion`, an EventBridge event by its `detail-type`.
//!
//! The id of such an event is the message's and the event's place in it: `059f36b4-87a3-44ab-83d2-661975830a7d.0`.

use serde_json::value::RawValue;
use shared::event::AuditEvent;
use shared::event::cloud_event::{CloudEvent, SPECVERSION};
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

/// Field of an EventBridge event that holds the message.
const DETAIL: &str = "detail";

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
    pub fn parse(body: &str, delivered: &Origin, now: Timestamp) -> Result<Self, Faults> {
        if body.len() > BODY_BYTES_MAX {
            return Err(Faults::of("body", format!("must be at most {BODY_BYTES_MAX} bytes")));
        }
        let mut faults = Faults::default();
        let mut reader = Reader::open("body", body, &mut faults);
        if !reader.has(DETAIL_TYPE) {
            return Content::read("body", body)?.complete(delivered, now);
        }
        // Fields of the envelope that are not read are passed over: EventBridge adds some, such as `replay-name`.
        let id = reader.required("id", |value| parse_with(value, MessageId::parse));
        let sent_at = reader.required("time", |value| parse_with(value, Moment::parse_zoned).map(|at| at.floor()));
        let detail = reader.required("detail", |value| Ok(value.to_owned()));
        let content = detail.map(|detail| Content::read(DETAIL, detail.get()));
        let content = content.and_then(|content| content.map_err(|of_detail| append(&mut faults, &of_detail)).ok());
        let origin = id.zip(sent_at).map(|(id, sent_at)| Origin { id, sent_at });
        let read = faults.or(origin.zip(content));
        read.and_then(|(origin, content)| content.complete(&origin, now))
    }
}

fn append(faults: &mut Faults, of_detail: &Faults) {
    for fault in of_detail.iter() {
        match fault.field.as_str() {
            DETAIL => faults.push(DETAIL, &fault.message), // the detail as a whole
            field => faults.push(format!("{DETAIL}.{field}"), &fault.message),
        }
    }
}

/// A message whose events have not been looked at.
struct Content {
    account: AccountId,
    events: Vec<Given>,
}

/// An event that has not been looked at.
struct Given {
    /// Where it stands; empty for a CloudEvent, which is the message.
    path: String,
    is_cloud_event: bool,
    json: Box<RawValue>,
}

impl Content {
    /// Reads the text; `whole` names it in the fault of a text that is no object.
    fn read(whole: &str, text: &str) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let mut reader = Reader::open(whole, text, &mut faults);
        let account = reader.required("account", |value| parse_with(value, AccountId::parse));
        let events = if reader.has(SPECVERSION) {
            let json = serde_json::from_str(text).ok();
            json.map(|json| Given { path: String::new(), is_cloud_event: true, json }).into_iter().collect()
        } else {
            let events = events(&mut reader);
            reader.finish();
            events
        };
        faults.or(account.map(|account| Self { account, events }))
    }

    fn complete(self, origin: &Origin, now: Timestamp) -> Result<Message, Faults> {
        let mut faults = Faults::default();
        let mut events = Vec::with_capacity(self.events.len());
        let mut places = HashMap::new();
        for (index, given) in self.events.iter().enumerate() {
            let path = &given.path;
            match given.complete(index, origin, now) {
                Ok(event) => match places.insert(event.sort_key().to_string(), path) {
                    Some(other) => faults.push(path, format!("has the same id and time as {other}")),
                    None => events.push(event),
                },
                Err(of_event) => of_event.iter().for_each(|fault| match fault.field.as_str() {
                    field if path.is_empty() => faults.push(field, &fault.message),
                    "event" => faults.push(path, &fault.message), // the event as a whole
                    field => faults.push(format!("{path}.{field}"), &fault.message),
                }),
            }
        }
        faults.or(Some(Message { account: self.account, events }))
    }
}

fn events(reader: &mut Reader<'_, '_>) -> Vec<Given> {
    match (reader.has("event"), reader.has("events")) {
        (true, true) => reader.fault("events", "must not be given besides event"),
        (false, false) if reader.is_open() => reader.fault("events", "is required, or event"),
        (true, false) | (false, true) | (false, false) => {}
    }
    let given = |path, json| Given { path, is_cloud_event: false, json };
    let event = reader.optional("event", |value| Ok(value.to_owned())).map(|event| given("event".to_owned(), event));
    let events = reader.optional("events", list).into_iter().flatten().enumerate();
    event.into_iter().chain(events.map(|(index, event)| given(format!("events.{index}"), event))).collect()
}

impl Given {
    fn complete(&self, index: usize, origin: &Origin, now: Timestamp) -> Result<AuditEvent, Faults> {
        let (input, before, time_field) = if self.is_cloud_event {
            let event = CloudEvent::read(self.json.get());
            (event.input?, "data.", event.time_field)
        } else {
            (EventInput::parse(self.json.get())?, "", "created_at")
        };
        let created_at = input.created_at_or(origin.sent_at);
        Reach::Import.check(created_at, now).map_err(|message| Faults::of(time_field, message))?;
        let from_outside = input.details.check_from_outside();
        from_outside.map_err(|(field, message)| Faults::of(format!("{before}{field}"), message))?;
        let id = input.id.clone().unwrap_or_else(|| origin.id.event_id(index));
        Ok(input.into_event(id, created_at, now).with_recorder(Recorder::Queue))
    }
}

fn list(value: &RawValue) -> Result<Vec<Box<RawValue>>, String> {
    let events: Vec<Box<RawValue>> =
        serde_json::from_str(value.get()).map_err(|_| "must be a list of events".to_owned())?;
    if (1..=EVENTS_MAX).contains(&events.len()) { Ok(events) } else { Err(format!("must be 1 to {EVENTS_MAX} events")) }
}

#[cfg(test)]
mod tests;
