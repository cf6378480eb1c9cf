//! The roles of the template to the letter: what each function may write, and that nothing else gives permissions. What it may do
//! with the table stands in docs/operations.md, which `roles_documented.rs` holds against the roles.

use serde_json::{Value, json};
use shared::event::attributes::EventAttributes;
use std::collections::{BTreeMap, BTreeSet};
use tests::access::Resource;
use tests::role::{Permission, Role, roles};
use tests::template_json::template;

/// Attributes that a write may name, by the kind of item, whichever function writes it; those of events are [`of_events`]. That a
/// function writes each is in `least_privilege.rs`.
const ATTRIBUTES: &[(&str, &str)] = &[
    ("counts", "counted_at events_count pk sk subject_counts user_access_count users_count version"),
    (
        "destinations",
        "changed_at delivered_at failing_since failure failures lease leased_until next_try_at pk position range_end sk status \
            status_why took_ms",
    ),
    // Of a destination that is gone for good.
    (
        "events",
        "current_state event_description event_type message pk previous_state principal_ip_address principal_name \
            principal_role recorded_at recorded_by salt sk type_pk",
    ),
    ("idempotency", "client_id event_sort_keys expires_at pk request_hash sk"),
    ("log", "appended_at count entries newest pk sizes sk"),
    ("log", "hash pk sk"), // a node of the tree over it
    ("log-dirty", "accounts expires_at pk sk"),
    ("reconciled", "count pending pk position sk sum"),
    (
        "rounds",
        "checkpoint created_at dirty_from entries hash heads origin pad parts pk sk snapshot verifier_key whole",
    ),
    (
        "session",
        "access account client_id created_at ends_at event_type expires_at from_day origins pk principal_email sk \
            subject_category subject_user_id to_day",
    ),
    ("session", "ended_at pk sk"), // its end before its time
    ("sign-in", "attempts expires_at pk sk"),
    ("user-email", "pk sk user_id"),
    (
        "viewer-link",
        "account client_id created_at ends_at event_type expires_at from_day origins pk principal_email sk \
            subject_category subject_user_id to_day",
    ),
    ("viewer-link", "ends_at pk sk spent_at"), // that it was opened
    ("users", "changed_at created_at email_address name pk role sk status"),
];

/// What the code's own list says that an event has, the salt of its hashes, and its keys in the table and in the indexes.
fn of_events() -> String {
    let mut names = vec!["pk", "sk", "salt", "type_pk", "email_pk", "category_pk", "subject_pk"];
    EventAttributes::each(|name| name).for_each(|name, _| names.push(name));
    names.sort_unstable();
    names.join(" ")
}

fn shipped() -> BTreeMap<String, Role> {
    roles(&template()).expect("the roles are understood")
}

/// Names of the resources of a type.
fn names(template: &Value, of_type: &str) -> BTreeSet<String> {
    let resources = template["Resources"].as_object().expect("resources").iter();
    resources.filter(|(_, resource)| resource["Type"] == of_type).map(|(name, _)| name.clone()).collect()
}

#[test]
fn the_functions_may_write_these_attributes_and_no_others() {
    let mut listed = BTreeSet::new();
    for role in shipped().into_values() {
        for permission in role.permissions {
            let Some(attributes) = permission.attributes else { continue };
            let attributes: Vec<_> = attributes.iter().map(String::as_str).collect();
            let attributes = attributes.join(" ");
            listed.extend(permission.kinds.into_iter().map(|kind| (kind, attributes.clone())));
        }
    }
    let expected = ATTRIBUTES.iter().map(|(kind, attributes)| ((*kind).to_owned(), (*attributes).to_owned()));
    assert_eq!(listed, expected.chain([("events".to_owned(), of_events())]).collect());
}

