//! Structured logs: one line a request, and one more where someone should act.

use crate::config::{Config, LogFormat};
use crate::usage::Usage;
use std::error::Error;
use std::time::Duration;

/// What is said of a request when it ends.
#[derive(Debug)]
pub struct RequestLine<'a> {
    /// The function, by the name of its folder.
    pub endpoint: &'a str,
    /// Whose request, once that is known.
    pub account: Option<&'a str>,
    /// Status of the answer.
    pub status: u16,
    /// Users or events in the answer.
    pub items: usize,
    /// What it cost the store.
    pub usage: &'a Usage,
    /// How long it took.
    pub took: Duration,
    /// The request's id.
    pub request_id: &'a str,
}

/// Writes the line of a request; before it, if the answer is a 5xx, the whole chain of causes as an error.
pub fn request(line: &RequestLine<'_>, cause: Option<&(dyn Error + 'static)>) {
    let took_ms = line.took.as_secs_f64() * 1_000.0;
    let cause = cause.map(chain);
    match &cause {
        Some(cause) if line.status >= 500 => {
            tracing::error!(endpoint = line.endpoint, request_id = line.request_id, cause, "request failed");
        }
        Some(_) | None => {}
    }
    tracing::info!(
        endpoint = line.endpoint,
        account = line.account,
        status = line.status,
        items = line.items,
        dynamodb_requests = line.usage.requests(),
        capacity_units = line.usage.capacity_units(),
        took_ms,
        request_id = line.request_id,
        refused = cause.as_deref().filter(|_| line.status < 500),
        "request answered"
    );
}

/// What is said of a batch of messages when it ends.
#[derive(Debug)]
pub struct BatchLine<'a> {
    /// The function, by the name of its folder.
    pub endpoint: &'a str,
    /// Messages in it.
    pub messages: usize,
    /// Messages that are to come again.
    pub messages_failed: usize,
    /// Events that are there now.
    pub events_recorded: usize,
    /// Events that were there before.
    pub events_there_already: usize,
    /// What it cost the store.
    pub usage: &'a Usage,
    /// How long it took.
    pub took: Duration,
}

/// Writes the line of a batch.
pub fn batch(line: &BatchLine<'_>) {
    tracing::info!(
        endpoint = line.endpoint,
        messages = line.messages,
        messages_failed = line.messages_failed,
        events_recorded = line.events_recorded,
        events_there_already = line.events_there_already,
        dynamodb_requests = line.usage.requests(),
        capacity_units = line.usage.capacity_units(),
        took_ms = line.took.as_secs_f64() * 1_000.0,
        "batch consumed"
    );
}

/// Longest reason of a message that is written, in characters: it names fields, and their names are the sender's.
pub const REASON_LENGTH_MAX: usize = 2_000;

/// Says why a message failed that no delivery will get through: it is on its way to the dead-letter queue.
pub fn message_in_vain(message_id: &str, receive_count: Option<&str>, reason: &str) {
    let reason = cut(reason);
    tracing::error!(message_id, receive_count, reason, "message cannot succeed");
}

/// Says why a message failed that a later delivery may get through.
pub fn message_to_come_again(message_id: &str, receive_count: Option<&str>, reason: &str) {
    let reason = cut(reason);
    tracing::warn!(message_id, receive_count, reason, "message failed for now");
}

fn cut(reason: &str) -> &str {
    reason.char_indices().nth(REASON_LENGTH_MAX).map_or(reason, |(end, _)| reason.get(..end).unwrap_or(reason))
}

/// The error and all its causes, outermost first.
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}

/// Begins to write logs to standard output, as Lambda wants them.
pub fn start(config: &Config) {
    let builder = tracing_subscriber::fmt().with_max_level(config.log_level).with_target(false);
    match config.log_format {
        LogFormat::Json => builder.json().flatten_event(true).with_span_list(false).init(),
        LogFormat::Text => builder.with_ansi(false).without_time().init(),
    }
}
