use super::*;
use crate::template::Template;

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

    let answer = responses.answer(&GatewayReason::MissingAuthenticationToken, "r-1");

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

    let failure = responses.answer(&GatewayReason::IntegrationFailure, "r-1");
    let timeout = responses.answer(&GatewayReason::IntegrationTimeout, "r-1");

    assert_eq!((failure.status, failure.body.as_str()), (502, r#"{"m":"Internal server error"}"#));
    assert_eq!((timeout.status, timeout.body.as_str()), (504, r#"{"m":"Endpoint request timed out"}"#));
}

#[test]
fn a_defaults_status_is_that_of_every_type_without_one() {
    let responses = parse("{DEFAULT_4XX: {StatusCode: '400'}, REQUEST_TOO_LARGE: {StatusCode: 413}}").unwrap();
    let status = |reason| responses.answer(&reason, "r-1").status;

    assert_eq!(status(GatewayReason::MissingAuthenticationToken), 400);
    assert_eq!(status(GatewayReason::RequestTooLarge), 413);
}

#[test]
fn without_a_template_the_answers_are_amazons() {
    let answer = GatewayResponses::default().answer(&GatewayReason::MissingAuthenticationToken, "r-1");

    assert_eq!((answer.status, answer.body.as_str()), (403, r#"{"message":"Missing Authentication Token"}"#));
}

#[test]
fn what_is_not_understood_is_named() {
    let message = |responses: &str| parse(responses).unwrap_err();

    for (responses, place) in [
        ("{NOT_FOUND: {}}", "Api.GatewayResponses.NOT_FOUND: not a type of gateway response"),
        (
            "{THROTTLED: {StatusCode: 200}}",
            "Api.GatewayResponses.THROTTLED.StatusCode: `200`: a status from 400 to 599",
        ),
        (
            "{THROTTLED: {ResponseParameters: {Headers: {Retry-After: '1'}}}}",
            "Api.GatewayResponses.THROTTLED.ResponseParameters.Headers.Retry-After: `1`: write 'a literal' or",
        ),
        (
            "{THROTTLED: {ResponseParameters: {Paths: {}}}}",
            "Api.GatewayResponses.THROTTLED.ResponseParameters.Paths: unknown field `Paths`",
        ),
        (
            "{THROTTLED: {ResponseTemplates: {application/json: 'x $input.body'}}}",
            "Api.GatewayResponses.THROTTLED.ResponseTemplates.application/json: `x $input.body`: a variable of it",
        ),
        (
            "{THROTTLED: {ResponseTemplates: {text/html: x}}}",
            "Api.GatewayResponses.THROTTLED.ResponseTemplates.text/html: unknown field `text/html`",
        ),
    ] {
        let said = message(responses);
        assert!(said.starts_with(place), "{said}");
    }
}

#[test]
fn what_the_answer_is_about_is_named_and_quoted() {
    let responses = GatewayResponses::default();

    let coding = responses.answer(&GatewayReason::UnsupportedCoding("b\"r".to_owned()), "r-1");

    assert_eq!(
        (coding.status, coding.body.as_str()),
        (415, r#"{"message":"Content-Encoding b\"r is not understood: gzip or deflate would be"}"#)
    );
}
