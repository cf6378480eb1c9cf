//! What the system log refuses, and how: always in the vendor's words, never with another account's events.

use tests::records::{at, event};
use tests::stream::append_recorded;
use tests::system_log_client::{call_of, page};
use tests::{Account, Bed, Call, refusal};

async fn account_with_events(bed: &Bed) -> Account {
    crate::feed::account_with(bed, 5).await
}

/// The code and the causes of a refusal.
async fn refused(bed: &Bed, call: &Call, status: u16) -> (String, Vec<String>) {
    let reply = bed.send(call).await;
    refusal::check(call, &reply, status);
    let body = reply.json();
    let causes = body["errorCauses"].as_array().unwrap().iter();
    let causes = causes.map(|cause| cause["errorSummary"].as_str().unwrap().to_owned());
    (body["errorCode"].as_str().unwrap().to_owned(), causes.collect())
}

async fn token(bed: &Bed, call: &Call) -> String {
    let next = page(bed, call).await.next.expect("a next page");
    next.split_once("after=").expect("a token").1.split('&').next().expect("a token").to_owned()
}

#[tokio::test]
async fn bad_parameters_are_named_with_what_would_be_accepted() {
    let bed = Bed::new().await;
    let account = account_with_events(&bed).await;
    let limit = "limit: must be a whole number from 1 to 1000";
    let order = "sortOrder: must be ASCENDING or DESCENDING";
    let keyword = "q: is not supported: filter is, by eventType, actor.id, actor.alternateId and target.id";
    let time = "must be a date or date-time, such as 2018-04-10, 2018-04-10T16:20:56 (UTC) or 2018-04-10T18:20:56+02:00 (in a \
        URL, + is written %2B)";
    let unknown =
        "cursor: is not a parameter of this endpoint, which takes since, until, after, filter, q, limit, sortOrder";
    for (name, value, cause) in [
        ("limit", "0", limit.to_owned()),
        ("limit", "1001", limit.to_owned()),
        ("limit", "", limit.to_owned()),
        ("sortOrder", "ascending", order.to_owned()),
        ("sortOrder", "", order.to_owned()),
        ("q", "ada", keyword.to_owned()),
        ("q", "", keyword.to_owned()),
        ("since", "yesterday", format!("since: {time}")),
        ("since", "2026-01-01T00:00:00 02:00", format!("since: {time}")),
        ("until", "", format!("until: {time}")),
        ("until", "1969-12-31T23:59:59Z", "until: must be in the years 1970 to 9999".to_owned()),
        ("cursor", "x", unknown.to_owned()),
    ] {
        let call = Call::system_log(&account).query(name, value);
        assert_eq!(refused(&bed, &call, 400).await, ("E0000001".to_owned(), vec![cause]), "{name}={value}");
    }
    let twice = Call::system_log(&account).query("limit", "1").query("limit", "2");
    assert_eq!(refused(&bed, &twice, 400).await.1, ["limit: must be given once"]);
    let upside_down = Call::system_log(&account).query("since", "2026-01-02").query("until", "2026-01-01");
    assert_eq!(refused(&bed, &upside_down, 400).await.1, ["since: must not be later than until"]);
    let all = Call::system_log(&account).query("limit", "0").query("since", "x").query("sortOrder", "x");
    let reply = bed.send(&all).await.json();
    assert_eq!(reply["errorSummary"], "Api validation failed: limit, since, sortOrder");
}

