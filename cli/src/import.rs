//! `audit import`: reads users or events, one JSON object a line, and writes each once.

mod batch;
mod lines;
mod tally;

use crate::connection::Connection;
use aws_sdk_dynamodb::error::BoxError;
pub(crate) use batch::parse_event;
use batch::{Batch, Record, Settled};
use lines::Lines;
use shared::event_input::EVENT_BYTES_MAX;
use shared::ids::AccountId;
use std::path::PathBuf;
use tally::Tally;
use tokio::task::{JoinError, JoinSet};

/// Lines that are written in one transaction. 50 events of the largest size stay under DynamoDB's 4 MB.
const LINES_IN_BATCH: usize = 50;

/// Batches that are on their way to the table at once.
const BATCHES_AT_ONCE: usize = 4;

/// What to import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// `{"id"?, "email_address", "status", "created_at", "name"?, "role"?}`
    Users,
    /// `{"id"?, "created_at", "event_type", "event_description", "principal", "subject"?, "message"?, ...}`
    Events,
}

/// What to import, from where and into which account.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// What a line is
    kind: Kind,
    /// File with one JSON object a line; - is standard input
    file: PathBuf,
    /// Account to import into
    #[arg(long, value_parser = AccountId::parse)]
    account: AccountId,
    /// Go on after a bad line or a conflict
    #[arg(long)]
    keep_going: bool,
    #[command(flatten)]
    connection: Connection,
}

/// Imports the file, some batches of lines side by side. A line is read only while no line before it was bad or in
/// conflict, unless it is to keep going: nothing after a bad line is sent.
///
/// # Errors
/// A line is bad or conflicts with what is there, or the file or the table cannot be used.
pub async fn run(options: Options) -> Result<(), BoxError> {
    let file = options.file.display().to_string();
    let unreadable = |error| format!("{file}: {error}");
    let mut lines = Lines::open(&options.file, EVENT_BYTES_MAX).await.map_err(unreadable)?;
    let store = options.connection.open().await?;
    let mut tally = Tally::new(&file, lines.bytes());
    let mut batch = Batch::default();
    let mut under_way = JoinSet::new();
    let send = |batch: Batch| {
        let (store, account) = (store.clone(), options.account.clone());
        async move { batch.put(&store, &account).await }
    };
    while options.keep_going || !tally.has_faults() {
        let Some(line) = lines.next().await.map_err(unreadable)? else { break };
        tally.read(line.bytes);
        let (kind, account) = (options.kind, &options.account);
        match line.text.and_then(|text| Record::parse(&text, kind, account)) {
            Ok(record) => {
                if let Some(full) = batch.add(line.number, record) {
                    under_way.spawn(send(full));
                }
            }
            Err(reason) => {
                tally.bad(line.number, &reason);
                under_way.spawn(send(std::mem::take(&mut batch))); // the lines before it are good
            }
        }
        while under_way.len() >= BATCHES_AT_ONCE {
            settle(under_way.join_next().await, &mut tally)?;
        }
    }
    if options.keep_going || !tally.has_faults() {
        under_way.spawn(send(batch));
    }
    while !under_way.is_empty() {
        settle(under_way.join_next().await, &mut tally)?;
    }
    tally.finish()
}

fn settle(joined: Option<Result<Settled, JoinError>>, tally: &mut Tally) -> Result<(), BoxError> {
    let Some(joined) = joined else { return Ok(()) };
    for (line, outcome) in joined? {
        tally.put(line, &outcome.map_err(|error| tally.failed(line, &error))?);
    }
    Ok(())
}
