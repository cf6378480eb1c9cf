//! What the dashboard dialect refuses, how, and in what order.

use serde_json::{Value, json};
use tests::hostile::{damaged, forged, texts};
use tests::records::user;
use tests::{Account, Bed, Call, refusal};

fn both(account: &Account) -> [Call; 2] {
    [Call::get_user(account, "usr_1"), Call::list_users(account)]
}

/// 400 in the error object, with that code. Returns the message.
async fn check(bed: &Bed, call: &Call, code: &str) -> String {
    let reply = bed.send(call).await;
    refusal::check(call, &reply, 400);
    let body = reply.json();
    let text = |key: &str| body.get(key).and_then(Value::as_str).expect("a text").to_owned();
    let error_type = if code == "INVALID_API_KEYS" { "INVALID_INPUT" } else { "INVALID_REQUEST" };
    assert_eq!((text("error_type").as_str(), text("error_code").as_str()), (error_type, code), "{}", reply.body);
    text("error_message")
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    for call in both(&account) {
        let good = call.body_text();
        let mut bodies: Vec<Vec<u8>> = [
            "",
            " ",
            "null",
            "true",
            "1",
            "\"x\"",
            "[]",
            "[{}]",
            "{",
            "}",
            "{}{}",
            "{},",
            "{'a':1}",
            "{a:1}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":NaN}",
            "{\"a\":01}",
            "\u{feff}\u{feff}{}",
            "client_id=demo&secret=x",
            "<xml/>",
        ]
        .map(|text| text.as_bytes().to_vec())
        .to_vec();
        bodies.push(b"{\"client_id\":\"\xff\xfe\"}".to_vec());
        bodies.push(b"\x00\x01\x02\xff".to_vec());
        bodies.push(b"{\"client_id\":\"a\x01b\"}".to_vec());
        bodies.push(format!("{good} x").into_bytes());
        for body in bodies {
            let message = check(&bed, &call.clone().body(body), "INVALID_BODY").await;
            assert_eq!(message, "body could not be parsed as JSON");
        }
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_and_one_at_the_limit_is_not() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    bed.put_users(&account, &[user("usr_1")]).await;
    for call in both(&account) {
        let text = call.body_text();
        let padded = |length: usize| format!("{text}{}", " ".repeat(length - text.len()));
        assert_eq!(bed.send(&call.clone().body(padded(65_536))).await.status, 200);
        let message = check(&bed, &call.clone().body(padded(65_537)), "INVALID_BODY").await;
        assert_eq!(message, "body must be at most 65536 bytes");
    }
}

#[tokio::test]
async fn a_content_type_that_is_not_json_is_refused() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    bed.put_users(&account, &[user("usr_1")]).await;
    for call in both(&account) {
        let call = call.without_header("Content-Type");
        for bad in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp", "é"]
        {
            let message = check(&bed, &call.clone().header("Content-Type", bad), "INVALID_BODY").await;
            assert_eq!(message, "Content-Type must be application/json");
        }
        for good in ["application/json", "APPLICATION/JSON", "application/json; charset=utf-8", "application/json ;x"] {
            assert_eq!(bed.send(&call.clone().header("Content-Type", good)).await.status, 200, "{good}");
        }
        let message = check(&bed, &call, "INVALID_BODY").await;
        assert_eq!(message, "Content-Type must be application/json", "a form of another site can leave it out");
    }
}

#[tokio::test]
async fn fields_that_are_not_known_are_named() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let told = "the following fields are not recognized by this endpoint: ";
    for call in both(&account) {
        for field in ["count", "é", "a\u{0}b", "Client_id", "", "dashboard_user_ids", "' OR 1=1", &"x".repeat(10_000)]
        {
            let message = check(&bed, &call.clone().field(field, json!(null)), "UNKNOWN_FIELDS").await;
            assert_eq!(message, format!("{told}{field}"));
        }
        let message = check(&bed, &call.field("a", json!(1)).field("b", json!({})), "UNKNOWN_FIELDS").await;
        assert_eq!(message, format!("{told}a, b"));
    }
    let other = Call::list_users(&account).field("dashboard_user_id", json!("usr_1"));
    assert_eq!(check(&bed, &other, "UNKNOWN_FIELDS").await, format!("{told}dashboard_user_id"));
    let other = Call::get_user(&account, "usr_1").field("cursor", json!(null));
    assert_eq!(check(&bed, &other, "UNKNOWN_FIELDS").await, format!("{told}cursor"));
}

