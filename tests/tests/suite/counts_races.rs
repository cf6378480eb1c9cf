//! Counts and imports at the same moment: no total is ever wrong.

use shared::event::filter::EventFilter;
use shared::event::input::EventInput;
use shared::store::query::EventQuery;
use shared::store::usage::Usage;
use shared::store::{Put, Rolled};
use shared::values::category::Category;
use shared::values::event_sort_key::EventSortKey;
use shared::values::ids::EventId;
use shared::values::timestamp::{TimeRange, Timestamp};
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use tests::records::record;
use tests::{Account, Bed, Call, network_client};
use tokio::runtime::Handle;
use tokio::task::block_in_place;

fn time(text: &str) -> Timestamp {
    Timestamp::parse_fixed(text).expect("a time")
}

const NOW: &str = "2024-03-10T00:00:00.000Z";

async fn roll(bed: &Bed, account: &Account) -> Rolled {
    bed.store().roll(&account.id, || time(NOW), || true, &Usage::default()).await.expect("the engine answers")
}

async fn import(bed: &Bed, account: &Account, id: &str, at: &str) {
    bed.record(account, &[record(id, at, "users", "u")]).await;
}

async fn total(bed: &Bed, account: &Account) -> u64 {
    network_client::page(bed, &Call::users_audit(account, None)).await.total_records
}

/// How the records of a day came into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Came {
    /// When they happened: nothing is known of the day.
    InTime,
    /// By an import, which left a version.
    Imported,
}

/// A day with 110 records, which are more than a page.
async fn with_a_day(bed: &Bed, came: Came) -> Account {
    let account = bed.account().await;
    let at = |n: usize| format!("2024-03-01T00:{:02}:{:02}.000Z", n / 60, n % 60);
    let records: Vec<_> = (0..110).map(|n| record(&format!("r-{n:03}"), &at(n), "users", "u")).collect();
    match came {
        Came::Imported => bed.record(&account, &records).await,
        Came::InTime => {
            for record in records {
                let input = EventInput::parse(&record.to_string()).expect("an event");
                let (id, created_at) = (input.id.clone().expect("an id"), input.created_at_or(Timestamp::MAX));
                let event = input.into_event(id, created_at, created_at);
                let put = bed.store().put_event(&account.id, &event, &Usage::default()).await;
                assert_eq!(put.expect("the engine takes it"), Put::New);
            }
        }
    }
    account
}

async fn on_each_engine_and_way() -> Vec<(Bed, Came)> {
    let both = [Bed::on_each_engine().await, Bed::on_each_engine().await];
    let [in_time, imported] = both.map(Vec::into_iter);
    in_time.map(|bed| (bed, Came::InTime)).chain(imported.map(|bed| (bed, Came::Imported))).collect()
}

/// ```text
/// t0  the versions of the days are read; the day's events are read and counted
/// t1  an import comes into the day
/// t2  the count of t0 is refused
/// ```
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_between_counting_and_writing_the_count_keeps_it_out() {
    for (bed, came) in on_each_engine_and_way().await {
        let account = with_a_day(&bed, came).await;
        let asked = Cell::new(0);
        let goes_on = || {
            asked.set(asked.get() + 1);
            if asked.get() == 2 {
                // Asked for the second time before the first count is written.
                block_in_place(|| {
                    Handle::current().block_on(import(&bed, &account, "late", "2024-03-01T12:00:00.000Z"));
                });
            }
            true
        };
        let rolled =
            bed.store().roll(&account.id, || time("2024-03-03T01:00:00.000Z"), goes_on, &Usage::default()).await;
        let rolled = rolled.expect("the engine answers");
        assert_eq!(rolled, Rolled { days: 0, events: 110, days_left: 1 }, "{}, {came:?}", bed.engine);
        assert_eq!(total(&bed, &account).await, 111, "{}", bed.engine);
        assert_eq!(roll(&bed, &account).await.days_left, 0);
        assert_eq!(total(&bed, &account).await, 111, "{}", bed.engine);
    }
}

