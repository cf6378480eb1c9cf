//! `POST /dashboard_user/get`: one dashboard user.

use lambda_http::{Body, Request, Response};
use shared::credential::Scope;
use shared::dialect::dashboard::{self, Call, DashboardError};
use shared::http::exchange::{Answer, Exchange};
use shared::process::app::App;

/// Answers one request.
pub async fn handle(app: &App, request: Request) -> Response<Body> {
    let exchange = Exchange::open(app, env!("CARGO_PKG_NAME"), &request);
    let outcome = exchange.within_its_time(get(&exchange, &request)).await;
    exchange.close(outcome)
}

async fn get(exchange: &Exchange<'_>, request: &Request) -> Result<Answer, DashboardError> {
    let mut call = Call::read(request, &["dashboard_user_id"], &["dashboard_user_id"])?;
    let id = call.user_id("dashboard_user_id")?;
    let account = call.authenticate(exchange, Scope::UsersRead).await?;
    let user = exchange.store().user(&account, &id, &exchange.usage).await?;
    Ok(dashboard::one(exchange, &user.ok_or_else(DashboardError::unknown_user)?))
}
