//! The pages of the trail: each for who may see it, and for others the form to sign in, or that their view is over.

use crate::error::Why;
use crate::guest::guest;
use crate::layout::{self, Shown};
use crate::route::{Page, Place};
use crate::visit::Visit;
use crate::{event, export, integrity, list, sign_in, users};
use lambda_http::http::StatusCode;
use lambda_http::{Request, RequestExt as _};
use maud::html;
use shared::http::exchange::{Answer, Exchange};

/// A page of the trail, for who may see it; for others the form to sign in, or what is over.
///
/// # Errors
/// [`Why`], by variant.
pub(crate) async fn answer(
    exchange: &Exchange<'_>,
    request: &Request,
    visit: &Visit,
    place: Place,
    page: Page,
) -> Result<Answer, Why> {
    let Some(guest) = guest(exchange, request, visit, place.clone()).await? else {
        return match place {
            Place::SignedIn => {
                let status = if page == Page::List { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
                sign_in::form(status, request, &visit.site, &asked(request, visit), None)
            }
            Place::Linked(_) => Ok(over(visit)),
        };
    };
    match page {
        Page::List => list::page(exchange, request, visit, &guest).await,
        Page::Users => users::page(exchange, request, visit, &guest).await,
        Page::Integrity => integrity::page(exchange, visit, &guest).await,
        Page::Export => export::page(exchange, request, visit, &guest).await,
        Page::Part(format) => export::part(exchange, request, visit, &guest, format).await,
        Page::Newest => list::newest(exchange, request, &guest).await,
        Page::Event(key) => event::page(exchange, visit, &guest, &key).await,
        Page::Proof(key) => event::proof(exchange, &guest, &key).await,
        Page::Json(key) => event::json(exchange, &guest, &key).await,
    }
}

/// The page that was asked for, below the stage, to return to it.
fn asked(request: &Request, visit: &Visit) -> String {
    let path = request.raw_http_path();
    let prefix = visit.site.path("");
    let path = path.strip_prefix(prefix.as_str()).filter(|path| path.starts_with('/')).unwrap_or(path);
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in request.query_string_parameters_ref().iter().flat_map(|query| query.iter()) {
        query.append_pair(name, value);
    }
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// What is shown in place of the page of a link whose session is not there.
fn over(visit: &Visit) -> Answer {
    let body = html! {
        section.card.message {
            h1 { "This view is over" }
            p { "Views of an audit trail are open for a while. Load the page that it is in again for a fresh one." }
        }
    };
    let shown = Shown { title: "This view is over", place: None, body, items: 0 };
    layout::answer(StatusCode::UNAUTHORIZED, &visit.site, shown)
}
