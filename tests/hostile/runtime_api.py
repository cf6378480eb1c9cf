"""Lambda's runtime API around one function: hands it events as they are, valid or not, and takes what it answers.

Source: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>
"""

import json
import os
import queue
import signal
import subprocess
import tempfile
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from server import REPO, TABLE, Server, environment

ANSWER_SECONDS_MAX = 30
STOP_SECONDS_MAX = 10
PATH = "/2018-06-01/runtime"


class Outcome(NamedTuple):
    """What came of an event: an answer, or an error of the invocation."""

    is_error: bool
    text: str

    def json(self) -> Any:
        return json.loads(self.text)


def binary(function: str) -> Path:
    """The binary of a function: of a debug build, or as Lambda gets it where FUNCTIONS_DIR says so."""
    if "FUNCTIONS_DIR" in os.environ:
        return Path(os.environ["FUNCTIONS_DIR"]).absolute() / function / "bootstrap"
    return Path(os.environ.get("CARGO_TARGET_DIR", REPO / "target")) / "debug" / function


class Api(ThreadingHTTPServer):
    """The server of the runtime API."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: a function that is stopped breaks its connection off."""


class Function:
    """A running function, which asks this process for events."""

    def __init__(self, name: str, server: Server, *, log_level: str = "INFO"):
        self._events: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self._outcomes: queue.Queue[tuple[str, Outcome]] = queue.Queue()
        self._api = Api(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._api.serve_forever, daemon=True).start()
        self.log = tempfile.NamedTemporaryFile(prefix="audit-function-", suffix=".log")
        settings = {
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self._api.server_address[1]}",
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
            "AWS_LAMBDA_FUNCTION_TIMEOUT": "25",
            "AWS_LAMBDA_LOG_FORMAT": "JSON",
            "AWS_LAMBDA_LOG_LEVEL": log_level,
            "AWS_ENDPOINT_URL_DYNAMODB": server.dynamodb_url,
            "TABLE_NAME": TABLE,
            "METRICS_NAMESPACE": "AuditTrail/test",
            "METRICS_PER_ACCOUNT": "true",
            "RUST_BACKTRACE": "1",
        }
        self.process = subprocess.Popen(
            [binary(name)], env=environment() | settings, stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT
        )

    def invoke(self, event: Any) -> Outcome:
        """Hands over one event, and waits for its outcome. A function that ends instead fails."""
        wanted = str(uuid.uuid4())
        self._events.put((wanted, event if isinstance(event, bytes) else json.dumps(event).encode()))
        deadline = time.monotonic() + ANSWER_SECONDS_MAX
        while time.monotonic() < deadline:
            try:
                request_id, outcome = self._outcomes.get(timeout=1)
            except queue.Empty:
                assert self.process.poll() is None, self.output()[-2_000:]
                continue
            assert request_id == wanted
            return outcome
        raise AssertionError(f"no answer in {ANSWER_SECONDS_MAX} s: {self.output()[-2_000:]}")

    def output(self) -> str:
        """What it has printed so far."""
        return Path(self.log.name).read_text(encoding="utf-8", errors="replace")

    def stop(self) -> None:
        """Ends the function by its process id."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._api.shutdown()
        self._api.server_close()

    def _handler(function) -> type[BaseHTTPRequestHandler]:
        """The runtime API's three calls."""

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                request_id, event = function._events.get()
                self._answer(200, event, request_id)

            def do_POST(self) -> None:
                body = self._body().decode("utf-8")
                request_id, _, kind = self.path.removeprefix(f"{PATH}/invocation/").partition("/")
                self._answer(202, b"{}")
                function._outcomes.put((request_id, Outcome(kind != "response", body)))

            def _body(self) -> bytes:
                if self.headers["Transfer-Encoding"] != "chunked":
                    return self.rfile.read(int(self.headers["Content-Length"] or 0))
                body = b""
                while size := int(self.rfile.readline(), 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return body

            def _answer(self, status: int, body: bytes, request_id: str = "") -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                if request_id:
                    self.send_header("Lambda-Runtime-Aws-Request-Id", request_id)
                    self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + 25) * 1000)))
                    arn = "arn:aws:lambda:eu-central-1:000000000000:function:hostile"
                    self.send_header("Lambda-Runtime-Invoked-Function-Arn", arn)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing: a function asks all the time."""

        return Handler
