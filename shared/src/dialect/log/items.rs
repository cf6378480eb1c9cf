//! The events of an account's log as they are stored, a line each, up to its newest signed head.
//!
//! ```text
//! {"position":17,"Item":{…}}       DynamoDB's JSON of all that stands in the table
//! {"position":18,"missing":true}   nothing stands there
//! ```
//!
//! Entries that brought no event are passed over.

use super::LogError;
use super::account::{head_proof, signed_size};
use crate::dialect::rows::{Brought, Rows};
use crate::http::exchange::{Answer, Exchange};
use crate::store::StoreError;
use crate::table::json;
use crate::values::ids::AccountId;
use lambda_http::http::header::HeaderName;

/// Most entries that an answer reads, and so most of its lines.
pub const LINES_MAX: u64 = 1_000;

/// Where the next answer begins, if there is more below the signed head.
const X_NEXT: HeaderName = HeaderName::from_static("x-next");

/// The items from a position on: one request for the log, and one for each 100 or megabyte of them.
///
/// The body goes to Lambda as bytes, and so in base64: that is a third more, where the escapes of JSON within JSON could be twice as much.
pub(super) async fn items(exchange: &Exchange<'_>, account: &AccountId, from: u64) -> Result<Answer, LogError> {
    let (store, usage) = (exchange.store(), &exchange.usage);
    let size = signed_size(&head_proof(exchange, account, None).await?);
    if from > size {
        return Err(LogError::FromBeyondHead { size });
    }
    let to = from.saturating_add(LINES_MAX).min(size);
    let entries = if from < to { store.log_entries(account, None, from, to, usage).await? } else { Vec::new() };
    if entries.is_empty() && from < to {
        return Err(StoreError::Rejected(format!("the log of {account} has no entry {from}").into()).into());
    }
    let rows = Rows::read(store, account, &entries, line, usage).await?;
    let next = from + rows.passed as u64;
    let body: String = rows.lines.iter().map(|line| format!("{line}\n")).collect();
    let answer = Answer { items: rows.lines.len(), ..Answer::bytes("application/x-ndjson", body.into_bytes()) };
    Ok(if next < size { answer.with_header(X_NEXT, next) } else { answer })
}

fn line(row: &Brought<'_>) -> String {
    let position = row.logged.position;
    match row.item {
        Some(item) => format!(r#"{{"position":{position},"Item":{}}}"#, json::write(item)),
        None => format!(r#"{{"position":{position},"missing":true}}"#),
    }
}
