//! JSON read strictly: nothing is dropped. A field given twice, unknown or of the wrong type is seen, and an object that
//! is only carried along keeps its numbers and the order of its keys to the letter.

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use std::collections::HashSet;
use std::fmt;

/// The fields of one JSON object, in the order given, each still as text.
#[derive(Debug)]
pub struct Fields<'a>(Vec<(String, &'a RawValue)>);

/// Why a text is not an object of distinct fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldsError {
    /// It is not JSON; the reason says where.
    NotJson(String),
    /// It is JSON but not an object.
    NotObject,
    /// The field stands there twice.
    Repeated(String),
}

impl fmt::Display for FieldsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson(reason) => write!(f, "must be JSON: {reason}"),
            Self::NotObject => f.write_str("must be a JSON object"),
            Self::Repeated(name) => write!(f, "has the field {name} twice"),
        }
    }
}

impl std::error::Error for FieldsError {}

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

/// The text of a JSON string.
///
/// # Errors
/// What would be accepted, in words.
pub fn string(value: &RawValue) -> Result<String, String> {
    serde_json::from_str(value.get()).map_err(|_| "must be a string".to_owned())
}

/// A JSON object that is carried along: its text without white space between the tokens, otherwise as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonObject(String);

/// Why a text is not an object that can be carried along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonObjectError(String);

impl fmt::Display for JsonObjectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for JsonObjectError {}

impl JsonObject {
    /// Largest object, in bytes of its text without white space.
    pub const BYTES_MAX: usize = 16 * 1024;

    /// Deepest nesting; the object itself is 1 deep.
    pub const DEPTH_MAX: usize = 16;

    /// Parses the text.
    ///
    /// # Errors
    /// [`JsonObjectError`] if it is not an object, is larger than [`Self::BYTES_MAX`], deeper than [`Self::DEPTH_MAX`], or
    /// has a key twice anywhere inside.
    pub fn parse(text: &str) -> Result<Self, JsonObjectError> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let checked = Check { depth: 0 }.deserialize(&mut deserializer).and_then(|()| deserializer.end());
        checked.map_err(|error| JsonObjectError(format!("must be a JSON object: {error}")))?;
        let compact = compact(text);
        if !compact.starts_with('{') {
            return Err(JsonObjectError("must be a JSON object".to_owned()));
        }
        if compact.len() > Self::BYTES_MAX {
            return Err(JsonObjectError(format!("must be at most {} bytes of JSON", Self::BYTES_MAX)));
        }
        Ok(Self(compact))
    }

    /// Takes a text that [`Self::as_str`] gave, out of the store.
    pub fn from_stored(text: String) -> Option<Self> {
        (text.starts_with('{') && text.ends_with('}')).then_some(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text between the outer braces.
    pub fn members(&self) -> &str {
        self.0.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or_default()
    }

    /// Whether it has the key, at the top.
    pub fn has_key(&self, key: &str) -> bool {
        Fields::parse(&self.0).is_ok_and(|fields| fields.names().any(|name| name == key))
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

/// Walks a value and keeps nothing of it: refuses a key given twice and a nesting too deep.
#[derive(Clone, Copy)]
struct Check {
    depth: usize,
}

impl Check {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        let depth = self.depth + 1;
        if depth > JsonObject::DEPTH_MAX {
            return Err(E::custom(format_args!("nested deeper than {}", JsonObject::DEPTH_MAX)));
        }
        Ok(Self { depth })
    }
}

impl<'de> DeserializeSeed<'de> for Check {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Check {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        while items.next_element_seed(inner)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        let mut seen = HashSet::new();
        while let Some(key) = members.next_key::<String>()? {
            members.next_value_seed(inner)?;
            if let Some(repeated) = seen.replace(key) {
                return Err(A::Error::custom(format_args!("has the key {repeated:?} twice")));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
