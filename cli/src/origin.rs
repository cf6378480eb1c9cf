//! Where the events of an account are, to read them or to record one: behind the service, for the holder of a token, or straight in
//! the table.

use crate::accounts;
use crate::connection::Connection;
use crate::service::Service;
use aws_sdk_dynamodb::error::BoxError;
use shared::store::AuditStore;
use shared::values::ids::AccountId;
use std::sync::Arc;

/// Whose events, and where. A command that does not read them has help of its own for the token and the account.
#[derive(Debug, clap::Args)]
#[command(mut_arg("table", |table| table.required_unless_present_any(["url"])))]
pub(crate) struct Origin {
    /// Base URL of the service to ask, such as <http://127.0.0.1:3000>; the token says for which account
    #[arg(long, help_heading = "Service", requires = "token")]
    #[arg(conflicts_with_all = ["account", "local", "endpoint_url", "profile", "region"])]
    url: Option<String>,
    /// Token of a credential with the scope audit:read
    #[arg(long, help_heading = "Service", env = "AUDIT_TOKEN", hide_env_values = true, allow_hyphen_values = true)]
    token: Option<String>,
    /// The account whose events to read, straight in the table
    #[arg(long, help_heading = "Table", value_parser = AccountId::parse, required_unless_present = "url", allow_hyphen_values = true)]
    account: Option<AccountId>,
    #[command(flatten)]
    connection: Connection,
}

/// Where they are, reached as far as that takes no request for events.
#[derive(Clone)]
pub(crate) enum Reached {
    /// The service.
    Service(Arc<Service>),
    /// An account that there is, in the table.
    Table(AuditStore, AccountId),
}

impl Origin {
    /// Opens the table and looks for the account, or makes a client of the service.
    ///
    /// # Errors
    /// There is no such account, the table cannot be reached, or the URL or the token is none.
    pub(crate) async fn reach(self) -> Result<Reached, BoxError> {
        let reached = self.open().await?;
        if let Reached::Table(store, account) = &reached {
            accounts::must_exist(store, account).await?;
        }
        Ok(reached)
    }

    /// Likewise, to write into the account, which is made where that was asked for.
    ///
    /// # Errors
    /// Those of [`Self::reach`].
    pub(crate) async fn reach_to_write(self, make: bool) -> Result<Reached, BoxError> {
        let reached = self.open().await?;
        if let Reached::Table(store, account) = &reached {
            accounts::must_exist_or_make(store, account, make).await?;
        }
        Ok(reached)
    }

    async fn open(self) -> Result<Reached, BoxError> {
        match (self.url, self.account) {
            (Some(url), _) => Ok(Reached::Service(Arc::new(Service::new(&url, &self.token.unwrap_or_default())?))),
            (None, Some(account)) => Ok(Reached::Table(self.connection.open().await?, account)),
            (None, None) => Err("give --url or --account".into()), // clap has asked for one
        }
    }

    /// Whether it is on this machine, where a request costs nothing.
    pub(crate) fn is_local(&self) -> bool {
        self.url.as_ref().map_or(self.connection.is_local(), |url| url.starts_with("http://")) // only here without TLS
    }
}
