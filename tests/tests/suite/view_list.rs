//! The list of the page for people: filters, pages both ways, and what hostile events may do, which is nothing.

use serde_json::json;
use tests::browser::{Browser, below_the_stage, links};
use tests::records::{at, event, event_by, record};
use tests::{Bed, Reply};

/// The ids of the events on a page, in its order.
fn ids(page: &Reply) -> Vec<String> {
    let (_, rest) = page.body.split_once("<tbody>").unwrap_or_default();
    let (rows, _) = rest.split_once("</tbody>").unwrap_or_default();
    links(rows).iter().map(|url| url.rsplit_once('/').expect("a path").1.to_owned()).collect()
}

/// The link of a page to the next or previous one.
fn link(page: &Reply, rel: &str) -> Option<String> {
    let (_, rest) = page.body.split_once(&format!("<a rel=\"{rel}\" href=\""))?;
    Some(below_the_stage(&format!("https://x{}", rest.split('"').next()?.replace("&amp;", "&"))))
}

#[tokio::test]
async fn pages_are_walked_both_ways_and_hold_every_event_once_newest_first() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let events: Vec<_> = (0..120).map(|n| event(&format!("e-{n:03}"), &at(n))).collect();
        bed.record(&account, &events).await;
        let mut browser = Browser::new(&bed);
        browser.sign_in(&account).await;

        let first = browser.get("/").await;
        let second = browser.get(&link(&first, "next").expect("a second page")).await;
        let third = browser.get(&link(&second, "next").expect("a third page")).await;
        let walked: Vec<_> = [&first, &second, &third].into_iter().flat_map(ids).collect();
        let expected: Vec<_> = (0..120).rev().map(|n| format!("e-{n:03}")).collect();
        assert_eq!(walked, expected, "{}", bed.engine);
        assert_eq!((link(&first, "prev"), link(&third, "next")), (None, None));

        let back = browser.get(&link(&third, "prev").expect("a way back")).await;
        assert_eq!(ids(&back), ids(&second));
        let start = browser.get(&link(&back, "prev").expect("a way back")).await;
        assert_eq!((ids(&start), link(&start, "prev")), (ids(&first), None));
    }
}

#[tokio::test]
async fn each_filter_shows_its_events_and_its_pages_keep_it() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let mut events: Vec<_> =
            (0..60).map(|n| event_by(&format!("t-{n:03}"), &at(n), "ada@example.com", "RESET_PASSWORD")).collect();
        events.push(event("other", &at(3)));
        events.push(record("u-1", &at(1), "users", "usr_1"));
        events.push(record("u-2", &at(2), "users", "usr_2"));
        bed.record(&account, &events).await;
        let mut browser = Browser::new(&bed);
        browser.sign_in(&account).await;

        for (query, expected) in [
            ("category=users", vec!["u-2", "u-1"]),
            ("category=users&user_id=usr_1&event_type=&user_email=&from=&to=", vec!["u-1"]),
            ("category=userAccess", vec![]),
            ("from=2024-01-01&to=2024-01-01&category=users", vec!["u-2", "u-1"]),
            ("from=2024-01-02&category=users", vec![]),
        ] {
            let page = browser.get(&format!("/?{query}")).await;
            assert_eq!(
                (page.status, ids(&page)),
                (200, expected.iter().map(|id| (*id).to_owned()).collect()),
                "{query}"
            );
        }
        let first = browser.get("/?user_email=ADA%40example.com&event_type=RESET_PASSWORD").await;
        let second = browser.get(&link(&first, "next").expect("a second page")).await;
        let walked: Vec<_> = ids(&first).into_iter().chain(ids(&second)).collect();
        assert_eq!(walked, (0..60).rev().map(|n| format!("t-{n:03}")).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_parameter_that_is_wrong_is_named_and_never_shows_everything() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    bed.record(&account, &[event("e-1", &at(0))]).await;
    let mut browser = Browser::new(&bed);
    browser.sign_in(&account).await;
    for (query, said) in [
        ("colour=red", "colour is not a parameter"),
        ("from=2024-01-01&from=2024-01-02", "must be given once"),
        ("from=yesterday", "must be a date"),
        ("from=2024-01-02&to=2024-01-01", "must not be before the first day"),
        ("event_type=invited", "capital letters"),
        ("user_email=ada", "address"),
        ("user_id=usr_1", "must be given together with a category"),
        ("category=users&event_type=A", "cannot be combined"),
        ("cursor=x", "begin with its first page"),
        ("category=%3Cscript%3E", "must be users or userAccess"),
    ] {
        let page = browser.get(&format!("/?{query}")).await;
        assert_eq!(page.status, 400, "{query}");
        assert!(page.body.contains(said), "{query}: {}", page.body);
        assert!(!page.body.contains("/view/events/") && !page.body.contains("<script>"), "{query}");
    }
}

