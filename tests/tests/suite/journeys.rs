//! The payloads of `events/`, answered from a small fixed set of users and events: status, headers and body to the letter.

#![expect(clippy::indexing_slicing, reason = "a member that is not there is a failure of the test")]

use serde_json::Value;
use shared::credential::Scope;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use tests::reply::invoke;
use tests::rounds::sign_round;
use tests::stream;
use tests::{Account, Bed, Reply};

/// The account of the payloads, and what is in it.
async fn demo() -> Bed {
    let bed = Bed::with_own_table().await;
    let account = Account::new("demo", "demo", "local-demo-secret");
    bed.put_credential(&account, Scope::ALL).await;
    bed.put_users(&account, &records("users")).await;
    bed.record(&account, &records("events")).await;
    stream::append_recorded(&bed, &account).await;
    sign_round(&bed).await;
    bed
}

/// A file of `tests/journeys`, which the suites of other languages start from too.
fn journeys(file: &str) -> String {
    std::fs::read_to_string(repository().join("tests/journeys").join(file)).expect("the file is there")
}

fn records(name: &str) -> Vec<Value> {
    serde_json::from_str(&journeys(&format!("{name}.json"))).expect("a list of JSON objects")
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The names of the files in a folder of the repository, without their ending.
fn names(folder: &str) -> BTreeSet<String> {
    let files = std::fs::read_dir(repository().join(folder)).expect("the folder is there");
    let name = |file: std::io::Result<std::fs::DirEntry>| file.expect("a file").path().file_stem().map(OsStr::to_owned);
    files.filter_map(name).map(|name| name.into_string().expect("UTF-8")).collect()
}

/// The answer to the payload of a function, as the files of `tests/journeys/answers` have it: status, headers by name, and
/// the body after an empty line. Its request id, which is random, is checked.
async fn answer(function: &str) -> String {
    let bed = demo().await;
    let file = repository().join("events").join(format!("{function}.json"));
    let event = std::fs::read_to_string(&file).expect("the payload");
    let reply = invoke(&bed.app, function, &event).await;
    let request_id = tests::refusal::request_id(&reply);
    let headers: String = reply.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    let body = match function {
        "dashboard-user-create" => call_what_is_new(&reply, "", "USER-ID"),
        "audit-trail-feed" => {
            let checkpoint = reply.json().get("checkpoint").and_then(Value::as_str).expect("a checkpoint").to_owned();
            reply.body.replace(&checkpoint, "CHECKPOINT")
        }
        "events-record" => call_what_is_new(&reply, "/events/0", "EVENT-ID"),
        "log-read" => call_by_names(&reply.body),
        "trail-view" => call_the_link_by_names(&reply),
        _ => reply.body,
    };
    format!("{}\n{headers}\n{body}", reply.status).replace(&request_id, "REQUEST-ID")
}

/// The body, with the random id and the time of what was just made called by their names.
fn call_what_is_new(reply: &Reply, pointer: &str, name: &str) -> String {
    let json = reply.json();
    let made = json.pointer(pointer).expect("what was made");
    let [id, now] = ["id", "created_at"].map(|field| made[field].as_str().expect("a string"));
    reply.body.replace(id, name).replace(now, "NOW")
}

/// The body, with the code of a link and its end called by their names.
fn call_the_link_by_names(reply: &Reply) -> String {
    let json = reply.json();
    let [url, expires_at] = ["url", "expires_at"].map(|field| json[field].as_str().expect("a string"));
    let (_, code) = url.rsplit_once('/').expect("a path");
    assert_eq!(code.len(), 43, "256 bits in base64url");
    reply.body.replace(code, "CODE").replace(expires_at, "NOW")
}

/// The checkpoint, with its origin, size, root and signature called by their names.
fn call_by_names(checkpoint: &str) -> String {
    let lines: Vec<_> = checkpoint.lines().collect();
    let [origin, size, root, "", signature] = lines[..] else { panic!("no checkpoint: {checkpoint}") };
    assert!(signature.starts_with(&format!("— {origin} ")), "{signature}");
    assert_eq!((size.parse::<u64>().is_ok(), root.len()), (true, 44));
    "ORIGIN\nSIZE\nROOT\n\n— ORIGIN SIGNATURE\n".to_owned()
}

#[tokio::test]
async fn the_answer_to_every_payload_is_the_one_in_its_file() {
    for function in names("tests/journeys/answers") {
        assert_eq!(answer(&function).await, journeys(&format!("answers/{function}.http")), "{function}");
    }
}

#[test]
fn every_payload_has_an_answer_but_those_of_the_queue_the_stream_and_the_schedules() {
    let (payloads, answers) = (names("events"), names("tests/journeys/answers"));

    let without_an_answer: Vec<_> = payloads.difference(&answers).collect();
    assert_eq!(
        without_an_answer,
        ["counts-roll", "events-consume", "events-deliver", "log-append", "log-reconcile", "log-sign"]
    );
    assert_eq!(answers.difference(&payloads).next(), None);
}
