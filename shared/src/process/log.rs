//! Structured logs and metrics: one line a request, which is both, and one more where someone should act.
//!
//! # One line, two readers
//! The line of a request is a record of CloudWatch's [embedded metric format]: Logs Insights reads it as a log line, and
//! CloudWatch makes metrics of it, by default in the namespace `AuditTrail`, by `endpoint` and by `endpoint` and `account`
//! (`METRICS_PER_ACCOUNT=false`: by `endpoint` alone). It is written by `metrique-writer-format-emf` of AWS Labs, which is
//! made for one wide record per request, takes members that are no metrics, and needs no thread, timer or global recorder;
//! `metrics_cloudwatch_embedded` sums up counters and histograms between flushes instead, and has no place for a request's id.
//!
//! # What the level does
//! Lambda drops a JSON line whose `level` is below the function's `ApplicationLogLevel`, and takes a line without one for
//! `INFO` ([log-level filtering]): metrics cannot be had without their lines. From `WARN` on, neither is there; this module
//! does not write what Lambda would drop. In log format `Text` the line is plain text, and no metrics are made of it.
//!
//! # X-Ray
//! Lambda itself sends a segment of each call. There is no subsegment of a store request, because nothing that is kept
//! could send it: AWS never had an X-Ray SDK for Rust; those it has, and the daemon that takes segments by UDP, are in
//! [maintenance mode] since February 2026; `xray-lite` and `xray-lite-aws-sdk` have had no release since March 2024; and
//! OpenTelemetry, which AWS [recommends], needs an extension beside the function to export to, started with each cold start,
//! because a frozen function exports nothing by itself. What a subsegment would show is in the line: `store_ms` is the time
//! that the request waited for DynamoDB, which is one request for a page, and `trace_id` leads from a line to its trace and
//! back.
//!
//! [embedded metric format]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
//! [log-level filtering]: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
//! [recommends]: https://docs.aws.amazon.com/xray/latest/devguide/xray-sdk-migration.html
//! [maintenance mode]: https://docs.aws.amazon.com/xray/latest/devguide/xray-sdk-daemon-timeline.html

mod destination;
mod history;
mod line;
mod metrics;
mod seal;
mod unattended;

pub use destination::{DestinationLine, delivery_refused, destination_paused, not_delivered};
pub use history::{
    HistoryLine, appended_late, checkpoint_not_verified, history_changed, history_differs, log_behind, log_changed,
    log_differs, not_extended, not_extended_for_now, not_reconciled, not_sealed, out_of_place,
};
pub use line::{Call, QueueLine, RequestLine};
pub use seal::SealLine;
pub use unattended::{AppendLine, DeliverLine, ReconcileLine, RollLine};

use crate::process::config::{Config, LogFormat};
use crate::process::invocation::Invocation;
use line::Line;
use metrics::Metrics;
use std::error::Error;
use std::sync::OnceLock;
use tracing::subscriber::set_global_default;

/// The metrics; they are there once logs are written as JSON.
static METRICS: OnceLock<Metrics> = OnceLock::new();

/// Begins to write logs to standard output, as Lambda wants them. What dependencies say through the `log` crate is left out:
/// `init()` would take it in once any dependency turns on that feature, at half a megabyte of binary.
pub fn start(config: &Config) {
    let builder = tracing_subscriber::fmt().with_max_level(config.log_level).with_target(false);
    let begun = match config.log_format {
        LogFormat::Json => {
            METRICS.get_or_init(|| Metrics::new(&config.metrics_namespace, config.metrics_per_account));
            set_global_default(
                builder.json().flatten_event(true).with_current_span(false).with_span_list(false).finish(),
            )
        }
        LogFormat::Text => set_global_default(builder.with_ansi(false).without_time().finish()),
    };
    begun.expect("a function begins once");
}

