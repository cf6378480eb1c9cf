//! The URL that was asked for: for the links of an answer, and for nothing else. A client may have made it up.

use crate::http::request::resource_path;
use lambda_http::http::header::HOST;
use lambda_http::request::RequestContext;
use lambda_http::{Request, RequestExt as _};

/// Where [`lambda_event`](crate::http::lambda_event) leaves the host of an HTTP API's event. What a client sends under this
/// name is taken out there.
pub const ASKED_HOST: &str = "x-asked-host";

/// Says whether the gateway was asked over TLS.
const FORWARDED_PROTO: &str = "x-forwarded-proto";

/// Longest host, with its port, in characters (RFC 1035 §2.3.4: 255 octets of a name, with their lengths).
const HOST_LENGTH_MAX: usize = 259;

/// Where the API begins that was asked, without its path: `https://audit.example.com`; none if the gateway does not say it.
pub fn asked_origin(request: &Request) -> Option<String> {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let host = header(HOST.as_str()).or_else(|| header(ASKED_HOST)).filter(|host| is_host(host))?;
    let scheme = if header(FORWARDED_PROTO) == Some("http") { "http" } else { "https" };
    Some(format!("{scheme}://{host}"))
}

/// What stands in front of the path of the route: `/v1`, the stage, or what a domain of one's own has in its place; nothing where
/// there is nothing, or the gateway does not say it. Links of a page begin with it.
///
/// It is what is left of the segments that were asked for, once those of the route are taken off from behind.
pub fn asked_prefix(request: &Request) -> String {
    let segments = |path: &str| path.split('/').filter(|segment| !segment.is_empty()).count();
    let greedy = |pattern: &str| {
        let name = pattern.rsplit_once('{')?.1.strip_suffix("+}")?;
        Some(segments(request.path_parameters_ref()?.first(name)?).saturating_sub(1))
    };
    let route = resource_path(request);
    let of_route = segments(route) + greedy(route).unwrap_or_default();
    let asked = asked_path(request).unwrap_or_default();
    let in_front = segments(asked).saturating_sub(of_route);
    let prefix: String = asked
        .split('/')
        .filter(|segment| !segment.is_empty())
        .take(in_front)
        .map(|segment| format!("/{segment}"))
        .collect();
    if prefix.is_empty() || is_path(&prefix) { prefix } else { String::new() }
}

/// The URL without its query, `https://audit.example.com/v1/audit-trail`; none if the gateway does not say what it was, or says
/// what is no URL.
pub fn asked_url(request: &Request) -> Option<String> {
    let origin = asked_origin(request)?;
    let path = asked_path(request).filter(|path| is_path(path))?;
    Some(format!("{origin}{path}"))
}

/// The path with the stage, or with what a domain of one's own has in its place.
fn asked_path(request: &Request) -> Option<&str> {
    match request.request_context_ref()? {
        RequestContext::ApiGatewayV1(context) => context.path.as_deref(),
        RequestContext::ApiGatewayV2(context) => context.http.path.as_deref(),
        _ => None, // no other front end is built in
    }
}

fn is_host(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    (1..=HOST_LENGTH_MAX).contains(&text.len()) && text.bytes().all(allowed)
}

/// Nothing that ends the URL, or that a client which splits the header would stumble over.
fn is_path(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/._~-".contains(&byte);
    text.starts_with('/') && !text.starts_with("//") && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::lambda_event;
    use serde_json::{Value, json};

    fn url(host: &str, proto: &str, path: &str) -> Option<String> {
        let mut event: Value = serde_json::from_str(include_str!("../../../events/audit-trail.json")).expect("JSON");
        event["multiValueHeaders"]["Host"] = json!([host]);
        event["multiValueHeaders"]["X-Forwarded-Proto"] = json!([proto]);
        event["headers"] = json!({});
        event["requestContext"]["path"] = json!(path);
        asked_url(&lambda_event::request(&event.to_string()).expect("an event"))
    }

    #[test]
    fn a_url_has_the_host_the_scheme_and_the_path_with_its_stage() {
        let said = url("abcdef1234.execute-api.eu-central-1.amazonaws.com", "https", "/v1/audit-trail");
        assert_eq!(said.as_deref(), Some("https://abcdef1234.execute-api.eu-central-1.amazonaws.com/v1/audit-trail"));
        assert_eq!(url("127.0.0.1:3000", "http", "/a/b").as_deref(), Some("http://127.0.0.1:3000/a/b"));
        assert_eq!(url("[::1]:3000", "gopher", "/a").as_deref(), Some("https://[::1]:3000/a"));
    }

    #[test]
    fn what_is_no_url_is_none() {
        for host in ["", "a b", "a/b", "a@b", "a>; rel=\"next\"", "é", &"a".repeat(260)] {
            assert_eq!(url(host, "https", "/a"), None, "{host:?}");
        }
        for path in ["", "a", "//a", "/a b", "/a>", "/a?b", "/a;b", "/a,b", "/é"] {
            assert_eq!(url("a", "https", path), None, "{path:?}");
        }
    }

    #[test]
    fn what_stands_in_front_of_the_route_is_the_prefix_of_links() {
        let prefix = |resource: &str, parameters: Value, asked: &str| {
            let mut event: Value =
                serde_json::from_str(include_str!("../../../events/audit-trail.json")).expect("JSON");
            event["resource"] = json!(resource);
            event["requestContext"]["resourcePath"] = json!(resource);
            event["requestContext"]["path"] = json!(asked);
            event["pathParameters"] = parameters;
            asked_prefix(&lambda_event::request(&event.to_string()).expect("an event"))
        };
        assert_eq!(prefix("/", Value::Null, "/v1/"), "/v1");
        assert_eq!(prefix("/", Value::Null, "/v1"), "/v1");
        assert_eq!(prefix("/", Value::Null, "/"), "");
        assert_eq!(prefix("/session", Value::Null, "/session"), "");
        let page = json!({"page": "events/2020-07-24T03:26:02.000Z/a%7Cb"});
        assert_eq!(prefix("/view/{page+}", page.clone(), "/v1/view/events/2020-07-24T03:26:02.000Z/a%7Cb"), "/v1");
        assert_eq!(prefix("/view/{page+}", page, "/a/b/view/events/2020-07-24T03:26:02.000Z/a%7Cb"), "/a/b");
        assert_eq!(prefix("/v/{code}", json!({"code": "x"}), "/v/x"), "");
        assert_eq!(prefix("/", Value::Null, "/<script>"), "", "what is no path is none");
    }

    #[test]
    fn the_host_of_an_http_api_is_its_header_and_no_other() {
        let event = r#"{"version":"2.0","routeKey":"$default","rawPath":"/a","rawQueryString":"","headers":{"host":"a.example",
            "x-asked-host":"b.example"},"requestContext":{"http":{"method":"GET","path":"/a"}},"isBase64Encoded":false}"#;
        let request = lambda_event::request(event).expect("an event");
        assert_eq!(asked_url(&request).as_deref(), Some("https://a.example/a"));
        let request = lambda_event::request(&event.replace("\"host\"", "\"hast\"")).expect("an event");
        assert_eq!(asked_url(&request), None);
    }
}
