"""The log of the deployed stack, where somebody changes history, and where the stream loses what happened."""

import json
import time
from contextlib import contextmanager
from typing import Any, Iterator

from conftest import ALL_SCOPES, Tenant
from feed_follower import Follower, ago, page, record
from log_lines import lines, when_it_is_said
from stack import Stack
from test_recording import event


def stored(stack: Stack, tenant: Tenant, of_feed: dict[str, Any]) -> dict[str, Any]:
    """The item of an event."""
    key = {"pk": {"S": f"events#{tenant.account}#00"}, "sk": {"S": f"{of_feed['created_at']}#{of_feed['id']}"}}
    return stack.emulator.client("dynamodb").get_item(TableName=stack.resources()["Table"], Key=key)["Item"]


def put(stack: Stack, item: dict[str, Any]) -> None:
    """Puts an item, as somebody with the rights of an administrator can."""
    stack.emulator.client("dynamodb").put_item(TableName=stack.resources()["Table"], Item=item)


def delete(stack: Stack, item: dict[str, Any]) -> None:
    """Deletes an item, as somebody can who may take the table's policy away."""
    client, table = stack.emulator.client("dynamodb"), stack.resources()["Table"]
    arn = client.describe_table(TableName=table)["Table"]["TableArn"]
    policy = client.get_resource_policy(ResourceArn=arn)["Policy"]
    client.delete_resource_policy(ResourceArn=arn)
    try:
        client.delete_item(TableName=table, Key={name: item[name] for name in ("pk", "sk")})
    finally:
        client.put_resource_policy(ResourceArn=arn, Policy=policy)


def marker(of_feed: dict[str, Any], mark: str) -> dict[str, Any]:
    """What the feed shows in the place of an event that is not as it was."""
    return {name: of_feed[name] for name in ("position", "appended_at", "id", "created_at")} | {mark: True}


def at(tenant: Tenant, of_feed: dict[str, Any]) -> dict[str, Any]:
    """What the feed shows at the position of an event."""
    (shown,) = page(tenant, after=str(of_feed["position"] - 1), limit="1")["events"]
    return shown


def is_told(tenant: Tenant, of_feed: dict[str, Any], **field: str):
    """Whether a line is about that event, and has that field."""
    told = {"level": "ERROR", "account": tenant.account, "sort_key": f"{of_feed['created_at']}#{of_feed['id']}"} | field
    return lambda line: told.items() <= line.items()


def test_an_event_that_somebody_changes_is_told_of_and_shown_as_altered_until_it_is_put_back(collected: Tenant, stack: Stack):
    record(collected, event("As it was", id="changed-1"))
    found = Follower(collected).event("changed-1")
    item = stored(stack, collected, found)

    put(stack, item | {"event_description": {"S": "As somebody wants it to be"}})

    when_it_is_said(stack, "history changed", is_told(collected, found, change="changed"))
    assert at(collected, found) == marker(found, "altered")
    put(stack, item)
    assert at(collected, found) == found


def test_an_event_that_somebody_deletes_is_told_of_and_shown_as_missing(collected: Tenant, stack: Stack):
    record(collected, event("Will be gone", id="deleted-1"))
    found = Follower(collected).event("deleted-1")

    delete(stack, stored(stack, collected, found))

    when_it_is_said(stack, "history changed", is_told(collected, found, change="removed"))
    assert at(collected, found) == marker(found, "missing")


# ---------------------------------------------------------------------------------------------------------------------
# What the stream lost.


@contextmanager
def without_the_stream(stack: Stack) -> Iterator[None]:
    """While it lasts, nobody reads the stream. What happens meanwhile is read after it."""
    client, function = stack.emulator.client("lambda"), stack.function("LogAppend")["FunctionName"]
    (mapping,) = client.list_event_source_mappings(FunctionName=function)["EventSourceMappings"]
    client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    time.sleep(2)  # what it is doing it ends
    try:
        yield
    finally:
        client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


def reconcile(stack: Stack) -> dict[str, Any]:
    """Calls the function that holds the log against the table, as its schedule does, and gives what it says that it did."""
    function = stack.function("LogReconcile")["FunctionName"]
    answer = stack.emulator.client("lambda").invoke(FunctionName=function, Payload=b"{}")
    outcome = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, outcome
    return outcome


def item_of(account: str, id: str, created_at: str) -> dict[str, Any]:
    """The item of an event that was recorded an hour ago, so that the stream should have brought it."""
    text = {
        "pk": f"events#{account}#00",
        "sk": f"{created_at}#{id}",
        "type_pk": f"events#{account}#00#type#MUTED_ISSUE",
        "recorded_at": ago(hours=1),
        "event_type": "MUTED_ISSUE",
        "event_description": "Recorded an hour ago",
        "principal_role": "SYSTEM",
        "principal_ip_address": "192.0.2.1",
    }
    return {name: {"S": value} for name, value in text.items()}


def test_an_event_that_the_stream_lost_is_appended_late_and_once(collected: Tenant, stack: Stack):
    reconcile(stack)  # the first time, all that an account has is taken for older than its log
    follower, lost = Follower(collected, **{"from": "now"}), item_of("collected", "lost-1", ago(hours=2))
    follower.follow()

    with without_the_stream(stack):
        put(stack, lost)
        assert follower.follow() == []
        assert reconcile(stack)["entries_appended"] == 1
        follower.until("lost-1")
    record(collected, event("After it", id="after-lost-1"))  # behind the lost one in the stream

    assert [one["id"] for one in follower.until("after-lost-1")] == ["lost-1", "after-lost-1"]
    late = {"level": "ERROR", "account": "collected", "sort_key": lost["sk"]["S"]}
    assert len([line for line in lines(stack, "event appended late") if late.items() <= line.items()]) == 1


def test_an_event_whose_deletion_the_stream_lost_is_missed(collected: Tenant, stack: Stack):
    kept = item_of("collected", "deleted-unseen", "2026-03-02T09:00:00.000Z")
    put(stack, kept)
    found = Follower(collected).event("deleted-unseen")

    with without_the_stream(stack):
        delete(stack, kept)
        assert reconcile(stack)["differences"] >= 1

    when_it_is_said(stack, "history differs", is_told(collected, found, difference="missing"))


def test_what_was_recorded_before_there_was_a_log_is_taken_in_without_an_alarm(stack: Stack, url: str):
    older = Tenant(url, "older", stack.create_credential("older", *ALL_SCOPES))
    with without_the_stream(stack):
        for day in (3, 2, 1):
            put(stack, item_of("older", f"old-{day}", f"2026-03-0{day}T09:00:00.000Z"))
        assert page(older)["events"] == []
        reconcile(stack)
        found = Follower(older).until("old-1", "old-2", "old-3")

    assert [one["id"] for one in found] == ["old-1", "old-2", "old-3"]
    assert [line for line in lines(stack, "event appended late") if line["account"] == "older"] == []
    assert [one["id"] for one in Follower(older).follow()] == ["old-1", "old-2", "old-3"]


def test_each_batch_of_changes_has_a_line_with_its_lag(stack: Stack, collected: Tenant):
    appended = lines(stack, "log appended")

    assert {line["endpoint"] for line in appended} == {"log-append"}
    assert sum(line["entries_appended"] for line in appended) >= len(Follower(collected).follow())
    assert all(line["lag_ms"] >= 0 for line in appended)
