//! An SQS queue: records the events of each message, and says which messages are to come again.
//!
//! A message succeeds when each of its events is there. Every event is a conditional put of its own, and its id and time
//! are the same at every delivery, so no transaction is needed: whatever an attempt has written, the next one finds and
//! passes over, until all are there.
//!
//! ```text
//! t0  delivery 1: events 0 to 17 are written, event 18 is throttled: the message is reported as failed
//! t1  a reader sees 0 to 17: each of them is true by itself
//! t2  delivery 2: 0 to 17 are there already, 18 to 49 are written: the message is deleted
//! ```
//!
//! A message that can never succeed is reported as failed too, with the reason in the log: SQS moves it to the dead-letter
//! queue after the deliveries that the template allows. To move it from here would take `sqs:SendMessage`, give it another
//! id and time, and could double it, to save a few deliveries of a message that should not be.
//!
//! SQS gives a message that is moved back from there a new id and time ("Configure a dead-letter queue redrive" in its guide).
//! Events that have their own, CloudEvents with a `time`, and EventBridge events are recorded once even so. Other events are
//! recorded again, if their message had been recorded in part.

mod accounts;
mod consume;
mod delivery;
mod message;
mod tally;

pub use accounts::KnownAccounts;
pub use consume::{EVENTS_AT_ONCE, MESSAGES_AT_ONCE, TIME_MAX};
pub use delivery::NotSqs;
pub use message::{EVENTS_MAX, Message, MessageId, Origin};

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use consume::Consumer;
use delivery::Delivery;
use shared::process::app::App;
use shared::process::invocation::Invocation;

/// Records the messages of one batch. The answer names those that failed.
///
/// # Errors
/// [`NotSqs`] if the batch is not one of SQS: nothing of it has been recorded.
pub async fn handle(
    app: &App,
    accounts: &KnownAccounts,
    batch: SqsEvent,
    invocation: &Invocation,
) -> Result<SqsBatchResponse, NotSqs> {
    let deliveries = batch.records.iter().map(Delivery::read).collect::<Result<Vec<_>, _>>()?;
    let failed = Consumer::new(app, accounts, invocation).consume(&deliveries).await;
    let mut response = SqsBatchResponse::default();
    failed.into_iter().for_each(|id| response.add_failure(id.as_str()));
    Ok(response)
}
