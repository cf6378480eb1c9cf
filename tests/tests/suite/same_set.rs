//! One folder is one function is one payload is one resource: nothing is added in one place and forgotten in another.

use audit_cli::template::{Route, Template};
use lambda_http::http::Method;
use serde_json::{Value, json};
use shared::process::app::App;
use shared::store::AuditStore;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The function that SQS calls, and no route does.
const OF_A_QUEUE: &str = "events-consume";

/// The functions that a schedule calls; `events-deliver` the stream too.
const OF_A_SCHEDULE: [&str; 4] = ["counts-roll", "events-deliver", "log-reconcile", "log-sign"];

/// The function that is called with changes of the table.
const OF_THE_STREAM: &str = "log-append";

/// Names of what is in a folder, without that ending.
fn names(folder: &str, ending: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(root().join(folder)).expect("the folder is there");
    let name =
        |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name().into_string().expect("UTF-8");
    let shorten = |name: String| name.strip_suffix(ending).map(ToOwned::to_owned).unwrap_or(name);
    entries.map(name).map(shorten).collect()
}

fn template() -> String {
    fs::read_to_string(root().join("template.yaml")).expect("the template is there")
}

fn after(prefix: &str) -> Vec<String> {
    let template = template();
    template.lines().filter_map(|line| line.trim().strip_prefix(prefix)).map(ToOwned::to_owned).collect()
}

#[test]
fn folders_payloads_resources_and_the_local_functions_are_the_same_set() {
    let folders = names("functions", "");

    assert_eq!(names("events", ".json"), folders, "events/");
    assert_eq!(after("CodeUri: functions/").len(), folders.len(), "one resource for each folder");
    assert_eq!(after("CodeUri: functions/").into_iter().collect::<BTreeSet<_>>(), folders, "CodeUri");
    let binaries = after("BuildProperties: {Binary: ").into_iter().map(|rest| rest.replace('}', ""));
    assert_eq!(binaries.collect::<BTreeSet<_>>(), folders, "the binary of each resource");
    let client = audit_cli::engine::client("http://127.0.0.1:1");
    let local = audit_cli::functions::functions(&Arc::new(App::new(AuditStore::new(client, "audit"))));
    let with_a_route = Template::built_in().unwrap().routes.into_iter().map(|route| route.function);
    let with_a_route: BTreeSet<_> = with_a_route.collect();
    assert_eq!(local.into_keys().collect::<BTreeSet<_>>(), with_a_route, "the functions of `audit serve`");
    let without_a_route = folders.difference(&with_a_route).map(String::as_str);
    let expected = ["counts-roll", OF_A_QUEUE, "events-deliver", OF_THE_STREAM, "log-reconcile", "log-sign"];
    assert_eq!(without_a_route.collect::<Vec<_>>(), expected, "every other function has a route");
}

#[test]
fn every_folder_is_a_package_of_its_name() {
    for folder in names("functions", "") {
        let manifest = fs::read_to_string(root().join("functions").join(&folder).join("Cargo.toml")).unwrap();
        assert!(manifest.contains(&format!("name = \"{folder}\"\n")), "{folder}");
    }
}

#[test]
fn every_payload_is_for_a_route_of_its_function_a_queue_the_stream_or_a_schedule() {
    let routes = Template::built_in().unwrap().routes;
    for function in names("events", ".json") {
        let file = root().join("events").join(format!("{function}.json"));
        let event: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        if function == OF_A_QUEUE {
            assert_eq!(event["Records"][0]["eventSource"], "aws:sqs");
            continue;
        }
        if function == OF_THE_STREAM {
            let record = &event["Records"][0];
            assert_eq!((&record["eventSource"], &record["eventName"]), (&json!("aws:dynamodb"), &json!("INSERT")));
            continue;
        }
        if OF_A_SCHEDULE.contains(&function.as_str()) {
            assert_eq!(event["detail-type"], "Scheduled Event");
            continue;
        }
        let given = (event["httpMethod"].as_str().unwrap(), event["resource"].as_str().unwrap());
        let is_given = |route: &&Route| (route.method.as_str(), route.path.as_str()) == given;
        let route = routes.iter().find(is_given).expect("a route of the template");
        assert_eq!(route.function, function);
    }
}

#[test]
fn cargo_lambda_watch_has_the_routes_of_the_template() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("the manifest is there");
    let (_, table) = manifest.split_once("[workspace.metadata.lambda.watch.router]\n").expect("the table is there");
    let watched: BTreeSet<_> = table.lines().take_while(|line| !line.is_empty()).map(ToOwned::to_owned).collect();

    let line = |route: &Route| {
        // The router of `cargo lambda watch` writes the star before the name.
        let path = route.path.as_str().replace("{tile+}", "{*tile}").replace("{page+}", "{*page}");
        let (method, function) = (&route.method, &route.function);
        format!(
            "\"{path}\" = [{{ method = \"{method}\", function = \"{function}\" }}, {{ method = \"HEAD\", function = \"{function}\" }}]"
        )
    };
    assert_eq!(watched, methods().iter().map(line).collect());
}

/// The routes of the template but those of `HEAD`, which stands beside each of them.
fn methods() -> Vec<Route> {
    let mut routes = Template::built_in().expect("the shipped template is understood").routes;
    routes.retain(|route| route.method != Method::HEAD);
    routes
}

#[test]
fn every_route_has_head_beside_it_for_the_same_function() {
    let of = |routes: Vec<Route>| {
        let path = |route: Route| (route.path.as_str().to_owned(), route.function);
        routes.into_iter().map(path).collect::<BTreeSet<_>>()
    };
    let mut heads = Template::built_in().unwrap().routes;
    heads.retain(|route| route.method == Method::HEAD);

    assert_eq!(heads.len(), methods().len());
    assert_eq!(of(heads), of(methods()));
}
