//! Puts events straight into the embedded engine's data file, for accounts that `audit import` would take an hour to make.
//!
//! What lands in the file is what the service would have written, in the table and its indexes, but for the name of each event's
//! writer. What is left out is what an import is slow with: HTTP, a transaction and a wait for the disk every 100
//! events, a look whether each is there already. So this is for an account without events, and no measure of an import.

mod items;
mod log;

use std::{
    fs::File,
    io::{self, BufRead as _},
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
};

use anyhow::{Context as _, Result, bail};
use clap::Parser;
use dynoxide::{Database, ImportOptions, types::Item};
use log::Log;
use shared::process::clock;
use shared::values::ids::AccountId;

/// Events in one of SQLite's transactions: so many that their pages are written in one go.
const EVENTS_AT_ONCE: usize = 20_000;

/// Transactions that are made ready while one is written.
const READY: usize = 2;

/// Reads events from standard input, one JSON object a line, each with `id` and `created_at`, and puts them into an account.
#[derive(Debug, Parser)]
struct Arguments {
    /// Data folder of `audit serve`, which has made its table there and does not run
    #[arg(long)]
    data_dir: PathBuf,
    /// Account that has no events yet
    #[arg(long, value_parser = AccountId::parse)]
    account: AccountId,
    /// Name of the table
    #[arg(long, default_value = "audit")]
    table: String,
    /// Puts the account's log too, which has none yet
    #[arg(long)]
    with_log: bool,
}

fn main() -> Result<()> {
    let Arguments { data_dir, account, table, with_log } = Arguments::parse();
    let _lock = lock(&data_dir)?;
    let file = data_dir.join("audit.sqlite");
    if with_log {
        keep_no_changes(&file, &table).context("the changes of the table cannot be left out")?;
    }
    let database =
        Database::new(&file.to_string_lossy()).with_context(|| format!("{} cannot be opened", file.display()))?;
    database.enable_bulk_loading()?;
    let (send, receive) = sync_channel(READY);
    let reader = std::thread::spawn(move || read(&account, with_log, &send));
    write(&database, &table, &receive)?;
    reader.join().map_err(|_| anyhow::anyhow!("the thread that reads ended early"))?
}

/// The lock that `audit serve` holds while it runs.
fn lock(data_dir: &Path) -> Result<File> {
    let lock = File::options().write(true).open(data_dir.join("lock"));
    let lock = lock.with_context(|| format!("{} is no data folder of `audit serve`", data_dir.display()))?;
    lock.try_lock().context("end the `audit serve` that uses the data folder")?;
    Ok(lock)
}

/// Has no changes kept of what is put, for a log that is put with it: `log-append` would put the events into it once more. `audit serve`
/// has them kept again when it starts.
fn keep_no_changes(file: &Path, table: &str) -> rusqlite::Result<()> {
    let connection = rusqlite::Connection::open(file)?;
    let mut triggers = connection.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?")?;
    let names = triggers.query_map([table], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    names.iter().try_for_each(|name| connection.execute_batch(&format!("DROP TRIGGER \"{name}\"")))
}

fn read(account: &AccountId, with_log: bool, send: &SyncSender<Vec<Item>>) -> Result<()> {
    let now = clock::now();
    let mut log = with_log.then(|| Log::new(account, now));
    let mut items = Vec::with_capacity(EVENTS_AT_ONCE);
    for (number, line) in (1..).zip(io::stdin().lock().lines()) {
        let item = items::item(&line?, account, now).with_context(|| format!("line {number}"))?;
        if let Some(log) = &mut log {
            items.extend(log.add(&item)?.map(items::stored));
        }
        items.push(items::stored(item));
        if items.len() >= EVENTS_AT_ONCE {
            send.send(std::mem::replace(&mut items, Vec::with_capacity(EVENTS_AT_ONCE)))?;
        }
    }
    items.extend(log.into_iter().flat_map(Log::end).map(items::stored));
    if items.is_empty() {
        return Ok(());
    }
    Ok(send.send(items)?)
}

fn write(database: &Database, table: &str, receive: &Receiver<Vec<Item>>) -> Result<()> {
    for items in receive {
        let wanted = items.len();
        let put = database.import_items(table, items, ImportOptions::default())?.items_imported;
        if put != wanted {
            bail!("the engine took {put} of {wanted} events");
        }
    }
    Ok(())
}
