//! Rows of an index that are no events of the account: whoever may write an item of another kind can put one there. They are
//! passed over, and said; the account's own rows never are.

use serde_json::{Value, json};
use shared::process::clock;
use shared::store::usage::Usage;
use tests::captured_log::CapturedLog;
use tests::records::{at, record, set};
use tests::{Account, Bed, Call, network_client, trail_walk};

/// Events of the account, a second apart: more than a page of the network audit.
const EVENTS: usize = 130;

const EMAIL: &str = "ada@example.com";

async fn account(bed: &Bed) -> Account {
    let account = bed.account().await;
    let events = (0..EVENTS).map(|number| {
        let mut event = record(&format!("e-{number:04}"), &at(number), "users", "usr_1");
        set(&mut event, "/principal", json!({"email": EMAIL, "role": "ADMIN", "ip_address": "192.0.2.1"}));
        event
    });
    bed.record(&account, &events.collect::<Vec<_>>()).await;
    account
}

/// Puts a row into all four indexes that is a record of an idempotency key by its own key, which is what `events-record` may
/// write.
async fn intrude(bed: &Bed, account: &Account, sk: &str) {
    let events = format!("events#{}#00", account.id);
    let (record, category) = (format!("idempotency#{}#k", account.id), format!("{events}#category#users"));
    let (subject, of_type) = (format!("{category}#user#usr_1"), format!("{events}#type#INVITED_USER"));
    let email = format!("{events}#email#{EMAIL}");
    bed.put_item(&[
        ("pk", &record),
        ("sk", sk),
        ("category_pk", &category),
        ("subject_pk", &subject),
        ("type_pk", &of_type),
        ("email_pk", &email),
        ("event_type", "INVITED_USER"),
    ])
    .await;
}

/// Where rows stand: before, between and behind the events, beside one with its own key, and under keys that are none.
fn places() -> Vec<String> {
    let mut places = vec!["2023-12-31".to_owned(), format!("{}#", at(7)), format!("{}#a#b", at(50)), at(99)];
    places.extend([0, 1, 49, 50, 99, 100, EVENTS - 1].map(|number| format!("{}#e-{number:04}", at(number))));
    places.extend((0..30).map(|number| format!("{}#z-{number:02}", at(60))));
    places.push("2024-01-02".to_owned());
    places
}

fn calls(account: &Account) -> [Call; 5] {
    let trail = Call::trail(account);
    [
        Call::users_audit(account, None),
        Call::users_audit(account, Some("usr_1")),
        trail.clone().query("event_type", "INVITED_USER"),
        trail.clone().query("user_email", EMAIL),
        trail.query("user_email", EMAIL).query("event_type", "INVITED_USER"),
    ]
}

/// The ids that a call gives from the first page to the last, in the order of time.
async fn walk(bed: &Bed, call: &Call, page_size: usize) -> Vec<String> {
    if call.function.starts_with("users") {
        let pages = network_client::chain(bed, call, network_client::StopRule::NoToken, async |_| {}).await;
        assert!(pages.iter().all(|page| page.total_records == EVENTS as u64), "{}: {pages:?}", bed.engine);
        return network_client::ids(&pages);
    }
    let call = call.clone().query("page_size", &page_size.to_string());
    let pages = trail_walk::forwards(bed, &call).await;
    let ids = trail_walk::ids(&pages);
    if let Some((last, others)) = pages.split_last() {
        assert_eq!(
            trail_walk::ids(&trail_walk::back(bed, &call, last).await),
            trail_walk::ids(others),
            "{}",
            bed.engine
        );
    }
    ids.into_iter().rev().collect()
}

#[tokio::test]
async fn rows_that_are_no_events_change_no_page_and_no_count() {
    let log = CapturedLog::start();
    for bed in Bed::on_each_engine().await {
        let account = account(&bed).await;
        let expected: Vec<_> = (0..EVENTS).map(|number| format!("e-{number:04}")).collect();
        for sk in places() {
            intrude(&bed, &account, &sk).await;
        }
        for call in calls(&account) {
            for page_size in [7, 100] {
                assert_eq!(walk(&bed, &call, page_size).await, expected, "{}: {}", bed.engine, call.function);
            }
        }
        let told = log.lines("account", account.id.as_str());
        let indexes = ["by-category", "by-subject", "by-type", "by-email"];
        for index in indexes {
            let of_index = |line: &&Value| line["index"] == index && line["message"] == "foreign index row";
            let lines: Vec<_> = told.iter().filter(of_index).collect();
            assert!(
                lines.iter().any(|line| line["level"] == "ERROR" && line["rows"].as_u64() > Some(0)),
                "{index}: {told:?}"
            );
            let first = format!("idempotency#{}#k / ", account.id);
            assert!(
                lines.iter().any(|line| line["first"].as_str().is_some_and(|key| key.starts_with(&first))),
                "{index}"
            );
        }
    }
}

#[tokio::test]
async fn a_thousand_rows_in_a_row_that_are_no_events_hold_nobody_up() {
    let bed = Bed::new().await;
    let account = account(&bed).await;
    for number in 0..1_000 {
        intrude(&bed, &account, &format!("{}#z-{number:04}", at(60))).await;
    }
    let expected: Vec<_> = (0..EVENTS).map(|number| format!("e-{number:04}")).collect();
    for call in calls(&account) {
        assert_eq!(walk(&bed, &call, 100).await, expected, "{}", call.function);
    }
}

/// A request counts 3,000 rows, and a row that is no event may be the last of them.
#[tokio::test]
async fn a_count_goes_on_behind_a_row_that_is_no_event() {
    const MANY: usize = 3_010;
    let bed = Bed::new().await;
    let account = bed.account().await;
    let events: Vec<_> =
        (0..MANY).map(|number| record(&format!("e-{number:04}"), &at(number), "users", "usr_1")).collect();
    bed.record(&account, &events).await;
    intrude(&bed, &account, &at(2_999)).await; // before the event of that time, which has an id behind it

    let call = Call::users_audit(&account, None);

    assert_eq!(network_client::page(&bed, &call).await.total_records, MANY as u64);
}

#[tokio::test]
async fn a_row_of_the_account_that_does_not_decode_is_an_error_however_many_others_are_passed_over() {
    let bed = Bed::new().await;
    let account = account(&bed).await;
    let events = format!("events#{}#00", account.id);
    intrude(&bed, &account, &at(3)).await;
    let (sk, category) = (format!("{}#broken", at(3)), format!("{events}#category#users"));
    bed.put_item(&[("pk", &events), ("sk", &sk), ("category_pk", &category)]).await;

    let reply = bed.send(&Call::users_audit(&account, None)).await;

    assert_eq!(reply.status, 500, "{}", reply.body);
}

#[tokio::test]
async fn the_count_of_a_day_is_of_events_alone() {
    let bed = Bed::new().await;
    let account = account(&bed).await;
    intrude(&bed, &account, &format!("{}#e-0001", at(1))).await;

    let rolled = bed.store().roll(&account.id, clock::now, || true, &Usage::default()).await.expect("an answer");

    assert!(rolled.days > 0, "{rolled:?}");
    assert_eq!(rolled.events, EVENTS as u64);
    assert_eq!(network_client::page(&bed, &Call::users_audit(&account, None)).await.total_records, EVENTS as u64);
}
