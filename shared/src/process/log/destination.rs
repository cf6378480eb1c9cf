//! What is said of one destination: that it refuses, that it was paused, that something of ours keeps it from getting events. Never what
//! was sent, nor what it is sent with. Alarms of template.yaml look for the second and the third.

use super::cut;
use crate::process::invocation::Invocation;

/// Who says it, and of which destination.
#[derive(Debug, Clone, Copy)]
pub struct DestinationLine<'a> {
    /// The function, by the name of its folder.
    pub endpoint: &'a str,
    /// The account.
    pub account: &'a str,
    /// The destination's id; none if it is of all of the account.
    pub destination: Option<&'a str>,
    /// Lambda's ids of the call.
    pub invocation: &'a Invocation,
}

/// Writes that a destination did not take what it was sent: the reason, how many tries in a row have failed, and when it is tried again.
pub fn delivery_refused(line: &DestinationLine<'_>, reason: &str, failures: u32, next_try_at: &str) {
    let (DestinationLine { endpoint, account, destination, invocation }, reason) = (*line, cut(reason));
    let Invocation { lambda_request_id, trace_id, deadline: _ } = invocation;
    tracing::warn!(
        endpoint,
        account,
        destination,
        reason,
        failures,
        next_try_at,
        lambda_request_id,
        trace_id,
        "delivery refused"
    );
}

/// Writes that a destination is gone for good, and gets nothing until somebody resumes it.
pub fn destination_paused(line: &DestinationLine<'_>, reason: &str) {
    let (DestinationLine { endpoint, account, destination, invocation }, reason) = (*line, cut(reason));
    let Invocation { lambda_request_id, trace_id, deadline: _ } = invocation;
    tracing::error!(endpoint, account, destination, reason, lambda_request_id, trace_id, "destination paused");
}

/// Writes the cause of ours for which a destination got nothing: it is tried again at the next call.
pub fn not_delivered(line: &DestinationLine<'_>, cause: &str) {
    let (DestinationLine { endpoint, account, destination, invocation }, cause) = (*line, cut(cause));
    let Invocation { lambda_request_id, trace_id, deadline: _ } = invocation;
    tracing::error!(endpoint, account, destination, cause, lambda_request_id, trace_id, "events not delivered");
}
