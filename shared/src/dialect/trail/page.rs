//! A page of the trail, and the cursors to the pages around it.

use super::TrailQuery;
use crate::event::TrailEvent;
use crate::http::cursor::{Cursor, Direction, TrailCursor};
use crate::http::exchange::Answer;
use crate::store::query::{EventPage, Rest};
use crate::table::item::EventProjection;
use crate::values::email::EmailAddress;
use crate::values::event_sort_key::EventSortKey;
use crate::values::timestamp::Timestamp;
use lambda_http::http::StatusCode;
use lambda_http::http::header::LINK;
use serde::Serialize;
use std::net::IpAddr;

#[derive(Serialize)]
struct Page<'a> {
    next: Option<String>,
    previous: Option<String>,
    results: Vec<Event<'a>>,
}

#[derive(Serialize)]
struct Event<'a> {
    id: &'a str,
    user_name: Option<&'a str>,
    user_email: Option<&'a str>,
    role: &'static str,
    ip_address: IpAddr,
    event_type: &'a str,
    event_description: &'a str,
    created_at: Timestamp,
}

impl<'a> From<&'a TrailEvent> for Event<'a> {
    fn from(event: &'a TrailEvent) -> Self {
        Self {
            id: event.id.as_str(),
            user_name: event.user_name.as_deref(),
            user_email: event.user_email.as_ref().map(EmailAddress::as_str),
            role: event.role.as_str(),
            ip_address: event.ip_address,
            event_type: event.event_type.as_str(),
            event_description: &event.event_description,
            created_at: event.created_at,
        }
    }
}

/// An event as it stands in the `results` of a page.
pub fn event_json(event: &TrailEvent) -> String {
    serde_json::to_string(&Event::from(event)).expect("an object of strings serialises")
}

/// The answer with a page: `{next, previous, results}`, newest first whichever way the walk goes; and a `Link` to the pages
/// around it, for clients that look for those there.
pub fn answer(query: &TrailQuery, page: &EventPage<TrailEvent>) -> Answer {
    let (onwards, back) = cursors(query, page);
    let text = |cursor: TrailCursor| Cursor::Trail(cursor).encode(&query.listing);
    let (onwards, back) = (onwards.map(text), back.map(text));
    let results = page.events.iter().map(Event::from);
    let body = match query.direction() {
        Direction::Forwards => Page { next: onwards, previous: back, results: results.collect() },
        Direction::Backwards => Page { next: back, previous: onwards, results: results.rev().collect() },
    };
    let links = links(query, &body);
    let body = serde_json::to_string(&body).expect("an object of strings serialises");
    let answer = Answer { items: page.events.len(), ..Answer::json(StatusCode::OK, body) };
    if links.is_empty() { answer } else { answer.with_header(LINK, links) }
}

/// `<https://…?cursor=…>; rel="next", <https://…?cursor=…>; rel="prev"`, each where there is such a page (RFC 8288 §3). A cursor
/// has no character that a URL would have to escape.
fn links(query: &TrailQuery, page: &Page<'_>) -> String {
    let link = |(cursor, rel): (&Option<String>, &str)| {
        let (url, cursor) = query.page_url.as_ref().zip(cursor.as_ref())?;
        Some(format!("<{url}{cursor}>; rel=\"{rel}\""))
    };
    let links: Vec<_> = [(&page.next, "next"), (&page.previous, "prev")].into_iter().filter_map(link).collect();
    links.join(", ")
}

/// The cursor that goes on, and the one that turns round. Each exists if and only if there is something to return.
pub fn cursors<Event: EventProjection>(
    query: &TrailQuery,
    page: &EventPage<Event>,
) -> (Option<TrailCursor>, Option<TrailCursor>) {
    let direction = query.direction();
    let came_from = query.cursor.as_ref();
    let behind = came_from.is_some_and(|cursor| cursor.behind);
    let cursor = |direction, position: EventSortKey, inclusive, behind| TrailCursor {
        direction,
        position,
        inclusive,
        behind,
        filters: query.filters.clone(),
    };
    let (first, last) = (page.events.first(), page.events.last());

    let onwards = match &page.rest {
        Rest::Nothing => None,
        Rest::Event(_) => last.map(Event::sort_key),
        Rest::Unknown(position) => Some(position.clone()),
    };
    let onwards = onwards.map(|position| cursor(direction, position, false, behind || last.is_some()));

    let turned = match direction {
        Direction::Forwards => Direction::Backwards,
        Direction::Backwards => Direction::Forwards,
    };
    let ahead = last.is_some() || page.rest != Rest::Nothing;
    let back = match (first, came_from) {
        (Some(first), _) => Some(cursor(turned, first.sort_key(), false, ahead)),
        // An empty page: the event at the position, which the walk had returned before, comes first on the way back.
        (None, Some(from)) => Some(cursor(turned, from.position.clone(), true, ahead)),
        (None, None) => None,
    };
    (onwards, back.filter(|_| behind))
}