#[tokio::test]
async fn required_fields_that_are_absent_or_null_are_named_together() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let told = "the following required fields are missing: ";
    let get = Call::get_user(&account, "usr_1");
    for (call, missing) in [
        (get.clone().without_field("dashboard_user_id"), "dashboard_user_id"),
        (get.clone().field("dashboard_user_id", json!(null)), "dashboard_user_id"),
        (get.clone().without_field("client_id"), "client_id"),
        (get.clone().field("secret", json!(null)), "secret"),
        (get.body("{}"), "dashboard_user_id, client_id, secret"),
        (Call::list_users(&account).body("{}"), "client_id, secret"),
    ] {
        assert_eq!(check(&bed, &call, "MISSING_FIELDS").await, format!("{told}{missing}"));
    }
}

#[tokio::test]
async fn a_field_of_the_wrong_type_or_given_twice_is_named() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let deep: Value = (0..100).fold(json!(1), |inner, _| json!([inner]));
    for value in [json!(1), json!(1.5), json!(true), json!({}), json!([]), json!(["usr_1"]), json!({"a": "b"}), deep] {
        let get = Call::get_user(&account, "usr_1");
        let message = check(&bed, &get.clone().field("dashboard_user_id", value.clone()), "INVALID_FIELD").await;
        assert_eq!(message, "dashboard_user_id must be a string");
        let message = check(&bed, &Call::list_users(&account).field("cursor", value.clone()), "INVALID_FIELD").await;
        assert_eq!(message, "cursor must be a string");
        for field in ["client_id", "secret"] {
            let message = check(&bed, &get.clone().field(field, value.clone()), "INVALID_FIELD").await;
            assert_eq!(message, format!("{field} must be a properly formatted, non-empty string"));
        }
    }
    for call in both(&account) {
        for field in ["client_id", "secret"] {
            for empty in ["", " ", "\t\n"] {
                let message = check(&bed, &call.clone().field(field, json!(empty)), "INVALID_FIELD").await;
                assert_eq!(message, format!("{field} must be a properly formatted, non-empty string"));
            }
            let twice = call.body_text().replacen('{', &format!("{{\"{field}\":\"x\","), 1);
            let message = check(&bed, &call.clone().body(twice), "INVALID_FIELD").await;
            assert_eq!(message, format!("{field} must be given once"));
        }
    }
}

