//! The embedded engine: DynamoDB's API over one SQLite file or over memory, on a port of its own.
//!
//! The engine runs on threads of its own, so it lives as long as its handle and not as long as the runtime of whoever
//! started it, and it is reached through its HTTP endpoint by the SDK, as production is.

mod data_dir;
mod described;
mod table;

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::types::TableDescription;
use dynoxide::Database;
use tokio::sync::oneshot;

use crate::template::TableDefinition;
use data_dir::DataDir;
pub use table::{TableError, create_table_if_absent};

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
    data_dir: Option<DataDir>,
}

/// Why the engine did not start.
#[derive(Debug)]
pub enum EngineError {
    /// The port cannot be listened on: most often it is in use.
    Port(SocketAddr, io::Error),
    /// The data folder cannot be made, read or written.
    DataDir(PathBuf, io::Error),
    /// Another engine uses the data folder.
    InUse(PathBuf),
    /// The data file is not one that this engine can open.
    DataFile(PathBuf, String),
    /// The thread that serves it could not be made.
    Thread(io::Error),
}

impl Engine {
    /// Starts an engine at a loopback address; port 0 takes a free one.
    ///
    /// # Errors
    /// As [`EngineError`] says; nothing is left running.
    pub fn start(storage: &Storage, address: SocketAddr) -> Result<Self, EngineError> {
        let listener = listen(address).map_err(|error| EngineError::Port(address, error))?;
        let address = listener.local_addr().map_err(|error| EngineError::Port(address, error))?;
        let (database, data_dir) = open(storage)?;
        let bad = |error: BoxError| EngineError::DataFile(file(data_dir.as_ref()), error.to_string());
        let tables = described::tables(&database).map_err(bad)?;
        let (stop, stopped) = oneshot::channel();
        let (started, starting) = mpsc::sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("engine".to_owned())
            .spawn(move || serve(listener, database, stopped, &started))
            .map_err(EngineError::Thread)?;
        match starting.recv() {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(EngineError::Thread(error)),
            Err(mpsc::RecvError) => return Err(EngineError::Thread(io::Error::other("it ended at once"))),
        }
        let client = client(&endpoint_url(address));
        Ok(Self { address, client, tables, stop: Some(stop), thread: Some(thread), data_dir })
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
    /// As [`create_table_if_absent`], which asks an engine that is not at hand.
    pub async fn create_table_if_absent(&self, name: &str, definition: &TableDefinition) -> Result<bool, TableError> {
        let existing = self.tables.iter().find(|table| table.table_name() == Some(name));
        table::create_unless(existing, &self.client, name, definition).await
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
        // The lock on the folder goes with `data_dir`, after the thread has closed the file.
    }
}

/// A client of any DynamoDB that does not look at credentials: this engine, or Amazon's DynamoDB Local.
pub fn client(endpoint_url: &str) -> Client {
    Client::from_conf(config(endpoint_url).build())
}

/// What [`client`] is made of, for a client that wants something besides, such as an interceptor.
pub fn config(endpoint_url: &str) -> aws_sdk_dynamodb::config::Builder {
    aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "local"))
        .endpoint_url(endpoint_url)
}

fn endpoint_url(address: SocketAddr) -> String {
    format!("http://{address}")
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

fn open(storage: &Storage) -> Result<(Database, Option<DataDir>), EngineError> {
    match storage {
        Storage::Memory => {
            let database = Database::memory().map_err(|error| EngineError::DataFile(file(None), error.to_string()))?;
            Ok((database, None))
        }
        Storage::Dir(dir) => {
            let data_dir = DataDir::open(dir)?;
            let database = data_dir.database()?;
            Ok((database, Some(data_dir)))
        }
    }
}

/// The data file's name, for messages.
fn file(data_dir: Option<&DataDir>) -> PathBuf {
    data_dir.map_or_else(|| PathBuf::from(":memory:"), DataDir::file)
}

/// The engine's thread. SQLite's file is closed when the last handle to the database goes, which is when the runtime
/// has dropped its connections: so the runtime ends here, before the thread does.
fn serve(
    listener: TcpListener,
    database: Database,
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
        let serving = dynoxide::server::serve_with_shutdown(listener, database, async {
            let _ = told.await;
        });
        let serving = tokio::spawn(serving);
        let _ = stopped.await;
        let _ = stopping.send(());
        let _ = tokio::time::timeout(STOP_S_MAX, serving).await;
    });
    runtime.shutdown_timeout(STOP_S_MAX);
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Port(address, error) if error.kind() == io::ErrorKind::AddrInUse => {
                write!(f, "port {} of {} is in use", address.port(), address.ip())
            }
            Self::Port(address, _) => write!(f, "{address} cannot be listened on"),
            Self::DataDir(dir, _) => write!(f, "the data folder {} cannot be used", dir.display()),
            Self::InUse(dir) => write!(f, "another `audit serve` uses the data folder {}", dir.display()),
            Self::DataFile(file, problem) => {
                write!(f, "the data file {} cannot be opened: {}", file.display(), problem.replace('\n', " "))
            }
            Self::Thread(_) => f.write_str("the engine's thread did not start"),
        }
    }
}

impl std::error::Error for EngineError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Port(_, error) if error.kind() == io::ErrorKind::AddrInUse => None,
            Self::Port(_, error) | Self::DataDir(_, error) | Self::Thread(error) => Some(error),
            Self::InUse(_) | Self::DataFile(..) => None,
        }
    }
}

#[cfg(test)]
mod tests;
