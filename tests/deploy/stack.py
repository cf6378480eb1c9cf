"""The project's own stack: `sam build`, `sam deploy` and `sam delete` as an operator runs them, with samconfig.toml."""

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import yaml

from emulator import REGION, Emulator
from server import AUDIT_BIN, REPO, Credential, ndjson

SAM = Path(os.environ.get("SAM_BIN", REPO / ".tools" / "python" / "bin" / "sam"))
# The only processor that the emulator can run is this machine's; samconfig.toml has an environment for each but the default.
CONFIG_ENV = {"x86_64": "x86_64", "aarch64": "default"}[os.uname().machine]
ARCHITECTURE = {"x86_64": "x86_64", "aarch64": "arm64"}[os.uname().machine]
BUILD_SECONDS_MAX = 3600
DEPLOY_SECONDS_MAX = 600
COMMAND_SECONDS_MAX = 60


def sam(emulator: Emulator, command: str, *arguments: str, seconds_max: int) -> str:
    """Runs one `sam` command with the project's settings and returns what it printed."""
    settings = ["--config-file", str(REPO / "samconfig.toml"), "--config-env", CONFIG_ENV]
    done = subprocess.run(
        [SAM, command, *settings, *arguments],
        cwd=REPO,
        env=emulator.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=seconds_max,
    )
    printed = done.stdout.decode(errors="replace")
    if done.returncode != 0:
        raise RuntimeError(f"sam {command} ended with {done.returncode}:\n{printed}\n{emulator.output()[-4000:]}")
    return printed


def build(emulator: Emulator, folder: Path) -> Path:
    """Builds every function into `folder`, and returns the template that names them there."""
    sam(emulator, "build", "--build-dir", str(folder), seconds_max=BUILD_SECONDS_MAX)
    return folder / "template.yaml"


def alarms_it_lacks(built: Path) -> dict[str, dict]:
    """The alarms that CloudFormation makes and the emulator refuses: "Properties.Metrics (metric math) is not supported"."""
    resources = yaml.safe_load(built.read_text())["Resources"]
    return {
        name: resource
        for name, resource in resources.items()
        if resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]
    }


def write_for_emulator(built: Path, to: Path) -> Path:
    """The built template with a plain alarm in the place of each that the emulator refuses, without the rule for X-Ray, which it does not
    know, and a bucket that is reached without TLS, which it does not speak; nothing else is changed. tests/template holds both."""
    template = yaml.safe_load(built.read_text())
    del template["Resources"]["ViewerLinksUntraced"]
    statements = template["Resources"]["CheckpointBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    statements[:] = [statement for statement in statements if statement["Sid"] != "TlsOnly"]
    for name in alarms_it_lacks(built):
        properties = template["Resources"][name]["Properties"]
        del properties["Metrics"]
        properties |= {"Namespace": "DeploySuite", "MetricName": name, "Statistic": "Sum", "Period": 60}
    to.write_text(yaml.safe_dump(template, sort_keys=False))
    return to


class Stack:
    """One stack of the built template in the emulated AWS."""

    def __init__(self, emulator: Emulator, template: Path, name: str):
        self.emulator, self.template, self.name = emulator, template, name
        self.seconds: dict[str, float] = {}

    def deploy(self, label: str, **parameters: str) -> None:
        """Creates the stack, or changes it to these parameters."""
        given = {"Architecture": ARCHITECTURE} | parameters
        overrides = [f"{key}={value}" for key, value in given.items()]
        started = time.monotonic()
        sam(
            self.emulator, "deploy", "--template-file", str(self.template), "--stack-name", self.name,
            "--no-confirm-changeset", "--no-progressbar", "--parameter-overrides", *overrides,
            seconds_max=DEPLOY_SECONDS_MAX,
        )  # fmt: skip
        self.seconds[label] = time.monotonic() - started

    def delete(self) -> None:
        """Deletes the stack as the operator does."""
        sam(
            self.emulator, "delete", "--stack-name", self.name, "--region", REGION, "--no-prompts",
            seconds_max=DEPLOY_SECONDS_MAX,
        )  # fmt: skip

    def describe(self) -> dict[str, Any]:
        """What CloudFormation says of it: status, outputs, parameters."""
        return self.emulator.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"][0]

    def output(self, key: str) -> str:
        """One output of the stack."""
        return next(output["OutputValue"] for output in self.describe()["Outputs"] if output["OutputKey"] == key)

    def resources(self, kind: str | None = None) -> dict[str, str]:
        """Logical names and physical ids, of one type or of all."""
        listed = self.emulator.client("cloudformation").describe_stack_resources(StackName=self.name)["StackResources"]
        return {
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for resource in listed
            if kind in (None, resource["ResourceType"])
        }

    def function(self, logical_name: str) -> dict[str, Any]:
        """The configuration of one deployed function."""
        name = self.resources("AWS::Lambda::Function")[logical_name]
        return self.emulator.client("lambda").get_function_configuration(FunctionName=name)

    def processed_template(self) -> dict[str, Any]:
        """The template as CloudFormation deploys it, after SAM's transform."""
        client = self.emulator.client("cloudformation")
        return client.get_template(StackName=self.name, TemplateStage="Processed")["TemplateBody"]

    def audit(self, *arguments: str, stdin: str = "") -> str:
        """Runs one `audit` command against the stack's table and returns what it printed."""
        done = subprocess.run(
            [AUDIT_BIN, *arguments, "--table", self.output("TableName"), "--endpoint-url", self.emulator.url],
            env=self.emulator.environment(),
            input=stdin.encode(),
            capture_output=True,
            timeout=COMMAND_SECONDS_MAX,
        )
        if done.returncode != 0:
            raise RuntimeError(f"audit {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr.decode()}")
        return done.stdout.decode()

    def create_credential(self, account: str, *scopes: str) -> Credential:
        """A new credential of `account`, made by the operator's command."""
        chosen = [part for scope in scopes for part in ("--scope", scope)]
        return Credential(**json.loads(self.audit("credential", "create", "--account", account, *chosen, "--json")))

    def import_users(self, account: str, users: list[dict]) -> None:
        """Records dashboard users through `audit import`."""
        self.audit("import", "users", "-", "--account", account, "--create-account", stdin=ndjson(users))
