//! The check of least privilege can fail: each permission taken away is named, and so is each one added.

use crate::least_privilege::seen;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::slice;
use tests::access::Resource;
use tests::least_privilege::violations;
use tests::role::{Permission, Role, roles};
use tests::template_json::template;

const KINDS: [&str; 8] =
    ["credential", "credentials", "events", "idempotency", "log", "log-dirty", "user-email", "users"];
const INDEXES: [&str; 4] = ["by-type", "by-email", "by-category", "by-subject"];

/// The template with something else at that place of a function's statements.
pub(crate) fn with(function: &str, place: &str, value: Value) -> Value {
    let mut template = template();
    let statements = format!("/Resources/{function}Role/Properties/Policies/0/PolicyDocument/Statement");
    *template.pointer_mut(&format!("{statements}{place}")).expect("the place is there") = value;
    template
}

/// What is wrong with the role of a function in that template.
async fn wrong(template: &Value, function: &str) -> Vec<String> {
    let roles = roles(template).expect("the roles are understood");
    let role = roles.get(function).expect("the function has a role");
    violations(role, seen().await.get(function).expect("it was seen")).into_iter().collect()
}

#[tokio::test]
async fn a_kind_of_key_that_is_taken_away_or_added_is_named() {
    let keys = |keys: Value| {
        let limit = "/1/Condition/ForAllValues:StringLike";
        with("DashboardUserCreate", limit, json!({"dynamodb:LeadingKeys": keys}))
    };

    let another = keys(json!(["idempotency#*"]));
    let lacks = "DashboardUserCreateRole lacks dynamodb:PutItem of users#* in the table, within TransactWriteItems, with \
        changed_at, created_at, email_address, pk, sk, status";
    assert!(wrong(&another, "dashboard-user-create").await.contains(&lacks.to_owned()));

    let one_more = keys(json!(["users#*", "idempotency#*"]));
    let needless = "DashboardUserCreateRole does not need PutUsers: dynamodb:PutItem of idempotency#* in the table";
    assert_eq!(wrong(&one_more, "dashboard-user-create").await, [needless]);
}

#[tokio::test]
async fn an_attribute_that_is_taken_away_is_missed() {
    let attributes = json!({"dynamodb:Attributes": ["pk", "sk", "request_hash", "event_sort_keys"]});
    let one_less = with("EventsRecord", "/1/Condition/ForAllValues:StringEquals", attributes);
    let expected = [
        "EventsRecordRole does not need PutIdempotencyRecords: dynamodb:PutItem of idempotency#* in the table",
        "EventsRecordRole lacks dynamodb:PutItem of idempotency#* in the table, within TransactWriteItems, with \
            client_id, event_sort_keys, expires_at, pk, request_hash, sk",
    ];
    assert_eq!(wrong(&one_less, "events-record").await, expected);
}

#[tokio::test]
async fn an_action_or_an_index_that_is_added_is_named_and_so_is_one_in_the_place_of_another() {
    let both = with("EventsRecord", "/2/Action", json!(["dynamodb:GetItem", "dynamodb:Query"]));
    let needless =
        "EventsRecordRole does not need ReadIdempotencyRecords: dynamodb:Query of idempotency#* in the table";
    assert_eq!(wrong(&both, "events-record").await, [needless]);

    let index = |name: &str| json!({"Fn::Sub": format!("${{Table.Arn}}/index/{name}")});
    let both = with("UsersAudit", "/0/Resource", json!([index("by-category"), index("by-type")]));
    let needless = "UsersAuditRole does not need QueryByCategory: dynamodb:Query of events#* in by-type";
    assert_eq!(wrong(&both, "users-audit").await, [needless]);

    let another = with("UsersAudit", "/0/Resource", index("by-subject"));
    let expected = [
        "UsersAuditRole does not need QueryByCategory: dynamodb:Query of events#* in by-subject",
        "UsersAuditRole lacks dynamodb:Query of events#* in by-category",
    ];
    assert_eq!(wrong(&another, "users-audit").await, expected);
}

#[tokio::test]
async fn a_write_that_need_not_be_in_a_transaction_is_named_where_it_always_is() {
    let condition = json!({"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["user-email#*"]},
        "ForAllValues:StringEquals": {"dynamodb:Attributes": ["pk", "sk", "user_id"]},
        "Null": {"dynamodb:LeadingKeys": "false", "dynamodb:Attributes": "false"}});
    let loose = with("DashboardUserUpdate", "/4/Condition", condition);
    let needless = "DashboardUserUpdateRole does not need DeleteEmailGuards: dynamodb:DeleteItem of user-email#* in the \
        table outside TransactWriteItems";
    assert_eq!(wrong(&loose, "dashboard-user-update").await, [needless]);
}

#[tokio::test]
async fn a_statement_that_says_what_another_says_is_named() {
    let read = template()["Resources"]["ReadCredentialsPolicy"]["Properties"]["PolicyDocument"]["Statement"][0].clone();
    let twice = with("UsersAudit", "/0", read);
    let expected = [
        "UsersAuditRole does not need ReadCredentials: dynamodb:GetItem of credential#* in the table",
        "UsersAuditRole lacks dynamodb:Query of events#* in by-category",
    ];
    assert_eq!(wrong(&twice, "users-audit").await, expected);
}

#[tokio::test]
async fn every_permission_taken_away_is_missed() {
    for (function, role) in roles(&template()).unwrap() {
        let lesser = role.with_one_less();
        assert!(lesser.len() >= role.permissions.len(), "{function}: each permission is taken away in turn");
        for (permission, lesser) in lesser {
            let wrong = violations(&lesser, &seen().await[&function]);
            assert!(wrong.iter().any(|line| line.starts_with(&format!("{} lacks ", role.name))), "{permission}");
        }
    }
}

#[tokio::test]
async fn every_permission_added_is_too_many() {
    let actions =
        ["GetItem", "Query", "PutItem", "DeleteItem", "UpdateItem", "ConditionCheckItem", "BatchWriteItem", "Scan"];
    let tables = [Resource::Table].into_iter().chain(INDEXES.map(|name| Resource::Index(name.to_owned())));
    let tables: Vec<_> = tables.collect();
    let of = |action| tables.iter().flat_map(move |table| KINDS.map(|kind| permission(action, table, kind)));
    let added: Vec<_> = actions.into_iter().flat_map(of).collect();
    for (function, role) in roles(&template()).unwrap() {
        let seen = &seen().await[&function];
        for added in &added {
            let text = format!("{} does not need {added}", role.name);
            let more = Role { permissions: [&role.permissions[..], slice::from_ref(added)].concat(), ..role.clone() };
            assert!(violations(&more, seen).contains(&text), "{text}");
        }
    }
}

fn permission(action: &str, resource: &Resource, kind: &str) -> Permission {
    Permission {
        sid: "Added".to_owned(),
        action: format!("dynamodb:{action}"),
        resource: resource.clone(),
        kinds: BTreeSet::from([kind.to_owned()]),
        attributes: None,
        in_transaction: true,
    }
}
