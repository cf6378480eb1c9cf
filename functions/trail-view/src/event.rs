//! One event: everything that was recorded of it, where it stands in the log, and what happened to the same subject.

use crate::error::Why;
use crate::guest::Guest;
use crate::layout::{self, Shown};
use crate::list::{self, who, whom};
use crate::site::Site;
use crate::text::foreign;
use crate::visit::Visit;
use crate::{state, when};
use lambda_http::http::StatusCode;
use lambda_http::http::header::CONTENT_DISPOSITION;
use maud::{Markup, html};
use shared::dialect::log::{Standing, standing};
use shared::event::{AuditEvent, ListedEvent};
use shared::http::exchange::{Answer, Exchange};
use shared::log::entry::EventRef;
use shared::store::StoreError;
use shared::store::query::{EventPage, EventQuery, Order, Start};
use shared::table::item::{EventProjection as _, Item, decode_event};
use shared::values::email::EmailAddress;
use shared::values::event_sort_key::EventSortKey;
use shared::values::ids::Shard;
use shared::viewer::bounds::EventBounds;

/// Earlier and later changes of the same subject that are shown, of each so many.
const CHAIN_LENGTH: usize = 5;

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
    let standing = async { standing(exchange, &guest.session.account, key, &item).await.map_err(Why::from) };
    let chain = async { chain(exchange, guest, &event).await.map_err(Why::from) };
    let (standing, chain) = tokio::try_join!(standing, chain)?;
    let site = &visit.site;
    let description = &event.details.event_description;
    let body = html! {
        nav.back aria-label="Back" { a href=(guest.place.list(site)) { "← All events" } }
        article {
            h1 { (foreign(description)) }
            p.lead { (when::time(event.created_at)) " · " code.type { (event.details.event_type.as_str()) } }
            (facts(&event))
            (state::changes(&event))
            (in_the_log(site, guest, key, standing.as_ref()))
            (of_the_subject(site, guest, &event, &chain))
        }
    };
    let shown = Shown { title: event.details.event_type.as_str(), place: Some(&guest.layout()), body, items: 1 };
    Ok(layout::answer(StatusCode::OK, site, shown))
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

/// The event, and its item, if the session shows it.
async fn found(exchange: &Exchange<'_>, guest: &Guest, key: &EventSortKey) -> Result<(AuditEvent, Item), Why> {
    let place = EventRef::new(&Shard::FIRST.to_string(), &key.to_string(), None);
    let found = exchange.store().events_at(&guest.session.account, &[&place], &exchange.usage).await?;
    if !found.unprocessed.is_empty() {
        return Err(StoreError::Unavailable("DynamoDB left the key of an event unprocessed".into()).into());
    }
    let item = found.items.into_values().next().ok_or(Why::NoPage)?;
    let event = decode_event(item.clone()).map_err(StoreError::from)?;
    if guest.bounds.contain(&event) { Ok((event, item)) } else { Err(Why::NoPage) }
}

/// The events before and after this one that are about the same subject, as far as the session shows them.
struct Chain {
    earlier: Vec<ListedEvent>,
    later: Vec<ListedEvent>,
}

async fn chain(exchange: &Exchange<'_>, guest: &Guest, event: &AuditEvent) -> Result<Option<Chain>, StoreError> {
    let Some(subject) = &event.details.subject else { return Ok(None) };
    let of_subject = EventBounds {
        category: Some(subject.category),
        user_id: Some(subject.user_id.clone()),
        ..EventBounds::default()
    };
    // A link that is bound to a type or an address as well has no index of its subject alone.
    let Some(bounds) = guest.bounds.narrowed(&of_subject) else { return Ok(None) };
    let Ok(filter) = bounds.filter() else { return Ok(None) };
    let query = EventQuery { account: guest.session.account.clone(), filter, range: bounds.range(), as_of: None };
    let start = Start::After(event.sort_key());
    let (store, usage) = (exchange.store(), &exchange.usage);
    let (earlier, later) = tokio::try_join!(
        store.page::<ListedEvent>(&query, Order::Descending, &start, CHAIN_LENGTH, usage),
        store.page::<ListedEvent>(&query, Order::Ascending, &start, CHAIN_LENGTH, usage),
    )?;
    let EventPage { events: mut later, .. } = later;
    later.reverse();
    Ok(Some(Chain { earlier: earlier.events, later }))
}

