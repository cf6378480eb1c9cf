//! Finds the route for a request.
//!
//! As a REST API does: first the resource by its path, literal segments before parameters, then the method of that
//! resource and of no other. A slash at the end makes no difference, unless a parameter could stand after it, which would be
//! empty; nor do slashes doubled at the beginning
//! (a client whose base URL ends in one sends `//dashboard_user/list`; <https://github.com/localstack/localstack/issues/11253>
//! saw API Gateway answer both alike).

use lambda_http::http::Method;

use crate::template::{PathPattern, Route, Segment};

/// The routes of a template.
#[derive(Debug)]
pub(super) struct Router {
    routes: Vec<Route>,
}

/// A route that fits a request, and the values of the path's parameters.
#[derive(Debug, PartialEq)]
pub(super) struct Match<'a> {
    pub(super) route: &'a Route,
    /// Position of the route's resource among the template's routes.
    pub(super) resource: usize,
    /// Values of the path's parameters, percent-encoded as they came. A REST API hands them to a function like this,
    /// unlike an HTTP API, which decodes them: <https://github.com/aws/aws-sam-cli/issues/771> and
    /// <https://github.com/aws/aws-sam-cli/issues/3524> show events of both as received on AWS.
    pub(super) parameters: Vec<(&'a str, String)>,
}

impl Router {
    pub(super) fn new(routes: Vec<Route>) -> Self {
        Self { routes }
    }

    /// The route of a method and path, if there is such a resource and it has that method; the path is percent-encoded.
    pub(super) fn find(&self, method: &Method, path: &str) -> Option<Match<'_>> {
        let segments = segments(path)?;
        if path.ends_with('/') && self.has_parameter_below(&segments) {
            return None;
        }
        let matching = self.routes.iter().enumerate().filter(|(_, route)| matches(&route.path, &segments));
        let (resource, best) = matching.min_by_key(|(_, route)| parameters_first_to_last(&route.path))?;
        let same_resource = |route: &&Route| {
            matches(&route.path, &segments)
                && parameters_first_to_last(&route.path) == parameters_first_to_last(&best.path)
        };
        let route = self.routes.iter().filter(same_resource).find(|route| route.method == *method)?;
        Some(Match { route, resource, parameters: parameters(&route.path, &segments) })
    }

    /// Whether a slash after these segments is the place of a parameter: then that parameter is empty.
    fn has_parameter_below(&self, segments: &[&str]) -> bool {
        self.routes.iter().any(|route| {
            let pattern = route.path.segments();
            let below = pattern.split_last().filter(|(last, _)| matches!(last, Segment::Parameter(_)));
            below.is_some_and(|(_, above)| all_match(above, segments))
        })
    }
}

/// The path without the slashes that make no difference; a path that does not begin with one is no path.
fn segments(path: &str) -> Option<Vec<&str>> {
    let path = path.strip_prefix('/')?;
    Some(path.trim_start_matches('/').trim_end_matches('/').split('/').collect())
}

fn matches(pattern: &PathPattern, segments: &[&str]) -> bool {
    all_match(pattern.segments(), segments)
}

fn all_match(pattern: &[Segment], segments: &[&str]) -> bool {
    pattern.len() == segments.len()
        && pattern.iter().zip(segments).all(|(pattern, segment)| match pattern {
            Segment::Literal(literal) => literal == segment,
            Segment::Parameter(_) => !stands_for_nothing(segment),
        })
}

/// Whether a segment is empty, `.` or `..`, percent-encoded or not. Clients and proxies take these out of a path or resolve them,
/// so that what is left stands for something else: the whole of a list, where one of its items was meant.
fn stands_for_nothing(segment: &str) -> bool {
    matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "" | "." | "..")
}

/// An order in which a literal comes before a parameter, the first segment counting most.
fn parameters_first_to_last(pattern: &PathPattern) -> Vec<bool> {
    pattern.segments().iter().map(|segment| matches!(segment, Segment::Parameter(_))).collect()
}

