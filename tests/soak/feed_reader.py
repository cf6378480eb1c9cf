"""Follows the feed while it is written: every event once, in an order that never changes."""

import time
from typing import Any

from session import Session

LIMITS = ("1", "7", "100", "1000")
# How long the log may take for what was recorded last, once nothing is disturbed any more.
CATCH_UP_SECONDS_MAX = 120


class FeedReader:
    """One collector of its account: it keeps a checkpoint and nothing else."""

    def __init__(self, session: Session):
        self.session, self.rng = session, session.rng
        self.checkpoint: str | None = None
        self.read: list[dict[str, Any]] = []
        self.feed_pages = 0

    def step(self) -> None:
        """Reads up to the end that there is now; sometimes a collector stops before it has noted its place, and reads a page again."""
        while True:
            before = self.checkpoint
            page = self.page()
            self.take(page["events"])
            if self.rng.random() < 0.1:
                again = self.page_at(before, str(max(len(page["events"]), 1)))
                assert again["events"][: len(page["events"])] == page["events"], "a page that was read before is another"
            if page["next"] is None:
                return

    def page(self) -> dict[str, Any]:
        """The next page; its checkpoint is kept."""
        page = self.page_at(self.checkpoint, self.rng.choice(LIMITS))
        self.checkpoint = page["checkpoint"]
        self.feed_pages += 1
        return page

    def page_at(self, checkpoint: str | None, limit: str) -> dict[str, Any]:
        """A page from there on."""
        query = {"limit": limit} | ({"cursor": checkpoint} if checkpoint else {})
        answer = self.session.get("feed", "/audit-trail/feed", query)
        assert answer.status == 200, answer
        return answer.json()

    def take(self, events: list[dict[str, Any]]) -> None:
        """Holds what was read against what was read before."""
        for event in events:
            assert "missing" not in event and "altered" not in event, f"nobody changed it: {event}"
            assert self.session.account in event["event_description"], f"another account's: {event}"
            if self.read:
                last = self.read[-1]
                assert event["position"] > last["position"], f"position {event['position']} after {last['position']}"
                assert event["appended_at"] >= last["appended_at"], f"{event['appended_at']} after {last['appended_at']}"
            self.read.append(event)

    def catch_up(self, events: int) -> None:
        """Goes on until so many were read, for as long as the log may take."""
        deadline = time.monotonic() + CATCH_UP_SECONDS_MAX
        self.step()
        while len(self.read) < events and time.monotonic() < deadline:
            time.sleep(0.5)
            self.step()
