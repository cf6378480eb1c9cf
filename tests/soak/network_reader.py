"""Follows the chains of the network audit while events are recorded, and lists the users."""

import time
from datetime import datetime, timedelta, timezone

from event_writer import IMPORTED_INTO
from network_client import Page, Record, parse
from session import Session
from told import Told, ToldEvent

PAGES_MAX = 2_000
ROWS_MAX = 100
CATEGORIES = ("users", "userAccess")
# A day of long ago, into which nothing is recorded once the soak has begun.
HISTORY = ("2026-03-01T00:00:00.000Z", "2026-03-02T00:00:00.000Z")
LIVE_HOURS = 6


class NetworkReader:
    """One client that reads the network audit of its account."""

    def __init__(self, session: Session, told: Told):
        self.session, self.told, self.rng = session, told, session.rng
        self.chains = 0
        self.began = 0.0

    def step(self) -> None:
        """A chain of the history, whose total is exact; or one of these hours or of a day of imports, which is a snapshot."""
        category, user = self.rng.choice(CATEGORIES), self.rng.choice([None, f"usr_soak_{self.rng.randrange(5)}"])
        before = [event for event in self.told.visible(self.session.account) if fits(event, category, user)]
        if self.rng.random() < 0.3:
            between = HISTORY
            pages = self.chain(category, user, *between)
            total = sum(len(page.records) for page in pages)
            assert {page.total for page in pages} == {total}, f"{total} rows, and said to be {[page.total for page in pages]}"
        else:
            now = datetime.now(timezone.utc)
            between = (timestamp(now - timedelta(hours=LIVE_HOURS)), timestamp(now + timedelta(minutes=1)))
            if self.rng.random() < 0.5:
                between = (timestamp(IMPORTED_INTO), timestamp(IMPORTED_INTO + timedelta(days=1)))
            pages = self.chain(category, user, *between)
            self.check_snapshot(pages)
        self.check(before, pages, between)
        # What a client has that stops at the total of the first page.
        self.check(before, until_first_total(pages), between)
        self.chains += 1

    def chain(self, category: str, user: str | None, from_date: str, to_date: str) -> list[Page]:
        """All pages."""
        path = f"/network/audit/accounts/{self.session.account}/{category}" + (f"/{user}" if user else "")
        query, pages = {"fromDate": from_date, "toDate": to_date}, []
        while len(pages) < PAGES_MAX:
            answer = self.session.get("network", path, query, scheme="VBrick")
            assert answer.status == 200, answer
            page = parse(answer)
            if not pages:
                self.began = time.monotonic()
            pages.append(page)
            if page.token is None:
                return pages
            query = {"toDate": to_date, "fromDate": str(page.next_from_date), "nextContinuationToken": page.token}
        raise AssertionError(f"the chain of {path} does not end in {PAGES_MAX} pages")

    def check_snapshot(self, pages: list[Page]) -> None:
        """One total, which all the rows reach; and nothing that was sent after the first page was there."""
        rows = [record for page in pages for record in page.records]
        assert {page.total for page in pages} == {pages[0].total}, [page.total for page in pages]
        assert len(rows) >= pages[0].total, f"{len(rows)} rows, and said to be {pages[0].total}"
        assert all(len(page.records) <= ROWS_MAX for page in pages[:-1]), [len(page.records) for page in pages]
        later = self.told.begun_after(self.began) & {record.message["Description"] for record in rows}
        assert not later, f"recorded after the chain began, and in it: {sorted(later)[:5]}"

    def check(self, before: list[ToldEvent], pages: list[Page], between: tuple[str, str]) -> None:
        """Oldest first, each once, this account's, and all that was recorded before in that range."""
        records = [record for page in pages for record in page.records]
        times = [record.when for record in records]
        assert times == sorted(times), "out of order"
        assert all(between[0] <= when < between[1] for when in times), f"not in {between}"
        seen = [identity(record) for record in records]
        assert len(seen) == len(set(seen)), "a record twice"
        foreign = [record for record in records if self.session.account not in record.message["Description"]]
        assert not foreign, f"another account's: {foreign[0]}"
        expected = {event.mark for event in before if between[0] <= str(event.created_at) < between[1]}
        missing = expected - {record.message["Description"] for record in records}
        assert not missing, f"recorded before the chain began, and not in it: {sorted(missing)[:5]}"


class UserReader:
    """One client that lists the users of its account, and reads one now and then."""

    def __init__(self, session: Session, told: Told):
        self.session, self.told, self.rng = session, told, session.rng
        self.lists = 0

    def step(self) -> None:
        """A whole list: each user once, in order, all that were made before."""
        before = self.told.users_done(self.session.account)
        ids, cursor = [], None
        for _ in range(PAGES_MAX):
            answer = self.session.until_known(**self.session.dashboard("list", cursor=cursor))
            assert answer is not None and answer.status == 200, answer
            page = answer.json()
            for user in page["dashboard_users"]:
                assert f"@{self.session.account}." in user["email_address"], f"another account's: {user}"
            ids += [user["id"] for user in page["dashboard_users"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert ids == sorted(set(ids)), "out of order or twice"
        assert before <= set(ids), f"made before, and not listed: {before - set(ids)}"
        if ids:
            user_id = self.rng.choice(ids)
            answer = self.session.until_known(**self.session.dashboard("get", dashboard_user_id=user_id))
            assert answer is not None and (answer.status, answer.json()["id"]) == (200, user_id), answer
        self.lists += 1


def until_first_total(pages: list[Page]) -> list[Page]:
    """The pages that a client reads which keeps the total of the first and stops when its rows reach it."""
    read, rows = [], 0
    for page in pages:
        read.append(page)
        rows += len(page.records)
        if rows >= pages[0].total:
            break
    return read


def fits(event: ToldEvent, category: str, user: str | None) -> bool:
    """Whether a chain returns the event."""
    return event.category == category and user in (None, event.sent["subject"]["user_id"])


def identity(record: Record) -> tuple[str, str, str]:
    """What no two records have in common: events have an entity each, the changes of a user a time each."""
    return record.entity_id, record.when, record.message["Description"]


def timestamp(at: datetime) -> str:
    """As the service writes times."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"
