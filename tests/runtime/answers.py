"""The answers to the payloads of events/ from the records of `state`, to the letter: tests/journeys has them, for all suites."""

import json
import re
from pathlib import Path
from typing import Any, Mapping, NamedTuple

from expect import DATE_TIME, REQUEST_ID
from state import JOURNEYS

JSON = "application/json"
CSV = "text/csv; charset=utf-8"

class Expected(NamedTuple):
    """An answer; in its body, what is new each time is called by its name."""

    status: int
    content_type: str
    body: str
    totalrecords: str | None = None


# What is not 200, and the header of those that count.
STATUS = {"events-record": 201}
TOTAL_RECORDS = {"user-access-audit": "2", "user-access-audit-by-user": "1", "users-audit": "2", "users-audit-by-user": "1"}


def expected(answer: Path) -> Expected:
    """The answer whose body is in that file."""
    body = answer.read_bytes().decode()
    content_type = {".json": JSON, ".csv": CSV}[answer.suffix]
    return Expected(STATUS.get(answer.stem, 200), content_type, body, TOTAL_RECORDS.get(answer.stem))


EXPECTED = {answer.stem: expected(answer) for answer in sorted((JOURNEYS / "answers").iterdir())}
WRITERS = ["dashboard-user-create", "dashboard-user-update", "events-record"]
READERS = [function for function in EXPECTED if function not in WRITERS]

USER_ID = re.compile(r"usr_[0-9a-f]{32}")
EVENT_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def check(function: str, status: int, headers: Mapping[str, str], body: str) -> None:
    """Compares an answer to a function's payload. Header names are lower case; those that a server adds are passed over."""
    expected = EXPECTED[function]
    assert REQUEST_ID.fullmatch(headers["x-request-id"])
    named = body.replace(headers["x-request-id"], "REQUEST-ID")
    if function in ("dashboard-user-create", "events-record"):
        named = name_what_is_new(function, named)
    common = (headers["cache-control"], headers["x-content-type-options"], headers.get("totalrecords"))
    assert (status, headers["content-type"], named) == (expected.status, expected.content_type, expected.body)
    assert common == ("no-store", "nosniff", expected.totalrecords)


def name_what_is_new(function: str, body: str) -> str:
    """The body with the id and the time of what was just made called by their names."""
    answer: Any = json.loads(body)
    made, pattern, name = (answer, USER_ID, "USER-ID") if "events" not in answer else (answer["events"][0], EVENT_ID, "EVENT-ID")
    assert pattern.fullmatch(made["id"]), (function, made)
    assert DATE_TIME.fullmatch(made["created_at"]), (function, made)
    return body.replace(made["id"], name).replace(made["created_at"], "NOW")
