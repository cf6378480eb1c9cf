//! `GET /audit-trail` and `GET /{category}/v1/audit-trail`: the audit trail, newest first, as JSON.

use lambda_http::{Body, Request, Response};
use shared::credential::Scope;
use shared::dialect::trail::{self, TrailError, TrailQuery};
use shared::http::endpoint::Endpoint;
use shared::http::exchange::{self, Answer, Exchange};
use shared::process::app::App;

const ENDPOINT: Endpoint = Endpoint::get(env!("CARGO_PKG_NAME"));

/// Answers one request.
pub async fn handle(app: &App, request: Request) -> Response<Body> {
    exchange::answer(app, ENDPOINT, request, read).await
}

async fn read(exchange: &Exchange<'_>, request: &Request) -> Result<Answer, TrailError> {
    trail::check_category(request)?;
    let account = trail::authenticate(exchange, request, Scope::AuditRead).await?.account;
    let query = TrailQuery::read(exchange, request, account)?;
    let (order, start) = (query.order(), query.start());
    let page = exchange.store().page(&query.events, order, &start, query.page_size, &exchange.usage).await?;
    Ok(trail::answer(&query, &page))
}
