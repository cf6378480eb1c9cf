//! `totalRecords` out of the counts of closed days: always the number of records, whatever was counted when.

use serde_json::Value;
use shared::process::clock;
use shared::store::Rolled;
use shared::store::usage::Usage;
use shared::values::timestamp::Timestamp;
use tests::queue::{batch, consume, failures, message};
use tests::records::{event, record};
use tests::{Account, Bed, Call, network_client, schedule};

/// Records of the category `users` on four days of 2024, one of them without any, and some of the other category.
const DAYS: [(&str, usize); 3] = [("2024-02-28", 70), ("2024-02-29", 90), ("2024-03-02", 50)];

fn of_day(day: &str, category: &str, count: usize) -> Vec<Value> {
    let at = |n: usize| format!("{day}T{:02}:{:02}:00.000Z", n * 15 / 60 % 24, n * 15 % 60);
    (0..count).map(|n| record(&format!("{category}-{day}-{n:04}"), &at(n), category, &format!("u-{}", n % 3))).collect()
}

async fn account(bed: &Bed) -> Account {
    let account = bed.account().await;
    for (day, count) in DAYS {
        bed.record(&account, &of_day(day, "users", count)).await;
    }
    bed.record(&account, &of_day("2024-02-29", "userAccess", 120)).await;
    bed.record(&account, &[event("of-the-trail-alone", "2024-03-01T12:00:00.000Z")]).await;
    account
}

fn time(text: &str) -> Timestamp {
    Timestamp::parse_fixed(text).expect("a time")
}

/// Counts what is closed at that time.
async fn roll(bed: &Bed, account: &Account, now: &str) -> Rolled {
    bed.store().roll(&account.id, || time(now), || true, &Usage::default()).await.expect("the engine answers")
}

fn between(call: Call, from: &str, to: &str) -> Call {
    call.query_instead("fromDate", from).query_instead("toDate", to)
}

async fn total(bed: &Bed, call: &Call) -> u64 {
    network_client::page(bed, call).await.total_records
}

/// Makes a count lie, to see whether it is read.
async fn forge(bed: &Bed, account: &Account, day: &str) {
    let text = |value: &str| aws_sdk_dynamodb::types::AttributeValue::S(value.to_owned());
    let update = bed
        .client()
        .update_item()
        .table_name(bed.store().table())
        .key("pk", text(&format!("counts#{}#00", account.id)))
        .key("sk", text(day))
        .update_expression("SET users_count = users_count + :lie")
        .condition_expression("attribute_exists(counted_at)")
        .expression_attribute_values(":lie", aws_sdk_dynamodb::types::AttributeValue::N("1000".to_owned()));
    update.send().await.expect("the day is counted");
}

#[tokio::test]
async fn closed_days_are_counted_once_and_every_total_stays_what_it_was() {
    for bed in Bed::on_each_engine().await {
        let account = account(&bed).await;
        let users = Call::users_audit(&account, None);
        let calls = [
            (users.clone(), 210),
            (Call::user_access_audit(&account, None), 120),
            (between(users.clone(), "2024-02-28T00:00:00Z", "2024-03-01T00:00:00Z"), 160),
            (between(users.clone(), "2024-02-28T06:00:00Z", "2024-03-02T06:00:00.001Z"), 46 + 90 + 25),
            (between(users.clone(), "2024-02-29T00:00:00Z", "2024-03-02T12:00:00Z"), 90 + 48),
            (between(users, "2024-02-28T10:00:00Z", "9999-12-31T23:59:59.999Z"), 30 + 90 + 50),
        ];
        for (call, expected) in &calls {
            assert_eq!(total(&bed, call).await, *expected, "{}: before", bed.engine);
        }

        let rolled = roll(&bed, &account, "2024-03-04T01:00:00.000Z").await;
        assert_eq!(rolled, Rolled { days: 4, events: 331, days_left: 0 }, "{}", bed.engine);
        for (call, expected) in &calls {
            assert_eq!(total(&bed, call).await, *expected, "{}: after", bed.engine);
        }
        let again = roll(&bed, &account, "2024-03-04T01:00:00.000Z").await;
        assert_eq!(again, Rolled::default(), "{}: nothing is left", bed.engine);
    }
}

#[tokio::test]
async fn a_day_that_is_not_closed_yet_is_not_counted() {
    let bed = Bed::new().await;
    let account = account(&bed).await;
    let rolled = roll(&bed, &account, "2024-03-03T00:59:59.999Z").await;
    assert_eq!(
        rolled,
        Rolled { days: 2, events: 280, days_left: 0 },
        "the 1st of March ends its 25th hour a millisecond later"
    );
    assert_eq!(roll(&bed, &account, "2024-03-03T01:00:00.000Z").await, Rolled { days: 1, events: 1, days_left: 0 });
    assert_eq!(roll(&bed, &account, "2024-02-28T00:00:00.000Z").await, Rolled::default());
    let empty = bed.account().await;
    assert_eq!(roll(&bed, &empty, "2024-03-03T01:00:00.000Z").await, Rolled::default());
}

