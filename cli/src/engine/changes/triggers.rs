//! The triggers that keep the changes of a table, and the table of SQLite that they write to.

use rusqlite::Connection;

use crate::engine::second::ChangesError;

/// Keys whose first appearance is a change.
const INSERTED: &str = "events#";

/// Keys that are changed and removed only by hand: each such change is one.
const WATCHED: [&str; 3] = ["events#", "log#", "rounds#"];

/// What the engine puts before a key that is a string.
pub(super) const STRING: &str = "S:";

/// Name of the table of SQLite, as an identifier. The name of a table of DynamoDB has no colon.
pub(super) fn name(table: &str) -> String {
    format!("\"{}::changes\"", table.replace('"', "\"\""))
}

/// Makes them, or makes them anew as this version has them; what is kept stays.
pub(super) fn make(connection: &mut Connection, table: &str) -> Result<(), ChangesError> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    transaction.execute_batch(&statements(table))?;
    transaction.commit()?;
    Ok(())
}

/// The engine puts with `INSERT OR REPLACE`, which fires no trigger for the row that it replaces: so one looks for that row
/// before the insert. It updates `item_size` alone when it counts sizes anew, which is no change.
fn statements(table: &str) -> String {
    let escaped = table.replace('"', "\"\"");
    let (changes, items) = (name(table), format!("\"{escaped}\""));
    let columns = "event_name, pk, sk, new_image, old_image, images_bytes, created_at_epoch_s";
    let trigger = |what: &str| format!("\"{escaped}::changes::{what}\"");
    let (put, updated, removed) = (trigger("put"), trigger("updated"), trigger("removed"));
    let (new_inserted, new_watched, old_watched) =
        (begins("new.pk", &[INSERTED]), begins("new.pk", &WATCHED), begins("old.pk", &WATCHED));
    format!(
        "CREATE TABLE IF NOT EXISTS {changes} (
            sequence_number INTEGER PRIMARY KEY AUTOINCREMENT,
            event_name TEXT NOT NULL,
            pk TEXT NOT NULL,
            sk TEXT NOT NULL,
            new_image TEXT,
            old_image TEXT,
            images_bytes INTEGER NOT NULL,
            created_at_epoch_s INTEGER NOT NULL
        );
        DROP TRIGGER IF EXISTS {put};
        CREATE TRIGGER {put} BEFORE INSERT ON {items} WHEN {new_watched} BEGIN
            INSERT INTO {changes} ({columns})
            SELECT iif(was.pk IS NULL, 'INSERT', 'MODIFY'), new.pk, new.sk, new.item_json, was.item_json,
                new.item_size + ifnull(was.item_size, 0), unixepoch()
            FROM (SELECT 1) LEFT JOIN {items} AS was ON was.pk = new.pk AND was.sk = new.sk
            WHERE was.pk IS NOT NULL OR {new_inserted};
        END;
        DROP TRIGGER IF EXISTS {updated};
        CREATE TRIGGER {updated} AFTER UPDATE OF item_json ON {items} WHEN {new_watched} BEGIN
            INSERT INTO {changes} ({columns})
            VALUES ('MODIFY', new.pk, new.sk, new.item_json, old.item_json, new.item_size + old.item_size, unixepoch());
        END;
        DROP TRIGGER IF EXISTS {removed};
        CREATE TRIGGER {removed} AFTER DELETE ON {items} WHEN {old_watched} BEGIN
            INSERT INTO {changes} ({columns})
            VALUES ('REMOVE', old.pk, old.sk, NULL, old.item_json, old.item_size, unixepoch());
        END;"
    )
}

/// A condition that the key in a column begins with one of these, each of which ends in `#`: after it comes `$`.
fn begins(column: &str, prefixes: &[&str]) -> String {
    let one = |prefix: &&str| {
        format!("({column} >= '{STRING}{prefix}' AND {column} < '{STRING}{}')", prefix.replace('#', "$"))
    };
    format!("({})", prefixes.iter().map(one).collect::<Vec<_>>().join(" OR "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_a_range_of_keys() {
        assert_eq!(begins("new.pk", &["events#"]), "((new.pk >= 'S:events#' AND new.pk < 'S:events$'))");
        assert_eq!(
            begins("old.pk", &["log#", "rounds#"]),
            "((old.pk >= 'S:log#' AND old.pk < 'S:log$') OR (old.pk >= 'S:rounds#' AND old.pk < 'S:rounds$'))"
        );
    }

    #[test]
    fn a_name_is_an_identifier() {
        assert_eq!(name("audit"), "\"audit::changes\"");
    }
}
