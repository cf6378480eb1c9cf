"""One account, what is written to it step by step, and the collectors that follow it."""

from typing import NamedTuple

import pytest

from account import Account, Event
from collectors import Airbyte, Collector, Curl, Dlt, DltMerge, DuckDb, Singer
from pollers import BodyPoller, LinkPoller
from server import Server
from shared_server import pytest_sessionstart, server
from syslog_ng import HOME, SyslogNg
from writes import WRITES, Write


@pytest.fixture(scope="session")
def account(server: Server) -> Account:
    """The account that all of them follow."""
    return Account(server, "followed")


ALL = [Dlt, DltMerge, Airbyte, Singer, Curl, DuckDb, BodyPoller, LinkPoller, SyslogNg]


class Written(NamedTuple):
    """A write that has been made, and the events that it added to the feed."""

    write: Write
    added: list[Event]


@pytest.fixture(scope="session", params=WRITES, ids=lambda write: write.name)
def written(request: pytest.FixtureRequest, account: Account) -> Written:
    """One write after the other: pytest makes each once, and runs all tests that ask for it before it makes the next."""
    return Written(request.param, account.record(request.param.events))


@pytest.fixture(scope="session")
def started(account: Account, tmp_path_factory: pytest.TempPathFactory) -> dict[type[Collector], Collector]:
    """Each collector with a folder of its own, in which it remembers where it is."""
    return {kind: kind(tmp_path_factory.mktemp(kind.__name__), account) for kind in ALL}


@pytest.fixture(params=ALL, ids=lambda kind: kind.__name__)
def collector(request: pytest.FixtureRequest, started: dict[type[Collector], Collector]) -> Collector:
    """One of them, as it was left by the write before."""
    if request.param is SyslogNg and not HOME.exists():
        pytest.skip("SYSLOG_NG names no syslog-ng")
    return started[request.param]
