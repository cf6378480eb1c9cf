//! JSON objects that are carried along: bounded and free of ambiguity, and otherwise as they were given.

use super::{Fields, HALF_SURROGATE};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use std::collections::HashSet;

/// A JSON object that is carried along: its text without white space between the tokens, otherwise as it was given.
///
/// Two are equal if their texts are. [`Self::canonical`] tells whether they have the same content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonObject(String);

/// Why a text is not an object that can be carried along.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonObjectError {
    /// It is not JSON; the reason says where.
    #[error("must be a JSON object: {0}")]
    NotJson(String),
    /// It is JSON but not an object.
    #[error("must be a JSON object")]
    NotObject,
    /// Somewhere inside, a string has an escape that is no character.
    #[error("{HALF_SURROGATE}")]
    HalfSurrogate,
    /// Somewhere inside, an object has the key twice.
    #[error("must not have the key {0:?} twice in one object")]
    Repeated(String),
    /// It is deeper than [`JsonObject::DEPTH_MAX`].
    #[error("must not be nested deeper than {}", JsonObject::DEPTH_MAX)]
    TooDeep,
    /// It is larger than [`JsonObject::BYTES_MAX`].
    #[error("must be at most {} bytes of JSON", JsonObject::BYTES_MAX)]
    TooLarge,
}

impl JsonObject {
    /// Largest object, in bytes of its text without white space.
    pub const BYTES_MAX: usize = 16 * 1024;

    /// Deepest nesting; the object itself is 1 deep.
    pub const DEPTH_MAX: usize = 16;

    /// Parses the text. Numbers may have any size and any number of digits: they are carried as text.
    ///
    /// # Errors
    /// [`JsonObjectError`], by variant.
    pub fn parse(text: &str) -> Result<Self, JsonObjectError> {
        let whole: &RawValue =
            serde_json::from_str(text).map_err(|error| JsonObjectError::NotJson(error.to_string()))?;
        if !whole.get().starts_with('{') {
            return Err(JsonObjectError::NotObject);
        }
        check(whole, 0)?;
        let compact = compact(whole.get());
        if compact.len() > Self::BYTES_MAX { Err(JsonObjectError::TooLarge) } else { Ok(Self(compact)) }
    }

    /// Takes a text that [`Self::as_str`] gave, out of the store.
    pub fn from_stored(text: String) -> Option<Self> {
        (text.starts_with('{') && text.ends_with('}')).then_some(Self(text))
    }

    /// The object as it was given, without white space between the tokens.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text between the outer braces.
    pub fn members(&self) -> &str {
        self.0.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or_default()
    }

    /// Whether it has the key at its top level.
    pub fn has_key(&self, key: &str) -> bool {
        Fields::parse(&self.0).is_ok_and(|fields| fields.names().any(|name| name == key))
    }

    /// The one text of all objects with the same content: names are sorted by their UTF-8 bytes, and strings have no escape but
    /// those that JSON asks for. Numbers are as they were given, so that `1.0` and `1` differ: they may mean different things
    /// to whoever wrote them.
    pub fn canonical(&self) -> String {
        let mut text = String::with_capacity(self.0.len());
        match serde_json::from_str(&self.0) {
            Ok(whole) => write_canonical(whole, 0, &mut text),
            Err(_) => text.push_str(&self.0), // a row that someone else wrote: it equals only itself
        }
        text
    }
}

impl Serialize for JsonObject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(&self.0).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

/// The JSON text without the white space between its tokens.
fn compact(text: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    text.chars()
        .filter(|&c| {
            let keep = in_string || !matches!(c, ' ' | '\t' | '\n' | '\r');
            if c == '"' && !escaped {
                in_string = !in_string;
            }
            escaped = in_string && c == '\\' && !escaped;
            keep
        })
        .collect()
}

/// A value of JSON, opened one step deep. Numbers stay text: no float holds them all.
enum Value<'a> {
    Object(Vec<(String, &'a RawValue)>),
    List(Vec<&'a RawValue>),
    String(String),
    /// A number, `true`, `false` or `null`.
    Other(&'a str),
}

impl<'a> Value<'a> {
    /// Opens a value. Nothing is returned if it has half a surrogate pair, the one thing that makes JSON unreadable.
    fn open(value: &'a RawValue) -> Option<Self> {
        let text = value.get();
        match text.as_bytes().first()? {
            b'{' => serde_json::from_str(text).ok().map(|fields: Fields<'a>| Self::Object(fields.0)),
            b'[' => serde_json::from_str(text).ok().map(Self::List),
            b'"' => serde_json::from_str(text).ok().map(Self::String),
            _ => Some(Self::Other(text)), // it is JSON, so nothing else is left
        }
    }
}

/// Refuses what is ambiguous or too deep; `depth` is that of what is around the value.
fn check(value: &RawValue, depth: usize) -> Result<(), JsonObjectError> {
    let value = Value::open(value).ok_or(JsonObjectError::HalfSurrogate)?;
    if matches!(value, Value::Object(_) | Value::List(_)) && depth == JsonObject::DEPTH_MAX {
        return Err(JsonObjectError::TooDeep);
    }
    match value {
        Value::Object(members) => {
            let mut seen = HashSet::new();
            for (key, member) in &members {
                check(member, depth + 1)?;
                if !seen.insert(key) {
                    return Err(JsonObjectError::Repeated(key.clone()));
                }
            }
            Ok(())
        }
        Value::List(items) => items.into_iter().try_for_each(|item| check(item, depth + 1)),
        Value::String(_) | Value::Other(_) => Ok(()),
    }
}

/// Writes the canonical form. What [`check`] refuses is written as it is: a row that someone else wrote can have it.
fn write_canonical(value: &RawValue, depth: usize, text: &mut String) {
    match Value::open(value).filter(|_| depth <= JsonObject::DEPTH_MAX) {
        Some(Value::Object(mut members)) => {
            members.sort_by(|(one, _), (other, _)| one.cmp(other));
            text.push('{');
            for (at, (key, member)) in members.iter().enumerate() {
                text.push_str(if at == 0 { "" } else { "," });
                push_string(key, text);
                text.push(':');
                write_canonical(member, depth + 1, text);
            }
            text.push('}');
        }
        Some(Value::List(items)) => {
            text.push('[');
            for (at, item) in items.into_iter().enumerate() {
                text.push_str(if at == 0 { "" } else { "," });
                write_canonical(item, depth + 1, text);
            }
            text.push(']');
        }
        Some(Value::String(string)) => push_string(&string, text),
        Some(Value::Other(other)) => text.push_str(other),
        None => text.push_str(value.get()),
    }
}

fn push_string(string: &str, text: &mut String) {
    text.push_str(&serde_json::to_string(string).expect("a string serialises"));
}

#[cfg(test)]
mod tests;