#[test]
fn nobody_may_update_or_delete_an_event_and_nobody_who_puts_events_may_query_them() {
    for (function, role) in shipped() {
        let mut on_events = BTreeSet::new();
        for Permission { action, resource, kinds, .. } in &role.permissions {
            let kinds: Vec<_> = kinds.iter().map(String::as_str).collect();
            if kinds.contains(&"events") {
                on_events.insert(action.as_str());
            }
            match action.as_str() {
                "dynamodb:GetItem" | "dynamodb:BatchGetItem" | "dynamodb:PutItem" => {
                    assert_eq!(resource, &Resource::Table, "{function}");
                }
                "dynamodb:Query" => {}
                "dynamodb:UpdateItem" if function == "events-deliver" => assert_eq!(kinds, ["destinations"]),
                "dynamodb:UpdateItem" if function == "trail-view" => {
                    assert!([["session"], ["viewer-link"], ["sign-in"]].iter().any(|kind| kinds == *kind), "{kinds:?}");
                }
                "dynamodb:UpdateItem" => assert_eq!(kinds, ["counts"], "{function} may update more than a day's count"),
                "dynamodb:DeleteItem" => assert_eq!(kinds, ["user-email"], "{function} may delete more than a lock"),
                other => unreachable!("{function} may {other}"),
            }
        }
        // It reads what it sends, and tells of a destination that it pauses, of nobody's address and of no subject.
        if function == "events-deliver" {
            assert_eq!(on_events, BTreeSet::from(["dynamodb:BatchGetItem", "dynamodb:PutItem"]));
            continue;
        }
        let only_puts = on_events == BTreeSet::from(["dynamodb:PutItem"]);
        assert!(only_puts || !on_events.contains("dynamodb:PutItem"), "{function} may {on_events:?} events");
    }
}

