//! Sends events to destinations as the deployed function does: at once when a log has grown, and by the clock. Webhooks may go to this
//! machine by `http`, and a folder stands for S3.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use aws_lambda_events::event::dynamodb::Event;
use events_deliver::Called;
use events_deliver::send::Means;
use events_deliver::send::https::Https;
use events_deliver::send::https::endpoint::Reach;
use events_deliver::send::s3::Objects;
use shared::process::app::App;
use shared::process::clock;
use shared::process::invocation::Invocation;
use shared::process::log::chain;
use shared::table::{attribute, key};
use shared::values::ids::AccountId;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{MissedTickBehavior, interval};

use super::listener::RequestLog;

/// Time from one look at all destinations to the next.
const PERIOD: Duration = Duration::from_secs(5);

/// Calls at once. Each may wait for a slow receiver; leases keep them apart.
const CALLS_AT_ONCE: usize = 16;

/// Whoever tells which logs have grown.
pub(super) type Grown = mpsc::UnboundedSender<BTreeSet<AccountId>>;

/// What is sent with: objects are files below that folder.
pub(super) fn means(objects_dir: PathBuf) -> Means {
    Means { https: Https::new(Reach::Loopback), objects: Objects::Folder(objects_dir), event_bridge: None }
}

/// The accounts whose logs the changes of an event make grow.
pub(super) fn accounts(event: &Event) -> BTreeSet<AccountId> {
    let account = |record: &aws_lambda_events::event::dynamodb::EventRecord| {
        let keys: shared::table::item::Item = record.change.keys.clone().into();
        let (account, _) = key::account_of_events(keys.get(attribute::PK)?.as_s().ok()?)?;
        Some(account)
    };
    event.records.iter().filter_map(account).collect()
}

/// Begins to send, until the handle is aborted. `log` is told when a call fails.
pub(super) fn start(app: Arc<App>, means: Means, log: RequestLog) -> (Grown, JoinHandle<()>) {
    let (grown, mut growing) = mpsc::unbounded_channel::<BTreeSet<AccountId>>();
    let means = Arc::new(means);
    let running = tokio::spawn(async move {
        let mut calls = JoinSet::new();
        let mut ticks = interval(PERIOD);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let called = tokio::select! {
                accounts = growing.recv() => match accounts {
                    Some(mut accounts) => {
                        while let Ok(more) = growing.try_recv() {
                            accounts.extend(more);
                        }
                        Called::Stream(accounts)
                    }
                    None => return, // the service has stopped
                },
                _ = ticks.tick() => Called::Schedule,
            };
            while calls.try_join_next().is_some() {}
            if calls.len() < CALLS_AT_ONCE {
                calls.spawn(call(Arc::clone(&app), Arc::clone(&means), called, Arc::clone(&log)));
            }
        }
    });
    (grown, running)
}

async fn call(app: Arc<App>, means: Arc<Means>, called: Called, log: RequestLog) {
    let invocation = Invocation::default();
    let outcome = events_deliver::handle(&app, &means, Reach::Loopback, &called, &clock::now, &invocation).await;
    if let Err(failed) = outcome {
        log(&format!("events-deliver failed: {}", chain(&failed)));
    }
}
