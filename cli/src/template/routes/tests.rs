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
            path: PathPattern::parse("/a/{id}").unwrap(),
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
        "Read.Events.Route.Properties.Method: `any`: the method is not understood"
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
    assert_eq!(message("/{proxy+}/a"), "`/{proxy+}/a` goes on behind its greedy segment");
    assert_eq!(message("/{proxy++}"), "the path segment `{proxy++}` is not understood");
    assert_eq!(message("/{a}/{a+}"), "`/{a}/{a+}` uses the same name twice");
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
    assert_eq!(parse_functions(&bad).unwrap_err(), "Read.Timeout: `soon`: invalid digit found in string");
}

#[test]
fn an_http_api_is_refused() {
    let events = "CodeUri: functions/read, Events: {Route: {Type: HttpApi}}";

    let error = parse_functions(&function("Read", events)).unwrap_err();

    assert_eq!(error, "Read.Events.Route: HttpApi is not understood, only Api");
}
