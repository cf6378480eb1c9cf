//! The attributes of an event, each once: all that the table has of it but its key and the partition keys of the indexes.
//!
//! There an event is flat, with a text or a JSON object under each name. The names in the table, the rows that read events, what is left
//! of a redacted one, and every form in which all of an event is given out come from this list. What writes or reads an event and
//! forgets an attribute does not compile, and a form shows by its name whatever it has no place for.

use crate::event::{AuditEvent, EventDetails, Principal, Subject};
use crate::input::json::JsonObject;
use crate::values::email::EmailAddress;
use std::borrow::Cow;

/// Passes the list to a macro: `listed` is what a list for people shows, `unlisted` is what only a whole event shows, and `objects`
/// are JSON.
macro_rules! event_attributes {
    ($macro:ident) => {
        $macro! {
            unlisted { recorded_at recorded_by }
            listed {
                event_type event_description
                principal_id principal_name principal_email principal_role principal_ip_address
                subject_category subject_entity_key subject_entity_id subject_user_id message_key
            }
            objects { message previous_state current_state }
        }
    };
}
pub(crate) use event_attributes;

macro_rules! values {
    (unlisted { $($unlisted:ident)* } listed { $($listed:ident)* } objects { $($object:ident)* }) => {
        /// Names of the attributes that are JSON objects.
        pub const OBJECTS: &[&str] = &[$(stringify!($object)),*];

        /// A value for each attribute of an event: a text, or an object where the two are told apart.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the fields are the attributes of an event, as they are stored")]
        pub struct EventAttributes<Text, Object = Text> {
            $(pub $unlisted: Text,)*
            $(pub $listed: Text,)*
            $(pub $object: Object,)*
        }

        impl<Value> EventAttributes<Value> {
            /// Calls `value` with the name of each attribute.
            pub fn each(value: impl Fn(&'static str) -> Value) -> Self {
                Self {
                    $($unlisted: value(stringify!($unlisted)),)*
                    $($listed: value(stringify!($listed)),)*
                    $($object: value(stringify!($object)),)*
                }
            }

            /// Passes each value to `take`, with the name of its attribute.
            pub fn for_each(self, mut take: impl FnMut(&'static str, Value)) {
                $(take(stringify!($unlisted), self.$unlisted);)*
                $(take(stringify!($listed), self.$listed);)*
                $(take(stringify!($object), self.$object);)*
            }
        }

        impl<'a> EventAttributes<Option<Cow<'a, str>>> {
            /// The same texts, borrowed.
            pub fn borrowed(&'a self) -> EventAttributes<Option<&'a str>> {
                EventAttributes {
                    $($unlisted: self.$unlisted.as_deref(),)*
                    $($listed: self.$listed.as_deref(),)*
                    $($object: self.$object.as_deref(),)*
                }
            }
        }

        impl EventAttributes<Option<String>, Option<JsonObject>> {
            /// All of them as texts.
            pub fn texts(&self) -> EventAttributes<Option<Cow<'_, str>>> {
                EventAttributes {
                    $($unlisted: self.$unlisted.as_deref().map(Cow::Borrowed),)*
                    $($listed: self.$listed.as_deref().map(Cow::Borrowed),)*
                    $($object: self.$object.as_ref().map(|object| object.as_str().into()),)*
                }
            }
        }
    };
}
event_attributes!(values);

/// Binds the named attributes to variables of their names, and all others that an event has to `$others`, as
/// [`EventAttributes::others`] gives them. So a form shows what it has a place for in that place and whatever is added to the list by
/// its name; an attribute that is named and not used is a warning of the compiler.
macro_rules! bind_attributes {
    ($attributes:expr, { $($name:ident)* }, $others:ident) => {
        let attributes: $crate::event::attributes::EventAttributes<Option<&str>> = $attributes;
        let $crate::event::attributes::EventAttributes { $($name,)* .. } = attributes;
        let $others = attributes.others(&[$(stringify!($name)),*]);
    };
}
pub(crate) use bind_attributes;

impl<'a> EventAttributes<Option<&'a str>> {
    /// What there is of the attributes with other names than these, in the order of the list.
    pub fn others(self, names: &[&str]) -> Vec<(&'static str, &'a str)> {
        let mut others = Vec::new();
        self.for_each(|name, text| {
            if let Some(text) = text.filter(|_| !names.contains(&name)) {
                others.push((name, text));
            }
        });
        others
    }
}

impl<'a> From<&'a AuditEvent> for EventAttributes<Option<Cow<'a, str>>> {
    fn from(event: &'a AuditEvent) -> Self {
        let AuditEvent { id: _, created_at: _, recorded_at, recorded_by, details } = event; // id and time are its key
        let EventDetails { event_type, event_description, principal, subject, message, previous_state, current_state } =
            details;
        let Principal { id, name, email, role, ip_address } = principal;
        let [category, entity_key, entity_id, user_id, message_key] = texts_of_subject(subject.as_ref());
        let object = |object: &'a Option<JsonObject>| object.as_ref().map(|object| object.as_str().into());
        Self {
            recorded_at: Some(recorded_at.to_string().into()),
            recorded_by: recorded_by.as_ref().map(|recorder| recorder.to_string().into()),
            event_type: Some(event_type.as_str().into()),
            event_description: Some(event_description.into()),
            principal_id: id.as_deref().map(Cow::Borrowed),
            principal_name: name.as_deref().map(Cow::Borrowed),
            principal_email: email.as_ref().map(EmailAddress::as_str).map(Cow::Borrowed),
            principal_role: Some(role.as_str().into()),
            principal_ip_address: Some(ip_address.to_string().into()),
            subject_category: category,
            subject_entity_key: entity_key,
            subject_entity_id: entity_id,
            subject_user_id: user_id,
            message_key,
            message: object(message),
            previous_state: object(previous_state),
            current_state: object(current_state),
        }
    }
}

/// The texts of category, entity key, entity id, user and message key; five times `None` for an event without a subject.
fn texts_of_subject(subject: Option<&Subject>) -> [Option<Cow<'_, str>>; 5] {
    let Some(Subject { category, entity_key, entity_id, user_id, message_key }) = subject else {
        return Default::default();
    };
    [
        Some(category.as_str().into()),
        Some(entity_key.into()),
        Some(entity_id.into()),
        Some(user_id.as_str().into()),
        message_key.as_deref().map(Cow::Borrowed),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_others_are_what_is_there_and_not_named() {
        let attributes = EventAttributes::each(|name| (name != "principal_id").then_some(name));
        bind_attributes!(attributes, { event_type message }, others);
        assert_eq!((event_type, message), (Some("event_type"), Some("message")));
        assert_eq!(others.first(), Some(&("recorded_at", "recorded_at")));
        assert_eq!(others.last(), Some(&("current_state", "current_state")));
        assert!(!others.iter().any(|(name, _)| ["principal_id", "event_type", "message"].contains(name)), "{others:?}");
    }
}
