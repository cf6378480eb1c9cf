//! Routes: which function answers which method and path.

use axum::http::Method;

use super::node::{Document, Node, Resource, TemplateError};

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

/// A path whose segments are literal or parameters, such as `/{category}/v1/audit-trail`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathPattern {
    text: String,
    segments: Vec<Segment>,
}

/// One segment of a [`PathPattern`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// The segment itself.
    Literal(String),
    /// Any one segment that is not empty, under this name.
    Parameter(String),
}

impl PathPattern {
    /// Reads a path; `Err` says what is wrong with it.
    ///
    /// # Errors
    /// It does not begin with `/`, ends with one, has an empty segment, is greedy (`{proxy+}`), or uses a name twice.
    pub fn parse(text: &str) -> Result<Self, String> {
        let rest = text.strip_prefix('/').ok_or_else(|| format!("`{text}` does not begin with `/`"))?;
        let segments = rest.split('/').map(Segment::parse).collect::<Result<Vec<_>, _>>()?;
        for (index, segment) in segments.iter().enumerate() {
            if matches!(segment, Segment::Parameter(_)) && segments.iter().skip(index + 1).any(|other| other == segment)
            {
                return Err(format!("`{text}` uses the same name twice"));
            }
        }
        Ok(Self { text: text.to_owned(), segments })
    }

    /// The path as the template writes it: the `resource` of an event.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its segments, in order.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Whether two patterns match exactly the same paths: the names of parameters do not count.
    fn is_the_same_as(&self, other: &Self) -> bool {
        let same = |(a, b): (&Segment, &Segment)| match (a, b) {
            (Segment::Literal(a), Segment::Literal(b)) => a == b,
            (Segment::Parameter(_), Segment::Parameter(_)) => true,
            (Segment::Literal(_), Segment::Parameter(_)) | (Segment::Parameter(_), Segment::Literal(_)) => false,
        };
        self.segments.len() == other.segments.len() && self.segments.iter().zip(&other.segments).all(same)
    }
}

impl Segment {
    fn parse(text: &str) -> Result<Self, String> {
        let name = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        match name {
            _ if text.is_empty() => Err("a path segment is empty".to_owned()),
            Some(name) if name.ends_with('+') => Err(format!("the greedy segment `{text}` is not understood")),
            Some(name) if !name.is_empty() && name.bytes().all(is_name_byte) => Ok(Self::Parameter(name.to_owned())),
            None if !text.contains(['{', '}']) => Ok(Self::Literal(text.to_owned())),
            _ => Err(format!("the path segment `{text}` is not understood")),
        }
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._-".contains(&byte)
}

/// Every route of the template's functions, in order. Events of other types are passed over.
pub(super) fn parse(document: &Document, api: Option<&str>) -> Result<Vec<Route>, TemplateError> {
    let mut routes: Vec<Route> = Vec::new();
    for function in document.resources("AWS::Serverless::Function")? {
        for event in api_events(&function)? {
            let route = route(document, &function, &event, api)?;
            if let Some(other) = routes.iter().find(|other| claims_the_same(other, &route)) {
                let claim =
                    format!("{} {} is already a route of {}", route.method, route.path.as_str(), other.resource);
                return Err(event.error(claim));
            }
            routes.push(route);
        }
    }
    Ok(routes)
}

fn claims_the_same(one: &Route, other: &Route) -> bool {
    one.method == other.method && one.path.is_the_same_as(&other.path)
}

fn api_events<'a>(function: &Resource<'a>) -> Result<Vec<Node<'a>>, TemplateError> {
    let Some(events) = function.properties().optional("Events") else { return Ok(Vec::new()) };
    let mut api_events = Vec::new();
    for event in events.children()? {
        match event.required("Type")?.text()?.as_str() {
            "Api" => api_events.push(event),
            "HttpApi" => return Err(event.error("HttpApi is not understood, only Api")),
            _ => {} // queues, schedules and the like: not routes
        }
    }
    Ok(api_events)
}

fn route(
    document: &Document,
    function: &Resource<'_>,
    event: &Node<'_>,
    api: Option<&str>,
) -> Result<Route, TemplateError> {
    let properties = event.required("Properties")?;
    if let Some(id) = properties.optional("RestApiId")
        && id.reference() != api
    {
        return Err(id.error("does not refer to the template's AWS::Serverless::Api"));
    }
    let path = properties.required("Path")?;
    Ok(Route {
        resource: function.name().to_owned(),
        function: folder(function)?,
        method: method(&properties.required("Method")?)?,
        path: PathPattern::parse(&path.text()?).map_err(|problem| path.error(problem))?,
        timeout_s: timeout_s(document, function)?,
    })
}

fn folder(function: &Resource<'_>) -> Result<String, TemplateError> {
    let code_uri = function.properties().required("CodeUri")?;
    let text = code_uri.text()?;
    match text.trim_start_matches("./").strip_prefix(FUNCTIONS_FOLDER).map(|folder| folder.trim_end_matches('/')) {
        Some(folder) if !folder.is_empty() && !folder.contains('/') => Ok(folder.to_owned()),
        _ => Err(code_uri.error(format!("`{text}` is not a folder of {FUNCTIONS_FOLDER}"))),
    }
}

