"""The script that an operator runs once on AWS, run here as it is there: it asks all that the emulator can answer."""

import http.client
import http.server
import subprocess
import sys
import threading
from pathlib import Path
from typing import Iterator

import pytest

from conftest import AWS
from emulator import Emulator
from front import NOT_FORWARDED, TIMEOUT_SECONDS, Handler
from gateway import import_gateway_responses
from server import AUDIT_BIN, REPO
from stack import ARCHITECTURE, SAM, Stack

# What the emulator does not do: it speaks no TLS, and has no web ACL decide about a request.
UNANSWERED = {"old-tls-is-refused", "firewall"}
QUESTIONS = [
    "stack-deploys",
    "functions-write",
    "directory-writes",
    "queue-writes",
    "feed-follows",
    "tiles-are-bytes",
    "writer-is-held",
    "history-stays",
    "gateway-answers",
    "bad-tokens",
    "old-tls-is-refused",
    "own-key",
    "firewall",
]
SECONDS_MAX = 1200


class AwsOverTls(Handler):
    """The emulator as if it were called over TLS, which its queues ask for; and below /api/<id>, the stage of an API."""

    emulator: Emulator
    template: Path
    known: set[str]

    def forward(self) -> None:
        """Sends the request on, and the answer back."""
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        path, host = self.path, self.headers["Host"]
        if path.startswith("/api/"):
            _, _, api, rest = path.split("/", 3)
            self.learn(api)
            path, host = f"/v1/{rest}", f"{api}.execute-api.localhost:{self.emulator.port}"
        connection = http.client.HTTPConnection("127.0.0.1", self.emulator.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.putrequest(self.command, path, skip_host=True, skip_accept_encoding=True)
            for name, value in [("Host", host), ("X-Forwarded-Proto", "https"), ("Content-Length", str(len(body)))]:
                connection.putheader(name, value)
            for name, value in self.headers.items():
                if name.lower() not in NOT_FORWARDED:
                    connection.putheader(name, value)
            connection.endheaders(body)
            self.answer(connection.getresponse())
        finally:
            connection.close()

    def learn(self, api: str) -> None:
        """The emulator takes gateway responses one by one only: see gateway.py."""
        if api not in self.known:
            self.known.add(api)
            stacks = self.emulator.client("cloudformation").describe_stacks()["Stacks"]
            of_script = [stack["StackName"] for stack in stacks if stack["StackName"].startswith("audit-smoke-")]
            made = [Stack(self.emulator, self.template, name) for name in of_script]
            import_gateway_responses(next(stack for stack in made if stack.resources().get("Api") == api))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = forward


@pytest.fixture(scope="module")
def aws_url(emulator: Emulator, template: Path) -> Iterator[str]:
    """Where the emulated AWS is found as if over TLS."""
    handler = type("AwsHandler", (AwsOverTls,), {"emulator": emulator, "template": template, "known": set()})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_the_script_answers_every_question_and_leaves_nothing_behind(emulator: Emulator, template: Path, aws_url: str, tmp_path: Path):
    for name, program in {"aws": AWS, "sam": SAM}.items():
        (tmp_path / name).symlink_to(program)
    environment = emulator.environment()
    environment |= {"PATH": f"{tmp_path}:{environment['PATH']}", "AWS_ENDPOINT_URL": aws_url}
    before = made(emulator)

    done = subprocess.run(
        [
            sys.executable, REPO / "tests/aws-smoke", "--audit", AUDIT_BIN, "--template", template, "--parameter", f"Architecture={ARCHITECTURE}",
            "--api-url", f"{aws_url}/api/{{api}}", "--without-partiql", *(f"--skip={question}" for question in UNANSWERED),
        ],
        env=environment, cwd=REPO, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=SECONDS_MAX,
    )  # fmt: skip

    answers = [tuple(line.split(maxsplit=1)) for line in done.stdout.splitlines() if line.split(" ")[0] in QUESTIONS]
    assert answers == [(question, "skipped" if question in UNANSWERED else "yes") for question in QUESTIONS], done.stdout
    assert "all that was made is gone again" in done.stdout
    assert done.returncode == 0
    assert made(emulator) == before


# The stack of the SAM CLI's own bucket, which it makes once in an AWS account and keeps for every deployment.
OF_THE_SAM_CLI = "aws-sam-cli-managed-default"


def made(emulator: Emulator) -> dict[str, set[str]]:
    """What there is in the emulated AWS of all that the script makes."""
    stacks = emulator.client("cloudformation").describe_stacks()["Stacks"]
    return {
        "stacks": {stack["StackName"] for stack in stacks if stack["StackStatus"] != "DELETE_COMPLETE"} - {OF_THE_SAM_CLI},
        "tables": set(emulator.client("dynamodb").list_tables()["TableNames"]),
        "roles": {role["RoleName"] for role in emulator.client("iam").list_roles()["Roles"]},
        "queues": set(emulator.sqs_over_tls().list_queues().get("QueueUrls", [])),
    }
