//! What a request asks of a role is all that is in it; and no role allows what no function may ask for.

use serde_json::json;
use shared::store::usage::Usage;
use shared::values::ids::UserId;
use std::collections::BTreeSet;
use tests::Bed;
use tests::access::{Access, Resource, TRANSACTION, asked};
use tests::requests_sent::as_function;
use tests::role::roles;
use tests::template_json::template;

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