fn facts(event: &AuditEvent) -> Markup {
    let (details, principal) = (&event.details, &event.details.principal);
    let email = principal.email.as_ref().map(EmailAddress::as_str);
    html! {
        section {
            h2 { "Recorded" }
            dl.facts {
                dt { "Who" } dd { (who(principal.name.as_deref(), email, principal.id.as_deref())) " " span.tag { (principal.role.as_str()) } }
                @if let Some(id) = &principal.id { dt { "Who, by id" } dd { (foreign(id)) } }
                dt { "From where" } dd { code { (principal.ip_address) } }
                @if let Some(subject) = &details.subject {
                    dt { "To whom" } dd { (whom(subject)) }
                    dt { "Category" } dd { (subject.category.as_str()) }
                    dt { "Entity" } dd { (foreign(&subject.entity_key)) " " (foreign(&subject.entity_id)) }
                    dt { "Message key" } dd { (foreign(&details.message_key())) }
                }
                dt { "Happened" } dd { (when::time(event.created_at)) }
                dt { "Recorded" } dd { (when::time(event.recorded_at)) }
                dt { "Recorded by" } dd { @match &event.recorded_by { Some(by) => (foreign(&by.to_string())), None => span.muted { "not kept" } } }
                dt { "Id" } dd { code { (foreign(event.id.as_str())) } }
            }
        }
    }
}

fn in_the_log(site: &Site, guest: &Guest, key: &EventSortKey, standing: Option<&Standing>) -> Markup {
    html! {
        section {
            h2 { "In the log" }
            @match standing {
                None => p.seal.waiting { "It has no position yet: an event gets one within seconds of being recorded." },
                Some(Standing { logged, is_as_recorded, proof }) => {
                    @if !is_as_recorded {
                        p.seal.broken role="alert" { "What stands here is not what the log took in: the event was altered after it was recorded." }
                    } @else if proof.is_some() {
                        p.seal.good { "It is what the log took in, and the log up to here is sealed." }
                    } @else {
                        p.seal.waiting { "It is what the log took in. No checkpoint seals it yet; one is signed every few minutes." }
                    }
                    dl.facts {
                        dt { "Position" } dd { (when::number(logged.position)) }
                        dt { "Appended" } dd { (when::time(logged.appended_at)) }
                        @if let Some(proof) = proof {
                            dt { "Sealed" } dd { (when::time(proof.head.round.sealed_at)) }
                            dt { "Checkpoint" } dd { (checkpoint(&proof.head.checkpoint)) }
                            dt { "Proof" }
                            dd { a href=(format!("{}/proof", list::url(site, guest, key))) download { "Download the proof file" }
                                " " span.muted { "(check it with " code { "audit verify" } ")" } }
                        }
                    }
                }
            }
        }
    }
}

/// The name of the log and its size, which are the first two lines of a checkpoint.
fn checkpoint(note: &str) -> Markup {
    let mut lines = note.lines();
    let (origin, size) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    html! { code { (foreign(origin)) } ", round " (foreign(size)) }
}

fn of_the_subject(site: &Site, guest: &Guest, event: &AuditEvent, chain: &Option<Chain>) -> Markup {
    let Some(Chain { earlier, later }) = chain else { return html! {} };
    let Some(subject) = &event.details.subject else { return html! {} };
    let change = |other: &ListedEvent| {
        html! {
            li { (when::time(other.shown.created_at)) " "
                a href=(list::url(site, guest, &other.sort_key())) { (foreign(&other.shown.event_description)) } }
        }
    };
    let asked = EventBounds {
        category: Some(subject.category),
        user_id: Some(subject.user_id.clone()),
        ..EventBounds::default()
    };
    html! {
        section {
            h2 { "The same subject" }
            ol.chain {
                @for other in later { (change(other)) }
                li.this aria-current="true" { (when::time(event.created_at)) " " strong { (foreign(&event.details.event_description)) } }
                @for other in earlier { (change(other)) }
            }
            p { a href=(format!("{}{}", guest.place.list(site), crate::filter::query(&asked, None))) { "All of its events" } }
        }
    }
}
