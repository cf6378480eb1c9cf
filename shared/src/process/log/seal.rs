//! What is said when the heads of all accounts have been sealed and signed.

use super::line::{Call, Line, ms};
use metrique_writer_core::unit::AsCount;
use metrique_writer_core::{Entry, EntryWriter};
use metrique_writer_format_emf::NoMetric;

/// What is said of a round.
#[derive(Debug)]
pub struct SealLine<'a> {
    /// The call. It is of no account.
    pub call: Call<'a>,
    /// Rounds that the signed checkpoint is over.
    pub rounds: u64,
    /// Accounts with a head.
    pub accounts: usize,
    /// Accounts whose head is another one than in the round before.
    pub accounts_changed: usize,
    /// Accounts that are left for the next round.
    pub accounts_carried: usize,
    /// Time since the round before was sealed, in milliseconds; 0 at the first.
    pub lag_ms: u64,
}

const SEALED: &str = "round signed";

impl Entry for SealLine<'_> {
    fn write<'a>(&'a self, writer: &mut impl EntryWriter<'a>) {
        writer.value("lag_ms", &AsCount::from(self.lag_ms));
        writer.value("accounts_carried", &AsCount::from(self.accounts_carried));
        writer.value("rounds", &NoMetric::from(self.rounds));
        writer.value("accounts", &NoMetric::from(self.accounts));
        writer.value("accounts_changed", &NoMetric::from(self.accounts_changed));
        self.call.write_unmetered(writer, SEALED);
    }
}

impl Line for SealLine<'_> {
    fn account(&self) -> Option<&str> {
        None
    }

    fn trace(&self) {
        let (call, usage) = (&self.call, self.call.usage);
        tracing::info!(
            endpoint = call.endpoint,
            rounds = self.rounds,
            accounts = self.accounts,
            accounts_changed = self.accounts_changed,
            accounts_carried = self.accounts_carried,
            lag_ms = self.lag_ms,
            dynamodb_requests = usage.requests(),
            capacity_units = usage.capacity_units(),
            took_ms = ms(call.took),
            store_ms = ms(usage.waited()),
            lambda_request_id = call.invocation.lambda_request_id,
            trace_id = call.invocation.trace_id,
            "{SEALED}"
        );
    }
}
