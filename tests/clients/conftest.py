"""The servers that the tests share, and the accounts on them."""

from dataclasses import dataclass
from typing import Iterator

import pytest

import corpus
from server import Caller, Credential, Server
from shared_server import pytest_sessionstart, server

DEMO_TOKEN = "demo.local-demo-secret"


@pytest.fixture(scope="session")
def demo_server() -> Iterator[Server]:
    """A server as a newcomer starts it, with the demo account."""
    running = Server(demo=True)
    try:
        yield running
    finally:
        running.stop()


@dataclass(frozen=True)
class Tenant(Caller):
    """An account with data, and the credential that reads all of it."""

    account: str
    credential: Credential
    server: Server

    @property
    def url(self) -> str:
        """The base URL of all dialects."""
        return self.server.url


def make_tenant(
    server: Server, account: str, *, users: list[dict] = [], events: list[dict] = [], scopes: tuple[str, ...] = ()
) -> Tenant:
    """An account with the given records, and a credential that may read, or that has other scopes."""
    credential = server.create_credential(account, *scopes)
    if users:
        server.import_users(account, users)
    if events:
        server.import_events(account, events)
    return Tenant(account, credential, server)


@pytest.fixture(scope="session")
def acme(server: Server) -> Tenant:
    """The account whose records are written out in `corpus`."""
    return make_tenant(server, "acme", users=corpus.ACME_USERS, events=corpus.ACME_EVENTS)


@pytest.fixture(scope="session")
def stranger(server: Server) -> Tenant:
    """Another account, with as many records: what it must never show to others, nor see of theirs."""
    users = [corpus.numbered_user(number) for number in range(101)]
    events = [corpus.network_event(number, category="userAccess") for number in range(101)]
    events += [corpus.network_event(number + 1000, category="users") for number in range(101)]
    return make_tenant(server, "stranger", users=users, events=events)


@pytest.fixture(scope="session")
def directory(server: Server) -> Tenant:
    """An account whose credential changes users: Ada, who is active."""
    ada = {"id": "usr_ada", "email_address": "ada@example.com", "status": "active", "created_at": "2020-07-24T03:26:02Z"}
    return make_tenant(server, "directory", users=[ada], scopes=("users:read", "users:write", "audit:read"))


@pytest.fixture(scope="session")
def empty(server: Server) -> Tenant:
    """An account in which nothing has happened yet."""
    return make_tenant(server, "empty")


@pytest.fixture(scope="session")
def recorder(server: Server) -> Tenant:
    """An account that events are recorded into over HTTP, those of long ago too."""
    return Tenant("recorder", server.create_credential("recorder", "audit:read", "events:write", "events:import"), server)


TRAIL_EVENTS = 230


@pytest.fixture(scope="session")
def trail(server: Server) -> Tenant:
    """An account with a trail of numbered events, to be walked."""
    return make_tenant(server, "trail", events=[corpus.trail_event(number) for number in range(TRAIL_EVENTS)])
