//! Makes the template's table in an engine that does not have it yet.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::types::{BillingMode, TableDescription, TableStatus, TimeToLiveSpecification, TimeToLiveStatus};

use crate::template::TableDefinition;

/// Most looks for a new table, [`BETWEEN_LOOKS`] apart: a minute in all. Local engines have it ready at once or after a moment.
const LOOKS_MAX: usize = 1200;
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// Why there is no table to work with.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// A table of that name is there and is not the one that the template defines; says how it differs.
    #[error("the table {0} is not the one that the template defines: {1}")]
    Differs(String, String),
    /// The table was made and did not become ready in time.
    #[error("the table {0} did not become ready")]
    NotReady(String),
    /// The engine refused a request, or cannot be reached.
    #[error("{0} failed")]
    Engine(&'static str, #[source] BoxError),
}

/// Makes a table as the template defines it, unless it is there. Returns whether it was made.
///
/// # Errors
/// A table of that name is there and differs, or the engine refused.
pub async fn create_table_if_absent(
    client: &Client,
    name: &str,
    definition: &TableDefinition,
) -> Result<bool, TableError> {
    create_unless(describe(client, name).await?.as_ref(), client, name, definition).await
}

/// Makes the table, unless `existing` is that table.
pub(super) async fn create_unless(
    existing: Option<&TableDescription>,
    client: &Client,
    name: &str,
    definition: &TableDefinition,
) -> Result<bool, TableError> {
    let absent = existing.is_none();
    if let Some(difference) = existing.and_then(|table| definition.difference(table)) {
        return Err(TableError::Differs(name.to_owned(), difference));
    }
    if absent {
        create(client, name, definition).await?;
    }
    // Not only after making it: a first start may have been cut short before this.
    if let Some(attribute) = &definition.expires_by {
        let_items_expire(client, name, attribute).await?;
    }
    Ok(absent)
}

async fn describe(client: &Client, name: &str) -> Result<Option<TableDescription>, TableError> {
    match client.describe_table().table_name(name).send().await {
        Ok(output) => Ok(output.table),
        Err(error) if error.as_service_error().is_some_and(|error| error.is_resource_not_found_exception()) => Ok(None),
        Err(error) => Err(TableError::Engine("DescribeTable", error.into())),
    }
}

async fn create(client: &Client, name: &str, definition: &TableDefinition) -> Result<(), TableError> {
    let indexes = Some(definition.indexes.clone()).filter(|indexes| !indexes.is_empty());
    client
        .create_table()
        .table_name(name)
        .billing_mode(BillingMode::PayPerRequest)
        .set_attribute_definitions(Some(definition.attributes.clone()))
        .set_key_schema(Some(definition.key.clone()))
        .set_global_secondary_indexes(indexes)
        .send()
        .await
        .map_err(|error| TableError::Engine("CreateTable", error.into()))?;
    for _ in 0..LOOKS_MAX {
        let table = describe(client, name).await?;
        if table.is_some_and(|table| table.table_status == Some(TableStatus::Active)) {
            return Ok(());
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
    Err(TableError::NotReady(name.to_owned()))
}

async fn let_items_expire(client: &Client, name: &str, attribute: &str) -> Result<(), TableError> {
    let current = client
        .describe_time_to_live()
        .table_name(name)
        .send()
        .await
        .map_err(|error| TableError::Engine("DescribeTimeToLive", error.into()))?;
    let status = current.time_to_live_description.and_then(|description| description.time_to_live_status);
    if matches!(status, Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)) {
        return Ok(());
    }
    let specification = TimeToLiveSpecification::builder()
        .attribute_name(attribute)
        .enabled(true)
        .build()
        .expect("both of its required members are set");
    client
        .update_time_to_live()
        .table_name(name)
        .time_to_live_specification(specification)
        .send()
        .await
        .map(drop)
        .map_err(|error| TableError::Engine("UpdateTimeToLive", error.into()))
}
