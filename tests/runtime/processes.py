"""Starts programs beside the tests, with their output in a file, and ends them by their process id."""

import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Callable, Sequence

STOP_SECONDS_MAX = 120


class Process:
    """A program that runs until it is stopped."""

    def __init__(self, command: Sequence[str | Path], *, env: dict[str, str], cwd: Path):
        self.command = [str(part) for part in command]
        self.log = tempfile.NamedTemporaryFile(prefix="audit-", suffix=".log")
        self.process = subprocess.Popen(
            self.command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT
        )

    def output(self) -> str:
        """What it has printed so far."""
        return Path(self.log.name).read_text(encoding="utf-8", errors="replace")

    def wait_until(self, ready: Callable[[], bool], seconds_max: float) -> None:
        """Waits for a sign of it; stops it and fails if it ends or takes too long."""
        deadline = time.monotonic() + seconds_max
        while not ready():
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.command} ended with {self.process.returncode}:\n{self.output()}")
            if time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"{self.command} was not ready in {seconds_max} s:\n{self.output()}")
            time.sleep(0.01)

    def stop(self) -> None:
        """Ends it as Ctrl-C does, so that it ends what it started."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise RuntimeError(f"{self.command} did not end in {STOP_SECONDS_MAX} s:\n{self.output()}") from None
