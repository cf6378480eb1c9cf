//! Stub.
use lambda_http::{Body, Request, Response};
use shared::App;

/// Answers one request.
pub async fn handle(_app: &App, _request: Request) -> Response<Body> {
    Response::new(Body::Empty)
}
