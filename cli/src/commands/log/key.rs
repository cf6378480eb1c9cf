//! `audit log key`: the keys that signatures of the log are verified with.

use crate::terminal::say;
use aws_sdk_dynamodb::error::BoxError;
use shared::store::AuditStore;
use shared::store::usage::Usage;
use shared::table::item::LogOfRounds;

/// Prints the keys.
///
/// # Errors
/// The table cannot be read, or nothing was signed yet.
pub(super) async fn run(store: &AuditStore) -> Result<(), BoxError> {
    for log in logs(store, &Usage::default()).await? {
        say(&log.key.to_string())?;
    }
    Ok(())
}

/// The logs of rounds, the newest last.
///
/// # Errors
/// The table cannot be read, or there is none.
pub(super) async fn logs(store: &AuditStore, usage: &Usage) -> Result<Vec<LogOfRounds>, BoxError> {
    let logs = store.logs_of_rounds(usage).await?;
    if logs.is_empty() {
        return Err("nothing has been signed yet: the first call of log-sign begins the log of rounds".into());
    }
    Ok(logs)
}
