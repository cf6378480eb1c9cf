//! A dashboard user of the model.

use super::row::Row;
use crate::account::Account;
use serde_json::{Value, json};

/// A user.
#[derive(Debug, Clone, PartialEq)]
pub struct User {
    /// Its id.
    pub id: String,
    /// When it was made.
    pub created_at: String,
    /// Its address.
    pub email_address: String,
    /// Its status.
    pub status: &'static str,
    /// Its name.
    pub name: Option<String>,
}

impl User {
    /// As the list has to show it.
    pub fn in_list(&self) -> Value {
        json!({
            "id": self.id, "created_at": self.created_at, "email_address": self.email_address, "status": self.status,
        })
    }

    fn state(&self) -> Value {
        json!({
            "id": self.id, "email_address": self.email_address, "status": self.status, "name": self.name, "role": null,
        })
    }

    /// Whether its status may become that.
    pub fn may_become(&self, status: &str) -> bool {
        self.status == status || status != "invited"
    }

    /// The event of a change that the account's credential made, and of the user's being made. Its id and time are ours to
    /// find out.
    pub fn event(&self, before: Option<&Self>, account: &Account) -> Row {
        let email = &before.unwrap_or(self).email_address;
        let (event_type, description) = match (before.map(|before| before.status), self.status) {
            (None, _) => ("INVITED_USER", format!("Invited {email}")),
            (Some("invited"), "active") => ("ACTIVATED_USER", format!("Activated {email}")),
            (Some("deactivated"), "active") => ("REACTIVATED_USER", format!("Reactivated {email}")),
            (Some("invited" | "active"), "deactivated") => ("DEACTIVATED_USER", format!("Deactivated {email}")),
            _ => ("CHANGED_PERSONAL_INFORMATION", format!("Changed name of {email}")), // one thing changes at a time
        };
        let mut event = json!({
            "event_type": event_type, "event_description": description,
            "principal": {"id": account.client_id, "role": "API", "ip_address": "192.0.2.1"},
            "subject": {"category": "users", "entity_key": "Network:User", "entity_id": self.id, "user_id": self.id},
            "current_state": self.state(),
        });
        if let (Some(before), Some(event)) = (before, event.as_object_mut()) {
            event.insert("previous_state".to_owned(), before.state());
        }
        Row(event)
    }
}
