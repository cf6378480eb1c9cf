"""One server with two marked accounts for all tests of hostile input."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Iterator

import pytest

import account_marks
from account_marks import MarkedAccount
from raw_http import RawAnswer, request as http_request, send_raw
from server import AUDIT_BIN, Server

SLOW_SENDERS = 20


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


@pytest.fixture(scope="session")
def victim(server: Server) -> MarkedAccount:
    """The account whose data nobody else may see a byte of."""
    return account_marks.make(server, "VICTIMZQ", "198.51.100.77")


@pytest.fixture(scope="session")
def intruder(server: Server) -> MarkedAccount:
    """The account with whose credential everything is tried."""
    return account_marks.make(server, "INTRUDERXW", "203.0.113.66")


@pytest.fixture(scope="session")
def slow_senders(server: Server, intruder: MarkedAccount) -> Iterator[list[Future[RawAnswer]]]:
    """Connections that send a body, a byte every half second, while other tests run."""
    headers = [("Content-Type", "application/json"), ("Content-Length", "1000"), *intruder.bearer.items()]
    pieces = [http_request("POST", "/audit-trail/events", headers)] + [b" "] * 1_000
    with ThreadPoolExecutor(SLOW_SENDERS) as threads:
        yield [threads.submit(send_raw, server, pieces, pause_s=0.5) for _ in range(SLOW_SENDERS)]


@pytest.fixture(autouse=True)
def still_alive(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test sends, the server goes on and has not panicked."""
    yield
    if "server" in request.fixturenames:
        server: Server = request.getfixturevalue("server")
        assert server.process.poll() is None, server.output()[-2_000:]
        assert "panicked" not in server.output()
