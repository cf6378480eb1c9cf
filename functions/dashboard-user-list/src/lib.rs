//! `POST /dashboard_user/list`: dashboard users by id, a page at a time.

use lambda_http::{Body, Request, Response};
use shared::credential::Scope;
use shared::dialect::dashboard::{self, BODY_BYTES_MAX, Call, DashboardError, PAGE_SIZE};
use shared::http::endpoint::Endpoint;
use shared::http::exchange::{self, Answer, Exchange};
use shared::process::app::App;

const ENDPOINT: Endpoint = Endpoint::post(env!("CARGO_PKG_NAME"), BODY_BYTES_MAX);

/// Answers one request.
pub async fn handle(app: &App, request: Request) -> Response<Body> {
    exchange::answer(app, ENDPOINT, request, list).await
}

async fn list(exchange: &Exchange<'_>, request: &Request) -> Result<Answer, DashboardError> {
    let mut call = Call::read(request, &["cursor"], &[])?;
    let cursor = call.text("cursor")?;
    let account = call.authenticate(exchange, Scope::UsersRead).await?;
    let after = cursor.map(|cursor| dashboard::position(exchange, &account, &cursor)).transpose()?;
    let page = exchange.store().users(&account, after.as_ref(), PAGE_SIZE, &exchange.usage).await?;
    let next_cursor = dashboard::cursor_after(exchange, &account, &page);
    Ok(dashboard::page(exchange, &page, next_cursor))
}
