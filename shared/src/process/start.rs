//! Starts a function: the one place that reads the environment.

use crate::process::app::App;
use crate::process::client::Settings;
use crate::process::config::{Config, ConfigError};
use crate::process::ocsf_mapping::{OCSF_MAPPING, OcsfMapping, OcsfMappingError};
use crate::process::{client, log};
use crate::store::AuditStore;

/// The app of a function that starts: with its logs, the client of DynamoDB, and the store.
///
/// # Errors
/// [`ConfigError`] naming the variable that is missing or malformed.
pub fn app() -> Result<App, ConfigError> {
    let config = Config::from_lookup(variable)?;
    log::start(&config);
    Ok(App::new(AuditStore::new(client::connect(variable)?, config.table)))
}

/// How a service beside DynamoDB is reached, for the functions that need one.
///
/// # Errors
/// [`ConfigError`] naming the variable that is missing or malformed.
pub fn settings(service: &str) -> Result<Settings, ConfigError> {
    Settings::of(service, variable)
}

/// The configuration of a service of AWS as that of DynamoDB is, and whether it has an endpoint of its own. It is given the crate of the
/// SDK and the name that the service has in `AWS_ENDPOINT_URL_<SERVICE>`.
#[macro_export]
macro_rules! configured {
    ($sdk:ident, $service:literal) => {{
        let settings = $crate::process::start::settings($service)?;
        let mut config = $sdk::Config::builder()
            .behavior_version($sdk::config::BehaviorVersion::latest())
            .region(settings.region)
            .credentials_provider(settings.credentials)
            .use_fips(settings.use_fips)
            .use_dual_stack(settings.use_dual_stack)
            .retry_config(
                $sdk::config::retry::RetryConfig::standard().with_max_attempts($crate::process::client::ATTEMPTS_MAX),
            )
            .timeout_config($crate::process::client::timeouts())
            .stalled_stream_protection($sdk::config::StalledStreamProtectionConfig::disabled())
            .identity_cache($sdk::config::IdentityCache::no_cache())
            .http_client(settings.http_client);
        config.set_endpoint_url(settings.endpoint_url.clone());
        (config, settings.endpoint_url.is_some())
    }};
}

/// The operator's mapping of event types to OCSF, for the functions that write it; an empty one, if there is none.
///
/// # Errors
/// [`OcsfMappingError`] with every fault of what the variable holds.
pub fn ocsf_mapping() -> Result<OcsfMapping, OcsfMappingError> {
    let text = variable(OCSF_MAPPING).filter(|text| !text.is_empty());
    text.map_or(Ok(OcsfMapping::default()), |text| OcsfMapping::parse(&text).map_err(OcsfMappingError))
}

/// A setting of one function alone, which must be there.
///
/// # Errors
/// [`ConfigError`] if it is absent or empty.
pub fn required(name: &'static str) -> Result<String, ConfigError> {
    variable(name).filter(|value| !value.is_empty()).ok_or(ConfigError { variable: name, message: "must be set" })
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
