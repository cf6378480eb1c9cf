"""`sam local` on template.yaml: the functions in containers, behind the SAM CLI's stand-in for API Gateway."""

import json
import os
import re
import subprocess
import time
from pathlib import Path
from typing import Any, NamedTuple

from emulator import INIT_REPORT, bootstrap, processor
from payloads import FUNCTIONS
from processes import Process
from server import REPO, TABLE, environment, free_ports

START_SECONDS_MAX = 60
INVOKE_SECONDS_MAX = 120
PRINT_SECONDS_MAX = 10

REPORT = re.compile(r"^REPORT RequestId: .*\bInit Duration: [0-9.]+ ms\s+Duration: ([0-9.]+) ms", re.MULTILINE)
CONTAINER = re.compile(r"SAM_CONTAINER_ID: ([0-9a-f]+)")
STARTED = re.compile(r"Running on http://127\.0\.0\.1:")


class ColdStart(NamedTuple):
    """What the emulator in a new container says of its first invocation."""

    init_ms: float
    duration_ms: float


def write_template(folder: Path, dynamodb_url: str) -> list[str]:
    """template.yaml with two changes, and the options to run it with.

    Its functions are the binaries as built, which `sam build` would only copy. And they have a variable more, the store's
    address: `sam local` sets no variable that the template does not have.
    """
    text = (REPO / "template.yaml").read_text(encoding="utf-8")
    for function in FUNCTIONS:
        text = replace_once(text, f"CodeUri: functions/{function}\n", f"CodeUri: {bootstrap(function).parent}\n")
    table = "        TABLE_NAME: !Ref Table\n"
    text = replace_once(text, table, f"{table}        AWS_ENDPOINT_URL_DYNAMODB: {dynamodb_url}\n")
    (folder / "template.yaml").write_text(text, encoding="utf-8")
    (folder / "variables.json").write_text(json.dumps({"Parameters": {"TABLE_NAME": TABLE}}), encoding="utf-8")
    options = ["--template", str(folder / "template.yaml"), "--env-vars", str(folder / "variables.json")]
    options += ["--parameter-overrides", f"Architecture={processor()}", "--skip-pull-image"]
    # Without one, Amazon's image is there.
    return options + (["--invoke-image", os.environ["LAMBDA_IMAGE"]] if "LAMBDA_IMAGE" in os.environ else [])


def replace_once(text: str, old: str, new: str) -> str:
    """The text with what must be there once replaced."""
    assert text.count(old) == 1, f"{text.count(old)} times in template.yaml: {old!r}"
    return text.replace(old, new)


def sam_environment() -> dict[str, str]:
    """This process's environment; SAM_CLI_RIE_DEV makes the emulator say how long a start took."""
    return environment() | {"SAM_CLI_TELEMETRY": "0", "SAM_CLI_RIE_DEV": "1", "AWS_DEFAULT_REGION": "eu-central-1"}


class Api:
    """A running `sam local start-api`; a container is started when its function is first called, and kept."""

    def __init__(self, options: list[str]):
        (self.port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{self.port}"
        command = [os.environ["SAM_BIN"], "local", "start-api", *options, "--port", str(self.port)]
        self._process = Process([*command, "--warm-containers", "LAZY", "--no-watch"], env=sam_environment(), cwd=REPO)
        self._process.wait_until(lambda: STARTED.search(self.output()) is not None, START_SECONDS_MAX)

    def output(self) -> str:
        """What the CLI and the functions have printed so far."""
        return self._process.output()

    def containers(self) -> list[str]:
        """The ids of the containers so far, in the order of their starts."""
        return CONTAINER.findall(self.output())

    def stop(self) -> None:
        """Ends it, and its containers."""
        self._process.stop()


def cold_start(container: str) -> ColdStart:
    """What a container printed of its start. The CLI, which listens to it a moment late, may have missed some of it."""
    deadline = time.monotonic() + PRINT_SECONDS_MAX
    while True:
        command = ["docker", "logs", container]
        printed = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True).stdout
        init, report = INIT_REPORT.search(printed), REPORT.search(printed)
        if init and report:
            return ColdStart(float(init[1]), float(report[1]))
        assert time.monotonic() < deadline, f"no report of a start in what the container printed:\n{printed}"
        time.sleep(0.1)


def invoke(function: str, event: Path, options: list[str]) -> Any:
    """The answer of `sam local invoke`, whose container is of this invocation only."""
    command = [os.environ["SAM_BIN"], "local", "invoke", function, "--event", str(event), *options]
    done = subprocess.run(command, cwd=REPO, env=sam_environment(), capture_output=True, text=True, timeout=INVOKE_SECONDS_MAX)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def containers_left() -> list[str]:
    """The functions whose containers are there."""
    command = ["docker", "ps", "--all", "--filter", "label=sam.cli.container.type=lambda"]
    command += ["--format", '{{.Label "sam.cli.function.name"}}']
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
