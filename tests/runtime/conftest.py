"""The state that the tests start from, and the tables that they measure on the way."""

import os
import signal
from typing import Iterator

import pytest

import state
from measured import TABLES
from server import AUDIT_BIN, Server


def pytest_sessionstart(session: pytest.Session) -> None:
    """Says what is missing before each test does."""
    # Told to end in either way, tests end what they have started. A shell starts what is in the background with SIGINT
    # ignored, and what the tests start would inherit that.
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.default_int_handler)
    if not session.config.option.collectonly:
        if not AUDIT_BIN.exists():
            pytest.exit(f"{AUDIT_BIN} does not exist: run `cargo build --bin audit`, or set AUDIT_BIN", returncode=2)
        if "SAM_BIN" not in os.environ:
            pytest.exit("SAM_BIN is not set: these tests are run by tests/run", returncode=2)


def pytest_terminal_summary(terminalreporter) -> None:
    """Prints what was measured. Times are shown and never judged: they are the machine's."""
    for title, lines in TABLES.items():
        terminalreporter.section(title)
        for line in lines:
            terminalreporter.write_line(line)


@pytest.fixture
def server() -> Iterator[Server]:
    """A server and store of its own for a test, with the account of the payloads."""
    yield from filled_server()


@pytest.fixture(scope="module")
def shared_server() -> Iterator[Server]:
    """The same for all tests of a file, which read before they write."""
    yield from filled_server()


def filled_server() -> Iterator[Server]:
    """A running server with the account of the payloads."""
    running = Server(demo=False)
    try:
        state.fill(running)
        state.wait_for_a_round(running)
        yield running
    finally:
        running.stop()
