//! One event: everything that was recorded of it, where it stands in the log, and what happened to the same subject.

mod chain;
mod facts;
mod in_the_log;
mod left;

use crate::error::Why;
use crate::export::line;
use crate::guest::Guest;
use crate::layout::{self, Shown};
use crate::rows;
use crate::state::{self, States};
use crate::text::foreign;
use crate::visit::Visit;
use crate::when;
use lambda_http::http::StatusCode;
use lambda_http::http::header::CONTENT_DISPOSITION;
use maud::{Markup, html};
use shared::dialect::log::standing;
use shared::event::AuditEvent;
use shared::event::redacted::{Kept, KeptEvent, RedactedEvent};
use shared::http::exchange::{Answer, Exchange};
use shared::log::entry::EventRef;
use shared::store::StoreError;
use shared::table::item::{Item, decode_kept_event};
use shared::values::event_sort_key::EventSortKey;
use shared::values::ids::Shard;

/// The page of an event.
///
/// # Errors
/// [`Why::NoPage`] if there is none in what the session shows; the others by variant.
pub(crate) async fn page(
    exchange: &Exchange<'_>,
    visit: &Visit,
    guest: &Guest,
    key: &EventSortKey,
) -> Result<Answer, Why> {
    let (event, item) = found(exchange, guest, key).await?;
    let account = &guest.session.account;
    let standing = async { standing(exchange, account, key, &item).await.map_err(Why::from) };
    let chain = async { chain::read(exchange, guest, &event, key).await.map_err(Why::from) };
    let (standing, chain) = tokio::try_join!(standing, chain)?;
    let site = &visit.site;
    let url = rows::url(site, guest, key);
    let (title, told) = match &event {
        Kept::Whole(event) => (event.details.event_type.as_str(), whole(event, &url)),
        Kept::Redacted(event) => {
            let redaction = left::redaction(exchange, account, key, standing.as_ref()).await?;
            (event.left.event_type.as_deref().unwrap_or("Redacted event"), redacted(event, &redaction, &url))
        }
    };
    let body = html! {
        nav.back aria-label="Back" { a href=(guest.place.list(site)) { "← All events" } }
        article {
            (told)
            (in_the_log::section(&url, standing.as_ref(), matches!(event, Kept::Redacted(_))))
            (chain::section(site, guest, &event, key, chain.as_ref()))
        }
    };
    let shown = Shown { title, place: Some(&guest.layout()), body, items: 1 };
    Ok(layout::answer(StatusCode::OK, site, shown))
}

fn whole(event: &AuditEvent, url: &str) -> Markup {
    let details = &event.details;
    let states = States {
        earlier: details.previous_state.as_ref(),
        later: details.current_state.as_ref(),
        message: details.message.as_ref(),
        gone: &[],
    };
    html! {
        h1 { (foreign(&details.event_description)) }
        p.lead { (when::time(event.created_at)) " · " code.type { (details.event_type.as_str()) } }
        (facts::section(event, url))
        (state::changes(&states, &json_url(url)))
    }
}

fn redacted(event: &RedactedEvent, redaction: &left::Redaction, url: &str) -> Markup {
    let states = States {
        earlier: event.left.previous_state.as_ref(),
        later: event.left.current_state.as_ref(),
        message: event.left.message.as_ref(),
        gone: &event.gone,
    };
    html! {
        h1 { @match &event.left.event_description { Some(text) => (foreign(text)), None => "Redacted event" } }
        p.lead { (when::time(event.key.created_at)) @if let Some(text) = &event.left.event_type { " · " code.type { (foreign(text)) } } }
        (left::tombstone(event, redaction))
        (left::section(event, url))
        (state::changes(&states, &json_url(url)))
    }
}

fn json_url(url: &str) -> String {
    format!("{url}/json")
}

/// The proof file of an event, to be kept.
///
/// # Errors
/// [`Why::NoPage`] if there is no such event in what the session shows, [`Why::NotSealed`] if no checkpoint reaches it yet.
pub(crate) async fn proof(exchange: &Exchange<'_>, guest: &Guest, key: &EventSortKey) -> Result<Answer, Why> {
    let (_, item) = found(exchange, guest, key).await?;
    let standing = standing(exchange, &guest.session.account, key, &item).await?;
    let proof = standing.and_then(|standing| standing.proof).ok_or(Why::NotSealed)?;
    let name = format!("attachment; filename=\"proof-{}.txt\"", proof.position);
    Ok(Answer { items: 1, ..Answer::text(proof.to_string()) }.with_header(CONTENT_DISPOSITION, name))
}

/// All of an event as JSON, however large, as a line of an export has it.
///
/// # Errors
/// [`Why::NoPage`] if there is no such event in what the session shows.
pub(crate) async fn json(exchange: &Exchange<'_>, guest: &Guest, key: &EventSortKey) -> Result<Answer, Why> {
    let (event, _) = found(exchange, guest, key).await?;
    Ok(Answer { items: 1, ..Answer::json(StatusCode::OK, line::json(&event)) })
}

/// The event, and its item, if the session shows it.
async fn found(exchange: &Exchange<'_>, guest: &Guest, key: &EventSortKey) -> Result<(KeptEvent, Item), Why> {
    let place = EventRef::new(&Shard::FIRST.to_string(), &key.to_string(), None);
    let found = exchange.store().events_at(&guest.session.account, &[&place], &exchange.usage).await?;
    if !found.unprocessed.is_empty() {
        return Err(StoreError::Unavailable("DynamoDB left the key of an event unprocessed".into()).into());
    }
    let item = found.items.into_values().next().ok_or(Why::NoPage)?;
    let event = decode_kept_event(item.clone()).map_err(StoreError::from)?;
    let is_shown = match &event {
        Kept::Whole(event) => guest.bounds.contain(event),
        Kept::Redacted(event) => guest.bounds.contain_redacted(event),
    };
    if is_shown { Ok((event, item)) } else { Err(Why::NoPage) }
}
