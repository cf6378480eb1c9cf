"""What the linters cannot know of template.yaml: that its parts fit together, and what we promise of it."""

import json
import re
import tomllib
from typing import Any

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

import transformed

TAG = {"Key": "service", "Value": "audit-trail"}
# SAM gives the first two no tags; a region or two cannot tag a dashboard. All have those of the stack, from samconfig.toml.
TAGGED_BY_THE_STACK_ALONE = {"AWS::Events::Rule", "AWS::Lambda::EventSourceMapping", "AWS::CloudWatch::Dashboard"}
ALARM_TOPIC = [{"Fn::If": ["MakesAlarmTopic", {"Ref": "AlarmTopic"}, {"Ref": "AlarmTopicArn"}]}]
ALARMS = transformed.resources("AWS::CloudWatch::Alarm")
WITH_PAGES, WITHOUT_PAGES = {"ServesTrailView": True}, {"ServesTrailView": False}


def taggable(resource_type: str) -> bool:
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(transformed.REGION, resource_type).schema
    return bool(schema.get("tagging", {}).get("taggable"))


def test_every_resource_that_can_be_tagged_is() -> None:
    resources = transformed.transformed()["Resources"].items()
    asked = {name: resource for name, resource in resources if taggable(resource["Type"])}

    untagged = {name for name, resource in asked.items() if TAG not in resource["Properties"].get("Tags", [])}

    assert len(asked) > 30
    assert untagged == {name for name, found in asked.items() if found["Type"] in TAGGED_BY_THE_STACK_ALONE}
    with (transformed.ROOT / "samconfig.toml").open("rb") as file:
        config = tomllib.load(file)
    for environment in ("default", "x86_64"):
        assert config[environment]["deploy"]["parameters"]["tags"] == f"{TAG['Key']}={TAG['Value']}"


def test_what_holds_data_outlives_the_stack() -> None:
    resources = transformed.transformed()["Resources"]

    kept = {name: (found["DeletionPolicy"], found["UpdateReplacePolicy"]) for name, found in resources.items() if "DeletionPolicy" in found}

    assert kept == {
        "Table": ("Retain", "Retain"),  # it refuses to be deleted, even by a first deployment that fails
        "EventsDeadLetterQueue": ("RetainExceptOnCreate", "Retain"),
        "ApiGatewayLogsRole": ("RetainExceptOnCreate", "Retain"),
        "LogKey": ("RetainExceptOnCreate", "Retain"),
        "CheckpointBucket": ("RetainExceptOnCreate", "Retain"),
        "CheckpointBucketPolicy": ("RetainExceptOnCreate", "Retain"),
    }


def test_the_api_speaks_no_tls_below_1_2_and_only_to_who_asked_for_its_host() -> None:
    (api,) = transformed.resources("AWS::ApiGateway::RestApi").values()

    assert (api["SecurityPolicy"], api["EndpointAccessMode"]) == ("SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09", "STRICT")


def test_a_host_of_ones_own_has_the_tls_of_the_api_and_the_api_at_its_root() -> None:
    (api,) = transformed.resources("AWS::ApiGateway::RestApi").values()
    resources = transformed.transformed()["Resources"]
    domain, mapping = resources["Domain"], resources["DomainMapping"]
    (stage,) = [name for name, found in resources.items() if found["Type"] == "AWS::ApiGateway::Stage"]

    assert (domain["Condition"], mapping["Condition"]) == ("HasDomain", "HasDomain"), "a stack without one makes neither"
    said = domain["Properties"]
    assert (said["SecurityPolicy"], said["EndpointAccessMode"]) == (api["SecurityPolicy"], api["EndpointAccessMode"])
    assert (said["DomainName"], said["RegionalCertificateArn"]) == ({"Ref": "DomainName"}, {"Ref": "DomainCertificateArn"})
    assert said["EndpointConfiguration"] == {"Types": ["REGIONAL"]} and "CertificateArn" not in said
    assert mapping["Properties"] == {"DomainName": {"Ref": "Domain"}, "RestApiId": {"Ref": "Api"}, "Stage": {"Ref": stage}}


