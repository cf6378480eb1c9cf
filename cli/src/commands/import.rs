//! `audit import`: reads users or events, one JSON object a line, and writes each once.

mod batch;
mod lines;
mod tally;

use crate::accounts;
use crate::connection::Connection;
use aws_sdk_dynamodb::error::BoxError;
use batch::{Chunk, Kind, Record, Settled};
use lines::Lines;
use shared::event::input::EVENT_BYTES_MAX;
use shared::store::AuditStore;
use shared::values::ids::AccountId;
use std::path::PathBuf;
use tally::Tally;
use tokio::task::JoinHandle;

/// What to import, from where and into which account.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// What a line is
    kind: Kind,
    /// File with one JSON object a line; - is standard input
    file: PathBuf,
    /// Account to import into
    #[arg(long, value_parser = AccountId::parse, allow_hyphen_values = true)]
    account: AccountId,
    /// Make the account if there is none
    #[arg(long)]
    create_account: bool,
    /// Go on after a bad line or a conflict
    #[arg(long)]
    keep_going: bool,
    #[command(flatten)]
    connection: Connection,
}

/// Imports the file, a batch of lines at a time: while one is on its way, the next is read. A line is read only while no
/// line before it was bad or in conflict, unless it is to keep going: nothing after a bad line is sent.
///
/// # Errors
/// A line is bad or conflicts with what is there, or the file or the table cannot be used.
pub(crate) async fn run(options: Options) -> Result<(), BoxError> {
    let file = options.file.display().to_string();
    let unreadable = |error| format!("{file}: {error}");
    let mut lines = Lines::open(&options.file, EVENT_BYTES_MAX).await.map_err(unreadable)?;
    let store = options.connection.open().await?;
    accounts::must_exist_or_make(&store, &options.account, options.create_account).await?;
    let mut import = Import {
        store,
        account: options.account,
        keep_going: options.keep_going,
        tally: Tally::new(&file, lines.bytes()),
        on_its_way: None,
    };
    let mut batch = Chunk::default();
    while import.goes_on() {
        let line = match lines.next().await {
            Ok(Some(line)) => line,
            Ok(None) => break,
            Err(error) => {
                import.send(batch).await?; // the lines before it are good
                import.settle().await?;
                return Err(import.tally.stopped(&unreadable(error)));
            }
        };
        import.tally.read(line.bytes);
        let parsed = line.text.as_deref().map_err(Clone::clone);
        match parsed.and_then(|text| Record::parse(text, options.kind, &import.account)) {
            Ok(record) => {
                if let Some(full) = batch.add(line.number, line.bytes, record) {
                    import.send(full).await?;
                }
            }
            Err(reason) => {
                import.send(std::mem::take(&mut batch)).await?; // the lines before it are good
                import.tally.bad(line.number, line.text.as_deref().unwrap_or_default(), &reason);
            }
        }
    }
    import.send(batch).await?;
    import.settle().await?;
    import.tally.finish()
}

/// An import under way. Batches are sent one at a time and in their order, so that of two lines with the same id the first
/// counts.
struct Import {
    store: AuditStore,
    account: AccountId,
    keep_going: bool,
    tally: Tally,
    on_its_way: Option<JoinHandle<Settled>>,
}

impl Import {
    fn goes_on(&self) -> bool {
        self.keep_going || !self.tally.has_faults()
    }

    /// Sends a batch once the one before it has arrived, unless that had a conflict and it is not to keep going.
    async fn send(&mut self, batch: Chunk) -> Result<(), BoxError> {
        self.settle().await?;
        if self.goes_on() {
            let (store, account) = (self.store.clone(), self.account.clone());
            self.on_its_way = Some(tokio::spawn(async move { batch.put(&store, &account).await }));
        }
        Ok(())
    }

    async fn settle(&mut self) -> Result<(), BoxError> {
        let Some(on_its_way) = self.on_its_way.take() else { return Ok(()) };
        let mut failed = None;
        for (line, outcome) in on_its_way.await? {
            match outcome {
                Ok(put) => self.tally.put(line, &put),
                Err(error) => failed = failed.or(Some((line, error))),
            }
        }
        failed.map_or(Ok(()), |(line, error)| Err(self.tally.failed(line, &error)))
    }
}