/// ```text
/// t0  the versions of the days are read
/// t1  an import comes into the day
/// t2  the day's events are read and counted, with that of t1: the count is true, and refused all the same
/// ```
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_before_the_events_are_read_keeps_the_count_out_too() {
    let bed = Bed::new().await;
    let account = with_a_day(&bed, Came::Imported).await;
    let asked = Cell::new(0);
    let goes_on = || {
        asked.set(asked.get() + 1);
        if asked.get() == 1 {
            block_in_place(|| Handle::current().block_on(import(&bed, &account, "late", "2024-03-01T12:00:00.000Z")));
        }
        true
    };
    let rolled = bed.store().roll(&account.id, || time("2024-03-03T01:00:00.000Z"), goes_on, &Usage::default()).await;
    assert_eq!(rolled.expect("the engine answers"), Rolled { days: 0, events: 111, days_left: 1 });
    assert_eq!(total(&bed, &account).await, 111);
}

#[tokio::test]
async fn what_was_counted_before_time_was_up_stays_counted() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    for day in 1..=20 {
        import(&bed, &account, &format!("d-{day}"), &format!("2024-02-{day:02}T12:00:00.000Z")).await;
    }
    let asked = Cell::new(0);
    let goes_on = || {
        asked.set(asked.get() + 1);
        asked.get() <= 2 // to read once, and to write eight counts
    };
    let now = time("2024-02-22T01:00:00.000Z");
    let rolled = bed.store().roll(&account.id, || now, goes_on, &Usage::default()).await.expect("the engine answers");
    assert_eq!(rolled, Rolled { days: 8, events: 20, days_left: 12 });
    let rolled = bed.store().roll(&account.id, || now, || true, &Usage::default()).await.expect("the engine answers");
    assert_eq!(rolled, Rolled { days: 12, events: 12, days_left: 0 });
}

/// Importers, readers and two that count, all at once. A total is never less than what was written before it was asked for,
/// nor more than what was begun to be written before it was answered. The imports go from day to day: a count that
/// missed one would stand for a while.
#[tokio::test]
async fn totals_are_exact_while_days_are_imported_into_and_counted() {
    const IMPORTS: u64 = 100;
    const DAYS: u64 = 7;
    for bed in Bed::on_each_engine().await {
        let account = with_a_day(&bed, Came::InTime).await;
        let (begun, written, done) = (AtomicU64::new(110), AtomicU64::new(110), AtomicBool::new(false));
        let importer = async |which: &str| {
            for n in 0..IMPORTS {
                begun.fetch_add(1, Ordering::SeqCst);
                let at = format!("2024-03-{:02}T12:00:{:02}.000Z", n % DAYS + 1, n % 60);
                import(&bed, &account, &format!("{which}-{n}"), &at).await;
                written.fetch_add(1, Ordering::SeqCst);
            }
        };
        let counter = async || {
            let mut days = 0;
            while !done.load(Ordering::SeqCst) {
                days += roll(&bed, &account).await.days;
            }
            days
        };
        let reader = async || {
            let mut totals = 0;
            while !done.load(Ordering::SeqCst) {
                let at_least = written.load(Ordering::SeqCst);
                let total = total(&bed, &account).await;
                let at_most = begun.load(Ordering::SeqCst);
                assert!((at_least..=at_most).contains(&total), "{}: {at_least} to {at_most}, not {total}", bed.engine);
                totals += 1;
            }
            totals
        };
        let importers = async {
            futures_util::join!(importer("a"), importer("b"), importer("c"));
            done.store(true, Ordering::SeqCst);
        };
        let ((), first, second, totals) = futures_util::join!(importers, counter(), counter(), reader());
        assert!(first + second > 9, "{}: days were counted {first} and {second} times", bed.engine);
        assert!(totals > 5, "{}: {totals} totals were read", bed.engine);
        assert_eq!(roll(&bed, &account).await.days_left, 0);
        assert_eq!(total(&bed, &account).await, 110 + 3 * IMPORTS, "{}", bed.engine);
    }
}

