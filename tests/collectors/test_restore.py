"""A table that is put back to what it was before: the feed says so to whoever sends a token of what is gone."""

import shutil
import signal
import subprocess
from pathlib import Path
from typing import Iterator

import pytest

from account import Account
from collectors import Curl
from documented import environment
from server import Server
from wire import send
from writes import event


@pytest.fixture
def restored_server() -> Iterator[Server]:
    """A server of its own, for it is stopped and given other data."""
    running = Server(demo=False)
    try:
        yield running
    finally:
        running.stop()


def test_a_checkpoint_of_before_a_restore_is_refused_and_so_is_a_position_that_is_gone(restored_server: Server, tmp_path: Path) -> None:
    account = Account(restored_server, "restored")
    collector = Curl(tmp_path, account)
    account.record([event("kept", 0)])
    backup = tmp_path / "backup"
    restored_server.end(signal.SIGINT)
    shutil.copytree(restored_server.data.name, backup)
    restored_server.start()
    account.record([event("lost", 1), event("lost-too", 2)])
    assert [read.position for read in collector.run()] == [0, 1, 2]

    restored_server.end(signal.SIGINT)
    shutil.rmtree(restored_server.data.name)
    shutil.copytree(backup, restored_server.data.name)
    restored_server.start()

    answer = send(account.url, "GET", "/audit-trail/feed", query={"after": "2"}, headers=account.bearer)
    assert answer.status == 400, answer.body
    following = follow(collector)
    assert (following.returncode, following.stdout) == (22, "")
    assert "410" in following.stderr and "The log was restored" in following.stderr

    # Others take the positions of those that are gone, which only a cursor can tell.
    account.recorded, account.events = 1, account.events[:1]
    account.record([event("other", 1), event("other-too", 2)])
    assert [read.position for read in account.events] == [0, 1, 2]
    answer = send(account.url, "GET", "/audit-trail/feed", query={"after": "2"}, headers=account.bearer)
    assert (answer.status, answer.json()["events"]) == (200, [])
    following = follow(collector)
    assert (following.returncode, following.stdout) == (22, "")
    assert "410" in following.stderr and "The log was restored" in following.stderr


def follow(collector: Curl) -> subprocess.CompletedProcess[str]:
    """Runs the script of a collector, whatever comes of it."""
    token = {"AUDIT_TOKEN": collector.account.credential.token}
    command = ["bash", collector.folder / "follow", collector.account.url, collector.folder / "events"]
    return subprocess.run(command, env=environment(collector.folder) | token, capture_output=True, text=True, timeout=60)
