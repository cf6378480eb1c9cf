"""Amazon's runtime emulator around one function, as it comes with the SAM CLI."""

import http.client
import json
import os
import platform
import re
import time
from pathlib import Path
from typing import Any, NamedTuple

from processes import Process
from server import AWS_ENV, REPO, TABLE, free_ports, is_listening

START_SECONDS_MAX = 30
INVOKE_SECONDS_MAX = 30

# What the emulator itself says of the start of a function. "Init Duration" of its REPORT line is not that: it is taken
# around a start that has been before.
INIT_REPORT = re.compile(r"INIT REPORT\(durationMs: ([0-9.]+)\)")


def processor() -> str:
    """This machine's, as AWS calls it."""
    return {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]


def emulator_binary() -> Path:
    """The emulator for this processor, in the environment that the SAM CLI is installed in."""
    sam = Path(os.environ["SAM_BIN"])
    (found,) = sam.parents[1].glob(f"lib/python3.*/site-packages/samcli/local/rapid/aws-lambda-rie-{processor()}")
    return found


def bootstrap(function: str) -> Path:
    """The binary of a function, as Lambda gets it."""
    return Path(os.environ["FUNCTIONS_DIR"]).absolute() / function / "bootstrap"


class Invocation(NamedTuple):
    """What a function answered, and how long after it was called."""

    answer: Any
    took_ms: float


class Emulator:
    """The emulator with one function, which it starts when it is first called."""

    def __init__(self, function: str, dynamodb_url: str):
        self.port, runtime_port = free_ports(2)
        # No more than Lambda gives, so that nothing of this machine's environment helps.
        environment = AWS_ENV | {
            "PATH": os.defpath,
            "AWS_LAMBDA_FUNCTION_NAME": function,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
            "AWS_LAMBDA_FUNCTION_TIMEOUT": "25",
            "TABLE_NAME": TABLE,
            "METRICS_NAMESPACE": "AuditTrail/test",
            "METRICS_PER_ACCOUNT": "true",
            "AWS_ENDPOINT_URL_DYNAMODB": dynamodb_url,
        }
        addresses = ["--runtime-interface-emulator-address", f"127.0.0.1:{self.port}"]
        addresses += ["--runtime-api-address", f"127.0.0.1:{runtime_port}"]
        self.process = Process([emulator_binary(), *addresses, bootstrap(function)], env=environment, cwd=REPO)
        # It takes calls a moment before the function could ask it for work.
        self.process.wait_until(lambda: is_listening(self.port) and is_listening(runtime_port), START_SECONDS_MAX)

    def invoke(self, event: Any) -> Invocation:
        """Hands the event to the function. Anything but an answer of the function fails."""
        body = json.dumps(event).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=INVOKE_SECONDS_MAX)
        try:
            started = time.monotonic()
            connection.request("POST", "/2015-03-31/functions/function/invocations", body)
            response = connection.getresponse()
            text = response.read()
            took_ms = (time.monotonic() - started) * 1000
        finally:
            connection.close()
        assert response.status == 200, (response.status, text, self.process.output())
        return Invocation(json.loads(text), took_ms)

    def init_ms(self) -> float:
        """From the start of the function's process to its first poll, as the emulator reports it."""
        (reported,) = INIT_REPORT.findall(self.process.output())
        return float(reported)

    def stop(self) -> None:
        """Ends the emulator, which ends its function."""
        self.process.stop()
