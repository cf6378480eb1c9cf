//! The tables that a data file has, from its own definitions of them.
//!
//! DynamoDB answers `DescribeTable` with sums that it refreshes every few hours. The embedded engine makes them anew each time,
//! from every item and every entry of every index: minutes where the file is large, and nothing that a start needs.

use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::types::{
    GlobalSecondaryIndexDescription, KeySchemaElement, KeyType, Projection, ProjectionType, TableDescription,
};
use dynoxide::Database;
use dynoxide::actions::list_tables::ListTablesRequest;
use dynoxide::storage::TableMetadata;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct KeyElement {
    attribute_name: String,
    key_type: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Index {
    index_name: String,
    key_schema: Vec<KeyElement>,
    projection: Projected,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Projected {
    projection_type: String,
}

/// Every table, with its key and its indexes, and no sums.
///
/// # Errors
/// The file cannot be read, or defines a table in another way than the engine does.
pub(super) fn tables(database: &Database) -> Result<Vec<TableDescription>, BoxError> {
    let names = database.list_tables(ListTablesRequest::default())?.table_names;
    let described = names.iter().map(|name| {
        let metadata = database.get_table_metadata(name)?;
        description(&metadata.ok_or_else(|| format!("the table {name} is listed and not there"))?)
    });
    described.collect()
}

fn description(metadata: &TableMetadata) -> Result<TableDescription, BoxError> {
    let indexes: Vec<Index> = serde_json::from_str(metadata.gsi_definitions.as_deref().unwrap_or("[]"))?;
    let indexes = indexes.into_iter().map(|index| {
        let projection_type = ProjectionType::from(index.projection.projection_type.as_str());
        let described = GlobalSecondaryIndexDescription::builder()
            .index_name(index.index_name)
            .set_key_schema(Some(key(index.key_schema)?))
            .projection(Projection::builder().projection_type(projection_type).build());
        Ok(described.build())
    });
    let described = TableDescription::builder()
        .table_name(&metadata.table_name)
        .set_key_schema(Some(key(serde_json::from_str(&metadata.key_schema)?)?))
        .set_global_secondary_indexes(Some(indexes.collect::<Result<_, BoxError>>()?));
    Ok(described.build())
}

fn key(elements: Vec<KeyElement>) -> Result<Vec<KeySchemaElement>, BoxError> {
    let element = |element: KeyElement| {
        let key_type = KeyType::from(element.key_type.as_str());
        Ok(KeySchemaElement::builder().attribute_name(element.attribute_name).key_type(key_type).build()?)
    };
    elements.into_iter().map(element).collect()
}
