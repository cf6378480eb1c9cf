"""`GET /audit-trail` in Python: what bench/coldstart holds the Rust function against.

It answers what the Rust function answers to the same event, cursor included, and leaves out what that event does not ask
for: `page_size` is the only parameter, and any other is refused.
"""

import base64
import hashlib
import hmac
import json
import logging
import os
import time

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

ENDPOINT = "audit-trail"
SCOPE = "audit:read"
PAGE_SIZE_DEFAULT = 50
PAGE_SIZE_MAX = 100
REMEMBERED_S = 60
REMEMBERED_MAX = 1_000
CATEGORIES = {
    "accounting", "ats", "calendar", "chat", "crm", "email", "filestorage", "hris", "knowledgebase", "ticketing",
}
# Before and after every sort key of an event.
FROM, TO = "1970-01-01T00:00:00.000Z", ":"
# What of an event a page shows.
SHOWN = [
    "sk", "event_type", "event_description", "principal_name", "principal_email", "principal_role", "principal_ip_address",
]
# Compared with where there is no hash: no SHA-256 that is known.
NO_HASH = "A" * 43

TABLE = os.environ["TABLE_NAME"]
# Made while Lambda initialises, and kept. The client is quicker to make than `boto3.resource`.
dynamodb = boto3.client(
    "dynamodb",
    config=Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 3, "mode": "standard"}),
)
logger = logging.getLogger()
remembered = {}


class Refusal(Exception):
    """An answer that is not a page."""

    def __init__(self, status, body, **headers):
        super().__init__(body)
        self.answer = (status, body, headers)


def lambda_handler(event, context):
    started = time.perf_counter()
    account, items = None, 0
    try:
        check_category(event)
        account = authenticate(event)
        events, more = read_page(account, page_size(event))
        items = len(events)
        status, body, headers = 200, page(account, events, more), {}
    except Refusal as refusal:
        status, body, headers = refusal.answer
    except (BotoCoreError, ClientError):
        logger.exception("request failed")
        status, headers = 503, {"retry-after": "1"}
        body = {"detail": f"Service unavailable. Request id: {context.aws_request_id}"}
    took_ms = (time.perf_counter() - started) * 1_000
    logger.info(
        "request answered",
        extra={"endpoint": ENDPOINT, "account": account, "status": status, "items": items, "took_ms": took_ms},
    )
    return {
        "statusCode": status,
        "headers": {
            "content-type": "application/json",
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
            "x-request-id": context.aws_request_id,
            **headers,
        },
        "body": json.dumps(body, separators=(",", ":"), ensure_ascii=False),
        "isBase64Encoded": False,
    }


def check_category(event):
    category = (event.get("pathParameters") or {}).get("category")
    if category is not None and category not in CATEGORIES:
        raise Refusal(404, {"detail": "Not found."})


def page_size(event):
    parameters = event.get("multiValueQueryStringParameters") or {}
    faults = {name: ["is not a parameter of this port"] for name in parameters if name != "page_size"}
    values = parameters.get("page_size", [str(PAGE_SIZE_DEFAULT)])
    if len(values) != 1:
        faults["page_size"] = ["must be given once"]
    elif not (values[0].isascii() and values[0].isdigit() and 1 <= int(values[0]) <= PAGE_SIZE_MAX):
        faults["page_size"] = [f"must be a whole number from 1 to {PAGE_SIZE_MAX}"]
    if faults:
        raise Refusal(400, faults)
    return int(values[0])


def authenticate(event):
    """The account that the bearer token admits to."""
    client_id, secret = bearer_token(event)
    presented = base64url(hashlib.sha256(secret.encode()).digest())
    since, credential = remembered.get(client_id, (None, None))
    if since is None or time.monotonic() - since >= REMEMBERED_S or not admits(credential, presented):
        credential = look_up(client_id)
        if not admits(credential, presented):
            raise unauthorized("Invalid token.")
        remember(client_id, credential)
    if SCOPE not in credential["scopes"]:
        raise unauthorized("Invalid token.")
    return credential["account"]


