"""Puts an export of the trail into SQLite: python3 load.py trail.ndjson trail.sqlite

A row of the table `logs` is an event, a column one of its fields, such as `principal.id`; objects are JSON. Two columns are made here:
`principal.network`, the /24 or the /48 of the address, and `principal.network_known_seconds`, for how long the account had known it.
"""

import ipaddress
import json
import sqlite3
import sys
from datetime import datetime

FIELDS = ["position", "id", "created_at", "appended_at", "recorded_by", "event_type", "event_description", "message_key"]
PRINCIPAL = ["id", "name", "email", "role", "ip_address"]
SUBJECT = ["category", "entity_key", "entity_id", "user_id"]
OBJECTS = ["message", "previous_state", "current_state"]
MADE = ["principal.network", "principal.network_known_seconds"]
COLUMNS = FIELDS + [f"principal.{name}" for name in PRINCIPAL] + [f"subject.{name}" for name in SUBJECT] + OBJECTS + MADE


def network(address: str) -> str:
    ip = ipaddress.ip_address(address)
    return str(ipaddress.ip_network(f"{ip}/{24 if ip.version == 4 else 48}", strict=False))


def row(event: dict) -> dict:
    principal, subject = event.get("principal") or {}, event.get("subject") or {}
    values = {name: event.get(name) for name in FIELDS}
    values |= {f"principal.{name}": principal.get(name) for name in PRINCIPAL}
    values |= {f"subject.{name}": subject.get(name) for name in SUBJECT}
    values |= {name: event.get(name) and json.dumps(event[name]) for name in OBJECTS}
    return values | {"principal.network": principal.get("ip_address") and network(principal["ip_address"])}


def main(trail: str, database: str) -> None:
    with open(trail, encoding="utf-8") as lines:
        events = [json.loads(line) for line in lines]
    rows = sorted((row(event) for event in events if not event.get("missing")), key=lambda row: row["created_at"])
    first_seen: dict[str, datetime] = {}
    for values in rows:
        at = datetime.fromisoformat(values["created_at"])
        first = first_seen.setdefault(values["principal.network"], at)
        values["principal.network_known_seconds"] = (at - first).total_seconds()
    logs = sqlite3.connect(database)
    logs.execute("CREATE TABLE logs (" + ", ".join(f'"{name}"' for name in COLUMNS) + ")")
    marks = ", ".join("?" * len(COLUMNS))
    logs.executemany(f"INSERT INTO logs VALUES ({marks})", ([values[name] for name in COLUMNS] for values in rows))
    logs.commit()
    print(f"{len(rows)} events; left out: {len(events) - len(rows)} that were deleted or replaced")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
