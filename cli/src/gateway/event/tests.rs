use std::net::Ipv4Addr;

use serde_json::Value;

use super::*;
use crate::gateway::routing::Router;
use crate::template::{PathPattern, Route};

fn request(method: &str, target: &str) -> HttpRequest {
    Request::builder().method(method).uri(target).body(Vec::new()).unwrap()
}

fn event_of(request: &HttpRequest) -> Value {
    event_of_api(request, &[])
}

fn event_of_api(request: &HttpRequest, binary: &[&str]) -> Value {
    let route = |method: &str, path: &str| Route {
        resource: "Echo".to_owned(),
        function: "echo".to_owned(),
        method: method.parse().unwrap(),
        path: PathPattern::parse(path).unwrap(),
        timeout_s: 1,
    };
    let routes = vec![route("POST", "/dashboard_user/list"), route("GET", "/accounts/{accountId}/users/{userId}")];
    let router = Router::new(routes);
    let binary: Vec<_> = binary.iter().map(|text| (*text).to_owned()).collect();
    let binary = BinaryMediaTypes::new(&binary);
    let api = Api { stage: "v1".to_owned(), authority: "127.0.0.1:3000".to_owned(), binary };
    let arrival = Arrival {
        at: DateTime::from_timestamp_millis(1_595_561_162_123).unwrap(),
        source_ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
        request_id: "request-1".to_owned(),
        extended_request_id: "extended-1".to_owned(),
        trace_id: "Root=1-0-0".to_owned(),
    };
    let matched = router.find(request.method(), request.uri().path()).unwrap();
    serde_json::from_str(&event(&api, &matched, request, &arrival)).unwrap()
}

fn identity(user_agent: &Value) -> Value {
    json!({
        "accessKey": null, "accountId": null, "caller": null, "cognitoAuthenticationProvider": null,
        "cognitoAuthenticationType": null, "cognitoIdentityId": null, "cognitoIdentityPoolId": null,
        "principalOrgId": null, "sourceIp": "127.0.0.1", "user": null, "userAgent": user_agent, "userArn": null
    })
}

#[test]
fn a_get_with_repeated_query_and_path_parameters_is_this_event() {
    let mut request = request("GET", "/accounts/acme%20inc/users/u%2F1?q=a%26b&q=c+d&e=&f");
    for (name, value) in [
        ("host", "evil.example\""),
        ("user-agent", "curl/8"),
        ("accept", "a"),
        ("accept", "b"),
        ("x-forwarded-for", "10.0.0.1"),
        ("x-forwarded-proto", "gopher"),
        ("connection", "close"),
    ] {
        request.headers_mut().append(name, HeaderValue::from_static(value));
    }

    assert_eq!(
        event_of(&request),
        json!({
            "resource": "/accounts/{accountId}/users/{userId}",
            "path": "/accounts/acme%20inc/users/u%2F1",
            "httpMethod": "GET",
            "headers": {
                "accept": "b", "host": "127.0.0.1:3000", "user-agent": "curl/8", "x-amzn-trace-id": "Root=1-0-0",
                "x-forwarded-for": "10.0.0.1, 127.0.0.1", "x-forwarded-port": "3000", "x-forwarded-proto": "http"
            },
            "multiValueHeaders": {
                "accept": ["a", "b"], "host": ["127.0.0.1:3000"], "user-agent": ["curl/8"],
                "x-amzn-trace-id": ["Root=1-0-0"], "x-forwarded-for": ["10.0.0.1, 127.0.0.1"],
                "x-forwarded-port": ["3000"], "x-forwarded-proto": ["http"]
            },
            "queryStringParameters": {"q": "c d", "e": "", "f": ""},
            "multiValueQueryStringParameters": {"q": ["a&b", "c d"], "e": [""], "f": [""]},
            "pathParameters": {"accountId": "acme%20inc", "userId": "u%2F1"},
            "stageVariables": null,
            "requestContext": {
                "accountId": "000000000000", "apiId": "local", "domainName": "127.0.0.1", "domainPrefix": "local",
                "extendedRequestId": "extended-1", "httpMethod": "GET", "identity": identity(&json!("curl/8")),
                "path": "/accounts/acme%20inc/users/u%2F1", "protocol": "HTTP/1.1", "requestId": "request-1",
                "requestTime": "24/Jul/2020:03:26:02 +0000", "requestTimeEpoch": 1_595_561_162_123_i64,
                "resourceId": "000001", "resourcePath": "/accounts/{accountId}/users/{userId}", "stage": "v1"
            },
            "body": null,
            "isBase64Encoded": false
        })
    );
}

