//! An event that comes as a CloudEvent 1.0 in structured JSON: an envelope whose `data` is the event.
//!
//! Only `source` and `id` together are unique (CloudEvents 1.0.2, "id"), so the event's id is derived from both. Its time is the
//! envelope's. What the envelope and the event both say must be the same. Attributes that nobody here reads are passed over, as the
//! specification asks: whoever hands an event on may add some.

use crate::event::input::{EventInput, Identity, parse_with};
use crate::input::faults::Faults;
use crate::input::json::{Fields, string};
use crate::values::ids::{EventId, EventType};
use crate::values::timestamp::Moment;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

/// Attribute that every CloudEvent has, and no event of ours.
pub const SPECVERSION: &str = "specversion";

/// Longest text of an attribute, in characters.
pub const ATTRIBUTE_LENGTH_MAX: usize = 1_024;

/// Bytes of the SHA-256 that a derived id keeps, as many as of one derived from an event's content.
const ID_BYTES: usize = 16;

/// What an event that came as a CloudEvent is, good or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudEvent {
    /// Its id and time, as far as they can be read.
    pub identity: Identity,
    /// The field that its time was read from, `time` unless only the data has one.
    pub time_field: &'static str,
    /// The event, or everything that is wrong with it: attributes by their names, fields of the event behind `data.`
    pub input: Result<EventInput, Faults>,
}

/// What the envelope says.
struct Envelope {
    id: Option<EventId>,
    kind: Option<String>,
    time: Option<Moment>,
}

impl CloudEvent {
    /// Reads the JSON of one.
    pub fn read(text: &str) -> Self {
        let mut faults = Faults::default();
        let fields = Fields::parse(text).map_err(|error| faults.push("event", error.to_string()));
        let Ok(mut fields) = fields else {
            let identity = Identity { id: None, created_at: None, is_exact: false };
            return Self { identity, time_field: TIME, input: Err(faults) };
        };
        let data = fields.take(DATA);
        let has_time = fields.has(TIME);
        let envelope = Envelope::read(&mut fields, &mut faults);
        if data.is_none() {
            faults.push(DATA, "is required: the event, in JSON");
        }
        let (of_data, input) = data.map_or((Identity::read("{}"), None), |data| {
            let input = EventInput::parse(data.get());
            (Identity::read(data.get()), input.map_err(|of_data| append(&mut faults, &of_data)).ok())
        });
        envelope.check(&of_data, input.as_ref(), &mut faults);
        let moment = envelope.time.clone().or_else(|| input.as_ref()?.created_at.clone());
        let identity = Identity {
            id: envelope.id.clone(),
            created_at: moment.as_ref().map(Moment::floor).or(of_data.created_at),
            is_exact: envelope.id.is_some() && of_data.is_exact && has_time == envelope.time.is_some(),
        };
        let input = input.map(|input| EventInput { id: envelope.id, created_at: moment, ..input });
        Self { identity, time_field: if has_time { TIME } else { "data.created_at" }, input: faults.or(input) }
    }
}

const DATA: &str = "data";
const TIME: &str = "time";

fn append(faults: &mut Faults, of_data: &Faults) {
    for fault in of_data.iter() {
        match fault.field.as_str() {
            "event" => faults.push(DATA, &fault.message), // the event as a whole
            field => faults.push(format!("{DATA}.{field}"), &fault.message),
        }
    }
}

