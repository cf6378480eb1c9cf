//! One event of the system log, as the vendor shows its own.

use crate::dialect::feed::{Row, redacted, texts};
use crate::event::Role;
use crate::event::attributes::{EventAttributes, bind_attributes};
use crate::event::recorder::DIRECTORY_ENTITY_KEY;
use crate::log::entry::EventRef;
use crate::store::Logged;
use crate::table::attribute::PRINCIPAL_ROLE;
use crate::table::item::Item;
use crate::values::timestamp::Timestamp;
use serde::{Serialize, Serializer};

/// What stands for the type of an event that is not there as it was recorded.
const EVENT_MISSING: &str = "EVENT_MISSING";

/// What stands for the kind of a target whose entity key was redacted: Elastic's pipeline stumbles over a target without a type.
const REDACTED_TYPE: &str = "Unknown";

/// An event, with the names and the order of the vendor's fields. What it has no place for is in `debugContext.debugData`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogEvent<'a> {
    uuid: String,
    published: Timestamp,
    pub(super) event_type: Option<&'a str>,
    version: &'static str,
    severity: &'static str,
    display_message: Option<&'a str>,
    legacy_event_type: (),
    pub(super) actor: Actor<'a>,
    client: Client<'a>,
    outcome: Outcome,
    pub(super) target: Vec<Target<'a>>,
    transaction: Transaction,
    debug_context: DebugContext<'a>,
    authentication_context: (),
    security_context: (),
    request: IpChain,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Actor<'a> {
    pub(super) id: Option<&'a str>,
    #[serde(rename = "type")]
    kind: Option<&'static str>,
    pub(super) alternate_id: Option<&'a str>,
    display_name: Option<&'a str>,
    detail_entry: (),
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Client<'a> {
    ip_address: Option<&'a str>,
    user_agent: (),
    geographical_context: (),
    zone: (),
    device: (),
    id: (),
}

#[derive(Debug, Serialize)]
struct Outcome {
    result: &'static str,
    reason: Option<&'static str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Target<'a> {
    pub(super) id: Option<&'a str>,
    #[serde(rename = "type")]
    kind: &'a str,
    alternate_id: (),
    display_name: (),
    detail_entry: (),
}

#[derive(Debug, Serialize)]
struct Transaction {
    #[serde(rename = "type")]
    kind: &'static str,
    id: (),
    detail: Nothing,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DebugContext<'a> {
    debug_data: DebugData<'a>,
}

/// What the vendor's fields have no place for: texts, each only where there is one. None is called `url`, `risk`, `behaviors` or
/// `requestId`, which Elastic's pipeline takes for the vendor's own.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct DebugData<'a> {
    position: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<Timestamp>,
    #[serde(flatten)]
    recorded: Recorded<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    redacted: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    altered: Option<&'static str>,
}

/// Attributes as they stand in the table, each by its name here; JSON is a text, to the letter.
#[derive(Debug, Default)]
struct Recorded<'a>(Vec<(String, &'a str)>);

impl Serialize for Recorded<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, text)| (name, text)))
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct IpChain {
    ip_chain: [(); 0],
}

/// An object without members.
#[derive(Debug, Serialize)]
struct Nothing {}

impl<'a> LogEvent<'a> {
    /// The event at that position.
    pub(super) fn of(logged: &Logged, event: &EventRef, row: &Row<'a>) -> Self {
        match row {
            Row::Recorded(item) => Self::recorded(logged, event, item),
            Row::Missing | Row::Altered => Self::missing(logged, event, matches!(row, Row::Altered)),
        }
    }

