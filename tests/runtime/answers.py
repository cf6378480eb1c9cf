"""The answers to the payloads of events/ from the records of `state`, to the letter: tests/journeys has them, for all suites."""

import json
import re
from pathlib import Path
from typing import Any, Mapping, NamedTuple

from expect import DATE_TIME, REQUEST_ID
from state import JOURNEYS

# The headers that are compared. The others name the address that was asked, or are new each time.
COMPARED = ("cache-control", "content-disposition", "content-type", "totalrecords", "x-content-type-options")


class Expected(NamedTuple):
    """An answer; what is new each time is called by its name."""

    status: int
    headers: dict[str, str]
    body: str


def expected(answer: Path) -> Expected:
    """The answer in that file: status, headers, an empty line, and the body."""
    head, body = answer.read_bytes().decode().split("\n\n", 1)
    status, *headers = head.split("\n")
    return Expected(int(status), dict(header.split(": ", 1) for header in headers), body)


EXPECTED = {answer.stem: expected(answer) for answer in sorted((JOURNEYS / "answers").iterdir())}
WRITERS = ["dashboard-user-create", "dashboard-user-update", "events-record", "trail-view"]
READERS = [function for function in EXPECTED if function not in WRITERS]

# Of the service, by the payloads.
URL = "https://abcdef1234.execute-api.eu-central-1.amazonaws.com/v1"

USER_ID = re.compile(r"usr_[0-9a-f]{32}")
CHECKPOINT = re.compile(r"(\S+)\n[0-9]+\n[A-Za-z0-9+/]{43}=\n\n— \1 [A-Za-z0-9+/]+=*\n")
CODE = re.compile(r"[A-Za-z0-9_-]{43}")
EVENT_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def check(function: str, status: int, headers: Mapping[str, str], body: str, url: str = URL) -> None:
    """Compares an answer to a function's payload, which it got at `url`. Header names are lower case; those that a server adds are passed over."""
    expected = EXPECTED[function]
    assert REQUEST_ID.fullmatch(headers["x-request-id"])
    named = body.replace(headers["x-request-id"], "REQUEST-ID")
    if function == "audit-trail-feed":
        named = named.replace(json.loads(body)["checkpoint"], "CHECKPOINT")
    if function == "log-read":
        named = name_the_checkpoint(named)
    if function == "trail-view":
        named = name_the_link(named).replace(url, URL)
    if function in ("dashboard-user-create", "events-record"):
        named = name_what_is_new(function, named)
    assert (status, named) == (expected.status, expected.body)
    assert {name: headers.get(name) for name in COMPARED} == {name: expected.headers.get(name) for name in COMPARED}


def name_the_checkpoint(body: str) -> str:
    """The checkpoint with its origin, size, root and signature called by their names."""
    checkpoint = CHECKPOINT.fullmatch(body)
    assert checkpoint, body
    return "ORIGIN\nSIZE\nROOT\n\n— ORIGIN SIGNATURE\n"


def name_the_link(body: str) -> str:
    """The body with the code of a link and its end called by their names."""
    made = json.loads(body)
    code = made["url"].rsplit("/", 1)[1]
    assert CODE.fullmatch(code), made
    assert DATE_TIME.fullmatch(made["expires_at"]), made
    return body.replace(code, "CODE").replace(made["expires_at"], "NOW")


def name_what_is_new(function: str, body: str) -> str:
    """The body with the id and the time of what was just made called by their names."""
    answer: Any = json.loads(body)
    made, pattern, name = (answer, USER_ID, "USER-ID") if "events" not in answer else (answer["events"][0], EVENT_ID, "EVENT-ID")
    assert pattern.fullmatch(made["id"]), (function, made)
    assert DATE_TIME.fullmatch(made["created_at"]), (function, made)
    return body.replace(made["id"], name).replace(made["created_at"], "NOW")
