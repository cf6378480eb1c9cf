//! The changes of a table in their order, as DynamoDB Streams gives them to a function.
//!
//! The engine has Streams of its own, but each write looks through all records for the last number, and none is ever dropped.
//! Here triggers of SQLite keep the changes, so a change is there if and only if the write is: they are in one transaction.
//!
//! ```text
//! t0 a request writes items, and the triggers their changes   t1 both are committed   t2 the request is answered
//! t3 the gate tells of a write: the changes are read          t4 a function has them   t5 they are acknowledged, and forgotten
//! ```
//!
//! What stops between t1 and t5 leaves the changes in the data file, from which they are read again.

mod kept;
mod record;
mod triggers;

use tokio::sync::watch;

use super::second::{ChangesError, Second};
pub use record::{Batch, SequenceNumber};

/// The changes of one table that have not been acknowledged.
#[derive(Debug)]
pub struct Changes {
    second: Second,
    table: String,
    writes: watch::Receiver<()>,
}

impl Changes {
    /// Has the changes of a table kept from now on, unless they are already.
    pub(super) async fn keep(second: Second, table: &str) -> Result<Self, ChangesError> {
        let owned = table.to_owned();
        second.write(move |connection| triggers::make(connection, &owned)).await?;
        let writes = second.gate().writes();
        Ok(Self { second, table: table.to_owned(), writes })
    }

    /// Waits until there is one, and says how many there are, up to `count_max`.
    ///
    /// # Errors
    /// SQLite refuses, or the engine has been stopped.
    pub async fn wait(&mut self, count_max: usize) -> Result<usize, ChangesError> {
        loop {
            self.writes.borrow_and_update(); // before looking: a write from here on ends the wait below
            let table = self.table.clone();
            let count = self.second.read(move |connection| kept::count(connection, &table, count_max)).await?;
            if count > 0 {
                return Ok(count);
            }
            self.writes.changed().await.map_err(|_| ChangesError::Stopped)?;
        }
    }

    /// The oldest, up to `count_max` and [`Batch::BYTES_MAX`]; none if there is none.
    ///
    /// # Errors
    /// SQLite refuses, a change is not readable, or the engine has been stopped.
    pub async fn read(&self, count_max: usize) -> Result<Batch, ChangesError> {
        let table = self.table.clone();
        self.second.read(move |connection| kept::read(connection, &table, count_max)).await
    }

    /// Forgets the changes up to this one, and with it.
    ///
    /// # Errors
    /// SQLite refuses, or the engine has been stopped.
    pub async fn acknowledge(&self, through: SequenceNumber) -> Result<(), ChangesError> {
        let table = self.table.clone();
        self.second.write(move |connection| kept::forget(connection, &table, through)).await
    }
}

#[cfg(test)]
mod tests;
