"""An emulated AWS on a free port of this machine, and clients for it."""

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from server import REPO, environment, free_ports, is_listening
from tls_front import make_certificate

# It has an environment of its own, which tests/python/README.md gives the reason for.
PYTHON = Path(os.environ.get("EMULATOR_PYTHON", REPO / ".tools" / "python-emulator" / "bin" / "python"))
START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 10
REGION = "eu-central-1"
ACCOUNT = "000000000000"


class Emulator:
    """A running ministack that asks the deployed roles and policies about every call. All it keeps is in a folder of its own,
    and goes when it stops. It can be ended and started again if it is persistent: it saves its state when it ends."""

    def __init__(self, *, persistent: bool = False):
        self.persistent = persistent
        (self.port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = tempfile.TemporaryDirectory(prefix="audit-aws-")
        self.home = Path(self.folder.name)
        self.log = self.home / "emulator.log"
        self.certificate, self.key = make_certificate(self.home, is_authority=False)
        self.start()

    def start(self) -> None:
        """Starts it, with the state that it had before if it was ended."""
        # A group of its own, so that the functions it starts end with it.
        self.process = subprocess.Popen(
            [PYTHON, Path(__file__).with_name("emulator_with_conditions.py")],
            cwd=self.home,
            env=self.environment() | self._settings(),
            stdin=subprocess.DEVNULL,
            stdout=self.log.open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            self._wait_until_it_listens()
        except BaseException:
            self.stop()
            raise

    def _settings(self) -> dict[str, str]:
        return {
            "GATEWAY_PORT": str(self.port),
            "BIND_HOST": "127.0.0.1",
            "AUTH": "true",
            "MINISTACK_REGION": REGION,
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "STATE_DIR": str(self.home / "state"),
            "S3_DATA_DIR": str(self.home / "s3"),
            "PERSIST_STATE": str(int(self.persistent)),
            "S3_PERSIST": str(int(self.persistent)),
            "SSL_CERT_FILE": str(self.certificate),  # for the functions: whom they trust as a receiver of webhooks
        }

    def environment(self) -> dict[str, str]:
        """For programs that call it: no AWS setting of the machine's owner, and nothing written outside its folder."""
        kept = environment()
        return kept | {
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "HOME": kept["HOME"],
            "TMPDIR": str(self.home),
            "SAM_CLI_TELEMETRY": "0",
            "__SAM_CLI_APP_DIR": str(self.home / "sam"),  # else it is a folder of the home folder
        }

    def _wait_until_it_listens(self) -> None:
        deadline = time.monotonic() + START_SECONDS_MAX
        while not is_listening(self.port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the emulated AWS did not start:\n{self.output()}")
            time.sleep(0.1)

    def output(self) -> str:
        """What it has printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def stop(self) -> None:
        """Ends it and the functions that it started, and removes what it kept."""
        self.end()
        self.folder.cleanup()

    def end(self) -> None:
        """Ends it and the functions that it started."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def functions(self) -> list[int]:
        """Process ids of the functions that it started: those of its group that run a `bootstrap`."""
        found = []
        for folder in Path("/proc").iterdir():
            try:
                if folder.name.isdigit() and os.getpgid(int(folder.name)) == self.process.pid:
                    if (folder / "exe").readlink().name == "bootstrap":
                        found.append(int(folder.name))
            except (FileNotFoundError, ProcessLookupError):
                continue  # it has ended meanwhile
        return found

    def client(self, service: str, config: Config | None = None, **credentials: str) -> Any:
        """A boto3 client of the operator, or of whose credentials are given."""
        operator = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
        return boto3.client(service, region_name=REGION, endpoint_url=self.url, config=config, **(credentials or operator))

    def sqs_over_tls(self, config: Config | None = None) -> Any:
        """A client whose calls count as made over TLS, as they are in the cloud: the queues refuse others. The emulator takes
        the word of the header that a load balancer would set."""
        sqs = self.client("sqs", config)
        sqs.meta.events.register(
            "before-sign.sqs.*", lambda request, **_: request.headers.add_header("X-Forwarded-Proto", "https")
        )
        return sqs

    def client_of_role(self, service: str, role_name: str) -> Any:
        """A client with the rights of a deployed role, and no others."""
        role = f"arn:aws:iam::{ACCOUNT}:role/{role_name}"
        given = self.client("sts").assume_role(RoleArn=role, RoleSessionName="deploy-suite")["Credentials"]
        return self.client(
            service,
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )
