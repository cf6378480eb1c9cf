"""Destinations of the deployed stack, of all three kinds: made with the commands of docs/deliver.md as they stand there, and sent to by the
deployed function with its own role."""

import gzip
import hashlib
import base64
import json
import re
import subprocess
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest
from botocore.exceptions import ClientError

from conftest import ALL_SCOPES, Tenant
from emulator import ACCOUNT, REGION
from feed_follower import FEED, Follower, record
from log_lines import when_it_is_said
from server import AUDIT_BIN, REPO
from stack import Stack
from test_recording import event
from tls_receiver import TlsReceiver
from wire import send

ARRIVAL_SECONDS_MAX = 90  # the schedule comes by once a minute
COMMAND_SECONDS_MAX = 60
# What the shared stack is deployed with, but for the AWS account: docs/deliver.md has them.
BUCKET, PREFIX, BUS = "my-bucket", "audit/", "audit"
PAGE = (REPO / "docs" / "deliver.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def delivered(stack: Stack, url: str) -> Tenant:
    """An account whose events are sent on: only these tests write to it."""
    return Tenant(url, "delivered", stack.create_credential("delivered", *ALL_SCOPES))


@pytest.fixture(scope="module")
def receiver(stack: Stack) -> Iterator[TlsReceiver]:
    """A receiver of webhooks, with the certificate that the functions of the emulated AWS trust."""
    running = TlsReceiver(stack.emulator.certificate, stack.emulator.key)
    try:
        yield running
    finally:
        running.close()


@pytest.fixture(scope="module")
def queue(stack: Stack) -> str:
    """The URL of a queue that gets what is put on the bus."""
    events, sqs = stack.emulator.client("events"), stack.emulator.client("sqs")
    events.create_event_bus(Name=BUS)
    made = sqs.create_queue(QueueName="of-the-bus")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=made, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="all", EventBusName=BUS, EventPattern=json.dumps({"source": ["audit-trail"]}))
    events.put_targets(Rule="all", EventBusName=BUS, Targets=[{"Id": "queue", "Arn": arn}])
    return made


@pytest.fixture(scope="module")
def destinations(stack: Stack, delivered: Tenant, receiver: TlsReceiver, queue: str) -> dict[str, str]:
    """The ids of the three, by kind."""
    stack.emulator.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    commands = re.findall(r"^\$ (audit destination add (\w+) .+)$", PAGE, re.MULTILINE)
    assert [kind for _, kind in commands] == ["s3", "https", "eventbridge"]
    # What the page cannot know: the account, where the receiver is, and that it is on this machine. Nobody wants to wait five minutes.
    besides = {"s3": "--window 1", "https": "--allow-private", "eventbridge": ""}
    return {
        kind: made(stack, f"{command} {besides[kind]}".replace("acme", delivered.account).replace("https://collector.example.com/audit", receiver.url), receiver)
        for command, kind in commands
    }


def made(stack: Stack, command: str, receiver: TlsReceiver) -> str:
    """Runs a command that makes a destination, tells the receiver the secret, and returns the id."""
    said = dict(line.split(maxsplit=1) for line in run(stack, command).split("\n\n")[0].splitlines())
    if "secret" in said:
        receiver.secret = said["secret"]
    return said["id"]


def run(stack: Stack, command: str) -> str:
    """Runs a command of the page, and returns what it printed."""
    environment = stack.emulator.environment() | {"TABLE": stack.output("TableName")}
    environment["PATH"] = f"{Path(AUDIT_BIN).resolve().parent}:{environment['PATH']}"
    done = subprocess.run(["bash", "-euc", command], cwd=REPO, env=environment, capture_output=True, text=True, timeout=COMMAND_SECONDS_MAX)
    assert done.returncode == 0, done.stderr
    return done.stdout


def call(stack: Stack) -> dict[str, Any]:
    """Calls the function as its schedule does."""
    name = stack.function("EventsDeliver")["FunctionName"]
    answer = stack.emulator.client("lambda").invoke(FunctionName=name, Payload=b"{}")
    said = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, said
    return said


def when(stack: Stack, read: Callable[[], Any], is_so: Callable[[Any], bool]) -> Any:
    """What is read, once it is so; the function is called meanwhile."""
    deadline = time.monotonic() + ARRIVAL_SECONDS_MAX
    while not is_so(found := read()):
        assert time.monotonic() < deadline, json.dumps(found)
        call(stack)
        time.sleep(0.5)
    return found