#[tokio::test]
async fn a_day_that_was_counted_again_is_not_taken_for_what_was_there_before() {
    let bed = Bed::new().await;
    let account = with_a_day(&bed, Came::InTime).await;
    assert_eq!(roll(&bed, &account).await.days, 7, "1 to 7 March, the last day that is closed");
    let (before, after) = (time("2024-03-11T00:00:00.000Z"), time("2024-03-11T00:00:00.001Z"));
    let mut query = EventQuery {
        account: account.id.clone(),
        filter: EventFilter::Category(Category::Users),
        range: TimeRange { from: time("2024-03-01T00:00:00.000Z"), to: Some(time("2024-03-02T00:00:00.000Z")) },
        as_of: Some(before),
    };
    let usage = Usage::default();
    assert_eq!(bed.store().count(&query, &[], &usage).await.ok(), Some(110));

    let input = EventInput::parse(&record("late", "2024-03-01T12:00:00.000Z", "users", "u").to_string()).unwrap();
    let event = input.into_event(EventId::parse("late").unwrap(), time("2024-03-01T12:00:00.000Z"), after);
    bed.store().put_each(&account.id, &[event], &usage).await.expect("the engine takes it");
    assert_eq!(bed.store().count(&query, &[], &usage).await.ok(), Some(110), "the count of the day is gone");
    bed.store().roll(&account.id, || after, || true, &usage).await.expect("the engine answers");
    assert_eq!(bed.store().count(&query, &[], &usage).await.ok(), Some(110), "the day was counted with the event");
    query.as_of = Some(after);
    assert_eq!(bed.store().count(&query, &[], &usage).await.ok(), Some(111));
}

#[tokio::test]
async fn what_comes_between_the_rows_that_were_read_is_not_counted_with_them() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let at = |second: usize| format!("2024-03-05T09:{:02}:{:02}.000Z", second / 60, second % 60);
        let ids: Vec<_> = (0..150).map(|n| (format!("e-{n:03}"), at(n))).collect();
        let events: Vec<_> = ids.iter().map(|(id, at)| record(id, at, "users", "u")).collect();
        bed.record(&account, &events).await;
        let sort_key =
            |(id, at): &(String, String)| EventSortKey { created_at: time(at), id: EventId::parse(id).unwrap() };
        let seen: Vec<_> = ids.iter().take(100).map(sort_key).collect();
        let query = EventQuery {
            account: account.id.clone(),
            filter: EventFilter::Category(Category::Users),
            range: TimeRange { from: time("2024-03-01T00:00:00.000Z"), to: Some(time("2024-03-07T00:00:00.000Z")) },
            as_of: None,
        };
        let count = async |seen: &[EventSortKey]| bed.store().count(&query, seen, &Usage::default()).await.ok();
        assert_eq!((count(&[]).await, count(&seen).await), (Some(150), Some(150)), "{}", bed.engine);

        // Recorded before the rows were read, and there since: one among them, one behind them, one at the time of the last.
        import(&bed, &account, "late-1", "2024-03-05T09:00:10.500Z").await;
        assert_eq!((count(&[]).await, count(&seen).await), (Some(151), Some(150)), "{}", bed.engine);
        import(&bed, &account, "late-2", "2024-03-05T09:02:00.500Z").await;
        import(&bed, &account, "f", &at(99)).await;
        assert_eq!((count(&[]).await, count(&seen).await), (Some(153), Some(152)), "{}", bed.engine);

        // A day that has its count has them all.
        roll(&bed, &account).await;
        assert_eq!((count(&[]).await, count(&seen).await), (Some(153), Some(153)), "{}", bed.engine);
    }
}