    /// It as one line of JSON.
    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("an object of strings serialises")
    }

    fn recorded(logged: &Logged, event: &EventRef, item: &'a Item) -> Self {
        let attributes = texts(item);
        bind_attributes!(attributes, {
            event_type event_description principal_id principal_name principal_email principal_ip_address subject_entity_id
        }, others);
        let EventAttributes { subject_category, subject_entity_key, subject_user_id, .. } = attributes;
        let role = attributes.principal_role.and_then(Role::parse);
        let redacted = redacted(item);
        let is_there = [subject_category, subject_entity_key, subject_entity_id, subject_user_id];
        let target = Target::of(subject_entity_key, subject_entity_id);
        let mut shown = Self::bare(logged, event);
        shown.event_type = event_type;
        shown.display_message = event_description;
        shown.actor = Actor::of(role, principal_id, principal_email, principal_name);
        shown.client.ip_address = principal_ip_address;
        shown.target = is_there.iter().any(Option::is_some).then_some(target).into_iter().collect();
        let debug_data = &mut shown.debug_context.debug_data;
        debug_data.recorded = Recorded::of(others);
        debug_data.redacted = (!redacted.is_empty()).then(|| redacted.join(","));
        shown
    }

    /// What is said in place of an event that is gone, cannot be read, or was replaced by another.
    fn missing(logged: &Logged, event: &EventRef, is_altered: bool) -> Self {
        let mut shown = Self::bare(logged, event);
        let (message, reason) = match is_altered {
            false => ("The event at this position is gone, or cannot be read.", "missing"),
            true => ("Another event stands where the event of this position was recorded.", "altered"),
        };
        shown.event_type = Some(EVENT_MISSING);
        shown.severity = "WARN";
        shown.display_message = Some(message);
        shown.outcome = Outcome { result: "UNKNOWN", reason: Some(reason) };
        shown.debug_context.debug_data.missing = (!is_altered).then_some("true");
        shown.debug_context.debug_data.altered = is_altered.then_some("true");
        shown
    }

    /// What the log itself says of it, and what is the same for all.
    fn bare(logged: &Logged, event: &EventRef) -> Self {
        let sort_key = event.sort_key();
        let debug_data = DebugData {
            position: logged.position.to_string(),
            created_at: sort_key.as_ref().map(|sort_key| sort_key.created_at),
            ..DebugData::default()
        };
        Self {
            uuid: sort_key.map_or_else(|| event.sk.clone(), |sort_key| sort_key.id.to_string()),
            published: logged.appended_at,
            event_type: None,
            version: "0",
            severity: "INFO",
            display_message: None,
            legacy_event_type: (),
            actor: Actor::default(),
            client: Client::default(),
            outcome: Outcome { result: "SUCCESS", reason: None },
            target: Vec::new(),
            transaction: Transaction { kind: "WEB", id: (), detail: Nothing {} },
            debug_context: DebugContext { debug_data },
            authentication_context: (),
            security_context: (),
            request: IpChain { ip_chain: [] },
        }
    }
}

impl<'a> Recorded<'a> {
    /// The role has a name of its own, and is shown only if it is one.
    fn of(attributes: Vec<(&'static str, &'a str)>) -> Self {
        let shown = attributes.into_iter().filter_map(|(name, text)| match name {
            PRINCIPAL_ROLE => Role::parse(text).map(|role| ("role".to_owned(), role.as_str())),
            _ => Some((camel_case(name), text)), // whatever else there is
        });
        Self(shown.collect())
    }
}

impl<'a> Actor<'a> {
    fn of(role: Option<Role>, id: Option<&'a str>, email: Option<&'a str>, name: Option<&'a str>) -> Self {
        Self { id, kind: role.map(actor_type), alternate_id: email, display_name: name, detail_entry: () }
    }
}

impl<'a> Target<'a> {
    fn of(entity_key: Option<&'a str>, id: Option<&'a str>) -> Self {
        let kind = match entity_key {
            Some(DIRECTORY_ENTITY_KEY) => "User",
            Some(key) => key,
            None => REDACTED_TYPE,
        };
        Self { id, kind, alternate_id: (), display_name: (), detail_entry: () }
    }
}

/// The name of an attribute as the vendor would write it: `subjectUserId`.
fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let (initial, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        name + &initial.to_ascii_uppercase() + rest
    })
}

/// The vendor's word for what has such a role.
fn actor_type(role: Role) -> &'static str {
    match role {
        Role::System => "SystemPrincipal",
        Role::Api => "PublicClientApp",
        Role::Admin | Role::Developer | Role::Member | Role::MergeTeam | Role::Support => "User",
    }
}

#[cfg(test)]
mod tests;
