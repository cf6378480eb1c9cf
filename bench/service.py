"""A running `audit serve`: its process, its memory, and requests to it over one kept connection."""

import http.client
import json
import os
import pathlib
import socket
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
AUDIT = ROOT / "target" / "release" / "audit"
START_SECONDS_MAX = 60
# It is idle when it took no more than this share of a processor for so long.
IDLE_SHARE, IDLE_SECONDS = 0.05, 10


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def memory_mib(pid, field):
    """`VmRSS` is what is resident now, `VmHWM` the most that was since the last `forget_peak`."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) / 1024
    sys.exit(f"/proc/{pid}/status has no {field}")


class Service:
    """The service on a data folder; ends with the block."""

    def __init__(self, data_dir, *options):
        self.port, self.dynamodb_port = free_port(), free_port()
        self.log = data_dir / "serve.log"
        self.command = [AUDIT, "serve", "--no-demo", "--data-dir", data_dir, "--port", self.port,
                        "--dynamodb-port", self.dynamodb_port, *options]

    def __enter__(self):
        with self.log.open("w") as log:
            self.process = subprocess.Popen([str(part) for part in self.command], stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS_MAX
        while "Listening" not in self.log.read_text():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                sys.exit(f"`audit serve` did not start: {self.log.read_text()}")
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def memory_mib(self, field):
        return memory_mib(self.process.pid, field)

    def wait_until_idle(self):
        """Waits while it does what it does by itself when it starts, which takes minutes with millions of events."""
        ticks = os.sysconf("SC_CLK_TCK")

        def seconds():
            return sum(map(int, pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().split()[13:15])) / ticks

        before, after = seconds(), float("inf")
        while after - before > IDLE_SHARE * IDLE_SECONDS:
            before = seconds()
            time.sleep(IDLE_SECONDS)
            after = seconds()

    def forget_peak(self):
        pathlib.Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def audit(self, *command):
        """Runs a command of the operator's tool on the table; returns what it prints."""
        command = [str(AUDIT), *command, "--local", str(self.dynamodb_port)]
        done = subprocess.run(command, text=True, capture_output=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command[:3])}: {done.stderr}")
        return done.stdout

    def ask_engine(self, operation, request):
        """Asks the engine itself, as no function would."""
        headers = {
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"DynamoDB_20120810.{operation}",
            "X-Amz-Date": "20240301T000000Z",
            "Authorization": "AWS4-HMAC-SHA256 Credential=local/20240301/us-east-1/dynamodb/aws4_request, "
                             "SignedHeaders=host;x-amz-date, Signature=00",
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.dynamodb_port)
        connection.request("POST", "/", json.dumps({"TableName": "audit", **request}), headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        if answer.status != 200:
            sys.exit(f"the engine: {operation}: {answer.status} {body[:300]}")
        return json.loads(body)

    def counts(self, account):
        """The items of an account's days: counts, and versions that imports left."""
        values = {":pk": {"S": f"counts#{account}#00"}}
        answer = self.ask_engine("Query", {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": values})
        if "LastEvaluatedKey" in answer:
            sys.exit(f"{account}: more counts than one answer holds")
        return answer["Items"]

    def days_counted(self, account):
        """How many days of an account have their count."""
        return sum("counted_at" in item for item in self.counts(account))

    def forget_account(self, account):
        """Takes an account out of the list of those whose days are counted, until it gets another credential."""
        self.ask_engine("DeleteItem", {"Key": {"pk": {"S": "accounts#all"}, "sk": {"S": account}}})

    def forget_counts(self, account):
        for item in self.counts(account):
            self.ask_engine("DeleteItem", {"Key": {name: item[name] for name in ("pk", "sk")}})

    def token(self, account):
        created = self.audit("credential", "create", "--account", account, "--scope", "audit:read", "--json")
        return json.loads(created)["token"]


class Account:
    """An account of the service, and a connection that is kept."""

    def __init__(self, service, name, events):
        self.name, self.events = name, events
        self.token = service.token(name)
        self.connection = http.client.HTTPConnection("127.0.0.1", service.port)

    def ask(self, path, scheme):
        """Sends a GET. Returns milliseconds, the answer and its body."""
        started = time.perf_counter()
        self.connection.request("GET", path, headers={"Authorization": f"{scheme} {self.token}"})
        answer = self.connection.getresponse()
        body = answer.read()
        return (time.perf_counter() - started) * 1000, answer, body

    def get(self, path, scheme="Bearer"):
        took_ms, answer, body = self.ask(path, scheme)
        if answer.status != 200:
            sys.exit(f"{self.name}: {path}: {answer.status} {body[:300]}")
        return took_ms, answer, body

    def trail(self, query):
        """A page of 100 of the trail: milliseconds, the cursor behind it, its rows."""
        took_ms, _, body = self.get(f"/audit-trail?page_size=100&{query}")
        page = json.loads(body)
        return took_ms, page["next"], page["results"]

    def network(self, path, query):
        """A page of the network audit: milliseconds, and its headers."""
        took_ms, answer, _ = self.get(f"/network/audit/accounts/{self.name}/{path}?{query}", "VBrick")
        return took_ms, answer.headers