/// Writes the line of a request; before it, if the answer is a 5xx, the whole chain of causes as an error. What caused a
/// refusal is said in the line itself.
pub fn request(line: &RequestLine<'_>, cause: Option<&(dyn Error + 'static)>) {
    let cause = cause.map(chain);
    match cause.as_deref().map(cut) {
        None => write(line),
        Some(cause) if line.status < 500 => write(&RequestLine { refused: Some(cause), ..*line }),
        Some(cause) => {
            failed(line, cause);
            write(line);
        }
    }
}

fn failed(line: &RequestLine<'_>, cause: &str) {
    let (call, request_id) = (&line.call, line.request_id);
    let Invocation { lambda_request_id, trace_id, deadline: _ } = call.invocation;
    let (endpoint, account) = (call.endpoint, call.account);
    tracing::error!(endpoint, account, request_id, lambda_request_id, trace_id, cause, "request failed");
}

/// Writes the line of messages of the queue.
pub fn queue(line: &QueueLine<'_>) {
    write(line);
}

/// Writes the line of a call that counted days.
pub fn roll(line: &RollLine<'_>) {
    write(line);
}

/// Writes the cause for which the days of an account were not counted.
pub fn not_counted(endpoint: &str, account: &str, cause: &str, invocation: &Invocation) {
    let (cause, Invocation { lambda_request_id, trace_id, deadline: _ }) = (cut(cause), invocation);
    tracing::error!(endpoint, account, lambda_request_id, trace_id, cause, "days not counted");
}

/// Writes the line of a batch of the stream.
pub fn append(line: &AppendLine<'_>) {
    write(line);
}

/// Writes the line of a call that sent events to destinations.
pub fn delivered(line: &DeliverLine<'_>) {
    write(line);
}

/// Writes the line of a call that reconciled logs.
pub fn reconcile(line: &ReconcileLine<'_>) {
    write(line);
}

/// Writes the line of a call that sealed the heads of all accounts.
pub fn sealed(line: &SealLine<'_>) {
    write(line);
}

fn write(line: &impl Line) {
    match METRICS.get() {
        None => line.trace(),
        Some(metrics) if tracing::enabled!(tracing::Level::INFO) => {
            if let Err(error) = metrics.print(line) {
                let error = chain(&error);
                tracing::error!(error, "a line could not be written");
            }
        }
        Some(_) => {} // quieter than INFO
    }
}

/// Longest cause of an error or a refusal that is written, in characters: it names fields, and their names are the sender's.
pub const CAUSE_LENGTH_MAX: usize = 2_000;

/// What is said of a message that failed.
#[derive(Debug)]
pub struct MessageLine<'a> {
    /// The function, by the name of its folder.
    pub endpoint: &'a str,
    /// The message's id.
    pub message_id: &'a str,
    /// How often it was delivered, about.
    pub receive_count: Option<&'a str>,
    /// Why it failed.
    pub reason: &'a str,
    /// Lambda's ids of the call.
    pub invocation: &'a Invocation,
}

impl MessageLine<'_> {
    /// Writes it of a message that no delivery will get through: it is on its way to the dead-letter queue.
    pub fn in_vain(&self) {
        let (Self { endpoint, message_id, receive_count, .. }, reason) = (self, cut(self.reason));
        let Invocation { lambda_request_id, trace_id, deadline: _ } = self.invocation;
        tracing::error!(
            endpoint,
            message_id,
            receive_count,
            reason,
            lambda_request_id,
            trace_id,
            "message cannot succeed"
        );
    }

    /// Writes it of a message that a later delivery may get through.
    pub fn to_come_again(&self) {
        let (Self { endpoint, message_id, receive_count, .. }, reason) = (self, cut(self.reason));
        let Invocation { lambda_request_id, trace_id, deadline: _ } = self.invocation;
        tracing::warn!(
            endpoint,
            message_id,
            receive_count,
            reason,
            lambda_request_id,
            trace_id,
            "message failed for now"
        );
    }
}

fn cut(cause: &str) -> &str {
    cause.char_indices().nth(CAUSE_LENGTH_MAX).map_or(cause, |(end, _)| cause.get(..end).unwrap_or(cause))
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

#[cfg(test)]
mod tests;
