//! What a request brings: query and path parameters, headers, a credential. A query parameter that is unknown or repeated
//! is never passed over.

use crate::credential::Presented;
use crate::input::faults::Faults;
use lambda_http::http::header::AUTHORIZATION;
use lambda_http::request::RequestContext;
use lambda_http::{Request, RequestExt};
use percent_encoding::percent_decode_str;
use std::net::IpAddr;

/// The query parameters of a request, each given once.
#[derive(Debug)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads the query.
    ///
    /// # Errors
    /// [`Faults`]: every parameter that is not among `known`, or is given more than once.
    pub fn read(request: &Request, known: &[&str]) -> Result<Self, Faults> {
        let query = request.query_string_parameters_ref();
        let given: Vec<(String, String)> =
            query.iter().flat_map(|query| query.iter()).map(|(name, value)| (name.into(), value.into())).collect();
        let mut faults = Faults::default();
        for (at, (name, _)) in given.iter().enumerate() {
            let earlier = given.iter().take(at).filter(|(other, _)| other == name).count();
            match (known.contains(&name.as_str()), earlier) {
                (true, 0) => {}
                (true, 1) => faults.push(name, "must be given once"),
                (false, 0) => {
                    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                    faults.push(name, format!("is not a parameter of this endpoint, which takes {known}"));
                }
                (true | false, _) => {} // said already
            }
        }
        faults.or(Some(Self(given)))
    }

    /// The text of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// A parameter that may be there, parsed; a fault is noted under its name.
    pub fn optional<T, E: ToString>(
        &self,
        name: &str,
        faults: &mut Faults,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<T> {
        parse(self.get(name)?).map_err(|error| faults.push(name, error.to_string())).ok()
    }

    /// A parameter that must be there, parsed; a fault is noted under its name.
    pub fn required<T, E: ToString>(
        &self,
        name: &str,
        faults: &mut Faults,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<T> {
        if self.get(name).is_none() {
            faults.push(name, "is required");
        }
        self.optional(name, faults, parse)
    }
}

/// The names of the query parameters, each once.
pub fn query_parameters(request: &Request) -> Vec<String> {
    let query = request.query_string_parameters_ref();
    let mut names: Vec<String> = query.iter().flat_map(|query| query.iter()).map(|(name, _)| name.into()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The text of a path parameter, percent-decoded; none if the path has no place for it. No id may have a `%`, so one that came
/// decoded already is left as it is.
pub fn path_parameter(request: &Request, name: &str) -> Option<String> {
    let given = request.path_parameters_ref()?.first(name)?;
    Some(percent_decode_str(given).decode_utf8_lossy().into_owned())
}

/// The path of the route that a request came by, `/log/tile/{tile+}`; its own path where the front end does not say.
pub fn resource_path(request: &Request) -> &str {
    let of_route = match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV1(context)) => context.resource_path.as_deref(),
        _ => None, // only a REST API says it so
    };
    of_route.unwrap_or_else(|| request.raw_http_path())
}

/// Whether a segment of the path is empty. Slashes doubled at its beginning make none: a client whose base URL ends in one
/// sends `//dashboard_user/list`.
pub fn has_empty_segment(request: &Request) -> bool {
    request.raw_http_path().trim_start_matches('/').split('/').any(str::is_empty)
}

/// The text of a header; what is not UTF-8 in it is replaced, so that it is seen and refused rather than passed over.
pub fn header(request: &Request, name: &str) -> Option<String> {
    request.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// API Gateway does not say where a request came from, as when it is sent from its console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the request context has no IP address as its source")]
pub struct NoSourceIp;

/// Where the request came from, as API Gateway says. What headers say of it, a client can make up.
///
/// # Errors
/// [`NoSourceIp`] if it does not say.
pub fn source_ip(request: &Request) -> Result<IpAddr, NoSourceIp> {
    let text = match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV1(context)) => context.identity.source_ip.as_deref(),
        Some(RequestContext::ApiGatewayV2(context)) => context.http.source_ip.as_deref(),
        _ => None, // no other front end is built in
    };
    let address: Option<IpAddr> = text.and_then(|text| text.parse().ok());
    address.map(|address| address.to_canonical()).ok_or(NoSourceIp)
}

