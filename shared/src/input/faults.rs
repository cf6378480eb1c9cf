//! Reads the fields of a JSON object and gathers every fault, each with the path of its field.

use crate::input::json::Fields;
use serde_json::value::RawValue;

/// One thing that is wrong with an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Path of the field, such as `principal.role`.
    pub field: String,
    /// What is wrong or what would be accepted, in words that go on from the field: "must be a string".
    pub message: String,
}

/// Most faults of one object that are named; the rest are only counted, under [`UNNAMED`]. An answer that named all
/// the fields of 1 MiB would outgrow the 6 MB that Lambda passes on; the names alone are as long in the answer as in the input.
pub const FAULTS_NAMED_MAX: usize = 20;
/// Stands in place of a field for the faults that are not named. The word is Django REST framework's, whose errors ours look like.
pub const UNNAMED: &str = "non_field_errors";

/// What is wrong with an input, in the order of its fields: the first [`FAULTS_NAMED_MAX`] by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, thiserror::Error)]
#[error("{}", sentences(named))]
pub struct Faults {
    named: Vec<Fault>,
    unnamed: usize,
}

impl Faults {
    /// Notes a first fault.
    pub fn of(field: impl Into<String>, message: impl Into<String>) -> Self {
        let mut faults = Self::default();
        faults.push(field, message);
        faults
    }

    /// The faults in the order in which they were noted; the last may be the number of those that are not named.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.named.iter()
    }

    /// Notes one more fault.
    pub fn push(&mut self, field: impl Into<String>, message: impl Into<String>) {
        if self.named.len() < FAULTS_NAMED_MAX {
            self.named.push(Fault { field: field.into(), message: message.into() });
            return;
        }
        self.unnamed += 1;
        self.named.truncate(FAULTS_NAMED_MAX);
        let message = format!("{} more faults are not named", self.unnamed);
        self.named.push(Fault { field: UNNAMED.to_owned(), message });
    }

    /// The value, unless something is wrong. A value is absent only when a fault says why.
    ///
    /// # Errors
    /// The faults, if there are any.
    pub fn or<T>(self, value: Option<T>) -> Result<T, Self> {
        match value {
            Some(value) if self.named.is_empty() => Ok(value),
            Some(_) | None => Err(self),
        }
    }
}

/// The faults as one text: `principal.role is required; colour is not a known field`.
fn sentences(faults: &[Fault]) -> String {
    let sentences: Vec<_> = faults.iter().map(|Fault { field, message }| format!("{field} {message}")).collect();
    sentences.join("; ")
}

/// Takes the fields out of one object.
pub struct Reader<'a, 'f> {
    path: String,
    fields: Option<Fields<'a>>,
    faults: &'f mut Faults,
}

impl<'a, 'f> Reader<'a, 'f> {
    /// Opens the object in the text. `whole` names it in the fault of a text that is no object.
    pub fn open(whole: &str, text: &'a str, faults: &'f mut Faults) -> Self {
        let fields = Fields::parse(text).map_err(|error| faults.push(whole.to_owned(), error.to_string()));
        Self { path: String::new(), fields: fields.ok(), faults }
    }

    /// Notes a fault of a field that only its reader can see, such as one between two fields.
    pub fn fault(&mut self, name: &str, message: impl Into<String>) {
        let path = self.path_of(name);
        self.faults.push(path, message);
    }

    /// Whether there is an object to read at all. If there is none, that is noted as a fault already.
    pub fn is_open(&self) -> bool {
        self.fields.is_some()
    }

    /// Whether a field is there and is not `null`.
    pub fn has(&self, name: &str) -> bool {
        self.fields.as_ref().is_some_and(|fields| fields.has(name))
    }

    /// Takes a field that must be there, and parses it.
    pub fn required<T>(&mut self, name: &str, parse: impl Fn(&RawValue) -> Result<T, String>) -> Option<T> {
        let value = self.take_required(name)?;
        self.parsed(name, value, parse)
    }

    /// Takes a field that may be there, and parses it.
    pub fn optional<T>(&mut self, name: &str, parse: impl Fn(&RawValue) -> Result<T, String>) -> Option<T> {
        let value = self.fields.as_mut()?.take(name)?;
        self.parsed(name, value, parse)
    }

    /// Takes an object that must be there, and reads its fields.
    pub fn required_object<T>(&mut self, name: &str, parse: fn(&mut Reader<'_, '_>) -> Option<T>) -> Option<T> {
        let value = self.take_required(name)?;
        self.inner(name, value, parse)
    }

    /// Takes an object that may be there, and reads its fields.
    pub fn optional_object<T>(&mut self, name: &str, parse: fn(&mut Reader<'_, '_>) -> Option<T>) -> Option<T> {
        let value = self.fields.as_mut()?.take(name)?;
        self.inner(name, value, parse)
    }

    /// Notes as faults the fields that nobody took.
    pub fn finish(self) {
        for name in self.fields.iter().flat_map(Fields::names) {
            let path = joined(&self.path, name);
            self.faults.push(path, "is not a known field");
        }
    }

    fn take_required(&mut self, name: &str) -> Option<&'a RawValue> {
        let value = self.fields.as_mut()?.take(name);
        if value.is_none() {
            self.fault(name, "is required");
        }
        value
    }

    fn parsed<T>(&mut self, name: &str, value: &RawValue, parse: impl Fn(&RawValue) -> Result<T, String>) -> Option<T> {
        parse(value).map_err(|message| self.fault(name, message)).ok()
    }

    fn inner<T>(&mut self, name: &str, value: &RawValue, parse: fn(&mut Reader<'_, '_>) -> Option<T>) -> Option<T> {
        let path = self.path_of(name);
        let mut inner = Reader { path: path.clone(), ..Reader::open(&path, value.get(), self.faults) };
        let parsed = parse(&mut inner);
        inner.finish();
        parsed
    }

    fn path_of(&self, name: &str) -> String {
        joined(&self.path, name)
    }
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_faults_are_named_and_the_rest_are_counted() {
        let mut faults = Faults::default();
        for number in 0..FAULTS_NAMED_MAX + 3 {
            faults.push(format!("f{number}"), "is not a known field");
        }

        let said: Vec<_> = faults.iter().map(|fault| format!("{}: {}", fault.field, fault.message)).collect();

        assert_eq!(said.len(), 21);
        assert_eq!(said[0], "f0: is not a known field");
        assert_eq!(said[19], "f19: is not a known field");
        assert_eq!(said[20], "non_field_errors: 3 more faults are not named");
        assert_eq!(faults.or(Some(1)).map_err(|faults| faults.iter().count()), Err(21));
    }
}
