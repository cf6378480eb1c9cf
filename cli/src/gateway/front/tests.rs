use std::sync::Mutex;

use lambda_http::http::{HeaderValue, Method, Response};
use lambda_http::{Body, RequestExt as _};
use serde_json::{Value, json};

use super::*;
use crate::gateway::function;

const TEMPLATE: &str = r#"
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: v1
      BinaryMediaTypes: ["*~1*"]
      GatewayResponses:
        MISSING_AUTHENTICATION_TOKEN:
          StatusCode: 404
          ResponseParameters: {Headers: {X-Request-Id: context.requestId}}
          ResponseTemplates: {application/json: '{"detail":"not found"}'}
        DEFAULT_4XX: {ResponseTemplates: {application/json: '{"detail":"4xx"}'}}
        DEFAULT_5XX: {ResponseTemplates: {application/json: '{"detail":"5xx"}'}}
  Echo:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/echo
      Timeout: 1
      Events:
        List: {Type: Api, Properties: {RestApiId: !Ref Api, Method: post, Path: /dashboard_user/list}}
        Audit: {Type: Api, Properties: {Method: get, Path: "/accounts/{accountId}/users/{userId}"}}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]
      KeySchema: [{AttributeName: pk, KeyType: HASH}]
"#;

fn gateway<F, Fut>(handle: F) -> Gateway
where
    F: Fn(lambda_http::Request) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Response<Body>> + Send + 'static,
{
    let template = Template::parse(TEMPLATE).unwrap();
    Gateway::new(&template, [("echo".to_owned(), function(handle))].into(), "127.0.0.1:3000").unwrap()
}

/// A gateway whose function answers with its request's path, parameters and body.
fn echo() -> Gateway {
    gateway(|request| async move {
        let seen = json!({
            "raw_path": request.raw_http_path(),
            "uri": request.uri().to_string(),
            "account": request.path_parameters().first("accountId"),
            "q": request.query_string_parameters().all("q"),
            "user-agent": request.headers().get("user-agent").map(|value| value.as_bytes()),
            "function": request.lambda_context().env_config.function_name,
            "body": &**request.body(),
        });
        Response::builder().header("x-a", "1").header("x-a", "2").body(Body::from(seen.to_string())).unwrap()
    })
}

fn request(method: &str, target: &str) -> HttpRequest {
    Request::builder().method(method).uri(target).body(Vec::new()).unwrap()
}

fn detail(response: &HttpResponse) -> (u16, &str) {
    (response.status().as_u16(), std::str::from_utf8(response.body()).unwrap())
}

#[tokio::test]
async fn the_function_sees_what_it_would_see_on_lambda() {
    let mut request = request("GET", "/accounts/a%2Fb/users/1?q=1&q=%20");
    request.headers_mut().insert("user-agent", HeaderValue::from_bytes(b"caf\xe9").unwrap());
    request.headers_mut().insert("host", HeaderValue::from_static("[not a host"));

    let response = echo().answer(request).await;

    let seen: Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(seen["raw_path"], "/accounts/a%2Fb/users/1");
    assert_eq!(seen["uri"], "/v1/accounts/a%2Fb/users/1?q=1&q=+");
    assert_eq!(seen["account"], "a%2Fb");
    assert_eq!(seen["q"], json!(["1", " "]));
    assert_eq!(seen["user-agent"], json!("café".as_bytes()));
    assert_eq!(seen["function"], "echo");
    assert_eq!(response.headers().get_all("x-a").iter().count(), 2);
    assert_eq!(response.headers()["x-amzn-requestid"].len(), 36);
}

#[tokio::test]
async fn a_binary_body_reaches_the_function_and_returns() {
    let echo = gateway(|request| async move {
        let binary = Response::builder().header("content-type", "application/octet-stream");
        binary.body(Body::from(request.body().to_vec())).unwrap()
    });
    let mut request = request("POST", "/dashboard_user/list");
    *request.body_mut() = vec![0, 159, 255];

    assert_eq!(echo.answer(request).await.body(), &[0, 159, 255]);
}

