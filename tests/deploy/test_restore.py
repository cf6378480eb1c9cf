"""A table is restored, and taken in by a new stack, with the commands of docs/operations.md as they stand there."""

import dataclasses
import json
import re
import subprocess
from pathlib import Path
from typing import Iterator

import pytest

from conftest import AWS, Tenant
from feed_follower import FEED, Follower
from front import Front
from gateway import import_gateway_responses
from server import AUDIT_BIN, REPO
from stack import Stack
from wire import post_json, send

SECTION = "## Back up and restore"
COMMANDS_SECONDS_MAX = 300
EVENT = {
    "id": "evt_restored",
    "created_at": "2026-03-01T09:00:00.000Z",
    "event_type": "INVITED_USER",
    "event_description": "Here before the restore",
    "principal": {"role": "ADMIN", "ip_address": "192.0.2.1"},
}


def commands() -> list[str]:
    """The commands of the section, each with the lines that it goes on for."""
    text = (REPO / "docs" / "operations.md").read_text(encoding="utf-8")
    section = text.split(f"\n{SECTION}\n")[1].split("\n## ")[0]
    blocks = re.findall(r"^```\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    return re.findall(r"^\$ ((?:.*\\\n)*.*)", "".join(blocks), re.MULTILINE)


@pytest.fixture(scope="module")
def restored(stack: Stack, acme: Tenant, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """The stack that the operator has after the section's last command."""
    assert post_json(acme.url, "/audit-trail/events", {"events": [EVENT]}, headers=acme.bearer).status == 201
    Follower(acme).until("evt_restored")
    *with_the_aws_cli, deployment = commands()
    assert deployment == "sam build && sam deploy --stack-name audit-trail-restored --parameter-overrides TableName=audit-trail-restored"
    programs = tmp_path_factory.mktemp("programs")
    (programs / "audit").symlink_to(Path(AUDIT_BIN).resolve())
    (programs / "aws").symlink_to(AWS)
    environment = stack.emulator.environment()

    done = subprocess.run(
        ["bash", "-euxc", "\n".join(with_the_aws_cli)],
        cwd=REPO,
        env=environment | {"PATH": f"{programs}:{environment['PATH']}", "TABLE": stack.output("TableName")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=COMMANDS_SECONDS_MAX,
    )

    assert done.returncode == 0, done.stdout.decode(errors="replace")
    made = Stack(stack.emulator, stack.template, "audit-trail-restored")
    # One for all APIs of an AWS account and region, which the shared stack has set.
    made.deploy("restore", TableName="audit-trail-restored", ManageApiGatewayAccount="false")
    return made


@pytest.fixture(scope="module")
def restored_url(restored: Stack) -> Iterator[str]:
    import_gateway_responses(restored)
    front = Front(restored.emulator.port, restored.resources()["Api"], "v1")
    try:
        yield front.url
    finally:
        front.stop()


def test_the_new_stack_reads_the_restored_table_with_the_old_credentials(
    restored: Stack, restored_url: str, acme: Tenant
):
    assert restored.output("TableName") == "audit-trail-restored"

    pages = [send(url, "GET", "/audit-trail?page_size=100", headers=acme.bearer) for url in (acme.url, restored_url)]

    assert [page.status for page in pages] == [200, 200]
    assert "evt_restored" in [event["id"] for event in pages[1].json()["results"]]
    assert pages[1].json()["results"] == pages[0].json()["results"]


def test_the_restored_table_is_protected_as_the_first_was(restored: Stack):
    client = restored.emulator.client("dynamodb")

    table = client.describe_table(TableName="audit-trail-restored")["Table"]
    expiry = client.describe_time_to_live(TableName="audit-trail-restored")["TimeToLiveDescription"]
    backups = client.describe_continuous_backups(TableName="audit-trail-restored")["ContinuousBackupsDescription"]

    assert str(table["DeletionProtectionEnabled"]).lower() == "true"  # the emulator keeps CloudFormation's text
    assert (expiry["TimeToLiveStatus"], expiry["AttributeName"]) == ("ENABLED", "expires_at")
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    assert {"Key": "service", "Value": "audit-trail"} in client.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]
    policy = json.loads(client.get_resource_policy(ResourceArn=table["TableArn"])["Policy"])
    assert [statement["Sid"] for statement in policy["Statement"]] == ["HistoryIsNeitherChangedNorDeleted"]
    assert {index["IndexName"] for index in table["GlobalSecondaryIndexes"]} == {
        "by-type",
        "by-email",
        "by-category",
        "by-subject",
    }


def test_what_is_recorded_after_the_restore_is_in_the_new_table_only(restored_url: str, acme: Tenant):
    later = EVENT | {"id": "evt_after", "created_at": "2026-03-01T09:00:01.000Z"}
    assert post_json(restored_url, "/audit-trail/events", {"events": [later]}, headers=acme.bearer).status == 201

    found = [
        [event["id"] for event in send(url, "GET", "/audit-trail?page_size=100", headers=acme.bearer).json()["results"]]
        for url in (acme.url, restored_url)
    ]

    assert ["evt_after" in ids for ids in found] == [False, True]


def test_the_feed_goes_on_in_the_new_table_and_tells_who_has_read_further_in_the_old_one_to_start_again(
    restored_url: str, acme: Tenant
):
    of_new = dataclasses.replace(acme, url=restored_url)
    read_further, restored_to = Follower(acme), Follower(of_new)
    restored_to.until("evt_restored")
    for tenant, name in ((acme, "evt_of_the_old_table"), (of_new, "evt_of_the_new_table")):
        event = EVENT | {"id": name, "created_at": "2026-03-01T09:00:02.000Z"}
        assert post_json(tenant.url, "/audit-trail/events", {"events": [event]}, headers=acme.bearer).status == 201
    read_further.until("evt_of_the_old_table")

    assert [event["id"] for event in restored_to.until("evt_of_the_new_table")].count("evt_restored") == 1
    gone = send(restored_url, "GET", FEED, query={"cursor": read_further.checkpoint}, headers=acme.bearer)
    assert gone.status == 410
    assert "restored" in gone.json()["detail"]
