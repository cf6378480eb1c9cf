//! The time from an event to its signature, in an `audit serve` that signs at its usual pace.

use anyhow::Result;
use audit_cli::serve::{Options, Running};
use shared::event::input::EventInput;
use shared::process::clock;
use shared::store::usage::Usage;
use shared::values::ids::{AccountId, EventId};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Records an event every 200 ms for so many seconds, and asks as often which of them are signed.
pub(crate) async fn measure(seconds: u64) -> Result<()> {
    let options = Options { port: 0, dynamodb_port: 0, memory: true, no_demo: true, ..Options::default() };
    let running = Running::start(&options, Arc::new(|line: &str| println!("{line}"))).await?;
    let (store, usage, account) = (running.app().store().clone(), Usage::default(), AccountId::parse("acme")?);
    store.create_account(&account, &usage).await?;
    let (mut waiting, mut took) = (VecDeque::new(), Vec::new());
    let (started, mut number) = (Instant::now(), 0_u64);
    while started.elapsed() < Duration::from_secs(seconds) || !waiting.is_empty() {
        if started.elapsed() < Duration::from_secs(seconds) {
            let json = r#"{"event_type": "A", "event_description": "Did", "principal": {"role": "API", "ip_address": "192.0.2.1"}}"#;
            let (input, now) = (EventInput::parse(json).map_err(|_| anyhow::anyhow!("an event"))?, clock::now());
            let event = input.into_event(EventId::parse(&format!("e-{number}"))?, now, now);
            store.put_each(&account, &[event], &usage).await?;
            waiting.push_back(Instant::now());
            number += 1;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        let signed = signed(&store, &account).await?;
        while number - (waiting.len() as u64) < signed
            && let Some(recorded) = waiting.pop_front()
        {
            took.push(recorded.elapsed().as_secs_f64());
        }
    }
    running.stop().await;
    took.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| took.get((took.len() as f64 * share) as usize).copied().unwrap_or_default();
    println!("from recorded to signed           p50 {:.1} s, p99 {:.1} s of {} events", at(0.5), at(0.99), took.len());
    Ok(())
}

/// How many entries of the account are signed.
async fn signed(store: &shared::store::AuditStore, account: &AccountId) -> Result<u64> {
    let usage = Usage::default();
    let Some(log) = store.logs_of_rounds(&usage).await?.pop() else { return Ok(0) };
    let Some((size, _)) = store.checkpoint(log.generation, None, &usage).await? else { return Ok(0) };
    let Some(last) = store.rounds(log.generation, size - 1, size, &usage).await?.pop() else { return Ok(0) };
    let heads = store.heads_at(log.generation, &last, &usage).await?;
    Ok(heads.get(account).map_or(0, |head| head.size))
}