/// These are not our code's: Lambda itself writes the log and the traces, and reads the queue and the stream, with the function's
/// role. So no request of ours shows what is needed; the Lambda Developer Guide says it.
#[test]
fn what_lambda_itself_does_with_a_role_is_this() {
    let logs = json!({"Sid": "WriteLogs", "Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": {"Fn::GetAtt": "FunctionsLogGroup.Arn"}});
    let traces = json!({"Sid": "WriteTraces", "Effect": "Allow",
        "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "Resource": "*"});
    let queue = json!({"Sid": "ReadQueue", "Effect": "Allow",
        "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        "Resource": {"Fn::GetAtt": "EventsQueue.Arn"}});
    let decrypt = json!({"Fn::If": ["HasKmsKey",
        {"Sid": "DecryptMessages", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": {"Ref": "KmsKeyArn"},
            "Condition": {"StringEquals": {"kms:ViaService": {"Fn::Sub": "sqs.${AWS::Region}.amazonaws.com"}}}},
        {"Ref": "AWS::NoValue"}]});
    let stream = json!({"Sid": "ReadStream", "Effect": "Allow",
        "Action": ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"],
        "Resource": {"Fn::Sub": "${Table.Arn}/stream/*"}});
    for (function, role) in shipped() {
        let expected = match function.as_str() {
            "log-sign" => [vec![logs.clone(), traces.clone()], of_log_sign()].concat(),
            "log-append" => vec![logs.clone(), traces.clone(), stream.clone()],
            "events-deliver" => [vec![logs.clone(), traces.clone(), stream.clone()], of_events_deliver()].concat(),
            "events-consume" => vec![logs.clone(), traces.clone(), queue.clone(), decrypt.clone()],
            _ => vec![logs.clone(), traces.clone()],
        };
        assert_eq!(role.other_statements, expected, "{function}");
    }
}

/// What `events-deliver` asks of services beside DynamoDB: to put objects and events where the operator says, and nothing where they
/// say nothing.
fn of_events_deliver() -> Vec<Value> {
    let nothing = json!({"Ref": "AWS::NoValue"});
    let objects = json!({"Sid": "PutObjects", "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"],
        "Resource": {"Ref": "DestinationBuckets"}});
    let buses = json!({"Sid": "PutOnBuses", "Effect": "Allow", "Action": "events:PutEvents",
        "Resource": {"Ref": "DestinationBuses"}});
    vec![
        json!({"Fn::If": ["HasDestinationBuckets", objects, nothing]}),
        json!({"Fn::If": ["HasDestinationBuses", buses, nothing]}),
    ]
}

/// What `log-sign` asks of services beside DynamoDB. No other function signs, or keeps what is signed.
fn of_log_sign() -> Vec<Value> {
    let bucket =
        json!({"Fn::If": ["MakesCheckpointBucket", {"Ref": "CheckpointBucket"}, {"Ref": "CheckpointBucketName"}]});
    let key = json!({"Fn::If": ["MakesLogKey", {"Fn::GetAtt": "LogKey.Arn"}, {"Ref": "LogKeyArn"}]});
    let of_bucket = |text: &str| json!({"Fn::Sub": [text, {"Bucket": bucket}]});
    vec![
        json!({"Sid": "SignCheckpoints", "Effect": "Allow", "Action": ["kms:GetPublicKey", "kms:Sign"], "Resource": key}),
        json!({"Sid": "KeepCheckpoints", "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"],
            "Resource": of_bucket("arn:${AWS::Partition}:s3:::${Bucket}/checkpoints/*")}),
        json!({"Sid": "ListCheckpoints", "Effect": "Allow", "Action": "s3:ListBucket",
            "Resource": of_bucket("arn:${AWS::Partition}:s3:::${Bucket}"),
            "Condition": {"StringLike": {"s3:prefix": "checkpoints/*"}}}),
    ]
}

#[test]
fn nobody_but_log_sign_may_sign_and_nobody_may_delete_what_is_signed() {
    let template = template();
    let policy = &template["Resources"]["LogKey"]["Properties"]["KeyPolicy"]["Statement"];
    let signing: Vec<_> = policy
        .as_array()
        .expect("statements")
        .iter()
        .filter(|statement| statement["Action"].to_string().contains("kms:Sign") || statement["Action"] == "kms:*")
        .collect();
    let role = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*-LogSignRole-*";
    let only = json!({"ArnLike": {"aws:PrincipalArn": {"Fn::Sub": role}}});
    assert_eq!(signing.iter().map(|statement| &statement["Condition"]).collect::<Vec<_>>(), [&only]);
    let denied = &template["Resources"]["CheckpointBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"][0];
    let expected = json!({"Sid": "NobodyDeletes", "Effect": "Deny", "Principal": "*",
        "Action": ["s3:DeleteObject", "s3:DeleteObjectVersion"],
        "Resource": {"Fn::Sub": "${CheckpointBucket.Arn}/*"}});
    assert_eq!(*denied, expected);
    let lock = &template["Resources"]["CheckpointBucket"]["Properties"]["ObjectLockConfiguration"];
    let retention = json!({"Mode": "COMPLIANCE", "Days": {"Ref": "CheckpointRetentionDays"}});
    assert_eq!(lock["Rule"], json!({"DefaultRetention": retention}));
}

/// The one role that no function has: API Gateway writes logs with it, for every API of the AWS account.
const GATEWAY_LOGS_ROLE: &str = "ApiGatewayLogsRole";

/// Roles of the functions that nobody calls with a credential.
const WITHOUT_A_ROUTE: [&str; 6] =
    ["CountsRollRole", "EventsConsumeRole", "EventsDeliverRole", "LogAppendRole", "LogReconcileRole", "LogSignRole"];

#[test]
fn every_role_is_of_one_function_and_has_its_own_policy_and_those_that_many_have() {
    let (template, roles) = (template(), shipped());
    let of_functions: BTreeSet<_> = roles.into_values().map(|role| role.name).collect();
    let mut expected = of_functions.clone();
    expected.insert(GATEWAY_LOGS_ROLE.to_owned());
    assert_eq!(names(&template, "AWS::IAM::Role"), expected);
    for name in of_functions {
        let key = json!({"Fn::If": ["HasKmsKey", {"Ref": "UseKmsKeyPolicy"}, {"Ref": "AWS::NoValue"}]});
        let attached = if WITHOUT_A_ROUTE.contains(&name.as_str()) {
            json!([{"Ref": "WriteLogsAndTracesPolicy"}, key])
        } else {
            json!([{"Ref": "WriteLogsAndTracesPolicy"}, {"Ref": "ReadCredentialsPolicy"}, key])
        };
        let mut role = template["Resources"][&name]["Properties"].clone();
        role["Policies"][0]["PolicyDocument"]["Statement"] = json!("its own");

        let expected = json!({
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
            "ManagedPolicyArns": attached,
            "Tags": [{"Key": "service", "Value": "audit-trail"}],
            "Policies": [{"PolicyName": name.strip_suffix("Role"),
                "PolicyDocument": {"Version": "2012-10-17", "Statement": "its own"}}],
        });
        assert_eq!(role, expected, "{name}");
    }
}

#[test]
fn a_key_of_ones_own_is_only_decrypted_with_and_only_through_the_table() {
    let template = template();
    let policy = &template["Resources"]["UseKmsKeyPolicy"];
    assert_eq!(policy["Condition"], "HasKmsKey");
    let statement = json!([{"Sid": "DecryptTable", "Effect": "Allow", "Action": "kms:Decrypt",
        "Resource": {"Ref": "KmsKeyArn"},
        "Condition": {"StringEquals": {"kms:ViaService": {"Fn::Sub": "dynamodb.${AWS::Region}.amazonaws.com"}}}}]);
    assert_eq!(policy["Properties"]["PolicyDocument"], json!({"Version": "2012-10-17", "Statement": statement}));
}

#[test]
fn nothing_else_in_the_template_gives_a_function_permissions() {
    let template = template();
    let shared = ["ReadCredentialsPolicy", "UseKmsKeyPolicy", "WriteLogsAndTracesPolicy"];
    assert_eq!(names(&template, "AWS::IAM::ManagedPolicy"), shared.map(ToOwned::to_owned).into());
    for policy in shared {
        let given_to = ["Roles", "Users", "Groups"].map(|name| template["Resources"][policy]["Properties"].get(name));
        assert_eq!(given_to, [None; 3], "{policy}");
    }
    for of_type in ["AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::Serverless::Connector"] {
        assert_eq!(names(&template, of_type), BTreeSet::new(), "{of_type}");
    }
    let of_the_gateway = template["Resources"][GATEWAY_LOGS_ROLE].to_string();
    assert_eq!(of_the_gateway.matches(":aws:policy/").count(), 1);
    assert_eq!(template.to_string().matches(":aws:policy/").count(), 1, "a policy of AWS's is attached");
}

/// A policy of a resource may allow, too: this one only refuses, whoever asks and whatever else they are allowed.
#[test]
fn the_table_lets_nobody_change_or_delete_history_but_the_role_for_redactions() {
    let template = template();
    let others = json!({"Fn::If": ["HasRedactionRole", {"aws:PrincipalArn": {"Ref": "RedactionRoleArn"}}, {"Ref": "AWS::NoValue"}]});
    let statement = json!({"Sid": "HistoryIsNeitherChangedNorDeleted", "Effect": "Deny", "Principal": "*",
        "Action": ["dynamodb:DeleteItem", "dynamodb:UpdateItem", "dynamodb:BatchWriteItem", "dynamodb:PartiQLDelete",
            "dynamodb:PartiQLUpdate"],
        "Resource": "*",
        "Condition": {"ForAnyValue:StringLike": {"dynamodb:LeadingKeys": ["events#*", "log#*", "rounds#*"]},
            "ArnNotEquals": others}});
    let policy = json!({"PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}});
    assert_eq!(template["Resources"]["Table"]["Properties"]["ResourcePolicy"], policy);
    assert_eq!(template["Parameters"]["RedactionRoleArn"]["Default"], "");
}

#[test]
fn the_gateways_role_is_only_the_gateways_and_only_for_logs() {
    let role = template()["Resources"][GATEWAY_LOGS_ROLE]["Properties"].clone();

    assert_eq!(
        role["AssumeRolePolicyDocument"]["Statement"],
        json!([{"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}])
    );
    let logs = "arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";
    assert_eq!(role["ManagedPolicyArns"], json!([{"Fn::Sub": logs}]));
    assert_eq!(role.get("Policies"), None);
}
