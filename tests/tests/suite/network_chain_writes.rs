//! Records that land in the range while a client reads it: each record that was there is read exactly once, and the total of the
//! first page is that of every page. Those that were recorded before the chain began and are there only afterwards, as writes
//! under way are, may be read too; those that were recorded after it are for the next chain.

use tests::network_client::{StopRule, chain, ids, page};
use tests::records::{at, at_ms, record};
use tests::{Account, Bed, Call, schedule};

fn id(number: usize) -> String {
    format!("e-{number:04}")
}

/// Where the records land that come in after the first page, which ends at second 14.
#[derive(Debug, Clone, Copy)]
enum Landing {
    /// Before everything.
    BeforeAll,
    /// Behind everything, still in the range.
    BehindAll,
    /// All over the range.
    Spread,
    /// At the very millisecond where the first page ended, with ids before and after.
    Tied,
    /// Right behind the first page.
    Ahead,
}

impl Landing {
    const ALL: [Self; 5] = [Self::BeforeAll, Self::BehindAll, Self::Spread, Self::Tied, Self::Ahead];

    fn of(self, number: usize) -> (String, String) {
        match self {
            Self::BeforeAll => (format!("x-{number}"), at(0)),
            Self::BehindAll => (format!("x-{number}"), at(1_000)),
            Self::Spread => (format!("x-{number}"), at_ms(number / 2, 500)),
            Self::Tied if number % 2 == 1 => (format!("a-{number}"), at(14)),
            Self::Tied => (format!("x-{number}"), at(14)),
            Self::Ahead => (format!("x-{number}"), at_ms(14, 1)),
        }
    }
}

/// They were recorded before the chain began.
async fn land(bed: &Bed, account: &Account, landing: Landing, numbers: std::ops::Range<usize>) {
    let record = |number| {
        let (id, created_at) = landing.of(number);
        record(&id, &created_at, "users", "u-1")
    };
    bed.record(account, &numbers.map(record).collect::<Vec<_>>()).await;
}

/// Checks ranges of both sizes and all stop rules: `per_page` records land after each page, 60 in all.
async fn check(bed: &Bed, landing: Landing, per_page: usize) {
    for count in [200, 250] {
        for rule in StopRule::ALL {
            let account = bed.account().await;
            let records: Vec<_> =
                (0..count).map(|number| record(&id(number), &at(number / 7), "users", "u-1")).collect();
            bed.record(&account, &records).await;

            let mut landed = 0;
            let pages = chain(bed, &Call::users_audit(&account, None), rule, async |_| {
                let until = (landed + per_page).min(60);
                land(bed, &account, landing, landed..until).await;
                landed = until;
            })
            .await;

            let mut read = ids(&pages);
            read.retain(|id| id.starts_with("e-"));
            let expected: Vec<_> = (0..count).map(id).collect();
            assert_eq!(read, expected, "{}: {count}, {rule:?}, {landing:?}, {per_page} a page", bed.engine);
            assert!(pages.iter().all(|page| page.total_records == count as u64), "the same total on every page");
        }
    }
}

/// They are recorded now, by a client.
async fn record_now(bed: &Bed, account: &Account, landing: Landing, numbers: std::ops::Range<usize>) {
    let numbers: Vec<_> = numbers.collect();
    for batch in numbers.chunks(50) {
        let event = |number: &usize| {
            let (id, created_at) = landing.of(*number);
            record(&id, &created_at, "users", "u-1")
        };
        let events: Vec<_> = batch.iter().map(event).collect();
        assert_eq!(bed.send(&Call::record(account, &events)).await.status, 201, "{}", bed.engine);
    }
}

async fn account_with(bed: &Bed, count: usize) -> Account {
    let account = bed.account().await;
    let records: Vec<_> = (0..count).map(|number| record(&id(number), &at(number / 7), "users", "u-1")).collect();
    bed.record(&account, &records).await;
    account
}

#[tokio::test]
async fn bursts_of_several_pages_between_pages_are_for_the_next_chain() {
    for bed in Bed::on_each_engine().await {
        for landing in Landing::ALL {
            for user in [None, Some("u-1")] {
                let account = account_with(&bed, 250).await;
                let mut landed = 0;
                let call = Call::users_audit(&account, user);
                let pages = chain(&bed, &call, StopRule::FirstTotal, async |_| {
                    record_now(&bed, &account, landing, landed..landed + 250).await;
                    landed += 250;
                })
                .await;

                let said: Vec<_> = pages.iter().map(|page| (page.ids.len(), page.total_records)).collect();
                assert_eq!(said, [(100, 250), (100, 250), (50, 250)], "{}: {landing:?}", bed.engine);
                assert_eq!(ids(&pages), (0..250).map(id).collect::<Vec<_>>(), "{}: {landing:?}", bed.engine);
                let next = chain(&bed, &call, StopRule::LatestTotal, async |_| {}).await;
                assert_eq!((ids(&next).len(), next[0].total_records), (750, 750), "{}: {landing:?}", bed.engine);
            }
        }
    }
}

