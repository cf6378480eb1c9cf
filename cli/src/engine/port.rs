//! The engine's port: what comes from a web page is refused, and the rest goes to the engine's own server.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use lambda_http::http::header::{self, HeaderName, HeaderValue};
use lambda_http::http::{Request, Response, StatusCode};
use tokio::net::TcpListener;

use super::inner::Inner;
use crate::port::{Bounds, Callers, serve};

/// Largest body of a request. Source: <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html>
const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;

/// How long a body may take to arrive.
const BODY_S_MAX: Duration = Duration::from_secs(30);

/// Headers that are between the caller and this port. `Origin` would have the engine allow every page to read the answer.
const NOT_PASSED_ON: [HeaderName; 7] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::EXPECT,
    header::ORIGIN,
    header::TE,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// Answers requests until `stop` resolves and those under way have been answered.
pub(super) async fn serve_engine(listener: TcpListener, inner: Inner, stop: impl Future<Output = ()>) {
    let (inner, callers) = (Arc::new(inner), Arc::new(Callers::of_this_machine()));
    let answer = move |request: Request<Incoming>, _| {
        let (inner, callers) = (Arc::clone(&inner), Arc::clone(&callers));
        async move {
            match callers.admit(request.method(), request.uri(), request.headers()) {
                Ok(()) => pass_on(inner, request).await,
                Err(why) => refusal(StatusCode::FORBIDDEN, "AccessDeniedException", why),
            }
        }
    };
    serve(listener, Bounds::default(), answer, stop).await;
}

async fn pass_on(inner: Arc<Inner>, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let (mut head, body) = request.into_parts();
    let reading = Limited::new(body, BODY_BYTES_MAX).collect();
    let body = match tokio::time::timeout(BODY_S_MAX, reading).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            return refusal(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", "the body is too large");
        }
        Ok(Err(_)) | Err(_) => return refusal(StatusCode::BAD_REQUEST, "SerializationException", "half a request"),
    };
    NOT_PASSED_ON.iter().for_each(|name| drop(head.headers.remove(name)));
    if let Some(target) = head.uri.path_and_query() {
        head.uri = target.clone().into();
    }
    // The engine goes on although its caller has gone. So does this, so that it is known what is in the engine.
    let asked = tokio::spawn(async move { inner.ask(Request::from_parts(head, Full::new(body))).await });
    match asked.await.unwrap_or_else(|error| Err(error.into())) {
        Ok(answer) => answer,
        Err(error) => {
            tracing::error!("the engine did not answer: {error}");
            refusal(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError", "the engine did not answer")
        }
    }
}

/// An answer of this port's own, in the engine's form.
fn refusal(status: StatusCode, kind: &str, why: &str) -> Response<Full<Bytes>> {
    let body = serde_json::json!({"__type": format!("com.amazonaws.dynamodb.v20120810#{kind}"), "message": why});
    let mut response = Response::new(Full::from(body.to_string()));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/x-amz-json-1.0");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}
