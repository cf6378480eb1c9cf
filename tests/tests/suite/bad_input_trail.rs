//! What the trail refuses, and how.

use tests::hostile::{damaged, forged, texts};
use tests::records::{at, event_by};
use tests::{Account, Bed, Call, refusal, trail_walk};

async fn account_with_events(bed: &Bed) -> Account {
    let account = bed.account().await;
    let events: Vec<_> =
        (0..3).map(|n| event_by(&format!("e-{n}"), &at(n), "ada@example.com", "RESET_PASSWORD")).collect();
    bed.record(&account, &events).await;
    account
}

/// 400, and that parameter alone is named.
async fn check_names(bed: &Bed, call: &Call, parameter: &str) {
    let reply = bed.send(call).await;
    refusal::check(call, &reply, 400);
    let body = reply.json();
    let named: Vec<_> = body.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(named, [parameter], "{}", reply.body);
}

#[tokio::test]
async fn a_hostile_text_in_any_parameter_is_a_400_that_names_it_and_in_a_cursor_a_404() {
    let bed = Bed::new().await;
    let account = account_with_events(&bed).await;
    for trail in [Call::trail(&account), Call::trail_of(&account, "crm")] {
        for text in texts() {
            for parameter in ["start_date", "end_date", "event_type", "page_size", "user_email"] {
                check_names(&bed, &trail.clone().query(parameter, &text), parameter).await;
            }
            let call = trail.clone().query("cursor", &text);
            let reply = bed.send(&call).await;
            refusal::check(&call, &reply, 404);
            assert_eq!(reply.body, r#"{"detail":"Invalid cursor"}"#);
        }
    }
}

#[tokio::test]
async fn a_date_that_there_is_not_is_refused() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    for date in [
        "2024-02-30",
        "2023-02-29",
        "2024-13-01",
        "2024-00-10",
        "2024-01-32",
        "2024-01-01T24:01:00Z",
        "2024-01-01T25:00:00Z",
        "2024-01-01T00:60:00Z",
        "2024-01-01T00:00:61Z",
        "2024-01-01T00:00:00+24:00",
        "0000-01-01",
        "0000-01-01T00:00:00Z",
        "1969-12-31T23:59:59.999Z",
        "1970-01-01T00:00:00+00:01",
        "10000-01-01",
        "10000-01-01T00:00:00Z",
        "+010000-01-01T00:00:00Z",
        "9999-12-31T23:59:59-00:01",
        "-2024-01-01",
        "01/02/2024",
        "1704067200",
        "2024-01-01T",
        "2024-01-01TT00:00:00Z",
        "2024-01-01T00:00:00Zulu",
        "2024-01-01T00:00:00 02:00",
        "now",
    ] {
        for parameter in ["start_date", "end_date"] {
            check_names(&bed, &Call::trail(&account).query(parameter, date), parameter).await;
        }
    }
}

#[tokio::test]
async fn what_is_one_past_a_bound_is_refused_and_what_is_on_it_is_not() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let (type_64, type_65) = ("A".repeat(64), "A".repeat(65));
    let (email_254, email_255) = (format!("{}@b.example", "a".repeat(244)), format!("{}@b.example", "a".repeat(245)));
    for (parameter, good) in [
        ("page_size", "1"),
        ("page_size", "100"),
        ("event_type", "A"),
        ("event_type", &type_64),
        ("user_email", "a@b"),
        ("user_email", "żółć@example.com"),
        ("user_email", "a'; DROP TABLE x; --@b".replace(' ', "").as_str()),
        ("user_email", &email_254),
        ("start_date", "9999-12-31T23:59:59.998Z"),
    ] {
        let call = Call::trail(&account).query(parameter, good);
        assert_eq!(bed.send(&call).await.status, 200, "{parameter}={good}");
    }
    for (parameter, bad) in [
        ("page_size", "0"),
        ("page_size", "101"),
        ("page_size", "-1"),
        ("page_size", "+1"),
        ("page_size", "1.0"),
        ("page_size", "1e1"),
        ("page_size", "٣"),
        ("page_size", "18446744073709551617"),
        ("event_type", "a"),
        ("event_type", "_A"),
        ("event_type", "A-B"),
        ("event_type", &type_65),
        ("user_email", "@b"),
        ("user_email", "a@"),
        ("user_email", "a b@c"),
        ("user_email", &email_255),
        ("start_date", "9999-12-31T23:59:59.999Z"),
    ] {
        check_names(&bed, &Call::trail(&account).query(parameter, bad), parameter).await;
    }
}