#[tokio::test]
async fn the_newest_event_is_told_to_the_script() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let mut browser = Browser::new(&bed);
    browser.sign_in(&account).await;
    assert_eq!(browser.get("/view/newest").await.body, r#"{"newest":null}"#);
    bed.record(&account, &[event("e-1", &at(0)), event("e-2", &at(1))]).await;
    assert_eq!(browser.get("/view/newest").await.body, r##"{"newest":"2024-01-01T00:00:01.000Z#e-2"}"##);
    let list = browser.get("/").await.body;
    assert!(list.contains(r##"data-newest="2024-01-01T00:00:01.000Z#e-2" data-poll="/v1/view/newest""##), "{list}");
    assert_eq!(Browser::new(&bed).get("/view/newest").await.status, 401);
}

#[tokio::test]
async fn hostile_text_is_shown_and_inert() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let mut hostile = event("e-1", &at(0));
    hostile["event_description"] = json!("</a><script>alert(1)</script>\u{202e}gnp.exe");
    hostile["principal"]["name"] = json!("\"><img src=x onerror=alert(1)>");
    bed.record(&account, &[hostile]).await;
    let mut browser = Browser::new(&bed);
    browser.sign_in(&account).await;
    let body = browser.get("/").await.body;
    assert!(
        body.contains("&lt;/a&gt;&lt;script&gt;alert(1)&lt;/script&gt;<span class=\"escape\">U+202E</span>gnp.exe"),
        "{body}"
    );
    assert!(!body.contains("<img") && !body.contains("\u{202e}"), "{body}");
}

#[tokio::test]
async fn another_accounts_session_sees_nothing_of_it() {
    let bed = Bed::new().await;
    let (account, other) = (bed.account().await, bed.account().await);
    bed.record(&account, &[event("e-1", &at(0))]).await;
    let mut browser = Browser::new(&bed);
    browser.sign_in(&other).await;
    let list = browser.get("/").await;
    assert!(ids(&list).is_empty() && list.body.contains("No event has been recorded yet."), "{}", list.body);
    assert_eq!(browser.get("/view/events/2024-01-01T00:00:00.000Z/e-1").await.status, 404);
    assert_eq!(browser.get("/view/events/2024-01-01T00:00:00.000Z/e-1/proof").await.status, 404);
}

#[tokio::test]
async fn a_page_costs_four_requests_and_the_picture_is_among_them() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    bed.record(&account, &[event("e-1", &at(0))]).await;
    let mut browser = Browser::new(&bed);
    browser.sign_in(&account).await;
    browser.get("/").await;
    bed.requests_sent();
    browser.get("/").await;
    assert_eq!(bed.requests_sent(), 4, "the session, the page, the counts of days, and the days without one");
    browser.get("/?event_type=RESET_PASSWORD").await;
    assert_eq!(bed.requests_sent(), 3, "no counts are kept of a type");
}

#[tokio::test]
async fn style_and_script_may_be_kept_for_ever() {
    let bed = Bed::new().await;
    let mut browser = Browser::new(&bed);
    let page = browser.get("/").await.body;
    let path = links(&page).into_iter().find(|url| url.ends_with(".css")).expect("a style");
    let style = browser.get(&below_the_stage(&format!("https://x{path}"))).await;
    assert_eq!((style.status, style.header("content-type")), (200, Some("text/css; charset=utf-8")));
    assert_eq!(style.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(browser.get("/view/assets/0000000000000000.css").await.status, 404);
}
