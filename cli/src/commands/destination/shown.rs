//! A destination as `--json` prints it: in one line, with every attribute that its kind has.

use serde::Serialize;
use shared::destination::progress::Failing;
use shared::destination::secret::WebhookSecret;
use shared::destination::target::Target;
use shared::destination::{Destination, Status};
use shared::values::timestamp::Timestamp;

#[derive(Serialize)]
pub(super) struct Shown<'a> {
    id: &'a str,
    account: &'a str,
    kind: &'static str,
    target: String,
    format: &'static str,
    created_at: Timestamp,
    changed_at: Timestamp,
    status: &'static str,
    why: Option<&'a str>,
    position: u64,
    /// The position behind what is on its way.
    sending_to: Option<u64>,
    delivered_at: Option<Timestamp>,
    failing: Option<ShownFailing<'a>>,
    #[serde(flatten)]
    of_kind: OfKind<'a>,
    #[serde(flatten)]
    lag: Option<ShownLag>,
    /// The newest secret of webhooks, where it has just been made.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<&'a str>,
}

#[derive(Serialize)]
struct ShownFailing<'a> {
    since: Timestamp,
    failures: u32,
    why: &'a str,
    next_try_at: Timestamp,
}

#[derive(Serialize)]
#[serde(untagged)]
enum OfKind<'a> {
    S3 { window_s: u32 },
    Https { secrets: usize, headers: Vec<&'a str>, allows_private: bool },
    EventBridge {},
}

/// How far a destination is behind the log.
#[derive(Serialize)]
pub(super) struct ShownLag {
    pub lag_events: u64,
    pub lag_s: i64,
}

impl<'a> Shown<'a> {
    pub(super) fn of(destination: &'a Destination) -> Self {
        let Destination { id, account, target, format, created_at, changed_at, status, progress } = destination;
        let why = match status {
            Status::Paused { why } => Some(why.as_str()),
            Status::Active | Status::Removed => None,
        };
        Self {
            id: id.as_str(),
            account: account.as_str(),
            kind: target.kind(),
            target: target.to_string(),
            format: format.as_str(),
            created_at: *created_at,
            changed_at: *changed_at,
            status: status.as_str(),
            why,
            position: progress.position,
            sending_to: progress.range_end,
            delivered_at: progress.delivered_at,
            failing: progress.failing.as_ref().map(ShownFailing::of),
            of_kind: OfKind::of(target),
            lag: None,
            secret: None,
        }
    }

    pub(super) fn with_lag(self, lag: ShownLag) -> Self {
        Self { lag: Some(lag), ..self }
    }

    pub(super) fn with_secret(self, secret: Option<&'a WebhookSecret>) -> Self {
        Self { secret: secret.map(WebhookSecret::reveal), ..self }
    }

    /// The line.
    pub(super) fn json(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers are JSON")
    }
}

impl<'a> ShownFailing<'a> {
    fn of(failing: &'a Failing) -> Self {
        let Failing { since, failures, why, next_try_at } = failing;
        Self { since: *since, failures: *failures, why, next_try_at: *next_try_at }
    }
}

impl<'a> OfKind<'a> {
    fn of(target: &'a Target) -> Self {
        match target {
            Target::S3 { window_s, .. } => Self::S3 { window_s: *window_s },
            Target::Https { secrets, headers, allows_private, .. } => {
                let headers = headers.iter().map(|header| header.name()).collect();
                Self::Https { secrets: secrets.len(), headers, allows_private: *allows_private }
            }
            Target::EventBridge { .. } => Self::EventBridge {},
        }
    }
}
