//! HTTP/1 on a listener, within bounds: so many connections, and so long for the headers of a request.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use lambda_http::http::{Request, Response};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// How long to wait after a connection could not be accepted, most often for want of file descriptors.
const AFTER_FAILED_ACCEPT: Duration = Duration::from_millis(50);

/// Bounds on what the callers of one port can make it hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Connections at once; a further one waits until one of them ends.
    pub(crate) connections_max: usize,
    /// How long the request line and headers may take, and how long a connection may be idle.
    pub(crate) headers_max: Duration,
}

impl Default for Bounds {
    /// Both ports full, and the service's calls of the engine, stay below the 1,024 files that a process may have open.
    fn default() -> Self {
        Self { connections_max: 256, headers_max: Duration::from_secs(30) }
    }
}

/// Answers requests until `stop` resolves and those under way have been answered. HTTP/2 is not spoken.
pub(crate) async fn serve<F, Answered>(listener: TcpListener, bounds: Bounds, answer: F, stop: impl Future<Output = ()>)
where
    F: Fn(Request<Incoming>, SocketAddr) -> Answered + Clone + Send + 'static,
    Answered: Future<Output = Response<Full<Bytes>>> + Send + 'static,
{
    let connections = Arc::new(Semaphore::new(bounds.connections_max));
    let graceful = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = async {
            let room = Arc::clone(&connections).acquire_owned().await;
            (room, accept(&listener).await)
        };
        let (room, (stream, source)) = tokio::select! {
            accepted = accepted => accepted,
            () = &mut stop => break,
        };
        let answer = answer.clone();
        let service = service_fn(move |request| {
            let answered = answer(request, source);
            async move { Ok::<_, Infallible>(answered.await) }
        });
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(bounds.headers_max);
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            let _ = connection.await; // what goes wrong ends this connection, and its client sees it
            drop(room);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        if let Ok((stream, source)) = listener.accept().await {
            let _ = stream.set_nodelay(true); // it only makes answers quicker
            return (stream, source);
        }
        tokio::time::sleep(AFTER_FAILED_ACCEPT).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::sync::oneshot;

    const GET: &[u8] = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";

    /// A port that answers `hello`, until the sender is dropped.
    async fn hello(bounds: Bounds) -> (SocketAddr, oneshot::Sender<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (running, stopped) = oneshot::channel::<()>();
        let answer = |_: Request<Incoming>, _| async { Response::new(Full::new(Bytes::from_static(b"hello"))) };
        tokio::spawn(serve(listener, bounds, answer, async {
            let _ = stopped.await;
        }));
        (address, running)
    }

    /// Everything that comes until the other side closes, or nothing comes for a second.
    async fn read(stream: &mut TcpStream) -> (String, bool) {
        let mut read = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(1), stream.read_to_end(&mut read)).await.is_ok();
        (String::from_utf8_lossy(&read).into_owned(), ended)
    }

    #[tokio::test]
    async fn headers_that_do_not_come_end_the_connection() {
        let bounds = Bounds { headers_max: Duration::from_millis(100), ..Bounds::default() };
        let (address, _running) = hello(bounds).await;
        let mut half = TcpStream::connect(address).await.unwrap();
        half.write_all(b"GET / HTTP/1.1\r\nhost: loc").await.unwrap();
        let mut idle = TcpStream::connect(address).await.unwrap();
        idle.write_all(GET).await.unwrap();

        assert!(read(&mut half).await.1, "half a request");
        let (answer, ended) = read(&mut idle).await;
        assert!(answer.ends_with("hello") && ended, "{answer}");
    }

    #[tokio::test]
    async fn a_connection_beyond_the_cap_waits_for_room() {
        let (address, _running) = hello(Bounds { connections_max: 1, ..Bounds::default() }).await;
        let mut first = TcpStream::connect(address).await.unwrap();
        first.write_all(GET).await.unwrap();
        let mut second = TcpStream::connect(address).await.unwrap();
        second.write_all(GET).await.unwrap();

        assert!(read(&mut first).await.0.ends_with("hello"));
        assert_eq!(read(&mut second).await.0, "");
        drop(first);
        assert!(read(&mut second).await.0.ends_with("hello"));
    }

    #[tokio::test]
    async fn http_2_is_not_spoken() {
        let (address, _running) = hello(Bounds::default()).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();

        let (answer, ended) = read(&mut stream).await;

        assert!((answer.is_empty() || answer.starts_with("HTTP/1.1 400 ")) && ended, "{answer:?}");
    }
}
