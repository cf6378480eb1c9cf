"""The emulated AWS, the stack that the tests share, and what was measured on the way."""

import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, NamedTuple

import pytest

from emulator import ACCOUNT, PYTHON, REGION, Emulator
from front import Front
from gateway import import_gateway_responses
from server import AUDIT_BIN, REPO, Caller, Credential
from stack import SAM, Stack, build, write_for_emulator

AWS = Path(os.environ.get("AWS_BIN", REPO / ".tools" / "python" / "bin" / "aws"))
# Where the function that delivers may send to, as docs/deliver.md has it.
DESTINATIONS = {
    "DestinationBuckets": "arn:aws:s3:::my-bucket/audit/*",
    "DestinationBuses": f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/audit",
}
FIGURES = pytest.StashKey[dict[str, str]]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Says what is missing before every test says it."""
    session.config.stash[FIGURES] = {}
    if session.config.option.collectonly:
        return
    if not all(program.exists() for program in (AUDIT_BIN, AWS, SAM, PYTHON)) or "FUNCTIONS_DIR" not in os.environ:
        named = "AUDIT_BIN, AWS_BIN, SAM_BIN, EMULATOR_PYTHON and FUNCTIONS_DIR"
        pytest.exit(f"{named} must say what to use: run tests/run stack", returncode=2)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """What was measured: no bounds, for the machine decides."""
    for what, figure in config.stash[FIGURES].items():
        terminalreporter.write_line(f"{what:<32} {figure}")


@pytest.fixture(scope="session")
def figures(request: pytest.FixtureRequest) -> dict[str, str]:
    """What to print at the end."""
    return request.config.stash[FIGURES]


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """The emulated AWS."""
    running = Emulator()
    try:
        yield running
    finally:
        running.stop()


class Build(NamedTuple):
    """What `sam build` did."""

    template: Path
    compiled: set[str]


@pytest.fixture(scope="session")
def sam_build(emulator: Emulator, figures: dict[str, str]) -> Build:
    """The template that `sam build` wrote, with the functions beside it, and the crates that it compiled for that."""
    before, started = compiled(), time.monotonic()
    template = build(emulator, emulator.home / "build")
    figures["sam build"] = f"{time.monotonic() - started:.1f} s"
    return Build(template, {Path(stamp).parent.name for stamp, when in compiled().items() if before.get(stamp) != when})


@pytest.fixture(scope="session")
def built(sam_build: Build) -> Path:
    """The template that `sam build` wrote."""
    return sam_build.template


def compiled() -> dict[str, int]:
    """When each crate of the functions was last compiled for this machine: Cargo writes such a file each time."""
    target = Path(os.environ["FUNCTIONS_DIR"]).parent
    found = {str(stamp): stamp.stat().st_mtime_ns for stamp in target.glob(f"{platform.machine()}-*/release/.fingerprint/*/invoked.timestamp")}
    assert found, f"{target} holds no build of the functions"
    return found


@pytest.fixture(scope="session")
def template(built: Path) -> Path:
    """What is deployed."""
    return write_for_emulator(built, built.with_name("emulator.yaml"))


@pytest.fixture(scope="session")
def stack(emulator: Emulator, template: Path, figures: dict[str, str]) -> Stack:
    """The stack that the tests share, as `sam deploy` makes it."""
    made = Stack(emulator, template, "audit-trail")
    made.deploy("create", **DESTINATIONS)
    figures["sam deploy, create"] = f"{made.seconds['create']:.1f} s"
    for name in sorted(made.resources("AWS::Lambda::Function")):
        figures[f"uploaded zip of {name}"] = f"{made.function(name)['CodeSize']:,} bytes"
    return made


@pytest.fixture(scope="session")
def url(stack: Stack) -> Iterator[str]:
    """The API's base URL, as a client is given it."""
    import_gateway_responses(stack)
    front = Front(stack.emulator.port, stack.resources()["Api"], "v1")
    try:
        yield front.url
    finally:
        front.stop()


@dataclass(frozen=True)
class Tenant(Caller):
    """An account of the deployed service, and a credential for all of it."""

    url: str
    account: str
    credential: Credential


ALL_SCOPES = ("users:read", "users:write", "audit:read", "events:write", "events:import")


@pytest.fixture(scope="session")
def acme(stack: Stack, url: str) -> Tenant:
    """An account that the tests write to: each test looks for its own events only."""
    return Tenant(url, "acme", stack.create_credential("acme", *ALL_SCOPES))


@pytest.fixture(scope="session")
def collected(stack: Stack, url: str) -> Tenant:
    """An account whose feed is followed: only the tests of the feed and of the log write to it."""
    return Tenant(url, "collected", stack.create_credential("collected", *ALL_SCOPES))


@pytest.fixture(scope="session")
def empty(stack: Stack, url: str) -> Tenant:
    """An account in which nothing ever happens."""
    return Tenant(url, "empty", stack.create_credential("empty", *ALL_SCOPES))
