//! What the page for people writes to its log, and puts into its pages and URLs: no secret, token or code.

use serde_json::json;
use tests::browser::{Browser, below_the_stage, hidden};
use tests::captured_log::CapturedLog;
use tests::records::{at, record};
use tests::{Bed, Call};

#[tokio::test]
async fn neither_the_log_nor_a_page_nor_a_url_has_a_secret_a_token_or_the_code_of_a_link() {
    let log = CapturedLog::start();
    let bed = Bed::new().await;
    let account = bed.account().await;
    bed.record(&account, &[record("e-1", &at(0), "users", "usr_1")]).await;
    let made = bed.send(&Call::viewer_link(&account, &json!({"origins": ["https://app.example.com"]}))).await.json();
    let url = made["url"].as_str().expect("a URL").to_owned();
    let code = url.rsplit_once('/').expect("a path").1.to_owned();
    let mut signed_in = Browser::new(&bed);
    signed_in.sign_in(&account).await;
    let mut linked = Browser::new(&bed);
    let form = linked.get(&below_the_stage(&url)).await;
    let token_of_form = linked.cookies.values().next().expect("a cookie").clone();
    let view = linked.open(&url).await;
    let mut secrets = vec![account.secret.clone(), code.clone(), token_of_form];
    secrets.extend(signed_in.cookies.values().chain(linked.cookies.values()).cloned());
    assert_eq!(secrets.len(), 5, "secret, code, the cookies of a form and of two sessions");

    let mut pages = Vec::new();
    for path in ["/", "/?from=x", "/view/users", "/view/integrity", "/view/export", "/view/newest", "/view/nothing"] {
        pages.push(signed_in.get(path).await);
    }
    for path in [view.clone(), format!("{view}/export"), format!("{view}/users"), format!("{view}/nothing")] {
        pages.push(linked.get(&path).await);
    }
    let wrong = [("form", hidden(&Browser::new(&bed).get("/").await.body, "form")), ("secret", account.secret.clone())];
    let wrong: Vec<_> = wrong.iter().map(|(name, value)| (*name, value.as_str())).collect();
    pages.push(signed_in.post("/session", &wrong).await);
    // A link that was used, a code that is none, and a code where no page is.
    for path in [below_the_stage(&url), "/v/none".to_owned(), format!("/view/{code}")] {
        pages.push(Browser::new(&bed).get(&path).await);
    }

    for page in &pages {
        for secret in &secrets {
            assert!(!page.body.contains(secret.as_str()), "{}", page.body);
            assert!(page.header("location").is_none_or(|location| !location.contains(secret.as_str())));
        }
    }
    assert!(form.body.contains(&code), "but the page that opens the link, which sends it on");
    let lines = [log.lines("endpoint", "trail-view"), log.lines_without("endpoint")].concat();
    assert!(lines.len() >= 18, "each request has a line: {}", lines.len());
    for line in lines {
        let line = line.to_string();
        assert!(secrets.iter().all(|secret| !line.contains(secret.as_str())), "{line}");
    }
}
