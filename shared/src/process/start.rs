//! Starts a function: the one place that reads the environment.

use crate::process::app::App;
use crate::process::config::{Config, ConfigError};
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

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
