//! Viewer links: made by a program, opened once in a browser, and never wider than they were made.

#![expect(clippy::indexing_slicing, reason = "a member that is not there is a failure of the test")]

use serde_json::{Value, json};
use shared::credential::Scope;
use tests::browser::{Browser, below_the_stage, hidden, links};
use tests::records::{at, event, record};
use tests::{Account, Bed, Call, Reply};

const ORIGINS: &str = "https://app.example.com http://localhost:5173";

fn origins() -> Value {
    json!(["https://app.example.com", "http://localhost:5173"])
}

/// The URL of a new link.
async fn link(bed: &Bed, account: &Account, link: &Value) -> String {
    let made = bed.send(&Call::viewer_link(account, link)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.json()["url"].as_str().expect("a URL").to_owned()
}

fn ancestors(reply: &Reply) -> &str {
    let policy = reply.header("content-security-policy").expect("a policy");
    policy.rsplit_once("frame-ancestors ").expect("ancestors").1
}

#[tokio::test]
async fn a_link_shows_its_subject_and_nothing_else_whatever_is_asked() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let events = [
            record("u-1", &at(1), "users", "usr_1"),
            record("u-2", &at(2), "users", "usr_2"),
            record("a-1", &at(3), "userAccess", "usr_1"),
            event("other", &at(4)),
        ];
        bed.record(&account, &events).await;
        let bound = json!({"category": "users", "user_id": "usr_1", "origins": origins()});
        let mut browser = Browser::new(&bed);

        let page = browser.open(&link(&bed, &account, &bound).await).await;

        let list = browser.get(&page).await;
        assert_eq!(list.status, 200, "{}", list.body);
        assert!(
            list.body.contains("/u-1\"") && !list.body.contains("usr_2") && !list.body.contains("other"),
            "{}",
            list.body
        );
        assert!(
            !list.body.contains("name=\"user_id\"") && !list.body.contains("name=\"category\""),
            "what is fixed is no field"
        );
        for wider in ["?user_id=usr_2", "?category=userAccess", "?event_type=A", "?user_email=a%40example.com"] {
            assert_eq!(browser.get(&format!("{page}{wider}")).await.status, 400, "{wider}");
        }
        assert_eq!(browser.get(&format!("{page}?category=users&user_id=usr_1")).await.status, 200);
        let event = |id: &str, second: u32| format!("{page}/events/2024-01-01T00:00:0{second}.000Z/{id}");
        assert_eq!(browser.get(&event("u-1", 1)).await.status, 200);
        for (outside, second) in [("u-2", 2), ("a-1", 3), ("other", 4)] {
            assert_eq!(browser.get(&event(outside, second)).await.status, 404, "{outside}");
            assert_eq!(browser.get(&format!("{}/proof", event(outside, second))).await.status, 404, "{outside}");
        }
    }
}

#[tokio::test]
async fn opening_its_page_spends_nothing_and_its_button_works_once() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let url = link(&bed, &account, &json!({"origins": origins()})).await;
        let path = below_the_stage(&url);
        for _ in 0..3 {
            let page = Browser::new(&bed).get(&path).await;
            assert_eq!((page.status, ancestors(&page)), (200, ORIGINS));
        }
        let mut browser = Browser::new(&bed);
        let at = browser.open(&url).await;
        assert!(!at.contains(path.rsplit_once('/').expect("a path").1), "the code is in no URL any more");

        let mut second = Browser::new(&bed);
        let page = second.get(&path).await;
        assert_eq!((page.status, ancestors(&page)), (410, ORIGINS), "{}", page.body);
        let code = path.rsplit_once('/').expect("a path").1;
        let again = second.post("/v", &[("form", ""), ("code", code)]).await;
        assert_eq!((again.status, ancestors(&again)), (410, ORIGINS));
    }
}

#[tokio::test]
async fn of_two_that_open_a_link_at_once_one_gets_in() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let path = below_the_stage(&link(&bed, &account, &json!({})).await);
    let code = path.rsplit_once('/').expect("a path").1;
    let open = async || {
        let mut browser = Browser::new(&bed);
        let token = hidden(&browser.get(&path).await.body, "form");
        browser.post("/v", &[("form", &token), ("code", code)]).await.status
    };
    let mut statuses = <[u16; 2]>::from(futures_util::future::join(open(), open()).await);
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410]);
}

#[tokio::test]
async fn every_answer_of_its_session_names_its_origins_errors_and_redirects_too() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let url = link(&bed, &account, &json!({"origins": origins()})).await;
    let mut browser = Browser::new(&bed);
    let page = browser.get(&below_the_stage(&url)).await;
    let (token, code) = (hidden(&page.body, "form"), hidden(&page.body, "code"));
    let opened = browser.post("/v", &[("form", &token), ("code", &code)]).await;
    assert_eq!((opened.status, ancestors(&opened)), (303, ORIGINS));
    let cookie = opened.all("set-cookie").into_iter().find(|set| set.contains("audit-view-") && !set.contains("form"));
    let cookie = cookie.expect("the session's cookie");
    assert!(cookie.starts_with("__Host-audit-view-"), "{cookie}");
    assert!(cookie.ends_with("; Path=/; Max-Age=90000; HttpOnly; Secure; SameSite=None; Partitioned"), "{cookie}");

    let at = below_the_stage(opened.header("location").expect("a place"));
    for (path, status) in
        [("", 200), ("?from=x", 400), ("/events/2024-01-01T00:00:00.000Z/none", 404), ("/newest", 200)]
    {
        let reply = browser.get(&format!("{at}{path}")).await;
        assert_eq!((reply.status, ancestors(&reply)), (status, ORIGINS), "{path}");
        assert_eq!(reply.header("x-frame-options"), None);
    }
    let elsewhere = browser.get("/").await;
    assert_eq!(ancestors(&elsewhere), "'none'");
}

