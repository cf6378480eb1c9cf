//! An event as flags: they become the JSON that a file would hold, and are judged as that is.

use serde::Serialize;
use serde_json::value::RawValue;

/// One flag for each field of an event.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Event")]
pub(super) struct EventFlags {
    /// What happened, such as `INVITED_USER`
    #[arg(long, value_name = "TYPE", required_unless_present = "file", allow_hyphen_values = true)]
    event_type: Option<String>,
    /// What happened, in words
    #[arg(long, value_name = "TEXT", required_unless_present = "file", allow_hyphen_values = true)]
    description: Option<String>,
    /// Who did it: role, such as `ADMIN`
    #[arg(long, required_unless_present = "file", allow_hyphen_values = true)]
    role: Option<String>,
    /// Who did it: from where
    #[arg(long, value_name = "ADDRESS", required_unless_present = "file", allow_hyphen_values = true)]
    ip_address: Option<String>,
    /// Who did it: id
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    principal_id: Option<String>,
    /// Who did it: name
    #[arg(long, allow_hyphen_values = true)]
    name: Option<String>,
    /// Who did it: e-mail address
    #[arg(long, allow_hyphen_values = true)]
    email: Option<String>,
    /// What it was done to: users or userAccess; with it, the event is in the network audit too
    #[arg(long, allow_hyphen_values = true)]
    category: Option<String>,
    /// What it was done to: kind of entity, such as `Network:User`
    #[arg(long, value_name = "KEY", allow_hyphen_values = true)]
    entity_key: Option<String>,
    /// What it was done to: id of the entity
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    entity_id: Option<String>,
    /// What it was done to: the user
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    user_id: Option<String>,
    /// Message key of the network audit; made from the event type if absent
    #[arg(long, value_name = "KEY", allow_hyphen_values = true)]
    message_key: Option<String>,
    /// Details, a JSON object
    #[arg(long, value_name = "JSON", allow_hyphen_values = true)]
    message: Option<String>,
    /// State before, a JSON object
    #[arg(long, value_name = "JSON", allow_hyphen_values = true)]
    previous_state: Option<String>,
    /// State after, a JSON object
    #[arg(long, value_name = "JSON", allow_hyphen_values = true)]
    current_state: Option<String>,
    /// Its id; one of ours if absent
    #[arg(long, allow_hyphen_values = true)]
    id: Option<String>,
    /// When it happened; now if absent
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    created_at: Option<String>,
}

/// A field that is `null` counts as absent.
#[derive(Serialize)]
struct Event<'a> {
    id: Option<&'a str>,
    created_at: Option<&'a str>,
    event_type: Option<&'a str>,
    event_description: Option<&'a str>,
    principal: Principal<'a>,
    subject: Option<Subject<'a>>,
    message_key: Option<&'a str>,
    message: Option<&'a RawValue>,
    previous_state: Option<&'a RawValue>,
    current_state: Option<&'a RawValue>,
}

#[derive(Serialize)]
struct Principal<'a> {
    id: Option<&'a str>,
    name: Option<&'a str>,
    email: Option<&'a str>,
    role: Option<&'a str>,
    ip_address: Option<&'a str>,
}

#[derive(Serialize)]
struct Subject<'a> {
    category: Option<&'a str>,
    entity_key: Option<&'a str>,
    entity_id: Option<&'a str>,
    user_id: Option<&'a str>,
}

impl EventFlags {
    /// The event as JSON.
    pub(super) fn to_json(&self) -> Result<String, String> {
        let subject = Subject {
            category: self.category.as_deref(),
            entity_key: self.entity_key.as_deref(),
            entity_id: self.entity_id.as_deref(),
            user_id: self.user_id.as_deref(),
        };
        let has_subject = [subject.category, subject.entity_key, subject.entity_id, subject.user_id];
        let event = Event {
            id: self.id.as_deref(),
            created_at: self.created_at.as_deref(),
            event_type: self.event_type.as_deref(),
            event_description: self.description.as_deref(),
            principal: Principal {
                id: self.principal_id.as_deref(),
                name: self.name.as_deref(),
                email: self.email.as_deref(),
                role: self.role.as_deref(),
                ip_address: self.ip_address.as_deref(),
            },
            subject: has_subject.iter().any(Option::is_some).then_some(subject),
            message_key: self.message_key.as_deref(),
            message: json("message", self.message.as_deref())?,
            previous_state: json("previous_state", self.previous_state.as_deref())?,
            current_state: json("current_state", self.current_state.as_deref())?,
        };
        Ok(serde_json::to_string(&event).expect("strings and JSON serialise"))
    }
}

