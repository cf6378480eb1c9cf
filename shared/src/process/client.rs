//! Clients of AWS, made for a function's start: credentials and region from the environment, where Lambda puts
//! them, one connection pool for the life of the process, and no more certificates than it needs.

mod proxy;

use crate::process::config::ConfigError;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{
    BehaviorVersion, Credentials, IdentityCache, Region, SharedAsyncSleep, StalledStreamProtectionConfig,
};
use aws_sdk_dynamodb::{Client, Config};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::{
    HttpConnectorSettings, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use std::time::Duration;

/// Longest that one attempt at a request to AWS may take.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);
/// Longest that a request to AWS may take with its retries. A function has 25 s or more (`Timeout` in template.yaml).
pub const OPERATION_TIMEOUT: Duration = Duration::from_secs(8);
/// Attempts at a request to AWS, the first included.
pub const ATTEMPTS_MAX: u32 = 3;

/// The five roots that Amazon recommends for trust stores, PEM. Source: <https://www.amazontrust.com/repository/>. A test
/// holds them against Mozilla's store.
const AMAZON_ROOTS: &[u8] = include_bytes!("client/amazon-roots.pem");

/// Whose certificates the client believes.
#[derive(Debug, PartialEq)]
enum Trust {
    /// Nobody's: the endpoint is plain HTTP.
    NoTls,
    /// Amazon's own, for Amazon's public endpoints. Reading the system's store takes longer than all else at start.
    Amazon,
    /// Those in the file that `AWS_CA_BUNDLE` names: the way to go behind a proxy that intercepts TLS.
    Bundle(String),
    /// Those that the system believes, for every other endpoint.
    System,
}

/// How a service of AWS is reached, from variables that a lookup gives.
///
/// `AWS_REGION`, `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY` must be there, as they are on Lambda. Heeded too:
/// `AWS_SESSION_TOKEN`, `AWS_ENDPOINT_URL_<SERVICE>`, `AWS_ENDPOINT_URL`, `AWS_CA_BUNDLE`, `AWS_USE_FIPS_ENDPOINT`,
/// `AWS_USE_DUALSTACK_ENDPOINT`, `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`. Nothing else is asked, so nothing is waited for.
#[derive(Debug)]
pub struct Settings {
    /// The region.
    pub region: Region,
    /// Who asks.
    pub credentials: Credentials,
    /// Where the service is, if not where its region says.
    pub endpoint_url: Option<String>,
    /// Whether its endpoint of FIPS 140 is asked.
    pub use_fips: bool,
    /// Whether its endpoint for IPv6 too is asked.
    pub use_dual_stack: bool,
    /// What the requests go through.
    pub http_client: SharedHttpClient,
}

impl Settings {
    /// Those of a service, which is named as in `AWS_ENDPOINT_URL_DYNAMODB`.
    ///
    /// # Errors
    /// [`ConfigError`] naming the variable that is missing or malformed.
    pub fn of(service: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let get = |name: &str| variable(name).filter(|value| !value.is_empty());
        let need = |name| get(name).ok_or(ConfigError { variable: name, message: "must be set" });
        let is_true = |name| get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));

        let region = need("AWS_REGION")?;
        let endpoint_url = get(&format!("AWS_ENDPOINT_URL_{service}")).or_else(|| get("AWS_ENDPOINT_URL"));
        let mut credentials = Credentials::builder()
            .access_key_id(need("AWS_ACCESS_KEY_ID")?)
            .secret_access_key(need("AWS_SECRET_ACCESS_KEY")?)
            .provider_name("environment");
        credentials.set_session_token(get("AWS_SESSION_TOKEN"));
        let trust = trust(endpoint_url.as_deref(), &region, get("AWS_CA_BUNDLE"));
        let proxy = proxy::proxy(get, trust == Trust::NoTls)?;
        Ok(Self {
            http_client: http_client(trust, proxy)?,
            region: Region::new(region),
            credentials: credentials.build(),
            endpoint_url,
            use_fips: is_true("AWS_USE_FIPS_ENDPOINT"),
            use_dual_stack: is_true("AWS_USE_DUALSTACK_ENDPOINT"),
        })
    }
}

/// Makes the client of DynamoDB, from variables that a lookup gives, as [`Settings`] says.
///
/// # Errors
/// [`ConfigError`] naming the variable that is missing or malformed.
pub fn connect(variable: impl Fn(&str) -> Option<String>) -> Result<Client, ConfigError> {
    let settings = Settings::of("DYNAMODB", variable)?;
    let mut config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(settings.region)
        .credentials_provider(settings.credentials)
        .use_fips(settings.use_fips)
        .use_dual_stack(settings.use_dual_stack)
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS_MAX))
        .timeout_config(timeouts())
        // Two guards that would be work for every request and guard nothing here: an attempt's time-out ends with the last byte
        // of its answer, and credentials of the environment are never renewed.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .identity_cache(IdentityCache::no_cache())
        .http_client(settings.http_client);
    config.set_endpoint_url(settings.endpoint_url);
    Ok(Client::from_conf(config.build()))
}

/// The time-outs of every request to AWS.
pub fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build()
}

