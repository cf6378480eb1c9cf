"""Walks the trail while it is written, and holds every page against what a walk promises."""

from typing import Any

from event_writer import EVENT_TYPES, email
from session import Session
from told import Told, ToldEvent

PAGES_MAX = 2_000
PAGES_OF_A_SHORT_WALK = 12


class TrailReader:
    """One client that reads the trail of its account."""

    def __init__(self, session: Session, told: Told):
        self.session, self.told, self.rng = session, told, session.rng
        self.walks = self.pages = 0

    def step(self) -> None:
        """A whole walk, or a short one and back again."""
        query = self.rng.choice([self.nothing, self.by_type, self.by_email, self.by_both])()
        if self.rng.random() < 0.5:
            self.walk(query | {"page_size": str(self.rng.choice([50, 100]))})
        else:
            self.there_and_back(query | {"page_size": str(self.rng.choice([1, 7, 20]))})
        self.walks += 1

    def nothing(self) -> dict[str, str]:
        return {}

    def by_type(self) -> dict[str, str]:
        return {"event_type": self.rng.choice(EVENT_TYPES)}

    def by_email(self) -> dict[str, str]:
        return {"user_email": email(self.session.account, self.rng.randrange(5))}

    def by_both(self) -> dict[str, str]:
        return self.by_type() | self.by_email()

    def walk(self, query: dict[str, str]) -> None:
        """To the end: what was recorded before is in it, once."""
        before = [event for event in self.told.visible(self.session.account) if fits(event, query)]
        seen: list[dict[str, Any]] = []
        cursor: str | None = None
        for _ in range(PAGES_MAX):
            page = self.page(query, cursor)
            seen += page["results"]
            cursor = page["next"]
            if cursor is None:
                break
        assert cursor is None, f"the walk does not end in {PAGES_MAX} pages: {query}"
        check_order(seen)
        missing = {event.mark for event in before} - {event["event_description"] for event in seen}
        assert not missing, f"recorded before the walk {query} began, and not in it: {sorted(missing)[:5]}"

    def there_and_back(self, query: dict[str, str]) -> None:
        """Some pages forward, and back until all that was passed has come again."""
        passed: list[dict[str, Any]] = []
        page = self.page(query, None)
        for _ in range(PAGES_OF_A_SHORT_WALK):
            if page["next"] is None:
                break
            passed += page["results"]
            page = self.page(query, page["next"])
        check_order(passed + page["results"])
        missing = {event["id"] for event in passed}
        back: list[dict[str, Any]] = []
        while missing and page["previous"] is not None:
            page = self.page(query, page["previous"])
            back = page["results"] + back
            missing -= {event["id"] for event in page["results"]}
        check_order(back)
        assert not missing, f"passed on the way of {query}, and not met on the way back: {sorted(missing)[:5]}"

    def page(self, query: dict[str, str], cursor: str | None) -> dict[str, Any]:
        """One page; nothing of another account is in it, and nothing that the filter leaves out."""
        answer = self.session.get("trail", "/audit-trail", query | ({"cursor": cursor} if cursor else {}))
        assert answer.status == 200, answer
        page = answer.json()
        self.pages += 1
        for event in page["results"]:
            assert self.session.account in event["event_description"], f"another account's: {event}"
            assert event["event_type"] == query.get("event_type", event["event_type"]), f"not of {query}: {event}"
            assert event["user_email"] == query.get("user_email", event["user_email"]), f"not of {query}: {event}"
        return page


def fits(event: ToldEvent, query: dict[str, str]) -> bool:
    """Whether a walk with that filter returns the event."""
    of_type = query.get("event_type") in (None, event.sent["event_type"])
    return of_type and query.get("user_email") in (None, event.sent["principal"].get("email"))


def check_order(events: list[dict[str, Any]]) -> None:
    """Newest first, and no event twice."""
    keys = [(event["created_at"], event["id"]) for event in events]
    for later, earlier in zip(keys, keys[1:]):
        assert later > earlier, f"out of order or twice: {later} before {earlier}"
