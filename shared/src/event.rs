//! An audit event: what happened, who did it, to what, and how things stood before and after.

pub mod attributes;
pub mod canonical;
pub mod cloud_event;
pub mod day_count;
pub mod filter;
pub mod idempotency;
pub mod input;
pub mod recorder;
pub mod redacted;

use crate::event::recorder::{DIRECTORY_ENTITY_KEY, Recorder};
use crate::input::json::JsonObject;
use crate::values::category::Category;
use crate::values::email::EmailAddress;
use crate::values::event_sort_key::EventSortKey;
use crate::values::ids::{EventId, EventType, UserId};
use crate::values::timestamp::Timestamp;
use std::borrow::Cow;
use std::net::IpAddr;
use strum::VariantArray as _;

/// One event of the trail, whole. Once written it never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// Given by the caller, derived from the content, or made by us; unique together with `created_at` within the account.
    pub id: EventId,
    /// When it happened, as the caller tells.
    pub created_at: Timestamp,
    /// When we wrote it, by our own clock.
    pub recorded_at: Timestamp,
    /// Which writer told us of it; `None` if the stored event does not say.
    pub recorded_by: Option<Recorder>,
    /// What it says, which we keep as it was given.
    pub details: EventDetails,
}

/// An event as far as the audit trail shows it: DynamoDB sends less for a page of these than for one of [`AuditEvent`]s.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailEvent {
    /// [`AuditEvent::id`]
    pub id: EventId,
    /// [`AuditEvent::created_at`]
    pub created_at: Timestamp,
    /// [`EventDetails::event_type`]
    pub event_type: EventType,
    /// [`EventDetails::event_description`]
    pub event_description: String,
    /// [`Principal::name`]
    pub user_name: Option<String>,
    /// [`Principal::email`]
    pub user_email: Option<EmailAddress>,
    /// [`Principal::role`]
    pub role: Role,
    /// [`Principal::ip_address`]
    pub ip_address: IpAddr,
}

/// An event as far as a list for people shows it: what the trail shows, who it was by their id, and to whom it was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// What the trail shows of it.
    pub shown: TrailEvent,
    /// [`Principal::id`]
    pub principal_id: Option<String>,
    /// [`EventDetails::subject`]
    pub subject: Option<Subject>,
}

/// What an event says, apart from its id and times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventDetails {
    /// The kind of deed, for programs: `INVITED_USER`.
    pub event_type: EventType,
    /// What happened, in words for people: "Invited ada@example.com".
    pub event_description: String,
    /// Who did it, as the caller tells.
    pub principal: Principal,
    /// What it was done to. An event with a subject is in the network audit too.
    pub subject: Option<Subject>,
    /// Whatever else the caller wants to say of it.
    pub message: Option<JsonObject>,
    /// The subject as it was before.
    pub previous_state: Option<JsonObject>,
    /// The subject as it was afterwards.
    pub current_state: Option<JsonObject>,
}

/// Who did it: a person or a program, as it was known at the time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Its id in the caller's own system, of any form.
    pub id: Option<String>,
    /// The name that people know it by.
    pub name: Option<String>,
    /// Its e-mail address at the time of the event, by which the trail can be filtered.
    pub email: Option<EmailAddress>,
    /// Its role at the time of the event, in the vendor's words.
    pub role: Role,
    /// The address that it called from; `::` where there is none.
    pub ip_address: IpAddr,
}

/// What it was done to, as the network audit shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The half of the network audit it belongs to.
    pub category: Category,
    /// Kind of entity, such as `Network:UserAccess`.
    pub entity_key: String,
    /// Id of the entity in the caller's own system, of any form.
    pub entity_id: String,
    /// The user concerned, by which the network audit can be asked.
    pub user_id: UserId,
    /// Key of the message, such as `Network:UserLoggedOn`; derived from the event type where the event gives none.
    pub message_key: Option<String>,
}

/// The role of a principal: one of the seven of the vendor's audit trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    /// May do everything in an organisation.
    Admin,
    /// May work on integrations.
    Developer,
    /// Belongs to the organisation, without rights beyond that.
    Member,
    /// A program with a credential.
    Api,
    /// The product itself, with nobody behind it.
    System,
    /// The staff of the product's maker. The word is the vendor's.
    MergeTeam,
    /// Someone who helps on behalf of the maker.
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
    /// All seven, in the order of the vendor's documentation.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The text on the wire and in the table, such as `MERGE_TEAM`.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Reads the text that [`Self::as_str`] writes, and no other.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl AuditEvent {
    /// The event, with the writer that told us of it.
    pub fn with_recorder(self, recorder: Recorder) -> Self {
        Self { recorded_by: Some(recorder), ..self }
    }

    /// Where it stands in its partition and in every index.
    pub fn sort_key(&self) -> EventSortKey {
        EventSortKey { created_at: self.created_at, id: self.id.clone() }
    }
}

impl EventDetails {
    /// What every event says, and nothing else: for events of our own, which say more where there is more to say.
    pub fn new(event_type: EventType, event_description: String, principal: Principal) -> Self {
        Self {
            event_type,
            event_description,
            principal,
            subject: None,
            message: None,
            previous_state: None,
            current_state: None,
        }
    }

    /// Refuses what only the directory may say, where an event came through a request or the queue. Letter case and white space
    /// around an entity key do not count, since people read such keys alike.
    ///
    /// # Errors
    /// The field, and what is wrong with it.
    pub fn check_from_outside(&self) -> Result<(), (&'static str, String)> {
        let entity_key = self.subject.as_ref().map(|subject| subject.entity_key.trim());
        if entity_key.is_some_and(|key| key.eq_ignore_ascii_case(DIRECTORY_ENTITY_KEY)) {
            let message = format!(
                "must not be {DIRECTORY_ENTITY_KEY}: changes of dashboard users are recorded where they are made"
            );
            return Err(("subject.entity_key", message));
        }
        Ok(())
    }

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
