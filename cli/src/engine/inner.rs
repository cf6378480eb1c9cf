//! The way to the engine's own HTTP server, which answers every caller (its CORS header is `*`), so nobody else may reach it.
//!
//! The server listens on TCP and on nothing else. Each connection to it is therefore made like this:
//!
//! ```text
//! t0 listen on a free port of the loopback interface   t1 connect to it   t2 the server accepts the connection
//! t3 the server is not run any more: it accepts no other, while the connection that it has goes on
//! ```
//!
//! From t0 to t3 pass microseconds, at a port that nobody has been told. After t3 the server answers nobody who connects.

use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::error::BoxError;
use dynoxide::Database;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use lambda_http::http::{Request, Response};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::gate::Gate;

/// Connections to the engine at once. It does one thing at a time, so that more would only wait in another place.
const CONNECTIONS_MAX: usize = 16;

/// The engine's own server.
pub(super) struct Inner {
    database: Database,
    idle: Mutex<Vec<Connection>>,
    room: Semaphore,
    gate: Arc<Gate>,
}

struct Connection {
    requests: SendRequest<Full<Bytes>>,
    /// The server that accepted it. It is not run any more; dropping it would end the connection after its next answer.
    _accepting: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl Inner {
    pub(super) fn new(database: Database, gate: Arc<Gate>) -> Self {
        Self { database, idle: Mutex::default(), room: Semaphore::new(CONNECTIONS_MAX), gate }
    }

    /// Sends a request to the engine and waits for the answer. A connection that breaks is not used again.
    pub(super) async fn ask(&self, request: Request<Full<Bytes>>) -> Result<Response<Full<Bytes>>, BoxError> {
        let _room = self.room.acquire().await?;
        let _passage = self.gate.pass(request.headers()).await;
        let mut connection = self.connection().await?;
        let answer = connection.requests.send_request(request).await?;
        let (head, body) = answer.into_parts();
        let body = body.collect().await?.to_bytes();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        Ok(Response::from_parts(head, Full::new(body)))
    }

    async fn connection(&self) -> Result<Connection, BoxError> {
        loop {
            let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some(mut connection) = idle else { return self.connect().await };
            if connection.requests.ready().await.is_ok() {
                return Ok(connection);
            }
        }
    }

    async fn connect(&self) -> Result<Connection, BoxError> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let stream = TcpStream::connect(listener.local_addr()?).await?;
        stream.set_nodelay(true)?;
        let (mut requests, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        let mut accepting: Pin<Box<dyn Future<Output = ()> + Send>> =
            Box::pin(dynoxide::server::serve_on(listener, self.database.clone()));
        let health = requests.send_request(Request::get("/").body(Full::default())?);
        let answer = tokio::select! {
            answer = health => answer?,
            () = &mut accepting => return Err("the engine's server has ended".into()),
        };
        answer.into_body().collect().await?; // it is in the connection already: nothing runs for it
        Ok(Connection { requests, _accepting: accepting })
    }
}
