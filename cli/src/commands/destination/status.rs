//! `audit destination list` and `status`: how far destinations have got.

use super::found::found;
use super::shown::{Shown, ShownLag};
use crate::terminal::{one_line, say};
use aws_sdk_dynamodb::error::BoxError;
use shared::destination::{Destination, Status};
use shared::process::clock;
use shared::store::AuditStore;
use shared::store::usage::Usage;
use shared::values::destination_id::DestinationId;
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;
use std::collections::BTreeSet;

/// How far a destination is behind the log.
struct Lag {
    /// The position behind the last entry of the log.
    log_end: u64,
    /// When the oldest entry got its position that the destination lacks.
    oldest: Option<Timestamp>,
}

/// Prints a line for each destination that is not removed, or of an account also for those that are.
pub(super) async fn list(store: &AuditStore, account: Option<AccountId>, json: bool) -> Result<(), BoxError> {
    let usage = Usage::default();
    let of_one = account.is_some();
    let accounts = match account {
        Some(account) => BTreeSet::from([account]),
        None => store.listed_destinations(&usage).await?.into_iter().map(|(account, _)| account).collect(),
    };
    for account in accounts {
        for destination in store.destinations(&account, &usage).await? {
            if destination.status == Status::Removed && !of_one {
                continue;
            }
            say(&if json { Shown::of(&destination).json() } else { line(&destination) })?;
        }
    }
    Ok(())
}

fn line(destination: &Destination) -> String {
    let Destination { id, account, target, format, status, progress, .. } = destination;
    let state = match (status, &progress.failing) {
        (Status::Active, Some(failing)) => format!("failing since {}: {}", failing.since, one_line(&failing.why)),
        (Status::Active | Status::Removed, _) => status.as_str().to_owned(),
        (Status::Paused { why }, _) => format!("paused: {}", one_line(why)),
    };
    format!("{id}  {account}  {target}  {}  position {}  {state}", format.as_str(), progress.position)
}

/// Prints all that is known of one.
pub(super) async fn show(store: &AuditStore, id: &DestinationId, json: bool) -> Result<(), BoxError> {
    let usage = Usage::default();
    let destination = found(store, id).await?;
    let (account, position) = (&destination.account, destination.progress.position);
    let log_end = store.log_end(account, &usage).await?.position;
    let entries = store.log_entries(account, None, position, position.saturating_add(1), &usage).await?;
    let lag = Lag { log_end, oldest: entries.first().map(|first| first.appended_at) };
    let said = if json {
        let lag = ShownLag { lag_events: lag.events(position), lag_s: lag.seconds() };
        Shown::of(&destination).with_lag(lag).json()
    } else {
        text(&destination, &lag)
    };
    say(&said)?;
    Ok(())
}

impl Lag {
    fn events(&self, position: u64) -> u64 {
        self.log_end.saturating_sub(position)
    }

    fn seconds(&self) -> i64 {
        let ms = self.oldest.map_or(0, |oldest| clock::now().epoch_ms().saturating_sub(oldest.epoch_ms()));
        ms.max(0) / 1_000
    }
}

fn text(destination: &Destination, lag: &Lag) -> String {
    let Destination { id, account, target, format, changed_at, status, progress, .. } = destination;
    let position = progress.position;
    let state = match status {
        Status::Active => "active".to_owned(),
        Status::Paused { why } => format!("paused since {changed_at}: {}", one_line(why)),
        Status::Removed => format!("removed at {changed_at}"),
    };
    let mut lines = vec![
        format!("id         {id}"),
        format!("account    {account}"),
        format!("target     {target}"),
        format!("format     {}", format.as_str()),
        format!("status     {state}"),
        format!("position   {position}; the log ends at {}", lag.log_end),
        format!("lag        {} events, {} s", lag.events(position), lag.seconds()),
    ];
    let delivered = progress.delivered_at.map_or("never".to_owned(), |at| at.to_string());
    lines.push(format!("delivered  {delivered}"));
    if let Some(end) = progress.range_end {
        lines.push(format!("sending    positions {position} to {}", end.saturating_sub(1)));
    }
    if let Some(failing) = &progress.failing {
        let why = one_line(&failing.why);
        lines.push(format!("failing    since {}, {} tries: {why}", failing.since, failing.failures));
        lines.push(format!("next try   {}", failing.next_try_at));
    }
    lines.join("\n")
}
