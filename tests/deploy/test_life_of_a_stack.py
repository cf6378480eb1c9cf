"""A stack that is changed and then deleted: in order, because each test goes on where the one before it ended."""

import dataclasses
import json
import time
from typing import Iterator

import pytest

from conftest import ALL_SCOPES, Tenant
from emulator import ACCOUNT
from front import Front
from gateway import import_gateway_responses
from server import REPO
from stack import Stack
from test_least_privilege import allowed, deletion, item, update
from wire import post_json, send

EVENT = {
    "id": "evt_kept",
    "created_at": "2026-03-01T09:00:00.000Z",
    "event_type": "INVITED_USER",
    "event_description": "Kept",
    "principal": {"role": "ADMIN", "ip_address": "192.0.2.1"},
}

# The account's setting is one for all APIs of a region, and is the shared stack's.
FIRST = {"ManageApiGatewayAccount": "false"}
CHANGED = FIRST | {"LogLevel": "DEBUG", "ReadRateLimit": "7"}


@pytest.fixture(scope="module")
def living(emulator, template) -> Stack:
    """A stack of its own, with its own table."""
    made = Stack(emulator, template, "audit-life")
    made.deploy("create", **FIRST)
    return made


@pytest.fixture(scope="module")
def table(living: Stack) -> str:
    """The table's name, which outlives the stack."""
    return living.resources()["Table"]


@pytest.fixture(scope="module")
def owner(living: Stack, table: str) -> Iterator[Tenant]:
    """An account with one event and a message in the dead-letter queue, all made before the stack is changed."""
    import_gateway_responses(living)
    front = Front(living.emulator.port, living.resources()["Api"], "v1")
    tenant = Tenant(front.url, "owner", living.create_credential("owner", *ALL_SCOPES))
    try:
        assert post_json(front.url, "/audit-trail/events", {"events": [EVENT]}, headers=tenant.bearer).status == 201
        dead = living.resources()["EventsDeadLetterQueue"]
        living.emulator.sqs_over_tls().send_message(QueueUrl=dead, MessageBody="dead")
        yield tenant
    finally:
        front.stop()


def trail_of(tenant: Tenant) -> list[str]:
    """The ids of the account's events."""
    answer = send(tenant.url, "GET", "/audit-trail", headers=tenant.bearer)
    assert answer.status == 200, answer
    return [event["id"] for event in answer.json()["results"]]


def test_the_first_request_starts_a_function_and_the_next_ones_find_it(living: Stack, owner: Tenant, figures):
    took = []
    for _ in range(6):
        started = time.monotonic()
        assert trail_of(owner) == ["evt_kept"]
        took.append((time.monotonic() - started) * 1000)

    log = living.emulator.output()
    assert log.count(f"spawned for {living.resources()['AuditTrail']} (cold start)") == 1
    figures["audit-trail, first request"] = f"{took[0]:.0f} ms with the emulator"
    figures["audit-trail, next requests"] = f"{sorted(took[1:])[2]:.0f} ms with the emulator (median of 5)"


def test_a_changed_parameter_is_applied_and_nothing_is_lost(living: Stack, owner: Tenant, figures):
    before = living.resources()
    assert trail_of(owner) == ["evt_kept"]
    assert living.function("AuditTrail")["LoggingConfig"]["ApplicationLogLevel"] == "INFO"

    living.deploy("update", **CHANGED)

    figures["sam deploy, update"] = f"{living.seconds['update']:.1f} s"
    assert living.describe()["StackStatus"] == "UPDATE_COMPLETE"
    for name in living.resources("AWS::Lambda::Function"):
        assert living.function(name)["LoggingConfig"]["ApplicationLogLevel"] == "DEBUG", name
    api = living.resources()["Api"]
    stage = living.emulator.client("apigateway").get_stage(restApiId=api, stageName="v1")
    assert stage["methodSettings"]["*/*"]["throttlingRateLimit"] == 7
    for kept in ("Table", "EventsQueue", "EventsDeadLetterQueue", "Api", "FunctionsLogGroup"):
        assert living.resources()[kept] == before[kept]
    assert trail_of(owner) == ["evt_kept"]


def test_a_deploy_without_a_change_changes_nothing(living: Stack, owner: Tenant):
    before = living.describe()["LastUpdatedTime"]

    with pytest.raises(RuntimeError, match="No changes to deploy"):
        living.deploy("again", **CHANGED)

    assert living.describe()["LastUpdatedTime"] == before
    assert trail_of(owner) == ["evt_kept"]


def test_a_key_and_an_address_of_the_operators_own_are_taken(living: Stack, owner: Tenant):
    key = living.emulator.client("kms").create_key()["KeyMetadata"]["Arn"]

    living.deploy("key", **CHANGED, KmsKeyArn=key, AlarmEmail="ops@example.com")

    resources, sqs = living.resources(), living.emulator.sqs_over_tls()
    described = living.emulator.client("dynamodb").describe_table(TableName=resources["Table"])["Table"]
    assert described["SSEDescription"]["KMSMasterKeyArn"] == key
    for queue in ("EventsQueue", "EventsDeadLetterQueue"):
        attributes = sqs.get_queue_attributes(QueueUrl=resources[queue], AttributeNames=["All"])["Attributes"]
        assert attributes["KmsMasterKeyId"] == key
    groups = living.emulator.client("logs").describe_log_groups()["logGroups"]
    encrypted = {group["logGroupName"] for group in groups if group.get("kmsKeyId") == key}
    assert {resources["FunctionsLogGroup"], resources["AccessLogGroup"]} <= encrypted
    role = resources["AuditTrailRole"]
    attached = living.emulator.client("iam").list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    policies = ("WriteLogsAndTracesPolicy", "ReadCredentialsPolicy", "UseKmsKeyPolicy")
    assert {policy["PolicyArn"] for policy in attached} == {resources[policy] for policy in policies}
    topic = living.output("AlarmTopicArn")
    told = living.emulator.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert [(one["Protocol"], one["Endpoint"]) for one in told] == [("email", "ops@example.com")]
    assert trail_of(owner) == ["evt_kept"]


