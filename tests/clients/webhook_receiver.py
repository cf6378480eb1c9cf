"""The receiver of docs/deliver-formats.md in Python, run as the page shows it."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from server import REPO, free_ports, is_listening

FILE = REPO / "docs" / "deliver" / "receiver.py"
START_SECONDS_MAX = 10
STOP_SECONDS_MAX = 10


class Receiver:
    """A running receiver.py with a folder in which it remembers, and what it prints."""

    def __init__(self, home: Path, secret: str, *, port: int | None = None):
        self.port = port or free_ports(1)[0]
        self.url = f"http://127.0.0.1:{self.port}/in"
        self.printed = home / "printed"
        with self.printed.open("a") as printed:
            environment = os.environ | {"WEBHOOK_SECRET": secret}
            self.process = subprocess.Popen([sys.executable, FILE, str(self.port)], cwd=home, env=environment, stdout=printed)
        deadline = time.monotonic() + START_SECONDS_MAX
        while not is_listening(self.port):
            assert time.monotonic() < deadline and self.process.poll() is None, "it does not listen"
            time.sleep(0.02)

    def events(self) -> list[dict]:
        """The events that it has printed so far, also before it was restarted in the same folder."""
        return [json.loads(line) for line in self.printed.read_text(encoding="utf-8").splitlines()]

    def stop(self) -> None:
        """Ends it."""
        self.process.terminate()
        self.process.wait(STOP_SECONDS_MAX)