def test_a_gateway_answer_that_may_be_tried_again_says_so_to_every_client() -> None:
    (api,) = [found for found in transformed.template()["Resources"].values() if found["Type"] == "AWS::Serverless::Api"]
    responses = api["Properties"]["GatewayResponses"]
    wanted = {"Retry-After": "'1'", "X-Rate-Limit-Limit": "'1'", "X-Rate-Limit-Remaining": "'0'", "X-Rate-Limit-Reset": "'1'"}

    for name, response in responses.items():
        headers = response["ResponseParameters"]["Headers"]
        said = {header: headers[header] for header in wanted if header in headers}
        assert said == (wanted if name in ("THROTTLED", "QUOTA_EXCEEDED", "DEFAULT_5XX") else {}), name
        body = json.loads(response["ResponseTemplates"]["application/json"])
        assert body["errorId"] == body["request_id"] == "$context.requestId", name
        assert body["errorLink"] == body["errorCode"] and re.fullmatch("E[0-9]{7}", body["errorCode"]), name
        assert body["errorSummary"] and body["errorCauses"] == [], name


def test_a_valid_message_has_two_hours_of_deliveries() -> None:
    queue = transformed.resources("AWS::SQS::Queue")["EventsQueue"]
    mapping = transformed.resources("AWS::Lambda::EventSourceMapping")["EventsConsumeQueue"]

    assert queue["RedrivePolicy"]["maxReceiveCount"] == 50
    assert queue["VisibilityTimeout"] * queue["RedrivePolicy"]["maxReceiveCount"] == 7500  # seconds, before the retention of 4 days ends
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 2}
    assert mapping["BatchSize"] == 10


def test_the_log_is_fed_from_the_tables_stream_until_it_succeeds() -> None:
    table = transformed.resources("AWS::DynamoDB::Table")["Table"]
    mapping = transformed.resources("AWS::Lambda::EventSourceMapping")["LogAppendStream"]

    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert mapping.pop("FilterCriteria")
    assert mapping == {
        "EventSourceArn": {"Fn::GetAtt": ["Table", "StreamArn"]},
        "FunctionName": {"Ref": "LogAppend"},
        "StartingPosition": "TRIM_HORIZON",
        "BatchSize": 1000,
        "MaximumBatchingWindowInSeconds": {"Ref": "LogWindowSeconds"},
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "BisectBatchOnFunctionError": True,
        "MaximumRetryAttempts": -1,
        "MaximumRecordAgeInSeconds": -1,
    }


@pytest.mark.parametrize(
    ("event_name", "pk", "is_wanted"),
    [
        ("INSERT", "events#acme#00", True),
        ("MODIFY", "events#acme#00", True),
        ("REMOVE", "events#acme#00", True),
        ("INSERT", "log#acme", False),
        ("MODIFY", "log#acme", True),
        ("REMOVE", "log#acme", True),
        ("INSERT", "rounds#all", False),
        ("MODIFY", "rounds#all", True),
        ("REMOVE", "rounds#all", True),
        ("INSERT", "log-dirty#2026-11-25T21:40", False),
        ("REMOVE", "log-dirty#2026-11-25T21:40", False),
        ("MODIFY", "reconciled#acme", False),
        ("MODIFY", "users#acme", False),
        ("REMOVE", "idempotency#acme#k", False),
        ("MODIFY", "counts#acme#00", False),
    ],
)
def test_the_log_is_told_of_new_events_and_of_history_that_is_changed_and_of_nothing_else(event_name: str, pk: str, is_wanted: bool) -> None:
    mapping = transformed.resources("AWS::Lambda::EventSourceMapping")["LogAppendStream"]
    patterns = [json.loads(one["Pattern"]) for one in mapping["FilterCriteria"]["Filters"]]

    def matches(pattern: dict[str, Any]) -> bool:
        prefixes = [one["prefix"] for one in pattern["dynamodb"]["Keys"]["pk"]["S"]]
        assert pattern == {"eventName": pattern["eventName"], "dynamodb": {"Keys": {"pk": {"S": [{"prefix": one} for one in prefixes]}}}}
        return event_name in pattern["eventName"] and pk.startswith(tuple(prefixes))

    assert any(matches(pattern) for pattern in patterns) == is_wanted


