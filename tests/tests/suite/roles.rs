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

/// The statements of a role. A function must not have policies: SAM would make a role of them, and add AWS's own to it.
fn statements_of(resource: &Value) -> Vec<Value> {
    let policies = at(resource, &["Properties", "Policies"]);
    match at(resource, &["Type"]).as_str() {
        Some("AWS::Serverless::Function") => assert!(policies.is_null(), "a function has policies, and no role"),
        Some("AWS::IAM::Role") => {
            let documents = policies.as_sequence().expect("a role has policies of its own").iter();
            let statements =
                documents.flat_map(|policy| at(policy, &["PolicyDocument", "Statement"]).as_sequence().cloned());
            return statements.flatten().filter(|statement| !matches!(statement, Value::Tagged(_))).collect();
        }
        _ => {} // neither a function nor a role
    }
    Vec::new()
}

fn of_the_table(actions: &[String]) -> bool {
    actions.iter().all(|action| action.starts_with("dynamodb:"))
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
        let own = statements().into_iter().filter(|(name, actions, _)| name == function && of_the_table(actions));
        own.map(|(_, actions, keys)| format!("{} {}", actions.join(","), keys.join(","))).collect::<Vec<_>>()
    };
    let create =
        ["dynamodb:GetItem credential#*", "dynamodb:GetItem users#*", "dynamodb:PutItem users#*,user-email#*,events#*"];
    assert_eq!(of("DashboardUserCreateRole"), create);
    assert_eq!(of("DashboardUserUpdateRole"), [&create[..], &["dynamodb:DeleteItem user-email#*"]].concat());
}

#[test]
fn the_recorders_may_put_events_and_query_none() {
    let of = |name: &str| {
        let own = statements().into_iter().filter(|(owner, actions, _)| owner == name && of_the_table(actions));
        own.map(|(_, actions, keys)| format!("{} {}", actions.join(","), keys.join(","))).collect::<Vec<_>>()
    };
    let consume = ["dynamodb:Query credentials#*", "dynamodb:PutItem events#*"];
    assert_eq!(of("EventsConsumeRole"), consume);
    let record =
        ["dynamodb:GetItem credential#*", "dynamodb:PutItem events#*,idempotency#*", "dynamodb:GetItem idempotency#*"];
    assert_eq!(of("EventsRecordRole"), record);
}
