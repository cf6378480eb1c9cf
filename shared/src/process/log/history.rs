//! What someone should act upon: history that was changed, and logs that do not grow as they should. Alarms of template.yaml
//! look for most of these messages.

use super::cut;
use crate::process::invocation::Invocation;

/// Who says it, and of which account.
#[derive(Debug, Clone, Copy)]
pub struct HistoryLine<'a> {
    /// The function, by the name of its folder.
    pub endpoint: &'a str,
    /// The account, if it is of one.
    pub account: Option<&'a str>,
    /// Lambda's ids of the call.
    pub invocation: &'a Invocation,
}

/// Writes one of them, with a field of its own behind those of all.
macro_rules! say {
    ($line:expr, $message:literal $(, $field:ident)*) => {{
        let HistoryLine { endpoint, account, invocation } = *$line;
        let Invocation { lambda_request_id, trace_id, deadline: _ } = invocation;
        tracing::error!(endpoint, account, $($field,)* lambda_request_id, trace_id, $message);
    }};
}

/// Writes that an event was changed or deleted, or stands where no account is: `change` says which.
pub fn history_changed(line: &HistoryLine<'_>, sort_key: &str, change: &str) {
    say!(line, "history changed", sort_key, change);
}

/// Writes that an item of the log or of the rounds was changed or deleted.
pub fn log_changed(line: &HistoryLine<'_>, item: &str) {
    say!(line, "log changed", item);
}

/// Writes that an item stands beside the log: the position at which it says it begins.
pub fn out_of_place(line: &HistoryLine<'_>, position: u64) {
    say!(line, "log item out of place", position);
}

/// Writes the cause for which a log was not extended.
pub fn not_extended(line: &HistoryLine<'_>, cause: &str) {
    let cause = cut(cause);
    say!(line, "log not extended", cause);
}

/// Writes the cause for which a log was not extended for now: the changes come again, and nobody need act.
pub fn not_extended_for_now(line: &HistoryLine<'_>, cause: &str) {
    let (cause, HistoryLine { endpoint, account, invocation }) = (cut(cause), *line);
    let Invocation { lambda_request_id, trace_id, deadline: _ } = invocation;
    tracing::warn!(endpoint, account, cause, lambda_request_id, trace_id, "log not extended for now");
}

/// Writes that an event was missing from the log, and has a position now.
pub fn appended_late(line: &HistoryLine<'_>, sort_key: &str) {
    say!(line, "event appended late", sort_key);
}

/// Writes that the table lacks an event, or has it otherwise than the log: `difference` says which.
pub fn history_differs(line: &HistoryLine<'_>, sort_key: &str, difference: &str) {
    say!(line, "history differs", sort_key, difference);
}

/// Writes the cause for which an account was not reconciled.
pub fn not_reconciled(line: &HistoryLine<'_>, cause: &str) {
    let cause = cut(cause);
    say!(line, "account not reconciled", cause);
}

/// Writes the cause for which the log of an account was not sealed.
pub fn not_sealed(line: &HistoryLine<'_>, cause: &str) {
    let cause = cut(cause);
    say!(line, "account not sealed", cause);
}

/// Writes that the log of an account is not what was signed of it.
pub fn log_differs(line: &HistoryLine<'_>, cause: &str) {
    let cause = cut(cause);
    say!(line, "log differs from its head", cause);
}

/// Writes that the log of rounds is not what was signed of it: it is behind the newest checkpoint, or another one.
pub fn log_behind(line: &HistoryLine<'_>, cause: &str) {
    let cause = cut(cause);
    say!(line, "log behind its checkpoint", cause);
}

/// Writes that what is kept as a checkpoint is none of this log.
pub fn checkpoint_not_verified(line: &HistoryLine<'_>, checkpoint: &str) {
    say!(line, "checkpoint not verified", checkpoint);
}
