//! Plain values of a template: a property that wants a text takes a number or a truth value too, as CloudFormation does.

use std::fmt::{self, Display};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{Deserializer, EnumAccess, Error, VariantAccess as _, Visitor};
use serde_yaml_ng::Value;

/// Reads a property that is one plain value, for `#[serde(deserialize_with)]`.
///
/// # Errors
/// It is a list, a map, or a function such as `!Sub`; or the value does not parse.
pub(super) fn plain<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: FromStr<Err: Display>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_any(Plain(PhantomData))
}

/// As [`plain`], for a property that may be absent. Use it with `#[serde(default)]`.
///
/// # Errors
/// As [`plain`]. A property that is there and empty is no plain value.
pub(super) fn plain_if_given<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: FromStr<Err: Display>,
    D: Deserializer<'de>,
{
    plain(deserializer).map(Some)
}

struct Plain<T>(PhantomData<T>);

impl<T: FromStr<Err: Display>> Plain<T> {
    fn parse<E: Error>(text: &str) -> Result<T, E> {
        text.parse().map_err(|error| E::custom(format!("`{text}`: {error}")))
    }
}

impl<'de, T: FromStr<Err: Display>> Visitor<'de> for Plain<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a plain value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        Self::parse(text)
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<T, E> {
        Self::parse(&truth.to_string())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        Self::parse(&number.to_string())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        Self::parse(&number.to_string())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        Self::parse(&number.to_string())
    }

    /// A function of the template. `!Ref` to a parameter with a default has been replaced by the default before.
    fn visit_enum<A: EnumAccess<'de>>(self, function: A) -> Result<T, A::Error> {
        let (name, argument) = function.variant::<String>()?;
        let name = name.trim_start_matches('!');
        let argument: Value = argument.newtype_variant()?;
        Err(Error::custom(match (name, argument.as_str()) {
            ("Ref", Some(parameter)) => format!("`!Ref {parameter}` has no default to stand for it"),
            _ => format!("a plain value is needed, not !{name}"),
        }))
    }
}
