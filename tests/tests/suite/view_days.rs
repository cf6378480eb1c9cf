//! How many events each day has, for the picture above the list.

use shared::event::filter::EventFilter;
use shared::store::DayTotal::{self, AtLeast, Exactly, Unknown};
use shared::store::query::EventQuery;
use shared::store::usage::Usage;
use shared::values::category::Category;
use shared::values::day::Day;
use shared::values::ids::EventType;
use shared::values::timestamp::{TimeRange, Timestamp};
use tests::records::{event, record};
use tests::{Account, Bed};

fn now() -> Timestamp {
    Timestamp::parse_fixed("2024-01-05T12:00:00.000Z").expect("a time")
}

#[tokio::test]
async fn days_that_were_all_closed_long_ago_have_no_rows_read() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    bed.record(&account, &[event("e-1", "2023-12-01T00:00:00.000Z")]).await;
    bed.store().roll(&account.id, now, || true, &Usage::default()).await.expect("the days are counted");
    let query =
        EventQuery { account: account.id.clone(), filter: EventFilter::All, range: TimeRange::ALL, as_of: None };
    let day = Day::parse("2023-12-01").expect("a day");
    bed.requests_sent();
    let days = bed.store().days(&query, (day, day), now(), &Usage::default()).await.expect("totals");
    assert_eq!((days, bed.requests_sent()), (vec![(day, Exactly(1))], 1));
}

/// The totals of the first five days of 2024.
async fn days(bed: &Bed, account: &Account, filter: EventFilter) -> Vec<DayTotal> {
    let query = EventQuery { account: account.id.clone(), filter, range: TimeRange::ALL, as_of: None };
    let range = ["2024-01-01", "2024-01-05"].map(|text| Day::parse(text).expect("a day"));
    let days = bed.store().days(&query, range.into(), now(), &Usage::default()).await.expect("totals");
    let expected: Vec<_> = (1..=5).map(|day| format!("2024-01-0{day}")).collect();
    assert_eq!(days.iter().map(|(day, _)| day.to_string()).collect::<Vec<_>>(), expected);
    days.into_iter().map(|(_, total)| total).collect()
}

#[tokio::test]
async fn closed_days_have_their_counts_and_the_days_after_them_their_rows() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let account = bed.account().await;
        let events = [
            event("e-1", "2024-01-01T00:00:00.000Z"),
            record("e-2", "2024-01-01T12:00:00.000Z", "users", "usr_1"),
            event("e-3", "2024-01-01T23:59:59.999Z"),
            event("e-4", "2024-01-04T00:00:00.000Z"),
            record("e-5", "2024-01-05T00:00:00.000Z", "users", "usr_1"),
        ];
        bed.record(&account, &events).await;

        // The third is the last one that is closed at noon of the fifth, and was closed only hours ago: it is counted by its rows too.
        let uncounted = [Unknown, Unknown, Exactly(0), Exactly(1), Exactly(1)];
        assert_eq!(days(&bed, &account, EventFilter::All).await, uncounted, "{}", bed.engine);

        bed.store().roll(&account.id, now, || true, &Usage::default()).await.expect("the days are counted");
        let counted = [Exactly(3), Exactly(0), Exactly(0), Exactly(1), Exactly(1)];
        assert_eq!(days(&bed, &account, EventFilter::All).await, counted, "{}", bed.engine);
        let of_users = [Exactly(1), Exactly(0), Exactly(0), Exactly(0), Exactly(1)];
        assert_eq!(days(&bed, &account, EventFilter::Category(Category::Users)).await, of_users, "{}", bed.engine);
    }
}

#[tokio::test]
async fn days_of_a_filter_without_counts_are_those_of_its_newest_thousand_rows() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let mut events = vec![event("old", "2024-01-02T00:00:00.000Z")];
    events.extend((0..1_000).map(|n| event(&format!("n-{n:04}"), &format!("2024-01-03T00:00:00.{:03}Z", n % 1_000))));
    events.push(event("new", "2024-01-04T00:00:00.000Z"));
    bed.record(&account, &events).await;
    let filter = EventFilter::Type(EventType::parse("INVITED_USER").expect("a type"));

    let days = days(&bed, &account, filter).await;

    assert_eq!(days, [Unknown, Unknown, AtLeast(999), Exactly(1), Exactly(0)]);
}
