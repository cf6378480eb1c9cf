//! TLS in front of the store, as Amazon's endpoint has it: a chain of three RSA certificates, of an authority made for the run.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use rcgen::{BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    runtime,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};

/// Host name of the certificate.
const HOST: &str = "localhost";

/// A listener that takes TLS off and hands everything on.
#[derive(Debug)]
pub(crate) struct Tls {
    /// Where it is reached.
    pub(crate) endpoint: String,
    /// File with the certificate of its authority, PEM.
    authority: PathBuf,
}

impl Tls {
    /// Starts one in front of an `http://` endpoint, on a thread of its own. The authority's certificate goes into the folder.
    pub(crate) fn start(endpoint: &str, folder: &Path) -> Result<Self> {
        let store = endpoint.strip_prefix("http://").context("--tls needs an http:// endpoint to stand before")?;
        let store = store.trim_end_matches('/').to_owned();
        let (config, root) = certificates()?;
        let authority = std::path::absolute(folder.join("authority.pem"))?;
        std::fs::write(&authority, root.pem()).with_context(|| format!("cannot write {}", authority.display()))?;

        let listener = std::net::TcpListener::bind("127.0.0.1:0").context("cannot listen on the loopback interface")?;
        listener.set_nonblocking(true)?;
        let endpoint = format!("https://{HOST}:{}", listener.local_addr()?.port());
        let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
        std::thread::spawn(move || runtime.block_on(accept(listener, TlsAcceptor::from(Arc::new(config)), store)));
        Ok(Self { endpoint, authority })
    }

    /// The variables by which the functions' languages are told to trust the authority.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let authority = self.authority.display().to_string();
        // Ours and Python's, rustls's in `minimal`, Node's.
        ["AWS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"]
            .map(|name| (name.to_owned(), authority.clone()))
            .into()
    }
}

/// What the server shows, leaf before intermediate, and the root that clients are to trust.
fn certificates() -> Result<(ServerConfig, Certificate)> {
    let (root, root_issuer) = authority("Root of the benchmark", None)?;
    let (intermediate, issuer) = authority("Intermediate of the benchmark", Some(&root_issuer))?;
    let key = rsa_key()?;
    let leaf = CertificateParams::new([HOST.to_owned()])?.signed_by(&key, &issuer)?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let chain = vec![leaf.der().clone(), intermediate.der().clone()];
    Ok((ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key)?, root))
}

/// A certificate that signs others, signed by another authority or by itself.
fn authority(name: &str, by: Option<&Issuer<'_, KeyPair>>) -> Result<(Certificate, Issuer<'static, KeyPair>)> {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let key = rsa_key()?;
    let certificate = match by {
        Some(issuer) => parameters.signed_by(&key, issuer)?,
        None => parameters.self_signed(&key)?,
    };
    Ok((certificate, Issuer::new(parameters, key)))
}

/// As Amazon's: RSA of 2,048 bits.
fn rsa_key() -> Result<KeyPair> {
    Ok(KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048)?)
}

/// Accepts connections for as long as the process lives. One that breaks shows as an answer that is missing.
async fn accept(listener: std::net::TcpListener, acceptor: TlsAcceptor, store: String) -> Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        let (acceptor, store) = (acceptor.clone(), store.clone());
        tokio::spawn(async move { hand_on(stream, acceptor, store).await });
    }
}

async fn hand_on(stream: TcpStream, acceptor: TlsAcceptor, store: String) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut client = acceptor.accept(stream).await?;
    let mut store = TcpStream::connect(store).await?;
    store.set_nodelay(true)?;
    copy_bidirectional(&mut client, &mut store).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{HOST, Tls};
    use std::sync::Arc;
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::{TcpListener, TcpStream},
    };
    use tokio_rustls::{
        TlsConnector,
        rustls::{
            ClientConfig, RootCertStore,
            pki_types::{CertificateDer, ServerName, pem::PemObject as _},
        },
    };

    #[tokio::test]
    async fn who_trusts_the_authority_reaches_the_store() -> anyhow::Result<()> {
        let store = TcpListener::bind("127.0.0.1:0").await?;
        let tls = Tls::start(&format!("http://{}", store.local_addr()?), &std::env::temp_dir())?;
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(&tls.authority)?)?;
        let client = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();

        let address = tls.endpoint.replace("https://localhost", "127.0.0.1");
        let stream = TcpStream::connect(address).await?;
        let mut client = TlsConnector::from(Arc::new(client)).connect(ServerName::try_from(HOST)?, stream).await?;
        client.write_all(b"request").await?;
        let mut received = [0; 7];
        store.accept().await?.0.read_exact(&mut received).await?;

        assert_eq!(&received, b"request");
        Ok(())
    }

    #[test]
    fn only_a_plain_endpoint_can_be_stood_before() {
        assert!(Tls::start("https://localhost:1", &std::env::temp_dir()).is_err());
    }
}
