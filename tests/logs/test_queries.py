"""Every query of docs/queries.md, and what it finds in the recorded lines."""

import json
from typing import Any

import pytest
import yaml

from insights import run
from logs import ACCESS, STREAM, queries, recorded, rows
from server import REPO

THROTTLED = (
    "the store is unavailable: service error: ThrottlingException: Rate exceeded: ThrottlingException: Rate exceeded"
)
NO_TABLE = (
    "the store rejected the request: service error: ResourceNotFoundException: Requested resource not found: "
    "ResourceNotFoundException: Requested resource not found"
)
# The ids that stand in the queries, and those of a recorded request in their place.
IDS = {
    "CE53pG0ARy52J6D": "O4W4icypRiWrD9O",
    "1-5759e988-bd862e3fe1be46a994272793": "1-5759e988-bd862e3fe1be46a99427270b",
}

FOUND: dict[str, list[tuple]] = {
    "Should someone act?": [
        ("history changed", 3, "2026-11-25T22:36:51.435+00:00"),
        ("request failed", 2, "2026-11-21T23:52:23.246+00:00"),
        ("message cannot succeed", 2, "2026-11-21T23:52:24.840+00:00"),
        ("event appended late", 2, "2026-11-25T23:10:07.399+00:00"),
        ("days not counted", 1, "2026-11-22T06:25:48.432+00:00"),
        ('"1 of 2 accounts could not be counted"', 1, "2026-11-22T06:25:48.432+00:00"),
        ("destination paused", 1, "2026-11-26T09:53:08.657+00:00"),
        ("log changed", 1, "2026-11-25T22:36:51.435+00:00"),
        ("log not extended", 1, "2026-11-25T22:36:51.455+00:00"),
        ("log item out of place", 1, "2026-11-25T23:11:00.000+00:00"),
        ("history differs", 1, "2026-11-25T22:36:57.298+00:00"),
        ("account not reconciled", 1, "2026-11-25T22:36:59.128+00:00"),
        ('"1 of 1 accounts could not be reconciled"', 1, "2026-11-25T22:36:59.128+00:00"),
        ("account not sealed", 1, "2026-11-26T01:10:00.301+00:00"),
        ("log differs from its head", 1, "2026-11-26T01:10:00.307+00:00"),
        ("checkpoint not verified", 1, "2026-11-26T01:15:00.120+00:00"),
        ("log behind its checkpoint", 1, "2026-11-26T01:15:00.154+00:00"),
    ],
    "What failed, and why?": [
        ("2026-11-21T23:52:23.246+00:00", "audit-trail", None, "8ZziGgdluHplxIo", NO_TABLE),
        ("2026-11-21T23:52:23.121+00:00", "audit-trail", None, "O4W4icypRiWrD9O", THROTTLED),
    ],
    "When did it begin?": [
        ("2026-11-21T23:50:00Z", "audit-trail", 2),
    ],
    "What happened to this request?": [
        (
            "2026-11-21T23:52:23.121+00:00",
            "ERROR",
            "request failed",
            "audit-trail",
            None,
            None,
            None,
            None,
            None,
            THROTTLED,
        ),
        (
            "2026-11-21T23:52:23.121+00:00",
            "INFO",
            "request answered",
            "audit-trail",
            None,
            503,
            1,
            1394.532671,
            1394.009405,
            None,
        ),
    ],
    "What belongs to this trace?": [
        ("2026-11-21T23:46:35.000+00:00", "access", None, 503, None, None, None, "818"),
        (
            "2026-11-21T23:52:23.121+00:00",
            STREAM.format(function="audit-trail"),
            "request failed",
            None,
            "O4W4icypRiWrD9O",
            "00000000-0000-4000-8000-000000000011",
            None,
            None,
        ),
        (
            "2026-11-21T23:52:23.121+00:00",
            STREAM.format(function="audit-trail"),
            "request answered",
            503,
            "O4W4icypRiWrD9O",
            "00000000-0000-4000-8000-000000000011",
            1394.532671,
            None,
        ),
    ],
    "Which requests were slowest?": [
        (
            "2026-11-21T23:52:23.121+00:00",
            "audit-trail",
            None,
            "O4W4icypRiWrD9O",
            1394.532671,
            1394.009405,
            0.5232659999999214,
            1,
        ),
        (
            "2026-11-21T23:52:23.807+00:00",
            "user-access-audit",
            "acme",
            "FuAhv1miN8gLsQ0",
            53.6759,
            53.183029,
            0.49287100000000095,
            2,
        ),
        (
            "2026-11-21T23:52:21.248+00:00",
            "audit-trail",
            "acme",
            "5AzX5Ge5SdnoJxv",
            28.369307,
            24.877597,
            3.4917099999999976,
            2,
        ),
        (
            "2026-11-21T23:52:24.297+00:00",
            "dashboard-user-create",
            "acme",
            "a2bVcUHAnw0woUT",
            19.141304,
            18.480013,
            0.6612910000000021,
            2,
        ),
        (
            "2026-11-21T23:52:20.837+00:00",
            "events-record",
            "acme",
            "Qh1HEGjCJE3247m",
            14.018241000000002,
            13.588094,
            0.4301470000000016,
            1,
        ),
    ],
    "How slow is each endpoint?": [
        ("audit-trail", 6, 5.012347999999999, 1394.532671, 1394.009405),
        ("user-access-audit", 1, 53.6759, 53.6759, 53.183029),
        ("dashboard-user-create", 1, 19.141304, 19.141304, 18.480013),
        ("events-record", 6, 8.781381, 14.018241000000002, 13.588094),
    ],
    "Who is refused, and why?": [
        ("audit-trail", "acme", 400, "parameters malformed", 1),
        ("audit-trail", None, 401, "credential refused: scope missing", 1),
        ("events-record", "acme", 409, "other events are there", 1),
        ("events-record", "acme", 400, "events malformed", 1),
        ("events-record", None, 401, "credential refused: unknown client id", 1),
    ],
    "Which account costs what?": [
        (None, "log-sign", 41.0, 61.0),
        (None, "events-deliver", 31.0, 22.0),
        (None, "log-reconcile", 26.0, 19.0),
        (None, "log-append", 11.0, 13.0),
        ("acme", "dashboard-user-create", 10.0, 2.0),
        ("acme", "events-record", 10.0, 4.0),
        (None, "counts-roll", 8.5, 9.0),
        ("acme", "events-consume", 5.0, 3.0),
        ("globex", "events-record", 4.0, 2.0),
        ("acme", "audit-trail", 3.0, 3.0),
        ("globex", "events-consume", 3.0, 2.0),
        ("acme", "user-access-audit", 1.5, 2.0),
        (None, "audit-trail", 1.0, 3.0),
        (None, "events-consume", 1.0, 2.0),
        (None, "events-record", 1.0, 1.0),
    ],
    "How many DynamoDB requests does a page take?": [
        ("audit-trail", 2, 1),
        ("dashboard-user-create", 2, 1),
        ("user-access-audit", 2, 1),
        ("audit-trail", 1, 1),
    ],
    "Is the store throttled, or out of reach?": [
        ("audit-trail", "2026-11-21T23:50:00Z", 1, THROTTLED),
        ("events-consume", "2026-11-21T23:50:00Z", 1, f"the events could not be recorded: {THROTTLED}"),
        ("log-append", "2026-11-25T22:35:00Z", 2, THROTTLED),
    ],
    "Why are messages in the dead-letter queue?": [
        (
            "059f36b4-87a3-44ab-83d2-661975830002",
            1,
            5.0,
            "the message is malformed: events is required, or event; evnt is not a known field",
        ),
        ("059f36b4-87a3-44ab-83d2-661975830003", 1, 5.0, "there is no account initech: it has no credential"),
        ("059f36b4-87a3-44ab-83d2-661975830000", 1, 5.0, f"the events could not be recorded: {THROTTLED}"),
    ],
    "Which accounts record how many events?": [
        ("acme", "events-record", 3.0),
        ("acme", "events-consume", 2.0),
        ("acme", "dashboard-user-create", 1.0),
        ("globex", "events-consume", 1.0),
        ("globex", "events-record", 1.0),
    ],
    "Are all closed days counted?": [
        ("2026-11-22T06:25:48.432+00:00", 2, 1, 3, 0, 2, 15.235668),
    ],
    "How far does the feed lag?": [
        ("2026-11-25T22:35:00Z", 6, 9.0, 4.0, 417.0, 4591.0, 4591.0),
    ],
    "How far do destinations lag?": [
        ("2026-11-26T09:50:00Z", 3, 3.0, 1.0, 3.0, 1161.0, 1.0),
    ],
    "Which destination gets nothing, and why?": [
        ("acme", "dst_86ace7524694fc8f", "destination paused", 1, "status 410", None, "2026-11-26T09:53:08.657+00:00"),
        (
            "acme",
            "dst_311dbe29a85a383f",
            "delivery refused",
            1,
            "the address 127.0.0.1 is not public",
            1.0,
            "2026-11-26T09:53:08.878+00:00",
        ),
    ],
    "What became of recorded history?": [
        ("2026-11-25T23:11:00.000+00:00", "log item out of place", "acme", None, None, None, None, 4096),
        (
            "2026-11-25T22:36:57.298+00:00",
            "history differs",
            "demo",
            "2024-03-01T09:30:00.123Z#059f36b4-87a3-44ab-83d2-661975830a7d.0",
            None,
            "missing",
            None,
            None,
        ),
        (
            "2026-11-25T22:36:51.435+00:00",
            "history changed",
            None,
            "events#no account#00 / 2024-03-01T09:30:00.123Z#evt_1",
            "nameless",
            None,
            None,
            None,
        ),
        ("2026-11-25T22:36:51.435+00:00", "log changed", None, None, None, None, "log#hooli / e#0000000000000000", None),
        ("2026-11-25T22:36:51.417+00:00", "history changed", "hooli", "2024-03-01T09:30:00.123Z#evt_1", "changed", None, None, None),
        ("2026-11-25T22:36:51.417+00:00", "history changed", "hooli", "2024-03-01T09:30:00.123Z#evt_1", "removed", None, None, None),
    ],
    "Whose log is behind, and why?": [
        ("umbrella", "log not extended", 1, "the store holds an item that does not decode: item log#umbrella / e#0000000000000000: attribute entries is not bytes", "2026-11-25T22:36:51.455+00:00"),
        (None, "log not extended for now", 1, THROTTLED, "2026-11-25T22:36:55.591+00:00"),
        ("hooli", "log not extended for now", 1, THROTTLED, "2026-11-25T22:36:55.591+00:00"),
        (
            "acme",
            "account not reconciled",
            1,
            "the store holds an item that does not decode: item reconciled#acme / cursor: attribute position is not a number",
            "2026-11-25T22:36:59.128+00:00",
        ),
    ],
    "Which accounts had events that came late into the log?": [
        ("acme", 2, "2026-11-25T20:00:03.000Z#evt_2", "2026-11-25T23:10:07.399+00:00"),
    ],
    "Is every log held against the table?": [
        ("2026-11-25T22:36:59.128+00:00", 1, 1, 0, 0, 0, 0, 12.88527),
        ("2026-11-25T22:36:57.317+00:00", 1, 0, 1, 0, 0, 1, 243.30564800000002),
    ],
    "What does not fit its signature?": [
        (
            "2026-11-26T01:15:00.154+00:00",
            "log behind its checkpoint",
            None,
            "the log of rounds is not what was signed: there is a checkpoint of 2 rounds, and the table has 1; audit log restart begins a new one",
            None,
        ),
        ("2026-11-26T01:15:00.120+00:00", "checkpoint not verified", None, None, "checkpoints/0001/0000000000000000"),
        (
            "2026-11-26T01:10:00.307+00:00",
            "log differs from its head",
            "hooli",
            "its first 3 entries have another root than the one that was signed",
            None,
        ),
    ],
    "Which accounts are not sealed?": [
        (
            "acme",
            1,
            "the store holds an item that does not decode: item log#acme / e#0000000000000002: attribute entries is not bytes",
            "2026-11-26T01:10:00.301+00:00",
        ),
    ],
    "Is the log signed?": [
        ("2026-11-26T01:10:00.398+00:00", 2, 2, 0, 2, 299986, 83.9),
        ("2026-11-26T01:05:00.412+00:00", 1, 2, 2, 0, 0, 61.2),
    ],
    "How many starts are cold, and how long do they take?": [
        ("audit-trail", 4, 2, 12.61, 18.05),
        ("users-audit", 1, 1, 11.9, 11.9),
    ],
    "Did a function crash, or run out of time or memory?": [
        (
            "2026-11-21T23:47:05.000+00:00",
            STREAM.format(function="audit-trail"),
            "00000000-0000-4000-8000-000000000099",
            "timeout",
            25000.0,
            31,
        ),
    ],
    "What did API Gateway answer itself?": [
        (429, "THROTTLED", "-", "POST", "/audit-trail/events", 2),
        (504, "INTEGRATION_TIMEOUT", "-", "GET", "/audit-trail", 1),
    ],
    "How slow is the API for its clients?": [
        ("GET", "/audit-trail", 4, 24.0, 29003.0, 29000.0),
        ("POST", "/audit-trail/events", 2, 1.0, 2.0, None),
    ],
    "Who calls most?": [
        ("192.0.2.10", 4, 1215.0),
        ("198.51.100.7", 2, 176.0),
    ],
}