impl Envelope {
    fn read(fields: &mut Fields<'_>, faults: &mut Faults) -> Self {
        let mut required = |name: &str, fields: &mut Fields<'_>| {
            let given = fields.take(name).ok_or_else(|| "is required".to_owned()).and_then(text);
            given.map_err(|message| faults.push(name, message)).ok()
        };
        let specversion = required(SPECVERSION, fields);
        let (id, source, kind) = (required("id", fields), required("source", fields), required("type", fields));
        if specversion.is_some_and(|version| version != "1.0") {
            faults.push(SPECVERSION, "must be 1.0");
        }
        let mut optional = |name: &str, parse: fn(&RawValue) -> Result<(), String>| {
            if let Some(Err(message)) = fields.take(name).map(parse) {
                faults.push(name, message);
            }
        };
        optional("datacontenttype", content_type);
        optional("dataschema", |value| text(value).map(drop));
        optional("subject", |value| text(value).map(drop));
        optional("data_base64", |_| Err("must not be given: the event is JSON, in data".to_owned()));
        let time = fields.take(TIME).map(|value| parse_with(value, Moment::parse_zoned));
        let time = time.and_then(|time| time.map_err(|message| faults.push(TIME, message)).ok());
        let extensions: Vec<_> = fields.names().map(ToOwned::to_owned).collect();
        for name in extensions {
            if let Err(message) = extension(&name, fields.take(&name)) {
                faults.push(name, message);
            }
        }
        Self { id: source.zip(id).map(|(source, id)| event_id(&source, &id)), kind, time }
    }

    /// Notes where the event says something else than its envelope.
    fn check(&self, of_data: &Identity, input: Option<&EventInput>, faults: &mut Faults) {
        if of_data.id.is_some() {
            faults.push("data.id", "must not be given: the id is made of source and id of the envelope");
        }
        let Some(input) = input else { return };
        if let (Some(time), Some(created_at)) = (&self.time, &input.created_at)
            && time != created_at
        {
            faults.push("data.created_at", format!("must be the time of the envelope, {time}, or absent"));
        }
        let event_type = &input.details.event_type;
        let kind = self.kind.as_ref().and_then(|kind| EventType::parse(kind).ok());
        if let Some(kind) = kind.filter(|kind| kind != event_type) {
            faults.push(
                "data.event_type",
                format!("must be the type of the envelope, {kind}, which is an event type too"),
            );
        }
    }
}

/// An attribute that is text: not empty, and without what CloudEvents lets no text have.
fn text(value: &RawValue) -> Result<String, String> {
    let text = string(value)?;
    let fits = is_text(&text) && text.chars().count() <= ATTRIBUTE_LENGTH_MAX;
    let accepted = || format!("must be 1 to {ATTRIBUTE_LENGTH_MAX} characters, without control characters");
    if fits { Ok(text) } else { Err(accepted()) }
}

/// Whether a text is one that an attribute may have, and not empty (CloudEvents 1.0.2, "Type System": no control characters, and
/// no code points that are no characters).
pub fn is_text(text: &str) -> bool {
    let is_no_character = |c: char| matches!(c, '\u{fdd0}'..='\u{fdef}') || (u32::from(c) & 0xfffe) == 0xfffe;
    !text.is_empty() && !text.chars().any(|c| c.is_control() || is_no_character(c))
}

fn content_type(value: &RawValue) -> Result<(), String> {
    let given = text(value)?.to_ascii_lowercase();
    let name = given.split(';').next().unwrap_or_default().trim_end_matches(' ');
    let is_json = name.ends_with("/json") || name.ends_with("+json"); // RFC 6839 §3.1
    if is_json { Ok(()) } else { Err("must be application/json: the event is JSON".to_owned()) }
}

/// An attribute that nobody here reads. A name that is no attribute's is most likely a misspelt one.
fn extension(name: &str, value: Option<&RawValue>) -> Result<(), String> {
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
        return Err("is no name of an attribute, which has small letters and digits alone".to_owned());
    }
    match value.and_then(|value| value.get().bytes().next()) {
        Some(b'{' | b'[') => Err("must be a string, a number, true or false".to_owned()),
        Some(_) | None => Ok(()),
    }
}

/// The id of the event: `ce_` and 32 hex digits of the SHA-256 of `cloud-event/v1`, the source with its length, and the id.
fn event_id(source: &str, id: &str) -> EventId {
    let hash = Sha256::digest(format!("cloud-event/v1\n{}:{source}\n{id}", source.len()));
    let hex: String = hash.iter().take(ID_BYTES).map(|byte| format!("{byte:02x}")).collect();
    EventId::parse(&format!("ce_{hex}")).expect("letters, digits and _ are an id")
}

#[cfg(test)]
mod tests;
