"""What `sam deploy` makes of the template."""

import re

import pytest
import yaml

from server import REPO
from stack import ARCHITECTURE, Stack, alarms_it_lacks

# The resources, by their folders: `users-audit` is `UsersAudit`.
FUNCTIONS = sorted(folder.name.title().replace("-", "") for folder in (REPO / "functions").iterdir())
# Those that have another than all others.
TIMEOUT_S = {"CountsRoll": 900, "EventsDeliver": 85, "LogAppend": 60, "LogReconcile": 900, "LogSign": 240}
MEMORY_MB = {"EventsDeliver": 512, "LogSign": 512}


def test_sam_build_compiles_nothing_that_was_built_before_it(sam_build):
    assert sam_build.compiled == set()  # build_functions of tests/run has compiled them all


def test_the_stack_is_created_with_its_outputs(stack: Stack):
    assert stack.describe()["StackStatus"] == "CREATE_COMPLETE"
    api = stack.resources()["Api"]
    assert stack.output("ApiUrl") == f"https://{api}.execute-api.eu-central-1.amazonaws.com/v1"
    assert stack.output("TableName") == stack.resources()["Table"]
    assert stack.output("EventsQueueUrl") == stack.resources()["EventsQueue"]
    assert stack.output("EventsDeadLetterQueueUrl") == stack.resources()["EventsDeadLetterQueue"]


def test_everything_of_the_built_template_is_deployed_but_what_a_condition_leaves_out(stack: Stack, built):
    resources = yaml.safe_load(built.read_text())["Resources"]

    missing = set(resources) - set(stack.resources())

    assert {name for name in missing if "Condition" not in resources[name]} == set()
    assert missing == {"AlarmSubscription", "Domain", "DomainMapping", "UseKmsKeyPolicy", "ViewerLinksUntraced", "WebAclAssociation"}


def test_the_alarms_that_the_emulator_cannot_hold_are_these_and_no_others(built):
    assert set(alarms_it_lacks(built)) == {"ServerErrorsAlarm", "TableThrottlesAlarm", "LogAppendAlarm", "RoundsAlarm", "DeliverAlarm"}


def test_every_folder_of_functions_is_a_deployed_function(stack: Stack):
    assert FUNCTIONS
    assert sorted(stack.resources("AWS::Lambda::Function")) == FUNCTIONS


def test_each_function_runs_as_the_template_says(stack: Stack):
    for name in FUNCTIONS:
        function = stack.function(name)
        assert function["Runtime"] == "provided.al2023"
        assert function["Architectures"] == [ARCHITECTURE]
        assert (function["MemorySize"], function["Timeout"]) == (MEMORY_MB.get(name, 256), TIMEOUT_S.get(name, 25))
        assert function["LoggingConfig"]["LogFormat"] == "JSON"
        assert function["LoggingConfig"]["ApplicationLogLevel"] == "INFO"
        assert function["LoggingConfig"]["LogGroup"] == stack.resources()["FunctionsLogGroup"]
        assert function["Environment"]["Variables"]["TABLE_NAME"] == stack.resources()["Table"]


def test_each_function_has_a_role_of_its_own(stack: Stack):
    roles = {name: stack.function(name)["Role"].split("/")[-1] for name in FUNCTIONS}

    assert roles == {name: stack.resources()[f"{name}Role"] for name in FUNCTIONS}
    assert len(set(roles.values())) == len(FUNCTIONS)


def test_the_api_has_the_routes_of_the_template_and_no_others(stack: Stack):
    source = (REPO / "template.yaml").read_text()
    in_template = {(path, method.upper()) for method, path in re.findall(r'Method: (\w+), Path: "(.+?)"', source)}

    listed = stack.emulator.client("apigateway").get_resources(restApiId=stack.resources()["Api"], limit=500)["items"]

    deployed = {(resource["path"], method) for resource in listed for method in resource.get("resourceMethods", {})}
    assert deployed == in_template
    assert deployed


def test_the_api_has_one_stage(stack: Stack):
    stages = stack.emulator.client("apigateway").get_stages(restApiId=stack.resources()["Api"])["item"]

    assert [stage["stageName"] for stage in stages] == ["v1"]


