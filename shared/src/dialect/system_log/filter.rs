//! The filter of the system log: `eventType eq "INVITED_USER" and actor.id eq "usr_1"`, a part of what SCIM defines.
//!
//! Source: RFC 7644, section 3.4.2.2. Names and operators are compared without case; a value is a JSON string.

use super::event::LogEvent;
use crate::values::email::EmailAddress;
use std::fmt;
use strum::VariantArray as _;

/// Longest filter, in bytes.
pub(super) const FILTER_BYTES_MAX: usize = 1_024;

/// Which events are shown: those that every term says yes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Filter(Vec<Term>);

/// One comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    attribute: Attribute,
    value: String,
}

/// What can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantArray)]
enum Attribute {
    #[strum(serialize = "eventType")]
    EventType,
    #[strum(serialize = "actor.id")]
    ActorId,
    #[strum(serialize = "actor.alternateId")]
    ActorAlternateId,
    #[strum(serialize = "target.id")]
    TargetId,
}

/// Why a text is no filter of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilterError {
    /// It is not written as a filter is: where it stops being one.
    Malformed(String),
    /// It has an attribute or an operator that is not supported.
    Unsupported(String),
}

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// [`FilterError`], by variant.
    pub(super) fn parse(text: &str) -> Result<Self, FilterError> {
        if text.len() > FILTER_BYTES_MAX {
            return Err(FilterError::Malformed(format!("must be at most {FILTER_BYTES_MAX} bytes")));
        }
        let mut rest = Rest(text.trim());
        let mut terms = vec![rest.term()?];
        while !rest.0.is_empty() {
            match rest.word().to_ascii_lowercase().as_str() {
                "and" => terms.push(rest.term()?),
                "or" => return Err(unsupported("operator or: terms are joined by and")),
                other => return Err(malformed(&format!("{other:?} stands where the word and was expected"))),
            }
        }
        Ok(Self(terms))
    }

    /// Whether there is no term, so that every event is shown.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the event is shown.
    pub(super) fn takes(&self, event: &LogEvent<'_>) -> bool {
        self.0.iter().all(|term| term.takes(event))
    }
}

/// The filter in one form, however it was written.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, Term { attribute, value }) in self.0.iter().enumerate() {
            let and = if at == 0 { "" } else { " and " };
            let attribute: &str = attribute.into();
            write!(f, "{and}{attribute} eq {value:?}")?;
        }
        Ok(())
    }
}

impl Term {
    fn takes(&self, event: &LogEvent<'_>) -> bool {
        let is = |given: Option<&str>| given == Some(self.value.as_str());
        match self.attribute {
            Attribute::EventType => is(event.event_type),
            Attribute::ActorId => is(event.actor.id),
            Attribute::ActorAlternateId => is(event.actor.alternate_id) || self.is_address(event.actor.alternate_id),
            Attribute::TargetId => event.target.iter().any(|target| is(target.id)),
        }
    }

    /// Whether it is the same address: case and form do not count, as in every filter by address.
    fn is_address(&self, given: Option<&str>) -> bool {
        let address = |text: &str| EmailAddress::parse(text).ok().map(|address| address.folded());
        given.and_then(address).is_some_and(|given| Some(given) == address(&self.value))
    }
}

/// What of a filter is not read yet.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    /// The next word, up to a space; white space around it is passed over.
    fn word(&mut self) -> &'a str {
        let end = self.0.find(char::is_whitespace).unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at(end);
        self.0 = rest.trim_start();
        word
    }

    fn term(&mut self) -> Result<Term, FilterError> {
        let name = self.word();
        if name.starts_with('(') || name.eq_ignore_ascii_case("not") {
            return Err(unsupported("not and parentheses: terms are joined by and"));
        }
        let attribute = attribute(name)?;
        let operator = self.word();
        match operator.to_ascii_lowercase().as_str() {
            "eq" => Ok(Term { attribute, value: self.value()? }),
            "ne" | "co" | "sw" | "ew" | "pr" | "gt" | "ge" | "lt" | "le" => {
                Err(unsupported(&format!("operator {operator}: only eq is")))
            }
            _ => Err(malformed(&format!("an operator such as eq must stand behind {name}"))), // no other word is one
        }
    }

    /// A string, as JSON writes it.
    fn value(&mut self) -> Result<String, FilterError> {
        let mut values = serde_json::Deserializer::from_str(self.0).into_iter::<String>();
        let value = values.next().and_then(Result::ok);
        let value = value.ok_or_else(|| malformed("a value must be a text in double quotes"))?;
        let rest = self.0.get(values.byte_offset()..).unwrap_or_default();
        if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
            return Err(malformed("a space must stand behind a value"));
        }
        self.0 = rest.trim_start();
        Ok(value)
    }
}

