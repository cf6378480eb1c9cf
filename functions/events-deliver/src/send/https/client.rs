//! The HTTP client: one pool of connections for each set of addresses that may be connected to.

use super::connect::{Allowed, Connector, NotConnected, Resolver};
use crate::send::Why;
use bytes::Bytes;
use http_body_util::Full;
use hyper_rustls::{ConfigBuilderExt as _, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use std::error::Error as StdError;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::{self, ClientConfig};

/// How long a connection that nothing is sent through is kept.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);
/// Bytes of an answer's head that are read.
const HEAD_BYTES_MAX: usize = 64 * 1024;

pub(super) type HttpClient = Client<HttpsConnector<Connector>, Full<Bytes>>;

/// A pool for each set of addresses, so that no destination uses a connection to an address that is not in its own set.
#[derive(Debug)]
pub(super) struct Clients {
    public: HttpClient,
    all: HttpClient,
    loopback: HttpClient,
}

impl Clients {
    pub(super) fn new(tls: &ClientConfig, resolver: &Resolver) -> Self {
        let client = |allowed| client(tls.clone(), Connector { resolver: resolver.clone(), allowed });
        Self { public: client(Allowed::Public), all: client(Allowed::All), loopback: client(Allowed::Loopback) }
    }

    pub(super) fn of(&self, allowed: Allowed) -> &HttpClient {
        match allowed {
            Allowed::Public => &self.public,
            Allowed::All => &self.all,
            Allowed::Loopback => &self.loopback,
        }
    }
}

fn client(tls: ClientConfig, connector: Connector) -> HttpClient {
    let https = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1();
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE_TIMEOUT)
        .pool_max_idle_per_host(1)
        .http1_max_buf_size(HEAD_BYTES_MAX)
        .build(https.wrap_connector(connector))
}

/// TLS that trusts whom the system trusts, or whom the file that `SSL_CERT_FILE` names.
///
/// # Errors
/// [`Why::NoRoots`] where there is no certificate.
pub(super) fn system_tls() -> Result<ClientConfig, Why> {
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().expect("the provider has TLS 1.2 and 1.3");
    Ok(builder.with_native_roots().map_err(|_| Why::NoRoots)?.with_no_client_auth())
}

/// What the operator is told of an error of the client.
pub(super) fn why(error: &Error) -> Why {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(NotConnected(why)) = error.downcast_ref() {
            return why.clone();
        }
        if is_tls(error) {
            return Why::NotTrusted;
        }
        if error.downcast_ref::<hyper::Error>().is_some_and(|error| error.is_parse()) {
            return Why::NotHttp;
        }
        cause = error.source();
    }
    if error.is_connect() { Why::NotConnected } else { Why::Cut }
}

/// Whether TLS failed: rustls and the connector hand its errors on inside those of input and output, which do not name them as sources.
fn is_tls(error: &(dyn StdError + 'static)) -> bool {
    let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    error.is::<rustls::Error>() || inner.is_some_and(|inner| is_tls(inner))
}