#[test]
fn a_post_with_a_body_is_this_event() {
    let mut request = request("POST", "//dashboard_user/list");
    request.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
    request.headers_mut().insert("content-length", HeaderValue::from_static("16"));
    *request.body_mut() = br#"{"cursor": null}"#.to_vec();

    assert_eq!(
        event_of(&request),
        json!({
            "resource": "/dashboard_user/list",
            "path": "/dashboard_user/list",
            "httpMethod": "POST",
            "headers": {
                "content-type": "application/json", "host": "127.0.0.1:3000", "x-amzn-trace-id": "Root=1-0-0",
                "x-forwarded-for": "127.0.0.1", "x-forwarded-port": "3000", "x-forwarded-proto": "http"
            },
            "multiValueHeaders": {
                "content-type": ["application/json"], "host": ["127.0.0.1:3000"], "x-amzn-trace-id": ["Root=1-0-0"],
                "x-forwarded-for": ["127.0.0.1"], "x-forwarded-port": ["3000"], "x-forwarded-proto": ["http"]
            },
            "queryStringParameters": null,
            "multiValueQueryStringParameters": null,
            "pathParameters": null,
            "stageVariables": null,
            "requestContext": {
                "accountId": "000000000000", "apiId": "local", "domainName": "127.0.0.1", "domainPrefix": "local",
                "extendedRequestId": "extended-1", "httpMethod": "POST", "identity": identity(&Value::Null),
                "path": "/dashboard_user/list", "protocol": "HTTP/1.1", "requestId": "request-1",
                "requestTime": "24/Jul/2020:03:26:02 +0000", "requestTimeEpoch": 1_595_561_162_123_i64,
                "resourceId": "000000", "resourcePath": "/dashboard_user/list", "stage": "v1"
            },
            "body": "{\"cursor\": null}",
            "isBase64Encoded": false
        })
    );
}

#[test]
fn a_body_or_header_that_is_not_utf_8_still_makes_an_event() {
    let mut request = request("POST", "/dashboard_user/list?q=%ff");
    request.headers_mut().insert("x-latin-1", HeaderValue::from_bytes(b"caf\xe9").unwrap());
    request.headers_mut().insert("x-utf-8", HeaderValue::from_bytes("café".as_bytes()).unwrap());
    *request.body_mut() = vec![0, 255];

    let event = event_of(&request);

    assert_eq!(event["headers"]["x-latin-1"], "café");
    assert_eq!(event["headers"]["x-utf-8"], "café");
    assert_eq!(event["queryStringParameters"]["q"], "\u{fffd}");
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("AP8="), &json!(true)));
}

#[test]
fn every_body_is_base64_where_the_api_has_it_so_and_no_body_is_none() {
    let mut request = request("POST", "/dashboard_user/list");
    request.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
    *request.body_mut() = b"{}".to_vec();

    let event = event_of_api(&request, &["*/*"]);
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("e30="), &json!(true)));
    let event = event_of_api(&request, &["image/*"]);
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("{}"), &json!(false)));
    request.body_mut().clear();
    let event = event_of_api(&request, &["*/*"]);
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&Value::Null, &json!(false)));
}

#[test]
fn an_id_is_a_version_4_uuid() {
    let id = uuid();

    let lengths: Vec<_> = id.split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12]);
    assert_eq!(&id[14..15], "4");
    assert!("89ab".contains(&id[19..20]), "{id}");
}
