//! What an operator does to a destination, each time with its event in the same transaction.

use shared::destination::change::{Change, IllegalChange};
use shared::destination::secret::WebhookSecret;
use shared::destination::target::Target;
use shared::destination::{DESTINATIONS_MAX, Destination, Status};
use shared::store::usage::Usage;
use shared::store::{DestinationError, Held};
use tests::deliveries::{Clock, change, deed, make, read, secret, webhook};
use tests::{Account, Bed};

const URL: &str = "https://receiver.example/hook";

async fn types(bed: &Bed, account: &Account) -> Vec<(String, String)> {
    let events = bed.event_items(account).await;
    let text = |event: &std::collections::HashMap<_, aws_sdk_dynamodb::types::AttributeValue>, name: &str| {
        event[name].as_s().expect("text").clone()
    };
    events.iter().map(|event| (text(event, "event_type"), text(event, "recorded_by"))).collect()
}

#[tokio::test]
async fn each_change_is_there_with_its_event() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let (account, clock) = (bed.account().await, Clock::new());
        let destination = make(&bed, &account, webhook(URL), &clock).await;
        assert_eq!(read(&bed, &destination).await, destination, "{}", bed.engine);
        let newer = WebhookSecret::of_random([8; 32]);

        for (done, status) in [
            (Change::Pause { why: "by hand".to_owned() }, Status::Paused { why: "by hand".to_owned() }),
            (Change::Resume, Status::Active),
            (Change::Secrets(vec![newer, secret()]), Status::Active),
            (Change::Purge { to: 1 }, Status::Active),
            (Change::Remove, Status::Removed),
        ] {
            let after = change(&bed, &destination, &done, &clock).await;
            assert_eq!(read(&bed, &destination).await, after, "{done:?} on {}", bed.engine);
            assert_eq!(after.status, status);
        }

        let by_operator = |event_type: &str| (event_type.to_owned(), "destination:operator".to_owned());
        let expected = ["CREATED", "PAUSED", "RESUMED", "CHANGED", "PURGED", "DELETED"];
        let expected = expected.map(|done| by_operator(&format!("{done}_DESTINATION")));
        assert_eq!(types(&bed, &account).await, expected, "{}", bed.engine);
    }
}

#[tokio::test]
async fn of_two_changes_of_the_same_destination_one_is_refused() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let (account, clock) = (bed.account().await, Clock::new());
        let seen = make(&bed, &account, webhook(URL), &clock).await;
        change(&bed, &seen, &Change::Pause { why: "first".to_owned() }, &clock).await;

        let usage = Usage::default();
        let second = bed.store().change_destination(&seen, &Change::Remove, &deed(clock.now()), &usage).await;

        assert!(matches!(second, Err(DestinationError::Changed)), "{second:?}");
        assert_eq!(read(&bed, &seen).await.status, Status::Paused { why: "first".to_owned() });
        assert_eq!(types(&bed, &account).await.len(), 2);
    }
}

#[tokio::test]
async fn what_is_changed_while_somebody_sends_takes_the_destination_from_them() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let (account, clock, usage) = (bed.account().await, Clock::new(), Usage::default());
        let seen = make(&bed, &account, webhook(URL), &clock).await;
        let until = clock.now().plus_ms(60_000).expect("a time");
        let lease = |holder: &str| shared::destination::progress::Lease { holder: holder.to_owned(), until };
        let hold = async |holder: &str, seen: &Destination| {
            bed.store().hold_destination(seen, &lease(holder), 5, clock.now(), &usage).await.expect("an answer")
        };
        assert_eq!(hold("a", &seen).await, Held::Ours);
        assert_eq!(hold("b", &seen).await, Held::Others, "it is held");

        change(&bed, &seen, &Change::Remove, &clock).await;

        let sent = shared::store::Sent { next: 5, goes_on: None, at: clock.now(), took_ms: 1 };
        let moved = bed.store().advance_destination(&seen, "a", &sent, &usage).await.expect("an answer");
        assert!(!moved, "{}", bed.engine);
        assert_eq!(hold("c", &seen).await, Held::Others, "it is not what it was");
        let Target::Https { secrets, headers, .. } = read(&bed, &seen).await.target else { panic!("another kind") };
        assert_eq!((secrets.len(), headers.len()), (0, 0));
        let (there, deed) = (read(&bed, &seen).await, deed(clock.now()));
        let again = bed.store().change_destination(&there, &Change::Resume, &deed, &usage).await;
        assert!(matches!(again, Err(DestinationError::Illegal(IllegalChange::Removed))));
    }
}

#[tokio::test]
async fn an_account_has_so_many_destinations_and_no_more() {
    let bed = Bed::with_own_table().await;
    let (account, clock) = (bed.account().await, Clock::new());
    let mut made = Vec::new();
    for _ in 0..DESTINATIONS_MAX {
        made.push(make(&bed, &account, webhook(URL), &clock).await);
    }
    let one_more = Destination { id: shared::values::destination_id::DestinationId::of_random(1), ..made[0].clone() };
    let usage = Usage::default();

    let refused = bed.store().create_destination(&one_more, &deed(clock.now()), &usage).await;
    assert!(matches!(refused, Err(DestinationError::TooMany)), "{refused:?}");

    change(&bed, &made[0], &Change::Remove, &clock).await;
    bed.store().create_destination(&one_more, &deed(clock.now()), &usage).await.expect("there is room");
    assert_eq!(bed.store().listed_destinations(&usage).await.expect("a list").len(), DESTINATIONS_MAX + 1);
}