#[tokio::test]
async fn an_end_that_is_not_after_the_start_is_refused() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    for (start, end) in [
        ("2024-01-02", "2024-01-01"),
        ("2024-01-01", "2024-01-01"),
        ("2024-01-01T00:00:00.0000002Z", "2024-01-01T00:00:00.0000001Z"),
    ] {
        let call = Call::trail(&account).query("start_date", start).query("end_date", end);
        check_names(&bed, &call, "end_date").await;
    }
}

#[tokio::test]
async fn unknown_and_repeated_parameters_are_named_all_at_once() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let trail = Call::trail(&account);
    for parameter in ["pageSize", "Page_Size", "limit", "expand", "", "é", "a#b", "cursor[]", &"x".repeat(3_000)] {
        check_names(&bed, &trail.clone().query(parameter, "1"), parameter).await;
    }
    for (parameter, value) in [
        ("cursor", "x"),
        ("start_date", "2024-01-01"),
        ("end_date", "2024-01-01"),
        ("event_type", "A"),
        ("page_size", "1"),
        ("user_email", "a@b"),
    ] {
        let twice = trail.clone().query(parameter, value).query(parameter, value);
        check_names(&bed, &twice, parameter).await;
        check_names(&bed, &twice.query(parameter, ""), parameter).await;
    }

    let call = trail.query("limit", "1").query("page_size", "1").query("page_size", "2").query("offset", "0");
    let body = bed.send(&call).await.json();
    let named: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(named, ["limit", "offset", "page_size"]);

    let wrong = Call::trail(&account).query("page_size", "0").query("event_type", "a").query("start_date", "x");
    let body = bed.send(&wrong).await.json();
    assert_eq!(body.as_object().unwrap().len(), 3, "{body}");
}

#[tokio::test]
async fn a_cursor_that_is_damaged_or_of_another_query_is_not_found() {
    let bed = Bed::new().await;
    let account = account_with_events(&bed).await;
    let sized = Call::trail(&account).query("page_size", "1");
    let cursor = trail_walk::page(&bed, &sized).await.next.unwrap();
    let mut calls: Vec<_> = damaged(&cursor).iter().map(|cursor| sized.clone().query("cursor", cursor)).collect();
    for (parameter, value) in [
        ("event_type", "RESET_PASSWORD"),
        ("user_email", "ada@example.com"),
        ("start_date", "2024-01-01"),
        ("end_date", "2024-01-02"),
    ] {
        calls.push(sized.clone().query(parameter, value).query("cursor", &cursor));
    }
    for call in calls {
        let reply = bed.send(&call).await;
        refusal::check(&call, &reply, 404);
    }
}

