//! What the gateway answers on its own, without asking a function: `GatewayResponses` of the API.
//!
//! Source: <https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html>

use std::collections::BTreeMap;

use super::node::{Node, TemplateError};

/// Every type that API Gateway knows, `DEFAULT_4XX` and `DEFAULT_5XX` included.
const TYPES: &str = "ACCESS_DENIED API_CONFIGURATION_ERROR AUTHORIZER_CONFIGURATION_ERROR AUTHORIZER_FAILURE BAD_REQUEST_BODY \
    BAD_REQUEST_PARAMETERS DEFAULT_4XX DEFAULT_5XX EXPIRED_TOKEN INTEGRATION_FAILURE INTEGRATION_TIMEOUT \
    INVALID_API_KEY INVALID_SIGNATURE MISSING_AUTHENTICATION_TOKEN QUOTA_EXCEEDED REQUEST_TOO_LARGE \
    RESOURCE_NOT_FOUND THROTTLED UNAUTHORIZED UNSUPPORTED_MEDIA_TYPE WAF_FILTERED";

/// The context variables that a template may use.
const REQUEST_ID: &str = "$context.requestId";
const MESSAGE_QUOTED: &str = "$context.error.messageString";
const MESSAGE: &str = "$context.error.message";

/// A reason for the gateway to answer on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GatewayReason {
    /// No route has this method and path. The name is API Gateway's: it takes the caller for one of its own clients.
    MissingAuthenticationToken,
    /// The request did not arrive whole.
    Unreadable,
    /// The body, or the event made of the request, is over its limit.
    RequestTooLarge,
    /// Request line and headers are over their limit. API Gateway's front end refuses these in plain text, which no
    /// client of ours could parse, so here they get the default answer under the status meant for them.
    HeadersTooLarge,
    /// The function failed, or answered what is not a proxy response.
    IntegrationFailure,
    /// The function did not answer in time.
    IntegrationTimeout,
}

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

#[derive(Debug, Clone, Default, PartialEq)]
struct GatewayResponse {
    status: Option<u16>,
    headers: Vec<(String, HeaderValue)>,
    template: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
enum HeaderValue {
    Literal(String),
    RequestId,
}

impl GatewayReason {
    /// Its name in a template (none: only the default is used), the default's, Amazon's status, Amazon's message.
    fn facts(self) -> (&'static str, &'static str, u16, &'static str) {
        match self {
            Self::MissingAuthenticationToken => {
                ("MISSING_AUTHENTICATION_TOKEN", "DEFAULT_4XX", 403, "Missing Authentication Token")
            }
            Self::RequestTooLarge => ("REQUEST_TOO_LARGE", "DEFAULT_4XX", 413, "Request Too Long"),
            Self::Unreadable => ("", "DEFAULT_4XX", 400, "Bad Request"),
            Self::HeadersTooLarge => ("", "DEFAULT_4XX", 431, "Request Header Fields Too Large"),
            // 502 for a failed function whatever the documentation's table says of this type (504).
            Self::IntegrationFailure => ("INTEGRATION_FAILURE", "DEFAULT_5XX", 502, "Internal server error"),
            Self::IntegrationTimeout => ("INTEGRATION_TIMEOUT", "DEFAULT_5XX", 504, "Endpoint request timed out"),
        }
    }
}

impl GatewayResponses {
    pub(super) fn parse(node: Option<&Node<'_>>) -> Result<Self, TemplateError> {
        let mut by_type = BTreeMap::new();
        for response in node.map_or(Ok(Vec::new()), Node::children)? {
            if !TYPES.split(' ').any(|known| known == response.name()) {
                return Err(response.error("not a type of gateway response"));
            }
            by_type.insert(response.name().to_owned(), GatewayResponse::parse(&response)?);
        }
        Ok(Self { by_type })
    }

