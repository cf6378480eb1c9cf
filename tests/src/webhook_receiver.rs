//! A receiver of webhooks, or of any other requests of HTTP, on a loopback port, with TLS or without, that goes wrong as it is told to.

use rcgen::{CertifiedKey, generate_simple_self_signed};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};

/// The name in its certificate.
pub const HOST: &str = "receiver.example";

/// What it does with one request.
#[derive(Debug, Clone)]
pub enum Act {
    /// It answers with these bytes.
    Answer(Vec<u8>),
    /// It answers with these bytes, and closes the connection.
    Last(Vec<u8>),
    /// It answers with one of these bytes after the other, with a pause between them.
    Drip(Vec<u8>, Duration),
    /// It closes the connection with the request unread.
    CutBefore,
    /// It keeps the request, and closes the connection without a word.
    CutAfter,
    /// It keeps the request, and never answers.
    Hang,
}

impl Act {
    /// An answer of that status, with more lines of its head, each with its end, and no body.
    pub fn status(status: u16, head: &str) -> Self {
        Self::Answer(format!("HTTP/1.1 {status} Scripted\r\n{head}Content-Length: 0\r\n\r\n").into_bytes())
    }

    /// An answer of that status, with that body.
    pub fn body(status: u16, content_type: &str, body: impl AsRef<[u8]>) -> Self {
        let (body, length) = (body.as_ref(), body.as_ref().len());
        let head = format!("Content-Type: {content_type}\r\nContent-Length: {length}");
        Self::Answer([format!("HTTP/1.1 {status} Scripted\r\n{head}\r\n\r\n").as_bytes(), body].concat())
    }
}

/// A request that it kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Method, path and version.
    pub line: String,
    /// Names in lower case, with their values, in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Received {
    /// The value of a header; empty if there is none.
    pub fn header(&self, name: &str) -> &str {
        let mut named = self.headers.iter().filter(|(there, _)| there == name);
        named.next().map_or("", |(_, value)| value)
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

#[derive(Debug, Default)]
struct Kept {
    acts: Mutex<VecDeque<Act>>,
    received: Mutex<Vec<Received>>,
    connections: Mutex<usize>,
}

/// The receiver.
#[derive(Debug)]
pub struct Receiver {
    port: u16,
    certificate: Option<CertificateDer<'static>>,
    kept: Arc<Kept>,
    serving: JoinHandle<()>,
}

impl Receiver {
    /// Starts it with TLS. It does these acts, one a request, and answers 204 from then on.
    pub async fn start(acts: impl IntoIterator<Item = Act>) -> Self {
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed([HOST.to_owned()]).expect("a certificate");
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
        let config = config.with_safe_default_protocol_versions().expect("TLS 1.2 and 1.3").with_no_client_auth();
        let config = config.with_single_cert(vec![cert.der().clone()], key).expect("a key of its certificate");
        Self::listen(acts, Some((TlsAcceptor::from(Arc::new(config)), cert.der().clone()))).await
    }

    /// Starts it without TLS.
    pub async fn start_plain(acts: impl IntoIterator<Item = Act>) -> Self {
        Self::listen(acts, None).await
    }

    async fn listen(acts: impl IntoIterator<Item = Act>, tls: Option<(TlsAcceptor, CertificateDer<'static>)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let kept = Arc::new(Kept { acts: Mutex::new(acts.into_iter().collect()), ..Kept::default() });
        let (acceptor, certificate) = tls.unzip();
        let of_connections = Arc::clone(&kept);
        let serving = tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let (acceptor, kept) = (acceptor.clone(), Arc::clone(&of_connections));
                *kept.connections.lock().unwrap_or_else(PoisonError::into_inner) += 1;
                tokio::spawn(async move {
                    match acceptor {
                        None => serve(connection, kept).await,
                        Some(acceptor) => {
                            if let Ok(connection) = acceptor.accept(connection).await {
                                serve(connection, kept).await;
                            }
                        }
                    }
                });
            }
        });
        Self { port, certificate, kept, serving }
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its URL by the name in its certificate, or by its address if it has none.
    pub fn url(&self) -> String {
        match self.certificate {
            Some(_) => format!("https://{HOST}:{}", self.port),
            None => format!("http://127.0.0.1:{}", self.port),
        }
    }

    /// TLS that trusts its certificate and no other.
    pub fn trust(&self) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        if let Some(certificate) = &self.certificate {
            roots.add(certificate.clone()).expect("a certificate");
        }
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
        let config = config.with_safe_default_protocol_versions().expect("TLS 1.2 and 1.3");
        config.with_root_certificates(roots).with_no_client_auth()
    }

    /// Adds acts behind those that are left.
    pub fn then(&self, acts: impl IntoIterator<Item = Act>) {
        self.kept.acts.lock().unwrap_or_else(PoisonError::into_inner).extend(acts);
    }

    /// What it has received so far.
    pub fn received(&self) -> Vec<Received> {
        self.kept.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many connections it has accepted so far.
    pub fn connections(&self) -> usize {
        *self.kept.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(mut connection: impl AsyncRead + AsyncWrite + Unpin, kept: Arc<Kept>) {
    let next = || kept.acts.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let mut byte = Vec::new();
    // One act a request, and not one a connection: so it is taken when the first byte is there.
    while connection.read_buf(&mut byte).await.is_ok_and(|read| read > 0) {
        let act = next().unwrap_or_else(|| Act::status(204, ""));
        if matches!(act, Act::CutBefore) {
            return;
        }
        let Some(request) = read_request(&mut connection, std::mem::take(&mut byte)).await else { return };
        kept.received.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        if !answer(&mut connection, act).await {
            return;
        }
    }
}

/// Does the act; whether the connection goes on.
async fn answer(connection: &mut (impl AsyncWrite + Unpin), act: Act) -> bool {
    match act {
        Act::Answer(bytes) => connection.write_all(&bytes).await.is_ok() && connection.flush().await.is_ok(),
        Act::Last(bytes) => {
            let _ = connection.write_all(&bytes).await; // whoever stopped reading is what is tested
            let _ = connection.shutdown().await;
            false
        }
        Act::Drip(bytes, pause) => {
            for byte in bytes {
                let is_there = connection.write_all(&[byte]).await.is_ok() && connection.flush().await.is_ok();
                if !is_there {
                    return false;
                }
                tokio::time::sleep(pause).await;
            }
            true
        }
        Act::CutBefore | Act::CutAfter => false,
        Act::Hang => std::future::pending().await,
    }
}

/// The request whose first bytes are there; nothing if the client has gone.
async fn read_request(connection: &mut (impl AsyncRead + Unpin), mut read: Vec<u8>) -> Option<Received> {
    loop {
        if let Some(received) = parse(&read) {
            return Some(received);
        }
        if connection.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
    }
}

/// The request, once all of it is there.
fn parse(read: &[u8]) -> Option<Received> {
    let head = read.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
    let text = String::from_utf8_lossy(read.get(..head)?).into_owned();
    let mut lines = text.lines();
    let line = lines.next().unwrap_or_default().to_owned();
    let fields = lines.filter_map(|line| line.split_once(':'));
    let headers: Vec<_> = fields.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect();
    let of_length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = of_length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
    let body = read.get(head + 4..)?;
    (body.len() >= length).then(|| Received { line, headers, body: body.to_vec() })
}
