"""The account that the payloads of events/ speak of, and what is in it, as tests/journeys has it for all suites."""

import json
import time

from server import REPO, TABLE, Server
from wire import send

ACCOUNT = "demo"
TOKEN = "demo.local-demo-secret"
KEYS = {"client_id": "demo", "secret": "local-demo-secret"}
SCOPES = ("users:read", "users:write", "audit:read", "events:write", "events:import")

# SHA-256 of the payloads' secret, as base64url. A command makes random secrets only.
SECRET_HASH = "rvxkpstEK5eJsODc0nVk4AbhHjfoOCV1Umy60Cmhgj4"

ROUND_SECONDS_MAX = 60

JOURNEYS = REPO / "tests" / "journeys"
USERS = json.loads((JOURNEYS / "users.json").read_text(encoding="utf-8"))
EVENTS = json.loads((JOURNEYS / "events.json").read_text(encoding="utf-8"))


def fill(server: Server) -> None:
    """Makes the account on a server without one, through the operator's commands."""
    scopes = [part for scope in SCOPES for part in ("--scope", scope)]
    server.audit("credential", "create", "--account", ACCOUNT, "--client-id", KEYS["client_id"], *scopes, "--json")
    give_the_secret_of_the_payloads(server)
    server.import_users(ACCOUNT, USERS)
    server.import_events(ACCOUNT, EVENTS)


def wait_for_a_round(server: Server) -> None:
    """Waits until the server has signed its log, which it does every 10 seconds."""
    deadline = time.monotonic() + ROUND_SECONDS_MAX
    while send(server.url, "GET", "/log/checkpoint").status != 200:
        assert time.monotonic() < deadline, "no round was signed"
        time.sleep(0.1)


def give_the_secret_of_the_payloads(server: Server) -> None:
    """Replaces the credential's random secret in the table."""
    update = {
        "TableName": TABLE,
        "Key": {"pk": {"S": f"credential#{KEYS['client_id']}"}, "sk": {"S": "credential"}},
        "UpdateExpression": "SET secret_hashes = :hashes",
        "ConditionExpression": "attribute_exists(secret_hashes)",
        "ExpressionAttributeValues": {":hashes": {"L": [{"S": SECRET_HASH}]}},
    }
    headers = {
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": "DynamoDB_20120810.UpdateItem",
        # The engine looks at the form of a signature only.
        "X-Amz-Date": "20260101T000000Z",
        "Authorization": "AWS4-HMAC-SHA256 Credential=local/20260101/eu-central-1/dynamodb/aws4_request, "
        "SignedHeaders=host, Signature=none",
    }
    answer = send(server.dynamodb_url, "POST", "/", headers=headers, body=json.dumps(update).encode())
    assert answer.status == 200, answer
