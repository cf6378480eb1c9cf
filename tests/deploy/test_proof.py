"""What proves the log, through the deployed API: bytes as bytes, whatever a client accepts, and nobody asks who reads what is public."""

import json
import subprocess

import pytest

from conftest import Tenant
from expect import REQUEST_ID
from feed_follower import Follower, record
from stack import Stack
from test_recording import event
from wire import send

IMMUTABLE = "public, max-age=31536000, immutable"
# What clients send: nothing, anything, the type, and what a browser begins with.
ACCEPTED = [["-H", "Accept:"], [], ["-H", "Accept: application/octet-stream"], ["-H", "Accept: text/html,application/xhtml+xml,*/*;q=0.8"]]


@pytest.fixture(scope="module")
def signed(stack: Stack, collected: Tenant) -> Tenant:
    """An account whose log is signed, with one event at least."""
    record(collected, event("To be proved", id="proved"))
    Follower(collected).event("proved")
    name = stack.resources("AWS::Lambda::Function")["LogSign"]
    answer = stack.emulator.client("lambda").invoke(FunctionName=name, Payload=b"{}")
    assert "FunctionError" not in answer, answer["Payload"].read()
    return collected


def fetched(url: str, *arguments: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body as `curl` gets them."""
    head, _, body = subprocess.run(["curl", "-sS", "-i", *arguments, url], capture_output=True, check=True).stdout.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return int(status.split()[1]), headers, body


def rounds(stack: Stack) -> list[bytes]:
    """The entries of the newest log of rounds as the table has them: each behind its length, two bytes."""
    table = stack.emulator.client("dynamodb")
    logs = table.query(
        TableName=stack.output("TableName"),
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "rounds#all"}},
    )
    newest = logs["Items"][-1]["sk"]["S"].removeprefix("log#")
    found = table.query(
        TableName=stack.output("TableName"),
        ConsistentRead=True,
        KeyConditionExpression="pk = :pk and begins_with(sk, :sk)",
        ExpressionAttributeValues={":pk": {"S": f"rounds#{newest}"}, ":sk": {"S": "e#"}},
    )
    return [bytes(item["entries"]["B"]) for item in found["Items"]]


@pytest.mark.parametrize("accepted", ACCEPTED, ids=["nothing", "anything", "bytes", "a browser"])
def test_a_tile_is_the_bytes_of_the_table_whatever_a_client_accepts(stack: Stack, signed: Tenant, accepted: list[str]):
    size = int(fetched(f"{signed.url}/log/checkpoint")[2].decode().split("\n")[1])

    status, headers, body = fetched(f"{signed.url}/log/tile/entries/000.p/{size}", *accepted)

    assert (status, headers["content-type"], headers["cache-control"]) == (200, "application/octet-stream", IMMUTABLE)
    assert body == b"".join(rounds(stack)[:size])
    hashes = fetched(f"{signed.url}/log/tile/0/000.p/{size}", *accepted)[2]
    assert len(hashes) == 32 * size


def test_an_event_is_proved_and_its_item_is_that_of_the_table(stack: Stack, signed: Tenant):
    found = Follower(signed).event("proved")
    proof = send(signed.url, "GET", "/log/account/proof", query=f"position={found['position']}&item=true", headers=signed.bearer)

    assert proof.status == 200
    lines = proof.body.decode().splitlines()
    assert lines[:2] == ["audit-trail/proof/1", f"position {found['position']}"]
    item = json.loads(next(line for line in lines if line.startswith("item ")).removeprefix("item "))
    assert item["sk"]["S"] == f"{found['created_at']}#proved"
    items = send(signed.url, "GET", "/log/account/items", query=f"from={found['position']}", headers=signed.bearer)
    assert items.headers["content-type"] == "application/x-ndjson"
    assert json.loads(items.body.splitlines()[0]) == {"position": found["position"], "Item": item}


def test_what_is_of_an_account_asks_for_a_credential_and_what_is_public_for_none(signed: Tenant):
    for path in ["head", "proof?position=0", "items?from=0", "tile/0/000.p/1"]:
        status, headers, body = fetched(f"{signed.url}/log/account/{path}")
        assert (status, json.loads(body)) == (401, {"detail": "Authentication credentials were not provided."})
        assert REQUEST_ID.fullmatch(headers["x-request-id"])
    for path in ["tile/0/x", "tile/8/000"]:
        assert fetched(f"{signed.url}/log/{path}")[0] == 400