#[tokio::test]
async fn a_count_that_is_there_is_read_and_its_events_are_not() {
    for bed in Bed::on_each_engine().await {
        let account = account(&bed).await;
        roll(&bed, &account, "2024-03-10T00:00:00.000Z").await;
        forge(&bed, &account, "2024-02-29").await;
        let users = Call::users_audit(&account, None);
        assert_eq!(total(&bed, &users).await, 1_210, "{}: the count is read", bed.engine);
        let part = between(users, "2024-02-28T00:00:00Z", "2024-02-29T23:59:59.999Z");
        assert_eq!(total(&bed, &part).await, 160, "{}: the day is not whole in the range", bed.engine);
        bed.requests_sent();
        let whole = between(Call::users_audit(&account, None), "2024-02-28T00:00:00Z", "2024-03-03T00:00:00Z");
        total(&bed, &whole).await;
        assert_eq!(bed.requests_sent(), 2, "{}: the page and the counts", bed.engine);
    }
}

#[tokio::test]
async fn an_import_into_a_closed_day_takes_its_count_away() {
    for bed in Bed::on_each_engine().await {
        let account = account(&bed).await;
        let users = Call::users_audit(&account, None);
        let now = "2024-03-10T00:00:00.000Z";
        roll(&bed, &account, now).await;
        for day in ["2024-02-28", "2024-02-29", "2024-03-02"] {
            forge(&bed, &account, day).await;
        }

        bed.record(&account, &[record("imported", "2024-02-28T23:59:59.999Z", "users", "u-9")]).await;
        assert_eq!(total(&bed, &users).await, 2_211, "{}: `audit import`", bed.engine);

        let late = record("late", "2024-02-29T00:00:00.000Z", "users", "u-9");
        let trail = record("late-of-trail", "2024-03-01T00:00:00.000Z", "userAccess", "u-9");
        let call = Call::record(&account, &[late, trail]).header("Idempotency-Key", "import");
        assert_eq!(bed.send(&call).await.status, 201);
        assert_eq!(total(&bed, &users).await, 1_212, "{}: POST /audit-trail/events", bed.engine);

        let event = record("queued", "2024-03-02T12:00:00.000Z", "users", "u-9");
        let body = serde_json::json!({"account": account.id.as_str(), "event": event}).to_string();
        assert_eq!(consume(&bed.app, &batch(&[message("1", &body)])).await, Ok(failures(&[])));
        assert_eq!(total(&bed, &users).await, 213, "{}: the queue", bed.engine);

        let rolled = roll(&bed, &account, now).await;
        assert_eq!((rolled.days, rolled.days_left), (4, 0), "{}: they are counted anew", bed.engine);
        forge(&bed, &account, "2024-02-28").await;
        assert_eq!(total(&bed, &users).await, 1_213, "{}: and read again", bed.engine);
    }
}

#[tokio::test]
async fn an_event_that_is_there_already_leaves_the_count_of_its_day() {
    let bed = Bed::new().await;
    let account = account(&bed).await;
    roll(&bed, &account, "2024-03-10T00:00:00.000Z").await;
    forge(&bed, &account, "2024-02-28").await;
    let there = of_day("2024-02-28", "users", 1);
    let again = Call::record(&account, &there);
    assert_eq!(bed.send(&again).await.status, 201);
    assert_eq!(total(&bed, &Call::users_audit(&account, None)).await, 1_210);
}

#[tokio::test]
async fn a_user_with_many_events_has_counts_of_its_own() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let events = |day: &'static str, user: &'static str, count: usize| {
            let at = move |n: usize| format!("{day}T{:02}:{:02}:{:02}.000Z", n / 3_600, n / 60 % 60, n % 60);
            (0..count)
                .map(move |n| record(&format!("{day}-{user}-{n}"), &at(n), "userAccess", user))
                .collect::<Vec<_>>()
        };
        bed.record(&account, &events("2024-02-28", "service", 1_010)).await;
        bed.record(&account, &events("2024-02-28", "person", 200)).await;
        bed.record(&account, &events("2024-02-29", "service", 150)).await;
        bed.record(&account, &events("2024-03-01", "person", 130)).await;
        roll(&bed, &account, "2024-03-10T00:00:00.000Z").await;
        for (user, expected) in [("service", 1_160), ("person", 330)] {
            let call = Call::user_access_audit(&account, Some(user));
            assert_eq!(total(&bed, &call).await, expected, "{}: {user}", bed.engine);
        }
        let of_users = Call::users_audit(&account, Some("service"));
        assert_eq!(total(&bed, &of_users).await, 0, "{}", bed.engine);

        bed.requests_sent();
        let day =
            between(Call::user_access_audit(&account, Some("service")), "2024-02-28T00:00:00Z", "2024-02-29T00:00:00Z");
        assert_eq!(total(&bed, &day).await, 1_010);
        assert_eq!(bed.requests_sent(), 2, "{}: the page and the count of the day", bed.engine);
    }
}

