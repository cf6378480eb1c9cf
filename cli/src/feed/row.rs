//! One event of the feed as it was given: whole, redacted, or the marker of one that cannot be shown.

use super::FeedError;
use serde::Deserialize;
use serde_json::value::RawValue;
use shared::values::format::Format;
use std::borrow::Cow;

/// An event, read out of its line of JSON. What a marker does not say is absent.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Row<'a> {
    pub(crate) position: u64,
    #[serde(borrow)]
    pub(crate) id: Cow<'a, str>,
    /// When it happened; none of an event whose key no writer makes.
    #[serde(borrow)]
    pub(crate) created_at: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(crate) event_type: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(crate) event_description: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(crate) principal: Principal<'a>,
    #[serde(borrow, default)]
    pub(crate) subject: Option<Subject<'a>>,
    #[serde(borrow, default)]
    pub(crate) message_key: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(crate) message: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) previous_state: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) current_state: Option<&'a RawValue>,
    /// Names of the attributes that were redacted.
    #[serde(default)]
    pub(crate) redacted: Vec<String>,
    /// The event is gone from the table, or cannot be read.
    #[serde(default)]
    pub(crate) missing: bool,
    /// Another event stands in its place.
    #[serde(default)]
    pub(crate) altered: bool,
}

/// Who did it.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Principal<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) email: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) role: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) ip_address: Option<Cow<'a, str>>,
}

/// What it was done to.
#[derive(Debug, Deserialize)]
pub(crate) struct Subject<'a> {
    #[serde(borrow)]
    pub(crate) entity_key: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) entity_id: Option<Cow<'a, str>>,
}

impl<'a> Row<'a> {
    /// Reads a line of the feed.
    ///
    /// # Errors
    /// [`FeedError::Answer`] if it is none.
    pub(crate) fn read(line: &'a str) -> Result<Self, FeedError> {
        read(line)
    }

    /// Reads a line of the feed in another format, as far as the event can be told from it: of OCSF, its position and whether it
    /// stands in place of one that cannot be shown.
    ///
    /// # Errors
    /// [`FeedError::Answer`] if it is none.
    pub(crate) fn read_in(format: Format, line: &'a str) -> Result<Self, FeedError> {
        match format {
            Format::Audit => read(line),
            Format::CloudEvents => read::<CloudEvent<'a>>(line).map(|event| event.data),
            Format::Ocsf => read(line).map(|Ocsf { metadata, unmapped }| Self {
                position: metadata.sequence,
                missing: unmapped.missing,
                altered: unmapped.altered,
                ..Self::default()
            }),
        }
    }

    /// Whether it stands in place of an event that cannot be shown.
    pub(crate) fn is_marker(&self) -> bool {
        self.missing || self.altered
    }
}

/// An event in the envelope of CloudEvents.
#[derive(Deserialize)]
struct CloudEvent<'a> {
    #[serde(borrow)]
    data: Row<'a>,
}

/// What is looked at of an event of OCSF.
#[derive(Deserialize)]
struct Ocsf {
    metadata: Metadata,
    unmapped: Unmapped,
}

#[derive(Deserialize)]
struct Metadata {
    sequence: u64,
}

#[derive(Deserialize)]
struct Unmapped {
    #[serde(default)]
    missing: bool,
    #[serde(default)]
    altered: bool,
}

fn read<'a, T: Deserialize<'a>>(line: &'a str) -> Result<T, FeedError> {
    serde_json::from_str(line).map_err(|error| FeedError::Answer(error.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_and_a_marker_are_read() {
        let event = concat!(
            r#"{"position":17,"appended_at":"2020-07-24T03:26:04.000Z","id":"e\n1","created_at":"2020-07-24T03:26:02.000Z","#,
            r#""event_type":"A","principal":{"id":null,"name":"Ada","email":null,"role":"ADMIN","ip_address":"::1"},"#,
            r#""subject":null,"message":{"n": 1.0},"later":1}"#
        );
        let row = Row::read(event).unwrap();
        assert_eq!((row.position, row.id.as_ref(), row.principal.name.as_deref()), (17, "e\n1", Some("Ada")));
        assert_eq!(row.message.map(RawValue::get), Some(r#"{"n": 1.0}"#));
        assert!(row.subject.is_none() && !row.is_marker());

        let marker = r#"{"position":0,"appended_at":"x","created_at":null,"id":"e","missing":true}"#;
        assert!(Row::read(marker).unwrap().is_marker());
        assert!(Row::read("{}").is_err());
    }

    #[test]
    fn the_position_and_the_marker_are_read_in_every_format() {
        let row = r#"{"position":7,"appended_at":"x","created_at":null,"id":"e","missing":true}"#;
        let ocsf =
            r#"{"class_uid":3004,"metadata":{"uid":"e","sequence":7},"unmapped":{"appended_at":"x","missing":true}}"#;
        let cloud_event = format!(r#"{{"specversion":"1.0","data":{row}}}"#);
        for (format, line) in [(Format::Audit, row), (Format::Ocsf, ocsf), (Format::CloudEvents, &cloud_event)] {
            let read = Row::read_in(format, line).unwrap();
            assert_eq!((read.position, read.missing, read.altered), (7, true, false), "{line}");
            assert!(Row::read_in(format, "{}").is_err());
        }
    }
}
