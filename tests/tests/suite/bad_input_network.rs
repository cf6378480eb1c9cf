//! What the network audit refuses, and how.

use tests::hostile::{damaged, forged, texts};
use tests::records::{at, record};
use tests::{Account, Bed, Call, network_client, refusal};

/// 400, and the detail names the parameter.
async fn check_names(bed: &Bed, call: &Call, parameter: &str) {
    let reply = bed.send(call).await;
    refusal::check(call, &reply, 400);
    let body = reply.json();
    let detail = body.get("detail").and_then(|detail| detail.as_str()).expect("a detail");
    assert_eq!(body.get("code").and_then(|code| code.as_str()), Some("InvalidParameter"));
    assert!(detail.contains(&format!("{parameter} ")), "{parameter}: {detail}");
}

async fn account_with_records(bed: &Bed, count: usize) -> Account {
    let account = bed.account().await;
    let records: Vec<_> = (0..count).map(|n| record(&format!("e-{n:03}"), &at(n), "users", "u-1")).collect();
    bed.record(&account, &records).await;
    account
}

#[tokio::test]
async fn a_hostile_text_in_any_parameter_is_a_400_that_names_it() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    for call in Call::every_network(&account, "u-1") {
        for text in texts() {
            for parameter in ["fromDate", "toDate", "nextContinuationToken"] {
                check_names(&bed, &call.clone().query_instead(parameter, &text), parameter).await;
            }
        }
    }
}

#[tokio::test]
async fn a_date_without_a_zone_or_that_there_is_not_is_refused() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    for date in [
        "2024-06-01",
        "2024-06-01T00:00:00",
        "2024-06-01T00:00:00.000",
        "2024-02-30T00:00:00Z",
        "2024-13-01T00:00:00Z",
        "2024-06-01T25:00:00Z",
        "2024-06-01T00:00:00+24:00",
        "2024-06-01T24:00:00Z",
        "2024-06-01x00:00:00Z",
        "2024-06-01_00:00:00Z",
        "2024-06-01500:00:00Z",
        "2024-06-01:00:00:00Z",
        "2024-06-01\u{0}00:00:00Z",
        "2024-06-01\n00:00:00Z",
        "2024-06-01  00:00:00Z",
        "20240601T000000Z",
        "2024-W23-6T00:00:00Z",
        "2024-06-01T00:00:00 00:00",
        "0000-01-01T00:00:00Z",
        "1969-12-31T23:59:59.999Z",
        "10000-01-01T00:00:00Z",
        "+010000-01-01T00:00:00Z",
        "undefined",
        "null",
        "1704067200",
    ] {
        for parameter in ["fromDate", "toDate"] {
            for call in Call::every_network(&account, "u-1") {
                check_names(&bed, &call.query_instead(parameter, date), parameter).await;
            }
        }
    }
}

#[tokio::test]
async fn absent_repeated_and_unknown_parameters_are_named() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    for call in Call::every_network(&account, "u-1") {
        for parameter in ["fromDate", "toDate"] {
            check_names(&bed, &call.clone().without_query(parameter), parameter).await;
            check_names(&bed, &call.clone().query(parameter, "2024-06-01T00:00:00Z"), parameter).await;
        }
        let token = call.clone().query("nextContinuationToken", "x").query("nextContinuationToken", "x");
        check_names(&bed, &token, "nextContinuationToken").await;
        for parameter in ["fromdate", "from", "format", "é", "a#b"] {
            check_names(&bed, &call.clone().query(parameter, "x"), parameter).await;
        }
        let neither = call.without_query("fromDate").without_query("toDate");
        check_names(&bed, &neither, "fromDate").await;
        check_names(&bed, &neither, "toDate").await;
    }
}

#[tokio::test]
async fn an_end_that_is_not_after_the_start_is_refused() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    for (from, to) in [
        ("2024-06-01T00:00:00Z", "2024-06-01T00:00:00Z"),
        ("2024-06-01T00:00:00Z", "2024-05-01T00:00:00Z"),
        ("2024-06-01T00:00:00Z", "2024-06-01T01:00:00+01:00"),
        ("2024-06-01T00:00:00.0000002Z", "2024-06-01T00:00:00.0000001Z"),
    ] {
        let call = Call::users_audit(&account, None).query_instead("fromDate", from).query_instead("toDate", to);
        check_names(&bed, &call, "toDate").await;
    }
}

#[tokio::test]
async fn a_user_in_the_path_that_is_no_id_is_refused() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let (id_128, id_129) = ("u".repeat(128), "u".repeat(129));
    for text in texts().iter().map(String::as_str).chain(["a%23b", "%FF", "%E9", "a%2Fb", "a b", &id_129]) {
        for call in [Call::users_audit(&account, Some(text)), Call::user_access_audit(&account, Some(text))] {
            check_names(&bed, &call, "userId").await;
        }
    }
    for text in ["u", "54350110fedcbaf01234ffee", "a%40b", "a@b", &id_128] {
        assert_eq!(bed.send(&Call::users_audit(&account, Some(text))).await.status, 200, "{text}");
    }
}

