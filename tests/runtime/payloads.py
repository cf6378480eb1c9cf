"""The payloads of events/: as Lambda hands them over, and as the HTTP request that API Gateway made them from."""

import json
from typing import Any

from server import REPO
from wire import Answer, send

FUNCTIONS = sorted(path.stem for path in (REPO / "events").glob("*.json"))
OF_A_QUEUE = "events-consume"
OF_A_SCHEDULE = "counts-roll"
OF_THE_LOGS_SCHEDULE = "log-reconcile"
OF_THE_STREAM = "log-append"
# It asks KMS and S3, which are not there where these payloads are sent.
SIGNS = "log-sign"
# It is called by the stream, and by a schedule, which its payload is of.
DELIVERS = "events-deliver"
WITHOUT_A_ROUTE = (OF_A_QUEUE, OF_A_SCHEDULE, OF_THE_LOGS_SCHEDULE, OF_THE_STREAM, DELIVERS, SIGNS)
OF_ROUTES = [function for function in FUNCTIONS if function not in WITHOUT_A_ROUTE]

# What CloudFront and API Gateway add to a request on its way, and what the HTTP client sets by itself.
ADDED_ON_THE_WAY = ("accept-encoding", "cloudfront-", "host", "x-amzn-", "x-forwarded-")


def payload(function: str) -> dict[str, Any]:
    """The payload of a function."""
    return json.loads((REPO / "events" / f"{function}.json").read_text(encoding="utf-8"))


def send_payload(base_url: str, function: str, *, path: str | None = None) -> Answer:
    """Sends the request that the payload of a function was made from, or the same to another path."""
    event = payload(function)
    headers = {
        name: value for name, value in event["headers"].items() if not name.lower().startswith(ADDED_ON_THE_WAY)
    }
    query = event["queryStringParameters"] or ""
    body = event["body"].encode() if event["body"] is not None else None
    return send(base_url, event["httpMethod"], path or event["path"], query=query, headers=headers, body=body)
