"""Starts `audit serve`, runs the `audit` commands against it, and stops it by its process id."""

import http.client
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import leaks

REPO = Path(__file__).resolve().parents[2]
AUDIT_BIN = Path(os.environ.get("AUDIT_BIN", REPO / "target" / "debug" / "audit"))
START_SECONDS_MAX = 30
STOP_SECONDS_MAX = 10
COMMAND_SECONDS_MAX = 120
TABLE = "audit"

# Any credentials and region do for the embedded engine; without them the SDK would look for real ones.
AWS_ENV = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


class Credential(NamedTuple):
    """A credential as `audit credential create --json` prints it."""

    account: str
    client_id: str
    secret: str
    token: str
    scopes: list[str]


class Caller:
    """Whoever has a credential, which each dialect takes in its own place."""

    credential: Credential

    @property
    def keys(self) -> dict[str, str]:
        """The credential as the dashboard's body fields."""
        return {"client_id": self.credential.client_id, "secret": self.credential.secret}

    @property
    def bearer(self) -> dict[str, str]:
        """The credential as the trail's header."""
        return {"Authorization": f"Bearer {self.credential.token}"}

    @property
    def ssws(self) -> dict[str, str]:
        """The credential as the system log's header."""
        return {"Authorization": f"SSWS {self.credential.token}"}

    @property
    def vbrick(self) -> dict[str, str]:
        """The credential as the network audit's header."""
        return {"Authorization": f"VBrick {self.credential.token}"}


class Server:
    """A running `audit serve` with a data folder of its own, and the operator's commands that fill it.

    When it is stopped, all that it and the commands have printed and stored is searched for the secrets of its credentials.
    """

    def __init__(self, *, demo: bool):
        self.secrets: set[str] = set()
        self.printed: dict[str, bytes] = {}
        self.port, self.dynamodb_port = free_ports(2)
        self.url = f"http://127.0.0.1:{self.port}"
        self.dynamodb_url = f"http://127.0.0.1:{self.dynamodb_port}"
        self.log = tempfile.NamedTemporaryFile(prefix="audit-serve-", suffix=".log")
        self.data = tempfile.TemporaryDirectory(prefix="audit-serve-")
        arguments = ["serve", "--data-dir", self.data.name, "--port", str(self.port), "--dynamodb-port", str(self.dynamodb_port)]
        self.arguments = arguments if demo else [*arguments, "--no-demo"]
        self.start()

    def start(self) -> None:
        """Starts it, on the ports and the data that it had before if it was ended."""
        self.process = subprocess.Popen(
            [AUDIT_BIN, *self.arguments],
            cwd=REPO,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        try:
            self._wait_until_it_answers()
        except BaseException:
            self.stop()
            raise

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS_MAX
        while not (answers(self.port) and is_listening(self.dynamodb_port)):
            if self.process.poll() is not None:
                raise RuntimeError(f"audit serve ended with {self.process.returncode}:\n{self.output()}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"audit serve did not answer in {START_SECONDS_MAX} s:\n{self.output()}")
            time.sleep(0.02)

    def output(self) -> str:
        """What the server has printed so far."""
        return Path(self.log.name).read_text(encoding="utf-8", errors="replace")

    def stop(self) -> int:
        """Ends the server as Ctrl-C does, and returns its exit code; fails if it has let out a secret."""
        self.end(signal.SIGINT)
        try:
            found = self.leaks()
        finally:
            self.data.cleanup()
        assert found == [], found
        return self.process.returncode

    def end(self, how: signal.Signals) -> int:
        """Ends the process by that signal, and returns its exit code. Its data stays."""
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode

    def leaks(self) -> list[leaks.Leak]:
        """Secrets in what has been printed and stored so far. The demo account's is published, and not one of them."""
        places = {"log": self.output().encode()} | self.printed | leaks.stored(Path(self.data.name))
        return leaks.search(self.secrets, places)

    def create_credential(self, account: str, *scopes: str) -> Credential:
        """A new credential of `account`; the secret is known only here."""
        chosen = scopes or ("users:read", "audit:read")
        arguments = [part for scope in chosen for part in ("--scope", scope)]
        printed = self.audit("credential", "create", "--account", account, *arguments, "--json")
        return Credential(**json.loads(printed))

    def import_users(self, account: str, users: list[dict]) -> None:
        """Records dashboard users through `audit import`."""
        self.audit("import", "users", "-", "--account", account, "--create-account", stdin=ndjson(users))

    def import_events(self, account: str, events: list[dict]) -> None:
        """Records events through `audit import`."""
        self.audit("import", "events", "-", "--account", account, "--create-account", stdin=ndjson(events))

    def audit(self, *arguments: str, stdin: str = "") -> str:
        """Runs one `audit` command against this server's table and returns what it printed."""
        done = subprocess.run(
            [AUDIT_BIN, *arguments, "--table", TABLE, "--endpoint-url", self.dynamodb_url],
            cwd=REPO,
            env=environment(),
            input=stdin.encode(),
            capture_output=True,
            timeout=COMMAND_SECONDS_MAX,
        )
        self._keep(arguments, done)
        if done.returncode != 0:
            raise RuntimeError(f"audit {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr.decode()}")
        return done.stdout.decode()

    def _keep(self, arguments: tuple[str, ...], done: subprocess.CompletedProcess) -> None:
        """Keeps what a command printed, to be searched; what makes a secret prints it, this once, to be searched for."""
        printed = done.stdout + done.stderr
        if arguments[:2] in (("credential", "create"), ("credential", "rotate")) and "--json" in arguments and done.stdout:
            made = json.loads(done.stdout)
            self.secrets |= {made["secret"], made["token"]}
            printed = done.stderr
        self.printed[f"{len(self.printed)}: audit {' '.join(arguments)}"] = printed


def environment() -> dict[str, str]:
    """This process's environment without any AWS setting of the machine's owner."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return own | AWS_ENV


def ndjson(records: list[dict]) -> str:
    """One JSON object a line."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens on: all are bound at once, so they differ, then given back."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def answers(port: int) -> bool:
    """Whether an HTTP request is answered: a port is bound, and takes connections, before its table is there."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_SECONDS_MAX)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
        return True
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def is_listening(port: int) -> bool:
    """Whether a connection to the port is accepted."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
