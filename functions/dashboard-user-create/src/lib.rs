//! `POST /dashboard_user/create`: makes a dashboard user, invited.

use lambda_http::{Body, Request, Response};
use shared::credential::Scope;
use shared::dialect::dashboard::{self, BODY_BYTES_MAX, DashboardError};
use shared::http::endpoint::Endpoint;
use shared::http::exchange::{self, Answer, Exchange};
use shared::process::app::App;
use shared::process::user_ids::user_id;

const ENDPOINT: Endpoint = Endpoint::post(env!("CARGO_PKG_NAME"), BODY_BYTES_MAX);

/// Answers one request.
pub async fn handle(app: &App, request: Request) -> Response<Body> {
    exchange::answer(app, ENDPOINT, request, create).await
}

async fn create(exchange: &Exchange<'_>, request: &Request) -> Result<Answer, DashboardError> {
    let (call, new_user, asker) = dashboard::read_new_user(request)?;
    let account = call.authenticate(exchange, Scope::UsersWrite).await?;
    let act = asker.act(exchange, &account, &call).await?;
    let user = new_user.invited(user_id(exchange.now), exchange.now);
    exchange.store().create_user(&account, &user, &act, &exchange.usage).await?;
    Ok(dashboard::one(exchange, &user))
}