/// The credential in the `Authorization` header, if there is one under one of those schemes, in any case.
pub fn authorization(request: &Request, schemes: &[&str]) -> Option<Presented> {
    let header = header(request, AUTHORIZATION.as_str())?;
    let (given, token) = header.split_once(' ')?;
    let known = schemes.iter().any(|scheme| scheme.eq_ignore_ascii_case(given));
    known.then(|| Presented::from_token(token.trim_start()))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_http::Body;
    use std::collections::HashMap;

    fn request(query: &[(&str, &str)]) -> Request {
        let mut parameters: HashMap<String, Vec<String>> = HashMap::new();
        for (name, value) in query {
            parameters.entry((*name).to_owned()).or_default().push((*value).to_owned());
        }
        Request::new(Body::Empty).with_query_string_parameters(parameters)
    }

    #[test]
    fn a_parameter_is_read_by_name() {
        let parameters =
            Parameters::read(&request(&[("cursor", "a=b&c"), ("page_size", "")]), &["cursor", "page_size"]);
        let parameters = parameters.expect("a good query");
        assert_eq!(parameters.get("cursor"), Some("a=b&c"));
        assert_eq!(parameters.get("page_size"), Some(""));
        assert_eq!(parameters.get("event_type"), None);
    }

    #[test]
    fn unknown_and_repeated_parameters_are_named() {
        let query = [("cursor", "1"), ("cursor", "2"), ("cursor", "3"), ("evnt_type", "x")];
        let faults = Parameters::read(&request(&query), &["cursor", "event_type"]).expect_err("a bad query");
        let mut said: Vec<_> = faults.iter().map(|fault| (fault.field.as_str(), fault.message.as_str())).collect();
        said.sort_unstable();
        assert_eq!(
            said,
            [
                ("cursor", "must be given once"),
                ("evnt_type", "is not a parameter of this endpoint, which takes cursor, event_type"),
            ]
        );
    }

    #[test]
    fn the_source_is_what_the_gateway_says_and_no_header() {
        let source = |context: &str| {
            let event = format!(
                r#"{{"resource":"/x","path":"/x","httpMethod":"POST","headers":{{"X-Forwarded-For":"192.0.2.9"}},
                "multiValueHeaders":{{"X-Forwarded-For":["192.0.2.9"]}},"requestContext":{context},"isBase64Encoded":false}}"#
            );
            source_ip(&lambda_http::request::from_str(&event).expect("an event")).map(|ip| ip.to_string())
        };
        let rest = |ip: &str| source(&format!(r#"{{"httpMethod":"POST","identity":{{"sourceIp":{ip}}}}}"#));
        assert_eq!(rest(r#""192.0.2.1""#).as_deref(), Ok("192.0.2.1"));
        assert_eq!(rest(r#""2001:DB8::1""#).as_deref(), Ok("2001:db8::1"));
        for nowhere in ["null", r#""""#, r#""test-invoke-source-ip""#, r#""192.0.2.1:80""#] {
            assert_eq!(rest(nowhere), Err(NoSourceIp), "{nowhere}");
        }

        let http = r#"{"version":"2.0","routeKey":"$default","rawPath":"/x","rawQueryString":"","headers":{},
            "requestContext":{"http":{"method":"POST","path":"/x","sourceIp":"192.0.2.2"}},"isBase64Encoded":false}"#;
        let http = lambda_http::request::from_str(http).expect("an event");
        assert_eq!(source_ip(&http).map(|ip| ip.to_string()).as_deref(), Ok("192.0.2.2"));
        assert_eq!(source_ip(&request(&[])), Err(NoSourceIp));
    }

    #[test]
    fn a_credential_is_read_under_a_known_scheme_in_any_case() {
        let given = |header: &str| {
            let mut request = request(&[]);
            request.headers_mut().insert(AUTHORIZATION, header.parse().expect("a header value"));
            authorization(&request, &["VBrick", "Bearer"]).map(|presented| presented.to_token())
        };
        for header in ["VBrick c.s", "vbrick c.s", "BEARER  c.s"] {
            assert_eq!(given(header).as_deref(), Some("c.s"), "{header:?}");
        }
        for header in ["", "c.s", "Basic c.s", "Bearer", "Bearer c", "Bearer c.s d", "Bearerc.s"] {
            assert_eq!(given(header), None, "{header:?}");
        }
    }
}
