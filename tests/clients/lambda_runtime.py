"""Lambda around one function: it gets events as they are, valid or not, and what it answers is taken; what it prints is its log.

The runtime API is that of tests/lambda-stand-in, a program that takes events and gives outcomes line by line.
"""

import base64
import itertools
import json
import os
import queue
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

from server import REPO, TABLE, environment

STAND_IN = Path(os.environ.get("LAMBDA_STAND_IN", REPO / "target" / "debug" / "lambda-stand-in"))
FUNCTIONS_DIR = Path(os.environ.get("FUNCTIONS_DIR", REPO / "target" / "lambda")).absolute()
ANSWER_SECONDS_MAX = 60
STOP_SECONDS_MAX = 10
TRACE = "Root=1-5759e988-bd862e3fe1be46a9942727{:02x};Parent=53995c3f42cd8ad8;Sampled=1"
CALLS = itertools.count(1)


class Outcome(NamedTuple):
    """What came of an event: an answer, or an error of the invocation."""

    is_error: bool
    text: str

    def json(self) -> Any:
        """It, read."""
        return json.loads(self.text)


class Function:
    """A running function: its binary, as it is on Lambda."""

    def __init__(self, name: str, dynamodb_url: str, **variables: str):
        self.name = name
        self.outcomes: queue.Queue[dict[str, Any]] = queue.Queue()
        self.log = tempfile.NamedTemporaryFile(prefix="audit-function-", suffix=".log")
        self.api = subprocess.Popen([STAND_IN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
        address = self.api.stdout.readline().strip()
        threading.Thread(target=self._keep_outcomes, daemon=True).start()
        self.process = subprocess.Popen(
            [FUNCTIONS_DIR / name / "bootstrap"],
            cwd=REPO,
            env=environment() | lambda_environment(name, address, dynamodb_url) | variables,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )

    def __enter__(self) -> "Function":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def invoke(self, event: Any) -> Outcome:
        """Hands over one event, bytes as they are, and waits for its outcome. A function that ends instead fails."""
        call = next(CALLS)
        wanted = f"00000000-0000-4000-8000-{call:012}"
        self._hand_out(wanted, call, event if isinstance(event, bytes) else json.dumps(event).encode())
        deadline = time.monotonic() + ANSWER_SECONDS_MAX
        while time.monotonic() < deadline:
            try:
                outcome = self.outcomes.get(timeout=1)
            except queue.Empty:
                assert self.process.poll() is None, self.output()[-2_000:]
                continue
            assert outcome["request_id"] == wanted
            return Outcome(outcome["is_error"], outcome["text"])
        raise AssertionError(f"no answer in {ANSWER_SECONDS_MAX} s: {self.output()[-2_000:]}")

    def _hand_out(self, request_id: str, call: int, event: bytes) -> None:
        given = {
            "request_id": request_id,
            "function_arn": f"arn:aws:lambda:eu-central-1:123456789012:function:{self.name}",
            "trace_id": TRACE.format(call % 256),
            "event": base64.b64encode(event).decode(),
        }
        self.api.stdin.write(json.dumps(given) + "\n")
        self.api.stdin.flush()

    def _keep_outcomes(self) -> None:
        for line in self.api.stdout:
            self.outcomes.put(json.loads(line))

    def output(self) -> str:
        """What it has printed so far."""
        return Path(self.log.name).read_text(encoding="utf-8", errors="replace")

    def stop(self) -> list[str]:
        """Ends the process by its process id, if it has not ended, and returns the lines that it wrote."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.api.stdin.close()
        self.api.wait(STOP_SECONDS_MAX)
        return self.output().splitlines()


def lambda_environment(name: str, address: str, dynamodb_url: str) -> dict[str, str]:
    """What Lambda and template.yaml put into a function's environment, and the local store."""
    return {
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_LAMBDA_LOG_LEVEL": "INFO",
        "AWS_LAMBDA_RUNTIME_API": address,
        "AWS_ENDPOINT_URL_DYNAMODB": dynamodb_url,
        "TABLE_NAME": TABLE,
    }


def payload(function: str) -> Any:
    """The function's payload in events/."""
    return json.loads((REPO / "events" / f"{function}.json").read_text(encoding="utf-8"))
