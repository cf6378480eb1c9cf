"""What the suites' `conftest.py` take by importing it: one server for all tests of a run, and a word if it was never built."""

from typing import Iterator

import pytest

from server import AUDIT_BIN, Server


def pytest_sessionstart(session: pytest.Session) -> None:
    """Says what is missing before each test does."""
    if not session.config.option.collectonly and not AUDIT_BIN.exists():
        pytest.exit(f"{AUDIT_BIN} does not exist: run `cargo build --bin audit`, or set AUDIT_BIN", returncode=2)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server without the demo account; when it is stopped, what it printed and stored is searched for secrets."""
    running = Server(demo=False)
    try:
        yield running
    finally:
        running.stop()
