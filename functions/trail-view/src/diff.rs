//! What changed between two states of a subject, as rows that a person can read: a pure comparison of two JSON objects.
//!
//! Objects are compared member by member and lists element by element, down to [`DEPTH_MAX`]; what is deeper, or is another kind of
//! value on the other side, is one row with its JSON. Two values are the same by the rule of `JsonObject::canonical`: how a string is
//! escaped and how members are ordered does not count, and the digits of a number do.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::fmt;

/// Deepest member that has a row of its own; the members of the object itself are 1 deep.
pub(crate) const DEPTH_MAX: usize = 16;

/// Most rows; what has more ends with the number of those that were left out.
pub(crate) const ROWS_MAX: usize = 4_096;

/// One member, somewhere in the two objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row<'a> {
    /// The way to it: names of members and places in lists.
    pub(crate) path: Vec<Step<'a>>,
    /// What became of it.
    pub(crate) change: Change<'a>,
}

/// A step on the way to a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    /// The member of that name.
    Name(&'a str),
    /// The element at that place, from 0.
    Place(usize),
}

/// What became of a member. Values are JSON, as they were given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change<'a> {
    /// It was not there before.
    Added(&'a str),
    /// It is not there any more.
    Removed(&'a str),
    /// It was the first and is the second.
    Changed(&'a str, &'a str),
    /// It is what it was.
    Same(&'a str),
}

/// The rows of a comparison.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Diff<'a> {
    /// The rows, in the order of the earlier object, and behind each object's own members those that are new in it.
    pub(crate) rows: Vec<Row<'a>>,
    /// How many rows there were beyond [`ROWS_MAX`].
    pub(crate) left_out: usize,
}

/// One state, taken apart: what is borrowed from it lives as long as it does.
#[derive(Debug)]
pub(crate) struct Parts<'a>(Value<'a>);

/// A value that is compared.
#[derive(Debug)]
struct Value<'a> {
    json: &'a str,
    kind: Kind<'a>,
}

#[derive(Debug)]
enum Kind<'a> {
    Object(Vec<(String, Value<'a>)>),
    List(Vec<Value<'a>>),
    Text(String),
    Plain,
}

impl<'a> Parts<'a> {
    /// Takes a JSON text apart; a state that is not there has no members.
    pub(crate) fn of(state: Option<&'a str>) -> Self {
        Self(Value::of(state.unwrap_or("{}"), 0))
    }

    /// The rows between this state and a later one.
    pub(crate) fn diff(&'a self, later: &'a Parts<'a>) -> Diff<'a> {
        let mut diff = Diff::default();
        compare(&mut diff, &mut Vec::new(), &self.0, &later.0);
        diff
    }
}

impl<'a> Value<'a> {
    /// A value whose JSON is no JSON, which a hand has put there, is shown as it is.
    fn of(json: &'a str, depth: usize) -> Self {
        let kind = match json.as_bytes().first() {
            Some(b'{') if depth < DEPTH_MAX => {
                let members = serde_json::from_str::<Members<'a>>(json).map(|Members(members)| members);
                let value = |(name, json): (String, &'a RawValue)| (name, Self::of(json.get(), depth + 1));
                members.map(|members| Kind::Object(members.into_iter().map(value).collect()))
            }
            Some(b'[') if depth < DEPTH_MAX => {
                let elements = serde_json::from_str::<Elements<'a>>(json).map(|Elements(elements)| elements);
                let value = |json: &'a RawValue| Self::of(json.get(), depth + 1);
                elements.map(|elements| Kind::List(elements.into_iter().map(value).collect()))
            }
            Some(b'"') => serde_json::from_str(json).map(Kind::Text),
            _ => Ok(Kind::Plain), // numbers, true, false, null, and what is too deep
        };
        Self { json, kind: kind.unwrap_or(Kind::Plain) }
    }

    fn is(&self, other: &Self) -> bool {
        match (&self.kind, &other.kind) {
            (Kind::Text(text), Kind::Text(other)) => text == other,
            (Kind::Object(members), Kind::Object(others)) => {
                let by_name: HashMap<_, _> = others.iter().map(|(name, value)| (name.as_str(), value)).collect();
                let same = |(name, value): &(String, Self)| by_name.get(name.as_str()).is_some_and(|it| value.is(it));
                members.len() == others.len() && members.iter().all(same)
            }
            (Kind::List(elements), Kind::List(others)) => {
                elements.len() == others.len() && elements.iter().zip(others).all(|(element, other)| element.is(other))
            }
            (Kind::Plain, Kind::Plain) => self.json == other.json,
            (Kind::Text(_) | Kind::Object(_) | Kind::List(_) | Kind::Plain, _) => false,
        }
    }
}

fn compare<'a>(diff: &mut Diff<'a>, path: &mut Vec<Step<'a>>, earlier: &'a Value<'a>, later: &'a Value<'a>) {
    match (&earlier.kind, &later.kind) {
        (Kind::Object(members), Kind::Object(others)) if has_rows(path, members.len() + others.len()) => {
            let by_name: HashMap<_, _> = others.iter().map(|(name, value)| (name.as_str(), value)).collect();
            for (name, value) in members {
                below(diff, path, Step::Name(name), Some(value), by_name.get(name.as_str()).copied());
            }
            let known: HashMap<_, _> = members.iter().map(|(name, _)| (name.as_str(), ())).collect();
            for (name, value) in others.iter().filter(|(name, _)| !known.contains_key(name.as_str())) {
                below(diff, path, Step::Name(name), None, Some(value));
            }
        }
        (Kind::List(elements), Kind::List(others)) if has_rows(path, elements.len() + others.len()) => {
            for place in 0..elements.len().max(others.len()) {
                below(diff, path, Step::Place(place), elements.get(place), others.get(place));
            }
        }
        (_, _) if earlier.is(later) => diff.add(path, Change::Same(later.json)),
        (_, _) => diff.add(path, Change::Changed(earlier.json, later.json)), // another kind of value, or another value
    }
}

/// Whether a pair of objects or lists is taken apart: two empty ones are one row, unless they are the states themselves.
fn has_rows(path: &[Step<'_>], members: usize) -> bool {
    path.is_empty() || members > 0
}

fn below<'a>(
    diff: &mut Diff<'a>,
    path: &mut Vec<Step<'a>>,
    step: Step<'a>,
    earlier: Option<&'a Value<'a>>,
    later: Option<&'a Value<'a>>,
) {
    path.push(step);
    match (earlier, later) {
        (Some(earlier), Some(later)) => compare(diff, path, earlier, later),
        (Some(earlier), None) => diff.add(path, Change::Removed(earlier.json)),
        (None, Some(later)) => diff.add(path, Change::Added(later.json)),
        (None, None) => {} // it is asked for what one of the two has
    }
    path.pop();
}

impl<'a> Diff<'a> {
    fn add(&mut self, path: &[Step<'a>], change: Change<'a>) {
        match self.rows.len() < ROWS_MAX {
            true => self.rows.push(Row { path: path.to_vec(), change }),
            false => self.left_out += 1,
        }
    }
}

/// The members of an object in their order. Of a name given twice, which no state has that came through us, both are there.
struct Members<'a>(Vec<(String, &'a RawValue)>);

/// The elements of a list.
struct Elements<'a>(Vec<&'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(Reader).map(Members)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Elements<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Vec<&'de RawValue>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut elements = Vec::new();
                while let Some(element) = list.next_element()? {
                    elements.push(element);
                }
                Ok(elements)
            }
        }
        deserializer.deserialize_seq(Reader).map(Elements)
    }
}

#[cfg(test)]
mod tests;
