"""The account that the payloads of events/ speak of, and what is in it. The Rust journeys start from the same."""

import json

from server import TABLE, Server
from wire import send

ACCOUNT = "demo"
TOKEN = "demo.local-demo-secret"
KEYS = {"client_id": "demo", "secret": "local-demo-secret"}
SCOPES = ("users:read", "users:write", "audit:read", "events:write", "events:import")

# SHA-256 of the payloads' secret, as base64url. A command makes random secrets only.
SECRET_HASH = "rvxkpstEK5eJsODc0nVk4AbhHjfoOCV1Umy60Cmhgj4"

ADA = {"id": "usr_demo_00", "name": "Ada Lovelace", "email": "Ada@example.com", "role": "ADMIN", "ip_address": "192.0.2.1"}

USERS = [
    {"id": "usr_demo_01", "email_address": "zoë@example.com", "status": "invited", "created_at": "2024-02-29T23:59:59.999Z"},
    {
        "id": "usr_demo_00",
        "email_address": "Ada@example.com",
        "status": "active",
        "name": "Ada Lovelace",
        "created_at": "2023-06-01T08:00:00Z",
        "role": "ADMIN",
    },
    {
        "id": "54350110fedcbaf01234ffee",
        "email_address": "old@example.com",
        "status": "deactivated",
        "created_at": "1999-12-31T23:59:59.001Z",
    },
]


def subject(category: str, entity_id: str, user_id: str) -> dict[str, str]:
    """What an event was done to."""
    entity_key = {"users": "Network:User", "userAccess": "Network:UserAccess"}[category]
    return {"category": category, "entity_key": entity_key, "entity_id": entity_id, "user_id": user_id}


EVENTS = [
    {
        "id": "evt-1",
        "created_at": "2024-03-01T09:00:00Z",
        "event_type": "CHANGED_PERSONAL_INFORMATION",
        "event_description": 'Ada changed, "really"',
        "principal": ADA,
        "subject": subject("users", "usr_demo_00", "usr_demo_00"),
        "previous_state": {"Name": "Ada, Byron"},
        "current_state": {"Name": 'Ada "L"', "Note": "a\nb"},
    },
    {
        "id": "evt-2",
        "created_at": "2024-03-01T09:00:00.000Z",
        "event_type": "USER_LOGGED_ON",
        "event_description": "Ada logged on",
        "principal": ADA,
        "subject": subject("userAccess", "access-1", "usr_demo_00"),
        "message": {"Client": "browser"},
    },
    {
        "id": "evt-3",
        "created_at": "2024-03-02T10:30:00.123Z",
        "event_type": "SESSION_ENDED",
        "event_description": "Zoë's session ended",
        "principal": {"role": "SYSTEM", "ip_address": "2001:db8::1"},
        "subject": subject("userAccess", "access-2", "usr_demo_01"),
        "message_key": "Network:UserLoggedOff",
    },
    {
        "id": "evt-4",
        "created_at": "2024-03-03T00:00:00Z",
        "event_type": "MUTED_ISSUE",
        "event_description": "Muted",
        "principal": {"id": "key-1", "name": "Deploy key", "role": "API", "ip_address": "198.51.100.7"},
    },
    {
        "id": "evt-5",
        "created_at": "2024-03-04T00:00:00Z",
        "event_type": "INVITED_USER",
        "event_description": "Invited Zoë",
        "principal": ADA,
        "subject": subject("users", "usr_demo_01", "usr_demo_01"),
        "current_state": {"Status": "invited"},
    },
]


def fill(server: Server) -> None:
    """Makes the account on a server without one, through the operator's commands."""
    scopes = [part for scope in SCOPES for part in ("--scope", scope)]
    server.audit("credential", "create", "--account", ACCOUNT, "--client-id", KEYS["client_id"], *scopes, "--json")
    give_the_secret_of_the_payloads(server)
    server.import_users(ACCOUNT, USERS)
    server.import_events(ACCOUNT, EVENTS)


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