    /// The answer for one reason. Status, headers and body each come from the type's own response or the default's:
    /// a default that sets a status sets it for every type without its own.
    pub fn answer(&self, reason: GatewayReason, request_id: &str) -> GatewayAnswer {
        let (name, default_name, amazons_status, message) = reason.facts();
        let none = GatewayResponse::default();
        let default = self.by_type.get(default_name).unwrap_or(&none);
        let own = self.by_type.get(name).unwrap_or(default);

        let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        headers.extend(own.headers.iter().map(|(name, value)| (name.clone(), value.render(request_id))));
        GatewayAnswer {
            status: own.status.or(default.status).unwrap_or(amazons_status),
            headers,
            body: render(
                own.template.as_deref().unwrap_or(r#"{"message":$context.error.messageString}"#),
                request_id,
                message,
            ),
        }
    }
}

impl GatewayResponse {
    fn parse(node: &Node<'_>) -> Result<Self, TemplateError> {
        node.only(&["StatusCode", "ResponseParameters", "ResponseTemplates"])?;
        let status = node.optional("StatusCode").map(|status| status_code(&status)).transpose()?;
        Ok(Self { status, headers: headers(node)?, template: template(node)? })
    }
}

fn status_code(node: &Node<'_>) -> Result<u16, TemplateError> {
    match node.parsed("a status from 400 to 599")? {
        status @ 400..=599 => Ok(status),
        other => Err(node.error(format!("a status from 400 to 599 is needed, not `{other}`"))),
    }
}

fn headers(node: &Node<'_>) -> Result<Vec<(String, HeaderValue)>, TemplateError> {
    let Some(parameters) = node.optional("ResponseParameters") else { return Ok(Vec::new()) };
    parameters.only(&["Headers"])?;
    let headers = parameters.required("Headers")?.children()?;
    headers.iter().map(|header| Ok((header_name(header)?, HeaderValue::parse(header)?))).collect()
}

fn header_name(node: &Node<'_>) -> Result<String, TemplateError> {
    match axum::http::HeaderName::from_bytes(node.name().as_bytes()) {
        Ok(name) => Ok(name.as_str().to_owned()),
        Err(_) => Err(node.error("not a header's name")),
    }
}

fn template(node: &Node<'_>) -> Result<Option<String>, TemplateError> {
    let Some(templates) = node.optional("ResponseTemplates") else { return Ok(None) };
    templates.only(&["application/json"])?;
    let Some(template) = templates.optional("application/json") else { return Ok(None) };
    let text = template.text()?;
    if let Some(start) = render(&text, "", "").find('$') {
        let variable: String = render(&text, "", "").chars().skip(start).take(40).collect();
        return Err(template.error(format!("`{variable}` is not understood")));
    }
    Ok(Some(text))
}

fn render(template: &str, request_id: &str, message: &str) -> String {
    template
        .replace(REQUEST_ID, request_id)
        .replace(MESSAGE_QUOTED, &format!("\"{message}\""))
        .replace(MESSAGE, message)
}

impl HeaderValue {
    /// Reads `'a literal'` or `context.requestId`.
    fn parse(node: &Node<'_>) -> Result<Self, TemplateError> {
        let text = node.text()?;
        if text == "context.requestId" {
            return Ok(Self::RequestId);
        }
        match text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
            Some(literal) if axum::http::HeaderValue::from_str(literal).is_ok() => {
                Ok(Self::Literal(literal.to_owned()))
            }
            _ => Err(node.error(format!("`{text}` is not understood: write 'a literal' or context.requestId"))),
        }
    }

