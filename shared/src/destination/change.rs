//! What may be done to a destination, and the event that tells of it in the account's own trail.

use super::secret::WebhookSecret;
use super::target::Target;
use super::{Destination, Status, WHY_LENGTH_MAX};
use crate::event::recorder::Recorder;
use crate::event::{AuditEvent, EventDetails, Principal, Role};
use crate::input::json::JsonObject;
use crate::values::ids::{EventId, EventType};
use crate::values::timestamp::Timestamp;
use serde::Serialize;
use std::net::{IpAddr, Ipv6Addr};

/// A change of a destination, beside its making.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Nothing is sent any more, for this reason.
    Pause {
        /// The reason in a few words.
        why: String,
    },
    /// It is sent from where it stands, at once: waits after failures are over.
    Resume,
    /// The same, from that position on: what is before it and was not sent never will be.
    Purge {
        /// The first position that is sent.
        to: u64,
    },
    /// It never gets anything again, and its secrets are forgotten.
    Remove,
    /// Webhooks are signed with these from now on, the newest first.
    Secrets(Vec<WebhookSecret>),
}

/// Why a destination cannot be changed so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IllegalChange {
    /// It was removed.
    #[error("it is removed, for good")]
    Removed,
    /// It is paused already.
    #[error("it is paused already")]
    Paused,
    /// There is nothing to sign.
    #[error("only webhooks have secrets")]
    NoWebhook,
    /// The destination has got beyond that position, and nothing is sent twice on purpose.
    #[error("it has got beyond that position")]
    Backwards,
}

impl Change {
    /// The destination as the change leaves it.
    ///
    /// # Errors
    /// [`IllegalChange`], by variant.
    pub fn apply(&self, before: &Destination, now: Timestamp) -> Result<Destination, IllegalChange> {
        let mut after = Destination { changed_at: before.next_change_at(now), ..before.clone() };
        if before.status == Status::Removed {
            return Err(IllegalChange::Removed);
        }
        match self {
            Self::Pause { .. } if !before.is_active() => return Err(IllegalChange::Paused),
            Self::Pause { why } => {
                after.status = Status::Paused { why: why.chars().take(WHY_LENGTH_MAX).collect() };
                (after.progress.lease, after.progress.failing) = (None, None);
            }
            Self::Resume => (after.status, after.progress.failing) = (Status::Active, None),
            Self::Purge { to } if *to < before.progress.position => return Err(IllegalChange::Backwards),
            Self::Purge { to } => {
                after.status = Status::Active;
                (after.progress.position, after.progress.range_end) = (*to, None);
                (after.progress.lease, after.progress.failing) = (None, None);
            }
            Self::Remove => {
                after.status = Status::Removed;
                (after.progress.lease, after.progress.failing) = (None, None);
                after.progress.range_end = None;
                if let Target::Https { secrets, headers, .. } = &mut after.target {
                    (*secrets, *headers) = (Vec::new(), Vec::new());
                }
            }
            Self::Secrets(new) => match &mut after.target {
                Target::Https { secrets, .. } => secrets.clone_from(new),
                Target::S3 { .. } | Target::EventBridge { .. } => return Err(IllegalChange::NoWebhook),
            },
        }
        Ok(after)
    }
}

/// One deed, before it is done: who does it, who tells of it, and under which id.
#[derive(Debug, Clone)]
pub struct Deed {
    /// Who does it.
    pub principal: Principal,
    /// Which writer tells of it: the operator's tool, or `events-deliver`.
    pub recorder: Recorder,
    /// The id that the event will have.
    pub event_id: EventId,
    /// When it is done, by our own clock.
    pub now: Timestamp,
}

impl Deed {
    /// One of an operator, who is known by a name at most and has no address: the tool runs wherever they are.
    pub fn of_operator(name: Option<String>, event_id: EventId, now: Timestamp) -> Self {
        let ip_address = IpAddr::V6(Ipv6Addr::UNSPECIFIED);
        let principal = Principal { id: None, name, email: None, role: Role::Admin, ip_address };
        Self { principal, recorder: Recorder::DestinationOperator, event_id, now }
    }

