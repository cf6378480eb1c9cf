//! The events of a filter as files, a part after the other: for a spreadsheet, or one JSON object a line.
//!
//! A part is a page of the list, longer than one that is looked at. The script fetches one after the other and makes one file of
//! them; without it each part is a file.

mod csv;
pub(crate) mod line;

use crate::error::Why;
use crate::filter::{self, ListQuery};
use crate::format::Format;
use crate::guest::Guest;
use crate::layout::{self, Shown};
use crate::visit::Visit;
use crate::when;
use lambda_http::Request;
use lambda_http::http::StatusCode;
use lambda_http::http::header::{CONTENT_DISPOSITION, HeaderName};
use maud::{Markup, html};
use shared::dialect::trail::{self, TrailQuery};
use shared::event::redacted::{KeptEvent, ListedEvent};
use shared::http::cursor::Cursor;
use shared::http::exchange::{Answer, Exchange};
use shared::store::query::EventPage;
use shared::table::item::EventProjection;

/// Most events in a part. One of large events ends sooner.
const PART_SIZE: usize = 500;

/// The header that says where the next part is, if there is one.
const X_NEXT: HeaderName = HeaderName::from_static("x-next");

/// The header that says how many events a part has.
const X_ITEMS: HeaderName = HeaderName::from_static("x-items");

/// The page that offers the files of a filter, from a part on.
///
/// # Errors
/// [`Why`], by variant.
pub(crate) async fn page(
    exchange: &Exchange<'_>,
    request: &Request,
    visit: &Visit,
    guest: &Guest,
) -> Result<Answer, Why> {
    let query = query(request, guest)?;
    let part: EventPage<ListedEvent> = read(exchange, &query).await?;
    let (first, last) = (part.events.first(), part.events.last());
    let cursor = query.trail.cursor.clone().map(|cursor| Cursor::Trail(cursor).encode(&query.trail.listing));
    let url = |format: Format| {
        let page = format!("export/{}{}", format.name(), filter::query(&query.asked, cursor.as_deref()));
        guest.place.page(&visit.site, &page)
    };
    let next = next(&query, &part)
        .map(|cursor| guest.place.page(&visit.site, &format!("export{}", filter::query(&query.asked, Some(&cursor)))));
    let body = html! {
        nav.back aria-label="Back" { a href=(format!("{}{}", guest.place.list(&visit.site), filter::query(&query.asked, None))) { "← Events" } }
        h1 { "Export" }
        @match (first, last) {
            (Some(first), Some(last)) => p {
                (when::number(part.events.len() as u64)) " events"
                @if next.is_some() { " in this part" }
                ", from " (when::time(first.sort_key().created_at)) " back to " (when::time(last.sort_key().created_at)) "."
            },
            (None, _) | (_, None) => p.muted { "There is no event in this part." },
        }
        (files(url))
        @if let Some(next) = next { nav.pager aria-label="Parts" { a rel="next" href=(next) { "Next part →" } } }
    };
    let shown = Shown { title: "Export", place: Some(&guest.layout()), body, items: part.events.len() };
    Ok(layout::answer(StatusCode::OK, &visit.site, shown))
}

fn files(url: impl Fn(Format) -> String) -> Markup {
    html! {
        ul.files {
            li { a.button download="events.csv" data-export href=(url(Format::Csv)) { "CSV, for a spreadsheet" } }
            li { a.button download="events.ndjson" data-export href=(url(Format::Ndjson)) { "NDJSON, for programs" } }
        }
        p #progress role="status" {}
    }
}

/// A part as a file.
///
/// # Errors
/// [`Why`], by variant.
pub(crate) async fn part(
    exchange: &Exchange<'_>,
    request: &Request,
    visit: &Visit,
    guest: &Guest,
    format: Format,
) -> Result<Answer, Why> {
    let query = query(request, guest)?;
    let part: EventPage<KeptEvent> = read(exchange, &query).await?;
    let text = match format {
        Format::Csv => csv::table(&part.events, query.trail.cursor.is_none()),
        Format::Ndjson => part.events.iter().map(|event| line::json(event) + "\n").collect(),
    };
    let name = format!("attachment; filename=\"events.{}\"", format.name());
    let answer = Answer { content_type: format.content_type(), items: part.events.len(), ..Answer::text(text) };
    let answer = answer.with_header(CONTENT_DISPOSITION, name).with_header(X_ITEMS, part.events.len());
    Ok(match next(&query, &part) {
        None => answer,
        Some(cursor) => {
            let page = format!("export/{}{}", format.name(), filter::query(&query.asked, Some(&cursor)));
            answer.with_header(X_NEXT, guest.place.page(&visit.site, &page))
        }
    })
}

fn query(request: &Request, guest: &Guest) -> Result<ListQuery, Why> {
    let (_, query) = filter::read(request, guest);
    let query = query.map_err(|_| Why::NoPage)?;
    Ok(ListQuery { trail: TrailQuery { page_size: PART_SIZE, ..query.trail }, ..query })
}

async fn read<Event: EventProjection>(exchange: &Exchange<'_>, query: &ListQuery) -> Result<EventPage<Event>, Why> {
    let trail = &query.trail;
    let start = trail.start();
    Ok(exchange.store().page(&trail.events, trail.order(), &start, trail.page_size, &exchange.usage).await?)
}

/// The cursor of the next part.
fn next<Event: EventProjection>(query: &ListQuery, part: &EventPage<Event>) -> Option<String> {
    let (onwards, _) = trail::cursors(&query.trail, part);
    onwards.map(|cursor| Cursor::Trail(cursor).encode(&query.trail.listing))
}