#[tokio::test]
async fn a_day_of_more_events_than_one_answer_holds_is_counted_whole() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let at = |n: usize| format!("2024-02-28T{:02}:{:02}:{:02}.000Z", 23 - n / 3_600 % 2, n / 60 % 60, n % 60);
        let events: Vec<_> = (0..3_100).map(|n| record(&format!("e-{n:04}"), &at(n), "users", "u")).collect();
        bed.record(&account, &events).await;
        bed.record(&account, &[record("next", "2024-02-29T00:00:00.000Z", "users", "u")]).await;

        let rolled = roll(&bed, &account, "2024-03-02T01:00:00.000Z").await;
        assert_eq!(rolled, Rolled { days: 2, events: 3_101, days_left: 0 }, "{}", bed.engine);
        forge(&bed, &account, "2024-02-28").await;
        assert_eq!(total(&bed, &Call::users_audit(&account, None)).await, 4_101, "{}", bed.engine);
    }
}

#[tokio::test]
async fn a_long_stretch_without_an_event_is_left_out_and_counted_right() {
    for bed in Bed::on_each_engine().await {
        let account = account(&bed).await;
        bed.record(&account, &[record("first", "1970-01-02T12:00:00.000Z", "users", "u-1")]).await;
        let now = "2024-03-10T00:00:00.000Z";
        let rolled = roll(&bed, &account, now).await;
        assert_eq!(rolled, Rolled { days: 10, events: 332, days_left: 0 }, "{}: 1970, and nine of 2024", bed.engine);
        let users = between(Call::users_audit(&account, None), "1970-01-01T00:00:00Z", "2025-01-01T00:00:00Z");
        assert_eq!(total(&bed, &users).await, 211, "{}", bed.engine);
        assert_eq!(roll(&bed, &account, now).await, Rolled::default(), "{}: nothing is left", bed.engine);

        bed.record(&account, &[record("between", "1999-12-31T23:59:59.999Z", "users", "u-1")]).await;
        assert_eq!(total(&bed, &users).await, 212, "{}: an import into the stretch", bed.engine);
        assert_eq!(roll(&bed, &account, now).await, Rolled { days: 1, events: 1, days_left: 0 }, "{}", bed.engine);
        assert_eq!(total(&bed, &users).await, 212, "{}: and its day is counted", bed.engine);
    }
}

#[tokio::test]
async fn a_write_that_is_no_import_is_not_asked_for_anything() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let now = clock::now().to_string();
    let yesterday = clock::now().plus_ms(-24 * 60 * 60 * 1_000 + 60_000).expect("a time").to_string();
    let container = bed.cold();
    let call = Call::record(&account, &[record("now", &now, "users", "u"), record("then", &yesterday, "users", "u")]);
    assert_eq!(container.send(&call).await.status, 201);
    let user = Call::create_user(&account, "ada@example.com");
    assert_eq!(container.send(&user).await.status, 200);
    let body = serde_json::json!({"account": account.id.as_str(), "event": record("queued", &now, "users", "u")});
    assert_eq!(consume(&container.app, &batch(&[message("1", &body.to_string())])).await, Ok(failures(&[])));

    let asked: Vec<_> = container.accesses().into_iter().map(|access| access.to_string()).collect();
    assert!(asked.iter().any(|access| access.contains("PutItem of events#*")), "{asked:?}");
    assert!(!asked.iter().any(|access| access.contains("counts#")), "{asked:?}");
}

#[tokio::test]
async fn the_schedule_counts_every_account_and_says_what_it_did() {
    let bed = Bed::with_own_table().await;
    let (first, second) = (account(&bed).await, account(&bed).await);
    let empty = bed.account().await;
    let outcome = schedule::roll(&bed.app).await.expect("an outcome");
    assert_eq!((outcome.accounts, outcome.accounts_failed, outcome.events_read, outcome.days_left), (3, 0, 662, 0));
    for account in [&first, &second] {
        forge(&bed, account, "2024-02-28").await;
        assert_eq!(total(&bed, &Call::users_audit(account, None)).await, 1_210);
    }
    assert_eq!(total(&bed, &Call::users_audit(&empty, None)).await, 0);
}

#[tokio::test]
async fn an_account_that_cannot_be_counted_does_not_keep_the_others_from_it() {
    let bed = Bed::with_own_table().await;
    let (good, bad) = (account(&bed).await, account(&bed).await);
    let pk = format!("events#{}#00", bad.id);
    bed.put_item(&[("pk", &pk), ("sk", "2024-01-01T00:00:00.000Z#e"), ("subject_category", "nonsense")]).await;
    let failed = schedule::roll(&bed.app).await.expect_err("an account that cannot be counted");
    assert_eq!(failed.to_string(), "1 of 2 accounts could not be counted");
    forge(&bed, &good, "2024-02-28").await;
}
