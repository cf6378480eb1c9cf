//! Reads the fields of a JSON object and gathers every fault, each with the path of its field.

use crate::json::Fields;
use serde_json::value::RawValue;
use std::fmt;

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Path of the field, such as `principal.role`.
    pub field: String,
    /// What is wrong, or what would be accepted.
    pub message: String,
}

/// Everything that is wrong with an input, in the order of its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// One fault.
    pub fn of(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self(vec![Fault { field: field.into(), message: message.into() }])
    }

    /// The faults.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }

    /// Notes one more.
    pub fn push(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(Fault { field: field.into(), message: message.into() });
    }

    /// The value, unless something is wrong. A value is absent only when a fault says why.
    ///
    /// # Errors
    /// The faults, if there are any.
    pub fn or<T>(self, value: Option<T>) -> Result<T, Self> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            Some(_) | None => Err(self),
        }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, fault) in self.0.iter().enumerate() {
            let separator = if at == 0 { "" } else { "; " };
            write!(f, "{separator}{} {}", fault.field, fault.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// Takes the fields out of one object.
pub(crate) struct Reader<'a, 'f> {
    path: String,
    fields: Option<Fields<'a>>,
    faults: &'f mut Faults,
}

impl<'a, 'f> Reader<'a, 'f> {
    /// Opens the object that the text is; `whole` is what to call it where it is no object at all.
    pub(crate) fn open(whole: &str, text: &'a str, faults: &'f mut Faults) -> Self {
        let fields = Fields::parse(text).map_err(|error| faults.push(whole.to_owned(), error.to_string()));
        Self { path: String::new(), fields: fields.ok(), faults }
    }

    /// Notes a fault of a field.
    pub(crate) fn fault(&mut self, name: &str, message: impl Into<String>) {
        let path = self.path_of(name);
        self.faults.push(path, message);
    }

    /// Whether there is an object to read at all; if not, that is the fault.
    pub(crate) fn is_open(&self) -> bool {
        self.fields.is_some()
    }

    /// Whether a field is there and is not `null`.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.fields.as_ref().is_some_and(|fields| fields.has(name))
    }

    /// A field that must be there.
    pub(crate) fn required<T>(&mut self, name: &str, parse: impl Fn(&RawValue) -> Result<T, String>) -> Option<T> {
        let value = self.take_required(name)?;
        self.parsed(name, value, parse)
    }

    /// A field that may be there.
    pub(crate) fn optional<T>(&mut self, name: &str, parse: impl Fn(&RawValue) -> Result<T, String>) -> Option<T> {
        let value = self.fields.as_mut()?.take(name)?;
        self.parsed(name, value, parse)
    }

    /// An object that must be there.
    pub(crate) fn required_object<T>(&mut self, name: &str, parse: fn(&mut Reader<'_, '_>) -> Option<T>) -> Option<T> {
        let value = self.take_required(name)?;
        self.inner(name, value, parse)
    }

    /// An object that may be there.
    pub(crate) fn optional_object<T>(&mut self, name: &str, parse: fn(&mut Reader<'_, '_>) -> Option<T>) -> Option<T> {
        let value = self.fields.as_mut()?.take(name)?;
        self.inner(name, value, parse)
    }

    /// Notes the fields that nobody took.
    pub(crate) fn finish(self) {
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
