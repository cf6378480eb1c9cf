//! `GET /audit-trail` and `GET /{category}/v1/audit-trail`: the audit trail, newest first, as JSON.

use lambda_http::{Body, Request, Response};
use shared::dialect::trail::{self, TrailError, TrailQuery};
use shared::http::exchange::{Answer, Exchange};
use shared::process::app::App;

/// Answers one request.
pub async fn handle(app: &App, request: Request) -> Response<Body> {
    let exchange = Exchange::open(app, env!("CARGO_PKG_NAME"), &request);
    let outcome = exchange.within_its_time(read(&exchange, &request)).await;
    exchange.close(outcome)
}

async fn read(exchange: &Exchange<'_>, request: &Request) -> Result<Answer, TrailError> {
    trail::check_category(request)?;
    let account = trail::authenticate(exchange, request).await?;
    let query = TrailQuery::read(exchange, request, account)?;
    let (order, start) = (query.order(), query.start());
    let page = exchange.store().page(&query.events, order, &start, query.page_size, &exchange.usage).await?;
    Ok(trail::answer(&query, &page))
}