def test_deliveries_are_told_of_what_a_log_has_got_and_never_hold_up_the_stream() -> None:
    mapping = transformed.resources("AWS::Lambda::EventSourceMapping")["EventsDeliverStream"]

    (pattern,) = [json.loads(one["Pattern"]) for one in mapping["FilterCriteria"]["Filters"]]
    keys = {"pk": {"S": [{"prefix": "log#"}]}, "sk": {"S": [{"prefix": "e#"}]}}
    assert pattern == {"eventName": ["INSERT"], "dynamodb": {"Keys": keys}}
    assert (mapping["MaximumRetryAttempts"], mapping["MaximumBatchingWindowInSeconds"]) == (0, 0)
    assert mapping["StartingPosition"] == "LATEST"


def test_the_schedules_of_counts_and_log_are_every_six_hours_and_that_of_signatures_is_the_operators() -> None:
    rules = transformed.resources("AWS::Events::Rule")

    assert {name: rule["ScheduleExpression"] for name, rule in rules.items()} == {
        "CountsRollSchedule": "rate(6 hours)",
        "EventsDeliverSchedule": "rate(1 minute)",
        "LogReconcileSchedule": "rate(6 hours)",
        "LogSignSchedule": {"Fn::FindInMap": ["Rounds", {"Ref": "LogRoundMinutes"}, "Schedule"]},
    }


def test_three_periods_without_a_signature_are_too_many() -> None:
    template = transformed.template()
    asked = template["Parameters"]["LogRoundMinutes"]

    rounds = template["Mappings"]["Rounds"]

    assert {int(minutes) for minutes in rounds} == set(asked["AllowedValues"])
    for minutes, of in rounds.items():
        assert of == {"Schedule": f"rate({minutes} minute{'s' if minutes != '1' else ''})", "SilentSeconds": 180 * int(minutes)}


def test_the_key_of_the_log_signs_ed25519_and_its_signatures_are_locked() -> None:
    (key,) = transformed.resources("AWS::KMS::Key").values()
    (bucket,) = transformed.resources("AWS::S3::Bucket").values()

    assert (key["KeySpec"], key["KeyUsage"]) == ("ECC_NIST_EDWARDS25519", "SIGN_VERIFY")
    assert (bucket["ObjectLockEnabled"], bucket["VersioningConfiguration"]) == (True, {"Status": "Enabled"})
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}


def test_metrics_of_each_account_cost_nothing_until_they_are_asked_for() -> None:
    assert transformed.template()["Parameters"]["MetricsPerAccount"]["Default"] == "false"


def test_operations_counts_the_metrics_that_alarms_watch() -> None:
    text = (transformed.ROOT / "docs/operations.md").read_text()

    watched = sum(len(metrics_of(alarm)) for alarm in ALARMS.values())

    assert watched == 32
    assert f"alarms watch {watched} metrics" in text


def test_there_is_an_alarm_for_each_thing_that_an_operator_is_paged_for() -> None:
    assert set(ALARMS) == {
        "ServerErrorsAlarm",
        "LatencyAlarm",
        "ThrottledRequestsAlarm",
        "TableThrottlesAlarm",
        "DeadLettersAlarm",
        "QueueAgeAlarm",
        "CountsAlarm",
        "ForeignIndexRowsAlarm",
        "HistoryAlarm",
        "LogLagAlarm",
        "LogAppendAlarm",
        "LateEventsAlarm",
        "ReconcileAlarm",
        "SealAlarm",
        "RoundsAlarm",
        "NotSealedAlarm",
        "DeliveryLagAlarm",
        "DestinationPausedAlarm",
        "DeliverAlarm",
    }


