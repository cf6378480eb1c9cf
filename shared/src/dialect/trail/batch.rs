//! How a batch of events to record is read: key, content type, body, and every fault of every event at once.
//!
//! | content type | body |
//! |---|---|
//! | `application/json` | `{"events": [event, ...]}` |
//! | `application/cloudevents+json` | a CloudEvent whose data is the event |
//! | `application/cloudevents-batch+json` | a list of these |

use super::{BatchFaults, TrailError};
use crate::credential::Credential;
use crate::event::AuditEvent;
use crate::event::cloud_event::CloudEvent;
use crate::event::idempotency::{Idempotency, IdempotencyKey, RequestHash};
use crate::event::input::{EventInput, Identity, Reach};
use crate::http::endpoint::{body_text, media_type};
use crate::http::request::{Parameters, header};
use crate::input::faults::Faults;
use crate::input::json::{Fields, FieldsError};
use crate::store::{TRANSACTION_ITEMS_MAX, imported_days};
use crate::values::event_sort_key::EventSortKey;
use crate::values::ids::EventId;
use crate::values::timestamp::Timestamp;
use lambda_http::Request;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Most events in a batch: with the idempotency record they are well within a transaction's 100 items and 4 MB.
pub const EVENTS_MAX: usize = 50;

/// Longest body of a batch, in bytes.
pub const BATCH_BYTES_MAX: usize = 1024 * 1024;

/// Header with the key of a request that may be sent again.
pub const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// A batch as it was given, good or not.
#[derive(Debug)]
pub struct Batch {
    body: Faults,
    given: Vec<Given>,
    key: Option<IdempotencyKey>,
}

/// One event of a batch.
#[derive(Debug)]
struct Given {
    identity: Identity,
    input: Result<EventInput, Faults>,
    names: Names,
}

/// What the fields of an event are called where it came from.
#[derive(Debug, Clone, Copy)]
struct Names {
    /// What stands before those of the event itself.
    before: &'static str,
    created_at: &'static str,
    /// What two events with one id must not share besides it, as the fault names it.
    with_id: &'static str,
}

impl Batch {
    /// Reads the headers, and the body in the form that its content type says. [`Self::events`] says what is wrong with the events,
    /// when it looks at their times and places too.
    ///
    /// # Errors
    /// [`TrailError`] if it is no batch at all, by variant.
    pub fn read(request: &Request) -> Result<Self, TrailError> {
        let mut faults = Parameters::read(request, &[]).err().unwrap_or_default();
        let key = idempotency_key(request, &mut faults);
        let key = faults.or(Some(key))?;
        let (body, given) = match media_type(request).as_str() {
            "application/json" => of_object(body(request)?)?,
            "application/cloudevents+json" => {
                let event: &RawValue = serde_json::from_str(body(request)?).map_err(not_json)?;
                (Faults::default(), vec![Given::of_cloud_event(event)])
            }
            "application/cloudevents-batch+json" => of_list(body(request)?)?,
            _ => return Err(TrailError::NotJsonType), // neither ours nor a CloudEvent
        };
        Ok(Self { body, given, key })
    }

    /// What makes the request one that may be sent again, if it has a key and was good once.
    pub fn idempotency(&self, credential: &Credential) -> Option<Idempotency> {
        let inputs: Option<Vec<_>> = self.given.iter().map(|given| given.input.as_ref().ok()).collect();
        let inputs = inputs.filter(|inputs| !inputs.is_empty() && self.body == Faults::default());
        let request_hash = RequestHash::of(&credential.account, inputs?);
        let client_id = credential.client_id.clone();
        self.key.clone().map(|key| Idempotency { key, request_hash, client_id })
    }

