//! `GET /network/audit/accounts/{accountId}/users`: what was changed about users, all of them, as CSV.

use lambda_http::{Body, Request, Response};
use shared::dialect::network;
use shared::http::exchange::Exchange;
use shared::process::app::App;
use shared::values::category::Category;

/// Answers one request.
pub async fn handle(app: &App, request: Request) -> Response<Body> {
    let exchange = Exchange::open(app, env!("CARGO_PKG_NAME"), &request);
    let outcome = exchange.within_its_time(network::audit(&exchange, &request, Category::Users)).await;
    exchange.close(outcome)
}