#[tokio::test]
async fn an_unknown_route_or_method_is_answered_by_the_gateway() {
    let gateway = echo();

    for (method, path) in [
        ("GET", "/nothing"),
        ("PUT", "/dashboard_user/list"),
        ("HEAD", "/dashboard_user/list"),
        ("HEAD", "/nothing"),
        ("OPTIONS", "*"),
    ] {
        let response = gateway.answer(request(method, path)).await;
        assert_eq!(detail(&response), (404, r#"{"detail":"not found"}"#), "{method} {path}");
        assert_eq!(response.headers()["x-request-id"], response.headers()["x-amzn-requestid"]);
    }
}

#[tokio::test]
async fn head_is_a_method_like_others_and_reaches_the_function_that_has_it() {
    let text = TEMPLATE.replace("Method: post", "Method: head");
    let head = function(|request| async move {
        let refused = Response::builder().status(405).header("allow", "POST");
        refused.body(Body::from(request.method().to_string())).unwrap()
    });
    let template = Template::parse(&text).unwrap();
    let gateway = Gateway::new(&template, [("echo".to_owned(), head)].into(), "127.0.0.1:3000").unwrap();

    let response = gateway.answer(request("HEAD", "/dashboard_user/list")).await;

    assert_eq!(detail(&response), (405, "HEAD"));
    assert_eq!(response.headers()["allow"], "POST");
}

#[tokio::test]
async fn a_packed_body_reaches_the_function_unpacked() {
    let packed =
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\x4a\x54\xb2\x32\xac\x05\x00\xaf\xac\x1b\x56\x07\x00\x00\x00";
    let packed = |coding: &'static str| {
        let mut request = request("POST", "/dashboard_user/list");
        request.headers_mut().insert("content-encoding", HeaderValue::from_static(coding));
        *request.body_mut() = packed.to_vec();
        request
    };

    let seen: Value = serde_json::from_slice(echo().answer(packed("gzip")).await.body()).unwrap();
    let refused = echo().answer(packed("br")).await;

    assert_eq!(seen["body"], json!(br#"{"a":1}"#));
    assert_eq!(refused.status(), 415);
}

#[tokio::test]
async fn an_answer_is_packed_from_the_templates_size_on() {
    let text = TEMPLATE.replace("StageName: v1", "StageName: v1\n      MinimumCompressionSize: 100");
    let of = |bytes: usize| {
        let answer = function(move |_| async move { Response::new(Body::from("a".repeat(bytes))) });
        Gateway::new(&Template::parse(&text).unwrap(), [("echo".to_owned(), answer)].into(), "127.0.0.1:3000").unwrap()
    };
    let mut asked = request("GET", "/accounts/a/users/b");
    asked.headers_mut().insert("accept-encoding", HeaderValue::from_static("gzip, br"));

    let (small, large) = (of(99).answer(asked.clone()).await, of(100).answer(asked).await);

    assert_eq!((small.headers().get("content-encoding"), small.body().len()), (None, 99));
    assert_eq!(large.headers()["content-encoding"], "gzip");
    assert!(large.body().len() < 100);
}

#[tokio::test]
async fn what_is_over_a_limit_is_answered_by_the_gateway() {
    let gateway = echo();
    let with_body = |bytes: usize| {
        let mut request = request("POST", "/dashboard_user/list");
        *request.body_mut() = vec![b'a'; bytes];
        request
    };
    let with_header = |bytes: usize| {
        let mut request = request("GET", "/accounts/a/users/b");
        let line = "GET /accounts/a/users/b HTTP/1.1 ".len() - " ".len();
        request.headers_mut().insert("x", HeaderValue::from_str(&"a".repeat(bytes - line)).unwrap());
        request
    };

    assert_eq!(detail(&gateway.answer(with_body(BODY_BYTES_MAX + 1)).await), (413, r#"{"detail":"4xx"}"#));
    assert_eq!(detail(&gateway.answer(with_body(LAMBDA_PAYLOAD_BYTES_MAX)).await).0, 413);
    assert_eq!(gateway.answer(with_header(HEADERS_BYTES_MAX)).await.status(), 200);
    assert_eq!(detail(&gateway.answer(with_header(HEADERS_BYTES_MAX + 1)).await), (431, r#"{"detail":"4xx"}"#));
    assert_eq!(detail(&gateway.refuse(&GatewayReason::RequestTooLarge)), (413, r#"{"detail":"4xx"}"#));
}

#[tokio::test]
async fn a_function_that_panics_is_an_answer_and_the_gateway_goes_on() {
    let calls = Arc::new(Mutex::new(0));
    let gateway = gateway(move |_| {
        let calls = Arc::clone(&calls);
        async move {
            let mut calls = calls.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            *calls += 1;
            assert!(*calls > 1, "the first call fails");
            Response::new(Body::Empty)
        }
    });

    let first = gateway.answer(request("POST", "/dashboard_user/list")).await;
    let second = gateway.answer(request("POST", "/dashboard_user/list")).await;

    assert_eq!(detail(&first), (502, r#"{"detail":"5xx"}"#));
    assert_eq!(second.status(), 200);
}

#[tokio::test]
async fn a_function_that_takes_longer_than_its_time_has_failed() {
    let gateway = gateway(|_| std::future::pending());

    let response = gateway.answer(request("POST", "/dashboard_user/list")).await;

    assert_eq!(detail(&response), (502, r#"{"detail":"5xx"}"#));
}

#[tokio::test]
async fn no_path_or_query_breaks_the_runtimes_own_parsing() {
    let gateway = echo();
    let long = format!("/accounts/a/users/b?{}", "q=%20%E9%00&".repeat(700));

    for target in [
        "/accounts/%00/users/%zz",
        "/accounts/.../users/...",
        "/accounts/a/users/b?%=%&=&&?",
        "/accounts/{}/users/[|]^`?q=\"'<>",
        "http://elsewhere.example/accounts/a/users/b",
        long.as_str(),
    ] {
        let Ok(uri) = target.parse() else { continue };
        let mut request = request("GET", "/");
        *request.uri_mut() = uri;
        assert_eq!(gateway.answer(request).await.status(), 200, "{target}");
    }
}

#[test]
fn a_route_without_its_function_is_refused() {
    let template = Template::parse(TEMPLATE).unwrap();

    let error = Gateway::new(&template, Functions::new(), "127.0.0.1:3000").unwrap_err();

    assert_eq!(error.to_string(), "Echo.CodeUri: `audit serve` has no function echo");
    assert_eq!(template.routes[0].method, Method::POST);
}
