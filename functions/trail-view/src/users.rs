//! The directory of users with their states, and the way to the history of each.

use crate::error::Why;
use crate::filter;
use crate::guest::Guest;
use crate::layout::{self, Shown};
use crate::route::Place;
use crate::site::Site;
use crate::text::foreign;
use crate::visit::Visit;
use crate::when;
use lambda_http::Request;
use lambda_http::http::StatusCode;
use maud::{Markup, html};
use shared::credential::Scope;
use shared::event::Role;
use shared::http::cursor::{Cursor, Listing};
use shared::http::exchange::{Answer, Exchange};
use shared::http::request::Parameters;
use shared::process::auth::AuthError;
use shared::store::UserPage;
use shared::user::{DashboardUser, UserStatus};
use shared::values::category::Category;
use shared::values::ids::UserId;
use shared::viewer::bounds::EventBounds;

/// Users on a page.
const PAGE_SIZE: usize = 100;

/// A page of the directory, for a session whose credential may read users.
///
/// # Errors
/// [`Why::NoPage`] in the session of a link; the others by variant.
pub(crate) async fn page(
    exchange: &Exchange<'_>,
    request: &Request,
    visit: &Visit,
    guest: &Guest,
) -> Result<Answer, Why> {
    let account = &guest.session.account;
    if guest.place != Place::SignedIn {
        return Err(Why::NoPage);
    }
    match exchange.let_in(account, &guest.session.client_id, Scope::UsersRead).await {
        Ok(()) => {}
        Err(AuthError::Refused(_) | AuthError::ScopeMissing) => return Ok(not_allowed(visit, guest)),
        Err(AuthError::Store(error)) => return Err(error.into()),
    }
    let listing = Listing::new(env!("CARGO_PKG_NAME"), account).with("page", "users");
    let parameters = Parameters::read(request, &["cursor"]).map_err(|_| Why::NoPage)?;
    let after = parameters.get("cursor").map(|text| continued(text, &listing)).transpose()?;
    let page = exchange.store().users(account, after.as_ref(), PAGE_SIZE, &exchange.usage).await?;
    let items = page.users.len();
    let body = html! {
        h1 { "Users" }
        @if page.users.is_empty() { div.empty { p { "The directory has no users." } } } @else { (table(&visit.site, guest, &page)) }
        @if let Some(last) = page.users.last().filter(|_| page.more) {
            @let cursor = Cursor::Users(last.id.clone()).encode(&listing);
            nav.pager aria-label="Pages" { a rel="next" href=(format!("{}?cursor={cursor}", guest.place.page(&visit.site, "users"))) { "More →" } }
        }
    };
    let shown = Shown { title: "Users", place: Some(&guest.layout()), body, items };
    Ok(layout::answer(StatusCode::OK, &visit.site, shown))
}

fn continued(text: &str, listing: &Listing) -> Result<UserId, Why> {
    match Cursor::decode(text, listing) {
        Ok(Cursor::Users(after)) => Ok(after),
        _ => Err(Why::NoPage), // whatever else it is
    }
}

fn not_allowed(visit: &Visit, guest: &Guest) -> Answer {
    let body = html! {
        section.card.message {
            h1 { "Users" }
            p { "The credential that you signed in with may not read users (scope " code { "users:read" } ")." }
        }
    };
    let shown = Shown { title: "Users", place: Some(&guest.layout()), body, items: 0 };
    layout::answer(StatusCode::FORBIDDEN, &visit.site, shown)
}

fn table(site: &Site, guest: &Guest, page: &UserPage) -> Markup {
    html! {
        table.users {
            caption.hidden { "Users, by id" }
            thead { tr {
                th scope="col" { "User" } th scope="col" { "State" } th scope="col" { "Role" } th scope="col" { "Since" } th scope="col" { "Changed" }
            } }
            tbody { @for user in &page.users { (row(site, guest, user)) } }
        }
    }
}

fn row(site: &Site, guest: &Guest, user: &DashboardUser) -> Markup {
    let history =
        EventBounds { category: Some(Category::Users), user_id: Some(user.id.clone()), ..EventBounds::default() };
    let history = format!("{}{}", guest.place.list(site), filter::query(&history, None));
    let state = match user.status {
        UserStatus::Invited => "state invited",
        UserStatus::Active => "state active",
        UserStatus::Deactivated => "state deactivated",
    };
    html! {
        tr {
            td {
                a href=(history) { (foreign(user.name.as_deref().unwrap_or(user.email_address.as_str()))) }
                @if user.name.is_some() { " " span.muted { (foreign(user.email_address.as_str())) } }
                " " code.type { (foreign(user.id.as_str())) }
            }
            td { span class=(state) { (user.status.as_str()) } }
            td { @if let Some(role) = user.role.map(Role::as_str) { span.tag { (role) } } }
            td.when { (when::time(user.created_at)) }
            td.when { @if let Some(at) = user.changed_at { (when::time(at)) } @else { span.muted { "–" } } }
        }
    }
}
