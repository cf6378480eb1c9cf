//! Chains of network audit pages, read by clients with both ways to stop.

use serde_json::Value;
use std::collections::BTreeSet;
use tests::network_client::{StopRule, chain, ids, page};
use tests::records::{at, large, record};
use tests::{Account, Bed, Call};

/// Seven at a time are tied, so that pages of 100 end inside a tie. One in two is about each user.
fn records(category: &str, count: usize) -> Vec<Value> {
    let user = |number| if number % 2 == 0 { "u-even" } else { "u-odd" };
    (0..count).map(|number| record(&id(number), &at(number / 7), category, user(number))).collect()
}

fn id(number: usize) -> String {
    format!("e-{number:04}")
}

fn every_id(count: usize) -> Vec<String> {
    (0..count).map(id).collect()
}

async fn bed_with(bed: &Bed, category: &str, count: usize) -> Account {
    let account = bed.account().await;
    bed.record(&account, &records(category, count)).await;
    account
}

#[tokio::test]
async fn every_record_is_read_once_and_in_order_under_each_stop_rule() {
    for bed in Bed::on_each_engine().await {
        for (count, lengths) in [
            (0, vec![0]),
            (1, vec![1]),
            (99, vec![99]),
            (100, vec![100]),
            (101, vec![100, 1]),
            (250, vec![100, 100, 50]),
            (1000, vec![100; 10]),
        ] {
            let account = bed_with(&bed, "userAccess", count).await;
            for rule in StopRule::ALL {
                let call = Call::user_access_audit(&account, None);
                let pages = chain(&bed, &call, rule, async |_| {}).await;

                assert_eq!(ids(&pages), every_id(count), "{}: {count} by {rule:?}", bed.engine);
                assert_eq!(pages.iter().map(|page| page.ids.len()).collect::<Vec<_>>(), lengths);
                assert!(pages.iter().all(|page| page.total_records == count as u64), "the same total on every page");
                let (last, before_last) = pages.split_last().unwrap();
                assert_eq!(last.token, None, "{}: {count} by {rule:?}", bed.engine);
                assert!(before_last.iter().all(|page| page.token.is_some()));
            }
        }
    }
}

#[tokio::test]
async fn the_records_of_one_user_are_a_chain_of_their_own() {
    for bed in Bed::on_each_engine().await {
        for (category, audit) in [
            ("users", Call::users_audit as fn(&Account, Option<&str>) -> Call),
            ("userAccess", Call::user_access_audit as fn(&Account, Option<&str>) -> Call),
        ] {
            let account = bed_with(&bed, category, 500).await;
            let even: Vec<_> = every_id(500).into_iter().step_by(2).collect();
            for rule in StopRule::ALL {
                let pages = chain(&bed, &audit(&account, Some("u-even")), rule, async |_| {}).await;
                assert_eq!(ids(&pages), even, "{}: {category} by {rule:?}", bed.engine);
                assert!(pages.iter().all(|page| page.total_records == 250));
            }
            let pages = chain(&bed, &audit(&account, Some("u-none")), StopRule::NoToken, async |_| {}).await;
            assert_eq!((ids(&pages), pages[0].total_records), (vec![], 0), "an unknown user has no records");
        }
    }
}

#[tokio::test]
async fn each_half_of_the_audit_has_its_own_records() {
    let bed = Bed::new().await;
    let account = bed_with(&bed, "users", 3).await;
    bed.record(&account, &[record("access", &at(0), "userAccess", "u-even")]).await;

    assert_eq!(page(&bed, &Call::users_audit(&account, None)).await.ids, ["e-0000", "e-0001", "e-0002"]);
    assert_eq!(page(&bed, &Call::user_access_audit(&account, None)).await.ids, ["access"]);
    assert_eq!(page(&bed, &Call::users_audit(&account, Some("u-even"))).await.ids, ["e-0000", "e-0002"]);
    assert_eq!(page(&bed, &Call::user_access_audit(&account, Some("u-even"))).await.ids, ["access"]);
}

#[tokio::test]
async fn next_from_date_is_the_time_of_the_first_record_that_was_not_sent() {
    let bed = Bed::new().await;
    let account = bed_with(&bed, "users", 101).await;

    let first = page(&bed, &Call::users_audit(&account, None)).await;

    // Records 98 to 104 are tied at second 14: two of them were sent.
    assert_eq!(first.next_from_date.as_deref(), Some("2024-01-01T00:00:14.000Z"));
}

#[tokio::test]
async fn a_client_that_ignores_the_token_loses_nothing() {
    for bed in Bed::on_each_engine().await {
        let account = bed_with(&bed, "users", 250).await;
        let call = Call::users_audit(&account, None);

        let mut read = BTreeSet::new();
        let mut latest = page(&bed, &call).await;
        for _ in 0..10 {
            read.extend(latest.ids);
            let Some(from) = &latest.next_from_date else { break };
            latest = page(&bed, &call.clone().query_instead("fromDate", from)).await;
        }

        assert_eq!(read.into_iter().collect::<Vec<_>>(), every_id(250), "{}", bed.engine);
        assert_eq!(latest.next_from_date, None);
    }
}

#[tokio::test]
async fn large_records_close_a_page_early_and_the_chain_is_whole() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let records: Vec<_> = records("users", 120).into_iter().map(large).collect();
        bed.record(&account, &records).await;

        for rule in StopRule::ALL {
            let pages = chain(&bed, &Call::users_audit(&account, None), rule, async |_| {}).await;
            assert_eq!(ids(&pages), every_id(120), "{} by {rule:?}", bed.engine);
            assert!(pages[0].ids.len() < 100, "{}: a page of 100 would be 5 MB", bed.engine);
            assert!(pages.iter().all(|page| page.total_records == 120));
        }
    }
}

#[tokio::test]
async fn the_range_has_its_start_in_it_and_its_end_not() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    bed.record(&account, &records("users", 21)).await; // at 0 s, 1 s and 2 s
    let cases = [
        ("2024-01-01T00:00:01.000Z", "2024-01-01T00:00:02.000Z", 7),
        ("2024-01-01T00:00:00Z", "2024-01-01T00:00:02.0000001Z", 21),
        ("2024-01-01T00:00:00.0000001Z", "2024-01-01T00:00:02Z", 7),
        ("2024-01-01T02:00:01+02:00", "2024-01-01T02:00:01.001+02:00", 7),
        ("2024-01-01T00:00:01.0001Z", "2024-01-01T00:00:01.0009Z", 0),
        ("1970-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", 21),
    ];
    for (from, to, expected) in cases {
        let call = Call::users_audit(&account, None).query_instead("fromDate", from).query_instead("toDate", to);
        let page = page(&bed, &call).await;
        assert_eq!((page.ids.len(), page.total_records), (expected, expected as u64), "{from} to {to}");
    }
}
