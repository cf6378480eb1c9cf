//! Finds the route for a request.
//!
//! As a REST API does: first the resource by its path, literal segments before parameters and those before greedy ones, then the method of that
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
            match pattern.split_last() {
                Some((Segment::Parameter(_), above)) => all_match(above, segments),
                Some((Segment::Greedy(_), above)) => {
                    segments.get(..above.len()).is_some_and(|first| all_match(above, first))
                }
                Some((Segment::Literal(_), _)) | None => false,
            }
        })
    }
}

/// The path without the slashes that make no difference; a path that does not begin with one is no path.
fn segments(path: &str) -> Option<Vec<&str>> {
    let path = path.strip_prefix('/')?;
    match path.trim_start_matches('/').trim_end_matches('/') {
        "" => Some(Vec::new()),
        path => Some(path.split('/').collect()),
    }
}

fn matches(pattern: &PathPattern, segments: &[&str]) -> bool {
    all_match(pattern.segments(), segments)
}

fn all_match(pattern: &[Segment], segments: &[&str]) -> bool {
    if let Some((Segment::Greedy(_), above)) = pattern.split_last() {
        let (first, rest) = segments.split_at(above.len().min(segments.len()));
        return all_match(above, first) && !rest.is_empty() && !rest.iter().any(|segment| stands_for_nothing(segment));
    }
    pattern.len() == segments.len()
        && pattern.iter().zip(segments).all(|(pattern, segment)| match pattern {
            Segment::Literal(literal) => literal == segment,
            Segment::Parameter(_) | Segment::Greedy(_) => !stands_for_nothing(segment),
        })
}

/// Whether a segment is empty, `.` or `..`, percent-encoded or not. Clients and proxies take these out of a path or resolve them,
/// so that what is left stands for something else: the whole of a list, where one of its items was meant.
fn stands_for_nothing(segment: &str) -> bool {
    matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "" | "." | "..")
}

/// An order in which a literal comes before a parameter and that before a greedy one, the first segment counting most.
fn parameters_first_to_last(pattern: &PathPattern) -> Vec<u8> {
    let rank = |segment: &Segment| match segment {
        Segment::Literal(_) => 0,
        Segment::Parameter(_) => 1,
        Segment::Greedy(_) => 2,
    };
    pattern.segments().iter().map(rank).collect()
}

fn parameters<'a>(pattern: &'a PathPattern, segments: &[&str]) -> Vec<(&'a str, String)> {
    let pairs = pattern.segments().iter().enumerate();
    pairs
        .filter_map(|(at, pattern)| match pattern {
            Segment::Literal(_) => None,
            Segment::Parameter(name) => Some((name.as_str(), (*segments.get(at)?).to_owned())),
            Segment::Greedy(name) => Some((name.as_str(), segments.get(at..)?.join("/"))),
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
    fn the_root_is_a_path_without_segments() {
        let router = router(&[("GET", "/"), ("GET", "/a")]);

        for path in ["/", "//"] {
            assert_eq!(found(&router, "GET", path).as_deref(), Some("GET /"), "{path}");
        }
        for path in ["", "*", "/b", "/."] {
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
    #[test]
    fn a_greedy_parameter_takes_the_rest_of_the_path_and_comes_last() {
        let router = router(&[("GET", "/t/{rest+}"), ("GET", "/t/{one}"), ("GET", "/t/a/b"), ("GET", "/{x}/v1/t")]);

        assert_eq!(found(&router, "GET", "/t/a/b").as_deref(), Some("GET /t/a/b"));
        assert_eq!(found(&router, "GET", "/t/a").as_deref(), Some("GET /t/{one}"));
        assert_eq!(found(&router, "GET", "/t/a/c").as_deref(), Some("GET /t/{rest+}"));
        let deep = router.find(&Method::GET, "/t/0/x001/x%2F4/067.p/7").expect("a route");
        assert_eq!(deep.parameters, [("rest", "0/x001/x%2F4/067.p/7".to_owned())]);
    }

    #[test]
    fn no_segment_of_a_greedy_parameter_is_empty_or_dots() {
        let router = router(&[("GET", "/t/{rest+}")]);

        for path in ["/t", "/t/", "/t//", "/t//a", "/t/a//b", "/t/a/", "/t/./a", "/t/a/..", "/t/a/%2e%2E/b", "/t/a/b/."]
        {
            assert_eq!(found(&router, "GET", path), None, "{path}");
        }
    }
}