#[tokio::test]
async fn json_as_deep_as_the_body_allows_is_refused_like_any_other() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
    let objects = format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
    for deep in [deep, objects] {
        let keys = format!(r#""client_id":"{}","secret":"{}""#, account.client_id, account.secret);
        let call = Call::list_users(&account).body(format!(r#"{{"cursor":{deep},{keys}}}"#));
        assert_eq!(check(&bed, &call, "INVALID_FIELD").await, "cursor must be a string");
        let call = Call::list_users(&account).body(format!(r#"{{"x":{deep},{keys}}}"#));
        check(&bed, &call, "UNKNOWN_FIELDS").await;
    }
    let open = Call::list_users(&account).body("[".repeat(60_000));
    check(&bed, &open, "INVALID_BODY").await;
}

#[tokio::test]
async fn an_id_or_a_cursor_that_is_none_is_named() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    for text in texts().iter().map(String::as_str).chain(["usr_nobody"]) {
        let message = check(&bed, &Call::get_user(&account, text), "INVALID_FIELD").await;
        assert!(message.starts_with("dashboard_user_id must be "), "{message}");
        let message = check(&bed, &Call::list_users(&account).field("cursor", json!(text)), "INVALID_FIELD").await;
        assert_eq!(message, "cursor must be the next_cursor of an earlier page, or null for the first");
    }
}

#[tokio::test]
async fn a_cursor_that_is_damaged_or_made_up_is_refused() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    bed.put_users(&account, &(0..101).map(|n| user(&format!("usr_{n:03}"))).collect::<Vec<_>>()).await;
    let cursor = bed.send(&Call::list_users(&account)).await.json()["next_cursor"].as_str().unwrap().to_owned();

    let listing = [("endpoint", "dashboard-user-list"), ("account", account.id.as_str())];
    assert_eq!(cursor, forged(&listing, r#"[2,{"users":"usr_099"}]"#), "this is how one is made");
    let made_up = [r#"[2,{"users":"a#b"}]"#, r#"[9,{"users":"usr_099"}]"#, r#"[2,{"user":"usr_099"}]"#, "{}", "[]"];
    let made_up = made_up.map(|payload| forged(&listing, payload));
    for bad in damaged(&cursor).into_iter().chain(made_up) {
        check(&bed, &Call::list_users(&account).field("cursor", json!(bad)), "INVALID_FIELD").await;
    }
}

#[tokio::test]
async fn credentials_come_from_body_or_headers_and_must_not_contradict() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let (id, secret) = (account.client_id.as_str(), account.secret.as_str());
    let bare = Call::list_users(&account).without_field("client_id").without_field("secret");
    let in_headers = bare.clone().header("PLAID-CLIENT-ID", id).header("PLAID-SECRET", secret);
    let in_both = Call::list_users(&account).header("PLAID-CLIENT-ID", id).header("Plaid-Secret", secret);
    let halves = bare.clone().field("client_id", json!(id)).header("plaid-secret", secret);
    for good in [&in_headers, &in_both, &halves] {
        assert_eq!(bed.send(good).await.status, 200);
    }

    let list = Call::list_users(&account);
    let mut bad = vec![list.clone().header("PLAID-SECRET", "other"), list.clone().header("PLAID-CLIENT-ID", "other")];
    let hostile = texts().into_iter().filter(|text| !text.trim().is_empty());
    for text in hostile.chain([format!("{secret}x")]) {
        bad.push(list.clone().field("client_id", json!(text)));
        bad.push(list.clone().field("secret", json!(text)));
    }
    bad.push(bare.clone().header("PLAID-CLIENT-ID", "é").header("PLAID-SECRET", "é"));
    for call in bad {
        assert_eq!(check(&bed, &call, "INVALID_API_KEYS").await, "invalid client_id or secret provided");
    }
    let empty = bare.header("PLAID-CLIENT-ID", "").header("PLAID-SECRET", secret);
    check(&bed, &empty, "INVALID_FIELD").await;
}

#[tokio::test]
async fn the_first_check_that_fails_is_the_one_that_is_told() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    // Everything is wrong; one fault after the other is mended, in the order of the checks.
    let call = Call::get_user(&account, "usr_nobody").without_field("dashboard_user_id");
    let call = call.field("secret", json!(1)).field("unknown", json!(1)).without_header("Content-Type");
    check(&bed, &call.clone().header("Content-Type", "text/plain"), "INVALID_BODY").await;
    let call = call.header("Content-Type", "application/json");
    check(&bed, &call, "UNKNOWN_FIELDS").await;
    let call = call.without_field("unknown");
    check(&bed, &call, "MISSING_FIELDS").await;
    let call = call.field("dashboard_user_id", json!(1));
    check(&bed, &call, "INVALID_FIELD").await;
    let call = call.field("secret", json!("wrong"));
    assert_eq!(check(&bed, &call, "INVALID_FIELD").await, "dashboard_user_id must be a string");
    let call = call.field("dashboard_user_id", json!("usr_nobody"));
    check(&bed, &call, "INVALID_API_KEYS").await;
    let call = call.field("secret", json!(account.secret));
    assert_eq!(check(&bed, &call, "INVALID_FIELD").await, "dashboard_user_id must be the id of a dashboard user");

    let list = Call::list_users(&account).field("cursor", json!("bad"));
    check(&bed, &list.clone().field("secret", json!("wrong")), "INVALID_API_KEYS").await;
    check(&bed, &list, "INVALID_FIELD").await;
}

#[tokio::test]
async fn nothing_is_asked_of_the_store_before_the_body_is_in_order() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    bed.requests_sent();
    for call in both(&account) {
        for bad in [call.clone().body("x"), call.clone().field("x", json!(1)), call.clone().field("secret", json!(1))] {
            assert_eq!(bed.send(&bad).await.status, 400);
        }
    }
    assert_eq!(bed.requests_sent(), 0);
}
