//! The detail of an entry: the event, as far as EventBridge takes it to the letter, and as text where it does not.
//!
//! `PutEvents` refuses whole numbers that 64 bits cannot hold, and its rules compare numbers as floating point. So the parts of an event
//! that its writer is free in, `message` and the two states, are text; and so is a number anywhere else that would be refused.

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use shared::event::attributes::OBJECTS;
use std::borrow::Cow;
use std::fmt;

/// The detail that a line becomes. What is no JSON stays as it is: EventBridge refuses it and says so.
pub(super) fn detail(line: &str) -> String {
    serde_json::from_str(line).map_or_else(|_| line.to_owned(), |value| rewritten(value).into_owned())
}

/// A value as EventBridge takes it: the text that it has, wherever nothing in it has to change.
fn rewritten(value: &RawValue) -> Cow<'_, str> {
    let text = value.get();
    match text.as_bytes().first() {
        Some(b'{') => serde_json::from_str(text).map_or(Cow::Borrowed(text), |members: Members<'_>| {
            Cow::Owned(json(&Members(members.0.into_iter().map(|(name, member)| member_of(name, &member)).collect())))
        }),
        Some(b'[') => serde_json::from_str(text).map_or(Cow::Borrowed(text), |elements: Vec<&RawValue>| {
            Cow::Owned(json(&elements.into_iter().map(|element| raw(&rewritten(element))).collect::<Vec<_>>()))
        }),
        Some(b'-' | b'0'..=b'9') if !is_taken(text) => Cow::Owned(json(&text)),
        _ => Cow::Borrowed(text), // a string, a number that is taken, true, false or null
    }
}

fn member_of<'a>(name: Cow<'a, str>, member: &RawValue) -> (Cow<'a, str>, Cow<'a, RawValue>) {
    let is_free = OBJECTS.contains(&&*name) && member.get().starts_with(['{', '[']);
    let text = if is_free { Cow::Owned(json(&member.get())) } else { rewritten(member) };
    (name, Cow::Owned(raw(&text)))
}

/// Whether EventBridge takes a number.
fn is_taken(number: &str) -> bool {
    if number.contains(['.', 'e', 'E']) {
        number.parse().is_ok_and(f64::is_finite)
    } else {
        number.parse::<i64>().is_ok()
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("JSON of strings and of JSON serialises")
}

fn raw(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.to_owned()).expect("what was made of JSON is JSON")
}

/// The members of an object in their order, also where a name is there twice.
struct Members<'a>(Vec<(Cow<'a, str>, Cow<'a, RawValue>)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfObject;
        impl<'de> Visitor<'de> for OfObject {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
                    members.push((Cow::Owned(name), Cow::Borrowed(value)));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(OfObject)
    }
}

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_writer_is_free_in_is_text() {
        let line = r#"{"position":7,"message":{"n":123456789012345678901234567890,"q":"\"ä"},"previous_state":null,"current_state":{}}"#;
        let expected = r#"{"position":7,"message":"{\"n\":123456789012345678901234567890,\"q\":\"\\\"ä\"}","previous_state":null,"current_state":"{}"}"#;
        assert_eq!(detail(line), expected);
    }

    #[test]
    fn it_is_text_wherever_a_format_has_it() {
        let line = r#"{"specversion":"1.0","data":{"id":"evt_1","message":{"a":1}},"message":"a sentence"}"#;
        let expected = r#"{"specversion":"1.0","data":{"id":"evt_1","message":"{\"a\":1}"},"message":"a sentence"}"#;
        assert_eq!(detail(line), expected);
    }

    #[test]
    fn a_number_that_would_be_refused_is_text() {
        let line = r#"{"a":9223372036854775807,"b":9223372036854775808,"c":[-9223372036854775808,-9223372036854775809],"d":1e400,"e":1.50,"f":-0}"#;
        let expected = r#"{"a":9223372036854775807,"b":"9223372036854775808","c":[-9223372036854775808,"-9223372036854775809"],"d":"1e400","e":1.50,"f":-0}"#;
        assert_eq!(detail(line), expected);
    }

    #[test]
    fn all_else_is_kept_to_the_letter_and_in_its_order() {
        for line in
            [r#"{"z":"\u00e4","a":[],"z":{},"m":[{"b":[1,2.0]},"x",true,false,null]}"#, "[]", r#""x""#, "{}", "no JSON"]
        {
            assert_eq!(detail(line), line);
        }
    }
}
