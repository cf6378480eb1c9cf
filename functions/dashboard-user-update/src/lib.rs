//! `POST /dashboard_user/update`: changes a dashboard user.

use lambda_http::{Body, Request, Response};
use shared::credential::Scope;
use shared::dialect::dashboard::{self, DashboardError};
use shared::http::exchange::{Answer, Exchange};
use shared::process::app::App;

/// Answers one request.
pub async fn handle(app: &App, request: Request) -> Response<Body> {
    let exchange = Exchange::open(app, env!("CARGO_PKG_NAME"), &request);
    let outcome = exchange.within_its_time(update(&exchange, &request)).await;
    exchange.close(outcome)
}

async fn update(exchange: &Exchange<'_>, request: &Request) -> Result<Answer, DashboardError> {
    let (call, id, change, asker) = dashboard::read_change(request)?;
    let account = call.authenticate(exchange, Scope::UsersWrite).await?;
    let act = asker.act(exchange, &account, &call).await?;
    let user = exchange.store().change_user(&account, &id, &change, &act, &exchange.usage).await?;
    Ok(dashboard::one(exchange, &user))
}