fn method(node: &Node<'_>) -> Result<Method, TemplateError> {
    let text = node.text()?.to_ascii_uppercase();
    [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::HEAD, Method::OPTIONS]
        .into_iter()
        .find(|method| method.as_str() == text)
        .ok_or_else(|| node.error(format!("the method `{text}` is not understood")))
}

fn timeout_s(document: &Document, function: &Resource<'_>) -> Result<u64, TemplateError> {
    match function.properties().optional("Timeout").or_else(|| document.function_global("Timeout")) {
        Some(timeout) => timeout.parsed("a number of seconds"),
        None => Ok(TIMEOUT_S_DEFAULT),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_functions(functions: &str) -> Result<Vec<Route>, String> {
        let text = format!("Globals: {{Function: {{Timeout: 25}}}}\nResources: {{{functions}}}");
        let document = Document::parse(&text).unwrap();
        parse(&document, Some("Api")).map_err(|error| error.to_string())
    }

    fn function(name: &str, properties: &str) -> String {
        format!("{name}: {{Type: AWS::Serverless::Function, Properties: {{{properties}}}}}, ")
    }

    fn with_route(route: &str) -> String {
        function("Read", &format!("CodeUri: functions/read, Events: {{Route: {{Type: Api, Properties: {{{route}}}}}}}"))
    }

    #[test]
    fn a_route_names_its_function_method_path_and_time() {
        let routes = parse_functions(&with_route("RestApiId: !Ref Api, Method: get, Path: '/a/{id}'")).unwrap();

        assert_eq!(
            routes,
            [Route {
                resource: "Read".to_owned(),
                function: "read".to_owned(),
                method: Method::GET,
                path: PathPattern {
                    text: "/a/{id}".to_owned(),
                    segments: vec![Segment::Literal("a".to_owned()), Segment::Parameter("id".to_owned())],
                },
                timeout_s: 25,
            }]
        );
    }

    #[test]
    fn a_route_that_is_not_whole_names_what_it_lacks() {
        let message = |route: &str| parse_functions(&with_route(route)).unwrap_err();

        assert_eq!(message("Path: /a"), "Read.Events.Route.Properties.Method: missing");
        assert_eq!(message("Method: get"), "Read.Events.Route.Properties.Path: missing");
        assert_eq!(
            message("Method: any, Path: /a"),
            "Read.Events.Route.Properties.Method: the method `ANY` is not understood"
        );
        assert_eq!(
            message("Method: get, Path: /a, RestApiId: !Ref Other"),
            "Read.Events.Route.Properties.RestApiId: does not refer to the template's AWS::Serverless::Api"
        );
    }

    #[test]
    fn a_path_that_is_not_understood_is_refused() {
        let message = |path: &str| PathPattern::parse(path).unwrap_err();

        assert_eq!(message("a"), "`a` does not begin with `/`");
        assert_eq!(message(""), "`` does not begin with `/`");
        assert_eq!(message("/a/"), "a path segment is empty");
        assert_eq!(message("/{proxy+}"), "the greedy segment `{proxy+}` is not understood");
        assert_eq!(message("/a{id}"), "the path segment `a{id}` is not understood");
        assert_eq!(message("/{}"), "the path segment `{}` is not understood");
        assert_eq!(message("/{a}/{a}"), "`/{a}/{a}` uses the same name twice");
    }

    #[test]
    fn two_functions_may_not_claim_one_route() {
        let claim = |name: &str, path: &str| {
            let route = format!("{{Type: Api, Properties: {{Method: get, Path: '{path}'}}}}");
            function(name, &format!("CodeUri: functions/{name}, Events: {{Route: {route}}}"))
        };

        let error = parse_functions(&(claim("one", "/{a}/b") + &claim("two", "/{c}/b"))).unwrap_err();

        assert_eq!(error, "two.Events.Route: GET /{c}/b is already a route of one");
        assert!(parse_functions(&(claim("one", "/{a}/b") + &claim("two", "/x/b"))).is_ok());
    }

    #[test]
    fn a_function_outside_of_its_folder_is_refused() {
        let message = |code_uri: &str| {
            let route = "Events: {Route: {Type: Api, Properties: {Method: get, Path: /a}}}";
            parse_functions(&function("Read", &format!("{code_uri}{route}"))).unwrap_err()
        };

        assert_eq!(message(""), "Read.CodeUri: missing");
        assert_eq!(message("CodeUri: src/read, "), "Read.CodeUri: `src/read` is not a folder of functions/");
        assert_eq!(message("CodeUri: functions/a/b, "), "Read.CodeUri: `functions/a/b` is not a folder of functions/");
    }

    #[test]
    fn a_function_has_its_own_time_before_the_common_one() {
        let own = with_route("Method: get, Path: /a").replace("CodeUri", "Timeout: 7, CodeUri");
        let bad = own.replace("Timeout: 7", "Timeout: soon");

        assert_eq!(parse_functions(&own).unwrap()[0].timeout_s, 7);
        assert_eq!(parse_functions(&bad).unwrap_err(), "Read.Timeout: a number of seconds is needed, not `soon`");
    }

    #[test]
    fn an_http_api_is_refused() {
        let events = "CodeUri: functions/read, Events: {Route: {Type: HttpApi}}";

        let error = parse_functions(&function("Read", events)).unwrap_err();

        assert_eq!(error, "Read.Events.Route: HttpApi is not understood, only Api");
    }
}