#[tokio::test]
async fn a_page_of_a_chain_into_whose_range_nothing_came_is_one_request() {
    for bed in Bed::on_each_engine().await {
        let account = account_with(&bed, 250).await;
        let mut requests = Vec::new();
        chain(&bed, &Call::users_audit(&account, None), StopRule::NoToken, async |_| {
            requests.push(bed.requests_sent());
        })
        .await;
        requests.push(bed.requests_sent());
        assert_eq!(requests[1..], [1, 1], "{}", bed.engine);
    }
}

#[tokio::test]
async fn imports_into_counted_days_between_pages_are_for_the_next_chain() {
    let bed = Bed::with_own_table().await;
    let account = account_with(&bed, 250).await;
    schedule::roll(&bed.app).await.expect("the days are counted");
    let mut landed = 0;
    let pages = chain(&bed, &Call::users_audit(&account, None), StopRule::NoToken, async |_| {
        record_now(&bed, &account, Landing::Spread, landed..landed + 150).await;
        schedule::roll(&bed.app).await.expect("the days are counted again");
        landed += 150;
    })
    .await;

    assert_eq!(ids(&pages), (0..250).map(id).collect::<Vec<_>>());
    assert!(pages.iter().all(|page| page.total_records == 250));
    let next = chain(&bed, &Call::users_audit(&account, None), StopRule::FirstTotal, async |_| {}).await;
    assert_eq!((ids(&next).len(), next[0].total_records), (550, 550));
}

#[tokio::test]
async fn more_than_a_page_of_writes_under_way_costs_no_client_a_record_and_moves_no_total() {
    for bed in Bed::on_each_engine().await {
        for (landing, rule) in [(Landing::Ahead, StopRule::FirstTotal), (Landing::BehindAll, StopRule::LatestTotal)] {
            let account = account_with(&bed, 250).await;
            let pages = chain(&bed, &Call::users_audit(&account, None), rule, async |page| {
                if page == 1 {
                    land(&bed, &account, landing, 0..400).await;
                }
            })
            .await;

            let mut read = ids(&pages);
            assert_eq!(read.len(), 650, "{}: {rule:?}", bed.engine);
            read.retain(|id| id.starts_with("e-"));
            assert_eq!(read, (0..250).map(id).collect::<Vec<_>>(), "{}: {rule:?}", bed.engine);
            assert!(pages.iter().all(|page| page.total_records == 250), "{}: {rule:?}", bed.engine);
        }
    }
}

#[tokio::test]
async fn a_later_from_date_beside_a_token_is_honoured_and_an_earlier_one_is_not() {
    let bed = Bed::new().await;
    let account = account_with(&bed, 250).await;
    let first = page(&bed, &Call::users_audit(&account, None)).await;
    let token = first.token.expect("there are more pages");
    let from = |from: &str| {
        Call::users_audit(&account, None).query_instead("fromDate", from).query("nextContinuationToken", &token)
    };

    let later = page(&bed, &from(&at(20))).await; // records 140 and more
    assert_eq!((later.ids.first(), later.total_records), (Some(&id(140)), 250));
    for not_later in [at(0), at(14)] {
        let next = page(&bed, &from(&not_later)).await;
        assert_eq!(next.ids.first(), Some(&id(100)), "{not_later}");
    }
}

#[tokio::test]
async fn sixty_records_that_land_at_once_cost_no_client_a_record() {
    for bed in Bed::on_each_engine().await {
        for landing in Landing::ALL {
            check(&bed, landing, 60).await;
        }
    }
}

#[tokio::test]
async fn sixty_records_that_land_little_by_little_cost_no_client_a_record() {
    for bed in Bed::on_each_engine().await {
        for landing in [Landing::Spread, Landing::Ahead] {
            check(&bed, landing, 20).await;
        }
    }
}

#[tokio::test]
async fn a_record_that_lands_behind_the_last_page_is_for_the_next_chain() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let records: Vec<_> = (0..100).map(|number| record(&id(number), &at(number / 7), "users", "u-1")).collect();
    bed.record(&account, &records).await;
    let call = Call::users_audit(&account, None);
    let before = chain(&bed, &call, StopRule::NoToken, async |_| {}).await;

    land(&bed, &account, Landing::BehindAll, 0..1).await;
    let after = chain(&bed, &call, StopRule::FirstTotal, async |_| {}).await;

    assert_eq!((ids(&before).len(), ids(&after).len()), (100, 101));
    assert_eq!(after[0].total_records, 101);
}
