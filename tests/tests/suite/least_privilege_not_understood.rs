//! A role that the check of least privilege does not understand is refused, and not passed over.

use crate::least_privilege_refusals::with;
use serde_json::{Value, json};
use tests::role::roles;
use tests::template_json::template;

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