def bearer_token(event):
    headers = event.get("headers") or {}
    header = next((value for name, value in headers.items() if name.lower() == "authorization"), "")
    scheme, _, token = header.partition(" ")
    client_id, dot, secret = token.strip().rpartition(".")
    if scheme.lower() != "bearer" or not (client_id and dot and secret):
        raise unauthorized("Authentication credentials were not provided.")
    return client_id, secret


def look_up(client_id):
    key = {"pk": {"S": f"credential#{client_id}"}, "sk": {"S": "credential"}}
    answer = dynamodb.get_item(TableName=TABLE, Key=key, ConsistentRead=True, ReturnConsumedCapacity="TOTAL")
    item = answer.get("Item")
    if item is None:
        return {"hashes": [], "revoked": False}
    return {
        "account": item["account"]["S"],
        "scopes": [scope["S"] for scope in item["scopes"]["L"]],
        "hashes": [text["S"] for text in item["secret_hashes"]["L"]],
        "revoked": "revoked_at" in item,
    }


def admits(credential, presented):
    """Compares with two hashes in constant time, whether there are so many or not."""
    admitted = False
    hashes = (credential["hashes"] + [NO_HASH, NO_HASH])[:2]
    for place, text in enumerate(hashes):
        real = place < len(credential["hashes"])
        admitted |= hmac.compare_digest(text, presented) & real
    return admitted and not credential["revoked"]


def remember(client_id, credential):
    if len(remembered) >= REMEMBERED_MAX:
        remembered.clear()
    remembered[client_id] = (time.monotonic(), credential)


def unauthorized(detail):
    return Refusal(401, {"detail": detail}, **{"www-authenticate": "Bearer"})


def partition(account):
    return f"events#{account}#00"


def read_page(account, size):
    """The newest events, and whether there are more: one more than the page needs is read."""
    answer = dynamodb.query(
        TableName=TABLE,
        ConsistentRead=True,
        ScanIndexForward=False,
        Limit=size + 1,
        ReturnConsumedCapacity="TOTAL",
        KeyConditionExpression="#pk = :pk AND #sk BETWEEN :from AND :to",
        ProjectionExpression=", ".join(f"#{name}" for name in SHOWN),
        ExpressionAttributeNames={f"#{name}": name for name in ["pk", *SHOWN]},
        ExpressionAttributeValues={":pk": {"S": partition(account)}, ":from": {"S": FROM}, ":to": {"S": TO}},
    )
    items = answer["Items"]
    return items[:size], len(items) > size or "LastEvaluatedKey" in answer


def page(account, events, more):
    cursor = next_cursor(account, events[-1]["sk"]["S"]) if more else None
    return {"next": cursor, "previous": None, "results": [result(item) for item in events]}


def result(item):
    created_at, _, event_id = item["sk"]["S"].partition("#")
    return {
        "id": event_id,
        "user_name": text(item, "principal_name"),
        "user_email": text(item, "principal_email"),
        "role": item["principal_role"]["S"],
        "ip_address": item["principal_ip_address"]["S"],
        "event_type": item["event_type"]["S"],
        "event_description": item["event_description"]["S"],
        "created_at": created_at,
    }


def text(item, name):
    return item[name]["S"] if name in item else None


def next_cursor(account, sort_key):
    """The position behind a page, with a check over what it belongs to: shared/src/http/cursor.rs has the format."""
    carried = {"trail": ["f", False, True, sort_key, [FROM, None, None, None]]}
    payload = json.dumps([2, carried], separators=(",", ":")).encode()
    check = hashlib.sha256()
    listing = {"endpoint": ENDPOINT, "account": account}
    for part in (part.encode() for pair in listing.items() for part in pair):
        check.update(len(part).to_bytes(8, "big") + part)
    check.update(payload)
    return base64url(check.digest()[:16] + payload)


def base64url(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
