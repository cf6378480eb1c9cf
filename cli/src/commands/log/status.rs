//! `audit log status`: the newest signature, and what is not signed yet.

use super::key::logs;
use crate::accounts;
use crate::terminal::say;
use aws_sdk_dynamodb::error::BoxError;
use serde::Serialize;
use shared::process::clock;
use shared::proof::checkpoint::Checkpoint;
use shared::store::usage::Usage;
use shared::store::{AuditStore, Heads};
use shared::table::item::LogOfRounds;
use shared::values::ids::AccountId;

/// What is shown.
#[derive(Debug, Serialize)]
struct Status {
    origin: String,
    key_id: String,
    generation: u16,
    /// Rounds that the newest checkpoint is over.
    rounds: u64,
    /// Accounts with a head in the last of them.
    accounts: usize,
    signed_at: Option<String>,
    age_s: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<OfAccount>,
}

/// How much of an account's log is signed.
#[derive(Debug, Serialize)]
struct OfAccount {
    entries: u64,
    signed: u64,
    unsigned: u64,
}

/// Prints it.
///
/// # Errors
/// The table cannot be read, nothing was signed yet, or its newest checkpoint is none.
pub(super) async fn run(store: &AuditStore, account: Option<AccountId>, json: bool) -> Result<(), BoxError> {
    let usage = Usage::default();
    let log = logs(store, &usage).await?.pop().ok_or("there is no log of rounds")?;
    let (mut status, heads) = of_rounds(store, &log, &usage).await?;
    if let Some(account) = account {
        accounts::must_exist(store, &account).await?;
        let entries = store.log_end(&account, &usage).await?.position;
        let signed = heads.get(&account).map_or(0, |head| head.size);
        status.account = Some(OfAccount { entries, signed, unsigned: entries.saturating_sub(signed) });
    }
    let said = if json { serde_json::to_string(&status)? } else { status.text() };
    Ok(say(&said)?)
}

async fn of_rounds(store: &AuditStore, log: &LogOfRounds, usage: &Usage) -> Result<(Status, Heads), BoxError> {
    let generation = log.generation;
    let checkpoint = match store.checkpoint(generation, None, usage).await? {
        Some((_, note)) => Some(Checkpoint::open(&note, &log.key)?),
        None => None,
    };
    let rounds = checkpoint.map_or(0, |checkpoint| checkpoint.size);
    let last = store.rounds(generation, rounds.saturating_sub(1), rounds, usage).await?.pop();
    let heads = match &last {
        Some(last) => store.heads_at(generation, last, usage).await?,
        None => Heads::new(),
    };
    let sealed_at = last.as_ref().and_then(|last| last.entry.round()).map(|round| round.sealed_at);
    let status = Status {
        origin: log.key.origin().to_string(),
        key_id: log.key.id().map(|byte| format!("{byte:02x}")).concat(),
        generation: generation.number(),
        rounds,
        accounts: heads.len(),
        signed_at: sealed_at.map(|at| at.to_string()),
        age_s: sealed_at.map(|at| clock::now().epoch_ms().saturating_sub(at.epoch_ms()) / 1_000),
        account: None,
    };
    Ok((status, heads))
}

impl Status {
    fn text(&self) -> String {
        let Self { origin, key_id, generation, rounds, accounts, .. } = self;
        let signed = match (&self.signed_at, self.age_s) {
            (Some(at), Some(age_s)) => format!("{at}, {age_s} s ago"),
            (Some(_) | None, _) => "never".to_owned(),
        };
        let mut text = format!(
            "origin            {origin}\nkey id            {key_id}\nlog of rounds     {generation}\n\
             signed            {signed}\nrounds            {rounds}\naccounts          {accounts}"
        );
        if let Some(OfAccount { entries, signed, unsigned }) = &self.account {
            text += &format!("\nentries           {entries}\nsigned of them    {signed}\nnot signed yet    {unsigned}");
        }
        text
    }
}
