"""What clients were told: of every event and every change of a user that they sent, what became of it."""

import threading
import time
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

# What a page of the trail shows of an event besides its id and time.
TRAIL_FIELDS = ("user_name", "user_email", "role", "ip_address", "event_type", "event_description")


class Outcome(Enum):
    """What a client knows of what it sent."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass
class ToldEvent:
    """One event. Its description is its own in the whole soak, and begins with its account."""

    account: str
    sent: dict[str, Any]
    outcome: Outcome = Outcome.UNKNOWN
    id: str | None = None
    created_at: str | None = None
    begun: float = 0.0  # when it was sent for the first time, on the monotonic clock

    @property
    def mark(self) -> str:
        """By what it is known again."""
        return self.sent["event_description"]

    @property
    def category(self) -> str | None:
        """Of the network audit, if it is in there."""
        return self.sent.get("subject", {}).get("category")

    def shown(self) -> dict[str, Any]:
        """What the trail must show of it."""
        principal = self.sent["principal"]
        values = (principal.get("name"), principal.get("email"), principal["role"], principal["ip_address"])
        return dict(zip(TRAIL_FIELDS, (*values, self.sent["event_type"], self.mark)))


@dataclass
class ToldChange:
    """One change of a user: the fields that it sets."""

    fields: dict[str, str]
    outcome: Outcome = Outcome.UNKNOWN


@dataclass
class ToldUser:
    """A user and its changes in order, the first of which makes it. Only the last can be unknown: one writer has the user for
    itself, and leaves it when it does not know."""

    account: str
    changes: list[ToldChange]
    id: str | None = None

    @property
    def email_addresses(self) -> set[str]:
        """All that it may ever have had."""
        return {change.fields["email_address"] for change in self.changes if "email_address" in change.fields}

    def states(self, known: bool) -> list[dict[str, str | None]]:
        """The whole user after each change that is done, and, unless only those are wanted, that is unknown."""
        state: dict[str, str | None] = {"status": "invited", "name": None, "role": None}
        states = []
        for change in self.changes:
            if change.outcome is Outcome.DONE or (change.outcome is Outcome.UNKNOWN and not known):
                state = state | change.fields
                states.append({"id": self.id} | state)
        return states


@dataclass
class Told:
    """All of it; many threads write it."""

    events: list[ToldEvent] = field(default_factory=list)
    users: list[ToldUser] = field(default_factory=list)
    _visible: dict[str, list[ToldEvent]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, events: list[ToldEvent]) -> None:
        """They are about to be sent."""
        now = time.monotonic()
        with self._lock:
            for event in events:
                event.begun = now
            self.events += events

    def begin_user(self, user: ToldUser) -> None:
        """It is about to be made."""
        with self._lock:
            self.users.append(user)

    def done(self, events: list[ToldEvent], *, at_once: bool = True) -> None:
        """They are recorded, and can be read at once, but for those of the queue."""
        with self._lock:
            for event in events:
                event.outcome = Outcome.DONE
                if at_once:
                    self._visible.setdefault(event.account, []).append(event)

    def refused(self, events: list[ToldEvent]) -> None:
        """They were refused for good."""
        with self._lock:
            for event in events:
                event.outcome = Outcome.REFUSED

    def begun_after(self, moment: float) -> set[str]:
        """Marks of the events that were sent for the first time after that moment."""
        with self._lock:
            return {event.mark for event in self.events if event.begun > moment}

    def visible(self, account: str) -> list[ToldEvent]:
        """The events that every walk that begins now must return."""
        with self._lock:
            return list(self._visible.get(account, []))

    def users_done(self, account: str) -> set[str]:
        """Ids of the users that every list that begins now must have."""
        with self._lock:
            return {user.id for user in self.users if user.account == account and user.id is not None}

    def count(self) -> dict[str, int]:
        """How many events and changes came to what."""
        with self._lock:
            said = [f"events {event.outcome.value}" for event in self.events]
            said += [f"changes of users {change.outcome.value}" for user in self.users for change in user.changes]
        return {what: said.count(what) for what in sorted(set(said))}
