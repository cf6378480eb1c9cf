//! The walk through the page for people.

use super::{call, demo};
use serde_json::json;
use std::collections::BTreeSet;
use tests::Call;
use tests::access::Access;
use tests::browser::{Browser, hidden};
use tests::rounds::sign_round;

/// What the page for people asks for, of one who signs in, looks at all there is, opens links bound to all that they can be bound to,
/// and signs out.
pub(super) async fn look_around(function: &str) -> BTreeSet<Access> {
    let (bed, account) = demo().await;
    sign_round(&bed).await;
    let container = bed.cold();
    call(&container, &account, function).await;
    let mut browser = Browser::new(&container);
    assert_eq!(browser.sign_in(&account).await.status, 303);
    for path in [
        "/?event_type=RESET_PASSWORD",
        "/?user_email=ada%40example.com",
        "/?category=users",
        "/?category=users&user_id=usr_demo_00",
        "/view/newest",
        "/view/users",
        "/view/integrity",
        "/view/events/2024-01-01T00:00:00.000Z/users-000",
        "/view/events/2024-01-01T00:00:00.000Z/users-000/proof",
    ] {
        assert_eq!(browser.get(path).await.status, 200, "{path}");
    }
    for link in [
        json!({"event_type": "A", "user_email": "ada@example.com", "from": "2024-01-01", "to": "2024-01-02"}),
        json!({"category": "users", "user_id": "usr_demo_00", "origins": ["https://app.example.com"]}),
    ] {
        let made = container.send(&Call::viewer_link(&account, &link)).await;
        browser.open(made.json()["url"].as_str().expect("a URL")).await;
    }
    let page = browser.get("/").await;
    assert_eq!(browser.post("/session/end", &[("form", &hidden(&page.body, "form"))]).await.status, 303);
    container.accesses()
}
