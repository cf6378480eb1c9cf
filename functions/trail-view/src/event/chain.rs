//! What happened to the same subject before and after an event.

use crate::filter;
use crate::guest::Guest;
use crate::rows;
use crate::site::Site;
use crate::text::foreign;
use crate::when;
use maud::{Markup, html};
use shared::event::redacted::{Kept, KeptEvent, ListedEvent};
use shared::http::exchange::Exchange;
use shared::store::StoreError;
use shared::store::query::{EventQuery, Order, Start};
use shared::table::item::EventProjection as _;
use shared::values::category::Category;
use shared::values::event_sort_key::EventSortKey;
use shared::values::ids::UserId;
use shared::viewer::bounds::EventBounds;

/// Earlier and later changes that are shown, of each so many.
const LENGTH: usize = 5;

/// The events before and after one that are about the same subject, as far as the session shows them.
pub(super) struct Chain {
    of_subject: EventBounds,
    earlier: Vec<ListedEvent>,
    later: Vec<ListedEvent>,
}

/// Reads the chain; none of an event without a subject.
///
/// # Errors
/// [`StoreError`], by variant.
pub(super) async fn read(
    exchange: &Exchange<'_>,
    guest: &Guest,
    event: &KeptEvent,
    key: &EventSortKey,
) -> Result<Option<Chain>, StoreError> {
    let Some((category, user_id)) = subject(event) else { return Ok(None) };
    let of_subject = EventBounds { category: Some(category), user_id: Some(user_id), ..EventBounds::default() };
    // A link that is bound to a type or an address as well has no index of its subject alone.
    let Some(bounds) = guest.bounds.narrowed(&of_subject) else { return Ok(None) };
    let Ok(filter) = bounds.filter() else { return Ok(None) };
    let query = EventQuery { account: guest.session.account.clone(), filter, range: bounds.range(), as_of: None };
    let start = Start::After(key.clone());
    let (store, usage) = (exchange.store(), &exchange.usage);
    let (earlier, later) = tokio::try_join!(
        store.page::<ListedEvent>(&query, Order::Descending, &start, LENGTH, usage),
        store.page::<ListedEvent>(&query, Order::Ascending, &start, LENGTH, usage),
    )?;
    let later = later.events.into_iter().rev().collect();
    Ok(Some(Chain { of_subject, earlier: earlier.events, later }))
}

/// What the event is about, if that was recorded and is still there.
fn subject(event: &KeptEvent) -> Option<(Category, UserId)> {
    match event {
        Kept::Whole(event) => event.details.subject.as_ref().map(|subject| (subject.category, subject.user_id.clone())),
        Kept::Redacted(event) => {
            let category = Category::parse(event.left.subject_category.as_deref()?)?;
            Some((category, UserId::parse(event.left.subject_user_id.as_deref()?).ok()?))
        }
    }
}

/// The section; nothing without a chain.
pub(super) fn section(
    site: &Site,
    guest: &Guest,
    event: &KeptEvent,
    key: &EventSortKey,
    chain: Option<&Chain>,
) -> Markup {
    let Some(Chain { of_subject, earlier, later }) = chain else { return html! {} };
    let change = |other: &ListedEvent| {
        let key = other.sort_key();
        let said = match other {
            Kept::Whole(event) => foreign(&event.shown.event_description),
            Kept::Redacted(event) => rows::said(event),
        };
        html! { li { (when::time(key.created_at)) " " a href=(rows::url(site, guest, &key)) { (said) } } }
    };
    let this = match event {
        Kept::Whole(event) => foreign(&event.details.event_description),
        Kept::Redacted(event) => rows::said(event),
    };
    html! {
        section {
            h2 { "The same subject" }
            ol.chain {
                @for other in later { (change(other)) }
                li.this aria-current="true" { (when::time(key.created_at)) " " strong { (this) } }
                @for other in earlier { (change(other)) }
            }
            p { a href=(format!("{}{}", guest.place.list(site), filter::query(of_subject, None))) { "All of its events" } }
        }
    }
}
