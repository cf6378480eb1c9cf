//! The audit events of the directory: one for each user made or changed, with the whole user before and after.

use crate::event::recorder::{DIRECTORY_ENTITY_KEY, Recorder};
use crate::event::{AuditEvent, EventDetails, Principal, Role, Subject};
use crate::input::json::JsonObject;
use crate::user::{DashboardUser, UserStatus};
use crate::values::category::Category;
use crate::values::ids::{ClientId, EventId, EventType};
use crate::values::timestamp::Timestamp;
use serde::Serialize;

/// One deed in the directory, before it is done: who does it, when, and the id of the event that will tell of it.
#[derive(Debug, Clone)]
pub struct Act {
    /// Who does it: the credential, or the user that it acts for.
    pub principal: Principal,
    /// The credential that asks for it.
    pub client_id: ClientId,
    /// Whether the principal is a user that the credential acts for.
    pub on_behalf: bool,
    /// The id that the event will have.
    pub event_id: EventId,
    /// When it is done, by our own clock.
    pub now: Timestamp,
}

/// A user as an event shows it. All keys are always there, in this order.
#[derive(Serialize)]
struct State<'a> {
    id: &'a str,
    email_address: &'a str,
    status: &'static str,
    name: Option<&'a str>,
    role: Option<&'static str>,
}

/// The event's message. The network audit writes its own keys beside these, in PascalCase too.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Message<'a> {
    client_id: &'a str,
}

impl Act {
    /// The event of a user that is made.
    pub fn invitation(&self, user: &DashboardUser) -> AuditEvent {
        self.event("INVITED_USER", format!("Invited {}", user.email_address), None, user)
    }

    /// The event of a user that is changed. Its type is that of the status's move, if the status moves.
    pub fn change(&self, before: &DashboardUser, after: &DashboardUser) -> AuditEvent {
        let (event_type, verb) = match (before.status, after.status) {
            (UserStatus::Invited, UserStatus::Active) => ("ACTIVATED_USER", "Activated"),
            (UserStatus::Deactivated, UserStatus::Active) => ("REACTIVATED_USER", "Reactivated"),
            (UserStatus::Invited | UserStatus::Active, UserStatus::Deactivated) => ("DEACTIVATED_USER", "Deactivated"),
            (UserStatus::Invited, UserStatus::Invited)
            | (UserStatus::Active, UserStatus::Active | UserStatus::Invited) // no legal move leads back
            | (UserStatus::Deactivated, UserStatus::Deactivated | UserStatus::Invited) => {
                ("CHANGED_PERSONAL_INFORMATION", "Changed")
            }
        };
        let others = [
            ("email_address", before.email_address != after.email_address),
            ("name", before.name != after.name),
            ("role", before.role != after.role),
        ];
        let others: Vec<_> = others.iter().filter(|(_, differs)| *differs).map(|(field, _)| *field).collect();
        let others = others.join(", ");
        let description = match (before.status == after.status, others.is_empty()) {
            (true, _) => format!("{verb} {others} of {}", before.email_address),
            (false, true) => format!("{verb} {}", before.email_address),
            (false, false) => format!("{verb} {} and changed {others}", before.email_address),
        };
        self.event(event_type, description, Some(before), after)
    }

    fn event(
        &self,
        event_type: &str,
        event_description: String,
        before: Option<&DashboardUser>,
        after: &DashboardUser,
    ) -> AuditEvent {
        let event_type = EventType::parse(event_type).expect("the types of this module are capitals and _");
        let details = EventDetails {
            subject: Some(Subject {
                category: Category::Users,
                entity_key: DIRECTORY_ENTITY_KEY.to_owned(),
                entity_id: after.id.to_string(),
                user_id: after.id.clone(),
                message_key: None,
            }),
            message: self.on_behalf.then(|| object(&Message { client_id: self.client_id.as_str() })),
            previous_state: before.map(state),
            current_state: Some(state(after)),
            ..EventDetails::new(event_type, event_description, self.principal.clone())
        };
        let created_at = after.changed_at.unwrap_or(self.now);
        let recorded_by = Some(Recorder::Directory(self.client_id.clone()));
        AuditEvent { id: self.event_id.clone(), created_at, recorded_at: self.now, recorded_by, details }
    }
}

