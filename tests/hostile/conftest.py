"""One server with two marked accounts for all tests of hostile input."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Iterator

import pytest

import account_marks
from account_marks import MarkedAccount
from raw_http import RawAnswer, request as http_request, send_raw
from server import Server
from shared_server import pytest_sessionstart, server

SLOW_SENDERS = 20


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
