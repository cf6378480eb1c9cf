//! `GET /network/audit/accounts/{accountId}/userAccess`: who used their access, all users, as CSV.

use lambda_http::{Body, Request, Response};
use shared::dialect::network;
use shared::http::endpoint::Endpoint;
use shared::http::exchange::{self, Exchange};
use shared::process::app::App;
use shared::values::category::Category;

const ENDPOINT: Endpoint = Endpoint::get(env!("CARGO_PKG_NAME"));

/// Answers one request.
pub async fn handle(app: &App, request: Request) -> Response<Body> {
    let answer = async |exchange: &Exchange<'_>, request: &Request| {
        network::audit(exchange, request, Category::UserAccess).await
    };
    exchange::answer(app, ENDPOINT, request, answer).await
}
