"""Destinations of a running `audit serve`, as those who are sent to see them: the documented receiver, and DuckDB over a folder of objects."""

import json
import subprocess
import time
from pathlib import Path
from typing import Any, Callable

import duckdb

from conftest import Tenant, make_tenant
from server import AUDIT_BIN, COMMAND_SECONDS_MAX, REPO, Server, environment
from webhook_receiver import Receiver
from wire import post_json, send

ARRIVAL_SECONDS_MAX = 60
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def record(tenant: Tenant, *numbers: int) -> None:
    """Records events whose message has a whole number beyond 64 bits."""
    event = {
        "event_type": "MUTED_ISSUE",
        "event_description": "Muted ärger",
        "principal": {"role": "SYSTEM", "ip_address": "127.0.0.1"},
    }
    events = [event | {"id": f"sent-{number}", "message": {"number": 10**20 + number}} for number in numbers]
    answer = post_json(tenant.url, "/audit-trail/events", {"events": events}, headers=tenant.bearer)
    assert answer.status == 201, answer


def feed(tenant: Tenant, count: int) -> list[dict[str, Any]]:
    """The first events of the account's feed, once it has so many."""
    read = lambda: send(tenant.url, "GET", "/audit-trail/feed", query={"limit": "1000"}, headers=tenant.bearer).json()["events"]
    return when(read, lambda events: len(events) >= count)[:count]


def when(read: Callable[[], list], is_so: Callable[[list], bool]) -> list:
    """What is read, once it is so."""
    deadline = time.monotonic() + ARRIVAL_SECONDS_MAX
    while not is_so(found := read()):
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return found


def add(tenant: Tenant, kind: str, *arguments: str) -> str:
    """A new destination of the account; its id."""
    # By `--local`, which alone lets webhooks go to plain HTTP on this machine.
    local = ["--local", str(tenant.server.dynamodb_port)]
    command = [AUDIT_BIN, "destination", "add", kind, "--account", tenant.account, *arguments, "--json", *local]
    done = subprocess.run(command, cwd=REPO, env=environment(), stdout=subprocess.PIPE, check=True, timeout=COMMAND_SECONDS_MAX)
    return json.loads(done.stdout)["id"]


def sent_to(server: Server, account: str) -> Tenant:
    """An account that may record."""
    return make_tenant(server, account, scopes=("audit:read", "events:write"))


def test_the_documented_receiver_gets_what_the_feed_has_also_what_waited_while_it_was_away(server: Server, tmp_path: Path):
    tenant = sent_to(server, "sent-webhooks")
    receiver = Receiver(tmp_path, SECRET)
    destination = add(tenant, "https", "--url", receiver.url, "--secret", SECRET)
    recorded = lambda events: [event["id"] for event in events if event["id"].startswith("sent-")]
    record(tenant, 1, 2, 3)
    when(receiver.events, lambda events: len(recorded(events)) == 3)
    receiver.stop()
    record(tenant, 4)
    record(tenant, 5)

    receiver = Receiver(tmp_path, SECRET, port=receiver.port)
    server.audit("destination", "resume", destination)
    got = when(receiver.events, lambda events: len(recorded(events)) == 5)
    receiver.stop()

    assert got == feed(tenant, len(got))
    assert recorded(got) == ["sent-1", "sent-2", "sent-3", "sent-4", "sent-5"]


def test_the_union_of_the_objects_is_the_trail(server: Server):
    tenant = sent_to(server, "sent:objects")
    add(tenant, "s3", "--bucket", "trail", "--prefix", "siem/", "--window", "0")
    objects = Path(server.data.name) / "objects" / "trail" / "siem"
    for number in (1, 3, 5):
        record(tenant, number, number + 1)
        pattern = f"{objects}/account=*/date=*/*.ndjson.gz"
        read = lambda: (
            duckdb.sql(f"SELECT json FROM read_ndjson_objects('{pattern}')").fetchall() if any(objects.glob("*/*/*.gz")) else []
        )
        found = when(read, lambda rows: any(f'"sent-{number + 1}"' in text for (text,) in rows))

    events = feed(tenant, len(found))
    assert sorted((json.loads(text) for (text,) in found), key=lambda event: event["position"]) == events
    rows = duckdb.sql(f"SELECT account, position, id FROM read_ndjson('{pattern}', hive_partitioning = true) ORDER BY position").fetchall()
    assert rows == [("sent:objects", event["position"], event["id"]) for event in events]
    names = sorted(file.name for file in objects.glob("*/*/*.gz"))
    assert len(names) >= 3
    ranges = [tuple(map(int, name.split(".")[0].split("-"))) for name in names]
    assert ranges[0][0] == 0 and all(before[1] < after[0] for before, after in zip(ranges, ranges[1:]))
