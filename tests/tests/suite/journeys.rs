//! The payloads of `events/`, answered from a small fixed set of users and events: status, headers and body to the letter.

use serde_json::Value;
use shared::credential::Scope;
use std::path::{Path, PathBuf};
use tests::reply::invoke;
use tests::{Account, Bed, Reply};

/// The account of the payloads, and what is in it.
async fn demo() -> Bed {
    let bed = Bed::with_own_table().await;
    let account = Account::new("demo", "demo", "local-demo-secret");
    bed.put_credential(&account, Scope::ALL).await;
    bed.put_users(&account, &records("users")).await;
    bed.record(&account, &records("events")).await;
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

/// The answer to the payload of a function; its request id, which is random, is checked and called `REQUEST-ID`.
async fn answer(function: &str) -> Reply {
    let bed = demo().await;
    let file = repository().join("events").join(format!("{function}.json"));
    let event = std::fs::read_to_string(&file).expect("the payload");
    let mut reply = invoke(&bed.app, function, &event).await;
    let request_id = tests::refusal::check_headers(&reply);
    reply.body = reply.body.replace(&request_id, "REQUEST-ID");
    for (_, value) in &mut reply.headers {
        *value = value.replace(&request_id, "REQUEST-ID");
    }
    reply
}

/// Checks the answer to the payload of a function against the one of `tests/journeys/answers`.
async fn check(function: &str, content_type: &str, more_headers: &[(&str, &str)]) {
    let reply = answer(function).await;
    let mut headers = vec![
        ("cache-control", "no-store"),
        ("content-type", content_type),
        ("x-content-type-options", "nosniff"),
        ("x-request-id", "REQUEST-ID"),
    ];
    headers.extend(more_headers);
    headers.sort_unstable();
    let given: Vec<_> = reply.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let suffix = if content_type == CSV { "csv" } else { "json" };
    let body = journeys(&format!("answers/{function}.{suffix}"));
    assert_eq!((reply.status, given, reply.body), (200, headers, body));
}

const JSON: &str = "application/json";
const CSV: &str = "text/csv; charset=utf-8";
const ATTACHMENT: (&str, &str) = ("content-disposition", "attachment");

#[tokio::test]
async fn one_dashboard_user_is_this_answer() {
    check("dashboard-user-get", JSON, &[]).await;
}

#[tokio::test]
async fn the_list_of_dashboard_users_is_this_answer() {
    check("dashboard-user-list", JSON, &[]).await;
}

#[tokio::test]
async fn the_network_audit_of_access_is_this_answer() {
    check("user-access-audit", CSV, &[ATTACHMENT, ("totalrecords", "2")]).await;
}

#[tokio::test]
async fn the_network_audit_of_one_users_access_is_this_answer() {
    check("user-access-audit-by-user", CSV, &[ATTACHMENT, ("totalrecords", "1")]).await;
}

#[tokio::test]
async fn the_network_audit_of_users_is_this_answer() {
    check("users-audit", CSV, &[ATTACHMENT, ("totalrecords", "2")]).await;
}

#[tokio::test]
async fn the_network_audit_of_one_user_is_this_answer() {
    check("users-audit-by-user", CSV, &[ATTACHMENT, ("totalrecords", "1")]).await;
}

/// Its `next` is base64url of 16 bytes of check and of
/// `[2,{"trail":["f",false,true,"2024-03-03T00:00:00.000Z#evt-4",["1970-01-01T00:00:00.000Z",null,null,null]]}]`.
#[tokio::test]
async fn the_audit_trail_is_this_answer() {
    let link = concat!(
        "<https://abcdef1234.execute-api.eu-central-1.amazonaws.com/v1/hris/v1/audit-trail?page_size=2&cursor=",
        "blAb5_iNcNJUTmSicHCpkFsyLHsidHJhaWwiOlsiZiIsZmFsc2UsdHJ1ZSwi",
        "MjAyNC0wMy0wM1QwMDowMDowMC4wMDBaI2V2dC00IixbIjE5NzAtMDEtMDFU",
        "MDA6MDA6MDAuMDAwWiIsbnVsbCxudWxsLG51bGxdXX1d",
        ">; rel=\"next\""
    );
    check("audit-trail", JSON, &[("link", link)]).await;
}
