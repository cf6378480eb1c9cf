//! An engine that runs, from its start to the closing of its file.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::types::TableDescription;
use dynoxide::Database;
use tokio::sync::oneshot;

use super::changes::Changes;
use super::client::client;
use super::data_dir::DataDir;
use super::described;
use super::error::EngineError;
use super::gate::Gate;
use super::inner::Inner;
use super::port::serve_engine;
use super::second::{ChangesError, Place, Second};
use super::table::{self, TableError};
use crate::template::TableDefinition;

/// Threads that serve the engine. The store itself is behind one lock; the second thread reads and writes JSON.
const WORKERS: usize = 2;

/// How long requests that are under way may take once the engine is told to stop.
const STOP_S_MAX: Duration = Duration::from_secs(2);

/// Where the engine keeps its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Storage {
    /// In memory, gone when the engine stops.
    Memory,
    /// In `audit.sqlite` of this folder, which is made if it is not there. One engine at a time may use it.
    Dir(PathBuf),
}

/// A running engine. Dropping it stops it and closes its file.
#[derive(Debug)]
pub struct Engine {
    address: SocketAddr,
    client: Client,
    tables: Vec<TableDescription>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    second: Second,
    data_dir: Option<DataDir>,
}

impl Engine {
    /// Starts an engine at a loopback address; port 0 takes a free one.
    ///
    /// # Errors
    /// As [`EngineError`] says; nothing is left running.
    pub fn start(storage: &Storage, address: SocketAddr) -> Result<Self, EngineError> {
        let listener = listen(address).map_err(|error| EngineError::port(address, error))?;
        let address = listener.local_addr().map_err(|error| EngineError::port(address, error))?;
        let (place, data_dir) = place(storage)?;
        let bad = |error: BoxError| EngineError::DataFile(file(data_dir.as_ref()), error.to_string());
        let database = open(&place).map_err(bad)?;
        let tables = described::tables(&database).map_err(bad)?;
        let gate = Arc::new(Gate::new());
        let second = Second::open(&place, Arc::clone(&gate)).map_err(|error| bad(error.into()))?;
        let (stop, stopped) = oneshot::channel();
        let (started, starting) = mpsc::sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("engine".to_owned())
            .spawn(move || serve(listener, Inner::new(database, gate), stopped, &started))
            .map_err(EngineError::Thread)?;
        match starting.recv() {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(EngineError::Thread(error)),
            Err(mpsc::RecvError) => return Err(EngineError::Thread(io::Error::other("it ended at once"))),
        }
        let client = client(&endpoint_url(address));
        Ok(Self { address, client, tables, stop: Some(stop), thread: Some(thread), second, data_dir })
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The endpoint to give to the SDK, the AWS CLI or the `audit` commands.
    pub fn endpoint_url(&self) -> String {
        endpoint_url(self.address)
    }

    /// The SDK's client, set to this engine.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Makes a table as the template defines it, unless the engine had it when it started. Returns whether it was made.
    ///
    /// # Errors
    /// As [`super::create_table_if_absent`], which asks an engine that is not at hand.
    pub async fn create_table_if_absent(&self, name: &str, definition: &TableDefinition) -> Result<bool, TableError> {
        let existing = self.tables.iter().find(|table| table.table_name() == Some(name));
        table::create_unless(existing, &self.client, name, definition).await
    }

    /// The changes of a table that is there, which are kept from now on; those that an earlier engine kept are among them.
    ///
    /// # Errors
    /// There is no such table, or SQLite refuses.
    pub async fn changes(&self, table: &str) -> Result<Changes, ChangesError> {
        Changes::keep(self.second.clone(), table).await
    }

    /// The second connection to its database.
    #[cfg(test)]
    pub(super) fn second(&self) -> &Second {
        &self.second
    }

    /// The data file; `None` in memory.
    pub fn file(&self) -> Option<PathBuf> {
        self.data_dir.as_ref().map(DataDir::file)
    }

    /// Lets requests under way finish, closes the file and frees the port. Dropping does the same.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(()); // it fails only if the thread has ended by itself
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join(); // a panic there has been printed
        }
        self.second.close();
        // The lock on the folder goes with `data_dir`, after both have closed the file.
    }
}

fn endpoint_url(address: SocketAddr) -> String {
    format!("http://{address}")
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

fn place(storage: &Storage) -> Result<(Place, Option<DataDir>), EngineError> {
    match storage {
        Storage::Memory => Ok((Place::memory(), None)),
        Storage::Dir(dir) => {
            let data_dir = DataDir::open(dir)?;
            Ok((Place::File(data_dir.file()), Some(data_dir)))
        }
    }
}

/// Opens the database, or makes it.
fn open(place: &Place) -> Result<Database, BoxError> {
    Ok(Database::new(place.path().to_str().ok_or("its name is not UTF-8")?)?)
}

/// The data file's name, for messages.
fn file(data_dir: Option<&DataDir>) -> PathBuf {
    data_dir.map_or_else(|| PathBuf::from(":memory:"), DataDir::file)
}

/// The engine's thread. SQLite's file is closed when the last handle to the database goes, which is when the runtime
/// has dropped its connections: so the runtime ends here, before the thread does.
fn serve(
    listener: TcpListener,
    inner: Inner,
    stopped: oneshot::Receiver<()>,
    started: &mpsc::SyncSender<io::Result<()>>,
) {
    let built = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .thread_name("engine")
        .enable_all()
        .build()
        .and_then(|runtime| {
            let listener = runtime.block_on(async { tokio::net::TcpListener::from_std(listener) })?;
            Ok((runtime, listener))
        });
    let (runtime, listener) = match built {
        Ok(built) => built,
        Err(error) => {
            let _ = started.send(Err(error));
            return;
        }
    };
    let _ = started.send(Ok(()));
    runtime.block_on(async {
        // t0 told to stop: no new connection, idle ones are closed
        // t1 requests under way have ended, or STOP_S_MAX has passed: a client that sends half a request may not
        //    hold the data file open
        let (stopping, told) = oneshot::channel();
        let serving = serve_engine(listener, inner, async {
            let _ = told.await;
        });
        let serving = tokio::spawn(serving);
        let _ = stopped.await;
        let _ = stopping.send(());
        let _ = tokio::time::timeout(STOP_S_MAX, serving).await;
    });
    runtime.shutdown_timeout(STOP_S_MAX);
}

#[cfg(test)]
mod tests;