#[tokio::test]
async fn a_cursor_that_somebody_made_up_reaches_nothing_and_breaks_nothing() {
    let bed = Bed::new().await;
    let account = account_with_events(&bed).await;
    let other = account_with_events(&bed).await;
    let listing = |account: &'static str| [("endpoint", "audit-trail"), ("account", account)];
    let (own, others) = (account.id.to_string().leak(), other.id.to_string().leak());
    let trail = |cursor: &str| format!(r#"[2,{{"trail":[{cursor}]}}]"#);
    let all = r#"["1970-01-01T00:00:00.000Z",null,null,null]"#;
    let good = trail(&format!(r#""f",false,true,"2024-01-01T00:00:01.000Z#e-1",{all}"#));
    let call =
        |listing: &[(&str, &str)], payload: &str| Call::trail(&account).query("cursor", &forged(listing, payload));
    let forged_well = call(&listing(own), &good);
    assert_eq!(trail_walk::page(&bed, &forged_well).await.ids, ["e-0"], "this is how one is made");

    refusal::check(&forged_well, &bed.send(&call(&listing(others), &good)).await, 404);
    for payload in [
        good.replacen('2', "3", 1),
        good.replacen("trail", "network", 1),
        trail(&format!(r#""x",false,true,"2024-01-01T00:00:01.000Z#e-1",{all}"#)),
        trail(r#""f",false,true,"2024-01-01T00:00:01.000Z#e-1""#),
        trail(&format!(r#""f",false,true,"2024-01-01T00:00:01.000Z",{all}"#)),
        trail(&format!(r#""f",false,true,"2024-01-01T00:00:01.000Z#e#1",{all}"#)),
        trail(&format!(r#""f",false,true,"2024-02-30T00:00:01.000Z#e-1",{all}"#)),
        trail(&format!(r#""f",false,true,"",{all}"#)),
        trail(r#""f",false,true,"2024-01-01T00:00:01.000Z#e-1",["x",null,null,null]"#),
        trail(r#""f",false,true,"2024-01-01T00:00:01.000Z#e-1",["2025-01-01T00:00:00.000Z",null,null,null]"#),
        trail(r#""f",false,true,"2024-01-01T00:00:01.000Z#e-1",["1970-01-01T00:00:00.000Z",null,"a#b",null]"#),
        trail(r#""f",false,true,"2024-01-01T00:00:01.000Z#e-1",["1970-01-01T00:00:00.000Z",null,null,"a b"]"#),
        r#"{"pk":"events#other#00"}"#.to_owned(),
        "null".to_owned(),
        String::new(),
    ] {
        let call = call(&listing(own), &payload);
        refusal::check(&call, &bed.send(&call).await, 404);
    }
}

#[tokio::test]
async fn without_a_good_credential_nothing_else_is_looked_at() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let trail = Call::trail(&account).without_header("Authorization").query("page_size", "0");
    let none = "Authentication credentials were not provided.";
    let bad = "Invalid token.";
    let (token, long) = (account.token(), format!("Bearer {}.x", "a".repeat(5_000)));
    for (header, detail) in [
        (None, none),
        (Some(""), none),
        (Some("Bearer"), none),
        (Some("Bearer "), none),
        (Some("Bearer x"), none),
        (Some("Bearer ."), none),
        (Some("Bearer x."), none),
        (Some("Bearer é.é"), none),
        (Some("Bearer a#b.c"), none),
        (Some("Bearer 'a' OR 1=1.c"), none),
        (Some(&long), none),
        (Some(&token), none),
        (Some(&format!("Basic {token}")), none),
        (Some(&format!("VBrick {token}")), none),
        (Some(&format!("Bearer {token}\t")), none),
        (Some("Bearer nobody.nothing"), bad),
        (Some(&format!("Bearer {token}x")), bad),
    ] {
        let call = header.map_or(trail.clone(), |header| trail.clone().header("Authorization", header));
        let reply = bed.send(&call).await;
        refusal::check(&call, &reply, 401);
        assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
        assert_eq!(reply.json()["detail"], detail, "{header:?}");
    }
}

#[tokio::test]
async fn a_category_that_there_is_not_is_404_before_anything_else() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    for category in texts().iter().map(String::as_str).chain(["HRIS", "hris ", "payroll"]) {
        if category.is_empty() {
            continue; // the gateway matches no empty segment
        }
        let call = Call::trail_of(&account, category).query("page_size", "0").without_header("Authorization");
        refusal::check(&call, &bed.send(&call).await, 404);
    }
    for category in
        ["accounting", "ats", "calendar", "chat", "crm", "email", "filestorage", "hris", "knowledgebase", "ticketing"]
    {
        assert_eq!(bed.send(&Call::trail_of(&account, category)).await.status, 200, "{category}");
    }
}