@pytest.mark.parametrize(
    ("message", "alarms"),
    [
        ("history changed", {"HistoryAlarm"}),
        ("history differs", {"HistoryAlarm"}),
        ("log changed", {"HistoryAlarm"}),
        ("log item out of place", {"HistoryAlarm"}),
        ("log not extended", {"LogAppendAlarm"}),
        ("event appended late", {"LateEventsAlarm"}),
        ("account not reconciled", set()),  # the call fails, which ReconcileAlarm counts
        ("log behind its checkpoint", {"SealAlarm"}),
        ("log differs from its head", {"SealAlarm"}),
        ("checkpoint not verified", {"SealAlarm"}),
        ("account not sealed", {"NotSealedAlarm"}),
        ("foreign index row", {"ForeignIndexRowsAlarm"}),
        ("destination paused", {"DestinationPausedAlarm"}),
        ("events not delivered", {"DeliverAlarm"}),
        ("request failed", set()),
    ],
)
def test_an_error_line_raises_the_alarm_that_is_about_it(message: str, alarms: set[str]) -> None:
    counted = {
        transformation["MetricName"]
        for filtered in transformed.resources("AWS::Logs::MetricFilter").values()
        if filtered["LogGroupName"] == {"Ref": "FunctionsLogGroup"} and f'"{message}"' in filtered["FilterPattern"]
        for transformation in filtered["MetricTransformations"]
    }

    raised = {name for name, alarm in ALARMS.items() if any(metric["MetricName"] in counted for metric in metrics_of(alarm))}

    assert raised == alarms


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_tells_the_one_topic_and_says_where_to_read_on(name: str) -> None:
    alarm = ALARMS[name]
    headings = re.findall(r"^#+ (.+)$", (transformed.ROOT / "docs/operations.md").read_text(), re.MULTILINE)

    assert alarm["AlarmActions"] == alarm["OKActions"] == ALARM_TOPIC
    # A schedule that calls nothing leaves nothing to count: that is what this one is about.
    assert alarm["TreatMissingData"] == ("breaching" if name == "RoundsAlarm" else "notBreaching")
    assert alarm["AlarmDescription"].endswith(f"See docs/operations.md#{name.lower()}.")
    assert name in [heading.strip("`") for heading in headings]