#[tokio::test]
async fn neither_session_is_taken_for_the_other() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    bed.record(&account, &[event("e-1", &at(0))]).await;
    let bound = json!({"category": "users", "user_id": "usr_1"});
    let mut linked = Browser::new(&bed);
    let page = linked.open(&link(&bed, &account, &bound).await).await;
    let handle = page.rsplit_once('/').expect("a path").1.to_owned();
    let of_link = linked.cookies.get(&format!("__Host-audit-view-{handle}")).expect("a session").clone();
    let mut signed_in = Browser::new(&bed);
    signed_in.sign_in(&account).await;
    let of_sign_in = signed_in.cookies.get("__Host-audit-session").expect("a session").clone();

    let mut forged = Browser::new(&bed);
    forged.cookies.insert("__Host-audit-session".to_owned(), of_link.clone());
    assert!(forged.get("/").await.body.contains("<h1>Sign in</h1>"));
    forged.cookies.insert(format!("__Host-audit-view-{handle}"), of_sign_in);
    assert_eq!(forged.get(&page).await.status, 401);
    forged.cookies.insert("__Host-audit-view-other".to_owned(), of_link);
    assert_eq!(forged.get("/view/link/other").await.status, 401, "the handle is of its own session");
    assert_eq!(signed_in.get(&page).await.status, 401);
    assert!(linked.get("/").await.body.contains("<h1>Sign in</h1>"));
    // Both in one browser, each in its place.
    linked.cookies.extend(signed_in.cookies.clone());
    assert!(linked.get("/").await.body.contains("/e-1\""));
    assert!(!linked.get(&page).await.body.contains("/e-1\""));
}

#[tokio::test]
async fn a_browser_that_gives_no_cookie_back_is_sent_to_a_tab_of_its_own_and_the_link_is_still_good() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let url = link(&bed, &account, &json!({"origins": origins()})).await;
    let mut browser = Browser::new(&bed);
    let page = browser.get(&below_the_stage(&url)).await;
    let (token, code) = (hidden(&page.body, "form"), hidden(&page.body, "code"));
    browser.cookies.clear();
    let reply = browser.post("/v", &[("form", &token), ("code", &code)]).await;
    assert_eq!((reply.status, ancestors(&reply)), (403, ORIGINS));
    assert!(reply.body.contains("target=\"_blank\" rel=\"noopener noreferrer\""), "{}", reply.body);
    let fresh = links(&reply.body).into_iter().find(|url| url.contains("/v/")).expect("a link");
    let at = Browser::new(&bed).open(&format!("https://audit.example.com{fresh}")).await;
    assert!(at.starts_with("/view/link/"), "{at}");
}

#[tokio::test]
async fn what_cannot_be_a_link_is_refused_and_each_fault_named() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    for (link, field, said) in [
        (json!({"colour": 1}), "colour", "is not a field of a viewer link"),
        (json!({"user_id": "usr_1"}), "user_id", "must be given together with a category"),
        (json!({"category": "users", "event_type": "A"}), "user_id", "cannot be combined"),
        (json!({"origins": ["https://*.example.com"]}), "origins", "must be an origin"),
        (json!({"origins": "https://a.example"}), "origins", "must be a list of strings"),
        (json!({"origins": vec!["https://a.example"; 11]}), "origins", "must be at most 10 origins"),
        (json!({"minutes": 0}), "minutes", "must be a whole number from 1 to 60"),
        (json!({"minutes": 61}), "minutes", "must be a whole number from 1 to 60"),
        (json!({"from": "2024-01-02", "to": "2024-01-01"}), "to", "must not be before from"),
        (json!({"from": 1}), "from", "must be a string"),
    ] {
        let reply = bed.send(&Call::viewer_link(&account, &link)).await;
        assert_eq!(reply.status, 400, "{link}");
        let messages = reply.json()[field].to_string();
        assert!(messages.contains(said), "{link}: {}", reply.body);
    }
    let writer = bed.account_with(&[Scope::EventsWrite]).await;
    assert_eq!(bed.send(&Call::viewer_link(&writer, &json!({}))).await.status, 401);
    let text =
        Call::viewer_link(&account, &json!({})).without_header("Content-Type").header("Content-Type", "text/plain");
    assert_eq!(bed.send(&text).await.status, 415);
    assert_eq!(bed.send(&Call::viewer_link(&account, &json!([]))).await.status, 400);
}

#[tokio::test]
async fn a_code_that_there_is_not_opens_nothing_and_no_code_is_stored() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let mut browser = Browser::new(&bed);
    for code in ["x", &"a".repeat(43), "%22%3E"] {
        let reply = browser.get(&format!("/v/{code}")).await;
        assert_eq!((reply.status, ancestors(&reply)), (404, "'none'"), "{code}");
    }
    let url = link(&bed, &account, &json!({})).await;
    let code = url.rsplit_once('/').expect("a path").1;
    let hash = shared::credential::Secret::parse(code).expect("a secret").hash().to_text();
    let items = bed.items_of(&format!("viewer-link#{hash}")).await;
    assert_eq!(items.len(), 1);
    assert!(!format!("{items:?}").contains(code));
}
