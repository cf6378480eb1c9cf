//! The list: newest first, a page at a time, with the form that narrows it and a picture of its days.

use crate::error::Why;
use crate::filter::{self, Given, ListQuery};
use crate::guest::Guest;
use crate::layout::{self, Shown};
use crate::site::Site;
use crate::text::foreign;
use crate::visit::Visit;
use crate::{histogram, rows};
use lambda_http::Request;
use lambda_http::http::StatusCode;
use maud::{Markup, html};
use shared::dialect::trail;
use shared::event::redacted::ListedEvent;
use shared::http::cursor::{Cursor, Direction};
use shared::http::exchange::{Answer, Exchange};
use shared::input::faults::Faults;
use shared::store::query::{EventPage, Order, Start};
use shared::store::{DayTotal, StoreError};
use shared::table::item::EventProjection as _;
use shared::values::category::Category;
use shared::values::day::Day;
use shared::viewer::bounds::EventBounds;

/// The list as it was asked for; with what is wrong with the form, if it is.
///
/// # Errors
/// [`Why`], by variant.
pub(crate) async fn page(
    exchange: &Exchange<'_>,
    request: &Request,
    visit: &Visit,
    guest: &Guest,
) -> Result<Answer, Why> {
    let (given, query) = filter::read(request, guest);
    let site = &visit.site;
    match query {
        Err(faults) => {
            let body = html! { h1.hidden { "Events" } (form(site, guest, &given, Some(&faults))) };
            let shown = Shown { title: "Events", place: Some(&guest.layout()), body, items: 0 };
            Ok(layout::answer(StatusCode::BAD_REQUEST, site, shown))
        }
        Ok(query) => {
            let (page, days) = read(exchange, &query).await?;
            let items = page.events.len();
            let body = html! {
                h1.hidden { "Events" }
                (form(site, guest, &given, None))
                (histogram::picture(&days, |day| narrowed(site, guest, &query, day)))
                (events(site, guest, &query, &page, given.is_empty()))
            };
            let shown = Shown { title: "Events", place: Some(&guest.layout()), body, items };
            Ok(layout::answer(StatusCode::OK, site, shown))
        }
    }
}

/// The page and its days, read side by side.
async fn read(
    exchange: &Exchange<'_>,
    query: &ListQuery,
) -> Result<(EventPage<ListedEvent>, Vec<(Day, DayTotal)>), StoreError> {
    let (store, usage, trail) = (exchange.store(), &exchange.usage, &query.trail);
    let start = trail.start();
    let page = store.page::<ListedEvent>(&trail.events, trail.order(), &start, trail.page_size, usage);
    let days = store.days(&trail.events, histogram::days(&query.bounds, exchange.now), exchange.now, usage);
    tokio::try_join!(page, days)
}

/// Where the newest event of the list stands: `{"newest": "<created_at>#<id>"}`, or null.
///
/// # Errors
/// [`Why`], by variant.
pub(crate) async fn newest(exchange: &Exchange<'_>, request: &Request, guest: &Guest) -> Result<Answer, Why> {
    let (_, query) = filter::read(request, guest);
    let query = query.map_err(|_| Why::NoPage)?;
    let (store, usage) = (exchange.store(), &exchange.usage);
    let page = store.page::<ListedEvent>(&query.trail.events, Order::Descending, &Start::Edge, 1, usage).await?;
    let newest = page.events.first().map(|event| event.sort_key().to_string());
    Ok(Answer::json(StatusCode::OK, serde_json::json!({ "newest": newest }).to_string()))
}

/// The URL of the list narrowed to a day.
fn narrowed(site: &Site, guest: &Guest, query: &ListQuery, day: Day) -> String {
    let asked = EventBounds { from: Some(day), to: Some(day), ..query.asked.clone() };
    format!("{}{}", guest.place.list(site), filter::query(&asked, None))
}

fn form(site: &Site, guest: &Guest, given: &Given, faults: Option<&Faults>) -> Markup {
    let bounds = &guest.bounds;
    let list = guest.place.list(site);
    html! {
        form.filter method="get" action=(list) aria-label="Filter" {
            @if bounds.event_type.is_none() { (field("event_type", "Event type", "text", given, faults)) }
            @if bounds.user_email.is_none() { (field("user_email", "Who (e-mail)", "text", given, faults)) }
            @if bounds.category.is_none() { (category(given, faults)) }
            @if bounds.user_id.is_none() { (field("user_id", "To whom (user id)", "text", given, faults)) }
            (field("from", "First day", "date", given, faults))
            (field("to", "Last day", "date", given, faults))
            div.actions {
                button type="submit" { "Filter" }
                @if !given.is_empty() || faults.is_some() { a href=(list) { "All events" } }
            }
            @for fault in of_no_field(faults) { p.fault role="alert" { (foreign(&fault)) } }
        }
    }
}

