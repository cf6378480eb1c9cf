//! An audit event: what happened, who did it, to what, and how things stood before and after.

pub mod day_count;
pub mod filter;
pub mod idempotency;
pub mod input;
pub mod recorder;

use crate::event::recorder::Recorder;
use crate::input::json::JsonObject;
use crate::values::category::Category;
use crate::values::email::EmailAddress;
use crate::values::event_sort_key::EventSortKey;
use crate::values::ids::{EventId, EventType, UserId};
use crate::values::timestamp::Timestamp;
use std::borrow::Cow;
use std::net::IpAddr;

/// One event of the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// Its id.
    pub id: EventId,
    /// When it happened.
    pub created_at: Timestamp,
    /// When we wrote it.
    pub recorded_at: Timestamp,
    /// Which writer told us; none of an event from before that was kept.
    pub recorded_by: Option<Recorder>,
    /// Everything else.
    pub details: EventDetails,
}

/// An event as far as the trail shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailEvent {
    /// Its id.
    pub id: EventId,
    /// When it happened.
    pub created_at: Timestamp,
    /// What happened.
    pub event_type: EventType,
    /// What happened, in words.
    pub event_description: String,
    /// Who did it: its name.
    pub user_name: Option<String>,
    /// Who did it: its e-mail address at the time.
    pub user_email: Option<EmailAddress>,
    /// Who did it: its role.
    pub role: Role,
    /// Where it called from.
    pub ip_address: IpAddr,
}

/// What an event says, apart from its id and times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventDetails {
    /// What happened.
    pub event_type: EventType,
    /// What happened, in words.
    pub event_description: String,
    /// Who did it.
    pub principal: Principal,
    /// What it was done to. An event with a subject is in the network audit too.
    pub subject: Option<Subject>,
    /// Details.
    pub message: Option<JsonObject>,
    /// State before.
    pub previous_state: Option<JsonObject>,
    /// State after.
    pub current_state: Option<JsonObject>,
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Its id.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its e-mail address at the time.
    pub email: Option<EmailAddress>,
    /// Its role.
    pub role: Role,
    /// Where it called from.
    pub ip_address: IpAddr,
}

/// What it was done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The half of the network audit it belongs to.
    pub category: Category,
    /// Kind of entity, such as `Network:UserAccess`.
    pub entity_key: String,
    /// Id of the entity.
    pub entity_id: String,
    /// The user concerned.
    pub user_id: UserId,
    /// Key of the message, such as `Network:UserLoggedOn`; derived from the event type where the event gives none.
    pub message_key: Option<String>,
}

/// A principal's role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// `ADMIN`
    Admin,
    /// `DEVELOPER`
    Developer,
    /// `MEMBER`
    Member,
    /// `API`
    Api,
    /// `SYSTEM`
    System,
    /// `MERGE_TEAM`
    MergeTeam,
    /// `SUPPORT`
    Support,
}

impl From<&AuditEvent> for TrailEvent {
    fn from(event: &AuditEvent) -> Self {
        let EventDetails { event_type, event_description, principal, .. } = &event.details;
        Self {
            id: event.id.clone(),
            created_at: event.created_at,
            event_type: event_type.clone(),
            event_description: event_description.clone(),
            user_name: principal.name.clone(),
            user_email: principal.email.clone(),
            role: principal.role,
            ip_address: principal.ip_address,
        }
    }
}

impl Role {
    /// All, in the order of the vendor's documentation.
    pub const ALL: [Self; 7] =
        [Self::Admin, Self::Developer, Self::Member, Self::Api, Self::System, Self::MergeTeam, Self::Support];

    /// The text on the wire and in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "ADMIN",
            Self::Developer => "DEVELOPER",
            Self::Member => "MEMBER",
            Self::Api => "API",
            Self::System => "SYSTEM",
            Self::MergeTeam => "MERGE_TEAM",
            Self::Support => "SUPPORT",
        }
    }

    /// Reads the text that [`Self::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

impl AuditEvent {
    /// Where it stands in its partition and in every index.
    pub fn sort_key(&self) -> EventSortKey {
        EventSortKey { created_at: self.created_at, id: self.id.clone() }
    }

    /// Whether another event has the same content; when it was recorded and by whom does not count.
    pub fn says_the_same(&self, other: &Self) -> bool {
        (&self.id, self.created_at, &self.details) == (&other.id, other.created_at, &other.details)
    }
}

impl EventDetails {
    /// The key of the message in the network audit: the event's own, or `Network:` and the event type in PascalCase.
    pub fn message_key(&self) -> Cow<'_, str> {
        let own = self.subject.as_ref().and_then(|subject| subject.message_key.as_deref());
        own.map_or_else(|| format!("Network:{}", self.event_type.to_pascal_case()).into(), Cow::Borrowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_roles_are_the_seven_of_the_documentation() {
        let names: Vec<_> = Role::ALL.iter().map(|role| role.as_str()).collect();
        assert_eq!(names, ["ADMIN", "DEVELOPER", "MEMBER", "API", "SYSTEM", "MERGE_TEAM", "SUPPORT"]);
        assert_eq!(Role::parse("admin"), None);
    }
}
