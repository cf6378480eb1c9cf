"""Positions that no event has: where many events were changed in the table at once, the log says so at more than a page of them."""

from pathlib import Path

import boto3
import pytest

from account import PAGE_EVENTS, Account
from collectors import Collector, DuckDb, Singer
from server import AWS_ENV, TABLE, Server
from writes import event

CHANGES = 3 * PAGE_EVENTS


@pytest.fixture(scope="module")
def gapped(server: Server) -> Account:
    """An account with an event, many entries about changes of it, the last of which took back all others, and two more events."""
    account = Account(server, "gapped")
    account.record([event("changed", 0)])
    change_and_change_back(server, account, CHANGES)
    account.record([event("behind", 1), event("behind-too", 2)])
    return account


@pytest.mark.parametrize("kind", [Singer, DuckDb])
def test_collectors_that_end_at_an_empty_page_get_past_a_gap(gapped: Account, kind: type[Collector], tmp_path: Path) -> None:
    read = kind(tmp_path, gapped).run()

    assert [event.position for event in read] == [0, 1 + CHANGES, 2 + CHANGES]
    assert read == gapped.events


def change_and_change_back(server: Server, account: Account, times: int) -> None:
    """Changes the only event of an account in the table itself, as nobody should."""
    own = {"aws_access_key_id": AWS_ENV["AWS_ACCESS_KEY_ID"], "aws_secret_access_key": AWS_ENV["AWS_SECRET_ACCESS_KEY"]}
    table = boto3.resource("dynamodb", endpoint_url=server.dynamodb_url, region_name=AWS_ENV["AWS_REGION"], **own).Table(TABLE)
    items = table.scan()["Items"]
    [key] = [{"pk": item["pk"], "sk": item["sk"]} for item in items if item["pk"].startswith(f"events#{account.name}")]
    for number in range(1, times):
        table.update_item(Key=key, UpdateExpression="SET extra = :n", ExpressionAttributeValues={":n": number})
    table.update_item(Key=key, UpdateExpression="REMOVE extra")
