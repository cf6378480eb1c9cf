//! A second connection to the engine's database, beside the one that answers requests.
//!
//! A data file is in WAL mode: reading it waits for nobody and holds nobody up. In memory both connections share one cache of
//! pages, where whoever meets the other in a table is refused at once and not made to wait. So in memory nothing is read while
//! a request is in the engine, and nowhere is anything written then.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::error::BoxError;
use rusqlite::Connection;

use super::gate::Gate;

/// Where SQLite finds a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// In memory, by a name that connections of this process share.
    Memory(String),
    /// In this file.
    File(PathBuf),
}

impl Place {
    /// A database in memory that no other engine of this process has.
    pub(super) fn memory() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self::Memory(format!("file:audit-engine-{number}?mode=memory&cache=shared"))
    }

    /// What SQLite opens it by.
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Memory(name) => Path::new(name),
            Self::File(file) => file,
        }
    }
}

/// Why the changes are not to be had.
#[derive(Debug, thiserror::Error)]
pub enum ChangesError {
    /// SQLite refused.
    #[error("the changes of the table cannot be kept, read or forgotten")]
    Sqlite(#[from] rusqlite::Error),
    /// A change is not in the form in which it was kept.
    #[error("the change {0} is not readable")]
    Unreadable(i64, #[source] BoxError),
    /// The engine has been stopped.
    #[error("the engine has been stopped")]
    Stopped,
}

/// The second connection. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct Second {
    in_memory: bool,
    connection: Arc<Mutex<Option<Connection>>>,
    gate: Arc<Gate>,
}

impl Second {
    /// Opens it, to a database that the engine has opened.
    pub(super) fn open(place: &Place, gate: Arc<Gate>) -> Result<Self, rusqlite::Error> {
        let connection = Connection::open(place.path())?;
        // A change that is forgotten and comes back after a loss of power does no harm: no need to wait for the disk.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        let in_memory = matches!(place, Place::Memory(_));
        Ok(Self { in_memory, connection: Arc::new(Mutex::new(Some(connection))), gate })
    }

    /// The gate that keeps requests and this connection apart.
    pub(super) fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Runs what only reads.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, ChangesError> + Send + 'static,
    ) -> Result<T, ChangesError> {
        if self.in_memory { self.write(|connection| work(connection)).await } else { self.run((), |c| work(c)).await }
    }

    /// Runs what writes, while no request is in the engine.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, ChangesError> + Send + 'static,
    ) -> Result<T, ChangesError> {
        let closed = self.gate.close().await;
        self.run(closed, work).await
    }

    /// Runs it on a thread that may wait for the disk. It runs to its end, and keeps what it needs until then, also if its
    /// caller stops waiting.
    async fn run<T: Send + 'static>(
        &self,
        meanwhile: impl Send + 'static,
        work: impl FnOnce(&mut Connection) -> Result<T, ChangesError> + Send + 'static,
    ) -> Result<T, ChangesError> {
        let connection = Arc::clone(&self.connection);
        let run = move || {
            let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            let done = connection.as_mut().map_or(Err(ChangesError::Stopped), work);
            drop(meanwhile);
            done
        };
        tokio::task::spawn_blocking(run).await.unwrap_or(Err(ChangesError::Stopped))
    }

    /// Closes the connection. Whoever still has a clone is told that the engine has been stopped.
    pub(super) fn close(&self) {
        drop(self.connection.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}
