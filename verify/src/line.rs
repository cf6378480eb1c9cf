//! A line of `events.ndjson`, read without copying what need not be:
//!
//! ```text
//! {"position":17,"Item":{"pk":{"S":"events#acme#00"},…}}
//! {"position":17,"missing":true}
//! ```

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// One line.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line<'a> {
    /// The position that it claims.
    pub(crate) position: u64,
    /// The attributes of the event's item.
    #[serde(borrow, default, rename = "Item")]
    pub(crate) item: Option<Attributes<'a>>,
    /// Whether the table did not have the event any more.
    #[serde(default)]
    pub(crate) missing: bool,
}

/// The attributes of an item, sorted by name, each name once.
#[derive(Debug)]
pub(crate) struct Attributes<'a>(Vec<(Cow<'a, str>, Value<'a>)>);

/// The value of an attribute, as far as events have them.
#[derive(Debug)]
pub(crate) enum Value<'a> {
    /// A string.
    Text(Cow<'a, str>),
    /// Bytes, in base64.
    Bytes(Cow<'a, str>),
    /// Of a type that no writer makes.
    Other,
}

impl<'a> Line<'a> {
    /// Reads a line without its line feed; none if it is no line of an export.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        let line: Self = serde_json::from_str(text).ok()?;
        (line.item.is_some() != line.missing).then_some(line)
    }
}

impl<'a> Attributes<'a> {
    /// Reads the JSON of an item.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The value of a name.
    pub(crate) fn get(&self, name: &str) -> Option<&Value<'a>> {
        // Of the few attributes of an event most names differ in length, which is compared first.
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// The text of a name, if it is a string.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Value::Text(text) => Some(text),
            Value::Bytes(_) | Value::Other => None,
        }
    }

    /// All of them, sorted by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Value<'a>)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Attributes<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OfAttributes)
    }
}

struct OfAttributes;

impl<'de> Visitor<'de> for OfAttributes {
    type Value = Attributes<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the attributes of an item")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut attributes: Vec<(Cow<'de, str>, Value<'de>)> = Vec::with_capacity(24);
        while let Some(Text(name)) = map.next_key()? {
            attributes.push((name, map.next_value()?));
        }
        if !attributes.is_sorted_by(|(one, _), (next, _)| one < next) {
            attributes.sort_by(|(one, _), (other, _)| one.cmp(other));
            // Of two attributes of one name, one reader takes the first and another the last.
            if attributes.windows(2).any(|pair| matches!(pair, [(one, _), (next, _)] if one == next)) {
                return Err(de::Error::custom("an attribute stands twice"));
            }
        }
        Ok(Attributes(attributes))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Value<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OfValue)
    }
}

struct OfValue;

impl<'de> Visitor<'de> for OfValue {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value with its type")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let tag = map.next_key::<Text<'de>>()?.ok_or_else(|| de::Error::custom("no type"))?;
        let value = match tag.0.as_ref() {
            "S" => Value::Text(map.next_value::<Text<'de>>()?.0),
            "B" => Value::Bytes(map.next_value::<Text<'de>>()?.0),
            _ => {
                map.next_value::<IgnoredAny>()?; // it is read whole where it counts
                Value::Other
            }
        };
        match map.next_key::<IgnoredAny>()? {
            None => Ok(value),
            Some(_) => Err(de::Error::custom("two types")),
        }
    }
}

/// A string, borrowed where it has no escapes.
struct Text<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(OfText)
    }
}

struct OfText;

impl<'de> Visitor<'de> for OfText {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_gives_its_attributes_sorted() {
        let line = Line::read(r#"{"position":17,"Item":{"b":{"S":"x\n"},"a":{"B":"YQ=="},"c":{"SS":["y"]}}}"#).unwrap();
        let item = line.item.unwrap();
        assert_eq!((line.position, line.missing), (17, false));
        assert_eq!(item.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!((item.text("b"), item.text("a"), item.text("d")), (Some("x\n"), None, None));
        assert!(matches!(item.get("a"), Some(Value::Bytes(text)) if text == "YQ=="));
        assert!(Line::read(r#"{"position":17,"missing":true}"#).unwrap().missing);
    }

    #[test]
    fn attributes_are_found_in_whatever_order_they_stand() {
        for text in [r#"{"b":{"S":"x"},"a":{"S":"y"}}"#, r#"{"a":{"S":"y"},"b":{"S":"x"}}"#] {
            let attributes = Attributes::read(text).expect("attributes");
            assert_eq!((attributes.text("a"), attributes.text("b")), (Some("y"), Some("x")), "{text}");
            assert_eq!(attributes.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["a", "b"], "{text}");
        }
    }

    #[test]
    fn what_is_no_line_or_can_be_read_in_two_ways_does_not_read() {
        for bad in [
            "",
            "{}",
            r#"{"position":17}"#,
            r#"{"position":17,"missing":false}"#,
            r#"{"position":17,"missing":true,"Item":{}}"#,
            r#"{"position":17.0,"missing":true}"#,
            r#"{"position":-1,"missing":true}"#,
            r#"{"position":18446744073709551616,"missing":true}"#,
            r#"{"position":17,"position":18,"missing":true}"#,
            r#"{"position":17,"missing":true,"more":1}"#,
            r#"{"position":17,"Item":{"a":{"S":"x"},"b":{"S":"x"},"a":{"S":"y"}}}"#,
            r#"{"position":17,"Item":{"a":{"S":"x"},"\u0061":{"S":"y"}}}"#,
            r#"{"position":17,"Item":{"a":{"S":"x","S":"y"}}}"#,
            r#"{"position":17,"Item":{"a":{}}}"#,
            r#"{"position":17,"Item":{"a":{"S":1}}}"#,
            r#"{"position":17,"Item":{"a":{"S":"\ud800"}}}"#,
            r#"{"position":17,"missing":true} x"#,
        ] {
            assert!(Line::read(bad).is_none(), "{bad} was read");
        }
    }
}