def test_the_methods_are_throttled_by_the_parameters(stack: Stack):
    (stage,) = stack.emulator.client("apigateway").get_stages(restApiId=stack.resources()["Api"])["item"]

    limits = {
        method.removeprefix("/"): (settings["throttlingRateLimit"], settings["throttlingBurstLimit"])
        for method, settings in stage["methodSettings"].items()
    }
    of_head = {method: limits.pop(method) for method in list(limits) if method.endswith("/HEAD")}
    assert set(of_head.values()) == {(5, 10)}
    assert limits == {
        "*/*": (50, 100),
        "~1log~1checkpoint/GET": (10, 50),
        "~1log~1tile~1{tile+}/GET": (10, 50),
        "~1session/POST": (10, 50),
        "~1v/POST": (10, 50),
        "~1v~1{code}/GET": (10, 50),
        "~1audit-trail~1events/POST": (100, 200),
        "~1dashboard_user~1create/POST": (100, 200),
        "~1dashboard_user~1update/POST": (100, 200),
    }


# Recovery to a point in time, encryption and expiry are held by tests/template: of these the emulator makes nothing.
def test_the_table_is_on_demand_and_protected_from_deletion(stack: Stack):
    client, table = stack.emulator.client("dynamodb"), stack.resources()["Table"]

    described = client.describe_table(TableName=table)["Table"]

    # The emulator keeps the parameter's text as it is; DynamoDB makes it a truth value.
    assert described["DeletionProtectionEnabled"] in (True, "true")
    assert described["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert {index["IndexName"] for index in described["GlobalSecondaryIndexes"]} == {
        "by-type",
        "by-email",
        "by-category",
        "by-subject",
    }


def test_the_queue_hands_over_to_the_dead_letter_queue_after_fifty_deliveries(stack: Stack):
    sqs, resources = stack.emulator.sqs_over_tls(), stack.resources()

    attributes = sqs.get_queue_attributes(QueueUrl=resources["EventsQueue"], AttributeNames=["All"])["Attributes"]
    dead = sqs.get_queue_attributes(QueueUrl=resources["EventsDeadLetterQueue"], AttributeNames=["QueueArn"])

    policy = yaml.safe_load(attributes["RedrivePolicy"])
    assert policy["deadLetterTargetArn"] == dead["Attributes"]["QueueArn"]
    assert int(policy["maxReceiveCount"]) == 50
    assert attributes["VisibilityTimeout"] == "150"


@pytest.mark.parametrize("function", ["CountsRoll", "LogReconcile"])
def test_a_schedule_calls_its_function_every_six_hours(stack: Stack, function: str):
    rule = stack.resources("AWS::Events::Rule")[f"{function}Schedule"]
    events = stack.emulator.client("events")

    assert events.describe_rule(Name=rule)["ScheduleExpression"] == "rate(6 hours)"
    assert events.describe_rule(Name=rule)["State"] == "ENABLED"
    (target,) = events.list_targets_by_rule(Rule=rule)["Targets"]
    assert target["Arn"] == stack.function(function)["FunctionArn"]


def test_the_schedule_of_signatures_is_the_parameters_and_its_key_and_bucket_are_the_stacks(stack: Stack):
    rule = stack.resources("AWS::Events::Rule")["LogSignSchedule"]
    assert stack.emulator.client("events").describe_rule(Name=rule)["ScheduleExpression"] == "rate(5 minutes)"
    variables = stack.function("LogSign")["Environment"]["Variables"]
    assert variables["LOG_KEY_ID"] == stack.output("LogKeyArn")
    assert variables["CHECKPOINT_BUCKET"] == stack.output("CheckpointBucketName") == stack.resources()["CheckpointBucket"]
    assert variables["LOG_ORIGIN"] == f"{stack.resources()['Api']}.execute-api.eu-central-1.amazonaws.com/v1/log"
    key = stack.emulator.client("kms").describe_key(KeyId=variables["LOG_KEY_ID"])["KeyMetadata"]
    assert (key["KeySpec"], key["KeyUsage"]) == ("ECC_NIST_EDWARDS25519", "SIGN_VERIFY")


def test_the_tables_stream_is_read_by_the_log(stack: Stack):
    table = stack.emulator.client("dynamodb").describe_table(TableName=stack.resources()["Table"])["Table"]
    mappings = stack.emulator.client("lambda").list_event_source_mappings(FunctionName=stack.function("LogAppend")["FunctionName"])

    (mapping,) = mappings["EventSourceMappings"]
    assert table["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert mapping["EventSourceArn"] == table["LatestStreamArn"]
    assert (mapping["State"], mapping["StartingPosition"], mapping["BatchSize"]) == ("Enabled", "TRIM_HORIZON", 1000)
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
