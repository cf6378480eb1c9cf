//! Signing in at the page for people, and out again: cookies, forms, and who is turned away.

use serde_json::json;
use shared::credential::Scope;
use shared::process::clock;
use shared::store::usage::Usage;
use shared::values::ids::ClientId;
use tests::browser::{Browser, hidden};
use tests::records::{at, event};
use tests::{Bed, Call};

const HEADERS: [(&str, &str); 4] = [
    ("cache-control", "no-store"),
    ("content-type", "text/html; charset=utf-8"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
];

#[tokio::test]
async fn who_signs_in_sees_the_list_of_the_account_until_they_sign_out() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        bed.record(&account, &[event("e-1", &at(0))]).await;
        let mut browser = Browser::new(&bed);

        let signed_in = browser.sign_in(&account).await;
        assert_eq!((signed_in.status, signed_in.header("location")), (303, Some("/v1/")), "{}", signed_in.body);
        let list = browser.get("/").await;
        assert_eq!(list.status, 200);
        assert!(list.body.contains(account.id.as_str()), "{}", list.body);
        assert!(list.body.contains("/v1/view/events/2024-01-01T00:00:00.000Z/e-1"), "{}", list.body);

        let kept = browser.cookies.clone();
        let token = hidden(&list.body, "form");
        let signed_out = browser.post("/session/end", &[("form", &token)]).await;
        assert_eq!((signed_out.status, signed_out.header("location")), (303, Some("/v1/")));
        assert!(browser.cookies.is_empty(), "{:?}", browser.cookies);
        browser.cookies = kept;
        let again = browser.get("/").await;
        assert!(again.body.contains("<h1>Sign in</h1>"), "the session is over, also for who kept its cookie");
    }
}

#[tokio::test]
async fn the_cookies_are_as_strict_as_the_place_allows() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let set = async |mut browser: Browser<'_>| {
        let form = browser.get("/").await;
        let signed_in = browser.sign_in(&account).await;
        let without_value = |set: &str| {
            let (name, rest) = set.split_once('=').expect("a cookie");
            format!("{name}{}", rest.split_once(';').map_or("", |(_, attributes)| attributes))
        };
        let mut set: Vec<_> = form.all("set-cookie").into_iter().map(without_value).collect();
        set.extend(signed_in.all("set-cookie").into_iter().map(without_value));
        set.sort();
        set
    };
    assert_eq!(
        set(Browser::new(&bed)).await,
        [
            "__Host-audit-form Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax",
            "__Host-audit-form Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=Lax",
            "__Host-audit-session Path=/; Max-Age=28800; HttpOnly; Secure; SameSite=Lax",
        ]
    );
    assert_eq!(
        set(Browser::on_this_machine(&bed)).await,
        [
            "audit-form Path=/; Max-Age=0; HttpOnly; SameSite=Lax",
            "audit-form Path=/; Max-Age=3600; HttpOnly; SameSite=Lax",
            "audit-session Path=/; Max-Age=28800; HttpOnly; SameSite=Lax",
        ]
    );
}

#[tokio::test]
async fn every_answer_forbids_frames_scripts_of_others_and_referrers() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let mut browser = Browser::new(&bed);
    let mut replies = vec![browser.get("/").await, browser.get("/view/nothing").await, browser.sign_in(&account).await];
    replies.push(browser.get("/").await);
    replies.push(browser.get("/?colour=red").await);
    replies.push(browser.post("/session/end", &[]).await);
    replies.push(browser.send(Call::page("HEAD", "/")).await);
    replies.push(bed.send(&Call::viewer_link(&account, &json!({}))).await);
    let statuses: Vec<_> = replies.iter().map(|reply| reply.status).collect();
    assert_eq!(statuses, [200, 404, 303, 200, 400, 403, 405, 201]);
    for reply in &replies {
        let policy = reply.header("content-security-policy").expect("a policy");
        assert_eq!(
            policy,
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action \
             'self'; base-uri 'none'; frame-ancestors 'none'"
        );
        assert_eq!(reply.header("x-frame-options"), None);
        assert!(!reply.body.contains(" style=") && !reply.body.contains(" onclick="), "{}", reply.body);
    }
    for (name, value) in HEADERS {
        assert_eq!(replies[0].header(name), Some(value));
    }
    assert_eq!(replies[6].header("allow"), Some("GET"));
}

#[tokio::test]
async fn a_credential_that_is_not_good_gets_the_form_again_and_learns_nothing() {
    let bed = Bed::new().await;
    let (account, writer) = (bed.account().await, bed.account_with(&[Scope::EventsWrite]).await);
    let revoked = bed.account().await;
    let client_id = ClientId::parse(&revoked.client_id).expect("a client id");
    bed.store().revoke_credential(&client_id, clock::now(), &Usage::default()).await.expect("it is revoked");
    let mut browser = Browser::new(&bed);
    let token = hidden(&browser.get("/").await.body, "form");

    let tries = [
        (account.client_id.as_str(), "wrong"),
        ("unknown", account.secret.as_str()),
        (&writer.client_id, &writer.secret),
        (&revoked.client_id, &revoked.secret),
        ("", ""),
        ("a b", "\u{202e}"),
    ];
    let mut said = Vec::new();
    for (client_id, secret) in tries {
        let reply = browser.post("/session", &[("form", &token), ("client_id", client_id), ("secret", secret)]).await;
        assert_eq!(reply.status, 401, "{client_id}");
        assert!(secret.is_empty() || !reply.body.contains(secret), "a secret is never shown");
        said.push(reply.body);
    }
    said.dedup();
    assert_eq!(said.len(), 1, "all hear the same");
}

