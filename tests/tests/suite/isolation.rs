//! Nothing that one account holds opens anything of another.

use serde_json::{Value, json};
use tests::records::{at, event_by, record, set, user};
use tests::{Account, Bed, Call, Reply, network_client, refusal, trail_walk};

/// Two accounts with the same ids throughout; what they say differs.
async fn two_accounts(bed: &Bed) -> [Account; 2] {
    let accounts = [bed.account().await, bed.account().await];
    for (account, letter) in accounts.iter().zip(["a", "b"]) {
        let mut events = Vec::new();
        for (category, prefix) in [("users", "u"), ("userAccess", "s")] {
            events.extend((0..101).map(|number| {
                let mut event = record(&format!("{prefix}-{number:03}"), &at(number), category, "usr_000");
                set(&mut event, "/subject/entity_id", json!(format!("{letter}-{prefix}-{number:03}")));
                set(&mut event, "/event_description", json!(format!("of {letter}")));
                event
            }));
        }
        events.push(event_by("both", &at(1_000), &format!("{letter}@example.com"), "RESET_PASSWORD"));
        bed.record(account, &events).await;
        let users = (0..101).map(|number| {
            let mut user = user(&format!("usr_{number:03}"));
            set(&mut user, "/email_address", json!(format!("{letter}{number}@example.com")));
            user
        });
        bed.put_users(account, &users.collect::<Vec<_>>()).await;
    }
    accounts
}

fn says(reply: &Reply, letter: &str) -> bool {
    let other = if letter == "a" { "b" } else { "a" };
    let marks = [format!("of {letter}"), format!("{letter}-u-"), format!("{letter}-s-"), format!("\"{letter}0@")];
    let others = [format!("of {other}"), format!("{other}-u-"), format!("{other}-s-"), format!("\"{other}0@")];
    marks.iter().any(|mark| reply.body.contains(mark)) && !others.iter().any(|mark| reply.body.contains(mark))
}

#[tokio::test]
async fn the_same_ids_in_two_accounts_are_two_things_at_every_endpoint() {
    for bed in Bed::on_each_engine().await {
        let [a, b] = two_accounts(&bed).await;
        for (account, letter) in [(&a, "a"), (&b, "b")] {
            for call in Call::every(account, "usr_000") {
                let reply = bed.send(&call).await;
                assert_eq!(reply.status, 200);
                assert!(says(&reply, letter), "{}: {} of {letter}: {}", bed.engine, call.function, reply.body);
            }
        }
    }
}

#[tokio::test]
async fn the_path_of_another_account_is_refused_like_a_bad_credential_and_like_no_account_at_all() {
    let bed = Bed::new().await;
    let [a, b] = two_accounts(&bed).await;
    for call in Call::every_network(&b, "usr_000") {
        let theirs = bed.send(&call.clone().path_parameter("accountId", a.id.as_str())).await;
        let nobodys = bed.send(&call.clone().path_parameter("accountId", "no-such-account")).await;
        let unknown = call.clone().without_header("Authorization").header("Authorization", "VBrick nobody.nothing");
        let unknown = bed.send(&unknown).await;

        refusal::check(&call, &theirs, 401);
        assert_eq!((theirs.status, &theirs.body), (nobodys.status, &nobodys.body), "existence is not revealed");
        assert_eq!((theirs.status, &theirs.body), (unknown.status, &unknown.body));
    }
}

#[tokio::test]
async fn a_token_of_another_account_category_or_user_is_refused() {
    for bed in Bed::on_each_engine().await {
        let [a, b] = two_accounts(&bed).await;
        let calls = Call::every_network(&a, "usr_000");
        for (at, call) in calls.iter().enumerate() {
            let token = network_client::page(&bed, call).await.token.expect("101 records are two pages");
            let own = bed.send(&call.clone().query("nextContinuationToken", &token)).await;
            assert_eq!(own.status, 200, "the token is good where it came from");

            let elsewhere = calls.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, call)| call.clone());
            let by_another = Call::every_network(&b, "usr_000");
            let of_another_user = Call::users_audit(&a, Some("usr_001"));
            for other in elsewhere.chain(by_another).chain([of_another_user]) {
                let reply = bed.send(&other.clone().query("nextContinuationToken", &token)).await;
                refusal::check(&other, &reply, 400);
                assert!(reply.body.contains("nextContinuationToken"), "{}", reply.body);
            }
        }
    }
}

#[tokio::test]
async fn a_cursor_of_another_accounts_trail_is_refused() {
    for bed in Bed::on_each_engine().await {
        let [a, b] = two_accounts(&bed).await;
        let of_type = |account: &Account| Call::trail(account).query("event_type", "INVITED_USER");
        for call in [Call::trail as fn(&Account) -> Call, of_type] {
            let first = trail_walk::page(&bed, &call(&a)).await;
            let second = call(&a).query("cursor", &first.next.clone().expect("more"));
            let second = trail_walk::page(&bed, &second).await;
            for cursor in [first.next, second.previous].map(Option::unwrap) {
                let theirs = call(&b).query("cursor", &cursor);
                let reply = bed.send(&theirs).await;
                refusal::check(&theirs, &reply, 404);
                assert_eq!(reply.body, r#"{"detail":"Invalid cursor"}"#, "{}", bed.engine);
            }
        }
    }
}

#[tokio::test]
async fn a_cursor_of_another_accounts_users_is_refused() {
    for bed in Bed::on_each_engine().await {
        let [a, b] = two_accounts(&bed).await;
        let cursor = bed.send(&Call::list_users(&a)).await.json()["next_cursor"].clone();
        assert!(cursor.is_string(), "101 users are two pages");

        let theirs = Call::list_users(&b).field("cursor", cursor);
        let reply = bed.send(&theirs).await;

        refusal::check(&theirs, &reply, 400);
        assert_eq!(reply.json()["error_code"], "INVALID_FIELD");
    }
}

#[tokio::test]
async fn a_user_that_only_another_account_has_is_unknown() {
    let bed = Bed::new().await;
    let [a, b] = [bed.account().await, bed.account().await];
    bed.put_users(&a, &[user("usr_of_a")]).await;

    let without_request_id = |reply: Reply| -> Value {
        let mut body = reply.json();
        body.as_object_mut().expect("an object").remove("request_id");
        body
    };
    let theirs = bed.send(&Call::get_user(&b, "usr_of_a")).await;
    let nobodys = bed.send(&Call::get_user(&b, "usr_of_nobody")).await;

    refusal::check(&Call::get_user(&b, "usr_of_a"), &theirs, 400);
    assert_eq!(without_request_id(theirs), without_request_id(nobodys));
}

#[tokio::test]
async fn a_client_id_with_the_secret_of_another_account_is_refused_everywhere() {
    let bed = Bed::new().await;
    let [a, b] = [bed.account().await, bed.account().await];
    for call in Call::every(&a, "usr_000") {
        assert_ne!(bed.send(&call).await.status, 401, "the container remembers the good one");
    }
    for call in Call::every(&a.with_secret(&b.secret), "usr_000") {
        let status = if call.function.starts_with("dashboard") { 400 } else { 401 };
        refusal::check(&call, &bed.send(&call).await, status);
    }
}
