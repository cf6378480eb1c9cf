//! Routes: which function answers which method and path.

use std::str::FromStr;

use lambda_http::http::Method;
use serde::Deserialize;
use serde_yaml_ng::{Mapping, Value};

use super::document::{Document, Resource, Typed, read};
use super::error::TemplateError;
use super::path::PathPattern;
use super::plain::{plain, plain_if_given};

/// Lambda's default, in seconds.
/// Source: <https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html>
const TIMEOUT_S_DEFAULT: u64 = 3;

/// Folder of the functions, relative to the template.
const FUNCTIONS_FOLDER: &str = "functions/";

/// One method of one path, and the function that answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Logical id of the function's resource; errors name it.
    pub resource: String,
    /// The function's folder below `functions/`.
    pub function: String,
    /// The method, in capitals.
    pub method: Method,
    /// The path, as the template writes it.
    pub path: PathPattern,
    /// How long the function may take, in seconds.
    pub timeout_s: u64,
}

/// A function's properties that `audit serve` acts upon.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "a map")]
struct Function {
    /// Absent for a function that is no route's.
    #[serde(default, deserialize_with = "plain_if_given")]
    code_uri: Option<String>,
    #[serde(default)]
    events: Mapping,
    #[serde(default, rename = "Timeout", deserialize_with = "plain_if_given")]
    timeout_s: Option<u64>,
}

/// What `Globals.Function` says of every function.
#[derive(Debug, Deserialize)]
struct Globals {
    #[serde(default, rename = "Timeout", deserialize_with = "plain_if_given")]
    timeout_s: Option<u64>,
}

/// A route's properties.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "a map")]
struct ApiEvent {
    #[serde(default)]
    rest_api_id: Option<Value>,
    #[serde(deserialize_with = "plain")]
    method: RouteMethod,
    #[serde(deserialize_with = "plain")]
    path: PathPattern,
}

#[derive(Debug)]
struct RouteMethod(Method);

impl FromStr for RouteMethod {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.to_ascii_uppercase();
        [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::HEAD, Method::OPTIONS]
            .into_iter()
            .find(|method| method.as_str() == text)
            .map(Self)
            .ok_or("the method is not understood")
    }
}

/// Every route of the template's functions, in order. Events of other types are passed over.
pub(super) fn parse(document: &Document, api: Option<&str>) -> Result<Vec<Route>, TemplateError> {
    let globals: Globals = document.function_globals()?;
    let mut routes: Vec<Route> = Vec::new();
    for function in document.resources::<Function>("AWS::Serverless::Function")? {
        for (place, event) in api_events(&function)? {
            let route = route(&function, &globals, &place, event, api)?;
            if let Some(other) = routes.iter().find(|other| claims_the_same(other, &route)) {
                let claim =
                    format!("{} {} is already a route of {}", route.method, route.path.as_str(), other.resource);
                return Err(TemplateError::new(place, claim));
            }
            routes.push(route);
        }
    }
    Ok(routes)
}

fn claims_the_same(one: &Route, other: &Route) -> bool {
    one.method == other.method && one.path.is_the_same_as(&other.path)
}

/// The function's events that are routes, each with its place.
fn api_events(function: &Resource<Function>) -> Result<Vec<(String, Value)>, TemplateError> {
    let mut api_events = Vec::new();
    for (name, event) in &function.properties.events {
        let place = format!("{}.Events.{}", function.name, name.as_str().unwrap_or_default());
        let Typed { of_type, properties } = read(&place, event.clone())?;
        match of_type.as_str() {
            "Api" => api_events.push((place, properties)),
            "HttpApi" => return Err(TemplateError::new(place, "HttpApi is not understood, only Api")),
            _ => {} // queues, schedules and the like: not routes
        }
    }
    Ok(api_events)
}

fn route(
    function: &Resource<Function>,
    globals: &Globals,
    place: &str,
    event: Value,
    api: Option<&str>,
) -> Result<Route, TemplateError> {
    let place = format!("{place}.Properties");
    let event: ApiEvent = read(&place, event)?;
    if event.rest_api_id.is_some_and(|id| referenced(&id) != api) {
        let problem = "does not refer to the template's AWS::Serverless::Api";
        return Err(TemplateError::new(format!("{place}.RestApiId"), problem));
    }
    let timeout_s = function.properties.timeout_s.or(globals.timeout_s).unwrap_or(TIMEOUT_S_DEFAULT);
    Ok(Route {
        resource: function.name.clone(),
        function: folder(function)?,
        method: event.method.0,
        path: event.path,
        timeout_s,
    })
}

/// The logical id that `!Ref` names.
fn referenced(value: &Value) -> Option<&str> {
    match value {
        Value::Tagged(tagged) if tagged.tag == "Ref" => tagged.value.as_str(),
        _ => None,
    }
}

fn folder(function: &Resource<Function>) -> Result<String, TemplateError> {
    let fault = |problem: String| TemplateError::new(format!("{}.CodeUri", function.name), problem);
    let text = function.properties.code_uri.as_deref().ok_or_else(|| fault("missing".to_owned()))?;
    match text.trim_start_matches("./").strip_prefix(FUNCTIONS_FOLDER).map(|folder| folder.trim_end_matches('/')) {
        Some(folder) if !folder.is_empty() && !folder.contains('/') => Ok(folder.to_owned()),
        _ => Err(fault(format!("`{text}` is not a folder of {FUNCTIONS_FOLDER}"))),
    }
}

#[cfg(test)]
mod tests;
