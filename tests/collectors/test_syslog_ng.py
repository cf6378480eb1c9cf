"""syslog-ng with `audit tail` as a program: what is recorded while both run arrives once each, in the order of the log."""

import json
import time
from pathlib import Path

import pytest

from account import Account
from documented import copy
from server import Server
from syslog_ng import HOME, SECONDS_MAX, lines, running, wait_for_lines
from writes import event


@pytest.mark.skipif(not HOME.exists(), reason="SYSLOG_NG names no syslog-ng")
def test_syslog_ng_gets_each_event_that_audit_tail_shows(server: Server, tmp_path: Path) -> None:
    account = Account(server, "tailed")
    shipped = tmp_path / "shipped.ndjson"
    config = copy("syslog-ng.conf", tmp_path, account, {"/var/log/audit-trail.ndjson": str(shipped)})

    with running(tmp_path, config, account.credential.token):
        # `audit tail` says nothing when it begins to follow, so events are recorded until one is seen.
        heralds = []
        while not lines(shipped):
            assert len(heralds) < SECONDS_MAX
            heralds.append(event(f"herald-{len(heralds)}", len(heralds)))
            account.record(heralds[-1:])
        seen = until_last(shipped, heralds[-1]["id"])
        late = [event("same-millisecond", 0), event("back-dated", -30 * 24 * 60 * 60 * 1000), event("now", 10)]
        recorded = [one.id for one in account.record(late)]
        found = wait_for_lines(shipped, len(seen) + len(late))

    assert [json.loads(line)["id"] for line in found[len(seen) :]] == recorded


def until_last(file: Path, wanted: str) -> list[str]:
    """All lines, once the last of them is that event."""
    deadline = time.monotonic() + SECONDS_MAX
    while json.loads(lines(file)[-1])["id"] != wanted:
        assert time.monotonic() < deadline, lines(file)
        time.sleep(0.05)
    return lines(file)