def test_every_question_has_a_query_that_is_tried() -> None:
    text = (REPO / "docs" / "queries.md").read_text(encoding="utf-8")
    headings = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]

    assert list(queries()) == headings
    assert list(FOUND) == headings


@pytest.mark.parametrize("question", FOUND)
def test_a_query_finds_what_was_recorded(question: str) -> None:
    text, files = queries()[question]
    for placeholder, id in IDS.items():
        text = text.replace(placeholder, id)

    found = [tuple(row.values()) for row in run(text, rows(files))]

    assert found == [tuple(map(about, row)) for row in FOUND[question]]


def about(value: Any) -> Any:
    """Numbers need be equal only as far as they can be."""
    return pytest.approx(value) if isinstance(value, float) else value


def test_the_access_log_is_what_the_template_has_written() -> None:
    template = yaml.load((REPO / "template.yaml").read_text(encoding="utf-8"), Loader=Template)
    setting = template["Resources"]["Api"]["Properties"].get("AccessLogSetting")
    if setting is None:
        pytest.skip("template.yaml has no access log")
    format = json.loads(setting["Format"].replace(":$context.status", ':"$context.status"'))

    assert [list(json.loads(line)) for line in recorded(ACCESS)] == [list(format)] * 6


class Template(yaml.SafeLoader):
    """Reads CloudFormation's short forms as nothing."""


Template.add_multi_constructor("!", lambda loader, suffix, node: None)
