//! `GET /log/…`: what proves the log. Checkpoint and tiles of the log of rounds for everybody, and for an account its head, its tiles,
//! proofs and the items of its events.

use lambda_http::{Body, Request, Response};
use shared::dialect::log;
use shared::http::endpoint::Endpoint;
use shared::http::exchange;
use shared::process::app::App;

const ENDPOINT: Endpoint = Endpoint::get(env!("CARGO_PKG_NAME"));

/// Answers one request.
pub async fn handle(app: &App, request: Request) -> Response<Body> {
    exchange::answer(app, ENDPOINT, request, log::read).await
}
