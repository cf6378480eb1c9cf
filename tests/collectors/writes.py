"""What is written between the runs of the collectors, each with what no order of times can cure."""

from datetime import datetime, timezone
from typing import NamedTuple

from corpus import instant

START = datetime(2026, 5, 1, 9, 30, tzinfo=timezone.utc)


def event(name: str, milliseconds: int, message: dict | None = None) -> dict:
    """An event that happened so long after half past nine, or before it."""
    return {
        "id": name,
        "created_at": instant(START, milliseconds=milliseconds),
        "event_type": "CHANGED_SCOPES",
        "event_description": f"event {name}",
        "principal": {"id": "usr_1", "name": "Zoë, 東京", "role": "ADMIN", "ip_address": "203.0.113.1"},
        "subject": {"category": "users", "entity_key": "Network:Scopes", "entity_id": "scopes_2", "user_id": "usr_2"},
        "message": message or {"name": name},
        "previous_state": {"Scopes": []},
        "current_state": {"Scopes": ["read", None, 1.5], "of": {"deep": True}},
    }


class Write(NamedTuple):
    """Events that are recorded at once, after which each collector runs."""

    name: str
    events: list[dict]


WRITES = [
    Write("an empty account", []),
    # Its position is 0, which careless programs take for "none".
    Write("one event", [event("first", 0)]),
    # More than a page of 100, and than a second one.
    Write("three pages", [event(f"page-{number:03d}", number) for number in range(1, 231)]),
    Write("nothing new", []),
    Write(
        "late events",
        [
            # In the newest millisecond that was read, and in one that was read long ago.
            event("same-millisecond", 230),
            event("same-millisecond-of-old", 17),
            # Before all that was read, by a month and by a millisecond.
            event("back-dated-a-month", -30 * 24 * 60 * 60 * 1000),
            event("back-dated", -1),
            event(
                "odd",
                -2,
                {"Zoë \"Z\" 東京": [{"a": None}, "\\u0000", "\t\n"], "": {}, "n": [-0.125, 10**22], "position": 7, "next": "x"},
            ),
            # More than a page, all in one millisecond.
            *(event(f"burst-{number:03d}", 500) for number in range(110)),
        ],
    ),
]