#[tokio::test]
async fn a_token_that_is_damaged_or_of_another_range_is_refused() {
    let bed = Bed::new().await;
    let account = account_with_records(&bed, 101).await;
    let call = Call::users_audit(&account, None);
    let token = network_client::page(&bed, &call).await.token.unwrap();

    for token in damaged(&token) {
        check_names(&bed, &call.clone().query("nextContinuationToken", &token), "nextContinuationToken").await;
    }
    for to in ["2024-12-31T00:00:00Z", "2025-01-01T00:00:00.001Z"] {
        let moved = call.clone().query_instead("toDate", to).query("nextContinuationToken", &token);
        check_names(&bed, &moved, "toDate").await;
    }
    let same_end = call.query_instead("toDate", "2025-01-01T01:00:00+01:00").query("nextContinuationToken", &token);
    assert_eq!(bed.send(&same_end).await.status, 200, "the same instant, written otherwise");
}

#[tokio::test]
async fn a_token_that_somebody_made_up_reaches_nothing_and_breaks_nothing() {
    let bed = Bed::new().await;
    let account = account_with_records(&bed, 3).await;
    let partition = format!("events#{}#00#category#users", account.id);
    let listing = [("endpoint", "users-audit"), ("account", account.id.as_str()), ("partition", &partition)];
    let call =
        |payload: &str| Call::users_audit(&account, None).query("nextContinuationToken", &forged(&listing, payload));
    let chain = |chain: &str| format!(r#"[2,{{"network":["2024-01-01T00:00:00.000Z#e-000",{chain}]}}]"#);
    let good = call(&chain(r#""2025-01-01T00:00:00.000Z","2026-01-01T00:00:00.000Z",3,1"#));
    assert_eq!(network_client::page(&bed, &good).await.ids, ["e-001", "e-002"], "this is how one is made");

    for bad in [
        chain("null"),
        chain(r#""2025-01-01T00:00:00.000Z","2026-01-01T00:00:00.000Z",3"#),
        chain(r#""2025-01-01T00:00:00.000Z","2026-01-01T00:00:00.000Z",-1,1"#),
        chain(r#""2025-01-01T00:00:00.000Z","",3,1"#),
        chain(r#""2025-01-01","2026-01-01T00:00:00.000Z",3,1"#),
        chain(r#""2024-01-01T00:00:00.000Z","2026-01-01T00:00:00.000Z",3,1"#),
        r#"[2,{"network":["u-1","2025-01-01T00:00:00.000Z","2026-01-01T00:00:00.000Z",3,1]}]"#.to_owned(),
        r#"[2,{"users":"u-1"}]"#.to_owned(),
        "[]".to_owned(),
    ] {
        check_names(&bed, &call(&bad), "nextContinuationToken").await;
    }
}

#[tokio::test]
async fn a_token_with_numbers_that_cannot_be_is_refused() {
    let bed = Bed::new().await;
    let account = account_with_records(&bed, 250).await;
    let partition = format!("events#{}#00#category#users", account.id);
    let listing = [("endpoint", "users-audit"), ("account", account.id.as_str()), ("partition", &partition)];
    for numbers in [
        "18446744073709551615,18446744073709551615",
        "18446744073709551615,18446744073709551614",
        "18446744073709551615,0",
        "4294967296,0",
        "0,18446744073709551615",
        "0,0",
        "250,250",
    ] {
        let times = r#""2025-01-01T00:00:00.000Z","2026-01-01T00:00:00.000Z""#;
        let payload = format!(r#"[2,{{"network":["2024-01-01T00:00:00.000Z#e-000",{times},{numbers}]}}]"#);
        let call = Call::users_audit(&account, None).query("nextContinuationToken", &forged(&listing, &payload));
        check_names(&bed, &call, "nextContinuationToken").await;
    }
}

#[tokio::test]
async fn without_a_good_credential_nothing_else_is_looked_at() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let (token, long) = (account.token(), format!("VBrick {}.x", "a".repeat(5_000)));
    for call in Call::every_network(&account, "a#b") {
        let call = call.without_header("Authorization").query("unknown", "x");
        for header in [
            None,
            Some(""),
            Some("VBrick"),
            Some("VBrick "),
            Some("VBrick x"),
            Some("VBrick x."),
            Some("VBrick .x"),
            Some("VBrick é.é"),
            Some("VBrick nobody.nothing"),
            Some(&long),
            Some(&token),
            Some(&format!("Basic {token}")),
            Some(&format!("VBrick {token}x")),
        ] {
            let call = header.map_or(call.clone(), |header| call.clone().header("Authorization", header));
            let reply = bed.send(&call).await;
            refusal::check(&call, &reply, 401);
            assert_eq!(reply.header("www-authenticate"), Some("VBrick"));
        }
        for account in texts().iter().map(String::as_str).chain(["no-such-account"]) {
            let call = call.clone().header("Authorization", &format!("VBrick {token}"));
            let call = call.path_parameter("accountId", account);
            refusal::check(&call, &bed.send(&call).await, 401);
        }
    }
}

#[tokio::test]
async fn both_schemes_are_taken_in_any_case_and_no_accept_header_is_refused() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let call = Call::users_audit(&account, None).without_header("Authorization");
    for scheme in ["VBrick", "Vbrick", "vbrick", "VBRICK", "Bearer", "bearer"] {
        let call = call.clone().header("Authorization", &format!("{scheme} {}", account.token()));
        for accept in ["application/json", "text/csv", "image/png", "*/*", ""] {
            let reply = bed.send(&call.clone().header("Accept", accept)).await;
            assert_eq!((reply.status, reply.header("content-type")), (200, Some("text/csv; charset=utf-8")));
        }
    }
}
