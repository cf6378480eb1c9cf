//! The changes that are kept: counted, read in their order, and forgotten.

use rusqlite::Connection;

use super::record::{Batch, Row, SequenceNumber};
use super::triggers;
use crate::engine::second::ChangesError;

/// How many there are, up to `count_max`.
pub(super) fn count(connection: &Connection, table: &str, count_max: usize) -> Result<usize, ChangesError> {
    let sql = format!("SELECT count(*) FROM (SELECT 1 FROM {} LIMIT ?1)", triggers::name(table));
    Ok(connection.prepare_cached(&sql)?.query_row([count_max], |row| row.get(0))?)
}

/// The oldest that fit a batch.
pub(super) fn read(connection: &Connection, table: &str, count_max: usize) -> Result<Batch, ChangesError> {
    let sql = format!(
        "SELECT sequence_number, pk, sk, new_image, old_image, created_at_epoch_s FROM {} ORDER BY sequence_number LIMIT ?1",
        triggers::name(table)
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([count_max])?;
    let mut batch = Batch::new(table);
    while let Some(row) = rows.next()? {
        let row = Row {
            sequence_number: SequenceNumber(row.get(0)?),
            pk: key(row, 1)?,
            sk: key(row, 2)?,
            new_image: row.get(3)?,
            old_image: row.get(4)?,
            created_at_epoch_s: row.get(5)?,
        };
        if !batch.add(&row)? {
            break;
        }
    }
    Ok(batch)
}

fn key(row: &rusqlite::Row<'_>, column: usize) -> Result<String, rusqlite::Error> {
    let key: String = row.get(column)?;
    Ok(key.strip_prefix(triggers::STRING).map_or_else(|| key.clone(), ToOwned::to_owned))
}

/// Forgets them up to this one, and with it.
pub(super) fn forget(connection: &Connection, table: &str, through: SequenceNumber) -> Result<(), ChangesError> {
    let sql = format!("DELETE FROM {} WHERE sequence_number <= ?1", triggers::name(table));
    connection.prepare_cached(&sql)?.execute([through.0])?;
    Ok(())
}
