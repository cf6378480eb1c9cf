"""Writers and readers on a service that is restarted under them, for as many minutes as wanted; then, and on every answer
before, what is there is held against what clients were told.

    python soak.py served 5 [SEED]      `audit serve`, killed and stopped
    python soak.py deployed 5 [SEED]    the stack in an emulated AWS, its functions changed and killed

The seed decides what is sent and how it is disturbed, but not when threads get their turn.
"""

import random
import secrets
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any, Callable

# Beside this file, as pytest.ini says it for the tests.
sys.path[1:1] = [str(Path(__file__).parents[1] / folder) for folder in ("deploy", "clients")]

from checker import Found, faults
from event_writer import EventWriter, new_event
from feed_reader import FeedReader
from network_reader import CATEGORIES, NetworkReader, UserReader
from queue_writer import QueueWriter
from session import Session
from told import Told, ToldEvent
from traffic import Traffic
from trail_reader import TrailReader
from user_writer import UserWriter

ACCOUNTS = ("soak-a", "soak-b")
SCOPES = ("users:read", "users:write", "audit:read", "events:write", "events:import")
HISTORY_EVENTS = 230
PAUSE_SECONDS_MAX = 0.05
EVER = ("1970-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z")


class Soak:
    """One soak of one service."""

    def __init__(self, service: Any, seed: int):
        self.service, self.seed = service, seed
        self.traffic, self.told, self.over = Traffic(), Told(), threading.Event()
        self.broken: list[str] = []
        self.credentials = {account: service.create_credential(account, *SCOPES) for account in ACCOUNTS}
        self.workers: dict[str, Any] = {}
        for account in ACCOUNTS:
            self.fill_history(account)
            for number in range(service.clients_per_account):
                self.add(f"{account} events {number}", lambda name, session: EventWriter(name[-1], session, self.told))
            self.add(f"{account} users", lambda _, session: UserWriter("user", session, self.told))
            self.add(f"{account} trail", lambda _, session: TrailReader(session, self.told))
            self.add(f"{account} feed", lambda _, session: FeedReader(session))
            self.add(f"{account} network", lambda _, session: NetworkReader(session, self.told))
            self.add(f"{account} list", lambda _, session: UserReader(session, self.told))
            if service.has_queue:
                self.add(f"{account} queue", lambda _, session: QueueWriter(service, session, self.told))

    def session(self, name: str) -> Session:
        """A client of its own."""
        return Session(self.service, self.credentials[name.split()[0]], self.traffic, random.Random(f"{self.seed} {name}"))

    def add(self, name: str, worker: Callable[[str, Session], Any]) -> None:
        """One more client."""
        self.workers[name] = worker(name, self.session(name))

    def fill_history(self, account: str) -> None:
        """A day of long ago, in which nothing happens any more."""
        rng, events = random.Random(f"{self.seed} {account} history"), []
        for number in range(HISTORY_EVENTS):
            sent = new_event(rng, f"{account} history {number}")
            sent |= {"id": f"{account}.history.{number}", "created_at": f"2026-03-01T09:{number % 60:02}:00.{number:03}Z"}
            events.append(ToldEvent(account, sent, id=sent["id"], created_at=sent["created_at"]))
        self.service.import_events(account, [event.sent for event in events])
        self.told.begin(events)
        self.told.done(events)

    def run(self, seconds: float) -> list[str]:
        """All of it. Returns every fault."""
        threads = [threading.Thread(target=self.work, args=item, daemon=True) for item in self.workers.items()]
        for thread in threads:
            thread.start()
        try:
            self.disturb(time.monotonic() + seconds)
        finally:
            self.over.set()
        for thread in threads:
            thread.join()
        said = self.broken + self.traffic.inexcusable() + self.service.drain()
        for account in ACCOUNTS:
            said += faults(self.told, self.find(account))
        return said

    def work(self, name: str, worker: Any) -> None:
        """One client, until the soak is over or an answer is not as promised."""
        while not self.over.wait(worker.rng.uniform(0, PAUSE_SECONDS_MAX)):
            try:
                worker.step()
            except Exception:
                self.broken.append(f"{name}: {traceback.format_exc(limit=-3)}")
                return

    def disturb(self, end: float) -> None:
        """Restarts the service now and then, and lets it run in peace for a while at the end."""
        rng = random.Random(f"{self.seed} restarts")
        while time.monotonic() + (pause := self.service.pause(rng)) < end and not self.broken:
            time.sleep(pause)
            self.service.restart(rng, self.traffic)
        while time.monotonic() < end and not self.broken:
            time.sleep(0.2)

    def find(self, account: str) -> Found:
        """What the account has in the end."""
        session = self.session(f"{account} end")
        found, cursor = Found(account), None
        while True:
            query = {"page_size": "100"} | ({"cursor": cursor} if cursor else {})
            page = session.get("trail", "/audit-trail", query).json()
            found.trail += page["results"]
            if (cursor := page["next"]) is None:
                break
        for category in CATEGORIES:
            pages = NetworkReader(session, self.told).chain(category, None, *EVER)
            found.network[category] = [record for page in pages for record in page.records]
            assert {page.total for page in pages} == {len(found.network[category])}, f"totalRecords of {category}"
        while True:
            answer = session.until_known(**session.dashboard("list", cursor=cursor))
            assert answer is not None and answer.status == 200, answer
            found.users += answer.json()["dashboard_users"]
            if (cursor := answer.json()["next_cursor"]) is None:
                break
        follower = self.workers[f"{account} feed"]
        follower.catch_up(len(found.trail))
        found.feed = follower.read
        return found

    def report(self) -> list[str]:
        """What was done."""
        lines = [f"{count:>8} {what}" for what, count in self.told.count().items()]
        for what in ("walks", "pages", "chains", "lists", "feed_pages"):
            lines.append(f"{sum(getattr(worker, what, 0) for worker in self.workers.values()):>8} {what} read and checked")
        return lines + self.traffic.report()


def main(which: str, minutes: str, seed: str = "") -> int:
    """Runs one soak; 1 if anything was wrong."""
    chosen = int(seed) if seed else secrets.randbelow(1_000_000)
    print(f"soak of {which} for {minutes} minutes, seed {chosen}", flush=True)
    service = make(which)
    try:
        soak = Soak(service, chosen)
        said = soak.run(float(minutes) * 60)
        print("\n".join(soak.report()), flush=True)
    finally:
        service.stop()
    for fault in said[:50]:
        print(f"FAULT: {fault}")
    print(f"{len(said)} faults; again with: soak.py {which} {minutes} {chosen}" if said else "no fault")
    return 1 if said else 0


def make(which: str) -> Any:
    """The service, started."""
    if which == "served":
        from served import Served

        return Served()
    from deployed import Deployed

    return Deployed()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
