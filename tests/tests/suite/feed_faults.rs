//! What the feed refuses, and how: always in the trail's words, never with a 5xx, never with another account's events.

use tests::records::{at, event};
use tests::stream::append_recorded;
use tests::{Account, Bed, Call};

async fn account_with_events(bed: &Bed) -> Account {
    let account = bed.account().await;
    bed.record(&account, &(0..5).map(|n| event(&format!("e-{n}"), &at(n))).collect::<Vec<_>>()).await;
    append_recorded(bed, &account).await;
    account
}

async fn checkpoint(bed: &Bed, account: &Account, limit: &str) -> String {
    let reply = bed.send(&Call::feed(account).query("limit", limit)).await;
    reply.json().get("checkpoint").and_then(serde_json::Value::as_str).expect("a checkpoint").to_owned()
}

async fn refused(bed: &Bed, call: &Call) -> (u16, String) {
    let reply = bed.send(call).await;
    tests::refusal::check_headers(&reply);
    (reply.status, reply.body)
}

#[tokio::test]
async fn bad_parameters_are_named_with_what_would_be_accepted() {
    let bed = Bed::new().await;
    let account = account_with_events(&bed).await;
    let position = r#"{"after":["must be a position, a whole number, or -1 for the beginning"]}"#;
    let limit = r#"{"limit":["must be a whole number from 1 to 1000"]}"#;
    for (name, value, body) in [
        ("after", "-2", position),
        ("after", "1.5", position),
        ("after", "x", position),
        ("after", "", position),
        ("after", "5", r#"{"after":["must be a position that the log has, and the last is 4"]}"#),
        ("after", "9999999999999999", r#"{"after":["must be a position that the log has, and the last is 4"]}"#),
        ("limit", "0", limit),
        ("limit", "1001", limit),
        ("limit", "x", limit),
        ("from", "yesterday", r#"{"from":["must be now"]}"#),
        (
            "page_size",
            "5",
            r#"{"page_size":["is not a parameter of this endpoint, which takes cursor, after, since, from, limit, format"]}"#,
        ),
    ] {
        assert_eq!(
            refused(&bed, &Call::feed(&account).query(name, value)).await,
            (400, body.to_owned()),
            "{name}={value}"
        );
    }
    for since in ["2024-01-01T00:00:00", "2024-01-01", "now"] {
        let (status, body) = refused(&bed, &Call::feed(&account).query("since", since)).await;
        assert_eq!((status, body.starts_with("{\"since\":[\"must be")), (400, true), "{since}: {body}");
    }
    let (status, body) = refused(&bed, &Call::feed(&account).query("since", "2999-01-01T00:00:00Z")).await;
    assert_eq!((status, body.starts_with("{\"since\":[\"must not be later than now, 20")), (400, true), "{body}");
    let both = Call::feed(&account).query("since", "2024-01-01T00:00:00Z").query("after", "1");
    assert_eq!(refused(&bed, &both).await, (400, r#"{"since":["must not be given besides after"]}"#.to_owned()));
    let empty = bed.account().await;
    let body = r#"{"after":["must be a position that the log has, and the log has none yet: -1 is its beginning"]}"#;
    assert_eq!(refused(&bed, &Call::feed(&empty).query("after", "0")).await, (400, body.to_owned()));
}

#[tokio::test]
async fn a_cursor_that_is_not_of_this_feed_is_no_cursor() {
    let bed = Bed::new().await;
    let (account, other) = (account_with_events(&bed).await, account_with_events(&bed).await);
    let good = checkpoint(&bed, &account, "3").await;
    let of_trail =
        bed.send(&Call::trail(&account).query("page_size", "2")).await.json()["next"].as_str().unwrap().to_owned();
    let altered = good.replace(good.chars().last().unwrap(), "A");
    let cut = &good[..good.len() - 1];
    for cursor in ["", "x", cut, altered.as_str(), of_trail.as_str(), checkpoint(&bed, &other, "3").await.as_str()] {
        let expected = (404, r#"{"detail":"Invalid cursor"}"#.to_owned());
        assert_eq!(refused(&bed, &Call::feed(&account).query("cursor", cursor)).await, expected, "{cursor:?}");
    }
    let (status, _) = refused(&bed, &Call::trail(&account).query("cursor", &good)).await;
    assert_eq!(status, 404, "a cursor of the feed is none of the trail");
}

#[tokio::test]
async fn a_cursor_of_before_a_restore_is_gone() {
    for bed in Bed::on_each_engine().await {
        let account = account_with_events(&bed).await;
        let (inside, at_end) = (checkpoint(&bed, &account, "3").await, checkpoint(&bed, &account, "100").await);
        // The table as it was before: other events come, in the order in which they come now.
        for sk in bed.event_sort_keys(&account, "2024").await {
            bed.delete_item(&format!("events#{}#00", account.id), &sk).await;
        }
        bed.delete_item(&format!("log#{}", account.id), "e#0000000000000000").await;
        let gone = (
            410,
            concat!(
                r#"{"detail":"The log was restored: what this cursor has read is not what it holds now. Start again.","#,
                r#""first_position":0}"#
            )
            .to_owned(),
        );
        assert_eq!(refused(&bed, &Call::feed(&account).query("cursor", &at_end)).await, gone, "{}", bed.engine);
        bed.record(&account, &(0..7).map(|n| event(&format!("new-{n}"), &at(n))).collect::<Vec<_>>()).await;
        append_recorded(&bed, &account).await;
        for cursor in [&inside, &at_end] {
            assert_eq!(refused(&bed, &Call::feed(&account).query("cursor", cursor)).await, gone, "{}", bed.engine);
        }
    }
}

#[tokio::test]
async fn nobody_reads_a_feed_without_a_credential_for_it() {
    let bed = Bed::new().await;
    let account = account_with_events(&bed).await;
    let writer = bed.account_with(&[shared::credential::Scope::EventsWrite]).await;
    let no_credential = Call::feed(&account).without_header("Authorization");
    assert_eq!(refused(&bed, &no_credential).await.0, 401);
    assert_eq!(refused(&bed, &Call::feed(&account.with_secret("wrong"))).await.0, 401);
    assert_eq!(refused(&bed, &Call::feed(&writer)).await.0, 401);
    let (status, body) = refused(&bed, &Call::feed(&account).method("POST")).await;
    assert_eq!((status, body.as_str()), (405, r#"{"detail":"Method \"POST\" not allowed."}"#));
}