    fn render(&self, request_id: &str) -> String {
        match self {
            Self::Literal(literal) => literal.clone(),
            Self::RequestId => request_id.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Template;
    use super::*;

    fn parse(responses: &str) -> Result<GatewayResponses, String> {
        let text = format!(
            "Resources:
  Api: {{Type: AWS::Serverless::Api, Properties: {{StageName: v1, GatewayResponses: {responses}}}}}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{{AttributeName: pk, AttributeType: S}}]
      KeySchema: [{{AttributeName: pk, KeyType: HASH}}]
"
        );
        Template::parse(&text).map(|template| template.gateway_responses).map_err(|error| error.to_string())
    }

    #[test]
    fn an_answer_has_the_templates_status_headers_and_body() {
        let responses = parse(
            r#"{MISSING_AUTHENTICATION_TOKEN: {StatusCode: 404, ResponseParameters: {Headers: {Cache-Control: "'no-store'",
            X-Request-Id: context.requestId}}, ResponseTemplates: {application/json: '{"id":"$context.requestId"}'}}}"#,
        )
        .unwrap();

        let answer = responses.answer(GatewayReason::MissingAuthenticationToken, "r-1");

        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            answer,
            GatewayAnswer {
                status: 404,
                headers: vec![
                    header("content-type", "application/json"),
                    header("cache-control", "no-store"),
                    header("x-request-id", "r-1"),
                ],
                body: r#"{"id":"r-1"}"#.to_owned(),
            }
        );
    }

    #[test]
    fn a_type_that_is_not_there_has_the_defaults_answer_under_its_own_status() {
        let responses =
            parse(r#"{DEFAULT_5XX: {ResponseTemplates: {application/json: '{"m":$context.error.messageString}'}}}"#)
                .unwrap();

        let failure = responses.answer(GatewayReason::IntegrationFailure, "r-1");
        let timeout = responses.answer(GatewayReason::IntegrationTimeout, "r-1");

        assert_eq!((failure.status, failure.body.as_str()), (502, r#"{"m":"Internal server error"}"#));
        assert_eq!((timeout.status, timeout.body.as_str()), (504, r#"{"m":"Endpoint request timed out"}"#));
    }

    #[test]
    fn a_defaults_status_is_that_of_every_type_without_one() {
        let responses = parse("{DEFAULT_4XX: {StatusCode: '400'}, REQUEST_TOO_LARGE: {StatusCode: 413}}").unwrap();
        let status = |reason| responses.answer(reason, "r-1").status;

        assert_eq!(status(GatewayReason::MissingAuthenticationToken), 400);
        assert_eq!(status(GatewayReason::RequestTooLarge), 413);
    }

    #[test]
    fn without_a_template_the_answers_are_amazons() {
        let answer = GatewayResponses::default().answer(GatewayReason::MissingAuthenticationToken, "r-1");

        assert_eq!((answer.status, answer.body.as_str()), (403, r#"{"message":"Missing Authentication Token"}"#));
    }

    #[test]
    fn what_is_not_understood_is_named() {
        let message = |responses: &str| parse(responses).unwrap_err();

        assert_eq!(message("{NOT_FOUND: {}}"), "Api.GatewayResponses.NOT_FOUND: not a type of gateway response");
        assert_eq!(
            message("{THROTTLED: {StatusCode: 200}}"),
            "Api.GatewayResponses.THROTTLED.StatusCode: a status from 400 to 599 is needed, not `200`"
        );
        assert_eq!(
            message("{THROTTLED: {ResponseParameters: {Headers: {Retry-After: '1'}}}}"),
            "Api.GatewayResponses.THROTTLED.ResponseParameters.Headers.Retry-After: `1` is not understood: \
             write 'a literal' or context.requestId"
        );
        assert_eq!(
            message("{THROTTLED: {ResponseParameters: {Paths: {}}}}"),
            "Api.GatewayResponses.THROTTLED.ResponseParameters.Paths: not understood"
        );
        assert_eq!(
            message("{THROTTLED: {ResponseTemplates: {application/json: 'x $input.body'}}}"),
            "Api.GatewayResponses.THROTTLED.ResponseTemplates.application/json: `$input.body` is not understood"
        );
        assert_eq!(
            message("{THROTTLED: {ResponseTemplates: {text/html: x}}}"),
            "Api.GatewayResponses.THROTTLED.ResponseTemplates.text/html: not understood"
        );
    }
}
