//! The service's port: has the gateway answer each request, and says so in one line.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body, Bytes, Incoming};
use lambda_http::http::{Method, Request, Response, StatusCode};
use shared::process::clock;
use tokio::net::TcpListener;

use crate::gateway::{BODY_BYTES_MAX, Gateway, HttpRequest, HttpResponse, SourceIp};
use crate::port::{Bounds, Callers, serve};
use crate::template::GatewayReason;
use crate::terminal::one_line;

/// How much of a body that is too large is read on, so that its sender sees the answer and not a broken connection.
const DRAINED_BYTES_MAX: usize = 8 * BODY_BYTES_MAX;

/// How long a body may take to arrive.
const BODY_S_MAX: Duration = Duration::from_secs(30);

/// Takes the line of each request.
pub type RequestLog = Arc<dyn Fn(&str) + Send + Sync>;

/// The gateway that answers, the callers that may ask it, and the log of requests.
#[derive(Clone)]
pub(super) struct Service {
    pub(super) gateway: Arc<Gateway>,
    pub(super) callers: Arc<Callers>,
    pub(super) log: RequestLog,
}

/// Serves until `stop` resolves and the requests under way have been answered.
pub(super) async fn listen(listener: TcpListener, service: Service, stop: impl Future<Output = ()>) {
    serve(listener, Bounds::default(), move |request, source| answer(service.clone(), request, source), stop).await;
}

/// A function runs to its end although its client has gone, as on Lambda: so the request has a task of its own.
async fn answer(service: Service, request: Request<Incoming>, source: SocketAddr) -> Response<Full<Bytes>> {
    let gateway = Arc::clone(&service.gateway);
    let answered = tokio::spawn(handle(service, request, source)).await;
    let answered = answered.unwrap_or_else(|_| gateway.refuse(&GatewayReason::IntegrationFailure));
    answered.map(Full::from)
}

async fn handle(service: Service, request: Request<Incoming>, source: SocketAddr) -> HttpResponse {
    let started = Instant::now();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let foreign = service.callers.admit(request.method(), request.uri(), request.headers()).err();
    let response = match foreign {
        Some(why) => service.gateway.refuse(&GatewayReason::Foreign(why)),
        None => pass_on(&service.gateway, request, source).await,
    };
    let (status, bytes) = (response.status(), response.body().len());
    let now = DateTime::from_timestamp_millis(clock::now().epoch_ms()).unwrap_or_default();
    let line = line(now, &method, &path, status, bytes, started.elapsed());
    (service.log)(&foreign.map_or_else(|| line.clone(), |why| format!("{line} ({why})")));
    response
}

/// A request that no route takes is answered before its body is read.
async fn pass_on(gateway: &Gateway, request: Request<Incoming>, source: SocketAddr) -> HttpResponse {
    if let Err(reason) = gateway.check(&request) {
        return gateway.refuse(&reason);
    }
    let (mut head, body) = request.into_parts();
    head.extensions.insert(SourceIp(source.ip()));
    match read(body).await {
        Ok(body) => gateway.answer(HttpRequest::from_parts(head, body)).await,
        Err(reason) => gateway.refuse(&reason),
    }
}

/// Reads the whole body, or says why there is none.
async fn read(mut body: impl Body<Data = Bytes> + Unpin) -> Result<Vec<u8>, GatewayReason> {
    let reading = async {
        let (mut whole, mut total) = (Vec::new(), 0_usize);
        while let Some(frame) = body.frame().await {
            let Ok(chunk) = frame.map_err(|_| GatewayReason::Unreadable)?.into_data() else { continue };
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

/// The line of one request. The query is left out: it may hold addresses and cursors. So is the code of a viewer link.
fn line(at: DateTime<Utc>, method: &Method, path: &str, status: StatusCode, bytes: usize, took: Duration) -> String {
    let (clock, path) = (at.format("%H:%M:%S"), one_line(&without_code(path)));
    let took_ms = took.as_secs_f64() * 1000.0;
    format!("{clock} {method} {path} {} {bytes} B {took_ms:.1} ms", status.as_u16())
}

/// The path with `…` in the place of every segment behind `v`, where the codes of viewer links stand.
fn without_code(path: &str) -> String {
    let mut is_code = false;
    let segments = path.split('/').map(|segment| {
        let shown = if is_code && !segment.is_empty() { "…" } else { segment };
        is_code |= matches!(segment, "v" | "%76");
        shown
    });
    segments.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_one_line_whatever_its_path_holds() {
        let at = DateTime::from_timestamp(1_595_561_162, 0).unwrap();
        let line = |path: &str| line(at, &Method::POST, path, StatusCode::OK, 512, Duration::from_micros(3_140));

        assert_eq!(line("/dashboard_user/list"), "03:26:02 POST /dashboard_user/list 200 512 B 3.1 ms");
        assert_eq!(line("/v/s3cret"), "03:26:02 POST /v/… 200 512 B 3.1 ms");
        assert_eq!(line("/a\u{202e}b\u{9b}c\n"), "03:26:02 POST /a\u{fffd}b c 200 512 B 3.1 ms");
    }

    #[test]
    fn the_code_of_a_viewer_link_is_not_shown_however_it_is_asked_for() {
        for asked in ["/v/s3cret", "//v//s3cret/", "/%76/s3cret", "/v1/v/s3cret", "/v/a/s3cret"] {
            assert!(!without_code(asked).contains("s3cret"), "{asked}");
        }
        for plain in ["/", "/v", "/v/", "/view/users", "/hris/v1/audit-trail", "/api/v1/logs"] {
            assert_eq!(without_code(plain), plain);
        }
    }

    #[tokio::test]
    async fn a_body_is_read_up_to_its_limit() {
        let of = |bytes: usize| Full::from(vec![b'a'; bytes]);

        assert_eq!(read(of(BODY_BYTES_MAX)).await.unwrap().len(), BODY_BYTES_MAX);
        assert_eq!(read(of(BODY_BYTES_MAX + 1)).await.unwrap_err(), GatewayReason::RequestTooLarge);
        assert_eq!(read(of(0)).await.unwrap(), b"");
    }
}
