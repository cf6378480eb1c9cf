"""A collector: follows the feed of an account, and remembers nothing but its checkpoint."""

import time
from datetime import datetime, timedelta, timezone
from typing import Any

from conftest import Tenant
from wire import post_json, send

FEED = "/audit-trail/feed"
# The promise is 10 seconds for 99 of 100; the emulator looks for changes once a second, and this machine may be busy.
ARRIVAL_SECONDS_MAX = 60


def ago(**time_ago: int) -> str:
    """A time in the past, as an event may have it."""
    return (datetime.now(timezone.utc) - timedelta(**time_ago)).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def record(tenant: Tenant, *events: dict[str, Any]) -> None:
    """Records events, all or none."""
    answer = post_json(tenant.url, "/audit-trail/events", {"events": list(events)}, headers=tenant.bearer)
    assert answer.status == 201, answer


def page(tenant: Tenant, **query: str) -> dict[str, Any]:
    """One page, as JSON."""
    answer = send(tenant.url, "GET", FEED, query=query, headers=tenant.bearer)
    assert answer.status == 200, answer
    return answer.json()


class Follower:
    """Follows from a place on, in pages of some size."""

    def __init__(self, tenant: Tenant, limit: int = 100, **begin: str):
        self.tenant, self.limit, self.begin = tenant, limit, begin
        self.checkpoint: str | None = None
        self.events: list[dict[str, Any]] = []

    def follow(self) -> list[dict[str, Any]]:
        """What is new since the last time, to the end of what there is now."""
        new, cursor = [], self.checkpoint
        while True:
            query = {"cursor": cursor} if cursor else self.begin
            read = page(self.tenant, limit=str(self.limit), **query)
            new += read["events"]
            self.checkpoint = read["checkpoint"]
            if (cursor := read["next"]) is None:
                self.events += new
                return new

    def until(self, *ids: str) -> list[dict[str, Any]]:
        """Follows until it has seen events of these ids, and gives all that it has seen since it began."""
        deadline = time.monotonic() + ARRIVAL_SECONDS_MAX
        while self.follow() is None or not set(ids) <= {event["id"] for event in self.events}:
            assert time.monotonic() < deadline, f"{set(ids) - {event['id'] for event in self.events}} have not come"
            time.sleep(0.1)
        return self.events

    def event(self, id: str) -> dict[str, Any]:
        """The one event of that id, once it has come."""
        (found,) = [event for event in self.until(id) if event["id"] == id]
        return found