def status(stack: Stack, destination: str) -> dict[str, Any]:
    """What `audit destination status` says."""
    return json.loads(stack.audit("destination", "status", destination, "--json"))


def feed(tenant: Tenant) -> list[str]:
    """The account's feed, each event as its text."""
    answer = send(tenant.url, "GET", FEED, query={"limit": "1000"}, headers=tenant.bearer | {"Accept": "application/x-ndjson"})
    assert answer.status == 200, answer
    return answer.body.decode().splitlines()


def objects(stack: Stack) -> list[str]:
    """The names of the objects of events, in their order."""
    listed = stack.emulator.client("s3").list_objects_v2(Bucket=BUCKET, Prefix=f"{PREFIX}account=")
    return sorted(each["Key"] for each in listed.get("Contents", []))


def read_object(stack: Stack, name: str) -> tuple[bytes, dict[str, Any]]:
    """Bytes of an object, and what S3 says of it."""
    there = stack.emulator.client("s3").get_object(Bucket=BUCKET, Key=name, ChecksumMode="ENABLED")
    return there["Body"].read(), there


def positions(events: list[dict[str, Any]]) -> list[int]:
    """Positions of events."""
    return [each["position"] for each in events]


@pytest.fixture(scope="module")
def recorded(stack: Stack, delivered: Tenant, destinations: dict[str, str]) -> list[str]:
    """The feed once all three have got it: the three events that tell of the destinations, and seven of the account's own."""
    for number in range(7):
        record(delivered, event("To be sent", id=f"sent-{number}", message={"number": 10**20 + number}))
    Follower(delivered).until("sent-6")
    lines = feed(delivered)
    assert len(lines) == 10
    for destination in destinations.values():
        when(stack, lambda: status(stack, destination), lambda shown: shown["position"] == 10)
    return lines


def test_all_three_have_got_as_far_as_the_log(stack: Stack, destinations: dict[str, str], recorded: list[str]):
    for kind, destination in destinations.items():
        shown = status(stack, destination)
        assert (shown["kind"], shown["status"], shown["failing"], shown["sending_to"]) == (kind, "active", None, None)
        assert (shown["position"], shown["lag_events"], shown["lag_s"]) == (10, 0, 0)
        assert shown["delivered_at"] is not None
    ((command, example),) = re.findall(r"^\$ (audit destination status .+ (dst_\w+))$", PAGE, re.MULTILINE)
    said = run(stack, command.replace(example, destinations["s3"]))
    assert "\nposition   10; the log ends at 10\nlag        0 events, 0 s\n" in said


def test_the_objects_are_the_feed_line_by_line(stack: Stack, recorded: list[str]):
    names, lines = objects(stack), []
    for name in names:
        content, there = read_object(stack, name)
        part = gzip.decompress(content).decode().splitlines()
        first, day = json.loads(part[0])["position"], json.loads(part[0])["appended_at"][:10]
        assert name == f"audit/account=delivered/date={day}/{first:016}-{first + len(part) - 1:016}.ndjson.gz"
        # With an extra field, without a time or a system; the field has 32 bytes, by which its events are told from others.
        assert content[:16] == bytes([0x1F, 0x8B, 8, 4, 0, 0, 0, 0, 0, 255, 36, 0]) + b"AT" + bytes([32, 0])
        assert there["ContentType"] == "application/gzip" and "ContentEncoding" not in there
        assert there["ChecksumSHA256"] == base64.b64encode(hashlib.sha256(content).digest()).decode()
        lines += part

    assert lines == recorded


def test_the_webhooks_are_signed_and_have_the_feed_in_order(destinations: dict[str, str], receiver: TlsReceiver, recorded: list[str]):
    bodies = receiver.bodies()

    assert receiver.refused == 0
    for name, body in bodies.items():
        data = body["data"]
        assert name == f"{destinations['https']}-{data['first']}-{data['last']}"
        assert (body["type"], data["account"]) == ("audit.events", "delivered")
    assert [one for body in bodies.values() for one in body["data"]["events"]] == [json.loads(line) for line in recorded]