/// A client over one connector, made ready here. The SDK would make one to check it, throw it away, and make another at
/// the first request.
fn http_client(trust: Trust, proxy: ProxyConfig) -> Result<SharedHttpClient, ConfigError> {
    let mut settings = HttpConnectorSettings::builder();
    settings.set_connect_timeout(timeouts().connect_timeout());
    let mut builder =
        Connector::builder().connector_settings(settings.build()).sleep_impl(SharedAsyncSleep::new(TokioSleep::new()));
    builder.set_proxy_config(Some(proxy));
    let store = match trust {
        Trust::NoTls => None,
        Trust::Amazon => Some(TrustStore::empty().with_pem_certificate(AMAZON_ROOTS)),
        Trust::Bundle(path) => Some(TrustStore::empty().with_pem_certificate(bundle(&path)?)),
        Trust::System => Some(TrustStore::default()),
    };
    let connector = match store {
        None => builder.build_http(),
        Some(store) => {
            let context = TlsContext::builder().with_trust_store(store).build();
            let context = context.expect("a context of a trust store alone has no invalid state");
            builder.tls_provider(Provider::Rustls(CryptoMode::AwsLc)).tls_context(context).build()
        }
    };
    let connector = SharedHttpConnector::new(connector);
    Ok(http_client_fn(move |_, _| connector.clone()))
}

/// The certificates in a file, each of which must be readable: the connector takes that for granted.
fn bundle(path: &str) -> Result<Vec<u8>, ConfigError> {
    let bad = |message| ConfigError { variable: "AWS_CA_BUNDLE", message };
    let pem = std::fs::read(path).map_err(|_| bad("must name a file that can be read"))?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match certificates {
        Ok(certificates) if !certificates.is_empty() => Ok(pem),
        Ok(_) | Err(_) => Err(bad("must name a file of PEM certificates")),
    }
}

fn trust(endpoint: Option<&str>, region: &str, ca_bundle: Option<String>) -> Trust {
    let is_plain = |url: &str| url.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"));
    match (endpoint, ca_bundle) {
        (Some(url), _) if is_plain(url) => Trust::NoTls,
        (_, Some(path)) => Trust::Bundle(path),
        (Some(url), None) if !is_amazons(url) => Trust::System,
        (None, None) if has_other_roots(region) => Trust::System,
        (Some(_) | None, None) => Trust::Amazon,
    }
}

/// Regions of partitions that do not use the roots of Amazon Trust Services: China, the European sovereign cloud, and the
/// isolated ones.
fn has_other_roots(region: &str) -> bool {
    region.starts_with("cn-") || region.starts_with("eusc-") || region.contains("-iso")
}

fn is_amazons(url: &str) -> bool {
    let authority = url.split("://").nth(1).unwrap_or_default();
    let host = authority.split(['/', ':', '?', '#']).next().unwrap_or_default();
    host.ends_with(".amazonaws.com") || host.ends_with(".api.aws")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trust_of(endpoint: Option<&str>, region: &str) -> Trust {
        trust(endpoint, region, None)
    }

    #[test]
    fn a_plain_endpoint_needs_no_certificates() {
        assert_eq!(trust(Some("http://127.0.0.1:8000"), "us-east-1", Some("/x".into())), Trust::NoTls);
        assert_eq!(trust_of(Some("HTTP://localhost"), "us-east-1"), Trust::NoTls);
    }

    #[test]
    fn only_amazons_public_endpoints_are_held_to_amazons_roots() {
        for region in ["us-east-1", "eu-central-2", "us-gov-west-1"] {
            assert_eq!(trust_of(None, region), Trust::Amazon, "{region}");
        }
        for region in ["cn-north-1", "us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1", "eusc-de-east-1"] {
            assert_eq!(trust_of(None, region), Trust::System, "{region}");
        }
        let private = "https://vpce-1.dynamodb.us-east-1.vpce.amazonaws.com";
        assert_eq!(trust_of(Some(private), "us-east-1"), Trust::Amazon);
        for other in ["https://localhost:4566", "https://amazonaws.com.example", "https://example/x.amazonaws.com"] {
            assert_eq!(trust_of(Some(other), "us-east-1"), Trust::System, "{other}");
        }
    }

    #[test]
    fn the_operators_bundle_comes_first_and_must_be_one() {
        assert_eq!(trust(None, "us-east-1", Some("/ca.pem".into())), Trust::Bundle("/ca.pem".into()));
        let said = |path: &str| bundle(path).map_err(|error| error.to_string());
        let unreadable = "environment variable AWS_CA_BUNDLE must name a file that can be read";
        assert_eq!(said("/nowhere.pem"), Err(unreadable.to_owned()));
        let no_pem = "environment variable AWS_CA_BUNDLE must name a file of PEM certificates";
        assert_eq!(said(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")), Err(no_pem.to_owned()));
        assert!(said(concat!(env!("CARGO_MANIFEST_DIR"), "/src/process/client/amazon-roots.pem")).is_ok());
    }

    #[test]
    fn a_variable_that_is_missing_is_named() {
        let said = connect(|_| None).map(|_| ()).map_err(|error| error.to_string());
        assert_eq!(said, Err("environment variable AWS_REGION must be set".to_owned()));
    }

    /// Mozilla's store is what operating systems ship: a root that Amazon adds or retires shows here.
    #[test]
    fn the_roots_are_the_ones_of_amazon_in_mozillas_store() {
        let has = |der: &[u8], name: &[u8]| der.windows(name.len()).any(|window| window == name);
        let is_amazons =
            |der: &[u8]| has(der, b"Amazon Root CA") || has(der, b"Starfield Services Root Certificate Authority - G2");
        let ours: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(AMAZON_ROOTS).collect();
        let mut ours: Vec<_> = ours.expect("PEM").iter().map(|der| der.to_vec()).collect();
        let theirs = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().filter(|der| is_amazons(der));
        let mut theirs: Vec<_> = theirs.map(|der| der.to_vec()).collect();
        ours.sort();
        theirs.sort();
        assert_eq!(ours, theirs);
    }
}
