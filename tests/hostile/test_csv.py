"""Pages of odd text, read by Python's CSV reader and by Node's `csv-parse`: both find the records that were recorded."""

import csv
import io
import json
import random
import subprocess
from pathlib import Path

import pytest

from account_marks import MarkedAccount
from server import Server
from wire import post_json, send

HERE = Path(__file__).parent
SEED = 1
RANGE = {"fromDate": "2020-01-01T00:00:00Z", "toDate": "2021-01-01T00:00:00Z"}
RECORDS_A_PAGE = 100
BATCH_EVENTS_MAX = 50
ENTITY_KEY_CHARACTERS_MAX = 128

ODD_TEXTS = [
    '"',
    '""',
    '","',
    '"\r\n"',
    ",",
    ",,,,,,,,",
    ";",
    "\t",
    "\n",
    "\r",
    "\r\n",
    "\n\r",
    "a\nb",
    "a\rb",
    "ends in CR\r",
    "\r\nNetwork:Forged,Network:User,x,2020-01-01T00:00:00.000Z,{},{},,\r\n",
    "=1+1",
    "=HYPERLINK(\"http://example.com\",\"x\")",
    "+1",
    "-1",
    "@SUM(A1)",
    "\ufeff",
    "\ufeffbyte order mark",
    "ï»¿ its bytes as Latin-1",
    "\u2028line separator\u2029paragraph separator\u0020",
    "\u202eright to left",
    "e\u0301 and \u00e9",
    "東京 🦀 👩‍👩‍👧",
    "\U0010ffff\ufffe\uffff",
    "'",
    "`",
    "\\",
    "\\\"",
    "\\n",
    "\\u0000",
    "%00%0d%0a",
    "null",
    "NaN",
    "#",
    "# comment",
    "sep=;",
    " ",
    " leading and trailing ",
    "//",
    "<script>alert(1)</script>",
    "${x}",
    "{}",
    "[]",
    '{"a": "b"}',
    "x" * ENTITY_KEY_CHARACTERS_MAX,
]
ODD_CHARACTERS = '",\r\n\t;=\\{}: aé東🦀\ufeff\u2028'


# With these a spreadsheet begins a formula (OWASP, "CSV Injection").
FORMULA_STARTS = tuple("=+-@\t\r")


def odd_texts(wanted: int) -> list[str]:
    """Those above, then others made of the characters that matter to CSV and JSON."""
    chance = random.Random(SEED)
    made = ["".join(chance.choices(ODD_CHARACTERS, k=chance.randint(1, 40))) for _ in range(wanted - len(ODD_TEXTS))]
    return ODD_TEXTS + made


def no_formula(text: str) -> str:
    """The text as a key may be: one that a spreadsheet would take for a formula is refused."""
    return f"_{text[1:]}" if text.startswith(FORMULA_STARTS) else text


def odd_event(number: int, text: str) -> dict:
    """An event that has the text wherever an event has text, but for the keys, which are no formulas."""
    return {
        "id": f"csv-{number:04d}",
        "created_at": f"2020-06-01T00:{number // 60:02d}:{number % 60:02d}.000Z",
        "event_type": "ODD_TEXT",
        "event_description": text,
        "principal": {"id": text, "name": text, "role": "SYSTEM", "ip_address": "192.0.2.1"},
        "subject": {"category": "users", "entity_key": no_formula(text), "entity_id": text, "user_id": "odd"},
        "message_key": no_formula(text),
        "message": {text: text, "Nested": [text, {text: None}]},
        "previous_state": {text: text},
        "current_state": {},
    }


def row_of(number: int, text: str) -> list:
    """What the network audit makes of it, the JSON cells parsed."""
    return [
        no_formula(text),
        no_formula(text),
        text,
        f"2020-06-01T00:{number // 60:02d}:{number % 60:02d}.000Z",
        {"Id": text, "Name": text, "Email": None, "Role": "SYSTEM", "IpAddress": "192.0.2.1"},
        {"Type": "ODD_TEXT", "Description": text, text: text, "Nested": [text, {text: None}]},
        {text: text},
        {},
    ]


def read_by_python(page: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(page.decode("utf-8"), newline=""), strict=True))


def read_by_node(page: bytes) -> list[list[str]]:
    done = subprocess.run(["node", HERE / "read_csv.mjs"], input=page, capture_output=True, check=True)
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def texts(server: Server, intruder: MarkedAccount) -> list[str]:
    """The texts of the events that this file records."""
    chosen = odd_texts(2 * RECORDS_A_PAGE + BATCH_EVENTS_MAX)
    events = [odd_event(number, text) for number, text in enumerate(chosen)]
    for start in range(0, len(events), BATCH_EVENTS_MAX):
        batch = {"events": events[start : start + BATCH_EVENTS_MAX]}
        answer = post_json(server.url, "/audit-trail/events", batch, headers=intruder.bearer)
        assert answer.status == 201, answer
    return chosen


def pages(server: Server, account: MarkedAccount) -> list[bytes]:
    """Every page of the range, as the clients walk it."""
    path, query, found = f"/network/audit/accounts/{account.account}/users", RANGE, []
    while True:
        answer = send(server.url, "GET", path, query=query, headers=account.bearer)
        assert answer.status == 200, answer
        found.append(answer.body)
        token = answer.headers["nextContinuationToken"]
        if token is None:
            return found
        query = RANGE | {"fromDate": answer.headers["nextFromDate"], "nextContinuationToken": token}


def test_two_independent_readers_find_the_records_that_were_recorded(server: Server, intruder: MarkedAccount, texts: list[str]):
    read = []
    for page in pages(server, intruder):
        by_python, by_node = read_by_python(page), read_by_node(page)
        assert by_python == by_node
        assert len(by_python) <= 1 + RECORDS_A_PAGE
        read += by_python[1:]

    parsed = [row[:4] + [json.loads(cell) for cell in row[4:]] for row in read]
    assert parsed == [row_of(number, text) for number, text in enumerate(texts)]


def test_the_readers_refuse_what_is_no_csv():
    broken = b'a,b\r\n"x"y,z\r\n'

    with pytest.raises(csv.Error):
        read_by_python(broken)
    with pytest.raises(subprocess.CalledProcessError):
        read_by_node(broken)


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_a_key_is_never_a_formula(server: Server, intruder: MarkedAccount, start: str):
    event = odd_event(9_998, "text")
    event["message_key"] = event["subject"]["entity_key"] = f"{start}1+1"

    answer = post_json(server.url, "/audit-trail/events", {"events": [event]}, headers=intruder.bearer)

    assert answer.status == 400, answer
    assert set(answer.json()["events"]["0"]) >= {"subject.entity_key"}


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x1b", "\x7f", "\x85"])
def test_a_control_character_never_comes_into_a_cell(server: Server, intruder: MarkedAccount, character: str):
    event = odd_event(9_999, f"a{character}b")

    answer = post_json(server.url, "/audit-trail/events", {"events": [event]}, headers=intruder.bearer)

    assert answer.status == 400, answer
    refused = set(answer.json()["events"]["0"])
    assert {"event_description", "subject.entity_key", "subject.entity_id", "message_key"} <= refused