def test_only_the_role_for_redactions_changes_or_deletes_history(living: Stack, owner: Tenant, table: str):
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
    iam, arns = living.emulator.client("iam"), {}
    for role in ("administrator", "redaction"):
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        arns[role] = iam.create_role(RoleName=role, AssumeRolePolicyDocument=document)["Role"]["Arn"]
        iam.put_role_policy(RoleName=role, PolicyName="everything", PolicyDocument=json.dumps(everything))
    administrator = living.emulator.client_of_role("dynamodb", "administrator")
    redaction = living.emulator.client_of_role("dynamodb", "redaction")
    history = [f"{kind}#owner#ff" for kind in ("events", "log", "rounds")]
    for pk in history:
        administrator.put_item(TableName=table, Item=item(pk))

    for client in (administrator, redaction):  # nobody is let through while the stack names no role
        assert {(pk, way) for pk in history for way, run in WAYS.items() if allowed(run(pk), client, table)} == set()
    living.deploy("redaction", **CHANGED, RedactionRoleArn=arns["redaction"])

    assert {(pk, way) for pk in history for way, run in WAYS.items() if allowed(run(pk), administrator, table)} == set()
    for pk in history:
        assert {way for way, run in WAYS.items() if allowed(run(pk), redaction, table)} == set(WAYS)
    # What is no history is for the administrator, as it was.
    assert allowed(WAYS["delete"]("users#owner"), administrator, table)
    assert trail_of(owner) == ["evt_kept"]


WAYS = {
    "delete": lambda pk: lambda client, table: client.delete_item(TableName=table, Key=item(pk)),
    "update": lambda pk: lambda client, table: client.update_item(TableName=table, Key=item(pk)),
    "delete in a transaction": deletion,
    "update in a transaction": update,
    "delete in a batch": lambda pk: lambda client, table: client.batch_write_item(
        RequestItems={table: [{"DeleteRequest": {"Key": item(pk)}}]}
    ),
}


def test_a_deleted_stack_leaves_the_table_and_the_dead_letter_queue_and_nothing_that_runs(living: Stack, owner: Tenant, table: str):
    before = living.resources()

    living.delete()

    dynamodb, sqs = living.emulator.client("dynamodb"), living.emulator.sqs_over_tls()
    listed = living.emulator.client("lambda").list_functions()["Functions"]
    assert not {function["FunctionName"] for function in listed} & set(before.values())
    apis = {api["id"] for api in living.emulator.client("apigateway").get_rest_apis()["items"]}
    assert before["Api"] not in apis
    roles = {role["RoleName"] for role in living.emulator.client("iam").list_roles()["Roles"]}
    assert not roles & set(before.values())
    queues = sqs.list_queues()["QueueUrls"]
    assert before["EventsQueue"].split("/")[-1] not in {queue.split("/")[-1] for queue in queues}

    kept = dynamodb.get_item(
        TableName=table,
        Key={"pk": {"S": "events#owner#00"}, "sk": {"S": "2026-03-01T09:00:00.000Z#evt_kept"}},
    )
    assert kept["Item"]["event_description"] == {"S": "Kept"}
    credential = {"pk": {"S": f"credential#{owner.credential.client_id}"}, "sk": {"S": "credential"}}
    assert "Item" in dynamodb.get_item(TableName=table, Key=credential)
    assert sqs.receive_message(QueueUrl=before["EventsDeadLetterQueue"])["Messages"][0]["Body"] == "dead"


def test_the_table_that_was_left_behind_is_taken_in_by_a_new_stack(living: Stack, owner: Tenant, table: str):
    # As docs/operations.md says: first the table, by CloudFormation's import, then all else around it.
    client = living.emulator.client("cloudformation")
    client.create_change_set(
        StackName="audit-again",
        ChangeSetName="take-in",
        ChangeSetType="IMPORT",
        TemplateBody=(REPO / "docs" / "restored-table.yaml").read_text(),
        Parameters=[{"ParameterKey": "TableName", "ParameterValue": table}],
        ResourcesToImport=[
            {
                "ResourceType": "AWS::DynamoDB::Table",
                "LogicalResourceId": "Table",
                "ResourceIdentifier": {"TableName": table},
            }
        ],
    )
    client.get_waiter("change_set_create_complete").wait(StackName="audit-again", ChangeSetName="take-in")
    client.execute_change_set(StackName="audit-again", ChangeSetName="take-in")
    client.get_waiter("stack_import_complete").wait(StackName="audit-again")

    again = Stack(living.emulator, living.template, "audit-again")
    again.deploy("take in", **FIRST, TableName=table)

    assert again.resources()["Table"] == table
    front = Front(again.emulator.port, again.resources()["Api"], "v1")
    try:
        assert trail_of(dataclasses.replace(owner, url=front.url)) == ["evt_kept"]
    finally:
        front.stop()
