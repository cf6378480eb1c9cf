//! The rows of the list: an event as who did what to whom, when and from where.

use crate::guest::Guest;
use crate::site::Site;
use crate::text::foreign;
use crate::when;
use maud::{Markup, html};
use shared::event::redacted::{Kept, ListedEvent, RedactedEvent};
use shared::event::{Listed, Subject};
use shared::table::item::EventProjection as _;
use shared::values::event_sort_key::EventSortKey;

/// The table of events, in their order.
pub(crate) fn table(site: &Site, guest: &Guest, events: &[&ListedEvent]) -> Markup {
    html! {
        div.scroll-narrow {
            table.events {
                caption.hidden { "Events, newest first" }
                thead { tr { th scope="col" { "When" } th scope="col" { "Who" } th scope="col" { "What" } th scope="col" { "To whom" } th scope="col" { "From where" } } }
                tbody {
                    @for event in events {
                        @let url = url(site, guest, &event.sort_key());
                        @match event {
                            Kept::Whole(event) => (whole(event, &url)),
                            Kept::Redacted(event) => (redacted(event, &url)),
                        }
                    }
                }
            }
        }
    }
}

fn whole(event: &Listed, url: &str) -> Markup {
    let shown = &event.shown;
    html! {
        tr {
            td.when { (when::time(shown.created_at)) }
            td.who {
                (who(shown.user_name.as_deref(), shown.user_email.as_ref().map(|email| email.as_str()), event.principal_id.as_deref()))
                " " span.tag { (shown.role.as_str()) }
            }
            td.what {
                a href=(url) { (foreign(&shown.event_description)) }
                " " code.type { (shown.event_type.as_str()) }
            }
            td.whom { @if let Some(subject) = &event.subject { (whom(subject)) } @else { span.muted { "–" } } }
            td.from { code { (shown.ip_address) } }
        }
    }
}

/// A row that says what is gone, in its place.
fn redacted(event: &RedactedEvent, url: &str) -> Markup {
    let is_gone = |part: &str| event.gone.iter().any(|name| name.starts_with(part));
    let named = [&event.left.principal_name, &event.left.principal_email, &event.left.principal_id];
    html! {
        tr {
            td.when { (when::time(event.key.created_at)) }
            td.who {
                @if named.iter().all(|name| name.is_none()) && is_gone("principal_") { (gone()) }
                @else { (who(event.left.principal_name.as_deref(), event.left.principal_email.as_deref(), event.left.principal_id.as_deref())) }
                @if let Some(role) = &event.left.principal_role { " " span.tag { (foreign(role)) } }
            }
            td.what {
                a href=(url) { (said(event)) }
                @if let Some(event_type) = &event.left.event_type { " " code.type { (foreign(event_type)) } }
                @if event.left.event_description.is_some() { " " (gone()) }
            }
            td.whom {
                @match &event.left.subject_user_id {
                    Some(user) => (foreign(user)),
                    None if is_gone("subject_") => (gone()),
                    None => span.muted { "–" },
                }
            }
            td.from { @match &event.left.principal_ip_address { Some(address) => code { (foreign(address)) }, None => (gone()) } }
        }
    }
}

/// What a redacted event says of itself.
pub(crate) fn said(event: &RedactedEvent) -> Markup {
    html! { @match &event.left.event_description { Some(text) => (foreign(text)), None => "Redacted event" } }
}

/// What stands in the place of what is gone.
pub(crate) fn gone() -> Markup {
    html! { span.redacted { "redacted" } }
}

/// The URL of an event's page.
pub(crate) fn url(site: &Site, guest: &Guest, event: &EventSortKey) -> String {
    let id = event.id.as_str().replace('|', "%7C");
    guest.place.page(site, &format!("events/{}/{id}", event.created_at))
}

/// A principal by name and address, or by what there is.
pub(crate) fn who(name: Option<&str>, email: Option<&str>, id: Option<&str>) -> Markup {
    html! {
        @match (name, email, id) {
            (Some(name), Some(email), _) => { (foreign(name)) " " span.muted { (foreign(email)) } },
            (Some(one), None, _) | (None, Some(one), _) | (None, None, Some(one)) => (foreign(one)),
            (None, None, None) => span.muted { "nobody named" },
        }
    }
}

/// A subject: the user it is about, and what it is if that is something else.
pub(crate) fn whom(subject: &Subject) -> Markup {
    html! {
        (foreign(subject.user_id.as_str()))
        @if subject.entity_id != subject.user_id.as_str() {
            " " span.muted { (foreign(&subject.entity_key)) " " (foreign(&subject.entity_id)) }
        }
    }
}
