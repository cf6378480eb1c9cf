"""The receiver of docs/deliver-formats.md, as the page shows it: each event once, whatever comes again, and nothing that is not signed."""

import datetime
import json
import urllib.error
import urllib.request
from pathlib import Path

from standardwebhooks import Webhook

from server import REPO
from webhook_receiver import Receiver

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
DOCS = REPO / "docs"


def post(receiver: Receiver, first: int, last: int, *, secret: str = SECRET, kind: str = "audit.events") -> int:
    """Posts the events of those positions as we would, and returns the status of the answer."""
    data = {"account": "a", "first": first, "last": last, "events": [{"position": position} for position in range(first, last + 1)]}
    body = json.dumps({"type": kind, "timestamp": "2026-05-01T09:29:00.000Z", "data": data if kind == "audit.events" else {"account": "a"}})
    now, name = datetime.datetime.now(datetime.timezone.utc), f"dst_0123456789abcdef-{first}-{last}"
    headers = {
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(name, now, body),
    }
    request = urllib.request.Request(receiver.url, body.encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def positions(receiver: Receiver) -> list[int]:
    """The positions of the events that it has printed."""
    return [event["position"] for event in receiver.events()]


def test_it_prints_each_event_once_also_when_it_was_restarted(tmp_path: Path):
    receiver = Receiver(tmp_path, SECRET)
    statuses = [post(receiver, 0, 2), post(receiver, 0, 2), post(receiver, 3, 3), post(receiver, 0, 0, kind="audit.test")]
    receiver.stop()
    assert (statuses, positions(receiver)) == ([204] * 4, [0, 1, 2, 3])
    receiver = Receiver(tmp_path, SECRET)
    statuses = [post(receiver, 3, 3), post(receiver, 3, 5)]
    receiver.stop()
    assert (statuses, positions(receiver)) == ([204] * 2, [0, 1, 2, 3, 4, 5])


def test_it_takes_nothing_by_another_secret(tmp_path: Path):
    receiver = Receiver(tmp_path, SECRET)
    status = post(receiver, 0, 2, secret="whsec_" + "MDAw" * 8)
    receiver.stop()
    assert (status, positions(receiver)) == (401, [])


def test_the_page_shows_the_files():
    page = (DOCS / "deliver-formats.md").read_text(encoding="utf-8")
    for name in ("receiver.py", "receiver.mjs"):
        assert (DOCS / "deliver" / name).read_text(encoding="utf-8") in page, name
