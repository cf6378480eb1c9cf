//! What the gateway answers on its own, without asking a function: `GatewayResponses` of the API.
//!
//! Source: <https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html>

use std::collections::BTreeMap;
use std::str::FromStr;

use lambda_http::http::{HeaderName, HeaderValue};
use serde::{Deserialize, Deserializer};

use super::gateway_reason::GatewayReason;
use super::plain::{plain, plain_if_given};

/// Every type that API Gateway knows, `DEFAULT_4XX` and `DEFAULT_5XX` included.
const TYPES: &str = "ACCESS_DENIED API_CONFIGURATION_ERROR AUTHORIZER_CONFIGURATION_ERROR AUTHORIZER_FAILURE BAD_REQUEST_BODY \
    BAD_REQUEST_PARAMETERS DEFAULT_4XX DEFAULT_5XX EXPIRED_TOKEN INTEGRATION_FAILURE INTEGRATION_TIMEOUT \
    INVALID_API_KEY INVALID_SIGNATURE MISSING_AUTHENTICATION_TOKEN QUOTA_EXCEEDED REQUEST_TOO_LARGE \
    RESOURCE_NOT_FOUND THROTTLED UNAUTHORIZED UNSUPPORTED_MEDIA_TYPE WAF_FILTERED";

/// The context variables that a template may use.
const REQUEST_ID: &str = "$context.requestId";
const MESSAGE_QUOTED: &str = "$context.error.messageString";
const MESSAGE: &str = "$context.error.message";

/// One answer of the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayAnswer {
    /// HTTP status.
    pub status: u16,
    /// Headers, `content-type` included.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: String,
}

/// The gateway's answers by type; a type that is not there has the default's, and a default that is not, Amazon's.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GatewayResponses {
    by_type: BTreeMap<String, GatewayResponse>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, expecting = "a map")]
struct GatewayResponse {
    #[serde(default, deserialize_with = "plain_if_given")]
    status_code: Option<ErrorStatus>,
    #[serde(default)]
    response_parameters: Parameters,
    #[serde(default)]
    response_templates: Templates,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, expecting = "a map")]
struct Parameters {
    #[serde(default)]
    headers: BTreeMap<Header, Value>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a map")]
struct Templates {
    #[serde(default, rename = "application/json", deserialize_with = "plain_if_given")]
    json: Option<BodyTemplate>,
}

/// Name of a header, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
struct Header(String);

/// A status from 400 to 599.
#[derive(Debug, Clone, Copy, PartialEq)]
struct ErrorStatus(u16);

/// A body whose variables are all known.
#[derive(Debug, Clone, PartialEq)]
struct BodyTemplate(String);

/// A header's value: `'a literal'` or `context.requestId`.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Literal(String),
    RequestId,
}

impl GatewayResponses {
    /// The answer for one reason. Status, headers and body each come from the type's own response or the default's:
    /// a default that sets a status sets it for every type without its own.
    pub fn answer(&self, reason: &GatewayReason, request_id: &str) -> GatewayAnswer {
        let (name, default_name, amazons_status, message) = reason.facts();
        let none = GatewayResponse::default();
        let default = self.by_type.get(default_name).unwrap_or(&none);
        let own = self.by_type.get(name).unwrap_or(default);
        let given = own.status_code.or(default.status_code).map(|ErrorStatus(status)| status);

        let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        let templates = own.response_parameters.headers.iter();
        headers.extend(templates.map(|(Header(name), value)| (name.clone(), value.render(request_id))));
        let body = own.response_templates.json.as_ref();
        let body = body.map_or(r#"{"message":$context.error.messageString}"#, |BodyTemplate(text)| text.as_str());
        GatewayAnswer { status: given.unwrap_or(amazons_status), headers, body: render(body, request_id, &message) }
    }
}

impl<'de> Deserialize<'de> for GatewayResponses {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let by_type = BTreeMap::<ResponseType, GatewayResponse>::deserialize(deserializer)?;
        Ok(Self { by_type: by_type.into_iter().map(|(ResponseType(name), response)| (name, response)).collect() })
    }
}

/// One of [`TYPES`].
#[derive(PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
struct ResponseType(String);

impl TryFrom<String> for ResponseType {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        let is_known = TYPES.split(' ').any(|known| known == name);
        if is_known { Ok(Self(name)) } else { Err("not a type of gateway response") }
    }
}

impl TryFrom<String> for Header {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| "not a header's name")?;
        Ok(Self(name.as_str().to_owned()))
    }
}

impl FromStr for ErrorStatus {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            Ok(status @ 400..=599) => Ok(Self(status)),
            _ => Err("a status from 400 to 599 is needed"),
        }
    }
}

impl FromStr for BodyTemplate {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_known = !render(text, "", "").contains('$');
        if is_known { Ok(Self(text.to_owned())) } else { Err("a variable of it is not understood") }
    }
}

fn render(template: &str, request_id: &str, message: &str) -> String {
    let quoted = serde_json::Value::from(message).to_string();
    template.replace(REQUEST_ID, request_id).replace(MESSAGE_QUOTED, &quoted).replace(MESSAGE, message)
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        plain(deserializer)
    }
}

impl FromStr for Value {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "context.requestId" {
            return Ok(Self::RequestId);
        }
        match text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
            Some(literal) if HeaderValue::from_str(literal).is_ok() => Ok(Self::Literal(literal.to_owned())),
            _ => Err("write 'a literal' or context.requestId"),
        }
    }
}

impl Value {
    fn render(&self, request_id: &str) -> String {
        match self {
            Self::Literal(literal) => literal.clone(),
            Self::RequestId => request_id.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
