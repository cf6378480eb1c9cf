//! Pages of the feed as text: an event a line, as the feed gives them in each format, or CSV in the columns of the network audit.

use super::format::Format;
use super::tally::Tally;
use crate::feed::{FeedError, Row};
use serde_json::value::RawValue;
use shared::dialect::network::{Line, PrincipalCell, render_lines};
use shared::input::json::JsonObject;
use shared::values::ids::EventType;
use shared::values::timestamp::Timestamp;
use std::net::IpAddr;

/// The text of these lines of the feed, counted.
///
/// # Errors
/// [`FeedError::Answer`] if a line is no event.
pub(super) fn text(format: Format, lines: &[String], tally: &mut Tally) -> Result<String, FeedError> {
    let mut text = String::with_capacity(lines.iter().map(|line| line.len() + 1).sum());
    let mut cells = Vec::new();
    for line in lines {
        let row = Row::read_in(format.of_feed(), line)?;
        let is_written = tally.count(&row);
        match format {
            Format::Ndjson | Format::Ocsf | Format::Cloudevents => text.extend([line, "\n"]),
            Format::Csv if is_written => cells.push(Cells::read(row)?),
            Format::Csv => {}
        }
    }
    match format {
        Format::Ndjson | Format::Ocsf | Format::Cloudevents => Ok(text),
        Format::Csv => Ok(render_lines(cells.iter().map(Cells::line))),
    }
}

/// What the cells of an event are made of.
struct Cells<'a> {
    row: Row<'a>,
    when: Timestamp,
    event_type: EventType,
    ip_address: IpAddr,
    message: Option<JsonObject>,
    previous_state: Option<JsonObject>,
    current_state: Option<JsonObject>,
}

impl<'a> Cells<'a> {
    fn read(row: Row<'a>) -> Result<Self, FeedError> {
        Self::parse(row).ok_or_else(|| FeedError::Answer("an event has no time, type or address".into()))
    }

    fn parse(row: Row<'a>) -> Option<Self> {
        Some(Self {
            when: Timestamp::parse_fixed(row.created_at.as_deref()?)?,
            event_type: EventType::parse(row.event_type.as_deref()?).ok()?,
            ip_address: row.principal.ip_address.as_deref()?.parse().ok()?,
            message: object(row.message),
            previous_state: object(row.previous_state),
            current_state: object(row.current_state),
            row,
        })
    }

    fn line(&self) -> Line<'_> {
        let (row, principal) = (&self.row, &self.row.principal);
        let subject = row.subject.as_ref();
        let derived = || format!("Network:{}", self.event_type.to_pascal_case()).into();
        Line {
            message_key: row.message_key.as_deref().map_or_else(derived, Into::into),
            entity_key: subject.and_then(|subject| subject.entity_key.as_deref()).unwrap_or_default(),
            entity_id: subject.and_then(|subject| subject.entity_id.as_deref()).unwrap_or_default(),
            when: self.when,
            principal: PrincipalCell {
                id: principal.id.as_deref(),
                name: principal.name.as_deref(),
                email: principal.email.as_deref(),
                role: principal.role.as_deref().unwrap_or_default(),
                ip_address: self.ip_address,
            },
            event_type: self.event_type.as_str(),
            event_description: row.event_description.as_deref().unwrap_or_default(),
            message: self.message.as_ref(),
            previous_state: self.previous_state.as_ref(),
            current_state: self.current_state.as_ref(),
        }
    }
}

fn object(json: Option<&RawValue>) -> Option<JsonObject> {
    json.and_then(|json| JsonObject::from_stored(json.get().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = concat!(
        r#"{"position":0,"appended_at":"2018-08-30T13:20:03.000Z","id":"e-1","created_at":"2018-08-30T13:20:01.764Z","#,
        r#""recorded_at":"2018-08-30T13:20:02.000Z","recorded_by":"queue","event_type":"USER_LOGGED_ON","#,
        r#""event_description":"Zoë, \"in\"\nagain","principal":{"id":"p-1","name":null,"email":"zoe@example.com","#,
        r#""role":"MEMBER","ip_address":"192.0.2.1"},"subject":{"category":"userAccess","entity_key":"Network:UserAccess","#,
        r#""entity_id":"a,b","user_id":"u-1"},"message_key":null,"message":{"note":"x\ny"},"previous_state":null,"#,
        r#""current_state":{"a":[1,"\""]}}"#
    );
    const MISSING: &str = r#"{"position":1,"appended_at":"x","created_at":null,"id":"e","missing":true}"#;

    fn written(format: Format, lines: &[&str]) -> (String, Tally) {
        let mut tally = Tally::new(format, None);
        let lines: Vec<_> = lines.iter().map(|&line| line.to_owned()).collect();
        (text(format, &lines, &mut tally).unwrap(), tally)
    }

    #[test]
    fn ndjson_is_the_feed_a_line_an_event_with_its_markers() {
        let without_subject = EVENT.replace(
            r#"{"category":"userAccess","entity_key":"Network:UserAccess","entity_id":"a,b","user_id":"u-1"}"#,
            "null",
        );
        let (text, tally) = written(Format::Ndjson, &[EVENT, MISSING, &without_subject]);
        assert_eq!(text, format!("{EVENT}\n{MISSING}\n{without_subject}\n"));
        assert_eq!(tally.sum(), "3 lines, 1 of them in place of an event that is missing");
    }

    #[test]
    fn csv_is_the_network_audit_without_what_has_no_place_in_it() {
        let without_subject = EVENT.replace(r#""subject":{"#, r#""subject":null,"was":{"#);
        let redacted = EVENT.replace(r#""current_state":{"#, r#""redacted":["message"],"current_state":{"#);
        let altered = MISSING.replace("missing", "altered");
        let (text, tally) = written(Format::Csv, &[EVENT, MISSING, &altered, &without_subject, &redacted]);
        let line = concat!(
            r#"Network:UserLoggedOn,Network:UserAccess,"a,b",2018-08-30T13:20:01.764Z,"#,
            r#""{""Id"":""p-1"",""Name"":null,""Email"":""zoe@example.com"",""Role"":""MEMBER"",""IpAddress"":""192.0.2.1""}","#,
            r#""{""Type"":""USER_LOGGED_ON"",""Description"":""Zoë, \""in\""\nagain"",""note"":""x\ny""}","#,
            r#","{""a"":[1,""\""""]}""#,
            "\r\n"
        );
        assert_eq!(text, line);
        assert_eq!(
            tally.sum(),
            "1 line; left out: 1 without a subject, 1 redacted, 1 missing, 1 altered, which --format ndjson has"
        );
    }
}
