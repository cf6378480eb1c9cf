"""`cargo lambda watch` on the workspace."""

import os
from pathlib import Path

from processes import Process
from server import REPO, TABLE, environment, free_ports, is_listening

START_SECONDS_MAX = 60


class Watch:
    """A running `cargo lambda watch`, which builds and starts a function when it is first called."""

    def __init__(self, dynamodb_url: str):
        (self.port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{self.port}"
        # Files that change during the tests are not those of the functions.
        options = ["--ignore-changes", "--locked", "--invoke-address", "127.0.0.1", "--invoke-port", str(self.port)]
        variables = environment() | {"TABLE_NAME": TABLE, "AWS_ENDPOINT_URL_DYNAMODB": dynamodb_url}
        self._process = Process(["cargo", "lambda", "watch", *options], env=variables, cwd=REPO)
        self._process.wait_until(lambda: is_listening(self.port), START_SECONDS_MAX)

    def functions(self) -> list[int]:
        """The process ids of what it has started and not ended."""
        return [pid for pid in process_ids() if descends_from(pid, self._process.process.pid)]

    def output(self) -> str:
        """What it, Cargo and the functions have printed so far."""
        return self._process.output()

    def stop(self) -> None:
        """Ends it, and the functions."""
        self._process.stop()


def process_ids() -> list[int]:
    """All processes of this machine."""
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def descends_from(pid: int, ancestor: int) -> bool:
    """Whether a process was started by another, or by one that it started."""
    while pid > 1:
        try:
            # The parent is the second field after the name, which is in parentheses and may hold anything.
            pid = int((Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            return False  # it has ended
        if pid == ancestor:
            return True
    return False


def is_alive(pid: int) -> bool:
    """Whether there is a process of that id."""
    return os.path.exists(f"/proc/{pid}")
