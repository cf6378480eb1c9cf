//! The roles of the template's functions, read strictly: what is not understood is an error, and never passed over.

use crate::access::{Access, Resource, TRANSACTION};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What a function may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its name in the template.
    pub name: String,
    /// What it may do with the table.
    pub permissions: Vec<Permission>,
    /// Statements for other services and for the table's stream, as they stand.
    pub other_statements: Vec<Value>,
}

/// What one statement allows of one action on one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// Its statement.
    pub sid: String,
    /// Such as `dynamodb:GetItem`.
    pub action: String,
    /// What it is for.
    pub resource: Resource,
    /// Kinds of partition keys that it is for: `events` for `events#*`.
    pub kinds: BTreeSet<String>,
    /// Attributes that a write may name; none for a read, which may name all.
    pub attributes: Option<BTreeSet<String>>,
    /// Whether it is for writes in a transaction only.
    pub in_transaction: bool,
}

/// Condition key: the partition keys that a request names.
const LEADING_KEYS: &str = "dynamodb:LeadingKeys";

/// Condition key: the top-level attributes that a request names.
const ATTRIBUTES: &str = "dynamodb:Attributes";

/// Actions that change nothing.
const READS: [&str; 3] = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"];

/// What Lambda does with a role that it reads a table's stream with. No request of a function does it, and no condition limits it.
const OF_A_STREAM: [&str; 4] =
    ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"];

/// The role of each function, by the function's folder.
///
/// # Errors
/// Names the function or role, and what in it is not understood.
pub fn roles(template: &Value) -> Result<BTreeMap<String, Role>, String> {
    let resources = template.get("Resources").and_then(Value::as_object).ok_or("no resources")?;
    let functions = resources.iter().filter(|(_, resource)| resource["Type"] == "AWS::Serverless::Function");
    let role = |(function, resource): (&String, &Value)| {
        let name = format!("{function}Role");
        let properties = &resource["Properties"];
        if properties["Role"] != json!({"Fn::GetAtt": format!("{name}.Arn")}) {
            return Err(format!("{function} has not the role {name}"));
        }
        if properties.get("Policies").is_some() || resource.get("Connectors").is_some() {
            return Err(format!("{function} has permissions beside its role"));
        }
        let folder = properties["CodeUri"].as_str().and_then(|uri| uri.strip_prefix("functions/"));
        let folder = folder.ok_or_else(|| format!("{function} has no CodeUri in functions/"))?;
        Ok((folder.to_owned(), Role::parse(&name, template, resources)?))
    };
    functions.map(role).collect()
}

impl Role {
    fn parse(name: &str, template: &Value, resources: &Map<String, Value>) -> Result<Self, String> {
        let role = resources.get(name).ok_or_else(|| format!("there is no {name}"))?;
        let mut read = Self { name: name.to_owned(), permissions: Vec::new(), other_statements: Vec::new() };
        for statement in statements(name, role, resources)? {
            if statement["Action"].to_string().contains("dynamodb:") && statement["Action"] != json!(OF_A_STREAM) {
                let permissions = permissions(statement, template).map_err(|problem| {
                    format!("{name}, {}: {problem}", statement["Sid"].as_str().unwrap_or("a statement without a Sid"))
                })?;
                read.permissions.extend(permissions);
            } else {
                read.other_statements.push(statement.clone());
            }
        }
        Ok(read)
    }

    /// Whether it allows an access.
    pub fn allows(&self, access: &Access) -> bool {
        self.permissions.iter().any(|permission| permission.allows(access))
    }

    /// Every role that differs by one permission less, and what it lacks.
    pub fn with_one_less(&self) -> Vec<(String, Self)> {
        let mut lesser = Vec::new();
        for (at, permission) in self.permissions.iter().enumerate() {
            let with = |changed: Permission| {
                let mut permissions = self.permissions.clone();
                permissions.splice(at..=at, Some(changed).filter(|changed| !changed.kinds.is_empty()));
                Self { permissions, ..self.clone() }
            };
            for kind in &permission.kinds {
                let mut less = permission.clone();
                less.kinds.remove(kind);
                lesser.push((permission.of_kind(kind), with(less)));
            }
            if !READS.contains(&permission.action.as_str()) && !permission.in_transaction {
                let less = Permission { in_transaction: true, ..permission.clone() };
                lesser.push((format!("{permission} outside {TRANSACTION}"), with(less)));
            }
        }
        lesser
    }
}

