//! The SDK's client of a local engine.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Builder, Credentials, Region};

/// Name of the table on every local engine.
pub const TABLE: &str = "audit";

/// A client of any DynamoDB that does not look at credentials: this engine, or Amazon's DynamoDB Local.
pub fn client(endpoint_url: &str) -> Client {
    Client::from_conf(config(endpoint_url).build())
}

/// What [`client`] is made of, for a client that wants something besides, such as an interceptor.
pub fn config(endpoint_url: &str) -> Builder {
    aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "local"))
        .endpoint_url(endpoint_url)
}
