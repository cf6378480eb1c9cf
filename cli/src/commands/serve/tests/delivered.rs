//! A service that sends events to destinations by itself.

use super::{Options, options, start};
use shared::destination::change::Deed;
use shared::destination::progress::Progress;
use shared::destination::target::{Bucket, Prefix, Target};
use shared::destination::{Destination, Status};
use shared::event::input::EventInput;
use shared::event::recorder::Recorder;
use shared::event::{Principal, Role};
use shared::process::clock;
use shared::process::destination_ids::destination_id;
use shared::process::event_ids::event_ids;
use shared::store::usage::Usage;
use shared::values::format::Format;
use shared::values::ids::AccountId;
use std::net::{IpAddr, Ipv6Addr};
use std::time::{Duration, Instant};

#[tokio::test]
async fn an_event_is_a_file_of_the_folder_soon_after_it_was_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(&Options { objects_dir: Some(folder.path().to_owned()), ..options() }).await;
    let (store, usage, now) = (running.app().store(), Usage::default(), clock::now());
    let account = AccountId::parse("acme").unwrap();
    store.create_account(&account, &usage).await.unwrap();
    let principal = Principal {
        id: None,
        name: None,
        email: None,
        role: Role::Admin,
        ip_address: IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    let deed = Deed { principal, recorder: Recorder::DestinationOperator, event_id: event_ids(now)(), now };
    let (bucket, prefix) = (Bucket::parse("my-bucket").unwrap(), Prefix::parse("").unwrap());
    let destination = Destination {
        id: destination_id(),
        account: account.clone(),
        target: Target::S3 { bucket, prefix, window_s: 0 },
        format: Format::Audit,
        created_at: now,
        changed_at: now,
        status: Status::Active,
        progress: Progress::from(0),
    };
    store.create_destination(&destination, &deed, &usage).await.unwrap();
    let text = r#"{"id":"e-1","event_type":"A","event_description":"b","principal":{"role":"API","ip_address":"::1"}}"#;
    let event = EventInput::parse(text).unwrap().into_event("e-1".to_owned().try_into().unwrap(), now, now);
    store.record(&account, &[event], None, now, &usage).await.unwrap();

    let began = Instant::now();
    let arrived = loop {
        let there = store.destination(&account, &destination.id, &usage).await.unwrap().unwrap();
        if there.progress.position == 2 || began.elapsed() > Duration::from_secs(10) {
            break there.progress.position;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    running.stop().await;

    assert_eq!(arrived, 2, "the event, and that of the destination");
    let of_account = folder.path().join("my-bucket/account=acme");
    assert_eq!(std::fs::read_dir(of_account).unwrap().count(), 1, "of one day");
}
