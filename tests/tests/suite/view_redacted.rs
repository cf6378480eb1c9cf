//! A redacted event in the page for people: what is gone and since when, what is left, and that the proof still holds.

#![expect(clippy::indexing_slicing, reason = "a member that is not there is a failure of the test")]

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;
use std::collections::HashMap;
use tests::browser::{Browser, below_the_stage};
use tests::records::{at, event, record};
use tests::redaction::redacted;
use tests::rounds::sign_round;
use tests::stream::{append, append_recorded, batch, modify};
use tests::{Account, Bed, Call};

const URL: &str = "/view/events/2024-01-01T00:00:01.000Z/e-1";

/// Puts the event without these attributes in the place of the whole one, and lets the log hear of it.
async fn redact(bed: &Bed, account: &Account, id: &str, names: &[&str], index_keys: &[&str]) {
    let items = bed.event_items(account).await;
    let is_it = |item: &&HashMap<String, AttributeValue>| item["sk"].as_s().is_ok_and(|sk| sk.ends_with(id));
    let whole = items.iter().find(is_it).expect("the event").clone();
    let rest = redacted(whole.clone(), names, index_keys);
    bed.put_whole(rest.clone()).await;
    let answer = append(&bed.app, &batch(&[modify(500, &whole, &rest)])).await;
    assert_eq!(answer.as_deref(), Ok(r#"{"batchItemFailures":[]}"#));
}

async fn with_one_redacted(bed: &Bed, account: &Account) {
    let mut change = record("e-1", &at(1), "users", "usr_1");
    change["event_description"] = json!("Wrote <secret> into the trail");
    change["principal"]["name"] = json!("Ada Secret");
    change["previous_state"] = json!({"phone": "0170-secret"});
    change["current_state"] = json!({"phone": null});
    bed.record(account, &[event("e-0", &at(0)), change, record("e-2", &at(2), "users", "usr_1")]).await;
    append_recorded(bed, account).await;
    redact(bed, account, "e-1", &["event_description", "principal_name", "previous_state"], &[]).await;
}

#[tokio::test]
async fn its_page_says_what_is_gone_and_when_and_that_the_proof_still_holds() {
    let bed = Bed::with_own_table().await;
    let account = bed.account().await;
    with_one_redacted(&bed, &account).await;
    let mut browser = Browser::new(&bed);
    browser.sign_in(&account).await;

    let waiting = browser.get(URL).await;
    assert_eq!(waiting.status, 200, "{}", waiting.body);
    assert!(waiting.body.contains("is what the log took in. No checkpoint seals it yet"), "{}", waiting.body);
    sign_round(&bed).await;
    let page = browser.get(URL).await.body;

    for shown in [
        "<h1>Redacted event</h1>",
        "<li><code><bdi>event_description</bdi></code></li><li><code><bdi>previous_state</bdi></code></li>",
        "position 3 of the log tells of it",
        "<dt>Who</dt><dd><span class=\"redacted\">redacted</span></dd>",
        "<dt>To whom</dt><dd><bdi>usr_1</bdi></dd>",
        "<td><span class=\"redacted\">redacted</span></td>",
        "<dt>Position</dt><dd>1</dd>",
        "What is left, with the hashes of what is gone, is what the log took in, and the log up to here is sealed. The proof holds as before.",
        "/e-2\"",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(!page.contains("secret") && !page.contains("Secret"), "{page}");
    let proof = browser.get(&format!("{URL}/proof")).await;
    assert!(proof.body.starts_with("audit-trail/proof/1\nposition 1\n"), "{}", proof.body);
}

#[tokio::test]
async fn the_list_and_the_files_show_it_in_its_place() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        with_one_redacted(&bed, &account).await;
        let mut browser = Browser::new(&bed);
        browser.sign_in(&account).await;

        let list = browser.get("/?from=2024-01-01&to=2024-01-01").await;
        assert_eq!(list.status, 200, "{}", list.body);
        assert!(list.body.contains("/e-1\">Redacted event</a>"), "{}", list.body);
        assert_eq!(list.body.matches("<td class=\"when\">").count(), 3);
        let of_subject = browser.get("/?category=users&user_id=usr_1&from=2024-01-01&to=2024-01-01").await.body;
        assert!(of_subject.contains("1 Jan 2024: 2 events"), "the day of a redacted event counts it: {of_subject}");

        let lines = browser.get("/view/export/ndjson").await.body;
        let line: serde_json::Value = serde_json::from_str(lines.lines().nth(1).expect("a line")).expect("JSON");
        assert_eq!(line["redacted"], json!(["event_description", "previous_state", "principal_name"]));
        assert_eq!((&line["event_description"], &line["current_state"]), (&json!(null), &json!({"phone": null})));
        let table = browser.get("/view/export/csv").await.body;
        let mut table = csv::Reader::from_reader(table.as_bytes());
        let redacted = table.headers().expect("names").iter().position(|name| name == "redacted").expect("a column");
        let gone: Vec<_> = table.records().map(|row| row.expect("a row")[redacted].to_owned()).collect();
        assert_eq!(gone, ["", "event_description previous_state principal_name", ""]);
        assert_eq!(browser.get(&format!("{URL}/json")).await.json(), line);
    }
}

#[tokio::test]
async fn even_all_of_it_may_be_gone_and_no_page_fails() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    bed.record(&account, &[record("e-1", &at(1), "users", "usr_1")]).await;
    append_recorded(&bed, &account).await;
    let item = bed.event_items(&account).await.remove(0);
    let names: Vec<_> = item.keys().map(String::as_str).filter(|name| !["pk", "sk", "salt"].contains(name)).collect();
    let (index_keys, names): (Vec<_>, Vec<_>) = names.into_iter().partition(|name| name.ends_with("_pk"));
    redact(&bed, &account, "e-1", &names, &index_keys).await;
    let mut browser = Browser::new(&bed);
    browser.sign_in(&account).await;

    for path in ["/", URL, "/view/export", "/view/export/csv", "/view/export/ndjson"] {
        assert_eq!(browser.get(path).await.status, 200, "{path}");
    }
    let page = browser.get(URL).await.body;
    assert!(page.contains("What is left, with the hashes of what is gone, is what the log took in"), "{page}");
    assert!(!page.contains("usr_1"), "{page}");
}

#[tokio::test]
async fn a_link_does_not_show_an_event_whose_subject_is_gone() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    bed.record(&account, &[record("e-1", &at(1), "users", "usr_1"), record("e-2", &at(2), "users", "usr_1")]).await;
    append_recorded(&bed, &account).await;
    redact(&bed, &account, "e-1", &["subject_user_id"], &["subject_pk"]).await;
    let link = json!({"category": "users", "user_id": "usr_1"});
    let made = bed.send(&Call::viewer_link(&account, &link)).await.json();
    let mut browser = Browser::new(&bed);
    let page = browser.open(made["url"].as_str().expect("a URL")).await;

    assert!(!browser.get(&page).await.body.contains("/e-1\""));
    assert_eq!(browser.get(&format!("{page}/events/2024-01-01T00:00:01.000Z/e-1")).await.status, 404);
    assert_eq!(browser.get(&format!("{page}/events/2024-01-01T00:00:02.000Z/e-2")).await.status, 200);
    assert!(below_the_stage(made["url"].as_str().expect("a URL")).starts_with("/v/"));
}
