//! JSON read strictly: nothing is dropped. A field given twice, unknown or of the wrong type is seen, and an object that
//! is only carried along keeps its numbers and the order of its keys to the letter.

mod object;

pub use object::{JsonObject, JsonObjectError};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::HashSet;
use std::fmt;

/// The fields of one JSON object, in the order given, each still as text.
#[derive(Debug)]
pub struct Fields<'a>(Vec<(String, &'a RawValue)>);

/// Why a text is not an object of distinct fields.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldsError {
    /// It is not JSON; the reason says where.
    #[error("must be JSON: {0}")]
    NotJson(String),
    /// It is JSON but not an object.
    #[error("must be a JSON object")]
    NotObject,
    /// The field stands there twice.
    #[error("has the field {0} twice")]
    Repeated(String),
}

impl<'a> Fields<'a> {
    /// Splits the text of an object into its fields.
    ///
    /// # Errors
    /// [`FieldsError`], by variant.
    pub fn parse(text: &'a str) -> Result<Self, FieldsError> {
        let whole: &'a RawValue =
            serde_json::from_str(text).map_err(|error| FieldsError::NotJson(error.to_string()))?;
        if !whole.get().starts_with('{') {
            return Err(FieldsError::NotObject);
        }
        let fields: Self =
            serde_json::from_str(whole.get()).map_err(|error| FieldsError::NotJson(error.to_string()))?;
        let mut seen = HashSet::new();
        match fields.0.iter().find(|(name, _)| !seen.insert(name.as_str())) {
            Some((name, _)) => Err(FieldsError::Repeated(name.clone())),
            None => Ok(fields),
        }
    }

    /// Removes a field. A field that is `null` is removed too, and counts as absent.
    pub fn take(&mut self, name: &str) -> Option<&'a RawValue> {
        let at = self.0.iter().position(|(given, _)| given == name)?;
        Some(self.0.remove(at).1).filter(|value| value.get() != "null")
    }

    /// Whether a field is there and is not `null`.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(given, value)| given == name && value.get() != "null")
    }

    /// The names of the fields that are left.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;
        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(fields)
            }
        }
        deserializer.deserialize_map(FieldsVisitor).map(Fields)
    }
}

/// The text without the byte-order mark that it may begin with: editors and exports of Windows write one, and a reader of
/// JSON may pass over it (RFC 8259 §8.1). Only the first counts; a second is a character that no JSON begins with.
pub fn without_byte_order_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// What is said of a string with an escape that is half a surrogate pair: JSON allows it, but it is no text.
const HALF_SURROGATE: &str =
    r"must not have half a surrogate pair: \ud83d is a character only with the \ude00 behind it";

/// The text of a JSON string.
///
/// # Errors
/// What would be accepted, in words.
pub fn string(value: &RawValue) -> Result<String, String> {
    if !value.get().starts_with('"') {
        return Err("must be a string".to_owned());
    }
    // It is JSON already; only its escapes can still be no characters.
    serde_json::from_str(value.get()).map_err(|_| HALF_SURROGATE.to_owned())
}

#[cfg(test)]
mod tests;
