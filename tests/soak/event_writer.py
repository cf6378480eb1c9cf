"""Records events over HTTP: alone and in batches, with a key and without, and some that must be refused."""

import uuid
from datetime import datetime, timedelta, timezone
from typing import Any

from session import Session
from told import Told, ToldEvent

EVENT_TYPES = ("MUTED_ISSUE", "RESET_PASSWORD", "CREATED_API_KEY")
BATCH_MAX = 10
# Bursts of several pages of the network audit, each a few requests of as many events as one may have.
BURST_SHARE = 0.006
BURST_REQUESTS = (3, 6)
BURST_BATCH = 50
# A day that is long closed, and into which bursts are imported.
IMPORTED_INTO = datetime(2026, 3, 5, tzinfo=timezone.utc)
BACK_MINUTES_MAX = 180


class EventWriter:
    """One client that records events of its account."""

    def __init__(self, name: str, session: Session, told: Told):
        self.name, self.session, self.told, self.rng = name, session, told, session.rng
        self.made = 0
        self.last: list[ToldEvent] = []
        self.last_key: str | None = None

    def step(self) -> None:
        """One request, and what it takes to know what became of it."""
        if self.rng.random() < BURST_SHARE:
            return self.burst()
        acts = [self.one, self.batch, self.batch, self.own_ids, self.own_ids, self.malformed, self.other_body, self.other_content]
        self.rng.choice(acts)()

    def one(self) -> None:
        """An event without a key: when the answer is lost, nobody knows."""
        events = self.events(1)
        self.settle(events, self.session.once(**self.request(events)))

    def batch(self) -> None:
        """A batch with a key, sent until it is answered; sometimes once more, which gives the same answer."""
        events, key = self.events(self.rng.randint(1, BATCH_MAX)), str(uuid.UUID(int=self.rng.getrandbits(128)))
        answer = self.session.until_known(**self.request(events, key))
        self.settle(events, answer)
        if answer is None or answer.status != 201:
            return
        self.last, self.last_key = events, key
        if self.rng.random() < 0.2:
            again = self.session.until_known(**self.request(events, key))
            if again is not None:
                assert (again.status, again.json()["events"]) == (201, answer.json()["events"]), again
                assert again.headers["Idempotency-Replayed"] == "true", again

    def own_ids(self) -> None:
        """A batch without a key whose events have ids and times of their own: it may be sent again too."""
        events = self.events(self.rng.randint(1, BATCH_MAX), own_ids=True)
        self.settle(events, self.session.until_known(**self.request(events)))

    def burst(self) -> None:
        """Several pages of one category, back-dated into the last hours or imported into a closed day, one request after another."""
        category = self.rng.choice(["users", "userAccess"])
        day = self.rng.choice([None, IMPORTED_INTO])
        for _ in range(self.rng.randint(*BURST_REQUESTS)):
            events = [self.event(own_id=True, day=day) for _ in range(BURST_BATCH)]
            for event in events:
                event.sent["subject"] = subject(event.mark, category, self.rng.randrange(5))
            self.told.begin(events)
            self.settle(events, self.session.until_known(**self.request(events)))

    def malformed(self) -> None:
        """One bad event among good ones: none is recorded."""
        events = self.events(self.rng.randint(2, BATCH_MAX))
        self.rng.choice(events).sent["event_type"] = "not a type"
        self.must_refuse(events, None, 400)

    def other_body(self) -> None:
        """A key that was given to another request."""
        if self.last_key is not None:
            self.must_refuse(self.events(2), self.last_key, 409)

    def other_content(self) -> None:
        """Another event in the place of one that is there: neither it nor what comes with it is recorded."""
        if self.last:
            events = self.events(2)
            of = self.rng.choice(self.last)
            events[1].sent |= {"id": of.id, "created_at": of.created_at}
            self.must_refuse(events, None, 409)

    def must_refuse(self, events: list[ToldEvent], key: str | None, status: int) -> None:
        """Sends what cannot be recorded."""
        answer = self.session.until_known(**self.request(events, key))
        if answer is not None:
            assert answer.status == status, answer
            self.told.refused(events)

    def settle(self, events: list[ToldEvent], answer: Any) -> None:
        """Notes what the answer says. An answer that does not come, or a 5xx, says nothing."""
        if answer is None or answer.status >= 500:
            return
        if answer.status == 429:
            return self.told.refused(events)
        assert answer.status == 201, answer
        for event, recorded in zip(events, answer.json()["events"], strict=True):
            assert event.id in (None, recorded["id"]) and event.created_at in (None, recorded["created_at"]), answer
            event.id, event.created_at = recorded["id"], recorded["created_at"]
        self.told.done(events)

    def request(self, events: list[ToldEvent], key: str | None = None) -> dict[str, Any]:
        """The request that records them."""
        return self.session.record([event.sent for event in events], key)

    def events(self, count: int, *, own_ids: bool = False) -> list[ToldEvent]:
        """So many that nobody has sent before."""
        events = [self.event(own_ids) for _ in range(count)]
        self.told.begin(events)
        return events

    def event(self, own_id: bool, day: datetime | None = None) -> ToldEvent:
        """A new event, of that day if one is given."""
        self.made += 1
        mark = f"{self.session.account} {self.name} {self.made}"
        told = ToldEvent(self.session.account, new_event(self.rng, mark))
        if own_id:
            at = datetime.now(timezone.utc) - timedelta(minutes=self.rng.uniform(0, BACK_MINUTES_MAX))
            if day is not None:
                at = day + timedelta(minutes=self.rng.uniform(0, BACK_MINUTES_MAX))
            told.created_at = at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"
            told.id = mark.replace(" ", ".")
            told.sent |= {"id": told.id, "created_at": told.created_at}
        return told


def new_event(rng: Any, mark: str) -> dict[str, Any]:
    """An event that is known by its mark; most have a subject."""
    number = rng.randrange(5)
    name, address = f"User {number}, é", email(mark.split()[0], number)
    principal = {"name": name, "email": address, "role": "MEMBER", "ip_address": "192.0.2.7"}
    event = {"event_type": rng.choice(EVENT_TYPES), "event_description": mark, "principal": principal}
    category = rng.choice(["users", "userAccess", None])
    if category is not None:
        event["subject"] = subject(mark, category, number)
    return event


def subject(mark: str, category: str, number: int) -> dict[str, Any]:
    """What puts an event into the network audit: its entity is its own, its user one of a few."""
    entity_id = mark.replace(" ", ".")
    return {"category": category, "entity_key": "Soak:Event", "entity_id": entity_id, "user_id": f"usr_soak_{number}"}


def email(account: str, number: int) -> str:
    """The address of one of the few principals of an account."""
    return f"user{number}@{account}.example.com"
