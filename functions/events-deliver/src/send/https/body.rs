//! The body of a webhook: a batch of events in the destination's format.

use crate::send::{Line, Parcel, Plan};
use serde::Serialize;
use shared::values::format::Format;
use shared::values::timestamp::Timestamp;

/// Bytes of events that a body has, unless one event alone is larger: the specification recommends bodies below 20 KB.
pub const BODY_BYTES: usize = 20_000;

/// What a body is, and how it is called.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Body {
    pub(super) content_type: &'static str,
    pub(super) text: String,
}

/// The lines that fit a body. Nothing waits for more of them.
pub(super) fn plan(lines: &[Line]) -> Option<Plan> {
    let mut bytes = 0;
    let fits = |line: &&Line| {
        bytes += line.text.len() + 1;
        bytes <= BODY_BYTES
    };
    let last = lines.iter().take_while(fits).last().or(lines.first())?;
    Some(Plan::Send { last: last.position })
}

/// The head of a body in our own format, as the specification recommends: `type`, `timestamp`, `data`.
#[derive(Serialize)]
struct Envelope<'a, D> {
    r#type: &'static str,
    timestamp: Timestamp,
    data: &'a D,
}

/// The body of a parcel: the same bytes for the same parcel.
///
/// - `audit`, our own: `{"type":"audit.events","timestamp":…,"data":{"account":…,"first":…,"last":…,"events":[…]}}`, where the time is the
///   last event's `appended_at`, and not that of sending: the same message has the same body.
/// - `cloudevents`: a JSON array, which its HTTP binding calls the batched content mode.
/// - `ocsf`: a JSON array. The schema says nothing of transport, and collectors of JSON over HTTP take arrays.
pub(super) fn body(parcel: &Parcel<'_>) -> Body {
    let lines = parcel.lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(",");
    match parcel.format {
        Format::Audit => Body { content_type: "application/json", text: envelope(parcel, &lines) },
        Format::Ocsf => Body { content_type: "application/json", text: format!("[{lines}]") },
        Format::CloudEvents => Body { content_type: "application/cloudevents-batch+json", text: format!("[{lines}]") },
    }
}

fn envelope(parcel: &Parcel<'_>, lines: &str) -> String {
    let last = parcel.lines.last();
    let appended_at = last.map_or(Timestamp::MIN, |line| line.appended_at);
    // Each line is JSON to the letter, which is not to be read and written again.
    format!(
        r#"{{"type":"audit.events","timestamp":"{appended_at}","data":{{"account":"{}","first":{},"last":{},"events":[{lines}]}}}}"#,
        parcel.account,
        parcel.first(),
        parcel.last(),
    )
}

/// The body that tries out a destination.
pub(super) fn trial_body(account: &str, now: Timestamp) -> Body {
    #[derive(Serialize)]
    struct Data<'a> {
        account: &'a str,
    }
    let envelope = Envelope { r#type: "audit.test", timestamp: now, data: &Data { account } };
    let text = serde_json::to_string(&envelope).expect("an object of strings serialises");
    Body { content_type: "application/json", text }
}
