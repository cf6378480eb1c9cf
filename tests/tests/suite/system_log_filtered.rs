//! The system log, filtered: the pages together are the filtered whole, also where a filter empties many of them.

use serde_json::{Value, json};
use tests::records::{at, event_by, record, set};
use tests::stream::append_recorded;
use tests::system_log_client::{call_of, ids, page, walk};
use tests::{Account, Bed, Call};

/// Forty events: every third one of a type, every fourth one by Ada, every fifth one done to a team.
async fn filtered(bed: &Bed) -> Account {
    let account = bed.account().await;
    let event = |n: usize| {
        let event_type = if n.is_multiple_of(3) { "RESET_PASSWORD" } else { "INVITED_USER" };
        let mut event = event_by(&format!("e-{n:02}"), &at(n), "grace@example.com", event_type);
        if n.is_multiple_of(4) {
            let ada = json!({"id": "usr_ada", "email": "Ada@example.com", "role": "ADMIN", "ip_address": "192.0.2.1"});
            set(&mut event, "/principal", ada);
        }
        if n.is_multiple_of(5) {
            let subject = record("team, \"1\"", &at(n), "users", "u-1").get("subject").unwrap().clone();
            event.as_object_mut().unwrap().insert("subject".to_owned(), subject);
        }
        event
    };
    bed.record(&account, &(0..40).map(event).collect::<Vec<Value>>()).await;
    append_recorded(bed, &account).await;
    account
}

#[tokio::test]
async fn a_filtered_walk_is_the_filtered_whole_both_ways() {
    for bed in Bed::on_each_engine().await {
        let account = filtered(&bed).await;
        let cases: [(&str, fn(usize) -> bool); 9] = [
            (r#"eventType eq "RESET_PASSWORD""#, |n| n % 3 == 0),
            (r#"EVENTTYPE EQ "RESET_PASSWORD""#, |n| n % 3 == 0),
            (r#"eventType eq "reset_password""#, |_| false),
            (r#"actor.id eq "usr_ada""#, |n| n % 4 == 0),
            (r#"actor.alternateId eq "ADA@example.com""#, |n| n % 4 == 0),
            (r#"target.id eq "team, \"1\"""#, |n| n % 5 == 0),
            (r#"actor.id eq "usr_ada" and eventType eq "RESET_PASSWORD""#, |n| n % 12 == 0),
            (r#"actor.id eq "usr_ada" and eventType eq "RESET_PASSWORD" and target.id eq "team, \"1\"""#, |n| n == 0),
            (r#"eventType eq "RESET_PASSWORD" and eventType eq "INVITED_USER""#, |_| false),
        ];
        for (filter, takes) in cases {
            let mut expected: Vec<_> = (0..40).filter(|n| takes(*n)).map(|n| format!("e-{n:02}")).collect();
            for limit in ["1", "2", "7", "100"] {
                let call = Call::system_log(&account).query("filter", filter).query("limit", limit);
                assert_eq!(ids(&walk(&bed, &account, &call).await), expected, "{}: {filter}, {limit}", bed.engine);
            }
            expected.reverse();
            let call = Call::system_log(&account).query("filter", filter).query("limit", "2");
            let back = walk(&bed, &account, &call.query("sortOrder", "DESCENDING")).await;
            assert_eq!(ids(&back), expected, "{}: {filter} backwards", bed.engine);
        }
    }
}

#[tokio::test]
async fn an_event_far_on_is_found_without_an_empty_page() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let mut events: Vec<_> =
        (0..1_500).map(|n| event_by(&format!("e-{n:04}"), &at(n), "grace@example.com", "INVITED_USER")).collect();
    events.push(event_by("wanted", &at(2_000), "grace@example.com", "RESET_PASSWORD"));
    bed.record(&account, &events).await;
    append_recorded(&bed, &account).await;
    let call = Call::system_log(&account).query("filter", r#"eventType eq "RESET_PASSWORD""#).query("limit", "1");
    assert_eq!(page(&bed, &call).await.ids(), ["wanted"]);
}

#[tokio::test]
async fn a_token_belongs_to_its_filter() {
    let bed = Bed::new().await;
    let account = filtered(&bed).await;
    let of_type = Call::system_log(&account).query("filter", r#"eventType eq "RESET_PASSWORD""#).query("limit", "2");
    let next = page(&bed, &of_type).await.next.unwrap();
    assert_eq!(page(&bed, &call_of(&account, &next)).await.ids(), ["e-06", "e-09"]);
    let otherwise = call_of(&account, &next).query_instead("filter", r#"  eventtype  EQ "RESET_PASSWORD""#);
    assert_eq!(page(&bed, &otherwise).await.ids(), ["e-06", "e-09"], "the same filter, written otherwise");
    for other in [
        call_of(&account, &next).without_query("filter"),
        call_of(&account, &next).query_instead("filter", r#"eventType eq "INVITED_USER""#),
    ] {
        let reply = bed.send(&other).await;
        tests::refusal::check(&other, &reply, 400);
        assert_eq!(reply.json()["errorCode"], "E0000001");
    }
}
