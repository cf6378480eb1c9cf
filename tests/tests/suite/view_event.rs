//! The page of one event: what was recorded, what changed, where it stands in the log, and what else happened to its subject.

use serde_json::json;
use tests::Bed;
use tests::browser::{Browser, links};
use tests::records::{at, event, record};
use tests::rounds::sign_round;
use tests::stream;

#[tokio::test]
async fn it_shows_everything_that_was_recorded_with_the_states_compared() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let mut change = record("e-1", &at(0), "users", "usr_1");
    change["previous_state"] = json!({"status": "invited", "name": "Ada"});
    change["current_state"] = json!({"status": "active", "name": "Ada", "note": "<b>\u{202e}"});
    change["message"] = json!({"reason": "accepted"});
    bed.record(&account, &[change]).await;
    let mut browser = Browser::new(&bed);
    browser.sign_in(&account).await;

    let page = browser.get("/view/events/2024-01-01T00:00:00.000Z/e-1").await;

    assert_eq!(page.status, 200, "{}", page.body);
    for shown in [
        "usr_1",
        "<del><code class=\"string\">“<bdi>invited</bdi>”</code></del>",
        "<ins><code class=\"string\">“<bdi>active</bdi>”</code></ins>",
        "&lt;b&gt;<span class=\"escape\">U+202E</span>",
        "<summary>1 unchanged</summary>",
        "<bdi>accepted</bdi>",
        "It has no position yet",
    ] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
}

#[tokio::test]
async fn it_says_where_the_event_stands_in_the_log_and_gives_its_proof_once_sealed() {
    let bed = Bed::with_own_table().await;
    let account = bed.account().await;
    bed.record(&account, &[event("e-1", &at(0)), event("e-2", &at(1))]).await;
    let mut browser = Browser::new(&bed);
    browser.sign_in(&account).await;
    let url = "/view/events/2024-01-01T00:00:01.000Z/e-2";
    assert_eq!(browser.get(&format!("{url}/proof")).await.status, 409);

    stream::append_recorded(&bed, &account).await;
    let waiting = browser.get(url).await.body;
    assert!(
        waiting.contains("No checkpoint seals it yet") && waiting.contains("<dt>Position</dt><dd>1</dd>"),
        "{waiting}"
    );

    sign_round(&bed).await;
    let sealed = browser.get(url).await.body;
    assert!(sealed.contains("the log up to here is sealed") && sealed.contains("<dt>Checkpoint</dt>"), "{sealed}");
    let proof = browser.get(&format!("{url}/proof")).await;
    assert_eq!(proof.header("content-disposition"), Some("attachment; filename=\"proof-1.txt\""));
    assert!(
        proof.body.starts_with("audit-trail/proof/1\nposition 1\nevent/1 00 2024-01-01T00:00:01.000Z#e-2 "),
        "{}",
        proof.body
    );
}

#[tokio::test]
async fn an_event_that_was_altered_is_said_to_be() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    bed.record(&account, &[event("e-1", &at(0))]).await;
    stream::append_recorded(&bed, &account).await;
    let item = bed.event_items(&account).await.remove(0);
    let texts: Vec<_> =
        item.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_s().ok()?.as_str()))).collect();
    let forged: Vec<_> = texts
        .into_iter()
        .map(|(name, text)| if name == "event_description" { (name, "Forged") } else { (name, text) })
        .collect();
    bed.put_item(&forged).await;
    let mut browser = Browser::new(&bed);
    browser.sign_in(&account).await;
    let page = browser.get("/view/events/2024-01-01T00:00:00.000Z/e-1").await.body;
    assert!(page.contains("Forged") && page.contains("the event was altered after it was recorded"), "{page}");
}

#[tokio::test]
async fn earlier_and_later_changes_of_the_same_subject_are_linked() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let mut events: Vec<_> = (0..12).map(|n| record(&format!("e-{n:02}"), &at(n), "users", "usr_1")).collect();
        events.push(record("other", &at(6), "users", "usr_2"));
        bed.record(&account, &events).await;
        let mut browser = Browser::new(&bed);
        browser.sign_in(&account).await;

        let page = browser.get("/view/events/2024-01-01T00:00:06.000Z/e-06").await.body;

        let (_, chain) = page.split_once("<ol class=\"chain\">").expect("a chain");
        let (chain, all) = chain.split_once("</ol>").expect("its end");
        let ids: Vec<_> = links(chain).iter().map(|url| url.rsplit_once('/').expect("a path").1.to_owned()).collect();
        assert_eq!(ids, ["e-11", "e-10", "e-09", "e-08", "e-07", "e-05", "e-04", "e-03", "e-02", "e-01"]);
        assert_eq!(links(all).first().map(String::as_str), Some("/v1/?category=users&user_id=usr_1"));
    }
}

#[tokio::test]
async fn states_as_large_as_they_may_be_are_shown_whole() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let state = |value: u8| (0..1_400).map(|n| (format!("k{n}"), json!(value))).collect::<serde_json::Map<_, _>>();
    let mut change = record("e-1", &at(0), "users", "usr_1");
    (change["previous_state"], change["current_state"]) = (json!(state(1)), json!(state(2)));
    bed.record(&account, &[change]).await;
    let mut browser = Browser::new(&bed);
    browser.sign_in(&account).await;
    let page = browser.get("/view/events/2024-01-01T00:00:00.000Z/e-1").await;
    assert_eq!((page.status, page.body.matches("<tr class=\"changed\">").count()), (200, 1_400));
}
