"""One server for all generated clients, an account for each, and the clients, generated once."""

import sys
from pathlib import Path
from typing import Iterator, NamedTuple

import pytest

import corpus
import generators
from server import Credential, Server
from shared_server import pytest_sessionstart, server

USERS = 120
EVENTS = 130
SCOPES = ("users:read", "users:write", "audit:read", "events:write", "events:import")


class Tenant(NamedTuple):
    """An account with 120 users and 130 events, all of which are in the network audit too."""

    url: str
    credential: Credential


@pytest.fixture(scope="module")
def tenant(server: Server, request: pytest.FixtureRequest) -> Tenant:
    """The account of one generated client: what one of them writes, no other reads."""
    account = request.module.__name__.removeprefix("test_").replace("_", "-")
    credential = server.create_credential(account, *SCOPES)
    server.import_users(account, [corpus.numbered_user(number) for number in range(USERS)])
    server.import_events(account, [corpus.network_event(number) for number in range(EVENTS)])
    return Tenant(server.url, credential)


@pytest.fixture(scope="session")
def openapi_generator() -> Path:
    """The folder in which openapi-generator has made a client for each language."""
    home = generators.run_openapi_generator()
    sys.path.insert(0, str(home / "python"))
    return home


@pytest.fixture(scope="session")
def openapi_python_client() -> Path:
    """The folder of the package that openapi-python-client has made, which can be imported."""
    home = generators.run_openapi_python_client()
    sys.path.insert(0, str(home))
    return home
