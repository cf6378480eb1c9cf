//! What the log of one account is reconciled with.

use shared::log::reconciled::{ReconciledCursor, ReconciledDay};
use shared::process::log::HistoryLine;
use shared::store::AuditStore;
use shared::store::usage::Usage;
use shared::values::day::Day;
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;
use std::collections::BTreeMap;

/// How long an event may have been in the table without being in the log, in milliseconds: as long as the stream may be late before
/// `LogLagAlarm` tells.
pub(crate) const YOUNG_MS: i64 = 15 * 60 * 1_000;

/// One account, and what reads and writes its log.
pub(crate) struct Reconciler<'a> {
    pub(crate) store: &'a AuditStore,
    pub(crate) account: &'a AccountId,
    pub(crate) usage: &'a Usage,
    pub(crate) history: HistoryLine<'a>,
    pub(crate) now: Timestamp,
    pub(crate) goes_on: &'a (dyn Fn() -> bool + Sync),
}

/// How far a log is folded.
pub(crate) struct Folded {
    pub(crate) at: ReconciledCursor,
    pub(crate) days: BTreeMap<Day, ReconciledDay>,
}