fn field(name: &str, label: &str, kind: &str, given: &Given, faults: Option<&Faults>) -> Markup {
    let said = said_of(name, faults);
    let fault = format!("{name}-fault");
    html! {
        div.field {
            label for=(name) { (label) }
            input id=(name) name=(name) type=(kind) value=(given.get(name)) autocomplete="off" spellcheck="false"
                aria-invalid=[said.as_ref().map(|_| "true")] aria-describedby=[said.as_ref().map(|_| fault.as_str())];
            @if let Some(said) = &said { p.fault id=(fault) { (foreign(said)) } }
        }
    }
}

fn category(given: &Given, faults: Option<&Faults>) -> Markup {
    let said = said_of("category", faults);
    let option = |value: &str, label: &str| {
        html! { option value=(value) selected[given.get("category") == value] { (label) } }
    };
    html! {
        div.field {
            label for="category" { "Category" }
            select #category name="category" aria-describedby=[said.as_ref().map(|_| "category-fault")] {
                (option("", "any"))
                (option(Category::Users.as_str(), "users"))
                (option(Category::UserAccess.as_str(), "user access"))
            }
            @if let Some(said) = &said { p #category-fault .fault { (foreign(said)) } }
        }
    }
}

fn said_of(name: &str, faults: Option<&Faults>) -> Option<String> {
    let said: Vec<_> = faults?.iter().filter(|fault| fault.field == name).map(|fault| fault.message.clone()).collect();
    (!said.is_empty()).then(|| said.join("; "))
}

/// What is wrong beside the fields of the form, with the name that it was given under.
fn of_no_field(faults: Option<&Faults>) -> Vec<String> {
    let others =
        faults.into_iter().flat_map(Faults::iter).filter(|fault| !filter::FIELDS.contains(&fault.field.as_str()));
    others.map(|fault| format!("{} {}", fault.field, fault.message)).collect()
}

fn events(site: &Site, guest: &Guest, query: &ListQuery, page: &EventPage<ListedEvent>, is_all: bool) -> Markup {
    let backwards = query.trail.direction() == Direction::Backwards;
    let mut events: Vec<_> = page.events.iter().collect();
    if backwards {
        events.reverse();
    }
    let is_first = query.trail.cursor.is_none();
    let newest = events.first().map(|event| event.sort_key().to_string()).unwrap_or_default();
    let poll = guest.place.page(site, &format!("newest{}", filter::query(&query.asked, None)));
    html! {
        section #events data-newest=[is_first.then_some(newest)] data-poll=[is_first.then_some(poll)] {
            p #news role="status" {}
            @if !events.is_empty() { p.export { a href=(guest.place.page(site, &format!("export{}", filter::query(&query.asked, None)))) { "Export" } } }
            @if events.is_empty() { (nothing(is_all, page)) } @else { (rows::table(site, guest, &events)) }
            (pager(site, guest, query, page))
        }
    }
}

fn nothing(is_all: bool, page: &EventPage<ListedEvent>) -> Markup {
    use shared::store::query::Rest;
    html! {
        div.empty {
            @match page.rest {
                Rest::Unknown(_) => p { "No event so far; there may be older ones on the next page." },
                Rest::Nothing | Rest::Event(_) if is_all => p { "No event has been recorded yet." },
                Rest::Nothing | Rest::Event(_) => p { "No event matches this filter." },
            }
        }
    }
}

fn pager(site: &Site, guest: &Guest, query: &ListQuery, page: &EventPage<ListedEvent>) -> Markup {
    let (onwards, back) = trail::cursors(&query.trail, page);
    let (older, newer) = match query.trail.direction() {
        Direction::Forwards => (onwards, back),
        Direction::Backwards => (back, onwards),
    };
    let url = |cursor| {
        let cursor = Cursor::Trail(cursor).encode(&query.trail.listing);
        format!("{}{}", guest.place.list(site), filter::query(&query.asked, Some(&cursor)))
    };
    let (older, newer) = (older.map(url), newer.map(url));
    html! {
        @if older.is_some() || newer.is_some() {
            nav.pager aria-label="Pages" {
                @if let Some(url) = newer { a rel="prev" href=(url) { "← Newer" } }
                @if let Some(url) = older { a rel="next" href=(url) { "Older →" } }
            }
        }
    }
}
