//! An event of the log as a CloudEvent 1.0 in structured JSON, for whoever is sent events in that format.
//!
//! Shape:
//! ```json
//! {"specversion":"1.0","id":"2026-05-01T09:30:00.123Z#evt_1","source":"/audit-trail/acme","type":"INVITED_USER","subject":"usr_2",
//!  "time":"2026-05-01T09:30:00.123Z","sequence":"0000000000000017","recordedtime":"…","datacontenttype":"application/json","data":{…}}
//! ```
//! `data` is the feed's own event, `sequence` and `recordedtime` are the extensions of that name that CloudEvents documents. How one
//! is read is said in [`crate::event::cloud_event`].

use crate::dialect::feed::FeedRow;
use crate::event::cloud_event::is_text;
use crate::values::event_sort_key::SEPARATOR;
use crate::values::ids::AccountId;
use crate::values::timestamp::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

/// What stands in a segment of a URI as it is (RFC 3986 §3.3), of what an account can have.
const SEGMENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'.').remove(b'_').remove(b':').remove(b'@').remove(b'+').remove(b'=').remove(b'-');

#[derive(Serialize)]
struct CloudEvent<'a> {
    specversion: &'static str,
    /// Key of the event in the table: its id alone is unique only together with its time.
    id: String,
    source: String,
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<Timestamp>,
    sequence: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    recordedtime: Option<&'a str>,
    datacontenttype: &'static str,
    data: &'a FeedRow<'a>,
}

/// The row as one line of JSON.
pub fn cloud_event(row: &FeedRow<'_>, account: &AccountId) -> String {
    let event = CloudEvent {
        specversion: "1.0",
        id: id(row),
        source: format!("/audit-trail/{}", utf8_percent_encode(account.as_str(), SEGMENT)),
        kind: row.kind(), // CloudEvents would like a name of the internet before it, but no such name is known here
        subject: subject(row),
        time: time(row),
        sequence: format!("{:016}", position(row)),
        recordedtime: recorded_at(row),
        datacontenttype: "application/json",
        data: row,
    };
    serde_json::to_string(&event).expect("an object of strings serialises")
}

fn id(row: &FeedRow<'_>) -> String {
    match row {
        FeedRow::Event(row) => format!("{}{SEPARATOR}{}", row.event.created_at, row.event.id),
        FeedRow::Marker(marker) => match marker.created_at {
            Some(created_at) => format!("{created_at}{SEPARATOR}{}", marker.id),
            None if is_text(marker.id) => marker.id.to_owned(),
            None => marker.position.to_string(), // a key that no writer makes, and that is no text of CloudEvents either
        },
    }
}

/// Id of the entity that it was done to, unless it has characters that an attribute may not have.
fn subject<'a>(row: &FeedRow<'a>) -> Option<&'a str> {
    match row {
        FeedRow::Event(row) => row.event.subject.and_then(|subject| subject.entity_id).filter(|id| is_text(id)),
        FeedRow::Marker(_) => None,
    }
}

fn time(row: &FeedRow<'_>) -> Option<Timestamp> {
    match row {
        FeedRow::Event(row) => Some(row.event.created_at),
        FeedRow::Marker(marker) => marker.created_at,
    }
}

fn position(row: &FeedRow<'_>) -> u64 {
    match row {
        FeedRow::Event(event) => event.position,
        FeedRow::Marker(marker) => marker.position,
    }
}

fn recorded_at<'a>(row: &FeedRow<'a>) -> Option<&'a str> {
    match row {
        FeedRow::Event(row) => row.event.recorded_at.filter(|text| Timestamp::parse_fixed(text).is_some()),
        FeedRow::Marker(_) => None,
    }
}

#[cfg(test)]
mod tests;
