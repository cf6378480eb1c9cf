//! `POST /dashboard_user/update`: changes a dashboard user.

use lambda_http::{Body, Request, Response};
use shared::credential::Scope;
use shared::dialect::dashboard::{self, BODY_BYTES_MAX, DashboardError};
use shared::http::endpoint::Endpoint;
use shared::http::exchange::{self, Answer, Exchange};
use shared::process::app::App;

const ENDPOINT: Endpoint = Endpoint::post(env!("CARGO_PKG_NAME"), BODY_BYTES_MAX);

/// Answers one request.
pub async fn handle(app: &App, request: Request) -> Response<Body> {
    exchange::answer(app, ENDPOINT, request, update).await
}

async fn update(exchange: &Exchange<'_>, request: &Request) -> Result<Answer, DashboardError> {
    let (call, id, change, asker) = dashboard::read_change(request)?;
    let account = call.authenticate(exchange, Scope::UsersWrite).await?;
    let act = asker.act(exchange, &account, &call).await?;
    let user = exchange.store().change_user(&account, &id, &change, &act, &exchange.usage).await?;
    Ok(dashboard::one(exchange, &user))
}
