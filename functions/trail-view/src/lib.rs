//! `GET /`, `GET /view/…`, `POST /session…`, `GET /v/{code}`, `POST /v` and `POST /audit-trail/viewer-links`: the trail as a page for
//! people.
//!
//! ```text
//! GET  /                              the list for who is signed in, or the form to sign in
//! GET  /view/events/<created_at>/<id> one event; …/proof its proof file, …/json all of it
//! GET  /view/users, /view/integrity   the directory; how far the log is sealed
//! GET  /view/export, /view/export/csv, …/ndjson   the list as files
//! GET  /view/newest                   the newest event, for the script that says that there are new ones
//! GET  /view/link/<handle>…           the same pages for who opened a viewer link
//! GET  /view/assets/<hash>.<ending>   style, script and icon
//! POST /session, /session/end         signs in and out
//! POST /audit-trail/viewer-links      makes a link, for programs
//! GET  /v/<code>                      the button that opens the link; it spends nothing
//! POST /v                             opens it, once
//! ```

mod assets;
mod cookies;
mod diff;
mod error;
mod event;
mod export;
mod filter;
mod form;
mod format;
mod guest;
mod headers;
mod histogram;
mod integrity;
mod layout;
mod link;
mod list;
mod new_link;
mod pages;
mod route;
mod rows;
mod sign_in;
mod site;
mod state;
mod text;
mod users;
mod visit;
mod when;

use crate::error::{Refused, Why};
use crate::route::Route;
use crate::visit::Visit;
use lambda_http::{Body, Request, Response};
use shared::http::exchange::{self, Answer, Exchange};
use shared::process::app::App;

/// Answers one request.
pub async fn handle(app: &App, mut request: Request) -> Response<Body> {
    let route = Route::of(&request);
    let visit = Visit::of(&request);
    let response = match route {
        Route::NewLink => exchange::answer(app, new_link::ENDPOINT, request, new_link::make).await,
        _ => {
            request.extensions_mut().insert(visit.clone());
            let refused = |not_done| Refused { why: Why::from(not_done), visit: visit.clone() };
            exchange::answer_as(app, route.endpoint(), request, serve, refused).await
        }
    };
    headers::complete(response, &visit)
}

/// Answers a request for a page, with the refusal as a page of the same site.
async fn serve(exchange: &Exchange<'_>, request: &Request) -> Result<Answer, Refused> {
    let visit = Visit::in_request(request);
    let served = match Route::of(request) {
        Route::Asset(name) => assets::answer(&name).ok_or(Why::NoPage),
        Route::SignIn => sign_in::begin(exchange, request, &visit).await,
        Route::SignOut => sign_in::end(exchange, request, &visit).await,
        Route::Link(code) => link::show(exchange, &code, &visit).await,
        Route::OpenLink => link::open(exchange, request, &visit).await,
        Route::Pages(place, page) => pages::answer(exchange, request, &visit, place, page).await,
        Route::NewLink | Route::Nothing => Err(Why::NoPage),
    };
    served.map_err(|why| Refused { why, visit })
}
