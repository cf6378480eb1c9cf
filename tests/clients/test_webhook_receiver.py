"""The receiver of docs/deliver-formats.md, as the page shows it: each event once, whatever comes again, and nothing that is not signed."""

import datetime
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from standardwebhooks import Webhook

from server import REPO, free_ports, is_listening

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
DOCS = REPO / "docs"
START_SECONDS_MAX = 10


class Receiver:
    """A running receiver.py, with what it prints."""

    def __init__(self, home: Path):
        (self.port,) = free_ports(1)
        command = [sys.executable, DOCS / "deliver" / "receiver.py", str(self.port)]
        self.process = subprocess.Popen(command, cwd=home, env=os.environ | {"WEBHOOK_SECRET": SECRET}, stdout=subprocess.PIPE, text=True)
        deadline = time.monotonic() + START_SECONDS_MAX
        while not is_listening(self.port):
            assert time.monotonic() < deadline and self.process.poll() is None, "it does not listen"
            time.sleep(0.02)

    def post(self, first: int, last: int, *, secret: str = SECRET, kind: str = "audit.events") -> int:
        """Posts the events of those positions as we would, and returns the status of the answer."""
        data = {"account": "a", "first": first, "last": last, "events": [{"position": position} for position in range(first, last + 1)]}
        body = json.dumps({"type": kind, "timestamp": "2026-05-01T09:29:00.000Z", "data": data if kind == "audit.events" else {"account": "a"}})
        now, name = datetime.datetime.now(datetime.timezone.utc), f"dst_0123456789abcdef-{first}-{last}"
        headers = {
            "webhook-id": name,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret).sign(name, now, body),
        }
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/in", body.encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def stop(self) -> list[int]:
        """Ends it; the positions that it printed."""
        self.process.terminate()
        printed, _ = self.process.communicate(timeout=10)
        return [json.loads(line)["position"] for line in printed.splitlines()]


def test_it_prints_each_event_once_also_when_it_was_restarted(tmp_path: Path):
    receiver = Receiver(tmp_path)
    statuses = [receiver.post(0, 2), receiver.post(0, 2), receiver.post(3, 3), receiver.post(0, 0, kind="audit.test")]
    assert (statuses, receiver.stop()) == ([204] * 4, [0, 1, 2, 3])
    receiver = Receiver(tmp_path)
    statuses = [receiver.post(3, 3), receiver.post(3, 5)]
    assert (statuses, receiver.stop()) == ([204] * 2, [4, 5])


def test_it_takes_nothing_by_another_secret(tmp_path: Path):
    receiver = Receiver(tmp_path)
    status = receiver.post(0, 2, secret="whsec_" + "MDAw" * 8)
    assert (status, receiver.stop()) == (401, [])


def test_the_page_shows_the_files():
    page = (DOCS / "deliver-formats.md").read_text(encoding="utf-8")
    for name in ("receiver.py", "receiver.mjs"):
        assert (DOCS / "deliver" / name).read_text(encoding="utf-8") in page, name
