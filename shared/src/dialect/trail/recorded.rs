//! The answer to a batch of events.

use super::TrailError;
use crate::http::exchange::Answer;
use crate::process::request_id::RequestId;
use crate::store::Recorded;
use crate::values::event_sort_key::EventSortKey;
use lambda_http::http::StatusCode;
use lambda_http::http::header::HeaderName;
use serde::Serialize;

/// Header of an answer that was given before, `true`.
pub const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

#[derive(Serialize)]
struct Body<'a> {
    events: Vec<Event<'a>>,
    request_id: &'a str,
}

#[derive(Serialize)]
struct Event<'a> {
    id: &'a str,
    created_at: String,
}

impl<'a> From<&'a EventSortKey> for Event<'a> {
    fn from(event: &'a EventSortKey) -> Self {
        Self { id: event.id.as_str(), created_at: event.created_at.to_string() }
    }
}

/// The answer to what became of a batch: `{"events": [{"id", "created_at"}], "request_id"}`, in the order of the batch.
///
/// # Errors
/// [`TrailError`] where nothing was written.
pub fn answer_recorded(recorded: Recorded, request_id: &RequestId) -> Result<Answer, TrailError> {
    match recorded {
        Recorded::Now(events) => Ok(created(&events, request_id)),
        Recorded::Before(events) => Ok(created(&events, request_id).with_header(IDEMPOTENCY_REPLAYED, "true")),
        Recorded::OtherRequest => Err(TrailError::KeyOfOtherRequest),
        Recorded::OtherCredential => Err(TrailError::KeyOfOtherCredential),
        Recorded::UnderWay => Err(TrailError::UnderWay),
        Recorded::Conflicts(events) => Err(TrailError::Conflicts(events)),
    }
}

fn created(events: &[EventSortKey], request_id: &RequestId) -> Answer {
    let items = events.len();
    let body = Body { events: events.iter().map(Event::from).collect(), request_id: request_id.as_str() };
    let body = serde_json::to_string(&body).expect("an object of strings serialises");
    Answer { items, ..Answer::json(StatusCode::CREATED, body) }
}
