//! `audit import`: reads users or events, one JSON object a line, and writes each once.

mod lines;
mod tally;

use crate::connection::Connection;
use aws_sdk_dynamodb::error::BoxError;
use lines::Lines;
use shared::AuditStore;
use shared::clock;
use shared::event::AuditEvent;
use shared::event_input::{EVENT_BYTES_MAX, EventInput, Reach};
use shared::ids::AccountId;
use shared::input::Faults;
use shared::item::derived_event_id;
use shared::store::{Put, StoreError};
use shared::timestamp::Timestamp;
use shared::usage::Usage;
use shared::user::DashboardUser;
use std::path::PathBuf;
use tally::Tally;
use tokio::task::JoinSet;

/// Lines that are on their way to the table at once.
const LINES_AT_ONCE: usize = 64;

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

/// What a line asks for.
enum Record {
    User(Box<DashboardUser>),
    Event(Box<AuditEvent>),
}

/// Imports the file, many lines side by side. A line is read only while no line before it was bad or in conflict, unless
/// it is to keep going: nothing after a bad line is sent.
///
/// # Errors
/// A line is bad or conflicts with what is there, or the file or the table cannot be used.
pub async fn run(options: Options) -> Result<(), BoxError> {
    let file = options.file.display().to_string();
    let unreadable = |error| format!("{file}: {error}");
    let mut lines = Lines::open(&options.file, EVENT_BYTES_MAX).await.map_err(unreadable)?;
    let store = options.connection.open().await?;
    let mut tally = Tally::new(&file, lines.bytes());
    let mut under_way = JoinSet::new();
    loop {
        let reading = options.keep_going || !tally.has_faults();
        if reading && under_way.len() < LINES_AT_ONCE {
            let Some(line) = lines.next().await.map_err(unreadable)? else { break };
            tally.read(line.bytes);
            match line.text.and_then(|text| parse(&text, options.kind, &options.account)) {
                Ok(record) => {
                    let (store, account) = (store.clone(), options.account.clone());
                    under_way.spawn(async move { (line.number, put(&store, &account, record).await) });
                }
                Err(reason) => tally.bad(line.number, &reason),
            }
        } else {
            match under_way.join_next().await {
                Some(joined) => settle(joined?, &mut tally)?,
                None => break,
            }
        }
    }
    while let Some(joined) = under_way.join_next().await {
        settle(joined?, &mut tally)?;
    }
    tally.finish()
}

fn parse(text: &str, kind: Kind, account: &AccountId) -> Result<Record, String> {
    let record = match kind {
        Kind::Users => DashboardUser::parse(text, account).map(|user| Record::User(Box::new(user))),
        Kind::Events => parse_event(text, account, clock::now()).map(|event| Record::Event(Box::new(event))),
    };
    record.map_err(|faults| faults.to_string())
}

/// An event of an import says when it happened. Where it has no id it gets the one derived from its content, so that the
/// same line is always the same event.
pub fn parse_event(text: &str, account: &AccountId, now: Timestamp) -> Result<AuditEvent, Faults> {
    let input = EventInput::parse(text)?;
    let created_at = input.created_at.ok_or_else(|| Faults::of("created_at", "is required in an import"))?;
    Reach::Import.admit(created_at, now).map_err(|message| Faults::of("created_at", message))?;
    let id = input.id.clone().unwrap_or_else(|| derived_event_id(account, created_at, &input.details));
    Ok(input.into_event(id, created_at, now))
}

async fn put(store: &AuditStore, account: &AccountId, record: Record) -> Result<Put, StoreError> {
    let usage = Usage::default();
    match record {
        Record::User(user) => store.put_user(account, &user, &usage).await,
        Record::Event(event) => store.put_event(account, &event, &usage).await,
    }
}

fn settle((line, outcome): (u64, Result<Put, StoreError>), tally: &mut Tally) -> Result<(), BoxError> {
    match outcome {
        Ok(put) => tally.put(line, &put),
        Err(error) => return Err(tally.failed(line, &error)),
    }
    Ok(())
}
