"""Pollers as people write them: one that knows the answer's "next" and "checkpoint", and one that knows `Link` alone."""

import json
import re
import urllib.request
from email.message import Message
from typing import Any

from account import PAGE_EVENTS, Event, row
from collectors import Collector

LINK = re.compile(r'<([^>]*)>; rel="next"')


class BodyPoller(Collector):
    """Follows "next" while there is one, and keeps the last "checkpoint" for its next run."""

    checkpoint = ""

    def run(self) -> list[Event]:
        read: list[Event] = []
        cursor: str | None = self.checkpoint
        while cursor is not None:
            query = f"limit={PAGE_EVENTS}" + (f"&cursor={cursor}" if cursor else "")
            page, _ = self.get(f"{self.account.url}/audit-trail/feed?{query}")
            read += [row(event) for event in page["events"]]
            cursor, self.checkpoint = page["next"], page["checkpoint"]
        return read

    def get(self, url: str) -> tuple[Any, Message]:
        """The body and the headers of an answer."""
        with urllib.request.urlopen(urllib.request.Request(url, headers=self.account.bearer)) as answer:
            return json.load(answer), answer.headers


class LinkPoller(BodyPoller):
    """Follows `Link` while there is one, and keeps the position of the last event for its next run."""

    position = -1

    def run(self) -> list[Event]:
        read: list[Event] = []
        url: str | None = f"{self.account.url}/audit-trail/feed?limit={PAGE_EVENTS}&after={self.position}"
        while url:
            page, headers = self.get(url)
            read += [row(event) for event in page["events"]]
            link = LINK.search(headers["Link"] or "")
            url = link.group(1) if link else None
        self.position = read[-1].position if read else self.position
        return read