def metrics_of(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    if "MetricName" in alarm:
        return [alarm]
    return [metric["MetricStat"]["Metric"] for metric in alarm["Metrics"] if "MetricStat" in metric]


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_watches_a_resource_of_this_stack(name: str) -> None:
    resources = transformed.transformed()["Resources"]
    for metric in metrics_of(ALARMS[name]):
        named = {dimension["Name"]: dimension["Value"] for dimension in metric.get("Dimensions", [])}
        match metric["Namespace"]:
            case "AWS/ApiGateway":
                api = resources["Api"]["Properties"]
                assert named == {"ApiName": api["Name"], "Stage": resources["Apiv1Stage"]["Properties"]["StageName"]}
            case "AWS/SQS":
                assert named["QueueName"]["Fn::GetAtt"] in (
                    ["EventsQueue", "QueueName"],
                    ["EventsDeadLetterQueue", "QueueName"],
                )
            case "AWS/DynamoDB":
                assert named.pop("TableName") == {"Ref": "Table"}
                assert set(named) <= {"GlobalSecondaryIndexName"}
            case "AWS/Lambda":
                assert resources[named["FunctionName"]["Ref"]]["Type"] == "AWS::Lambda::Function"
            case {"Fn::Sub": "AuditTrail/${AWS::StackName}"} if "endpoint" in named:
                # A metric of a function's own lines; the folder has its name.
                assert (transformed.ROOT / "functions" / named["endpoint"]).is_dir()
            case {"Fn::Sub": "AuditTrail/${AWS::StackName}"}:
                made = [
                    (transformation["MetricNamespace"], transformation["MetricName"])
                    for filtered in transformed.resources("AWS::Logs::MetricFilter").values()
                    for transformation in filtered["MetricTransformations"]
                ]
                assert (metric["Namespace"], metric["MetricName"]) in made
            case other:
                pytest.fail(f"{name} watches {other}")


def test_throttles_are_watched_on_the_table_and_on_every_index() -> None:
    table = transformed.resources("AWS::DynamoDB::Table")["Table"]
    indexes = [None, *(index["IndexName"] for index in table["GlobalSecondaryIndexes"])]

    watched = set()
    for metric in metrics_of(ALARMS["TableThrottlesAlarm"]):
        index = [d["Value"] for d in metric["Dimensions"] if d["Name"] == "GlobalSecondaryIndexName"]
        watched.add((metric["MetricName"], *(index or [None])))

    assert watched == {(f"{kind}ThrottleEvents", index) for kind in ("Read", "Write") for index in indexes}


def test_the_dashboard_shows_every_alarm() -> None:
    (dashboard,) = transformed.resources("AWS::CloudWatch::Dashboard").values()

    body = transformed.substituted(dashboard["DashboardBody"])

    (shown,) = [widget["properties"]["alarms"] for widget in body["widgets"] if widget["type"] == "alarm"]
    assert set(shown) == {f"{name}.Arn" for name in ALARMS}
    for widget in body["widgets"]:
        assert widget["x"] + widget["width"] <= 24
        assert widget["properties"]["title"]


def test_the_access_log_is_json_and_holds_nothing_that_a_caller_wrote() -> None:
    (stage,) = transformed.resources("AWS::ApiGateway::Stage").values()
    line = stage["AccessLogSetting"]["Format"]

    fields = json.loads(line.replace('"status":$context.status', '"status":"$context.status"'))

    assert set(fields.values()) == {
        "$context.requestId",
        "$context.requestTime",
        "$context.identity.sourceIp",
        "$context.httpMethod",
        "$context.resourcePath",
        "$context.status",
        "$context.error.responseType",
        "$context.responseLength",
        "$context.responseLatency",
        "$context.integration.latency",
        "$context.integration.integrationStatus",
        "$context.waf.status",
        "$context.xrayTraceId",
    }


def test_no_method_logs_requests_whole() -> None:
    (stage,) = transformed.resources("AWS::ApiGateway::Stage").values()

    for setting in transformed.chosen(stage["MethodSettings"], WITH_PAGES):
        assert (setting["LoggingLevel"], setting["DataTraceEnabled"]) == ("OFF", False)


def test_every_method_is_throttled_and_writers_public_paths_and_head_by_their_own_limits() -> None:
    (stage,) = transformed.resources("AWS::ApiGateway::Stage").values()
    (api,) = transformed.resources("AWS::ApiGateway::RestApi").values()
    writers = {"EventsRecord", "DashboardUserCreate", "DashboardUserUpdate"}
    routes = {}
    for name, resource in transformed.template()["Resources"].items():
        for event in resource.get("Properties", {}).get("Events", {}).values():
            if event["Type"] == "Api":
                routes[event["Properties"]["Path"], event["Properties"]["Method"].upper()] = name

    settings = transformed.chosen(stage["MethodSettings"], WITH_PAGES)
    limits = {(setting["ResourcePath"], setting["HttpMethod"]): setting for setting in settings}

    everything = limits.pop(("/*", "*"))
    assert everything["ThrottlingRateLimit"] == {"Ref": "ReadRateLimit"}
    assert everything["ThrottlingBurstLimit"] == {"Ref": "ReadBurstLimit"}
    # The root is a slash alone; of every other path the slashes are escaped.
    limits = {(path.replace("~1", "/")[1:] or "/", method): setting for (path, method), setting in limits.items()}
    heads = {route: limits.pop(route) for route in routes if route[1] == "HEAD"}
    assert len(heads) == len(api["Body"]["paths"])
    for setting in heads.values():
        assert (setting["ThrottlingRateLimit"], setting["ThrottlingBurstLimit"]) == (5, 10)
    for route in [("/log/checkpoint", "GET"), ("/log/tile/{tile+}", "GET"), ("/v/{code}", "GET"), ("/v", "POST"), ("/session", "POST")]:
        public = limits.pop(route)
        assert public["ThrottlingRateLimit"] == {"Ref": "PublicRateLimit"}
        assert public["ThrottlingBurstLimit"] == {"Ref": "PublicBurstLimit"}
    assert {routes[route] for route in limits} == writers
    for setting in limits.values():
        assert setting["ThrottlingRateLimit"] == {"Ref": "WriteRateLimit"}
        assert setting["ThrottlingBurstLimit"] == {"Ref": "WriteBurstLimit"}
    assert {path for path, _ in routes} == set(api["Body"]["paths"])


def test_the_page_for_people_can_be_left_out_and_leaves_nothing_behind() -> None:
    asked = transformed.template()["Parameters"]["ServeTrailView"]
    resources = transformed.transformed()["Resources"]
    (stage,) = transformed.resources("AWS::ApiGateway::Stage").values()
    (api,) = transformed.resources("AWS::ApiGateway::RestApi").values()
    of_pages = {"/", "/view/{page+}", "/session", "/session/end", "/v/{code}", "/v", "/audit-trail/viewer-links"}

    left = {name: transformed.chosen(found, WITHOUT_PAGES) for name, found in resources.items() if found.get("Condition") != "ServesTrailView"}

    assert (asked["Default"], asked["AllowedValues"]) == ("true", ["true", "false"])
    assert transformed.template()["Conditions"]["ServesTrailView"] == {"Fn::Equals": [{"Ref": "ServeTrailView"}, "true"]}
    assert {"TrailView", "TrailViewRole", "ViewerLinksUntraced"} <= set(resources) - set(left)
    assert not [name for name, found in left.items() if "TrailView" in json.dumps(found)]
    assert set(api["Body"]["paths"]) - set(left["Api"]["Properties"]["Body"]["paths"]) == of_pages
    paths = [{setting["ResourcePath"] for setting in transformed.chosen(stage["MethodSettings"], chosen)} for chosen in (WITH_PAGES, WITHOUT_PAGES)]
    assert {path.replace("~1", "/")[1:] or "/" for path in paths[0] - paths[1]} == of_pages


def test_no_trace_has_the_code_of_a_viewer_link_in_its_path() -> None:
    (untraced,) = transformed.resources("AWS::XRay::SamplingRule").values()
    rule = untraced["SamplingRule"]

    assert (rule["FixedRate"], rule["ReservoirSize"], rule["Priority"]) == (0, 0, 1), "nothing, and before any other rule"
    assert (rule["ServiceType"], rule["ServiceName"], rule["Host"], rule["HTTPMethod"]) == ("AWS::ApiGateway::Stage", "*", "*", "*")
    pattern = re.compile(re.escape(rule["URLPath"]).replace(r"\*", ".*"))
    for path in ("/v1/v/CODE", "/v/CODE"):  # at the stage, and at a domain of one's own
        assert pattern.fullmatch(path), path
    for path in ("/v1/", "/v1/audit-trail", "/v1/view/users", "/v1/v", "/v1/api/v1/logs"):
        assert not pattern.fullmatch(path), path


def test_every_body_is_bytes_to_the_gateway_so_that_tiles_come_as_bytes_whatever_a_client_accepts() -> None:
    (api,) = transformed.resources("AWS::ApiGateway::RestApi").values()

    assert api["Body"]["x-amazon-apigateway-binary-media-types"] == ["*/*"]
    # With such types an integration that is no function's would need to say how it converts bodies.
    integrations = [
        method["x-amazon-apigateway-integration"]["type"]
        for path in transformed.chosen(api["Body"]["paths"], WITH_PAGES).values()
        for method in path.values()
    ]
    assert set(integrations) == {"aws_proxy"}


STATUSES = {
    "MISSING_AUTHENTICATION_TOKEN": "404",
    "RESOURCE_NOT_FOUND": "404",
    "INVALID_SIGNATURE": "404",
    "WAF_FILTERED": "403",
    "ACCESS_DENIED": "403",
    "UNSUPPORTED_MEDIA_TYPE": "415",
    "REQUEST_TOO_LARGE": "413",
    "THROTTLED": "429",
    "QUOTA_EXCEEDED": "429",
    "DEFAULT_4XX": None,
    "DEFAULT_5XX": None,
}


def gateway_responses() -> dict[str, Any]:
    (api,) = transformed.resources("AWS::ApiGateway::RestApi").values()
    return api["Body"]["x-amazon-apigateway-gateway-responses"]


def test_the_gateway_answers_each_of_these_in_our_words() -> None:
    assert {name: answer.get("statusCode") for name, answer in gateway_responses().items()} == STATUSES


@pytest.mark.parametrize("name", STATUSES)
def test_an_answer_of_the_gateway_is_an_error_of_all_three_dialects(name: str) -> None:
    answer = gateway_responses()[name]
    headers = {key.removeprefix("gatewayresponse.header."): value for key, value in answer["responseParameters"].items()}

    body = json.loads(answer["responseTemplates"]["application/json"])

    assert list(answer["responseTemplates"]) == ["application/json"]
    assert {"error_type", "error_code", "error_message", "display_message", "request_id"} <= set(body)
    assert {"documentation_url", "suggested_action", "code", "detail"} <= set(body)
    assert body["code"] == body["error_code"]
    assert body["request_id"] == "$context.requestId"
    assert headers["X-Request-Id"] == "context.requestId"
    assert headers["Cache-Control"] == "'no-store'"
    assert headers.get("Retry-After") == ("'1'" if name in ("THROTTLED", "QUOTA_EXCEEDED", "DEFAULT_5XX") else None)
    assert not re.search("lambda|dynamo|amazon|aws|gateway|integration", json.dumps(body), re.IGNORECASE)


def test_every_parameter_is_described_and_grouped() -> None:
    template = transformed.template()
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]

    grouped = [name for group in groups for name in group["Parameters"]]

    assert sorted(grouped) == sorted(template["Parameters"])
    for name, parameter in template["Parameters"].items():
        assert parameter["Description"].endswith("."), name
        assert "Default" in parameter, name