#[tokio::test]
async fn a_whole_token_in_the_field_of_the_secret_is_a_credential_too() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let mut browser = Browser::new(&bed);
    let token = hidden(&browser.get("/").await.body, "form");
    let fields = [("form", token.as_str()), ("client_id", ""), ("secret", &account.token())];
    assert_eq!(browser.post("/session", &fields).await.status, 303);
}

#[tokio::test]
async fn a_form_of_another_site_or_without_its_cookie_is_refused() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let mut browser = Browser::new(&bed);
    let token = hidden(&browser.get("/").await.body, "form");
    let fields = |token: &str| {
        let (client_id, secret) = (account.client_id.clone(), account.secret.clone());
        [("form", token.to_owned()), ("client_id", client_id), ("secret", secret)]
    };
    let form = |token: &str| {
        let fields = fields(token);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Call::form("/session", &fields)
    };
    for (headers, is_taken) in [
        (&[("Origin", "https://evil.example")][..], false),
        (&[("Origin", "null")], false),
        (&[], false),
        (&[("Origin", "https://audit.example.com"), ("Sec-Fetch-Site", "cross-site")], false),
        (&[("Origin", "null"), ("Sec-Fetch-Site", "same-site")], false),
        (&[("Origin", "https://audit.example.com")], true),
    ] {
        let call = headers.iter().fold(form(&token), |call, (name, value)| call.header(name, value));
        let reply = browser.send(call).await;
        assert_eq!(reply.status, if is_taken { 303 } else { 403 }, "{headers:?}");
    }

    let mut other = Browser::new(&bed);
    other.get("/").await;
    let own = |token: &str| form(token).header("Origin", "https://audit.example.com");
    assert_eq!(other.send(own(&token)).await.status, 403, "the token is of another browser's cookie");
    assert_eq!(Browser::new(&bed).send(own(&token)).await.status, 403, "no cookie");
    let get = browser.send(Call::form("/session", &[]).method("GET")).await;
    assert_eq!((get.status, get.header("allow")), (405, Some("POST")));
}

#[tokio::test]
async fn tries_to_sign_in_are_limited_by_network_and_good_ones_count() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let account = bed.account().await;
        let mut browser = Browser::new(&bed);
        let token = hidden(&browser.get("/").await.body, "form");
        let fields = [("form", token.as_str()), ("client_id", &account.client_id), ("secret", "wrong")];
        let mut statuses = Vec::new();
        for _ in 0..60 {
            let reply = browser.post("/session", &fields).await;
            statuses.push(reply.status);
            if reply.status == 429 {
                assert_eq!(reply.header("retry-after"), Some("900"));
                break;
            }
        }
        // A quarter of an hour may have begun in between.
        assert!(statuses.len() > 30 && statuses.last() == Some(&429), "{statuses:?}");
        assert_eq!(browser.sign_in(&account).await.status, 429, "also with the right secret");
    }
}

#[tokio::test]
async fn who_opens_a_page_signed_out_comes_back_to_it() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    for (asked, expected) in [
        ("/?from=2024-01-01&event_type=RESET_PASSWORD", "/v1/?event_type=RESET_PASSWORD&from=2024-01-01"),
        ("/view/events/2024-01-01T00:00:00.000Z/e%7C1", "/v1/view/events/2024-01-01T00:00:00.000Z/e%7C1"),
    ] {
        let mut browser = Browser::new(&bed);
        let page = browser.get(asked).await.body;
        let (token, back) = (hidden(&page, "form"), hidden(&page, "return"));
        let fields = [
            ("form", token.as_str()),
            ("return", &back),
            ("client_id", &account.client_id),
            ("secret", &account.secret),
        ];
        let location = browser.post("/session", &fields).await.header("location").map(ToOwned::to_owned);
        let sorted = |url: &str| {
            let (path, query) = url.split_once('?').unwrap_or((url, ""));
            let mut query: Vec<_> = query.split('&').map(ToOwned::to_owned).collect();
            query.sort();
            (path.to_owned(), query)
        };
        assert_eq!(location.as_deref().map(sorted), Some(sorted(expected)));
    }
}

#[tokio::test]
async fn a_session_is_worth_nothing_once_its_credential_is_revoked() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let mut browser = Browser::new(&bed);
    browser.sign_in(&account).await;
    let client_id = ClientId::parse(&account.client_id).expect("a client id");
    bed.store().revoke_credential(&client_id, clock::now(), &Usage::default()).await.expect("it is revoked");

    let cold = bed.cold();
    let mut elsewhere = Browser::new(&cold);
    elsewhere.cookies = browser.cookies;
    assert!(elsewhere.get("/").await.body.contains("<h1>Sign in</h1>"), "a container that does not remember it");
}

#[tokio::test]
async fn nothing_secret_is_stored_in_clear() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let mut browser = Browser::new(&bed);
    browser.sign_in(&account).await;
    let token = browser.cookies.get("__Host-audit-session").expect("a session").clone();
    let hash = shared::credential::Secret::parse(&token).expect("a secret").hash().to_text();
    let items = bed.items_of(&format!("session#{hash}")).await;
    assert_eq!(items.len(), 1);
    assert!(!format!("{items:?}").contains(&token));
    assert!(items[0].contains_key("expires_at"), "the table deletes it");
}
