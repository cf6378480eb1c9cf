//! What OCSF has no place for. JSON stands as text, to the letter: consumers give each field one type, and read numbers as they can.

use super::user::is_address_of_ocsf;
use crate::dialect::feed::{EventObject, FeedEvent, FeedMarker, FeedPrincipal, FeedSubject, Unshown};
use crate::event::Role;
use crate::values::timestamp::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// OCSF's `unmapped`: whatever of an event would be lost without it, all of it strings but for what stands in place of an event.
#[derive(Debug, Serialize)]
pub(super) struct Unmapped<'a> {
    appended_at: Timestamp,
    /// Where it is no time that OCSF could be given.
    #[serde(skip_serializing_if = "Option::is_none")]
    recorded_at: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recorded_by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    /// Where OCSF's pattern does not take it.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    /// Where it is no address.
    #[serde(skip_serializing_if = "Option::is_none")]
    ip_address: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<FeedSubject<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_state: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    current_state: Option<&'a str>,
    /// Whatever else the event has.
    #[serde(flatten)]
    others: BTreeMap<&'static str, &'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    redacted: Vec<&'a str>,
    /// `"missing": true` or `"altered": true`, of what stands in place of an event.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    why: Option<Unshown>,
}

impl<'a> Unmapped<'a> {
    pub(super) fn of_event(event: &FeedEvent<'a>) -> Self {
        let is_no_time = |text: &&str| Timestamp::parse_fixed(text).is_none();
        let is_no_address = |text: &&str| text.parse::<IpAddr>().is_err();
        let FeedEvent { position: _, appended_at, event } = event;
        let EventObject {
            id: _,
            created_at: _,
            recorded_at,
            recorded_by,
            event_type: _,
            event_description: _,
            principal: FeedPrincipal { id: _, name: _, email, role, ip_address },
            subject,
            message_key,
            message,
            previous_state,
            current_state,
            others,
            redacted,
        } = event;
        Self {
            appended_at: *appended_at,
            recorded_at: recorded_at.filter(is_no_time),
            recorded_by: *recorded_by,
            role: role.map(Role::as_str),
            email: email.filter(|email| !is_address_of_ocsf(email)),
            ip_address: ip_address.filter(is_no_address),
            subject: *subject,
            message_key: *message_key,
            message: message.map(RawValue::get),
            previous_state: previous_state.map(RawValue::get),
            current_state: current_state.map(RawValue::get),
            others: others.0.iter().copied().collect(),
            redacted: redacted.clone(),
            why: None,
        }
    }

    pub(super) fn of_marker(marker: &FeedMarker<'a>) -> Self {
        Self {
            appended_at: marker.appended_at,
            recorded_at: None,
            recorded_by: None,
            role: None,
            email: None,
            ip_address: None,
            subject: None,
            message_key: None,
            message: None,
            previous_state: None,
            current_state: None,
            others: BTreeMap::new(),
            redacted: Vec::new(),
            why: Some(marker.why),
        }
    }
}
