//! The triggers that keep the changes of a table, and the table of SQLite that they write to.

use rusqlite::Connection;

use crate::engine::second::ChangesError;

/// Keys whose first appearance is a change.
pub(super) const INSERTED: &str = "events#";

/// Keys that are changed and removed only by hand: each such change is one. Their first appearance is kept too, and passed over.
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
///
/// The engine has SQLite compile each of its statements anew, and with it the triggers: what they say is as little as can be, and
/// what it means is left to whoever reads it. An image is one value, `<bytes of the item>:<the item>`, so that one look is enough.
fn statements(table: &str) -> String {
    let escaped = table.replace('"', "\"\"");
    let (changes, items) = (name(table), format!("\"{escaped}\""));
    let trigger = |what: &str| format!("\"{escaped}::changes::{what}\"");
    let (put, updated, removed) = (trigger("put"), trigger("updated"), trigger("removed"));
    let insert = format!("INSERT INTO {changes} (pk, sk, new_image, old_image, created_at_epoch_s) VALUES");
    let image = |row: &str| format!("{row}item_size || ':' || {row}item_json");
    let (new, old, was) = (image("new."), image("old."), image(""));
    let (is_new_watched, is_old_watched) = (watched("new.pk"), watched("old.pk"));
    format!(
        "CREATE TABLE IF NOT EXISTS {changes} (
            sequence_number INTEGER PRIMARY KEY AUTOINCREMENT,
            pk TEXT NOT NULL,
            sk TEXT NOT NULL,
            new_image TEXT,
            old_image TEXT,
            created_at_epoch_s INTEGER NOT NULL
        );
        DROP TRIGGER IF EXISTS {put};
        CREATE TRIGGER {put} BEFORE INSERT ON {items} WHEN {is_new_watched} BEGIN
            {insert} (new.pk, new.sk, {new}, (SELECT {was} FROM {items} WHERE pk = new.pk AND sk = new.sk), unixepoch());
        END;
        DROP TRIGGER IF EXISTS {updated};
        CREATE TRIGGER {updated} AFTER UPDATE OF item_json ON {items} WHEN {is_new_watched} BEGIN
            {insert} (new.pk, new.sk, {new}, {old}, unixepoch());
        END;
        DROP TRIGGER IF EXISTS {removed};
        CREATE TRIGGER {removed} AFTER DELETE ON {items} WHEN {is_old_watched} BEGIN
            {insert} (old.pk, old.sk, NULL, {old}, unixepoch());
        END;"
    )
}

/// A condition that the key in a column begins with one of [`WATCHED`], each of which ends in `#`: after it comes `$`.
fn watched(column: &str) -> String {
    let one = |prefix: &str| {
        format!("({column} >= '{STRING}{prefix}' AND {column} < '{STRING}{}')", prefix.replace('#', "$"))
    };
    WATCHED.map(one).join(" OR ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_a_range_of_keys() {
        assert_eq!(
            watched("old.pk"),
            "(old.pk >= 'S:events#' AND old.pk < 'S:events$') OR (old.pk >= 'S:log#' AND old.pk < 'S:log$') \
             OR (old.pk >= 'S:rounds#' AND old.pk < 'S:rounds$')"
        );
    }

    #[test]
    fn a_name_is_an_identifier() {
        assert_eq!(name("audit"), "\"audit::changes\"");
    }
}
