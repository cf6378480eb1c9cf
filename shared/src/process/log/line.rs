//! What is said of a request or of messages of a queue when it ends, each member once: the names are those of the line, of the metrics and
//! of the queries in `docs/queries.md`.

use crate::process::invocation::Invocation;
use crate::store::usage::Usage;
use crate::values::timestamp::Timestamp;
use metrique_writer_core::unit::AsCount;
use metrique_writer_core::{Entry, EntryWriter};
use metrique_writer_format_emf::NoMetric;
use std::time::{Duration, SystemTime};

/// What the lines of requests, messages and schedules have in common.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// When it ended.
    pub at: Timestamp,
    /// The function, by the name of its folder.
    pub endpoint: &'a str,
    /// Whose it is, once that is known from the store. Never what a caller says: every account is a metric of its own.
    pub account: Option<&'a str>,
    /// Lambda's ids of it.
    pub invocation: &'a Invocation,
    /// What it cost the store.
    pub usage: &'a Usage,
    /// How long it took.
    pub took: Duration,
}

/// What is said of a request when it ends.
#[derive(Debug)]
pub struct RequestLine<'a> {
    /// The call.
    pub call: Call<'a>,
    /// Status of the answer.
    pub status: u16,
    /// Users, events or other items in the answer.
    pub items: usize,
    /// The request's id.
    pub request_id: &'a str,
    /// Why it was refused, if it was.
    pub refused: Option<&'a str>,
}

/// What is said when messages of the queue were consumed, of all those for one account.
#[derive(Debug)]
pub struct QueueLine<'a> {
    /// The call.
    pub call: Call<'a>,
    /// Messages for the account.
    pub messages: usize,
    /// Messages that are to come again.
    pub messages_failed: usize,
    /// Events that were there before.
    pub events_there_already: usize,
}

/// A line with its account, if it has one.
pub(super) trait Line: Entry {
    fn account(&self) -> Option<&str>;

    /// Writes it for a reader of plain text.
    fn trace(&self);
}

const REQUEST: &str = "request answered";
const BATCH: &str = "batch consumed";

impl Call<'_> {
    /// Writes the call of a request or of messages: metrics first, then what is not one.
    pub(super) fn write<'a>(&'a self, writer: &mut impl EntryWriter<'a>, message: &'static str) {
        writer.value("dynamodb_requests", &AsCount::from(self.usage.requests()));
        writer.value("capacity_units", &AsCount::from(self.usage.capacity_units()));
        writer.value("took_ms", &self.took);
        writer.value("store_ms", &self.usage.waited());
        self.write_names(writer, message);
    }

    /// The same without metrics, each of which is billed: of what is called around the clock.
    pub(super) fn write_unmetered<'a>(&'a self, writer: &mut impl EntryWriter<'a>, message: &'static str) {
        writer.value("dynamodb_requests", &NoMetric::from(self.usage.requests()));
        writer.value("capacity_units", &NoMetric::from(self.usage.capacity_units()));
        writer.value("took_ms", &NoMetric::from(ms(self.took)));
        writer.value("store_ms", &NoMetric::from(ms(self.usage.waited())));
        self.write_names(writer, message);
    }

    /// Writes a call that nobody waits for. A metric costs the same each month whether anybody looks at it or not, so only what the
    /// dashboard shows of every function is one: the capacity units.
    pub(super) fn write_unattended<'a>(&'a self, writer: &mut impl EntryWriter<'a>, message: &'static str) {
        writer.value("capacity_units", &AsCount::from(self.usage.capacity_units()));
        writer.value("dynamodb_requests", &NoMetric::from(self.usage.requests()));
        writer.value("took_ms", &NoMetric::from(self.took));
        writer.value("store_ms", &NoMetric::from(self.usage.waited()));
        self.write_names(writer, message);
    }

    fn write_names<'a>(&'a self, writer: &mut impl EntryWriter<'a>, message: &'static str) {
        writer.timestamp(SystemTime::UNIX_EPOCH + Duration::from_millis(self.at.epoch_ms().unsigned_abs()));
        writer.value("timestamp", &self.at.to_string());
        writer.value("level", "INFO");
        writer.value("message", message);
        writer.value("endpoint", self.endpoint);
        writer.value("account", &self.account);
        writer.value("lambda_request_id", &self.invocation.lambda_request_id);
        writer.value("trace_id", &self.invocation.trace_id);
    }
}

impl RequestLine<'_> {
    /// Most requests record no event, and a metric that is always 0 would be billed too.
    fn events_recorded(&self) -> Option<usize> {
        Some(self.call.usage.events_recorded()).filter(|&recorded| recorded > 0)
    }
}

impl Entry for RequestLine<'_> {
    fn write<'a>(&'a self, writer: &mut impl EntryWriter<'a>) {
        writer.value("items", &AsCount::from(self.items));
        writer.value("events_recorded", &self.events_recorded().map(AsCount::from));
        writer.value("status", &NoMetric::from(self.status));
        self.call.write(writer, REQUEST);
        writer.value("request_id", self.request_id);
        writer.value("refused", &self.refused);
    }
}

impl Line for RequestLine<'_> {
    fn account(&self) -> Option<&str> {
        self.call.account
    }

    fn trace(&self) {
        let (call, usage) = (&self.call, self.call.usage);
        tracing::info!(
            endpoint = call.endpoint,
            account = call.account,
            status = self.status,
            items = self.items,
            events_recorded = self.events_recorded(),
            dynamodb_requests = usage.requests(),
            capacity_units = usage.capacity_units(),
            took_ms = ms(call.took),
            store_ms = ms(usage.waited()),
            request_id = self.request_id,
            lambda_request_id = call.invocation.lambda_request_id,
            trace_id = call.invocation.trace_id,
            refused = self.refused,
            "{REQUEST}"
        );
    }
}

impl Entry for QueueLine<'_> {
    fn write<'a>(&'a self, writer: &mut impl EntryWriter<'a>) {
        writer.value("messages", &AsCount::from(self.messages));
        writer.value("messages_failed", &AsCount::from(self.messages_failed));
        writer.value("events_recorded", &AsCount::from(self.call.usage.events_recorded()));
        writer.value("events_there_already", &NoMetric::from(self.events_there_already));
        self.call.write(writer, BATCH);
    }
}

impl Line for QueueLine<'_> {
    fn account(&self) -> Option<&str> {
        self.call.account
    }

    fn trace(&self) {
        let (call, usage) = (&self.call, self.call.usage);
        tracing::info!(
            endpoint = call.endpoint,
            account = call.account,
            messages = self.messages,
            messages_failed = self.messages_failed,
            events_recorded = usage.events_recorded(),
            events_there_already = self.events_there_already,
            dynamodb_requests = usage.requests(),
            capacity_units = usage.capacity_units(),
            took_ms = ms(call.took),
            store_ms = ms(usage.waited()),
            lambda_request_id = call.invocation.lambda_request_id,
            trace_id = call.invocation.trace_id,
            "{BATCH}"
        );
    }
}

pub(super) fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
