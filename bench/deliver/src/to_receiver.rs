//! The time from an event to a receiver, in an `audit serve` that sends at once.

use crate::made::{account, destination, event};
use crate::takes::Takes;
use anyhow::Result;
use audit_cli::serve::{Options, Running};
use shared::destination::secret::WebhookSecret;
use shared::destination::target::{Target, Url};
use shared::store::usage::Usage;
use std::path::Path;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// Pause between two events, so that each is alone.
const PAUSE: Duration = Duration::from_millis(50);
/// Longest wait for one.
const WAIT_MAX: Duration = Duration::from_secs(60);

/// Fills the account with events, and then records one after the other and sees when each is at the receiver.
pub(crate) async fn measure(folder: &Path, events: usize, singles: usize) -> Result<()> {
    let (port, data_dir) = (0, folder.to_owned());
    let options = Options { port, dynamodb_port: 0, data_dir, no_demo: true, ..Options::default() };
    let running = Running::start(&options, Arc::new(|line: &str| println!("{line}"))).await?;
    let (store, usage, account) = (running.app().store().clone(), Usage::default(), account()?);
    store.create_account(&account, &usage).await?;
    let numbers: Vec<_> = (0..events).collect();
    for some in numbers.chunks(100) {
        let some = some.iter().map(|n| event(*n)).collect::<Result<Vec<_>>>()?;
        store.put_each(&account, &some, &usage).await?;
    }
    while store.log_end(&account, &usage).await?.position < events as u64 {
        tokio::time::sleep(PAUSE).await;
    }
    let receiver = Takes::start(true).await?;
    let url = Url::parse(&format!("{}/hook", receiver.url))?;
    let secrets = vec![WebhookSecret::of_random([7; 32])];
    let target = Target::Https { url, secrets, headers: Vec::new(), allows_private: false };
    let made = destination(&store, target, events as u64).await?;
    let mut took = Vec::new();
    for n in events..events + singles {
        store.put_each(&account, &[event(n)?], &usage).await?;
        let recorded = Instant::now();
        took.push(arrival(&receiver, n, recorded).await?.saturating_duration_since(recorded).as_secs_f64() * 1_000.0);
        tokio::time::sleep(PAUSE).await;
    }
    crate::made::remove(&store, &made).await?;
    running.stop().await;
    took.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| took.get((took.len() as f64 * share) as usize).copied().unwrap_or_default();
    println!(
        "from recorded to the receiver     p50 {:.0} ms, p99 {:.0} ms of {} events",
        at(0.5),
        at(0.99),
        took.len()
    );
    Ok(())
}

/// When the n-th event was at the receiver.
async fn arrival(receiver: &Takes, n: usize, since: Instant) -> Result<Instant> {
    let id = format!("\"e-{n:07}\"");
    loop {
        let found = {
            let bodies = receiver.taken.bodies.lock().unwrap_or_else(PoisonError::into_inner);
            bodies.iter().rev().find(|(_, body)| body.contains(&id)).map(|(at, _)| *at)
        };
        if let Some(at) = found {
            return Ok(at);
        }
        anyhow::ensure!(since.elapsed() < WAIT_MAX, "the event {n} has not arrived");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