fn parameters<'a>(pattern: &'a PathPattern, segments: &[&str]) -> Vec<(&'a str, String)> {
    let pairs = pattern.segments().iter().zip(segments);
    pairs
        .filter_map(|(pattern, segment)| match pattern {
            Segment::Literal(_) => None,
            Segment::Parameter(name) => Some((name.as_str(), (*segment).to_owned())),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn router(routes: &[(&str, &str)]) -> Router {
        let route = |(method, path): &(&str, &str)| Route {
            resource: String::new(),
            function: format!("{method} {path}"),
            method: method.parse().unwrap(),
            path: PathPattern::parse(path).unwrap(),
            timeout_s: 1,
        };
        Router::new(routes.iter().map(route).collect())
    }

    fn found(router: &Router, method: &str, path: &str) -> Option<String> {
        Some(router.find(&method.parse().unwrap(), path)?.route.function.clone())
    }

    #[test]
    fn literal_segments_come_before_parameters() {
        let router = router(&[("GET", "/{a}/b/{c}"), ("GET", "/{a}/b/c"), ("GET", "/x/{b}/c"), ("GET", "/x/{b}/{c}")]);

        assert_eq!(found(&router, "GET", "/y/b/c").as_deref(), Some("GET /{a}/b/c"));
        assert_eq!(found(&router, "GET", "/y/b/z").as_deref(), Some("GET /{a}/b/{c}"));
        assert_eq!(found(&router, "GET", "/x/b/c").as_deref(), Some("GET /x/{b}/c"));
        assert_eq!(found(&router, "GET", "/x/b/z").as_deref(), Some("GET /x/{b}/{c}"));
    }

    #[test]
    fn the_resource_is_found_before_the_method() {
        let router = router(&[("POST", "/users/{id}"), ("GET", "/users/me"), ("DELETE", "/users/me")]);

        assert_eq!(found(&router, "DELETE", "/users/me").as_deref(), Some("DELETE /users/me"));
        assert_eq!(found(&router, "POST", "/users/me"), None);
        assert_eq!(found(&router, "POST", "/users/you").as_deref(), Some("POST /users/{id}"));
        assert_eq!(found(&router, "HEAD", "/users/me"), None);
        assert_eq!(found(&router, "OPTIONS", "/users/me"), None);
    }

    #[test]
    fn slashes_at_the_ends_make_no_difference_and_those_between_do() {
        let router = router(&[("GET", "/a/b"), ("GET", "/a/{x}/c")]);

        for path in ["/a/b", "//a/b", "///a/b", "/a/b/", "//a/b//"] {
            assert!(found(&router, "GET", path).is_some(), "{path}");
        }
        for path in ["", "*", "/", "//", "a/b", "/a//b", "/a//c", "/a", "/a/b/c/d", "/A/b"] {
            assert_eq!(found(&router, "GET", path), None, "{path}");
        }
    }

    #[test]
    fn a_segment_that_is_empty_or_dots_never_matches() {
        let router = router(&[("GET", "/users/{id}"), ("GET", "/users")]);

        for path in [
            "/users/.",
            "/users/..",
            "/users/%2e",
            "/users/%2E.",
            "/users/.%2e",
            "/users/./",
            "/./users",
            "/../users",
            "/users/",
            "/users//",
        ] {
            assert_eq!(found(&router, "GET", path), None, "{path}");
        }
        for path in ["/users/...", "/users/.a", "/users/%2e%2e%2e"] {
            assert_eq!(found(&router, "GET", path).as_deref(), Some("GET /users/{id}"), "{path}");
        }
    }

    #[test]
    fn parameters_stay_percent_encoded() {
        let router = router(&[("GET", "/a/{x}/{y}")]);

        let found = router.find(&Method::GET, "/a/b%2Fc%20d+e/%zz").unwrap();

        assert_eq!(found.parameters, [("x", "b%2Fc%20d+e".to_owned()), ("y", "%zz".to_owned())]);
    }
}
