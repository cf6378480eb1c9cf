"""The Lambda runtime API, for one process of one function: what it answers is its answer, what it prints is its log.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import itertools
import json
import os
import queue
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from server import REPO, environment

FUNCTIONS_DIR = Path(os.environ.get("FUNCTIONS_DIR", REPO / "target" / "lambda"))
ANSWER_SECONDS_MAX = 60
STOP_SECONDS_MAX = 10
TIMEOUT_MS = 25_000
TRACE = "Root=1-5759e988-bd862e3fe1be46a9942727{:02x};Parent=53995c3f42cd8ad8;Sampled=1"
CALLS = itertools.count(1)


class LocalServer(ThreadingHTTPServer):
    """A server for processes that are ended while they wait for it."""

    daemon_threads = True

    def __init__(self, api: type[BaseHTTPRequestHandler]):
        super().__init__(("127.0.0.1", 0), api)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that the ended process dropped is no error."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def stop(self) -> None:
        """Listens no more."""
        self.shutdown()
        self.server_close()


class Function:
    """A running function: its binary, as it is on Lambda."""

    def __init__(self, name: str, dynamodb_url: str, **variables: str):
        self.name = name
        self.lines: list[str] | None = None
        self.events: queue.Queue[tuple[int, bytes]] = queue.Queue()
        self.answers: queue.Queue[Any] = queue.Queue()
        self.api = LocalServer(handler(self))
        self.process = subprocess.Popen(
            [FUNCTIONS_DIR / name / "bootstrap"],
            cwd=REPO,
            env=environment() | lambda_environment(name, self.api.server_port, dynamodb_url) | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def __enter__(self) -> "Function":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def invoke(self, event: Any) -> Any:
        """Hands out an event, and returns the function's answer to it."""
        self.events.put((next(CALLS), json.dumps(event).encode()))
        return self.answers.get(timeout=ANSWER_SECONDS_MAX)

    def stop(self) -> list[str]:
        """Ends the process, and returns the lines that it wrote."""
        if self.lines is not None:
            return self.lines
        self.process.terminate()
        try:
            output, _ = self.process.communicate(timeout=STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            output, _ = self.process.communicate()
        self.api.stop()
        self.lines = output.decode().splitlines()
        return self.lines


def lambda_environment(name: str, port: int, dynamodb_url: str) -> dict[str, str]:
    """What Lambda and template.yaml put into a function's environment, and the local store."""
    return {
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_LAMBDA_LOG_LEVEL": "INFO",
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
        "AWS_ENDPOINT_URL_DYNAMODB": dynamodb_url,
        "TABLE_NAME": "audit",
    }


def handler(function: Function) -> type[BaseHTTPRequestHandler]:
    """The API's two paths that a function uses once it has begun."""

    class Api(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            call, event = function.events.get()
            self.send_response(200)
            self.send_header("Lambda-Runtime-Aws-Request-Id", f"00000000-0000-4000-8000-{call:012}")
            self.send_header("Lambda-Runtime-Deadline-Ms", str(int(time.time() * 1000) + TIMEOUT_MS))
            arn = f"arn:aws:lambda:eu-central-1:123456789012:function:{function.name}"
            self.send_header("Lambda-Runtime-Invoked-Function-Arn", arn)
            self.send_header("Lambda-Runtime-Trace-Id", TRACE.format(call))
            self.end(event)

        def do_POST(self) -> None:
            length = self.headers["Content-Length"]
            body = chunks(self) if length is None else self.rfile.read(int(length))
            self.send_response(202)
            self.end(b"")
            function.answers.put(json.loads(body))

        def end(self, body: bytes) -> None:
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Api


def chunks(request: BaseHTTPRequestHandler) -> bytes:
    """A body that comes in chunks."""
    body = b""
    while size := int(request.rfile.readline(), 16):
        body += request.rfile.read(size)
        request.rfile.readline()
    request.rfile.readline()
    return body


def payload(function: str) -> Any:
    """The function's payload in events/."""
    return json.loads((REPO / "events" / f"{function}.json").read_text())
