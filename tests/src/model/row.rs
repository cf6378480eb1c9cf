//! An event of the model: its JSON as it was given, and as each dialect has to show it.

use serde_json::{Value, json};
use std::fmt;

/// An event, as the JSON that records it, with its id and its time in fixed width.
#[derive(Clone, PartialEq)]
pub struct Row(pub Value);

/// Event types of the pools and of the directory, and the words of their message keys.
const MESSAGE_KEYS: [(&str, &str); 9] = [
    ("INVITED_USER", "Network:InvitedUser"),
    ("INVITED", "Network:Invited"),
    ("INVITED_USER_2", "Network:InvitedUser2"),
    ("A", "Network:A"),
    ("RESET_PASSWORD", "Network:ResetPassword"),
    ("ACTIVATED_USER", "Network:ActivatedUser"),
    ("DEACTIVATED_USER", "Network:DeactivatedUser"),
    ("REACTIVATED_USER", "Network:ReactivatedUser"),
    ("CHANGED_PERSONAL_INFORMATION", "Network:ChangedPersonalInformation"),
];

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl Row {
    /// The text at a place such as `/principal/email`.
    pub fn text(&self, pointer: &str) -> Option<&str> {
        self.0.pointer(pointer).and_then(Value::as_str)
    }

    /// Its place among all: when it happened, and of a tie its id.
    pub fn place(&self) -> (&str, &str) {
        let text = |name: &str| self.0.get(name).and_then(Value::as_str).unwrap_or_default();
        (text("created_at"), text("id"))
    }

    /// The same with another id and time.
    #[must_use]
    pub fn at(mut self, created_at: &str, id: &str) -> Self {
        for (name, text) in [("created_at", created_at), ("id", id)] {
            self.fields().insert(name.to_owned(), json!(text));
        }
        self
    }

    /// Its JSON without some fields.
    pub fn without(&self, names: &[&str]) -> Value {
        let mut row = self.clone();
        for name in names {
            row.fields().remove(*name);
        }
        row.0
    }

    fn fields(&mut self) -> &mut serde_json::Map<String, Value> {
        self.0.as_object_mut().expect("an event is an object")
    }

    fn value(&self, pointer: &str) -> Value {
        self.0.pointer(pointer).cloned().unwrap_or(Value::Null)
    }

    /// The principal's address as every view has to show it: an IPv4 address in IPv6's form is the IPv4 address.
    fn ip_address(&self) -> Value {
        let given = self.value("/principal/ip_address");
        if given == "::ffff:192.0.2.1" { json!("192.0.2.1") } else { given }
    }

    /// As the trail has to show it.
    pub fn in_trail(&self) -> Value {
        json!({
            "id": self.value("/id"), "created_at": self.value("/created_at"),
            "event_type": self.value("/event_type"), "event_description": self.value("/event_description"),
            "user_name": self.value("/principal/name"), "user_email": self.value("/principal/email"),
            "role": self.value("/principal/role"), "ip_address": self.ip_address(),
        })
    }

    /// As the network audit has to show it: four texts and four JSON objects, of which an absent one is null.
    pub fn in_network(&self) -> Value {
        let event_type = self.text("/event_type").unwrap_or_default();
        let derived = MESSAGE_KEYS.iter().find(|(known, _)| *known == event_type).map(|(_, key)| *key);
        let mut message = self.value("/message").as_object().cloned().unwrap_or_default();
        message.insert("Type".to_owned(), self.value("/event_type"));
        message.insert("Description".to_owned(), self.value("/event_description"));
        json!([
            self.text("/message_key").or(derived),
            self.value("/subject/entity_key"),
            self.value("/subject/entity_id"),
            self.value("/created_at"),
            {
                "Id": self.value("/principal/id"), "Name": self.value("/principal/name"),
                "Email": self.value("/principal/email"), "Role": self.value("/principal/role"),
                "IpAddress": self.ip_address(),
            },
            message,
            self.value("/previous_state"),
            self.value("/current_state"),
        ])
    }

    /// Bytes of the texts that may be long.
    pub fn text_bytes(&self) -> usize {
        let object = |pointer| self.0.pointer(pointer).map_or(0, |value: &Value| value.to_string().len());
        let description = self.text("/event_description").map_or(0, str::len);
        description + object("/message") + object("/previous_state") + object("/current_state")
    }
}
