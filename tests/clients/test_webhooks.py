"""Webhooks as `events-deliver` sends them, verified by the official library of the Standard Webhooks specification.

That they are sent so is held by the Rust suite, over the same file.
"""

import datetime
import json
from pathlib import Path
from unittest import mock

import pytest
from standardwebhooks import Webhook, WebhookVerificationError
from standardwebhooks import webhooks as library

CASES = json.loads((Path(__file__).parents[1] / "vectors" / "webhook.json").read_text(encoding="utf-8"))["cases"]
SENT_AT = datetime.datetime(2026, 5, 1, 9, 30, tzinfo=datetime.timezone.utc)
ANOTHER_SECRET = "whsec_" + "MDAw" * 8


def verify(case: dict, secret: str, *, body: str | None = None, seconds_later: int = 0, **headers: str) -> object:
    """What the library reads from a webhook that arrives then."""
    with mock.patch.object(library, "datetime", wraps=datetime.datetime) as clock:
        clock.now.return_value = SENT_AT + datetime.timedelta(seconds=seconds_later)
        changed = {name.replace("_", "-"): value for name, value in headers.items()}
        return Webhook(secret).verify(case["body"] if body is None else body, {**case["headers"], **changed})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_official_library_verifies_what_is_sent_by_each_secret(case: dict):
    for secret in case["secrets"]:
        read = verify(case, secret)
        events = read["data"]["events"] if case["format"] == "audit" else read
        assert events == [json.loads(line["text"]) for line in case["lines"]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_it_refuses_another_secret_body_id_or_time(case: dict):
    secret = case["secrets"][0]
    changes = [
        {"secret": ANOTHER_SECRET},
        {"body": case["body"].replace("1", "2", 1)},
        {"webhook_id": case["headers"]["webhook-id"] + "0"},
        {"webhook_timestamp": str(int(case["headers"]["webhook-timestamp"]) + 1)},
        {"seconds_later": 301},
    ]
    for change in changes:
        with pytest.raises(WebhookVerificationError):
            verify(case, **{"secret": secret, **change})


def test_an_id_says_which_events_it_has():
    case = CASES[1]
    data = verify(case, case["secrets"][0])["data"]
    assert case["headers"]["webhook-id"] == f"dst_0123456789abcdef-{data['first']}-{data['last']}"
    assert [event["position"] for event in data["events"]] == [7, 8]
