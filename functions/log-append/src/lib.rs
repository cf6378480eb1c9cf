//! The table's stream: gives each event the next position of its account's log.
//!
//! A batch is taken account by account. What of it is in a log already, because Lambda delivered it before, or because another
//! consumer has it too, is dropped ([`shared::log::append`]); so any number of consumers may work on any batch, and stop anywhere.
//!
//! ```text
//! t0  the log of each account of the batch is extended; several accounts side by side
//! t1  the accounts are noted as grown, for `log-sign`: all of them, also those whose changes were there already, since whoever
//!     put those may have stopped before this
//! t2  the answer names the first change that is to come again, if there is one
//! ```
//!
//! Changes come again as long as the store cannot be reached. Of an account whose own log cannot be extended (an item of it is not
//! readable, or its partition is throttled for [`PATIENCE_MS`] while the store answers elsewhere) it says so and goes on: nobody
//! else waits for it, and `log-reconcile` repairs it.

mod batch;
mod patience;
mod record;

pub use batch::ACCOUNTS_AT_ONCE;
pub use patience::PATIENCE_MS;
pub use record::NotAStream;

use aws_lambda_events::event::dynamodb::Event;
use aws_lambda_events::event::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use batch::Batch;
use record::Record;
use shared::process::app::App;
use shared::process::invocation::Invocation;

/// Why a batch was not taken at all. All of it comes again.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// It is not a batch of a table's stream.
    #[error(transparent)]
    NotAStream(#[from] NotAStream),
}

/// Extends the logs by the changes of a batch. The answer names the first change that is to come again, with all behind it.
///
/// # Errors
/// [`Failed`], by variant.
pub async fn handle(app: &App, event: Event, invocation: &Invocation) -> Result<DynamoDbEventResponse, Failed> {
    let records = event.records.into_iter().map(Record::read).collect::<Result<Vec<_>, _>>()?;
    let mut response = DynamoDbEventResponse::default();
    if let Some(first) = Batch::of(records, app, invocation).append().await {
        let mut failure = DynamoDbBatchItemFailure::default();
        failure.item_identifier = Some(first.as_str().to_owned());
        response.batch_item_failures.push(failure);
    }
    Ok(response)
}
