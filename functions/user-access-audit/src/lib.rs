//! `GET /network/audit/accounts/{accountId}/userAccess`: who used their access, all users, as CSV.

use lambda_http::{Body, Request, Response};
use shared::App;
use shared::dialect::network::{self, NetworkCall, NetworkError};
use shared::exchange::{Answer, Exchange};
use shared::key::Category;
use shared::query::EventFilter;

/// Answers one request.
pub async fn handle(app: &App, request: Request) -> Response<Body> {
    let exchange = Exchange::open(app, env!("CARGO_PKG_NAME"));
    let outcome = audit(&exchange, &request).await;
    exchange.close(outcome)
}

async fn audit(exchange: &Exchange<'_>, request: &Request) -> Result<Answer, NetworkError> {
    let account = network::authenticate(exchange, request).await?;
    let filter = EventFilter::Category(Category::UserAccess);
    NetworkCall::read(exchange, request, account, filter)?.answer(exchange).await
}
