//! A stand-in of the Lambda runtime API, for one process of one function.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::SystemTime};

use anyhow::{Context, Result, bail};
use http_body_util::{BodyExt, Full};
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{
    net::TcpListener,
    sync::{Mutex, mpsc},
    task::JoinSet,
    time::Instant,
};

/// Root of every path of the API, behind its first slash, which Node's client writes twice.
const VERSION: &str = "2018-06-01/runtime/";
/// Time-out of the functions in `template.yaml`, in milliseconds.
const TIMEOUT_MS: u128 = 25_000;
/// The same for the function that waits for receivers.
const DELIVER_TIMEOUT_MS: u128 = 85_000;

/// One invocation to hand out.
#[derive(Debug)]
pub struct Invocation {
    /// Its request id.
    pub request_id: String,
    /// The event.
    pub event: Bytes,
    /// ARN of the function.
    pub function_arn: String,
    /// What X-Ray calls the invocation.
    pub trace_id: String,
}

/// What the function did, and where it is measured, when it was seen.
#[derive(Debug)]
pub enum Seen {
    /// It asked for the next invocation.
    Polled(Instant),
    /// It answered an invocation.
    Answered {
        /// After the last byte.
        at: Instant,
        /// Of which invocation.
        request_id: String,
        /// The answer.
        answer: Bytes,
    },
    /// It reported an error of an invocation.
    Erred {
        /// Of which invocation.
        request_id: String,
        /// The error, as JSON.
        error: Bytes,
    },
    /// It reported an error of its start, or did what no function does.
    Failed(String),
}

/// The API of one process: it accepts connections until it is dropped.
#[derive(Debug)]
pub struct RuntimeApi {
    /// Where it listens.
    pub address: SocketAddr,
    invocations: mpsc::UnboundedSender<Invocation>,
    seen: mpsc::UnboundedReceiver<Seen>,
    _server: JoinSet<()>,
}

/// The ends of the channels that the connections hold.
#[derive(Debug)]
struct Exchange {
    invocations: Mutex<mpsc::UnboundedReceiver<Invocation>>,
    seen: mpsc::UnboundedSender<Seen>,
}

impl RuntimeApi {
    /// Listens on a free port of the loopback interface.
    ///
    /// # Errors
    /// If there is none.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("cannot listen on the loopback interface")?;
        let address = listener.local_addr()?;
        let (invocations, queue) = mpsc::unbounded_channel();
        let (sender, seen) = mpsc::unbounded_channel();
        let exchange = Arc::new(Exchange { invocations: Mutex::new(queue), seen: sender });
        let mut server = JoinSet::new();
        server.spawn(accept(listener, exchange));
        Ok(Self { address, invocations, seen, _server: server })
    }

    /// Waits for the next thing that the function does.
    ///
    /// # Errors
    /// If the API has stopped.
    pub async fn seen(&mut self) -> Result<Seen> {
        self.seen.recv().await.context("the runtime API stopped")
    }

    /// Hands out one invocation, to the next poll.
    ///
    /// # Errors
    /// If the API has stopped.
    pub fn hand_out(&self, invocation: Invocation) -> Result<()> {
        self.invocations.send(invocation).context("the runtime API stopped")
    }

    /// Waits until the function asks for work, and says when it did.
    ///
    /// # Errors
    /// If it does anything else first.
    pub async fn polled(&mut self) -> Result<Instant> {
        match self.seen().await? {
            Seen::Polled(at) => Ok(at),
            other => bail!("expected a poll, saw {other:?}"),
        }
    }

    /// Hands out one invocation and waits for its answer; the time is from one to the other.
    ///
    /// # Errors
    /// If the function does anything else first.
    pub async fn invoke(&mut self, invocation: Invocation) -> Result<(std::time::Duration, Bytes)> {
        let expected_id = invocation.request_id.clone();
        let handed_out = Instant::now();
        self.hand_out(invocation)?;
        match self.seen().await? {
            Seen::Answered { at, request_id, answer } if request_id == expected_id => {
                Ok((at.duration_since(handed_out), answer))
            }
            other => bail!("expected the answer to {expected_id}, saw {other:?}"),
        }
    }
}

/// Accepts connections; they end with this task.
async fn accept(listener: TcpListener, exchange: Arc<Exchange>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let exchange = Arc::clone(&exchange);
        connections.spawn(async move {
            let service = service_fn(move |request| answer(Arc::clone(&exchange), request));
            // A connection that breaks shows as an answer that never comes.
            let _broken = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// Answers one call of the API. The time is taken first for a poll, and after the last byte for an answer.
async fn answer(exchange: Arc<Exchange>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let at = Instant::now();
    let path = request.uri().path().trim_start_matches('/').strip_prefix(VERSION).unwrap_or_default().to_owned();
    let parts: Vec<&str> = path.split('/').collect();
    let (seen, reply) = match (request.method(), parts.as_slice()) {
        (&Method::GET, ["invocation", "next"]) => {
            // The receiver is gone only when the run is over, and then nobody waits for this answer.
            let _over = exchange.seen.send(Seen::Polled(at));
            return Ok(next(&exchange).await);
        }
        (&Method::POST, ["invocation", request_id, "response"]) => match request.into_body().collect().await {
            Ok(body) => (
                Seen::Answered { at: Instant::now(), request_id: (*request_id).to_owned(), answer: body.to_bytes() },
                StatusCode::ACCEPTED,
            ),
            Err(error) => (Seen::Failed(format!("answer cut short: {error}")), StatusCode::BAD_REQUEST),
        },
        (&Method::POST, ["invocation", request_id, "error"]) => match request.into_body().collect().await {
            Ok(body) => {
                (Seen::Erred { request_id: (*request_id).to_owned(), error: body.to_bytes() }, StatusCode::ACCEPTED)
            }
            Err(error) => (Seen::Failed(format!("error cut short: {error}")), StatusCode::BAD_REQUEST),
        },
        (&Method::POST, ["init", "error"]) => {
            let body = request.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
            (Seen::Failed(format!("{path}: {}", String::from_utf8_lossy(&body))), StatusCode::ACCEPTED)
        }
        (method, _) => (Seen::Failed(format!("unknown call {method} {}", request.uri())), StatusCode::NOT_FOUND),
    };
    let _over = exchange.seen.send(seen);
    Ok(status(reply))
}

/// Waits for an invocation and hands it out.
async fn next(exchange: &Exchange) -> Response<Full<Bytes>> {
    let Some(invocation) = exchange.invocations.lock().await.recv().await else {
        return status(StatusCode::GONE);
    };
    #[expect(clippy::disallowed_methods, reason = "the deadline that Lambda sends is wall-clock time")]
    let now_ms = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_millis());
    Response::builder()
        .header("content-type", "application/json")
        .header("lambda-runtime-aws-request-id", invocation.request_id)
        .header("lambda-runtime-deadline-ms", (now_ms + timeout_ms(&invocation.function_arn)).to_string())
        .header("lambda-runtime-invoked-function-arn", invocation.function_arn)
        .header("lambda-runtime-trace-id", invocation.trace_id)
        .body(Full::new(invocation.event))
        .unwrap_or_else(|_| status(StatusCode::INTERNAL_SERVER_ERROR))
}

fn timeout_ms(function_arn: &str) -> u128 {
    if function_arn.ends_with(":events-deliver") { DELIVER_TIMEOUT_MS } else { TIMEOUT_MS }
}

/// An answer without a body.
fn status(code: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = code;
    response
}