fn attribute(name: &str) -> Result<Attribute, FilterError> {
    let known = Attribute::VARIANTS.iter().find(|attribute| {
        let text: &str = (*attribute).into();
        text.eq_ignore_ascii_case(name)
    });
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"._-:$".contains(&byte);
    match known {
        Some(attribute) => Ok(*attribute),
        None if name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(is_name) => {
            Err(unsupported(&format!("attribute {name}: eventType, actor.id, actor.alternateId and target.id are")))
        }
        None => Err(malformed("it must begin with the name of an attribute")),
    }
}

fn malformed(why: &str) -> FilterError {
    FilterError::Malformed(why.to_owned())
}

fn unsupported(what: &str) -> FilterError {
    FilterError::Unsupported(what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, FilterError> {
        Filter::parse(text).map(|filter| filter.to_string())
    }

    #[test]
    fn a_filter_has_one_form_however_it_is_written() {
        let both = r#"eventType eq "A" and actor.id eq "u 1""#;
        for text in
            [both, r#"  EVENTTYPE EQ "A"  AND actor.ID eq "u 1" "#, "eventType eq \"\\u0041\" and\tactor.id eq \"u 1\""]
        {
            assert_eq!(read(text).as_deref(), Ok(both));
        }
        let every = r#"actor.alternateId eq "a@b" and target.id eq "\"x\"""#;
        assert_eq!(read(every).as_deref(), Ok(every));
        let and = r#"target.id eq "a and b""#;
        assert_eq!(read(and).as_deref(), Ok(and), "a word within a value is none");
    }

    #[test]
    fn what_is_not_written_as_a_filter_is_malformed() {
        let long = format!(r#"eventType eq "{}""#, "A".repeat(FILTER_BYTES_MAX));
        for text in [
            "",
            " ",
            "eventType",
            "eventType eq",
            "eventType eq A",
            "eventType eq 'A'",
            r#"eventType "A""#,
            r#"eventType is "A""#,
            r#"eventType eq "A"and actor.id eq "u""#,
            r#"eventType eq "A" actor.id eq "u""#,
            r#"eventType eq "A" and"#,
            r#"eventType eq "A"#,
            "eventType eq 1",
            "eventType eq null",
            r#""eventType" eq "A""#,
            "é eq \"A\"",
            &long,
        ] {
            assert!(matches!(Filter::parse(text), Err(FilterError::Malformed(_))), "{text}: {:?}", read(text));
        }
    }

    #[test]
    fn what_is_not_supported_is_named() {
        for (text, what) in [
            (
                r#"outcome.result eq "SUCCESS""#,
                "attribute outcome.result: eventType, actor.id, actor.alternateId and target.id are",
            ),
            (r#"eventType sw "user""#, "operator sw: only eq is"),
            ("actor.id pr", "operator pr: only eq is"),
            (r#"eventType eq "A" or eventType eq "B""#, "operator or: terms are joined by and"),
            (r#"(eventType eq "A")"#, "not and parentheses: terms are joined by and"),
            (r#"not (eventType eq "A")"#, "not and parentheses: terms are joined by and"),
            (
                r#"published gt "2026-01-01T00:00:00Z""#,
                "attribute published: eventType, actor.id, actor.alternateId and target.id are",
            ),
        ] {
            assert_eq!(read(text), Err(FilterError::Unsupported(what.to_owned())), "{text}");
        }
    }
}
