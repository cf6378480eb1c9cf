//! The table, as the template defines it and as DynamoDB is asked to make it.

use std::fmt;

use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, GlobalSecondaryIndexDescription, KeySchemaElement, KeyType,
    Projection, ProjectionType, ScalarAttributeType, TableDescription,
};

use super::node::{Document, Node, TemplateError};

/// Properties that a local engine has no use for.
const PASSED_OVER: [&str; 11] = [
    "TableName",
    "TableClass",
    "DeletionProtectionEnabled",
    "PointInTimeRecoverySpecification",
    "SSESpecification",
    "StreamSpecification",
    "ContributorInsightsSpecification",
    "OnDemandThroughput",
    "WarmThroughput",
    "ResourcePolicy",
    "Tags",
];

/// Properties that are acted upon.
const ACTED_UPON: [&str; 5] =
    ["BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "TimeToLiveSpecification"];

/// A table: keys, attributes of keys, indexes, and the attribute by which items expire.
#[derive(Debug, Clone, PartialEq)]
pub struct TableDefinition {
    /// Attributes that keys are made of, with their types.
    pub attributes: Vec<AttributeDefinition>,
    /// The table's own key.
    pub key: Vec<KeySchemaElement>,
    /// Global secondary indexes.
    pub indexes: Vec<GlobalSecondaryIndex>,
    /// Attribute that holds an item's end, in epoch seconds.
    pub expires_by: Option<String>,
}

impl TableDefinition {
    pub(super) fn parse(document: &Document) -> Result<Self, TemplateError> {
        let table = document
            .at_most_one("AWS::DynamoDB::Table")?
            .ok_or_else(|| TemplateError::new("Resources", "no AWS::DynamoDB::Table"))?;
        let properties = table.properties();
        properties.only(&[&ACTED_UPON[..], &PASSED_OVER[..]].concat())?;

        let billing_mode = properties.required("BillingMode")?;
        if billing_mode.text()? != BillingMode::PayPerRequest.as_str() {
            return Err(billing_mode.error("only PAY_PER_REQUEST is understood"));
        }
        let attributes = properties.required("AttributeDefinitions")?;
        let attributes = attributes.items()?.iter().map(attribute).collect::<Result<Vec<_>, _>>()?;
        let indexes = properties.optional("GlobalSecondaryIndexes").map(|list| list.items()).transpose()?;
        Ok(Self {
            key: key(&properties.required("KeySchema")?, &attributes)?,
            indexes: indexes.iter().flatten().map(|node| index(node, &attributes)).collect::<Result<Vec<_>, _>>()?,
            expires_by: properties.optional("TimeToLiveSpecification").map_or(Ok(None), |node| expires_by(&node))?,
            attributes,
        })
    }

    /// How a table that exists differs from this definition, in words; `None` if it does not.
    pub fn difference(&self, existing: &TableDescription) -> Option<String> {
        if !same(existing.key_schema(), &self.key) {
            return Some("its key is another".to_owned());
        }
        let found = existing.global_secondary_indexes();
        let without = self.indexes.iter().find(|index| !found.iter().any(|found| is_index(found, index)));
        let beyond = found.iter().find(|found| !self.indexes.iter().any(|index| is_index(found, index)));
        match (without, beyond) {
            (Some(index), _) => Some(format!("the index {} is missing or has another key", index.index_name())),
            (None, Some(found)) => Some(format!("it has an index more, {}", found.index_name().unwrap_or_default())),
            (None, None) => None,
        }
    }
}

fn is_index(found: &GlobalSecondaryIndexDescription, index: &GlobalSecondaryIndex) -> bool {
    let projected = |projection: Option<&Projection>| projection.and_then(Projection::projection_type).cloned();
    found.index_name() == Some(index.index_name())
        && same(found.key_schema(), index.key_schema())
        && projected(found.projection()) == projected(index.projection())
}

fn same(one: &[KeySchemaElement], other: &[KeySchemaElement]) -> bool {
    one.len() == other.len() && one.iter().all(|element| other.contains(element))
}

fn attribute(node: &Node<'_>) -> Result<AttributeDefinition, TemplateError> {
    node.only(&["AttributeName", "AttributeType"])?;
    let attribute_type: ScalarAttributeType = word(&node.required("AttributeType")?, ScalarAttributeType::values())?;
    let built = AttributeDefinition::builder()
        .attribute_name(node.required("AttributeName")?.text()?)
        .attribute_type(attribute_type)
        .build();
    whole(node, built)
}

/// A key: one HASH attribute, at most one RANGE attribute, both of them defined.
fn key(node: &Node<'_>, attributes: &[AttributeDefinition]) -> Result<Vec<KeySchemaElement>, TemplateError> {
    let elements = node.items()?.iter().map(|item| key_element(item, attributes)).collect::<Result<Vec<_>, _>>()?;
    let types: Vec<_> = elements.iter().map(KeySchemaElement::key_type).collect();
    match types.as_slice() {
        [KeyType::Hash] | [KeyType::Hash, KeyType::Range] => Ok(elements),
        _ => Err(node.error("a HASH attribute is needed, and at most one RANGE attribute after it")),
    }
}

fn key_element(node: &Node<'_>, attributes: &[AttributeDefinition]) -> Result<KeySchemaElement, TemplateError> {
    node.only(&["AttributeName", "KeyType"])?;
    let name = node.required("AttributeName")?;
    let text = name.text()?;
    if !attributes.iter().any(|attribute| attribute.attribute_name() == text) {
        return Err(name.error(format!("`{text}` is not in AttributeDefinitions")));
    }
    let key_type: KeyType = word(&node.required("KeyType")?, KeyType::values())?;
    whole(node, KeySchemaElement::builder().attribute_name(text).key_type(key_type).build())
}

fn index(node: &Node<'_>, attributes: &[AttributeDefinition]) -> Result<GlobalSecondaryIndex, TemplateError> {
    node.only(&[
        "IndexName",
        "KeySchema",
        "Projection",
        "ContributorInsightsSpecification",
        "OnDemandThroughput",
        "WarmThroughput",
    ])?;
    let built = GlobalSecondaryIndex::builder()
        .index_name(node.required("IndexName")?.text()?)
        .set_key_schema(Some(key(&node.required("KeySchema")?, attributes)?))
        .projection(projection(&node.required("Projection")?)?)
        .build();
    whole(node, built)
}

fn projection(node: &Node<'_>) -> Result<Projection, TemplateError> {
    node.only(&["ProjectionType", "NonKeyAttributes"])?;
    let projection_type: ProjectionType = word(&node.required("ProjectionType")?, ProjectionType::values())?;
    let names = node.optional("NonKeyAttributes").map(|names| names.items()).transpose()?;
    let names = names.map(|names| names.iter().map(Node::text).collect::<Result<Vec<_>, _>>()).transpose()?;
    Ok(Projection::builder().projection_type(projection_type).set_non_key_attributes(names).build())
}

fn expires_by(node: &Node<'_>) -> Result<Option<String>, TemplateError> {
    node.only(&["AttributeName", "Enabled"])?;
    let enabled: bool = node.required("Enabled")?.parsed("true or false")?;
    if enabled { node.required("AttributeName")?.text().map(Some) } else { Ok(None) }
}

/// One of the words that the service knows.
fn word<T: for<'a> From<&'a str>>(node: &Node<'_>, known: &[&str]) -> Result<T, TemplateError> {
    let text = node.text()?;
    if known.contains(&text.as_str()) {
        Ok(T::from(&text))
    } else {
        Err(node.error(format!("`{text}` is not one of {}", known.join(", "))))
    }
}

fn whole<T>(node: &Node<'_>, built: Result<T, impl fmt::Display>) -> Result<T, TemplateError> {
    built.map_err(|error| node.error(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "
      BillingMode: PAY_PER_REQUEST
      TimeToLiveSpecification: {AttributeName: expires_at, Enabled: true}
      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}, {AttributeName: sk, AttributeType: S}]
      KeySchema: [{AttributeName: pk, KeyType: HASH}, {AttributeName: sk, KeyType: RANGE}]
      GlobalSecondaryIndexes:
        - IndexName: by-sk
          KeySchema: [{AttributeName: sk, KeyType: HASH}]
          Projection: {ProjectionType: ALL}
";

    fn parse(properties: &str) -> Result<TableDefinition, String> {
        let text = format!("Resources:\n  Table:\n    Type: AWS::DynamoDB::Table\n    Properties:{properties}");
        TableDefinition::parse(&Document::parse(&text).unwrap()).map_err(|error| error.to_string())
    }

    fn message(from: &str, to: &str) -> String {
        assert!(GOOD.contains(from), "{from}");
        parse(&GOOD.replacen(from, to, 1)).unwrap_err()
    }

    #[test]
    fn a_table_has_its_keys_indexes_and_expiry() {
        let table = parse(GOOD).unwrap();

        let key: Vec<_> = table.key.iter().map(|e| (e.attribute_name(), e.key_type().as_str())).collect();
        assert_eq!(key, [("pk", "HASH"), ("sk", "RANGE")]);
        assert_eq!(table.attributes.len(), 2);
        assert_eq!(table.indexes[0].index_name(), "by-sk");
        assert_eq!(table.expires_by.as_deref(), Some("expires_at"));
    }

    #[test]
    fn what_is_not_understood_is_named() {
        assert_eq!(
            message("ALL", "SOME"),
            "Table.GlobalSecondaryIndexes[0].Projection.ProjectionType: `SOME` is not one of ALL, INCLUDE, KEYS_ONLY"
        );
        assert_eq!(message("PAY_PER_REQUEST", "PROVISIONED"), "Table.BillingMode: only PAY_PER_REQUEST is understood");
        assert_eq!(message("RANGE", "SORT"), "Table.KeySchema[1].KeyType: `SORT` is not one of HASH, RANGE");
        assert_eq!(
            message("Type: S", "Type: T"),
            "Table.AttributeDefinitions[0].AttributeType: `T` is not one of B, N, S"
        );
        assert_eq!(
            message("GlobalSecondaryIndexes", "LocalSecondaryIndexes"),
            "Table.LocalSecondaryIndexes: not understood"
        );
        assert_eq!(message("IndexName: by-sk", "Name: by-sk"), "Table.GlobalSecondaryIndexes[0].Name: not understood");
        assert_eq!(
            message("Enabled: true", "Enabled: often"),
            "Table.TimeToLiveSpecification.Enabled: true or false is needed, not `often`"
        );
    }

    #[test]
    fn a_key_that_no_table_can_have_is_refused() {
        let needed = "a HASH attribute is needed, and at most one RANGE attribute after it";

        assert_eq!(message("KeyType: RANGE", "KeyType: HASH"), format!("Table.KeySchema: {needed}"));
        assert_eq!(
            message("KeySchema: [{AttributeName: pk", "KeySchema: [{AttributeName: id"),
            "Table.KeySchema[0].AttributeName: `id` is not in AttributeDefinitions"
        );
        assert_eq!(message("BillingMode: PAY_PER_REQUEST", ""), "Table.BillingMode: missing");
    }

    #[test]
    fn two_tables_are_refused() {
        let two = format!("{GOOD}  Other: {{Type: AWS::DynamoDB::Table}}\n");

        assert_eq!(parse(&two).unwrap_err(), "Other: only one AWS::DynamoDB::Table is understood, and Table is one");
    }

    #[test]
    fn expiry_may_be_off() {
        assert_eq!(parse(&GOOD.replace("Enabled: true", "Enabled: false")).unwrap().expires_by, None);
    }
}
