//! A place in the template: a value, and the path of resource and property names that an error about it begins with.

use std::fmt;

use serde_yaml_ng::{Value, value::TaggedValue};

/// Why a template cannot be served: the place in it, and what is wrong there, in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateError {
    place: String,
    problem: String,
}

impl TemplateError {
    pub(crate) fn new(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { place: place.into(), problem: problem.into() }
    }

    /// The same error, said of a file.
    pub(crate) fn within(self, file: &str) -> Self {
        Self { place: format!("{file}: {}", self.place), problem: self.problem }
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)
    }
}

impl std::error::Error for TemplateError {}

/// A whole template.
#[derive(Debug)]
pub(crate) struct Document {
    root: Value,
}

impl Document {
    pub(crate) fn parse(text: &str) -> Result<Self, TemplateError> {
        let root = serde_yaml_ng::from_str(text)
            .map_err(|error| TemplateError::new("not YAML", error.to_string().replace('\n', " ")))?;
        Ok(Self { root })
    }

    /// Every resource of a type, in the template's order.
    pub(crate) fn resources(&self, of_type: &str) -> Result<Vec<Resource<'_>>, TemplateError> {
        let resources = self.root.get("Resources").ok_or_else(|| TemplateError::new("Resources", "missing"))?;
        let mut found = Vec::new();
        for node in self.node("", resources).children()? {
            if node.required("Type")?.text()? == of_type {
                found.push(Resource { node });
            }
        }
        Ok(found)
    }

    /// The one resource of a type, or none.
    pub(crate) fn at_most_one(&self, of_type: &str) -> Result<Option<Resource<'_>>, TemplateError> {
        let mut resources = self.resources(of_type)?.into_iter();
        let first = resources.next();
        match (&first, resources.next()) {
            (Some(first), Some(second)) => Err(TemplateError::new(
                second.name(),
                format!("only one {of_type} is understood, and {} is one", first.name()),
            )),
            _ => Ok(first),
        }
    }

    /// A property that `Globals.Function` gives every function.
    pub(crate) fn function_global(&self, property: &str) -> Option<Node<'_>> {
        let value = self.root.get("Globals")?.get("Function")?.get(property)?;
        Some(self.node(&format!("Globals.Function.{property}"), value))
    }

    fn node<'a>(&'a self, place: &str, value: &'a Value) -> Node<'a> {
        Node { place: place.to_owned(), value, document: self }
    }

    fn parameter_default(&self, parameter: &str) -> Option<&Value> {
        self.root.get("Parameters")?.get(parameter)?.get("Default")
    }
}

/// One resource of a template.
#[derive(Debug)]
pub(crate) struct Resource<'a> {
    node: Node<'a>,
}

impl<'a> Resource<'a> {
    /// Its logical id.
    pub(crate) fn name(&self) -> &str {
        &self.node.place
    }

    /// Its properties, none being the same as an empty map. A property's place leaves the word `Properties` out.
    pub(crate) fn properties(&self) -> Node<'a> {
        let value = self.node.value.get("Properties").unwrap_or(&Value::Null);
        Node { place: self.node.place.clone(), value, document: self.node.document }
    }
}

/// One value of a template, and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Node<'a> {
    place: String,
    value: &'a Value,
    document: &'a Document,
}

impl<'a> Node<'a> {
    pub(crate) fn error(&self, problem: impl Into<String>) -> TemplateError {
        TemplateError::new(&self.place, problem)
    }

    /// The last name of its place.
    pub(crate) fn name(&self) -> &str {
        self.place.rsplit('.').next().unwrap_or_default()
    }

    pub(crate) fn optional(&self, key: &str) -> Option<Node<'a>> {
        self.value.get(key).map(|value| self.child(key, value))
    }

    pub(crate) fn required(&self, key: &str) -> Result<Node<'a>, TemplateError> {
        self.optional(key).ok_or_else(|| TemplateError::new(self.place_of(key), "missing"))
    }

    /// The entries of a map, in the template's order.
    pub(crate) fn children(&self) -> Result<Vec<Node<'a>>, TemplateError> {
        let map = match self.value {
            Value::Mapping(map) => map,
            Value::Null => return Ok(Vec::new()),
            other => return Err(self.error(format!("a map is needed, not {}", kind(other)))),
        };
        map.iter()
            .map(|(key, value)| match key {
                Value::String(key) => Ok(self.child(key, value)),
                Value::Number(key) => Ok(self.child(&key.to_string(), value)),
                other => Err(self.error(format!("a name is needed, not {}", kind(other)))),
            })
            .collect()
    }

    /// The items of a list; item 0 of `Table.KeySchema` stands at `Table.KeySchema[0]`.
    pub(crate) fn items(&self) -> Result<Vec<Node<'a>>, TemplateError> {
        let Value::Sequence(items) = self.value else {
            return Err(self.error(format!("a list is needed, not {}", kind(self.value))));
        };
        let at = |(index, value)| Node { place: format!("{}[{index}]", self.place), value, document: self.document };
        Ok(items.iter().enumerate().map(at).collect())
    }

    /// A string, a number or a truth value as text. `!Ref` to a parameter stands for the parameter's default.
    pub(crate) fn text(&self) -> Result<String, TemplateError> {
        let value = match self.value {
            Value::Tagged(tagged) => self.referenced(tagged)?,
            plain => plain,
        };
        match value {
            Value::String(text) => Ok(text.clone()),
            Value::Number(number) => Ok(number.to_string()),
            Value::Bool(truth) => Ok(truth.to_string()),
            other => Err(self.error(format!("a plain value is needed, not {}", kind(other)))),
        }
    }

    /// A whole number or anything else that is written as one word.
    pub(crate) fn parsed<T: std::str::FromStr>(&self, wanted: &str) -> Result<T, TemplateError> {
        let text = self.text()?;
        text.parse().map_err(|_| self.error(format!("{wanted} is needed, not `{text}`")))
    }

    /// The logical id that `!Ref` names here.
    pub(crate) fn reference(&self) -> Option<&'a str> {
        match self.value {
            Value::Tagged(tagged) if tagged.tag == "Ref" => tagged.value.as_str(),
            _ => None,
        }
    }

    /// Refuses every key but the known ones.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), TemplateError> {
        match self.children()?.into_iter().find(|child| !known.contains(&child.name())) {
            Some(unknown) => Err(unknown.error("not understood")),
            None => Ok(()),
        }
    }

    fn referenced(&self, tagged: &'a TaggedValue) -> Result<&'a Value, TemplateError> {
        let Some(parameter) = self.reference() else {
            return Err(self.error(format!("a plain value is needed, not {}", tagged.tag)));
        };
        self.document
            .parameter_default(parameter)
            .ok_or_else(|| self.error(format!("`!Ref {parameter}` has no default to stand for it")))
    }

    fn child(&self, key: &str, value: &'a Value) -> Node<'a> {
        Node { place: self.place_of(key), value, document: self.document }
    }

    fn place_of(&self, key: &str) -> String {
        if self.place.is_empty() { key.to_owned() } else { format!("{}.{key}", self.place) }
    }
}

fn kind(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => "a plain value".to_owned(),
        Value::Sequence(_) => "a list".to_owned(),
        Value::Mapping(_) => "a map".to_owned(),
        Value::Tagged(tagged) => tagged.tag.to_string(),
    }
}
