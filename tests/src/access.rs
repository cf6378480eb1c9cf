//! What a request to DynamoDB asks of IAM: read from the request itself, as the SDK sends it.

use audit_cli::template::Template;
use aws_sdk_dynamodb::types::{KeySchemaElement, KeyType};
use serde_json::{Map, Value};
use shared::table::attribute;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The operation that a write of several items is.
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
/// Every put, delete or check of a transaction needs the permission of that operation alone (DynamoDB Developer Guide,
/// "Using IAM with DynamoDB transactions"). Whether IAM sees their keys one by one or together is not documented; here they
/// are together, for a statement that allows all of them allows each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Access {
    /// Such as `dynamodb:GetItem`.
    pub action: String,
    /// What it is done to.
    pub resource: Resource,
    /// Condition key `dynamodb:LeadingKeys`: partition keys, of the table or the index.
    pub leading_keys: BTreeSet<String>,
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
    let key = match operation {
        "GetItem" | "DeleteItem" | "UpdateItem" => Some(partition_key(request, "Key")),
        "PutItem" => Some(partition_key(request, "Item")),
        "Query" => Some(queried_key(request, &resource)),
        _ => None,
    };
    vec![Access { action, resource, leading_keys: key.into_iter().collect(), enclosing_operation: None }]
}

fn of_transaction(request: &Value) -> Vec<Access> {
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for member in request.get("TransactItems").and_then(Value::as_array).expect("a transaction has items") {
        for (kind, write) in member.as_object().expect("an item of a transaction is an object") {
            let (action, key) = match kind.as_str() {
                "Put" => ("PutItem", partition_key(write, "Item")),
                "Delete" => ("DeleteItem", partition_key(write, "Key")),
                "Update" => ("UpdateItem", partition_key(write, "Key")),
                "ConditionCheck" => ("ConditionCheckItem", partition_key(write, "Key")),
                unknown => unreachable!("a transaction has no {unknown}"),
            };
            keys.entry(format!("dynamodb:{action}")).or_default().insert(key);
        }
    }
    let enclosing_operation = Some(TRANSACTION.to_owned());
    let access = |(action, leading_keys)| Access {
        action,
        resource: Resource::Table,
        leading_keys,
        enclosing_operation: enclosing_operation.clone(),
    };
    keys.into_iter().map(access).collect()
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
    let equations = condition.split(" AND ").filter_map(|part| part.split_once(" = "));
    let mut of_partition = equations.filter(|(name, _)| names.get(*name) == Some(&wanted));
    let (_, value) = of_partition.next().expect("a query is of one partition");
    let value = values.get(value).and_then(|value| value.get("S")).and_then(Value::as_str);
    value.expect("a partition key is a string").to_owned()
}

/// The attribute that is the partition key of the table or an index, by the template.
fn partition_attribute(resource: &Resource) -> String {
    let table = Template::built_in().expect("the shipped template is understood").table;
    let key: Vec<KeySchemaElement> = match resource {
        Resource::Table => table.key,
        Resource::Index(name) => {
            let index = table.indexes.into_iter().find(|index| index.index_name() == name);
            index.expect("the template has the index").key_schema
        }
    };
    let hash = key.into_iter().find(|element| element.key_type == KeyType::Hash);
    hash.expect("a key has a partition key").attribute_name
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
        match &self.enclosing_operation {
            Some(operation) => write!(f, ", within {operation}"),
            None => Ok(()),
        }
    }
}
