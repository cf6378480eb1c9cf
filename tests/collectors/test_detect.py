"""The Sigma rules of docs/detect, converted by sigma-cli as docs/detect.md says, over what `audit export` wrote of real events."""

import json
import sqlite3
import sys
from pathlib import Path
from typing import Iterator

import pytest

from account import Account
from documented import PROGRAMS, run
from server import AUDIT_BIN, REPO, Server

FOLDER = REPO / "docs" / "detect"
PAGE = (REPO / "docs" / "detect.md").read_text(encoding="utf-8")
RULES = ["key-from-new-network", "mass-deactivation", "two-factor-off"]
CONVERT = ["convert", "--target", "sqlite", "--without-pipeline", "-O", "timestamp_field=created_at", "-O", "event_id_field=position"]


def event(name: str, at: str, event_type: str, by: str, address: str, on: str | None = None, role: str = "ADMIN") -> dict:
    """An event with only what the rules ask."""
    subject = {"category": "users", "entity_key": "Key" if "KEY" in event_type else "Person", "entity_id": on or "", "user_id": on or ""}
    principal = {"id": by, "role": role, "ip_address": address}
    made = {"id": name, "created_at": f"2026-05-{at}Z", "event_type": event_type, "event_description": name, "principal": principal}
    return made | ({"subject": subject} if on else {})


def deactivations(name: str, by: str, at: list[str], users: list[str]) -> list[dict]:
    return [event(f"{name}-{n}", when, "DEACTIVATED_USER", by, "192.0.2.1", user) for n, (when, user) in enumerate(zip(at, users))]


def key(name: str, made: str, used: list[tuple[str, str]]) -> list[dict]:
    """A key that Ada makes from her network, and what is done with it."""
    uses = [event(f"{name}-used-{n}", at, "CHANGED_SCOPES", name, address, role="API") for n, (at, address) in enumerate(used)]
    return [event(f"{name}-made", made, "CREATED_REMOTE_PRODUCTION_API_KEY", "ada", "192.0.2.1", name), *uses]


TEN = [f"user-{n}" for n in range(10)]
IN_TEN_MINUTES = [f"02T09:0{minute}:00" for minute in range(10)]
IN_AN_HOUR = [f"02T10:{minute:02}:00" for minute in range(0, 60, 6)]
EVENTS = [
    *deactivations("all", "mallory", IN_TEN_MINUTES, TEN),
    *deactivations("slow", "ada", IN_AN_HOUR, TEN),
    *deactivations("nine", "grace", IN_TEN_MINUTES, TEN[:9]),
    *deactivations("same", "eve", IN_TEN_MINUTES, ["user-1"] * 10),
    event("off", "03T09:00:00", "TWO_FACTOR_AUTH_DISABLED", "mallory", "198.51.100.7"),
    event("on", "03T09:01:00", "TWO_FACTOR_AUTH_ENABLED", "mallory", "198.51.100.7"),
    *key("stolen", "10T09:00:00", [("10T12:00:00", "203.0.113.9")]),
    *key("stolen-6", "10T09:00:00", [("10T13:00:00", "2001:db8:bad::1")]),
    *key("late", "10T09:00:00", [("11T09:00:01", "198.18.0.1")]),
    *key("home", "10T09:00:00", [("10T12:00:00", "192.0.2.200")]),
    *key("known", "20T09:00:00", [("20T12:00:00", "203.0.113.77")]),
    event("before", "12T09:00:00", "CHANGED_SCOPES", "early", "198.19.0.1", role="API"),
    *key("early", "12T10:00:00", []),
]

# What each rule must find: the ids of the events that it rests on, by alert.
FOUND = {
    "mass-deactivation": [{f"all-{n}" for n in range(10)}],
    "two-factor-off": [{"off"}],
    "key-from-new-network": [{"stolen-made", "stolen-used-0"}, {"stolen-6-made", "stolen-6-used-0"}],
}


@pytest.fixture(scope="module")
def logs(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The trail in SQLite, as the page puts it there."""
    folder = tmp_path_factory.mktemp("detect")
    account = Account(server, "detected")
    account.record(EVENTS)
    token = {"AUDIT_TOKEN": account.credential.token}
    run(folder, AUDIT_BIN, "export", "--url", account.url, "--output", "trail.ndjson", env=token)
    said = run(folder, sys.executable, FOLDER / "load.py", "trail.ndjson", "trail.sqlite")
    assert said == f"{len(EVENTS)} events; left out: 0 that were deleted or replaced\n"
    opened = sqlite3.connect(folder / "trail.sqlite")
    yield opened
    opened.close()


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_finds_what_it_is_for_and_nothing_else(rule: str, logs: sqlite3.Connection, tmp_path: Path) -> None:
    query = run(tmp_path, PROGRAMS / "sigma", *CONVERT, FOLDER / f"{rule}.yml")
    rows = logs.execute(query)
    names = [column[0] for column in rows.description]
    found = [dict(zip(names, row)) for row in rows]

    ids = dict(logs.execute("SELECT position, id FROM logs"))
    alerts = [{ids[int(str(position).split(":")[-1])] for position in positions(alert)} for alert in found]
    assert sorted(map(sorted, alerts)) == sorted(map(sorted, FOUND[rule]))


def positions(alert: dict) -> list:
    """Those of the events that an alert rests on."""
    return json.loads(alert["event_ids"]) if "event_ids" in alert else [alert["position"]]


def test_the_page_shows_every_file_and_every_rule_is_tried() -> None:
    files = sorted(path.name for path in FOLDER.iterdir() if path.is_file())

    assert files == sorted(["load.py", *(f"{rule}.yml" for rule in RULES)])
    assert [name for name in files if f"](detect/{name})" not in PAGE] == []
