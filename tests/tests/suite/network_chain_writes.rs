//! Records that land in the range while a client reads it: each record that was there is read exactly once.

use tests::network_client::{StopRule, chain, ids};
use tests::records::{at, at_ms, record};
use tests::{Account, Bed, Call};

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
