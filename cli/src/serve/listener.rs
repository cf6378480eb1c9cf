//! The gateway's socket: reads each request whole, has the gateway answer it, and says so in one line.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::serve::ListenerExt as _;
use chrono::{DateTime, Utc};
use futures_util::StreamExt as _;
use tokio::net::TcpListener;

use crate::gateway::{BODY_BYTES_MAX, Gateway, HttpRequest, SourceIp};
use crate::template::GatewayReason;

/// How much of a body that is too large is read on, so that its sender sees the answer and not a broken connection.
const DRAINED_BYTES_MAX: usize = 8 * BODY_BYTES_MAX;

/// How long a body may take to arrive.
const BODY_S_MAX: Duration = Duration::from_secs(30);

const CLOCK: &str = "%H:%M:%S";

/// Where the line of each request goes.
pub type RequestLog = Arc<dyn Fn(&str) + Send + Sync>;

#[derive(Clone)]
struct Served {
    gateway: Arc<Gateway>,
    log: RequestLog,
}

/// Serves until `stop` resolves and the requests under way have been answered.
pub(super) async fn serve(
    listener: TcpListener,
    gateway: Arc<Gateway>,
    log: RequestLog,
    stop: impl Future<Output = ()> + Send + 'static,
) {
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true); // it only makes answers quicker
    });
    let app = Router::new().fallback(answer).with_state(Served { gateway, log });
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    // It never fails: errors of a connection end the connection.
    let _ = axum::serve(listener, app).with_graceful_shutdown(stop).await;
}

/// A function runs to its end although its client has gone, as on Lambda: so the request has a task of its own.
async fn answer(served: State<Served>, source: ConnectInfo<SocketAddr>, request: Request) -> Response {
    let gateway = Arc::clone(&served.gateway);
    match tokio::spawn(handle(served.0, source.0, request)).await {
        Ok(response) => response,
        Err(_) => gateway.refuse(GatewayReason::IntegrationFailure).map(Body::from),
    }
}

async fn handle(served: Served, source: SocketAddr, request: Request) -> Response {
    let started = Instant::now();
    let (mut parts, body) = request.into_parts();
    let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());
    parts.extensions.insert(SourceIp(source.ip()));
    let response = match read(body).await {
        Ok(body) => served.gateway.answer(HttpRequest::from_parts(parts, body)).await,
        Err(reason) => served.gateway.refuse(reason),
    };
    let bytes = response.body().len();
    (served.log)(&line(Utc::now(), &method, &path, response.status(), bytes, started.elapsed()));
    response.map(Body::from)
}

/// The whole body, or why there is none.
async fn read(body: Body) -> Result<Vec<u8>, GatewayReason> {
    let reading = async {
        let mut chunks = body.into_data_stream();
        let (mut whole, mut total) = (Vec::new(), 0_usize);
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|_| GatewayReason::Unreadable)?;
            total = total.saturating_add(chunk.len());
            if total <= BODY_BYTES_MAX {
                whole.extend_from_slice(&chunk);
            } else if total > DRAINED_BYTES_MAX {
                break;
            }
        }
        if total > BODY_BYTES_MAX { Err(GatewayReason::RequestTooLarge) } else { Ok(whole) }
    };
    tokio::time::timeout(BODY_S_MAX, reading).await.unwrap_or(Err(GatewayReason::Unreadable))
}

/// The line of one request. The query is left out: it may hold addresses and cursors.
fn line(at: DateTime<Utc>, method: &Method, path: &str, status: StatusCode, bytes: usize, took: Duration) -> String {
    let clock = at.format(CLOCK);
    let took_ms = took.as_secs_f64() * 1000.0;
    format!("{clock} {method} {path} {} {bytes} B {took_ms:.1} ms", status.as_u16())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_one_line() {
        let line = line(
            DateTime::from_timestamp(1_595_561_162, 0).unwrap(),
            &Method::POST,
            "/dashboard_user/list",
            StatusCode::OK,
            512,
            Duration::from_micros(3_140),
        );

        assert_eq!(line, "03:26:02 POST /dashboard_user/list 200 512 B 3.1 ms");
    }

    #[tokio::test]
    async fn a_body_is_read_up_to_its_limit() {
        let of = |bytes: usize| Body::from(vec![b'a'; bytes]);

        assert_eq!(read(of(BODY_BYTES_MAX)).await.unwrap().len(), BODY_BYTES_MAX);
        assert_eq!(read(of(BODY_BYTES_MAX + 1)).await.unwrap_err(), GatewayReason::RequestTooLarge);
        assert_eq!(read(Body::empty()).await.unwrap(), b"");
    }
}
