"""The loop of the network audit's clients, as they were observed to run it.

Page 1 is `?fromDate=&toDate=`. Page 2 and on are `?toDate=<same>&fromDate=<nextFromDate>&nextContinuationToken=<token>`.
The clients in the field stop in different ways, so the loop takes its stop rule as a function: a server that satisfies
one rule only loses rows for somebody.
"""

import csv
import io
import json
from typing import Callable, NamedTuple

from wire import Answer, send

COLUMNS = ["MessageKey", "EntityKey", "EntityId", "When", "Principal", "Message", "PreviousState", "CurrentState"]
HEADER_LINE = b"MessageKey,EntityKey,EntityId,When,Principal,Message,PreviousState,CurrentState\r\n"
PAGES_MAX = 100


class Record(NamedTuple):
    """One row, its JSON cells parsed; an absent state reads as `{}`, as the clients read it."""

    message_key: str
    entity_key: str
    entity_id: str
    when: str
    principal: dict
    message: dict
    previous_state: dict
    current_state: dict


class Page(NamedTuple):
    """One answer: its records and what the next request is made of."""

    records: list[Record]
    total: int
    next_from_date: str | None
    token: str | None


class NetworkError(Exception):
    """An answer that is not 200, its JSON body parsed as the clients do."""

    def __init__(self, answer: Answer):
        body = json.loads(answer.body)
        super().__init__(f"{answer.status} {body['code']}: {body['detail']}")
        self.status, self.code, self.detail = answer.status, body["code"], body["detail"]


# A stop rule is told the pages read so far, and says whether the loop is done.
StopRule = Callable[[list[Page]], bool]


def no_token(pages: list[Page]) -> bool:
    """Stops when there is no token."""
    return not pages[-1].token


def first_total_reached(pages: list[Page]) -> bool:
    """Stops also when the rows read reach the total that page 1 gave."""
    return no_token(pages) or rows_of(pages) >= pages[0].total


def latest_total_reached(pages: list[Page]) -> bool:
    """Stops also when the rows read reach the total of the page just read."""
    return no_token(pages) or rows_of(pages) >= pages[-1].total


STOP_RULES: list[StopRule] = [no_token, first_total_reached, latest_total_reached]


def rows_of(pages: list[Page]) -> int:
    """How many records the pages hold."""
    return sum(len(page.records) for page in pages)


class NetworkClient:
    """Reads the CSV endpoints of one account."""

    def __init__(self, url: str, account: str, token: str, *, scheme: str = "VBrick"):
        self.url, self.account = url, account
        # The client asks for JSON although it wants CSV.
        self.headers = {"Authorization": f"{scheme} {token}", "Accept": "application/json"}

    def walk(self, path: str, from_date: str, to_date: str, *, stop: StopRule = no_token) -> list[Page]:
        """Reads pages until the stop rule says so."""
        pages = [self.page(path, {"fromDate": from_date, "toDate": to_date})]
        while not stop(pages):
            assert len(pages) < PAGES_MAX, "the token never ends"
            # Written as text, so an absent header would be sent as `None`, as one client sends `undefined`.
            pages.append(
                self.page(
                    path,
                    {
                        "toDate": to_date,
                        "fromDate": str(pages[-1].next_from_date),
                        "nextContinuationToken": str(pages[-1].token),
                    },
                )
            )
        return pages

    def walk_by_date(self, path: str, from_date: str, to_date: str) -> list[Page]:
        """A client that ignores the token and starts each page at `nextFromDate`."""
        pages = [self.page(path, {"fromDate": from_date, "toDate": to_date})]
        while pages[-1].next_from_date:
            assert len(pages) < PAGES_MAX, "nextFromDate never ends"
            pages.append(self.page(path, {"fromDate": pages[-1].next_from_date, "toDate": to_date}))
        return pages

    def page(self, path: str, query: dict[str, str]) -> Page:
        """One page, or a `NetworkError`."""
        answer = self.send(path, query)
        if answer.status != 200:
            raise NetworkError(answer)
        return parse(answer)

    def send(self, path: str, query: dict[str, str]) -> Answer:
        """One request; `path` is relative to the account, as `userAccess/<user id>`."""
        return send(
            self.url, "GET", f"/network/audit/accounts/{self.account}/{path}", query=query, headers=self.headers
        )


def parse(answer: Answer) -> Page:
    """A 200, read strictly: exact header line, CRLF after every line, eight columns, JSON in four of them."""
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.body.startswith(HEADER_LINE), answer.body[:200]
    assert answer.body.endswith(b"\r\n")
    assert answer.body.count(b"\n") == answer.body.count(b"\r\n") == answer.body.count(b"\r")
    rows = list(csv.reader(io.StringIO(answer.body.decode("utf-8"), newline=""), strict=True))
    assert rows[0] == COLUMNS
    return Page(
        records=[record(row) for row in rows[1:]],
        total=int(answer.headers["totalrecords"]),
        next_from_date=answer.headers["nextfromdate"],
        token=answer.headers["nextcontinuationtoken"],
    )


def record(row: list[str]) -> Record:
    """One row of eight cells."""
    assert len(row) == len(COLUMNS), row
    principal, message = (json.loads(cell) for cell in row[4:6])
    previous_state, current_state = (json.loads(cell) if cell else {} for cell in row[6:])
    for value in (principal, message, previous_state, current_state):
        assert isinstance(value, dict), row
    return Record(*row[:4], principal, message, previous_state, current_state)