impl Permission {
    fn allows(&self, access: &Access) -> bool {
        let Self { sid: _, action, resource, kinds, attributes, in_transaction } = self;
        let is_ours = |key: &String| key.split_once('#').is_some_and(|(kind, _)| kinds.contains(kind));
        *action == access.action
            && *resource == access.resource
            && !access.leading_keys.is_empty() // Null
            && access.leading_keys.iter().all(is_ours) // ForAllValues:StringLike
            && attributes.as_ref().is_none_or(|listed| !access.attributes.is_empty() && access.attributes.is_subset(listed))
            && (!in_transaction || access.enclosing_operation.as_deref() == Some(TRANSACTION))
    }

    fn of_kind(&self, kind: &str) -> String {
        format!("{}: {} of {kind}#* in {}", self.sid, self.action, self.resource)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds: Vec<_> = self.kinds.iter().map(|kind| format!("{kind}#*")).collect();
        write!(f, "{}: {} of {} in {}", self.sid, self.action, kinds.join(", "), self.resource)
    }
}

/// Every statement of a role: those of the managed policies that are attached to it, then its own.
fn statements<'a>(name: &str, role: &'a Value, resources: &'a Map<String, Value>) -> Result<Vec<&'a Value>, String> {
    let attached = role.pointer("/Properties/ManagedPolicyArns").and_then(Value::as_array);
    let attached = attached.ok_or_else(|| format!("{name} has not a list of managed policies"))?;
    let own = role.pointer("/Properties/Policies").and_then(Value::as_array).filter(|policies| policies.len() == 1);
    let [policy] = own.map(Vec::as_slice).unwrap_or_default() else {
        return Err(format!("{name} is not of one policy"));
    };
    let mut documents = Vec::new();
    for policy in attached.iter().filter(|policy| **policy != policy_of_the_key()) {
        let managed = policy["Ref"].as_str().and_then(|policy| resources.get(policy));
        let managed = managed.filter(|managed| managed["Type"] == "AWS::IAM::ManagedPolicy");
        documents.push(
            &managed.ok_or_else(|| format!("{name} has {policy}, which is no policy of the template"))?["Properties"],
        );
    }
    documents.push(policy);
    let mut statements = Vec::new();
    for document in documents {
        let of_policy = document.pointer("/PolicyDocument/Statement").and_then(Value::as_array);
        statements.extend(of_policy.ok_or_else(|| format!("{name} has a policy without statements"))?);
    }
    Ok(statements)
}

/// The policy that is attached where the operator has a key of their own. It allows nothing of DynamoDB.
fn policy_of_the_key() -> Value {
    json!({"Fn::If": ["HasKmsKey", {"Ref": "UseKmsKeyPolicy"}, {"Ref": "AWS::NoValue"}]})
}

/// What a statement for the table allows: each of its actions on each of its resources.
fn permissions(statement: &Value, template: &Value) -> Result<Vec<Permission>, String> {
    let known = ["Sid", "Effect", "Action", "Resource", "Condition"];
    let fields = statement.as_object().ok_or("it is not an object")?;
    if let Some(unknown) = fields.keys().find(|name| !known.contains(&name.as_str())) {
        return Err(format!("{unknown} is not understood"));
    }
    if statement["Effect"] != "Allow" {
        return Err("its Effect is not Allow".to_owned());
    }
    let Condition { kinds, attributes, in_transaction } = condition(&statement["Condition"], template)?;
    let sid = statement["Sid"].as_str().ok_or("it has no Sid")?;
    let mut permissions = Vec::new();
    for action in strings(&statement["Action"])? {
        if !action.starts_with("dynamodb:") || action.contains(['*', '?']) {
            return Err(format!("{action} is not an action of DynamoDB"));
        }
        if attributes.is_none() && !READS.contains(&action.as_str()) {
            return Err(format!("{action} is not limited to dynamodb:Attributes, with Null"));
        }
        for place in one_or_many(&statement["Resource"]) {
            permissions.push(Permission {
                sid: sid.to_owned(),
                action: action.clone(),
                resource: resource(place)?,
                kinds: kinds.clone(),
                attributes: attributes.clone(),
                in_transaction,
            });
        }
    }
    Ok(permissions)
}

