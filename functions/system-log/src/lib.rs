//! `GET /api/v1/logs`: the feed in Okta's shape, for the connectors of SIEMs.

use lambda_http::{Body, Request, Response};
use shared::dialect::feed::Reading;
use shared::dialect::system_log::{self, SystemLogError, SystemLogQuery};
use shared::http::endpoint::Endpoint;
use shared::http::exchange::{self, Answer, Exchange};
use shared::process::app::App;

const ENDPOINT: Endpoint = Endpoint::get(env!("CARGO_PKG_NAME"));

/// Answers one request.
pub async fn handle(app: &App, request: Request) -> Response<Body> {
    exchange::answer(app, ENDPOINT, request, read).await
}

async fn read(exchange: &Exchange<'_>, request: &Request) -> Result<Answer, SystemLogError> {
    let account = system_log::authenticate(exchange, request).await?.account;
    let query = SystemLogQuery::read(exchange, request, account)?;
    let page = system_log::page(&Reading::of(exchange), &query).await?;
    Ok(system_log::answer(&query, &page))
}
