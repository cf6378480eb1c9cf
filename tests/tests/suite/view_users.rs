//! The directory and the state of the log on the page for people.

use shared::credential::Scope;
use tests::Bed;
use tests::browser::{Browser, below_the_stage, links};
use tests::records::{at, event, user};
use tests::rounds::sign_round;
use tests::stream;

#[tokio::test]
async fn the_directory_is_walked_with_states_and_the_way_to_each_history() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let users: Vec<_> = (0..130).map(|n| user(&format!("usr_{n:03}"))).collect();
        bed.put_users(&account, &users).await;
        let mut browser = Browser::new(&bed);
        browser.sign_in(&account).await;

        let first = browser.get("/view/users").await;
        let more = links(&first.body).into_iter().find(|url| url.contains("cursor=")).expect("a second page");
        let second = browser.get(&below_the_stage(&format!("https://x{more}"))).await;

        let histories = |page: &str| links(page).into_iter().filter(|url| url.contains("user_id=")).collect::<Vec<_>>();
        let walked = [histories(&first.body), histories(&second.body)].concat();
        let expected: Vec<_> = (0..130).map(|n| format!("/v1/?category=users&user_id=usr_{n:03}")).collect();
        assert_eq!(walked, expected, "{}", bed.engine);
        assert!(first.body.contains("<span class=\"state active\">active</span>"), "{}", first.body);
        assert_eq!(browser.get("/view/users?cursor=x").await.status, 404);
    }
}

#[tokio::test]
async fn who_may_not_read_users_is_told_so_and_a_link_never_shows_them() {
    let bed = Bed::new().await;
    let account = bed.account_with(&[Scope::AuditRead]).await;
    bed.put_users(&account, &[user("usr_1")]).await;
    let mut browser = Browser::new(&bed);
    browser.sign_in(&account).await;
    let page = browser.get("/view/users").await;
    assert_eq!(page.status, 403);
    assert!(page.body.contains("users:read") && !page.body.contains("usr_1"), "{}", page.body);

    let made = bed.send(&tests::Call::viewer_link(&account, &serde_json::json!({}))).await;
    let at = browser.open(made.json()["url"].as_str().expect("a URL")).await;
    for page in ["users", "integrity"] {
        assert_eq!(browser.get(&format!("{at}/{page}")).await.status, 404, "{page}");
    }
}

#[tokio::test]
async fn an_export_has_every_event_of_the_filter_once_part_after_part() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let events: Vec<_> = (0..1_100).map(|n| event(&format!("e-{n:04}"), &at(n))).collect();
        bed.record(&account, &events).await;
        let mut browser = Browser::new(&bed);
        browser.sign_in(&account).await;
        for (format, content_type) in [("ndjson", "application/x-ndjson"), ("csv", "text/csv; charset=utf-8")] {
            let (mut next, mut lines) = (Some(format!("/view/export/{format}?event_type=INVITED_USER")), Vec::new());
            while let Some(path) = next {
                let part = browser.get(&path).await;
                assert_eq!((part.status, part.header("content-type")), (200, Some(content_type)));
                lines.extend(part.body.lines().map(ToOwned::to_owned));
                next = part.header("x-next").map(|url| below_the_stage(&format!("https://x{url}")));
            }
            let names = lines.iter().filter(|line| line.starts_with("created_at,")).count();
            assert_eq!((lines.len(), names), if format == "csv" { (1_101, 1) } else { (1_100, 0) }, "{}", bed.engine);
            lines.sort();
            lines.dedup();
            assert!(lines.len() >= 1_100, "each once");
        }
        let page = browser.get("/view/export?event_type=INVITED_USER").await.body;
        assert!(
            page.contains("500 events in this part") && page.contains("/v1/view/export/csv?event_type=INVITED_USER"),
            "{page}"
        );
    }
}

#[tokio::test]
async fn how_far_the_log_is_sealed_stands_there_with_the_key() {
    let bed = Bed::with_own_table().await;
    let account = bed.account().await;
    bed.record(&account, &[event("e-1", &at(0)), event("e-2", &at(1))]).await;
    stream::append_recorded(&bed, &account).await;
    let mut browser = Browser::new(&bed);
    browser.sign_in(&account).await;
    assert!(browser.get("/view/integrity").await.body.contains("No checkpoint has been signed yet"));

    sign_round(&bed).await;

    let page = browser.get("/view/integrity").await.body;
    for shown in
        ["<dt>Sealed entries</dt><dd>2 of 2</dd>", "less than a minute ago", "audit verify trail --key log.key"]
    {
        assert!(page.contains(shown), "{shown}: {page}");
    }
}
