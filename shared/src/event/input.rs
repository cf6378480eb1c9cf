//! The one definition of a valid event: parses the JSON that a caller or a file gives, and names every fault at once.

use crate::credential::Scope;
use crate::event::canonical::derived_event_id;
use crate::event::{AuditEvent, EventDetails, Principal, Role, Subject};
use crate::input::faults::{Faults, Reader};
use crate::input::json::{JsonObject, string};
use crate::values::category::Category;
use crate::values::day::BACK_MS_MAX;
use crate::values::email::EmailAddress;
use crate::values::ids::{AccountId, EventId, EventType, UserId};
use crate::values::timestamp::{Moment, Timestamp};
use serde_json::value::RawValue;
use std::net::IpAddr;

/// Largest event, in bytes of JSON.
pub const EVENT_BYTES_MAX: usize = 64 * 1024;
/// Longest description, in characters.
pub const DESCRIPTION_LENGTH_MAX: usize = 1_000;
/// Longest id or name of a principal and id of an entity, in characters.
pub const NAME_LENGTH_MAX: usize = 256;
/// Longest entity key and message key, in characters.
pub const ENTITY_KEY_LENGTH_MAX: usize = 128;

/// How far ahead of our clock an event may have happened, in milliseconds: clocks differ.
pub const AHEAD_MS_MAX: i64 = 60_000;
/// How old an event may be when it is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// At most [`BACK_MS_MAX`] milliseconds.
    Recent,
    /// Any age, back to 1970.
    Import,
}

impl Reach {
    /// Whether an event may have happened then, if it is recorded now. Both ends belong to the window.
    ///
    /// # Errors
    /// What would be accepted, in words.
    pub fn check(self, created_at: Timestamp, now: Timestamp) -> Result<(), String> {
        let ahead_ms = created_at.epoch_ms() - now.epoch_ms();
        match self {
            _ if ahead_ms > AHEAD_MS_MAX => Err(format!("must not be more than {AHEAD_MS_MAX} ms ahead of now, {now}")),
            Self::Recent if -ahead_ms > BACK_MS_MAX => {
                let hours = BACK_MS_MAX / 3_600_000;
                let scope = Scope::EventsImport.as_str();
                Err(format!("must not be more than {hours} hours before now, {now}: older ones need the scope {scope}"))
            }
            Self::Recent | Self::Import => Ok(()),
        }
    }
}

/// Keys that the network audit writes into every message, so an event's own message cannot have them.
const MESSAGE_KEYS_RESERVED: [&str; 2] = ["Type", "Description"];

/// An event as it was given. It may leave its id and its time to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventInput {
    /// The caller's own id, if it gives one.
    pub id: Option<EventId>,
    /// When it happened, to the last digit that was given, if it says so.
    pub created_at: Option<Moment>,
    /// Everything else, which we keep as it was given.
    pub details: EventDetails,
}

impl EventInput {
    /// Parses the JSON of one event.
    ///
    /// Shape: `{"id"?, "created_at"?, "event_type", "event_description", "principal": {"id"?, "name"?, "email"?, "role",
    /// "ip_address"}, "subject"?: {"category", "entity_key", "entity_id", "user_id"}, "message_key"?, "message"?,
    /// "previous_state"?, "current_state"?}`; a field that is `null` counts as absent.
    ///
    /// # Errors
    /// [`Faults`]: every field that is missing, unknown, of the wrong type or out of its bound.
    pub fn parse(text: &str) -> Result<Self, Faults> {
        if text.len() > EVENT_BYTES_MAX {
            return Err(Faults::of("event", format!("must be at most {EVENT_BYTES_MAX} bytes of JSON")));
        }
        let mut faults = Faults::default();
        let mut reader = Reader::open("event", text, &mut faults);
        let (id, created_at) = parse_identity(&mut reader);
        let details = parse_details(&mut reader);
        reader.finish();
        faults.or(details.map(|details| Self { id, created_at, details }))
    }

    /// When it happened, cut to the millisecond that is stored; `otherwise`, if it does not say so.
    pub fn created_at_or(&self, otherwise: Timestamp) -> Timestamp {
        self.created_at.as_ref().map_or(otherwise, Moment::floor)
    }

    /// Its own id, or the one derived from its content and its time with all digits given; `otherwise` is the time if it has none.
    pub fn id_or_derived(&self, account: &AccountId, otherwise: Timestamp) -> EventId {
        let created_at = || self.created_at.clone().unwrap_or(otherwise.into());
        self.id.clone().unwrap_or_else(|| derived_event_id(account, &created_at(), &self.details))
    }

    /// The event, with what it left to us.
    pub fn into_event(self, id: EventId, created_at: Timestamp, recorded_at: Timestamp) -> AuditEvent {
        AuditEvent { id, created_at, recorded_at, recorded_by: None, details: self.details }
    }
}

/// The id and the time of an event, as far as they can be read: a fault elsewhere does not keep us from saying that these
/// are at fault too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The id, if one is given and good.
    pub id: Option<EventId>,
    /// The time, if one is given and good, cut to the millisecond that is stored.
    pub created_at: Option<Timestamp>,
    /// Whether nothing is absent here because of a fault: what is absent was not given.
    pub is_exact: bool,
}

impl Identity {
    /// Reads them out of the JSON of one event, good or not.
    pub fn read(text: &str) -> Self {
        let mut faults = Faults::default();
        let text = if text.len() > EVENT_BYTES_MAX { "" } else { text };
        let (id, created_at) = parse_identity(&mut Reader::open("event", text, &mut faults));
        let created_at = created_at.as_ref().map(Moment::floor);
        Self { id, created_at, is_exact: faults == Faults::default() }
    }
}

