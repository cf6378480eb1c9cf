//! The check of least privilege can fail: each permission taken away is named, and so is each one added.

use crate::least_privilege::seen;
use serde_json::{Value, json};
use shared::store::usage::Usage;
use shared::values::ids::UserId;
use std::collections::BTreeSet;
use std::slice;
use tests::Bed;
use tests::access::{Access, Resource, TRANSACTION, asked};
use tests::least_privilege::violations;
use tests::requests_sent::as_function;
use tests::role::{Permission, Role, roles};
use tests::template_json::template;

const KINDS: [&str; 8] =
    ["credential", "credentials", "events", "idempotency", "log", "log-dirty", "user-email", "users"];
const INDEXES: [&str; 4] = ["by-type", "by-email", "by-category", "by-subject"];

/// The template with something else at that place of a function's statements.
fn with(function: &str, place: &str, value: Value) -> Value {
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

#[test]
fn no_function_may_give_history_an_end_or_write_the_key_of_an_index_where_none_belongs() {
    let index_keys = ["type_pk", "email_pk", "category_pk", "subject_pk"];
    for (function, role) in roles(&template()).unwrap() {
        let others = ["users", "user-email", "counts", "credential", "idempotency", "log", "log-dirty", "reconciled"];
        let without_an_end = ["events", "log", "reconciled"].map(|kind| (kind, &["expires_at"][..]));
        for (kind, foreign) in without_an_end.into_iter().chain(others.map(|kind| (kind, &index_keys[..]))) {
            for attribute in foreign {
                for action in ["PutItem", "UpdateItem", "DeleteItem"] {
                    for operation in [None, Some(TRANSACTION)] {
                        let key = format!("{kind}#acme");
                        let plain = access(action, &[&key], operation);
                        let attributes = plain.attributes.iter().cloned().chain([(*attribute).to_owned()]).collect();
                        let access = Access { attributes, ..plain };
                        assert!(!role.allows(&access), "{function} may {access}");
                    }
                }
            }
        }
    }
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

#[test]
fn what_is_not_understood_is_refused_and_not_passed_over() {
    let keys = |pattern: &str| json!({"dynamodb:LeadingKeys": [pattern]});
    let refused = |place: &str, value: Value| roles(&with("DashboardUserGet", place, value)).unwrap_err();
    let limit = "/0/Condition/ForAllValues:StringLike";
    for (place, value, problem) in [
        ("/0/Action", json!("dynamodb:*"), "dynamodb:* is not an action of DynamoDB"),
        ("/0/Action", json!(["dynamodb:GetItem", "s3:GetObject"]), "s3:GetObject is not an action of DynamoDB"),
        ("/0/Action", json!("dynamodb:PutItem"), "dynamodb:PutItem is not limited to dynamodb:Attributes, with Null"),
        (
            "/0/Action",
            json!("dynamodb:GetRecords"),
            "dynamodb:GetRecords is not limited to dynamodb:Attributes, with Null",
        ),
        ("/0/Effect", json!("Deny"), "its Effect is not Allow"),
        ("/0/Resource", json!("*"), r#""*" is neither the table nor one index"#),
        (
            "/0/Resource",
            json!({"Fn::Sub": "${Table.Arn}/index/*"}),
            r#"{"Fn::Sub":"${Table.Arn}/index/*"} is neither the table nor one index"#,
        ),
        ("/0/Condition", json!({}), "it is not limited to kinds of dynamodb:LeadingKeys, with Null"),
        (
            "/0/Condition",
            json!({"ForAllValues:StringLike": keys("users#*")}),
            "it is not limited to kinds of dynamodb:LeadingKeys, with Null",
        ),
        (
            "/0/Condition",
            json!({"StringEquals": {"dynamodb:Select": "COUNT"}}),
            r#"the condition StringEquals {"dynamodb:Select":"COUNT"} is not understood"#,
        ),
        (limit, keys("*"), "* is not one kind of key, # and *"),
        (limit, keys("users*"), "users* is not one kind of key, # and *"),
        (limit, keys("c*#*"), "c*#* is not one kind of key, # and *"),
        (
            limit,
            json!({"dynamodb:Attributes": ["pk"]}),
            r#"{"dynamodb:Attributes":["pk"]} is not a test of dynamodb:LeadingKeys"#,
        ),
        (
            "/0/Condition",
            json!({"ForAllValues:StringLike": keys("users#*"), "Null": {"dynamodb:LeadingKeys": "false"},
                "ForAllValues:StringEquals": {"dynamodb:Attributes": ["pk"]}}),
            r#"it is limited by {"dynamodb:Attributes", "dynamodb:LeadingKeys"} and asks with Null for {"dynamodb:LeadingKeys"}"#,
        ),
        (
            "/0/Condition",
            json!({"ForAllValues:StringEquals": {"dynamodb:Attributes": ["*"]}}),
            "* is not the name of an attribute",
        ),
        (
            "/0/Condition",
            json!({"ForAllValues:StringEquals": {"dynamodb:Attributes": {"Fn::FindInMap": ["Attributes", "Of", "None"]}}}),
            "there is no /Mappings/Attributes/Of/None",
        ),
    ] {
        assert_eq!(refused(place, value), format!("DashboardUserGetRole, ReadUsers: {problem}"));
    }
    let mut shared = template();
    shared["Resources"]["ReadCredentialsPolicy"]["Properties"]["PolicyDocument"]["Statement"][0]["Action"] =
        json!("dynamodb:*");
    let problem = "AuditTrailRole, ReadCredentials: dynamodb:* is not an action of DynamoDB";
    assert_eq!(roles(&shared).unwrap_err(), problem);
}

#[test]
fn a_policy_that_is_not_of_the_template_is_refused() {
    let attached = |policies: Value| {
        let mut template = template();
        template["Resources"]["UsersAuditRole"]["Properties"]["ManagedPolicyArns"] = policies;
        roles(&template).unwrap_err()
    };
    let amazons = "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess";
    for (policies, problem) in [
        (json!([amazons]), format!("UsersAuditRole has \"{amazons}\", which is no policy of the template")),
        (
            json!([{"Ref": "Table"}]),
            "UsersAuditRole has {\"Ref\":\"Table\"}, which is no policy of the template".to_owned(),
        ),
        (json!({"Ref": "Policies"}), "UsersAuditRole has not a list of managed policies".to_owned()),
    ] {
        assert_eq!(attached(policies), problem);
    }
}

#[test]
fn a_function_with_the_role_of_another_or_with_policies_beside_its_role_is_refused() {
    let mut shared = template();
    shared["Resources"]["UsersAudit"]["Properties"]["Role"] = json!({"Fn::GetAtt": "AuditTrailRole.Arn"});
    assert_eq!(roles(&shared).unwrap_err(), "UsersAudit has not the role UsersAuditRole");

    let mut beside = template();
    beside["Resources"]["UsersAudit"]["Properties"]["Policies"] = json!("AmazonDynamoDBFullAccess");
    assert_eq!(roles(&beside).unwrap_err(), "UsersAudit has permissions beside its role");
}

#[tokio::test]
#[should_panic(expected = "the role of users-audit does not allow dynamodb:GetItem of users#* in the table")]
async fn every_test_holds_the_functions_to_their_roles() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let (user, usage) = (UserId::parse("usr_1").expect("a user id"), Usage::default());
    let _ = as_function("users-audit", bed.store().user(&account.id, &user, &usage)).await;
}

/// An access to items of which nothing but the key is named.
fn access(action: &str, keys: &[&str], enclosing_operation: Option<&str>) -> Access {
    let is_write = matches!(action, "PutItem" | "UpdateItem" | "DeleteItem" | "ConditionCheckItem");
    Access {
        action: format!("dynamodb:{action}"),
        resource: Resource::Table,
        leading_keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        attributes: if is_write { BTreeSet::from(["pk".to_owned(), "sk".to_owned()]) } else { BTreeSet::new() },
        enclosing_operation: enclosing_operation.map(ToOwned::to_owned),
    }
}

#[test]
fn requests_ask_for_the_actions_and_keys_that_are_in_them() {
    let put = |pk: &str| json!({"Put": {"TableName": "t", "Item": {"pk": {"S": pk}, "sk": {"S": "s"}}}});
    let key = |pk: &str| json!({"TableName": "t", "Key": {"pk": {"S": pk}, "sk": {"S": "s"}}});
    let items = [put("users#a"), put("events#a#00"), json!({"Delete": key("user-email#a#e")})];
    let expected = [
        access("PutItem", &["users#a"], Some(TRANSACTION)),
        access("PutItem", &["events#a#00"], Some(TRANSACTION)),
        access("DeleteItem", &["user-email#a#e"], Some(TRANSACTION)),
    ];
    assert_eq!(asked("TransactWriteItems", &json!({"TransactItems": items})), expected);
    let checks = [json!({"ConditionCheck": key("users#a")}), json!({"Update": key("users#b")})];
    let expected = [
        access("ConditionCheckItem", &["users#a"], Some(TRANSACTION)),
        access("UpdateItem", &["users#b"], Some(TRANSACTION)),
    ];
    assert_eq!(asked("TransactWriteItems", &json!({"TransactItems": checks})), expected);

    assert_eq!(asked("GetItem", &key("users#a")), [access("GetItem", &["users#a"], None)]);
    let keys = ["events#a#00", "users#a", "events#a#00"].map(|pk| json!({"pk": {"S": pk}, "sk": {"S": "s"}}));
    let batch = json!({"RequestItems": {"t": {"Keys": keys, "ConsistentRead": true}}});
    assert_eq!(asked("BatchGetItem", &batch), [access("BatchGetItem", &["events#a#00", "users#a"], None)]);
    let query = json!({"TableName": "t", "IndexName": "by-email",
        "KeyConditionExpression": "#sk BETWEEN :from AND :to AND #pk = :pk",
        "ExpressionAttributeNames": {"#pk": "email_pk", "#sk": "sk"},
        "ExpressionAttributeValues": {":pk": {"S": "events#a#00#email#e"}, ":from": {"S": "0"}, ":to": {"S": ":"}}});
    let by_email =
        Access { resource: Resource::Index("by-email".to_owned()), ..access("Query", &["events#a#00#email#e"], None) };
    assert_eq!(asked("Query", &query), [by_email]);
}

#[test]
fn a_write_asks_for_the_attributes_of_its_item_and_of_its_expressions() {
    let names = |asked: Vec<Access>| {
        let [access] = &asked[..] else { panic!("one access, not {asked:?}") };
        access.attributes.iter().cloned().collect::<Vec<_>>()
    };
    let put = json!({"TableName": "t", "Item": {"pk": {"S": "users#a"}, "sk": {"S": "s"}, "status": {"S": "active"}},
        "ConditionExpression": "#changed_at = :seen", "ExpressionAttributeNames": {"#changed_at": "changed_at"}});
    assert_eq!(names(asked("PutItem", &put)), ["changed_at", "pk", "sk", "status"]);
    let transaction = json!({"TransactItems": [{"Put": put}]});
    assert_eq!(names(asked("TransactWriteItems", &transaction)), ["changed_at", "pk", "sk", "status"]);

    let update = json!({"TableName": "t", "Key": {"pk": {"S": "counts#a#00"}, "sk": {"S": "s"}},
        "UpdateExpression": "SET #n = :n REMOVE #m", "ExpressionAttributeNames": {"#n": "users_count", "#m": "version"}});
    assert_eq!(names(asked("UpdateItem", &update)), ["pk", "sk", "users_count", "version"]);
}

#[test]
fn a_request_that_is_not_known_is_allowed_by_no_role() {
    for operation in ["Scan", "BatchWriteItem", "ExecuteStatement", "TransactGetItems"] {
        let asked = asked(operation, &json!({"TableName": "t"}));
        assert_eq!(asked, [access(operation, &[], None)]);
        for role in roles(&template()).unwrap().values() {
            assert!(!asked.iter().any(|access| role.allows(access)), "{} allows {operation}", role.name);
        }
    }
}
