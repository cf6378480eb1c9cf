//! What a request to DynamoDB asks of IAM: read from the request itself, as the SDK sends it.

use crate::shipped_template::shipped_template;
use aws_sdk_dynamodb::types::{KeySchemaElement, KeyType};
use serde_json::{Map, Value};
use shared::table::attribute;
use std::collections::BTreeSet;
use std::fmt;

/// The operation that writes several items at once.
pub const TRANSACTION: &str = "TransactWriteItems";

/// What a permission is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resource {
    /// The table.
    Table,
    /// An index of it.
    Index(String),
}

/// One question that DynamoDB asks IAM about a request.
///
/// Every put, update, delete or check of a transaction needs the permission of that operation alone (DynamoDB Developer Guide,
/// "Using IAM with DynamoDB transactions"). Whether DynamoDB asks for each by itself or for all puts together is not
/// documented; here it is each by itself. `tests/aws-smoke` asks AWS.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Access {
    /// Such as `dynamodb:GetItem`.
    pub action: String,
    /// What it is done to.
    pub resource: Resource,
    /// Condition key `dynamodb:LeadingKeys`: partition keys, of the table or the index.
    pub leading_keys: BTreeSet<String>,
    /// Condition key `dynamodb:Attributes` of a write: the attributes of its key or item and of its expressions. Empty for a
    /// read, because no role asks which attributes are read.
    pub attributes: BTreeSet<String>,
    /// Condition key `dynamodb:EnclosingOperation`.
    pub enclosing_operation: Option<String>,
}

/// The questions about a request, from its operation and its JSON. One of an operation that is not known here has no leading
/// keys, which no role allows.
pub fn asked(operation: &str, request: &Value) -> Vec<Access> {
    if operation == TRANSACTION {
        return of_transaction(request);
    }
    let (resource, action) = (resource(request), format!("dynamodb:{operation}"));
    let (key, attributes) = match operation {
        "BatchGetItem" => return vec![of_batch(request, action)],
        "GetItem" => (Some(partition_key(request, "Key")), BTreeSet::new()),
        "DeleteItem" | "UpdateItem" => (Some(partition_key(request, "Key")), attributes(request, "Key")),
        "PutItem" => (Some(partition_key(request, "Item")), attributes(request, "Item")),
        "Query" => (Some(queried_key(request, &resource)), BTreeSet::new()),
        _ => (None, BTreeSet::new()),
    };
    vec![Access { action, resource, leading_keys: key.into_iter().collect(), attributes, enclosing_operation: None }]
}

/// A read of several items of one table, which IAM is asked about once, with the partition keys of all.
fn of_batch(request: &Value, action: String) -> Access {
    let tables = request.get("RequestItems").and_then(Value::as_object).expect("a batch has items");
    let keys = tables.values().filter_map(|of_table| of_table.get("Keys")?.as_array()).flatten();
    let partition_key = |key: &Value| key.get(attribute::PK)?.get("S")?.as_str().map(ToOwned::to_owned);
    Access {
        action,
        resource: Resource::Table,
        leading_keys: keys.map(|key| partition_key(key).expect("a partition key")).collect(),
        attributes: BTreeSet::new(),
        enclosing_operation: None,
    }
}

fn of_transaction(request: &Value) -> Vec<Access> {
    let members = request.get("TransactItems").and_then(Value::as_array).expect("a transaction has items");
    let writes = members.iter().flat_map(|member| member.as_object().expect("an item of a transaction is an object"));
    let access = |(kind, write): (&String, &Value)| {
        let (action, within) = match kind.as_str() {
            "Put" => ("PutItem", "Item"),
            "Delete" => ("DeleteItem", "Key"),
            "Update" => ("UpdateItem", "Key"),
            "ConditionCheck" => ("ConditionCheckItem", "Key"),
            unknown => unreachable!("a transaction has no {unknown}"),
        };
        Access {
            action: format!("dynamodb:{action}"),
            resource: Resource::Table,
            leading_keys: BTreeSet::from([partition_key(write, within)]),
            attributes: attributes(write, within),
            enclosing_operation: Some(TRANSACTION.to_owned()),
        }
    };
    writes.map(access).collect()
}

/// The attributes that a write names: those of its key or item, and those of its expressions, which name each by a placeholder.
fn attributes(write: &Value, within: &str) -> BTreeSet<String> {
    let item = write.get(within).and_then(Value::as_object).expect("a write has a key or an item");
    let names = write.get("ExpressionAttributeNames").and_then(Value::as_object);
    let named = names.into_iter().flat_map(Map::values).filter_map(Value::as_str);
    item.keys().map(String::as_str).chain(named).map(ToOwned::to_owned).collect()
}

fn resource(request: &Value) -> Resource {
    let index = request.get("IndexName").and_then(Value::as_str);
    index.map_or(Resource::Table, |name| Resource::Index(name.to_owned()))
}

fn partition_key(request: &Value, within: &str) -> String {
    let key = request.get(within).and_then(|item| item.get(attribute::PK)).and_then(|key| key.get("S"));
    key.and_then(Value::as_str).expect("a partition key").to_owned()
}

/// The value that the partition key is compared with, in `#pk = :pk` or in `#pk = :pk AND #sk BETWEEN :from AND :to`.
fn queried_key(request: &Value, resource: &Resource) -> String {
    let map = |name: &str| request.get(name).and_then(Value::as_object).expect("names and values");
    let (names, values): (&Map<_, _>, &Map<_, _>) = (map("ExpressionAttributeNames"), map("ExpressionAttributeValues"));
    let condition = request.get("KeyConditionExpression").and_then(Value::as_str).expect("a key condition");
    let wanted = Value::String(partition_attribute(resource));
    let condition = condition.replace(" and ", " AND "); // DynamoDB takes either
    let equations = condition.split(" AND ").filter_map(|part| part.split_once(" = "));
    let mut of_partition = equations.filter(|(name, _)| names.get(*name) == Some(&wanted));
    let (_, value) = of_partition.next().expect("a query is of one partition");
    let value = values.get(value).and_then(|value| value.get("S")).and_then(Value::as_str);
    value.expect("a partition key is a string").to_owned()
}

/// The attribute that is the partition key of the table or an index, by the template.
fn partition_attribute(resource: &Resource) -> String {
    let table = &shipped_template().table;
    let key: &[KeySchemaElement] = match resource {
        Resource::Table => &table.key,
        Resource::Index(name) => {
            let index = table.indexes.iter().find(|index| index.index_name() == name);
            &index.expect("the template has the index").key_schema
        }
    };
    let hash = key.iter().find(|element| element.key_type == KeyType::Hash);
    hash.expect("a key has a partition key").attribute_name.clone()
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table => f.write_str("the table"),
            Self::Index(name) => f.write_str(name),
        }
    }
}

/// Names the kinds of keys only, so that accesses of any account read the same.
impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = |key: &String| key.split_once('#').map_or_else(|| key.clone(), |(kind, _)| format!("{kind}#*"));
        let kinds: BTreeSet<_> = self.leading_keys.iter().map(kind).collect();
        let kinds: Vec<_> = kinds.into_iter().collect();
        write!(f, "{} of {} in {}", self.action, kinds.join(", "), self.resource)?;
        if let Some(operation) = &self.enclosing_operation {
            write!(f, ", within {operation}")?;
        }
        if self.attributes.is_empty() {
            return Ok(());
        }
        let attributes: Vec<_> = self.attributes.iter().map(String::as_str).collect();
        write!(f, ", with {}", attributes.join(", "))
    }
}
