//! The table, as the template defines it and as DynamoDB is asked to make it.

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, GlobalSecondaryIndex, GlobalSecondaryIndexDescription, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType, TableDescription,
};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::document::Document;
use super::error::TemplateError;
use super::plain::{plain, plain_if_given};

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

/// The properties that are acted upon, and those that a local engine has no use for. Any other is a fault.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, expecting = "a map")]
#[expect(dead_code, reason = "what is passed over is listed, so that what is not known is refused")]
struct Properties {
    billing_mode: BillingMode,
    attribute_definitions: Vec<Attribute>,
    key_schema: Vec<KeyElement>,
    #[serde(default)]
    global_secondary_indexes: Vec<Index>,
    time_to_live_specification: Option<TimeToLive>,

    table_name: Option<IgnoredAny>,
    table_class: Option<IgnoredAny>,
    deletion_protection_enabled: Option<IgnoredAny>,
    point_in_time_recovery_specification: Option<IgnoredAny>,
    #[serde(rename = "SSESpecification")]
    sse_specification: Option<IgnoredAny>,
    stream_specification: Option<IgnoredAny>,
    contributor_insights_specification: Option<IgnoredAny>,
    on_demand_throughput: Option<IgnoredAny>,
    warm_throughput: Option<IgnoredAny>,
    resource_policy: Option<IgnoredAny>,
    tags: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum BillingMode {
    PayPerRequest,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, expecting = "a map")]
struct Attribute {
    #[serde(deserialize_with = "plain")]
    attribute_name: String,
    attribute_type: AttributeType,
}

#[derive(Clone, Copy, Deserialize)]
enum AttributeType {
    B,
    N,
    S,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, expecting = "a map")]
struct KeyElement {
    #[serde(deserialize_with = "plain")]
    attribute_name: String,
    key_type: ElementType,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum ElementType {
    Hash,
    Range,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, expecting = "a map")]
#[expect(dead_code, reason = "what is passed over is listed, so that what is not known is refused")]
struct Index {
    #[serde(deserialize_with = "plain")]
    index_name: String,
    key_schema: Vec<KeyElement>,
    projection: Projected,

    contributor_insights_specification: Option<IgnoredAny>,
    on_demand_throughput: Option<IgnoredAny>,
    warm_throughput: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, expecting = "a map")]
struct Projected {
    projection_type: ProjectedAttributes,
    non_key_attributes: Option<Vec<String>>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum ProjectedAttributes {
    All,
    Include,
    KeysOnly,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, expecting = "a map")]
struct TimeToLive {
    #[serde(default, deserialize_with = "plain_if_given")]
    attribute_name: Option<String>,
    #[serde(deserialize_with = "plain")]
    enabled: bool,
}

impl TableDefinition {
    pub(super) fn parse(document: &Document) -> Result<Self, TemplateError> {
        let table = document
            .at_most_one::<Properties>("AWS::DynamoDB::Table")?
            .ok_or_else(|| TemplateError::new("Resources", "no AWS::DynamoDB::Table"))?;
        let (name, properties) = (table.name, table.properties);
        let BillingMode::PayPerRequest = properties.billing_mode;
        let defined = &properties.attribute_definitions;
        let index =
            |(at, index): (usize, &Index)| index.built(&format!("{name}.GlobalSecondaryIndexes[{at}]"), defined);
        Ok(Self {
            attributes: defined.iter().map(|attribute| attribute.built(&name)).collect::<Result<_, _>>()?,
            key: key(&format!("{name}.KeySchema"), &properties.key_schema, defined)?,
            indexes: properties.global_secondary_indexes.iter().enumerate().map(index).collect::<Result<_, _>>()?,
            expires_by: properties.time_to_live_specification.as_ref().map_or(Ok(None), |ttl| ttl.attribute(&name))?,
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

impl Attribute {
    fn built(&self, table: &str) -> Result<AttributeDefinition, TemplateError> {
        let attribute_type = match self.attribute_type {
            AttributeType::B => ScalarAttributeType::B,
            AttributeType::N => ScalarAttributeType::N,
            AttributeType::S => ScalarAttributeType::S,
        };
        let built = AttributeDefinition::builder().attribute_name(&self.attribute_name).attribute_type(attribute_type);
        whole(&format!("{table}.AttributeDefinitions"), built.build())
    }
}

impl Index {
    fn built(&self, place: &str, defined: &[Attribute]) -> Result<GlobalSecondaryIndex, TemplateError> {
        let built = GlobalSecondaryIndex::builder()
            .index_name(&self.index_name)
            .set_key_schema(Some(key(&format!("{place}.KeySchema"), &self.key_schema, defined)?))
            .projection(self.projection.built());
        whole(place, built.build())
    }
}

impl Projected {
    fn built(&self) -> Projection {
        let projection_type = match self.projection_type {
            ProjectedAttributes::All => ProjectionType::All,
            ProjectedAttributes::Include => ProjectionType::Include,
            ProjectedAttributes::KeysOnly => ProjectionType::KeysOnly,
        };
        let built = Projection::builder().projection_type(projection_type);
        built.set_non_key_attributes(self.non_key_attributes.clone()).build()
    }
}

impl TimeToLive {
    fn attribute(&self, table: &str) -> Result<Option<String>, TemplateError> {
        match (self.enabled, &self.attribute_name) {
            (false, _) => Ok(None),
            (true, Some(name)) => Ok(Some(name.clone())),
            (true, None) => {
                Err(TemplateError::new(format!("{table}.TimeToLiveSpecification.AttributeName"), "missing"))
            }
        }
    }
}

/// A key: one HASH attribute, at most one RANGE attribute, both of them defined.
fn key(place: &str, elements: &[KeyElement], defined: &[Attribute]) -> Result<Vec<KeySchemaElement>, TemplateError> {
    let types: Vec<_> = elements.iter().map(|element| element.key_type).collect();
    if !matches!(types.as_slice(), [ElementType::Hash] | [ElementType::Hash, ElementType::Range]) {
        let needed = "a HASH attribute is needed, and at most one RANGE attribute after it";
        return Err(TemplateError::new(place, needed));
    }
    let built = elements.iter().enumerate().map(|(at, element)| {
        let name = &element.attribute_name;
        if !defined.iter().any(|attribute| attribute.attribute_name == *name) {
            let place = format!("{place}[{at}].AttributeName");
            return Err(TemplateError::new(place, format!("`{name}` is not in AttributeDefinitions")));
        }
        let key_type = match element.key_type {
            ElementType::Hash => KeyType::Hash,
            ElementType::Range => KeyType::Range,
        };
        whole(place, KeySchemaElement::builder().attribute_name(name).key_type(key_type).build())
    });
    built.collect()
}

fn whole<T>(place: &str, built: Result<T, BuildError>) -> Result<T, TemplateError> {
    built.map_err(|error| TemplateError::new(place, error.to_string()))
}

#[cfg(test)]
mod tests;
