//! What a page costs: requests that the SDK really sent, once the container knows the credential.

use serde_json::json;
use tests::records::{at, event_by, record, user};
use tests::{Account, Bed, Call, network_client, trail_walk};

const EMAIL: &str = "ada@example.com";

/// An account with more of everything than one page holds, in a container that remembers its credential.
async fn warm(bed: &Bed) -> Account {
    let account = bed.account().await;
    let mut events: Vec<_> =
        (0..150).map(|n| event_by(&format!("t-{n:03}"), &at(n), EMAIL, "RESET_PASSWORD")).collect();
    for category in ["users", "userAccess"] {
        events.extend((0..150).map(|n| record(&format!("{category}-{n:03}"), &at(n), category, "usr_000")));
    }
    bed.record(&account, &events).await;
    bed.put_users(&account, &(0..150).map(|n| user(&format!("usr_{n:03}"))).collect::<Vec<_>>()).await;
    for call in [Call::list_users(&account), Call::trail(&account)] {
        assert_eq!(bed.send(&call).await.status, 200);
    }
    bed.requests_sent();
    account
}

#[tokio::test]
async fn a_page_of_the_trail_is_one_request_with_every_filter_and_both_ways() {
    for bed in Bed::on_each_engine().await {
        let account = warm(&bed).await;
        let trail = Call::trail(&account);
        let of_type = trail.clone().query("event_type", "RESET_PASSWORD");
        let by_email = trail.clone().query("user_email", EMAIL);
        let by_both = by_email.clone().query("event_type", "RESET_PASSWORD");
        let in_range = trail.clone().query("start_date", "2024-01-01").query("end_date", "2024-01-02");
        let nothing = trail.clone().query("event_type", "MUTED_ISSUE");
        for call in [trail, of_type, by_email, by_both, in_range, nothing] {
            for size in ["1", "50", "100"] {
                let call = call.clone().query("page_size", size);
                let first = trail_walk::page(&bed, &call).await;
                assert_eq!(bed.requests_sent(), 1, "{}: first page, {}", bed.engine, call.event());
                let Some(next) = first.next else { continue };
                let second = trail_walk::page(&bed, &call.clone().query("cursor", &next)).await;
                assert_eq!(bed.requests_sent(), 1, "{}: second page", bed.engine);
                let previous = second.previous.unwrap();
                trail_walk::page(&bed, &call.clone().query("cursor", &previous)).await;
                assert_eq!(bed.requests_sent(), 1, "{}: back", bed.engine);
            }
        }
    }
}

#[tokio::test]
async fn a_page_of_the_network_audit_is_one_request_and_the_first_of_many_adds_its_count() {
    /// The counts of its days, of which there are none here, and all of it event by event.
    const COUNT: u32 = 2;
    for bed in Bed::on_each_engine().await {
        let account = warm(&bed).await;
        for call in Call::every_network(&account, "usr_000") {
            let first = network_client::page(&bed, &call).await;
            assert_eq!(bed.requests_sent(), 1 + COUNT, "{}: first page, with its count", bed.engine);
            let next = call.clone().query("nextContinuationToken", &first.token.unwrap());
            let last = network_client::page(&bed, &next).await;
            assert_eq!((bed.requests_sent(), last.token), (1, None), "{}: second page", bed.engine);

            let short = call.query_instead("toDate", "2024-01-01T00:01:40Z");
            assert_eq!(network_client::page(&bed, &short).await.ids.len(), 100);
            assert_eq!(bed.requests_sent(), 1, "{}: a first page that is the last needs no count", bed.engine);
        }
    }
}

#[tokio::test]
async fn a_page_of_users_is_one_request_and_so_is_one_user() {
    for bed in Bed::on_each_engine().await {
        let account = warm(&bed).await;
        let first = bed.send(&Call::list_users(&account)).await;
        assert_eq!(bed.requests_sent(), 1, "{}", bed.engine);
        let second = Call::list_users(&account).field("cursor", first.json()["next_cursor"].clone());
        assert_eq!(bed.send(&second).await.json()["next_cursor"], json!(null));
        assert_eq!(bed.requests_sent(), 1, "{}", bed.engine);
        assert_eq!(bed.send(&Call::get_user(&account, "usr_000")).await.status, 200);
        assert_eq!(bed.requests_sent(), 1, "{}", bed.engine);
    }
}

#[tokio::test]
async fn a_cold_container_adds_one_request_for_the_credential() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    bed.put_users(&account, &[user("usr_1")]).await;
    for call in Call::every(&account, "usr_1") {
        let cold = bed.cold();
        assert_eq!(cold.send(&call).await.status, 200);
        assert_eq!(cold.requests_sent(), 2, "{}", call.function);
        assert_eq!(cold.send(&call).await.status, 200);
        assert_eq!(cold.requests_sent(), 1, "{}", call.function);
    }
}