/// JSON is carried along to the letter.
fn json<'a>(name: &str, text: Option<&'a str>) -> Result<Option<&'a RawValue>, String> {
    text.map(serde_json::from_str).transpose().map_err(|error| format!("{name} must be a JSON object: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{Args as _, FromArgMatches as _};

    fn flags(arguments: &[&str]) -> EventFlags {
        let command = EventFlags::augment_args(clap::Command::new("record")).arg(clap::Arg::new("file"));
        let matches = command.get_matches_from([&["record"], arguments].concat());
        EventFlags::from_arg_matches(&matches).unwrap()
    }

    const REQUIRED: [&str; 8] =
        ["--event-type", "INVITED_USER", "--description", "Invited \"Ada\"", "--role", "ADMIN", "--ip-address", "::1"];

    #[test]
    fn every_flag_is_a_field() {
        let more = [
            "--id=e-1",
            "--created-at=2026-01-01T00:00:00Z",
            "--principal-id=p",
            "--name=Żółć",
            "--email=a@example.com",
            "--category=users",
            "--entity-key=Network:User",
            "--entity-id=x",
            "--user-id=u-1",
            "--message-key=Network:UserInvited",
            "--message={\"n\": 1.10}",
            "--previous-state={}",
            "--current-state={\"s\":1}",
        ];
        let expected = concat!(
            r#"{"id":"e-1","created_at":"2026-01-01T00:00:00Z","event_type":"INVITED_USER","#,
            r#""event_description":"Invited \"Ada\"","principal":{"id":"p","name":"Żółć","email":"a@example.com","#,
            r#""role":"ADMIN","ip_address":"::1"},"subject":{"category":"users","entity_key":"Network:User","#,
            r#""entity_id":"x","user_id":"u-1"},"message_key":"Network:UserInvited","message":{"n": 1.10},"#,
            r#""previous_state":{},"current_state":{"s":1}}"#
        );
        let json = flags(&[&REQUIRED[..], &more].concat()).to_json();
        assert_eq!(json.as_deref(), Ok(expected));
        shared::event::input::EventInput::parse(expected).unwrap();
    }

    #[test]
    fn a_value_may_begin_with_a_hyphen() {
        let arguments = [
            "--event-type",
            "INVITED_USER",
            "--description",
            "-5 % off",
            "--role",
            "ADMIN",
            "--ip-address",
            "::1",
            "--name",
            "--",
            "--principal-id",
            "-p",
            "--id",
            "-e",
        ];
        let json = flags(&arguments).to_json().unwrap();
        for part in [r#""event_description":"-5 % off""#, r#""name":"--""#, r#""id":"-p""#, r#""id":"-e""#] {
            assert!(json.contains(part), "{json}");
        }
    }

    #[test]
    fn the_required_flags_alone_are_an_event() {
        let json = flags(&REQUIRED).to_json().unwrap();
        let input = shared::event::input::EventInput::parse(&json).unwrap();
        assert_eq!((input.id, input.created_at, input.details.subject), (None, None, None));
    }

    #[test]
    fn what_is_not_json_or_only_half_a_subject_is_named() {
        let said = flags(&[&REQUIRED[..], &["--message", "{"]].concat()).to_json();
        assert!(said.unwrap_err().starts_with("message must be a JSON object: "));
        let json = flags(&[&REQUIRED[..], &["--user-id", "u-1", "--current-state", "[]"]].concat()).to_json().unwrap();
        assert_eq!(
            shared::event::input::EventInput::parse(&json).unwrap_err().to_string(),
            "subject.category is required; subject.entity_key is required; subject.entity_id is required; \
             current_state must be a JSON object"
        );
    }
}
