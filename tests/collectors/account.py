"""The account that all collectors follow, and what its feed says over plain HTTP."""

import time
from typing import NamedTuple

from server import Caller, Server
from wire import send

FEED_SECONDS_MAX = 30
PAGE_EVENTS = 100


class Event(NamedTuple):
    """What every collector has of an event, whatever it makes of the rest."""

    position: int
    id: str
    message: dict


def row(read: dict) -> Event:
    """An event of the feed, read as JSON."""
    return Event(read["position"], read["id"], read["message"])


class Account(Caller):
    """An account, what has been recorded in it, and what its feed has of that."""

    def __init__(self, server: Server, name: str):
        self.server, self.name = server, name
        self.credential = server.create_credential(name, "audit:read")
        self.events: list[Event] = []
        self.recorded = 0

    @property
    def url(self) -> str:
        """The base URL of the service."""
        return self.server.url

    def record(self, events: list[dict]) -> list[Event]:
        """Records these events and returns them as the feed has them, as soon as it has them all."""
        before = len(self.events)
        if events:
            self.server.import_events(self.name, events)
            self.recorded += len(events)
        deadline = time.monotonic() + FEED_SECONDS_MAX
        while len(self.events) < self.recorded:
            assert time.monotonic() < deadline, f"{len(self.events)} of {self.recorded} events in the feed"
            time.sleep(0.05)
            self.events += self.read(self.events[-1].position if self.events else -1)
        return self.events[before:]

    def read(self, after: int) -> list[Event]:
        """All that the feed has after a position."""
        found: list[Event] = []
        query = {"after": str(after), "limit": str(PAGE_EVENTS)}
        while query:
            answer = send(self.url, "GET", "/audit-trail/feed", query=query, headers=self.bearer)
            assert answer.status == 200, answer.body
            page = answer.json()
            found += [row(event) for event in page["events"]]
            query = {"cursor": page["next"], "limit": str(PAGE_EVENTS)} if page["next"] else {}
        return found
