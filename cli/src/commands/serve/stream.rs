//! Calls a function with the changes of the table, as Lambda does with those of a stream: in their order, and again until the
//! function takes them.

use std::error::Error;
use std::time::Duration;

use aws_lambda_events::event::dynamodb::Event;
use aws_lambda_events::event::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use aws_sdk_dynamodb::error::BoxError;
use shared::process::log::chain;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::listener::RequestLog;
use crate::engine::{Changes, ChangesError, SequenceNumber};

/// Most changes of a call, as in template.yaml.
const RECORDS_MAX: usize = 1_000;

/// How long the loop waits, and for what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// Time from the first change to the call, in which others come along, unless a whole call is there already.
    pub(super) window: Duration,
    /// Time to the next call after one that took nothing; it doubles with each that follows.
    pub(super) pause: Duration,
    /// What it doubles up to.
    pub(super) pause_max: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            window: Duration::from_millis(200),
            pause: Duration::from_millis(200),
            pause_max: Duration::from_secs(10),
        }
    }
}

impl Pace {
    /// The pause that follows one of this length.
    fn after(&self, pause: Duration) -> Duration {
        (pause * 2).clamp(self.pause, self.pause_max)
    }
}

/// A function that is called, until it is told to stop.
#[derive(Debug)]
pub(super) struct Stream {
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

/// Begins to call `function` with the changes. `log` is told, under this name, when it fails.
pub(super) fn start<F, Answer, E>(
    name: &'static str,
    changes: Changes,
    pace: Pace,
    log: RequestLog,
    function: F,
) -> Stream
where
    F: Fn(Event) -> Answer + Send + Sync + 'static,
    Answer: Future<Output = Result<DynamoDbEventResponse, E>> + Send + 'static,
    E: Error + Send + Sync + 'static,
{
    let (stop, stopped) = oneshot::channel();
    let calls =
        Calls { name, changes, pace, log, function, records_max: RECORDS_MAX, records: 0, pause: Duration::ZERO };
    let running = tokio::spawn(calls.run(stopped));
    Stream { stop, running }
}

impl Stream {
    /// Waits until the call that is under way has ended, and what it took is forgotten.
    pub(super) async fn stop(self) {
        drop(self.stop);
        let _ = self.running.await; // a panic there has been printed
    }
}

/// The calls, one after the other.
struct Calls<F> {
    name: &'static str,
    changes: Changes,
    pace: Pace,
    log: RequestLog,
    function: F,
    /// Most changes of the next call. A call that took nothing has it halved, so that what a bad change keeps from being taken
    /// comes down to itself.
    records_max: usize,
    /// Changes of the last call.
    records: usize,
    pause: Duration,
}

impl<F, Answer, E> Calls<F>
where
    F: Fn(Event) -> Answer,
    Answer: Future<Output = Result<DynamoDbEventResponse, E>> + Send + 'static,
    E: Error + Send + Sync + 'static,
{
    async fn run(mut self, mut stopped: oneshot::Receiver<()>) {
        loop {
            let ready = tokio::select! {
                biased;
                _ = &mut stopped => return,
                ready = self.ready() => ready,
            };
            let called = match ready {
                Ok(()) => self.call().await,
                Err(ChangesError::Stopped) => return,
                Err(error) => Err(error.into()),
            };
            let problem = match called {
                Ok(None) => {
                    (self.records_max, self.pause) = (RECORDS_MAX, Duration::ZERO);
                    continue;
                }
                Ok(Some(failed)) => {
                    self.pause = self.pace.pause;
                    format!("it took the changes before {failed}")
                }
                Err(error) => {
                    (self.records_max, self.pause) = ((self.records / 2).max(1), self.pace.after(self.pause));
                    chain(&*error)
                }
            };
            (self.log)(&format!("{} failed, and is called again: {problem}", self.name));
        }
    }

    /// Waits until it is time for a call.
    async fn ready(&mut self) -> Result<(), ChangesError> {
        tokio::time::sleep(self.pause).await;
        if self.changes.wait(RECORDS_MAX).await? < RECORDS_MAX {
            tokio::time::sleep(self.pace.window).await;
        }
        Ok(())
    }

    /// Calls the function with what is there, and forgets what it took. Returns the first change that it did not take after some
    /// that it took.
    ///
    /// # Errors
    /// It took nothing, or what it took could not be forgotten and comes again.
    async fn call(&mut self) -> Result<Option<SequenceNumber>, BoxError> {
        self.records = 0;
        let batch = self.changes.read(self.records_max).await?;
        let (numbers, through) = (batch.sequence_numbers().to_vec(), batch.through());
        self.records = numbers.len();
        let failed = if numbers.is_empty() { None } else { self.ask(&batch.into_event(), &numbers).await? };
        if let Some(failed) = failed
            && numbers.first() == Some(&failed)
        {
            return Err(format!("it did not take {failed}").into());
        }
        if let Some(taken) = failed.map(SequenceNumber::before).or(through) {
            self.changes.acknowledge(taken).await?;
        }
        Ok(failed)
    }

    /// Calls the function, in a task of its own, and says which change it did not take; `None` if it took all.
    async fn ask(&self, event: &str, numbers: &[SequenceNumber]) -> Result<Option<SequenceNumber>, BoxError> {
        let answer = tokio::spawn((self.function)(serde_json::from_str(event)?)).await?;
        Ok(first_failed(numbers, &answer?))
    }
}

/// The first change that the function did not take, as Lambda reads its answer: a failure that names no change of the call is
/// one of the whole call.
fn first_failed(numbers: &[SequenceNumber], answer: &DynamoDbEventResponse) -> Option<SequenceNumber> {
    let first = *numbers.first()?;
    let named = |failure: &DynamoDbBatchItemFailure| {
        let number = failure.item_identifier.as_deref().and_then(SequenceNumber::parse);
        number.filter(|number| numbers.binary_search(number).is_ok()).unwrap_or(first)
    };
    answer.batch_item_failures.iter().map(named).min()
}

#[cfg(test)]
mod tests;
