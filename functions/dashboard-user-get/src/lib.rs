//! `POST /dashboard_user/get`: one dashboard user.

use lambda_http::{Body, Request, Response};
use shared::credential::Scope;
use shared::dialect::dashboard::{self, BODY_BYTES_MAX, Call, DashboardError};
use shared::http::endpoint::Endpoint;
use shared::http::exchange::{self, Answer, Exchange};
use shared::process::app::App;

const ENDPOINT: Endpoint = Endpoint::post(env!("CARGO_PKG_NAME"), BODY_BYTES_MAX);

/// Answers one request.
pub async fn handle(app: &App, request: Request) -> Response<Body> {
    exchange::answer(app, ENDPOINT, request, get).await
}

async fn get(exchange: &Exchange<'_>, request: &Request) -> Result<Answer, DashboardError> {
    let mut call = Call::read(request, &["dashboard_user_id"], &["dashboard_user_id"])?;
    let id = call.user_id("dashboard_user_id")?;
    let account = call.authenticate(exchange, Scope::UsersRead).await?;
    let user = exchange.store().user(&account, &id, &exchange.usage).await?;
    Ok(dashboard::one(exchange, &user.ok_or_else(DashboardError::unknown_user)?))
}