def test_the_bus_has_an_entry_for_each_event_whose_message_is_text(stack: Stack, queue: str, recorded: list[str]):
    sqs, taken = stack.emulator.client("sqs"), {}
    deadline = time.monotonic() + ARRIVAL_SECONDS_MAX
    while len(taken) < len(recorded) and time.monotonic() < deadline:
        for message in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", []):
            entry = json.loads(message["Body"])
            taken[entry["detail"]["position"]] = entry

    expected = [json.loads(line) for line in recorded]
    assert sorted(taken) == positions(expected)
    for one in expected:
        entry = taken[one["position"]]
        assert (entry["source"], entry["detail-type"], entry["resources"]) == ("audit-trail", one["event_type"], ["account/delivered"])
        for name in ("message", "previous_state", "current_state"):
            text = entry["detail"][name]
            assert (None if text is None else json.loads(text)) == one[name]
    assert json.loads(taken[9]["detail"]["message"]) == {"number": 10**20 + 6}


def test_another_object_under_the_name_of_the_next_one_stops_the_destination_and_nothing_is_lost(
    stack: Stack, delivered: Tenant, destinations: dict[str, str], recorded: list[str]
):
    s3, destination, at = stack.emulator.client("s3"), destinations["s3"], len(recorded)
    today = datetime.now(timezone.utc)
    days = [f"{today + timedelta(days=days):%Y-%m-%d}" for days in (0, 1)]  # it may be midnight soon
    others = [f"{PREFIX}account=delivered/date={day}/{at:016}-{at:016}.ndjson.gz" for day in days]
    for name in others:
        s3.put_object(Bucket=BUCKET, Key=name, Body=b"of before the table was restored", ChecksumAlgorithm="SHA256")

    record(delivered, event("After the restore", id="after-restore"))
    Follower(delivered).until("after-restore")
    shown = when(stack, lambda: status(stack, destination), lambda shown: shown["failing"] is not None)

    why = "an object with other events is there under this name: nothing was put"
    assert (shown["position"], shown["failing"]["why"]) == (at, why)
    when_it_is_said(stack, "delivery refused", lambda line: line["destination"] == destination and line["reason"] == why)
    for name in others:
        assert read_object(stack, name)[0] == b"of before the table was restored"
        s3.delete_object(Bucket=BUCKET, Key=name)
    stack.audit("destination", "resume", destination)
    when(stack, lambda: status(stack, destination), lambda shown: shown["position"] > at and shown["failing"] is None)
    (put,) = [name for name in objects(stack) if name in others]
    assert gzip.decompress(read_object(stack, put)[0]).decode().splitlines() == [feed(delivered)[at]]


# ---------------------------------------------------------------------------------------------------------------------
# What its role, and no other, may do beyond the table.


def is_done(run: Callable[[], Any]) -> bool:
    """Whether it is done; any refusal but one of IAM is an error of the test."""
    try:
        run()
        return True
    except ClientError as error:
        assert error.response["Error"]["Code"] in ("AccessDenied", "AccessDeniedException", "403"), error
        return False


def test_only_its_role_puts_and_reads_objects_and_only_where_the_parameter_says(stack: Stack, recorded: list[str]):
    there = objects(stack)[0]
    for name in stack.resources("AWS::Lambda::Function"):
        s3 = stack.emulator.client_of_role("s3", stack.resources()[f"{name}Role"])
        ways = {
            "put": lambda: s3.put_object(Bucket=BUCKET, Key=f"{PREFIX}of-a-role", Body=b"x"),
            "read": lambda: s3.head_object(Bucket=BUCKET, Key=there),
            "put elsewhere": lambda: s3.put_object(Bucket=BUCKET, Key="elsewhere/of-a-role", Body=b"x"),
            "list": lambda: s3.list_objects_v2(Bucket=BUCKET, Prefix=PREFIX),
            "delete": lambda: s3.delete_object(Bucket=BUCKET, Key=there),
        }
        may = {way for way, run in ways.items() if is_done(run)}
        assert may == ({"put", "read"} if name == "EventsDeliver" else set()), name


def test_only_its_role_puts_events_and_only_on_the_bus_of_the_parameter(stack: Stack, queue: str):
    entry = {"Source": "of-a-role", "DetailType": "TEST", "Detail": "{}"}
    for name in stack.resources("AWS::Lambda::Function"):
        events = stack.emulator.client_of_role("events", stack.resources()[f"{name}Role"])
        buses = (BUS, f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/{BUS}", "default")
        may = {bus for bus in buses if is_done(lambda: events.put_events(Entries=[entry | {"EventBusName": bus}]))}
        assert may == (set(buses[:2]) if name == "EventsDeliver" else set()), name
