//! The template as YAML: its resources by type, each read into a struct. A fault names the place, such as
//! `Read.Events.Route.Properties.Path`: the resource, and the way to the property. The word `Properties` that every resource
//! has is left out.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_yaml_ng::{Mapping, Value};

use super::error::TemplateError;

/// A whole template.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "a map")]
pub(super) struct Document {
    resources: Mapping,
    #[serde(default)]
    globals: Globals,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "a map")]
struct Globals {
    #[serde(default)]
    function: Value,
}

/// A resource or an event: what it is, and what is said of it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "a map")]
pub(super) struct Typed {
    #[serde(rename = "Type")]
    pub(super) of_type: String,
    #[serde(default)]
    pub(super) properties: Value,
}

/// One resource: its logical id, and its properties.
#[derive(Debug)]
pub(super) struct Resource<T> {
    pub(super) name: String,
    pub(super) properties: T,
}

impl Resource<Value> {
    /// Reads the properties. None are the same as an empty map of them.
    fn read<T: DeserializeOwned>(self) -> Result<Resource<T>, TemplateError> {
        let properties = read(&self.name, or_empty(self.properties))?;
        Ok(Resource { name: self.name, properties })
    }
}

impl Document {
    pub(super) fn parse(text: &str) -> Result<Self, TemplateError> {
        let mut root: Value =
            serde_yaml_ng::from_str(text).map_err(|error| TemplateError::new("not YAML", error.to_string()))?;
        let parameters = root.get("Parameters").cloned().unwrap_or_default();
        stand_in(&mut root, &parameters);
        read("", root)
    }

    /// Every resource of a type, in the template's order.
    pub(super) fn resources<T: DeserializeOwned>(&self, of_type: &str) -> Result<Vec<Resource<T>>, TemplateError> {
        self.of_type(of_type)?.into_iter().map(Resource::read).collect()
    }

    /// The one resource of a type, or none.
    pub(super) fn at_most_one<T: DeserializeOwned>(&self, of_type: &str) -> Result<Option<Resource<T>>, TemplateError> {
        let mut resources = self.of_type(of_type)?.into_iter();
        match (resources.next(), resources.next()) {
            (Some(first), Some(second)) => {
                let problem = format!("only one {of_type} is understood, and {} is one", first.name);
                Err(TemplateError::new(second.name, problem))
            }
            (first, _) => first.map(Resource::read).transpose(),
        }
    }

    fn of_type(&self, wanted: &str) -> Result<Vec<Resource<Value>>, TemplateError> {
        let mut found = Vec::new();
        for (name, value) in &self.resources {
            let name = name.as_str().ok_or_else(|| TemplateError::new("Resources", "a name is needed"))?;
            let Typed { of_type, properties } = read(name, value.clone())?;
            if of_type == wanted {
                found.push(Resource { name: name.to_owned(), properties });
            }
        }
        Ok(found)
    }

    /// What `Globals.Function` gives every function.
    pub(super) fn function_globals<T: DeserializeOwned>(&self) -> Result<T, TemplateError> {
        read("Globals.Function", or_empty(self.globals.function.clone()))
    }
}

/// Reads a value that stands at a place. What is missing stands where it would have to be.
pub(super) fn read<T: DeserializeOwned>(place: &str, value: Value) -> Result<T, TemplateError> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let problem = error.inner().to_string();
        let missing = problem.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'));
        let path = if path == "." { "" } else { path.as_str() };
        let steps = [Some(place), Some(path), missing].into_iter().flatten().filter(|step| !step.is_empty());
        let place = steps.collect::<Vec<_>>().join(".");
        let place = if place.is_empty() { "template".to_owned() } else { place };
        TemplateError::new(place, if missing.is_some() { "missing" } else { problem.as_str() })
    })
}

fn or_empty(properties: Value) -> Value {
    if properties.is_null() { Value::Mapping(Mapping::new()) } else { properties }
}

/// Puts the default of a parameter in the place of every `!Ref` to it. What refers to a resource stays.
fn stand_in(value: &mut Value, parameters: &Value) {
    match value {
        Value::Tagged(tagged) if tagged.tag == "Ref" => {
            let default = tagged.value.as_str().and_then(|name| parameters.get(name)?.get("Default"));
            if let Some(default) = default {
                *value = default.clone();
            }
        }
        Value::Tagged(tagged) => stand_in(&mut tagged.value, parameters),
        Value::Sequence(items) => items.iter_mut().for_each(|item| stand_in(item, parameters)),
        Value::Mapping(map) => map.values_mut().for_each(|value| stand_in(value, parameters)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
