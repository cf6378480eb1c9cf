//! What is said when logs have been extended, or held against the table.

use super::line::{Call, Line, ms};
use metrique_writer_core::unit::AsCount;
use metrique_writer_core::{Entry, EntryWriter};
use metrique_writer_format_emf::NoMetric;

/// What is said when a batch of the table's stream has been taken.
#[derive(Debug)]
pub struct AppendLine<'a> {
    /// The call. It is of no account.
    pub call: Call<'a>,
    /// Changes in the batch.
    pub records: usize,
    /// Entries that are in a log now and were not before.
    pub entries_appended: usize,
    /// Changes that were in a log already.
    pub entries_there_already: usize,
    /// Accounts of the batch.
    pub accounts: usize,
    /// Accounts whose log could not be extended.
    pub accounts_failed: usize,
    /// Time since the oldest change of the batch was made, in milliseconds, to the second.
    pub lag_ms: u64,
}

/// What is said when the logs have been held against the table.
#[derive(Debug)]
pub struct ReconcileLine<'a> {
    /// The call. It is of no account.
    pub call: Call<'a>,
    /// Accounts that there are.
    pub accounts: usize,
    /// Accounts that could not be reconciled.
    pub accounts_failed: usize,
    /// Days that were compared.
    pub days_compared: usize,
    /// Events that were read for it.
    pub events_compared: u64,
    /// Events that were missing from a log and have a position now.
    pub entries_appended: usize,
    /// Events that the table lacks, or has otherwise than the log.
    pub differences: usize,
}

const APPEND: &str = "log appended";
const RECONCILE: &str = "log reconciled";

impl Entry for AppendLine<'_> {
    fn write<'a>(&'a self, writer: &mut impl EntryWriter<'a>) {
        writer.value("lag_ms", &AsCount::from(self.lag_ms));
        writer.value("records", &NoMetric::from(self.records));
        writer.value("entries_appended", &NoMetric::from(self.entries_appended));
        writer.value("entries_there_already", &NoMetric::from(self.entries_there_already));
        writer.value("accounts", &NoMetric::from(self.accounts));
        writer.value("accounts_failed", &NoMetric::from(self.accounts_failed));
        self.call.write_unattended(writer, APPEND);
    }
}

impl Line for AppendLine<'_> {
    fn account(&self) -> Option<&str> {
        None
    }

    fn trace(&self) {
        let (call, usage) = (&self.call, self.call.usage);
        tracing::info!(
            endpoint = call.endpoint,
            records = self.records,
            entries_appended = self.entries_appended,
            entries_there_already = self.entries_there_already,
            accounts = self.accounts,
            accounts_failed = self.accounts_failed,
            lag_ms = self.lag_ms,
            dynamodb_requests = usage.requests(),
            capacity_units = usage.capacity_units(),
            took_ms = ms(call.took),
            store_ms = ms(usage.waited()),
            lambda_request_id = call.invocation.lambda_request_id,
            trace_id = call.invocation.trace_id,
            "{APPEND}"
        );
    }
}

impl Entry for ReconcileLine<'_> {
    fn write<'a>(&'a self, writer: &mut impl EntryWriter<'a>) {
        writer.value("accounts", &NoMetric::from(self.accounts));
        writer.value("accounts_failed", &NoMetric::from(self.accounts_failed));
        writer.value("days_compared", &NoMetric::from(self.days_compared));
        writer.value("events_compared", &NoMetric::from(self.events_compared));
        writer.value("entries_appended", &NoMetric::from(self.entries_appended));
        writer.value("differences", &NoMetric::from(self.differences));
        self.call.write_unattended(writer, RECONCILE);
    }
}

impl Line for ReconcileLine<'_> {
    fn account(&self) -> Option<&str> {
        None
    }

    fn trace(&self) {
        let (call, usage) = (&self.call, self.call.usage);
        tracing::info!(
            endpoint = call.endpoint,
            accounts = self.accounts,
            accounts_failed = self.accounts_failed,
            days_compared = self.days_compared,
            events_compared = self.events_compared,
            entries_appended = self.entries_appended,
            differences = self.differences,
            dynamodb_requests = usage.requests(),
            capacity_units = usage.capacity_units(),
            took_ms = ms(call.took),
            store_ms = ms(usage.waited()),
            lambda_request_id = call.invocation.lambda_request_id,
            trace_id = call.invocation.trace_id,
            "{RECONCILE}"
        );
    }
}
