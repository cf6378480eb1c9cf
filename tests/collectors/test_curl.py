"""The script `follow`, ended where it hurts most."""

from pathlib import Path

from account import Account
from collectors import Curl
from server import Server
from writes import event


def test_a_page_that_is_fetched_again_takes_the_place_of_the_first_attempt(server: Server, tmp_path: Path) -> None:
    account = Account(server, "interrupted")
    collector = Curl(tmp_path, account)
    account.record([event("one", 0), event("two", 1)])
    assert [read.position for read in collector.run()] == [0, 1]

    # As if the script had ended between a page and its checkpoint, and events had come before it ran again.
    (tmp_path / "events" / "checkpoint").unlink()
    account.record([event("three", 2)])
    assert [read.position for read in collector.run()] == [2]
    assert len(collector.lines()) == 3