fn parse_identity(reader: &mut Reader<'_, '_>) -> (Option<EventId>, Option<Moment>) {
    let id = reader.optional("id", |value| parse_with(value, EventId::parse));
    let created_at = reader.optional("created_at", |value| parse_with(value, Moment::parse_zoned));
    (id, created_at)
}

fn parse_details(reader: &mut Reader<'_, '_>) -> Option<EventDetails> {
    let event_type = reader.required("event_type", |value| parse_with(value, EventType::parse));
    let event_description = reader.required("event_description", |value| text(value, DESCRIPTION_LENGTH_MAX));
    let principal = reader.required_object("principal", parse_principal);
    let message_key = reader.optional("message_key", entity_key);
    let subject = reader.optional_object("subject", parse_subject);
    if message_key.is_some() && subject.is_none() {
        reader.fault("message_key", "is for events that have a subject");
    }
    let message = reader.optional("message", message);
    let previous_state = reader.optional("previous_state", object);
    let current_state = reader.optional("current_state", object);
    Some(EventDetails {
        event_type: event_type?,
        event_description: event_description?,
        principal: principal?,
        subject: subject.map(|subject| Subject { message_key, ..subject }),
        message,
        previous_state,
        current_state,
    })
}

fn parse_principal(reader: &mut Reader<'_, '_>) -> Option<Principal> {
    let id = reader.optional("id", |value| text(value, NAME_LENGTH_MAX));
    let name = reader.optional("name", |value| text(value, NAME_LENGTH_MAX));
    let email = reader.optional("email", |value| parse_with(value, EmailAddress::parse));
    let role = reader.required("role", role);
    let ip_address = reader.required("ip_address", ip_address);
    Some(Principal { id, name, email, role: role?, ip_address: ip_address? })
}

fn parse_subject(reader: &mut Reader<'_, '_>) -> Option<Subject> {
    let category = reader.required("category", category);
    let entity_key = reader.required("entity_key", entity_key);
    let entity_id = reader.required("entity_id", |value| text(value, NAME_LENGTH_MAX));
    let user_id = reader.required("user_id", |value| parse_with(value, UserId::parse));
    Some(Subject {
        category: category?,
        entity_key: entity_key?,
        entity_id: entity_id?,
        user_id: user_id?,
        message_key: None,
    })
}

/// A string, parsed by the type it becomes.
pub fn parse_with<T, E: ToString>(value: &RawValue, parse: impl Fn(&str) -> Result<T, E>) -> Result<T, String> {
    parse(&string(value)?).map_err(|error| error.to_string())
}

/// A string of 1 to that many characters, of which only tab, line feed and carriage return may be control characters.
pub fn text(value: &RawValue, length_max: usize) -> Result<String, String> {
    let text = string(value)?;
    if !(1..=length_max).contains(&text.chars().count()) {
        return Err(format!("must be 1 to {length_max} characters"));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r')) {
        return Err("must not have control characters other than tab and line ends".to_owned());
    }
    Ok(text)
}

/// A string that is the text of one of these values.
///
/// # Errors
/// What would be accepted, in words.
pub(crate) fn one_of<T: Copy>(value: &RawValue, all: &[T], text_of: fn(T) -> &'static str) -> Result<T, String> {
    let text = string(value)?;
    all.iter().copied().find(|one| text_of(*one) == text).ok_or_else(|| {
        let all: Vec<_> = all.iter().copied().map(text_of).collect();
        format!("must be one of {}", all.join(", "))
    })
}

/// A name that fills a cell of the network audit, and must be no formula where a spreadsheet opens it.
fn entity_key(value: &RawValue) -> Result<String, String> {
    let text = text(value, ENTITY_KEY_LENGTH_MAX)?;
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        return Err(
            "must not begin with =, +, -, @, tab or carriage return, as a formula of a spreadsheet does".to_owned()
        );
    }
    Ok(text)
}

/// One of the [roles](Role::ALL).
///
/// # Errors
/// What would be accepted, in words.
pub fn role(value: &RawValue) -> Result<Role, String> {
    one_of(value, Role::ALL, Role::as_str)
}

fn category(value: &RawValue) -> Result<Category, String> {
    one_of(value, Category::ALL, Category::as_str)
}

/// What is accepted as an address, in words.
const IP_ADDRESS_ACCEPTED: &str = "must be an IPv4 or IPv6 address without a zone, or :: where there is none to give";

/// Where the principal called from. An IPv4 address mapped into IPv6 (`::ffff:192.0.2.1`) becomes the IPv4 address.
///
/// What a log gives as a source need not be an address of the internet. CloudTrail has names, such as `AWS Internal`, which are
/// given as `::`, the address that says that there is none (RFC 4291 §2.5.2), and link-local addresses with a zone, such as
/// `fe80::1%eth0`, which are given without it. What the log had belongs in the message then, word for word.
fn ip_address(value: &RawValue) -> Result<IpAddr, String> {
    let address: IpAddr = string(value)?.parse().map_err(|_| IP_ADDRESS_ACCEPTED.to_owned())?;
    Ok(address.to_canonical())
}

fn object(value: &RawValue) -> Result<JsonObject, String> {
    JsonObject::parse(value.get()).map_err(|error| error.to_string())
}

fn message(value: &RawValue) -> Result<JsonObject, String> {
    let message = object(value)?;
    match MESSAGE_KEYS_RESERVED.into_iter().find(|key| message.has_key(key)) {
        Some(key) => Err(format!("must not have the key {key}, which the network audit writes itself")),
        None => Ok(message),
    }
}

#[cfg(test)]
mod tests;