fn state(user: &DashboardUser) -> JsonObject {
    object(&State {
        id: user.id.as_str(),
        email_address: user.email_address.as_str(),
        status: user.status.as_str(),
        name: user.name.as_deref(),
        role: user.role.map(Role::as_str),
    })
}

fn object(value: &impl Serialize) -> JsonObject {
    let text = serde_json::to_string(value).expect("an object of strings serialises");
    JsonObject::from_stored(text).expect("a struct is an object")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::email::EmailAddress;
    use crate::values::ids::AccountId;
    use std::net::{IpAddr, Ipv4Addr};

    fn user(status: UserStatus) -> DashboardUser {
        let line =
            r#"{"id":"u-1","email_address":"ada@example.com","status":"active","created_at":"2020-07-24T03:26:02Z"}"#;
        let user = DashboardUser::parse(line, &AccountId::parse("acme").expect("an account id")).expect("a user");
        DashboardUser { status, changed_at: Timestamp::from_epoch_ms(7), ..user }
    }

    fn act() -> Act {
        let ip_address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let principal = Principal { id: Some("c-1".to_owned()), name: None, email: None, role: Role::Api, ip_address };
        let event_id = EventId::parse("e-1").expect("an id");
        let client_id = ClientId::parse("c-1").expect("a client id");
        Act { principal, client_id, on_behalf: false, event_id, now: Timestamp::MIN }
    }

    fn said(before: &DashboardUser, after: &DashboardUser) -> (String, String) {
        let details = act().change(before, after).details;
        (details.event_type.to_string(), details.event_description)
    }

    #[test]
    fn an_event_shows_the_whole_user_before_and_after() {
        let (before, after) = (user(UserStatus::Active), user(UserStatus::Deactivated));
        let after = DashboardUser { name: Some("Ada \"L\"\n".to_owned()), role: Some(Role::MergeTeam), ..after };
        let event = act().change(&before, &after);
        assert_eq!(event.created_at.epoch_ms(), 7);
        assert_eq!(event.recorded_at, Timestamp::MIN);
        assert_eq!(event.recorded_by.as_ref().map(ToString::to_string).as_deref(), Some("directory:c-1"));
        assert_eq!(
            event.details.previous_state.as_ref().map(JsonObject::as_str),
            Some(r#"{"id":"u-1","email_address":"ada@example.com","status":"active","name":null,"role":null}"#)
        );
        assert_eq!(
            event.details.current_state.as_ref().map(JsonObject::as_str),
            Some(
                r#"{"id":"u-1","email_address":"ada@example.com","status":"deactivated","name":"Ada \"L\"\n","role":"MERGE_TEAM"}"#
            )
        );
        assert_eq!(event.details.message, None);
    }

    #[test]
    fn the_credential_behind_an_acting_user_is_told() {
        let act = Act { on_behalf: true, ..act() };
        let event = act.invitation(&user(UserStatus::Invited));
        assert_eq!(event.details.message.as_ref().map(JsonObject::as_str), Some(r#"{"ClientId":"c-1"}"#));
        assert_eq!(event.details.previous_state, None);
    }

    #[test]
    fn the_type_and_the_words_say_what_changed() {
        use UserStatus::{Active, Deactivated, Invited};
        let moves = [
            (Invited, Active, "ACTIVATED_USER", "Activated ada@example.com"),
            (Invited, Deactivated, "DEACTIVATED_USER", "Deactivated ada@example.com"),
            (Active, Deactivated, "DEACTIVATED_USER", "Deactivated ada@example.com"),
            (Deactivated, Active, "REACTIVATED_USER", "Reactivated ada@example.com"),
        ];
        for (from, to, event_type, words) in moves {
            assert_eq!(said(&user(from), &user(to)), (event_type.to_owned(), words.to_owned()));
        }

        let before = user(Active);
        let all = DashboardUser {
            email_address: EmailAddress::parse("grace@example.com").expect("an address"),
            name: Some("Grace".to_owned()),
            role: Some(Role::Admin),
            ..before.clone()
        };
        let (event_type, words) = said(&before, &all);
        assert_eq!(event_type, "CHANGED_PERSONAL_INFORMATION");
        assert_eq!(words, "Changed email_address, name, role of ada@example.com");

        let (event_type, words) = said(&before, &DashboardUser { status: Deactivated, ..all });
        assert_eq!(event_type, "DEACTIVATED_USER");
        assert_eq!(words, "Deactivated ada@example.com and changed email_address, name, role");
    }
}
