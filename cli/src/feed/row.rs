//! One event of the feed as it was given: whole, redacted, or the marker of one that cannot be shown.

use super::FeedError;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// An event, read out of its line of JSON. What a marker does not say is absent.
#[derive(Debug, Deserialize)]
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
        serde_json::from_str(line).map_err(|error| FeedError::Answer(error.into()))
    }

    /// Whether it stands in place of an event that cannot be shown.
    pub(crate) fn is_marker(&self) -> bool {
        self.missing || self.altered
    }
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
}
