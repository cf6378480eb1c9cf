//! How the commands reach a table: the standard AWS environment and profile, or the engine of `audit serve`.

use crate::engine::{self, TABLE};
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::BoxError;
use shared::process::client;
use shared::store::AuditStore;

/// Which table, and where.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Table")]
pub(crate) struct Connection {
    /// Name of the table (the stack's output `TableName`)
    #[arg(
        long,
        value_name = "NAME",
        env = "TABLE_NAME",
        required_unless_present = "local",
        allow_hyphen_values = true
    )]
    table: Option<String>,
    /// The engine of an `audit serve` on this machine, on that port
    #[arg(long, value_name = "PORT", num_args = 0..=1, default_missing_value = "8000", conflicts_with_all = ["endpoint_url", "profile", "region"])]
    local: Option<u16>,
    /// Endpoint of DynamoDB, instead of the region's
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
    /// Profile of the AWS configuration
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    profile: Option<String>,
    /// AWS region
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
}

impl Connection {
    /// Whether it is the engine of an `audit serve` on this machine.
    pub(crate) fn is_local(&self) -> bool {
        self.local.is_some()
    }

    /// Opens the table.
    ///
    /// # Errors
    /// There is no region to look for it in.
    pub(crate) async fn open(self) -> Result<AuditStore, BoxError> {
        if let Some(port) = self.local {
            let client = engine::client(&format!("http://127.0.0.1:{port}"));
            return Ok(AuditStore::new(client, self.table.unwrap_or_else(|| TABLE.to_owned())));
        }
        let table = self.table.clone().unwrap_or_default(); // clap asks for it
        let aws = self.aws().await;
        if aws.region().is_none() {
            return Err("no AWS region: give --region, set AWS_REGION, or configure one for the profile".into());
        }
        let mut config = aws_sdk_dynamodb::config::Builder::from(&aws);
        if let Some(endpoint_url) = self.endpoint_url {
            config = config.endpoint_url(endpoint_url);
        }
        Ok(AuditStore::new(Client::from_conf(config.build()), table))
    }

    /// The standard environment of AWS, with what the operator says of it. An endpoint that they name is DynamoDB's alone.
    pub(crate) async fn aws(&self) -> SdkConfig {
        let mut loader = aws_config::defaults(BehaviorVersion::latest()).timeout_config(client::timeouts());
        if let Some(profile) = &self.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(region) = &self.region {
            loader = loader.region(Region::new(region.clone()));
        }
        loader.load().await
    }
}