    /// The event of a destination that is made.
    pub fn creation(&self, destination: &Destination) -> AuditEvent {
        let said = format!("Created the destination {} at {}", destination.id, destination.target);
        self.event("CREATED_DESTINATION", said, &Message::of(destination), None, destination)
    }

    /// The event of a destination that is changed.
    pub fn change(&self, change: &Change, before: &Destination, after: &Destination) -> AuditEvent {
        let (event_type, said) = match change {
            Change::Pause { .. } => ("PAUSED_DESTINATION", "Paused"),
            Change::Resume => ("RESUMED_DESTINATION", "Resumed"),
            Change::Purge { .. } => ("PURGED_DESTINATION", "Purged what waited for"),
            Change::Remove => ("DELETED_DESTINATION", "Removed"),
            Change::Secrets(_) => ("CHANGED_DESTINATION", "Changed the secrets of"),
        };
        let said = format!("{said} the destination {} at {}", before.id, before.target);
        let mut message = Message::of(before);
        if let Change::Pause { why } = change {
            message.reason = Some(why);
        }
        if let Change::Purge { to } = change {
            (message.first_skipped, message.behind_skipped) = (Some(before.progress.position), Some(*to));
        }
        self.event(event_type, said, &message, Some(before), after)
    }

    fn event(
        &self,
        event_type: &str,
        event_description: String,
        message: &Message<'_>,
        before: Option<&Destination>,
        after: &Destination,
    ) -> AuditEvent {
        let event_type = EventType::parse(event_type).expect("the types of this module are capitals and _");
        let details = EventDetails {
            message: Some(object(message)),
            previous_state: before.map(|before| object(&State::of(before))),
            current_state: Some(object(&State::of(after))),
            ..EventDetails::new(event_type, event_description, self.principal.clone())
        };
        let recorded_by = Some(self.recorder.clone());
        let created_at = after.changed_at;
        AuditEvent { id: self.event_id.clone(), created_at, recorded_at: self.now, recorded_by, details }
    }
}

/// The event's message.
#[derive(Serialize)]
struct Message<'a> {
    destination_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_skipped: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    behind_skipped: Option<u64>,
}

impl<'a> Message<'a> {
    fn of(destination: &'a Destination) -> Self {
        let destination_id = destination.id.as_str();
        Self { destination_id, reason: None, first_skipped: None, behind_skipped: None }
    }
}

/// A destination as an event shows it: no secret, and of headers the names alone.
#[derive(Serialize)]
struct State<'a> {
    id: &'a str,
    kind: &'static str,
    target: String,
    format: &'static str,
    status: &'static str,
    position: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    window_s: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secrets: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    headers: Vec<&'a str>,
}

impl<'a> State<'a> {
    fn of(destination: &'a Destination) -> Self {
        let (mut window, mut count, mut names) = (None, None, Vec::new());
        match &destination.target {
            Target::S3 { window_s, .. } => window = Some(*window_s),
            Target::Https { secrets, headers, .. } => {
                count = Some(secrets.len());
                names = headers.iter().map(|header| header.name()).collect();
            }
            Target::EventBridge { .. } => {}
        }
        Self {
            id: destination.id.as_str(),
            kind: destination.target.kind(),
            target: destination.target.to_string(),
            format: destination.format.as_str(),
            status: destination.status.as_str(),
            position: destination.progress.position,
            window_s: window,
            secrets: count,
            headers: names,
        }
    }
}

fn object(value: &impl Serialize) -> JsonObject {
    let text = serde_json::to_string(value).expect("an object of strings and numbers serialises");
    JsonObject::from_stored(text).expect("a struct is an object")
}

#[cfg(test)]
mod tests;
