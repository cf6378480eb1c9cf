//! What the roles of the template let the functions write: no event is ever updated or deleted.

use serde_yaml_ng::Value;
use std::path::Path;

/// Actions that write nothing.
const READS: [&str; 3] = ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:ConditionCheckItem"];

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Sequence(values) => values.iter().flat_map(texts).collect(),
        Value::String(text) => vec![text.clone()],
        _ => Vec::new(), // !Ref and the like
    }
}

/// What is at the end of a path of keys; null if nothing is.
fn at(value: &Value, path: &[&str]) -> Value {
    path.iter().try_fold(value, |value, key| value.get(key)).cloned().unwrap_or_default()
}

/// Of each statement: the function or the role written out, the actions, and the partition keys it is for.
fn statements() -> Vec<(String, Vec<String>, Vec<String>)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../template.yaml");
    let text = std::fs::read_to_string(file).expect("the template is there");
    let template: Value = serde_yaml_ng::from_str(&text).expect("YAML");
    let resources = at(&template, &["Resources"]);
    let mut statements = Vec::new();
    for (name, resource) in resources.as_mapping().expect("resources") {
        for statement in statements_of(resource) {
            assert_eq!(at(&statement, &["Effect"]).as_str(), Some("Allow"));
            let keys = at(&statement, &["Condition", "ForAllValues:StringLike", "dynamodb:LeadingKeys"]);
            let name = name.as_str().expect("a name").to_owned();
            statements.push((name, texts(&at(&statement, &["Action"])), texts(&keys)));
        }
    }
    statements
}

/// The statements of a function's policies, or of a role; a function without policies has a role of its own.
fn statements_of(resource: &Value) -> Vec<Value> {
    let policies = at(resource, &["Properties", "Policies"]);
    let documents: Vec<Value> = match (at(resource, &["Type"]).as_str(), policies.as_sequence()) {
        (Some("AWS::Serverless::Function"), Some(policies)) => policies.clone(),
        (Some("AWS::Serverless::Function"), None) => {
            assert!(!at(resource, &["Properties", "Role"]).is_null(), "a function has neither policies nor a role");
            Vec::new()
        }
        (Some("AWS::IAM::Role"), Some(policies)) => {
            policies.iter().map(|policy| at(policy, &["PolicyDocument"])).collect()
        }
        (Some("AWS::IAM::Role"), None) => unreachable!("a role without policies of its own"),
        _ => Vec::new(), // neither a function nor a role
    };
    let statements = documents.iter().map(|document| at(document, &["Statement"]));
    statements.flat_map(|statements| statements.as_sequence().cloned().expect("policies are written out")).collect()
}

#[test]
fn no_role_may_update_or_delete_an_event_and_every_write_is_bound_to_its_kind_of_item() {
    for (function, actions, keys) in statements() {
        assert!(!actions.is_empty(), "{function}");
        for action in actions.iter().filter(|action| action.starts_with("dynamodb:") || action.contains('*')) {
            if READS.contains(&action.as_str()) {
                continue;
            }
            let allowed: &[&str] = match action.as_str() {
                "dynamodb:PutItem" => &["users#*", "user-email#*", "events#*", "idempotency#*"],
                "dynamodb:DeleteItem" => &["user-email#*"],
                other => unreachable!("{function} may {other}"),
            };
            assert!(!keys.is_empty(), "{function} may {action} everything");
            assert!(keys.iter().all(|key| allowed.contains(&key.as_str())), "{function} may {action} {keys:?}");
        }
    }
}

#[test]
fn the_writers_of_the_directory_may_do_this_and_no_more() {
    let of = |function: &str| {
        let own = statements().into_iter().filter(|(name, ..)| name == function);
        own.map(|(_, actions, keys)| format!("{} {}", actions.join(","), keys.join(","))).collect::<Vec<_>>()
    };
    let create = [
        "dynamodb:GetItem credential#*",
        "dynamodb:GetItem users#*",
        "dynamodb:PutItem users#*",
        "dynamodb:PutItem user-email#*",
        "dynamodb:PutItem events#*",
    ];
    assert_eq!(of("DashboardUserCreate"), create);
    assert_eq!(of("DashboardUserUpdate"), [&create[..], &["dynamodb:DeleteItem user-email#*"]].concat());
}

#[test]
fn the_recorders_may_put_events_and_query_none() {
    let of = |name: &str| {
        let own = statements().into_iter().filter(|(owner, ..)| owner == name);
        own.map(|(_, actions, keys)| format!("{} {}", actions.join(","), keys.join(","))).collect::<Vec<_>>()
    };
    let consume = [
        "sqs:ReceiveMessage,sqs:DeleteMessage,sqs:GetQueueAttributes ",
        "dynamodb:Query credentials#*",
        "dynamodb:PutItem events#*",
    ];
    assert_eq!(of("EventsConsumeRole"), consume);
    let record = [
        "dynamodb:GetItem credential#*",
        "dynamodb:PutItem events#*",
        "dynamodb:PutItem idempotency#*",
        "dynamodb:GetItem idempotency#*",
    ];
    assert_eq!(of("EventsRecord"), record);
}