    /// The events, with the ids and times that were left to us: `now`, unless an event says when it happened.
    ///
    /// # Errors
    /// Everything that is wrong with the batch: with its events each for itself, with when they happened, and with an event
    /// that stands in it twice.
    pub fn events(
        self,
        now: Timestamp,
        reach: Reach,
        mut next_id: impl FnMut() -> EventId,
    ) -> Result<Vec<AuditEvent>, BatchFaults> {
        let mut faults = BatchFaults { body: self.body, events: BTreeMap::new() };
        let mut seen = BTreeMap::new();
        let mut events = Vec::with_capacity(self.given.len());
        for (at, Given { identity, input, names }) in self.given.into_iter().enumerate() {
            let (mut of_event, input) = match input {
                Ok(input) => (Faults::default(), Some(input)),
                Err(of_event) => (of_event, None),
            };
            let created_at = identity.created_at.unwrap_or(now);
            if let Err(message) = reach.check(created_at, now) {
                of_event.push(names.created_at, message);
            }
            if let Some(id) = identity.id.clone().filter(|_| identity.is_exact) {
                let earlier = *seen.entry(EventSortKey { created_at, id }).or_insert(at);
                if earlier != at {
                    of_event
                        .push("id", format!("is that of event {earlier} too, which has the same {}", names.with_id));
                }
            }
            if let Some(Err((field, message))) = input.as_ref().map(|input| input.details.check_from_outside()) {
                of_event.push(format!("{}{field}", names.before), message);
            }
            match of_event.or(input) {
                Ok(input) => events.push(input.into_event(identity.id.unwrap_or_else(&mut next_id), created_at, now)),
                Err(of_event) => drop(faults.events.insert(at, of_event)),
            }
        }
        if let Err(message) = fit_in_a_transaction(&events, self.key.is_some(), now) {
            faults.body.push("events", message);
        }
        if faults.is_none() { Ok(events) } else { Err(faults) }
    }
}

impl Given {
    fn read(event: &RawValue) -> Self {
        let names = Names { before: "", created_at: "created_at", with_id: "created_at" };
        Self { identity: Identity::read(event.get()), input: EventInput::parse(event.get()), names }
    }

    fn of_cloud_event(event: &RawValue) -> Self {
        let CloudEvent { identity, time_field, input } = CloudEvent::read(event.get());
        let names = Names { before: "data.", created_at: time_field, with_id: "source and time" };
        Self { identity, input, names }
    }
}

/// With events of days that may have been counted, the counts of these days go: each is an item of the transaction.
fn fit_in_a_transaction(events: &[AuditEvent], has_key: bool, now: Timestamp) -> Result<(), String> {
    let days = imported_days(events, now).len();
    let days_max = TRANSACTION_ITEMS_MAX - events.len() - usize::from(has_key);
    if days <= days_max {
        return Ok(());
    }
    let with_key = if has_key { format!(" in a request with an {IDEMPOTENCY_KEY}") } else { String::new() };
    Err(format!(
        "must be of at most {days_max} different days that ended more than 24 hours ago, if they are {}{with_key}: \
         found {days}",
        events.len()
    ))
}

fn idempotency_key(request: &Request, faults: &mut Faults) -> Option<IdempotencyKey> {
    let text = header(request, IDEMPOTENCY_KEY)?;
    IdempotencyKey::parse(&text).map_err(|error| faults.push(IDEMPOTENCY_KEY, error.to_string())).ok()
}

fn body(request: &Request) -> Result<&str, TrailError> {
    body_text(request).map_err(|error| TrailError::NotJson(error.to_string()))
}

#[expect(clippy::needless_pass_by_value, reason = "errors are mapped by value")]
fn not_json(error: serde_json::Error) -> TrailError {
    TrailError::NotJson(error.to_string())
}

/// The events of `{"events": [event, ...]}`, and what is wrong with the object.
fn of_object(text: &str) -> Result<(Faults, Vec<Given>), TrailError> {
    let mut fields = Fields::parse(text).map_err(|error| match error {
        FieldsError::NotJson(reason) => TrailError::NotJson(reason),
        FieldsError::NotObject => TrailError::NotJson("the body must be an object".to_owned()),
        FieldsError::Repeated(name) => Faults::of(name, "must be given once").into(),
    })?;
    let mut body = Faults::default();
    let events = fields.take("events").map(RawValue::get).map_or(Err("is required".to_owned()), parse_list);
    let events = events.map_err(|message| body.push("events", message)).unwrap_or_default();
    fields.names().for_each(|name| body.push(name, "is not a known field"));
    Ok((body, events.into_iter().map(Given::read).collect()))
}

/// The events of a list of CloudEvents.
fn of_list(text: &str) -> Result<(Faults, Vec<Given>), TrailError> {
    serde_json::from_str::<&RawValue>(text).map_err(not_json)?;
    let events = parse_list(text).map_err(|message| Faults::of("events", message))?;
    Ok((Faults::default(), events.into_iter().map(Given::of_cloud_event).collect()))
}

fn parse_list(text: &str) -> Result<Vec<&RawValue>, String> {
    let events: Option<Vec<&RawValue>> = serde_json::from_str(text).ok();
    let events = events.filter(|events| (1..=EVENTS_MAX).contains(&events.len()));
    events.ok_or_else(|| format!("must be a list of 1 to {EVENTS_MAX} events"))
}