def test_operations_documents_every_parameter_and_output() -> None:
    template = transformed.template()
    text = (transformed.ROOT / "docs/operations.md").read_text()

    for name in [*template["Parameters"], *template["Outputs"]]:
        assert f"`{name}`" in text, name


def by_default(value: Any) -> Any:
    """A value of the template with every parameter but the table's name at its default; None for what is then absent."""
    template = transformed.template()
    match value:
        case {"Ref": "AWS::NoValue"}:
            return None
        case {"Ref": "TableName"}:
            return value
        case {"Ref": name}:
            default = template["Parameters"][name]["Default"]
            return {"true": True, "false": False}.get(default, default)
        case {"Fn::If": ["HasKmsKey" | "HasRedactionRole", _, otherwise]}:
            return by_default(otherwise)
        case {"Fn::If": ["HasPointInTimeRecovery" | "HasTableName", then, _]}:
            return by_default(then)
        case dict():
            return {key: found for key, given in value.items() if (found := by_default(given)) is not None}
        case list():
            return [by_default(item) for item in value]
    return value


def test_the_template_for_a_restored_table_has_the_same_table_but_for_the_policy_that_a_restore_loses() -> None:
    deployed = transformed.template()["Resources"]["Table"]
    deployed.pop("Metadata")
    # A restored table has no policy, and CloudFormation sets what it finds to be new: the deployment after the import.
    deployed["Properties"].pop("ResourcePolicy")

    restored = transformed.yaml_parse((transformed.ROOT / "docs/restored-table.yaml").read_text())

    assert restored["Resources"] == {"Table": by_default(deployed)}