fn resource(resource: &Value) -> Result<Resource, String> {
    let index = resource["Fn::Sub"].as_str().and_then(|text| text.strip_prefix("${Table.Arn}/index/"));
    match index {
        _ if *resource == json!({"Fn::GetAtt": "Table.Arn"}) => Ok(Resource::Table),
        Some(name) if !name.contains(['*', '?', '/', '$']) => Ok(Resource::Index(name.to_owned())),
        _ => Err(format!("{resource} is neither the table nor one index")),
    }
}

/// What a condition limits to.
struct Condition {
    kinds: BTreeSet<String>,
    attributes: Option<BTreeSet<String>>,
    in_transaction: bool,
}

fn condition(condition: &Value, template: &Value) -> Result<Condition, String> {
    let mut read = Condition { kinds: BTreeSet::new(), attributes: None, in_transaction: false };
    let mut asked_for = BTreeSet::new();
    let nothing = Map::new();
    for (operator, test) in condition.as_object().unwrap_or(&nothing) {
        match (operator.as_str(), test) {
            ("ForAllValues:StringLike", test) => read.kinds = leading_keys(test)?,
            ("ForAllValues:StringEquals", test) => read.attributes = Some(attributes(test, template)?),
            ("Null", Value::Object(keys)) if keys.values().all(|is_absent| is_absent == "false") => {
                asked_for = keys.keys().map(String::as_str).collect();
            }
            ("ForAnyValue:StringEquals", test) if *test == json!({"dynamodb:EnclosingOperation": [TRANSACTION]}) => {
                read.in_transaction = true;
            }
            _ => return Err(format!("the condition {operator} {test} is not understood")),
        }
    }
    let limits = [(!read.kinds.is_empty(), LEADING_KEYS), (read.attributes.is_some(), ATTRIBUTES)];
    let limited_by: BTreeSet<_> =
        limits.into_iter().filter(|(is_limited, _)| *is_limited).map(|(_, key)| key).collect();
    if !limited_by.contains(LEADING_KEYS) || !asked_for.contains(LEADING_KEYS) {
        return Err("it is not limited to kinds of dynamodb:LeadingKeys, with Null".to_owned());
    }
    if limited_by != asked_for {
        return Err(format!("it is limited by {limited_by:?} and asks with Null for {asked_for:?}"));
    }
    Ok(read)
}

/// The attributes of a test, which are a list of the template's `Mappings`.
fn attributes(test: &Value, template: &Value) -> Result<BTreeSet<String>, String> {
    let not_understood = || format!("{test} is not a test of {ATTRIBUTES}");
    let only = test.as_object().filter(|keys| keys.len() == 1).and_then(|keys| keys.get(ATTRIBUTES));
    let mut listed = only.ok_or_else(not_understood)?;
    if let Some(at) = listed.get("Fn::FindInMap") {
        let path = format!("/Mappings/{}", strings(at)?.join("/"));
        listed = template.pointer(&path).ok_or_else(|| format!("there is no {path}"))?;
    }
    let names = strings(listed)?;
    match names.iter().find(|name| name.contains(['*', '?', '$'])) {
        Some(pattern) => Err(format!("{pattern} is not the name of an attribute")),
        None => Ok(names.into_iter().collect()),
    }
}

/// The kinds of `kind#*`. A wider pattern would not be the permission for one kind of item.
fn leading_keys(test: &Value) -> Result<BTreeSet<String>, String> {
    let only = test.as_object().filter(|keys| keys.len() == 1).and_then(|keys| keys.get("dynamodb:LeadingKeys"));
    let kind = |pattern: &String| {
        let kind = pattern.strip_suffix("#*").filter(|kind| !kind.is_empty() && !kind.contains(['*', '?', '#', '$']));
        kind.map(ToOwned::to_owned).ok_or_else(|| format!("{pattern} is not one kind of key, # and *"))
    };
    let patterns = only.ok_or_else(|| format!("{test} is not a test of dynamodb:LeadingKeys"))?;
    strings(patterns)?.iter().map(kind).collect()
}

fn one_or_many(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |values| values.iter().collect())
}

fn strings(value: &Value) -> Result<Vec<String>, String> {
    let text = |value: &Value| value.as_str().map(ToOwned::to_owned).ok_or_else(|| format!("{value} is not text"));
    one_or_many(value).into_iter().map(text).collect()
}