#[tokio::test]
async fn a_filter_that_is_none_and_one_that_is_not_supported_are_told_apart() {
    let bed = Bed::new().await;
    let account = account_with_events(&bed).await;
    for (filter, code, cause) in [
        ("", "E0000053", "filter: it must begin with the name of an attribute"),
        ("eventType eq INVITED_USER", "E0000053", "filter: a value must be a text in double quotes"),
        (
            r#"outcome.result eq "SUCCESS""#,
            "E0000031",
            "filter: what is not supported: attribute outcome.result: eventType, actor.id, actor.alternateId and target.id are",
        ),
        (r#"eventType sw "INV""#, "E0000031", "filter: what is not supported: operator sw: only eq is"),
    ] {
        let call = Call::system_log(&account).query("filter", filter);
        assert_eq!(refused(&bed, &call, 400).await, (code.to_owned(), vec![cause.to_owned()]), "{filter}");
    }
}

#[tokio::test]
async fn a_token_that_is_not_of_this_walk_is_refused() {
    let bed = Bed::new().await;
    let (account, other) = (account_with_events(&bed).await, account_with_events(&bed).await);
    let call = Call::system_log(&account).query("limit", "2");
    let polling = token(&bed, &call).await;
    let descending = token(&bed, &call.clone().query("sortOrder", "DESCENDING")).await;
    let bounded = token(&bed, &call.clone().query("until", "2999-01-01T00:00:00Z")).await;
    let of_other = token(&bed, &Call::system_log(&other).query("limit", "2")).await;
    let of_feed = bed.send(&Call::feed(&account).query("limit", "2")).await.json()["next"].as_str().unwrap().to_owned();
    let cause = "after: must be a token that this endpoint gave, with the same filter, until and sortOrder";
    let said = ("E0000001".to_owned(), vec![cause.to_owned()]);
    let after = |token: &str| Call::system_log(&account).query("after", token);
    let cut = &polling[..polling.len() - 1];
    for bad in [
        after(""),
        after("x"),
        after(cut),
        after(&of_other),
        after(&of_feed),
        after(&polling).query("sortOrder", "DESCENDING"),
        after(&descending).query("sortOrder", "ASCENDING"),
        after(&bounded).query("until", "2998-01-01T00:00:00Z"),
    ] {
        assert_eq!(refused(&bed, &bad, 400).await, said, "{}", bad.event());
    }
}

#[tokio::test]
async fn who_may_not_read_the_audit_is_told_apart_from_who_is_unknown() {
    let bed = Bed::new().await;
    let account = account_with_events(&bed).await;
    let writer = bed.account_with(&[shared::credential::Scope::EventsWrite]).await;
    let call = Call::system_log(&account);
    let presenting = |header: &str| call.clone().without_header("Authorization").header("Authorization", header);
    let token = account.token();
    for good in [format!("SSWS {token}"), format!("SSWS{token}"), format!("Bearer {token}"), format!("Bearer{token}")] {
        assert_eq!(bed.send(&presenting(&good)).await.status, 200, "{good}");
    }
    let unknown = ("E0000011".to_owned(), Vec::new());
    assert_eq!(refused(&bed, &call.clone().without_header("Authorization"), 401).await, unknown);
    assert_eq!(refused(&bed, &presenting(&token), 401).await, unknown);
    assert_eq!(refused(&bed, &presenting(&format!("VBrick {token}")), 401).await, unknown);
    assert_eq!(refused(&bed, &Call::system_log(&account.with_secret("wrong")), 401).await, unknown);
    assert_eq!(refused(&bed, &Call::system_log(&writer), 403).await.0, "E0000006");
    let twice = call.clone().header("authorization", "SSWS x.y");
    assert_eq!(
        refused(&bed, &twice, 400).await,
        ("E0000001".to_owned(), vec!["Authorization must be given once".to_owned()])
    );
    for method in ["HEAD", "POST"] {
        let other = call.clone().method(method);
        assert_eq!(refused(&bed, &other, 405).await.0, "E0000022");
        assert_eq!(bed.send(&other).await.header("allow"), Some("GET"));
    }
}

#[tokio::test]
async fn a_token_of_before_a_restore_is_gone() {
    for bed in Bed::on_each_engine().await {
        let account = account_with_events(&bed).await;
        let call = Call::system_log(&account).query("limit", "3");
        let ascending = token(&bed, &call).await;
        let descending = token(&bed, &call.query("sortOrder", "DESCENDING")).await;
        for item in bed.items_of(&format!("log#{}", account.id)).await {
            bed.delete_item(item["pk"].as_s().unwrap(), item["sk"].as_s().unwrap()).await;
        }
        for event in bed.event_items(&account).await {
            bed.delete_item(event["pk"].as_s().unwrap(), event["sk"].as_s().unwrap()).await;
        }
        bed.record(&account, &(0..7).map(|n| event(&format!("new-{n}"), &at(n))).collect::<Vec<_>>()).await;
        append_recorded(&bed, &account).await;
        for token in [ascending, descending] {
            let call = Call::system_log(&account).query("after", &token);
            let (code, causes) = refused(&bed, &call, 410).await;
            assert_eq!((code.as_str(), causes[0].starts_with("after: the log was restored")), ("E0000001", true));
        }
    }
}

#[tokio::test]
async fn a_store_that_does_not_answer_is_a_503_that_says_when_to_come_back() {
    let bed = Bed::new().await;
    let account = account_with_events(&bed).await;
    let nowhere = audit_cli::engine::config("http://127.0.0.1:1");
    let reply = Call::system_log(&account).send(&bed.app_through(nowhere)).await;
    refusal::check(&Call::system_log(&account), &reply, 503);
    assert_eq!(reply.json()["errorCode"], "E0000009");
    let number = |name: &str| reply.header(name).unwrap().parse::<i64>().unwrap();
    let said = ["retry-after", "x-rate-limit-limit", "x-rate-limit-remaining"].map(number);
    assert_eq!(said, [1, 1, 0]);
    let now_s = shared::process::clock::now().epoch_ms() / 1_000;
    assert!((now_s - 30..=now_s + 1).contains(&number("x-rate-limit-reset")), "{:?}", reply.headers);
    assert!(reply.header("date").unwrap().ends_with(" GMT"));
    assert_eq!(
        call_of(&account, &page(&bed, &Call::system_log(&account)).await.own).event(),
        Call::system_log(&account).event()
    );
}
