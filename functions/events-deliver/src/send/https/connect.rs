//! Connections to receivers: the addresses of a name are looked up here and judged here, and no others are connected to.
//!
//! A name may stand for another address at each look-up. So what is judged is the very address that is then connected to, at each
//! connection, and not the name at some time before.

use super::address::is_public;
use crate::send::Why;
use futures_util::future::BoxFuture;
use hyper::Uri;
use hyper_util::rt::TokioIo;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::TcpStream;
use tower_service::Service;

/// Longest that one address may take to accept a connection; the next one of the name is tried then.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Addresses of a name that are tried.
const ADDRESSES_MAX: usize = 4;

type Lookup = dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync;

/// What knows the addresses of a name.
#[derive(Clone)]
pub struct Resolver(Arc<Lookup>);

impl Resolver {
    /// The operating system's.
    pub fn system() -> Self {
        Self::of(|name| {
            Box::pin(async move {
                let found = tokio::net::lookup_host((name, 0)).await?;
                Ok(found.map(|address| address.ip()).collect())
            })
        })
    }

    /// One of the caller's own.
    pub fn of(lookup: impl Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync + 'static) -> Self {
        Self(Arc::new(lookup))
    }

    async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, Why> {
        let literal = host.trim_start_matches('[').trim_end_matches(']');
        if let Ok(address) = literal.parse() {
            return Ok(vec![address]);
        }
        match (self.0)(host.to_owned()).await {
            Ok(addresses) if !addresses.is_empty() => Ok(addresses),
            Ok(_) | Err(_) => Err(Why::NoAddress),
        }
    }
}

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Resolver(..)")
    }
}

/// Addresses that may be connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Allowed {
    /// Those of the internet.
    Public,
    /// All, since the operator said so of the destination.
    All,
    /// This machine's own, for `http`.
    Loopback,
}

impl Allowed {
    fn holds(self, address: IpAddr) -> bool {
        match self {
            Self::Public => is_public(address),
            Self::All => true,
            Self::Loopback => address.to_canonical().is_loopback(),
        }
    }
}

/// Makes connections for the client.
#[derive(Debug, Clone)]
pub(super) struct Connector {
    pub(super) resolver: Resolver,
    pub(super) allowed: Allowed,
}

/// Why there is no connection, as the client hands it on.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct NotConnected(pub(super) Why);

impl Connector {
    async fn connect(self, uri: Uri) -> Result<TcpStream, NotConnected> {
        let host = uri.host().unwrap_or_default();
        let is_plain = uri.scheme_str() == Some("http");
        let port = uri.port_u16().unwrap_or(if is_plain { 80 } else { 443 });
        let addresses = self.resolver.addresses(host).await.map_err(NotConnected)?;
        // One that is not allowed spoils the name: whoever gives it is not to choose which of them is taken.
        if let Some(refused) = addresses.iter().find(|address| !self.allowed.holds(**address)) {
            return Err(NotConnected(Why::PrivateAddress(*refused)));
        }
        for address in addresses.into_iter().take(ADDRESSES_MAX) {
            let connecting = TcpStream::connect(SocketAddr::new(address, port));
            if let Ok(Ok(stream)) = tokio::time::timeout(CONNECT_TIMEOUT, connecting).await {
                let _ = stream.set_nodelay(true); // a body is one write: it may go at once, and works if it does not
                return Ok(stream);
            }
        }
        Err(NotConnected(Why::NotConnected))
    }
}

impl Service<Uri> for Connector {
    type Response = TokioIo<TcpStream>;
    type Error = NotConnected;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connector = self.clone();
        Box::pin(async move { connector.connect(uri).await.map(TokioIo::new) })
    }
}
