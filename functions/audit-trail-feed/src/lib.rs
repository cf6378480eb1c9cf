//! `GET /audit-trail/feed`: the events of an account in the order in which they arrived, for whoever follows them.

use lambda_http::{Body, Request, Response};
use shared::credential::Scope;
use shared::dialect::feed::{self, FeedQuery, Reading};
use shared::dialect::trail::{self, TrailError};
use shared::http::endpoint::Endpoint;
use shared::http::exchange::{self, Answer, Exchange};
use shared::process::app::App;

const ENDPOINT: Endpoint = Endpoint::get(env!("CARGO_PKG_NAME"));

/// Answers one request.
pub async fn handle(app: &App, request: Request) -> Response<Body> {
    exchange::answer(app, ENDPOINT, request, read).await
}

async fn read(exchange: &Exchange<'_>, request: &Request) -> Result<Answer, TrailError> {
    let account = trail::authenticate(exchange, request, Scope::AuditRead).await?.account;
    let query = FeedQuery::read(exchange, request, account)?;
    let page = feed::page(&Reading::of(exchange), &query).await?;
    Ok(feed::answer(&query, &page))
}
