"""The stack in an emulated AWS, which is disturbed under load: a function is changed, which makes new containers, as in the
cloud; functions are killed in the middle of what they do; the emulated AWS itself is ended and started again.

ministack saves its state when it is told to end, and at no other time: killed, it would lose all, so it is told.
"""

import os
import random
import signal
import time
from pathlib import Path
from typing import Any

import yaml
from botocore.config import Config
from samtranslator.yaml_helper import yaml_parse

import leaks
from emulator import Emulator
from server import REPO, Credential, ndjson
from stack import Stack, write_for_emulator
from traffic import Traffic

GRACE_SECONDS = 2
PAUSE_SECONDS = (5, 12)
UPDATE_SECONDS_MAX = 60
# A message that a function had when it was replaced comes again after that, and not after 150 s.
VISIBILITY_SECONDS = 30
DRAIN_SECONDS_MAX = 300
# More than the soak sends: being throttled is the stage stack's to test.
LIMITS = ("ReadRateLimit", "ReadBurstLimit", "WriteRateLimit", "WriteBurstLimit")


class Deployed:
    """The service, deployed."""

    name = "the stack"
    clients_per_account = 1
    has_queue = True

    def __init__(self):
        self.secrets: set[str] = set()
        self.emulator = Emulator(persistent=True)
        try:
            self.stack = Stack(self.emulator, template(self.emulator.home), "soak")
            self.stack.deploy("create", **{limit: "5000" for limit in LIMITS})
            api = self.stack.resources()["Api"]
            self.url = f"{self.emulator.url}/v1"
            self.headers = {"Host": f"{api}.execute-api.localhost:{self.emulator.port}"}
            self.queue_url, self.dead_letters = (
                self.stack.output(name) for name in ("EventsQueueUrl", "EventsDeadLetterQueueUrl")
            )
            self.sqs().set_queue_attributes(QueueUrl=self.queue_url, Attributes={"VisibilityTimeout": str(VISIBILITY_SECONDS)})
            self.functions = self.stack.resources("AWS::Lambda::Function")
        except BaseException:
            self.emulator.stop()
            raise

    def create_credential(self, account: str, *scopes: str) -> Credential:
        """A credential, made by the operator's command."""
        made = self.stack.create_credential(account, *scopes)
        self.secrets |= {made.secret, made.token}
        return made

    def import_events(self, account: str, events: list[dict]) -> None:
        """Events of long ago, likewise."""
        self.stack.audit("import", "events", "-", "--account", account, "--create-account", stdin=ndjson(events))

    def sqs(self) -> Any:
        """A client of the queue that sends once: sent again, a message without ids of its own is another one."""
        return self.emulator.sqs_over_tls(Config(retries={"total_max_attempts": 1}))

    def pause(self, rng: random.Random) -> float:
        """How long it runs between two changes."""
        return rng.uniform(*PAUSE_SECONDS)

    def restart(self, rng: random.Random, traffic: Traffic) -> None:
        """One disturbance."""
        rng.choice([self.change, self.change, self.kill, self.kill, self.start_again])(rng, traffic)

    def change(self, rng: random.Random, traffic: Traffic) -> None:
        """Gives one function another variable: from then on its calls go to new containers."""
        client, name = self.emulator.client("lambda"), rng.choice(sorted(self.functions))
        function = self.functions[name]
        variables = client.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
        with traffic.window(f"changed {name}", GRACE_SECONDS):
            changed = variables | {"SOAK_CHANGE": str(rng.random())}
            client.update_function_configuration(FunctionName=function, Environment={"Variables": changed})
            deadline = time.monotonic() + UPDATE_SECONDS_MAX
            while client.get_function_configuration(FunctionName=function).get("LastUpdateStatus", "Successful") != "Successful":
                assert time.monotonic() < deadline, f"{name} was not changed in {UPDATE_SECONDS_MAX} s"
                time.sleep(0.1)

    def kill(self, rng: random.Random, traffic: Traffic) -> None:
        """Kills about half of the functions that run, whatever they are at."""
        with traffic.window("killed functions", GRACE_SECONDS):
            for process in self.emulator.functions():
                if rng.random() < 0.5:
                    os.kill(process, signal.SIGKILL)

    def start_again(self, _: random.Random, traffic: Traffic) -> None:
        """Ends the emulated AWS with everything in it, and starts it with the state that it saved."""
        with traffic.window("started the emulated AWS again", GRACE_SECONDS):
            self.emulator.end()
            self.emulator.start()

    def drain(self) -> list[str]:
        """Waits until the queue is empty; what is in the other queue was sent in vain."""
        deadline = time.monotonic() + DRAIN_SECONDS_MAX
        while waiting := self.messages(self.queue_url):
            if time.monotonic() > deadline:
                return [f"{waiting} messages are in the queue after {DRAIN_SECONDS_MAX} s"]
            time.sleep(1)
        dead = self.messages(self.dead_letters)
        return [f"{dead} messages are in the dead-letter queue"] if dead else []

    def messages(self, queue: str) -> int:
        """How many are there, those under way included."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        attributes = self.sqs().get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
        return sum(int(attributes[name]) for name in names)

    def stop(self) -> None:
        """Ends the emulated AWS and all that runs in it; what it and the functions printed is searched for secrets."""
        try:
            found = leaks.search(self.secrets, {"log": self.emulator.log.read_bytes()})
        finally:
            self.emulator.stop()
        assert found == [], found


def template(folder: Path) -> Path:
    """template.yaml with what is in FUNCTIONS_DIR in place of how to build it: `sam build` is the stage stack's to test."""
    read = yaml_parse((REPO / "template.yaml").read_text())
    for resource in read["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            name = Path(resource["Properties"]["CodeUri"]).name
            resource["Properties"]["CodeUri"] = str(Path(os.environ["FUNCTIONS_DIR"]).absolute() / name)
            del resource["Metadata"]
    built = folder / "built.yaml"
    built.write_text(yaml.safe_dump(plain(read), sort_keys=False))
    return write_for_emulator(built, folder / "emulator.yaml")


def plain(value: Any) -> Any:
    """Dictionaries and lists and nothing else, as YAML's safe dump wants them."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value
