"""What real functions write now: the recorded lines are still theirs, and each line is valid embedded metric format."""

import json
from datetime import datetime
from typing import Any

import jsonschema
import pytest

import scenario
from logs import recorded
from lambda_runtime import Function, payload
from server import REPO, Server

SCHEMA = json.loads((REPO / "tests" / "logs" / "emf.schema.json").read_text())
LINE_BYTES_MAX = 4096
# What no two runs have in common.
VOLATILE = {"Timestamp", "timestamp", "took_ms", "store_ms", "lag_ms", "request_id", "lambda_request_id", "trace_id"}
VOLATILE |= {"destination", "next_try_at"}
SECRETS = ["bearer", "secret", "nobody.at-all", "ada@example.com", "MUTED_ISSUE", "Muted"]
# The dimensions of a line, and the metrics of one of a request and of a batch.
DIMENSIONS = ([["endpoint"]], [["endpoint"], ["endpoint", "account"]])
METRICS = {
    "items": "Count",
    "events_recorded": "Count",
    "messages": "Count",
    "messages_failed": "Count",
    "lag_ms": "Count",
    "lag_events": "Count",
    "destinations_failing": "Count",
    "dynamodb_requests": "Count",
    "capacity_units": "Count",
    "took_ms": "Milliseconds",
    "store_ms": "Milliseconds",
}
# Numbers that are no metrics.
NO_METRICS = {"status", "events_there_already", "accounts", "accounts_failed", "days_counted", "events_read", "days_left"}
NO_METRICS |= {"records", "entries_appended", "entries_there_already", "days_compared", "events_compared", "differences"}
NO_METRICS |= {"destinations", "destinations_refusing", "events_sent", "parcels_sent"}
# Metrics of calls that nobody waits for, besides the capacity units of all.
SHOWN = {"log appended": {"lag_ms"}, "events delivered": {"lag_ms", "lag_events", "destinations_failing"}}
# Those that are none only of a call that nobody waits for.
COSTS = {"dynamodb_requests", "took_ms", "store_ms"}


@pytest.fixture(scope="module")
def written() -> dict[str, list[str]]:
    """The lines of each function."""
    return scenario.record()


def test_the_recorded_lines_are_what_the_functions_write(written: dict[str, list[str]]) -> None:
    for name, lines in written.items():
        assert [fixed(json.loads(line)) for line in lines] == [fixed(json.loads(line)) for line in recorded(name)], name


def test_every_line_of_a_request_or_a_batch_is_valid_embedded_metric_format(written: dict[str, list[str]]) -> None:
    lines = [json.loads(line) for lines in written.values() for line in lines]
    ends = [line for line in lines if line["message"] in ("request answered", "batch consumed")]

    assert len(ends) == 19
    for line in ends:
        jsonschema.validate(line, SCHEMA)
        check_targets(line)
    others = [line for line in lines if line not in ends and "_aws" in line]
    assert [line["message"] for line in others] == ["days counted", *["log appended"] * 6, *["log reconciled"] * 2, *["events delivered"] * 3]
    for line in others:
        jsonschema.validate(line, SCHEMA)
        check_targets(line)
        shown = SHOWN.get(line["message"], set()) | {"capacity_units"}
        assert {metric["Name"] for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]} == shown


def test_the_schedules_function_says_what_it_counted_and_what_it_could_not() -> None:
    failed, counted, _ = map(json.loads, recorded("counts-roll"))

    assert (failed["level"], failed["message"], failed["account"]) == ("ERROR", "days not counted", "acme")
    assert failed["cause"].endswith("attribute subject_category is malformed")
    jsonschema.validate(counted, SCHEMA)
    check_targets(counted)
    assert (counted["message"], counted["accounts"], counted["accounts_failed"]) == ("days counted", 2, 1)
    assert (counted["days_counted"], counted["events_read"], counted["days_left"]) == (3, 2, 0)


def test_the_function_of_the_stream_says_what_it_appended_and_what_somebody_should_look_at() -> None:
    lines = [json.loads(line) for line in recorded("log-append")]

    told = [(line["message"], line.get("sort_key") or line.get("item"), line.get("change")) for line in lines if line["level"] == "ERROR"]
    event = "2024-03-01T09:30:00.123Z#evt_1"
    assert told == [
        ("history changed", event, "changed"),
        ("history changed", event, "removed"),
        ("history changed", f"events#no account#00 / {event}", "nameless"),
        ("log changed", "log#hooli / e#0000000000000000", None),
        ("log not extended", None, None),
    ]
    warned = [(line["message"], line.get("account")) for line in lines if line["level"] == "WARN"]
    assert warned == [("log not extended for now", None), ("log not extended for now", "hooli")]  # the first is of the mark
    appended = [(line["records"], line["entries_appended"], line["entries_there_already"]) for line in lines if line["message"] == "log appended"]
    assert appended == [(1, 1, 0), (2, 1, 1), (2, 2, 0), (2, 0, 0), (1, 0, 0), (1, 0, 0)]


def test_the_logs_schedule_says_what_differs_and_whom_it_could_not_reconcile() -> None:
    lines = [json.loads(line) for line in recorded("log-reconcile")]

    differs = next(line for line in lines if line["message"] == "history differs")
    assert (differs["account"], differs["difference"]) == ("demo", "missing")
    assert differs["sort_key"] == "2024-03-01T09:30:00.123Z#059f36b4-87a3-44ab-83d2-661975830a7d.0"
    failed = next(line for line in lines if line["message"] == "account not reconciled")
    assert failed["account"] == "acme" and failed["cause"].startswith("the store holds an item that does not decode: ")
    ends = [(line["accounts_failed"], line["differences"]) for line in lines if line["message"] == "log reconciled"]
    assert ends == [(0, 1), (1, 0)]


def test_the_function_that_delivers_says_what_it_sent_and_who_did_not_take_it() -> None:
    lines = [json.loads(line) for line in recorded("events-deliver")]

    ends = [line for line in lines if line["message"] == "events delivered"]
    sent = [(line["destinations"], line["events_sent"], line["parcels_sent"], line["destinations_refusing"]) for line in ends]
    assert sent == [(1, 3, 1, 0), (2, 0, 0, 1), (2, 0, 0, 1)]
    assert [line["lag_events"] for line in ends] == [0, 0, 3]
    told = [(line["level"], line["message"], line["account"], line["reason"]) for line in lines if line not in ends]
    assert told == [
        ("ERROR", "destination paused", "acme", "status 410"),
        ("WARN", "delivery refused", "acme", "the address 127.0.0.1 is not public"),
    ]


def check_targets(line: dict[str, Any]) -> None:
    """What the schema cannot say: names are those of members, of the right type, and the times are one."""
    [directive] = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "AuditTrail"
    assert directive["Dimensions"] == DIMENSIONS["account" in line]
    assert all(isinstance(line[name], str) for dimensions in directive["Dimensions"] for name in dimensions)
    for metric in directive["Metrics"]:
        assert metric == {"Name": metric["Name"], "Unit": METRICS[metric["Name"]]}
        assert isinstance(line[metric["Name"]], (int, float))
    numbers = {name for name, value in line.items() if isinstance(value, (int, float))}
    is_awaited = line["message"] in ("request answered", "batch consumed")
    assert numbers - {metric["Name"] for metric in directive["Metrics"]} <= (NO_METRICS if is_awaited else NO_METRICS | COSTS)
    assert line["_aws"]["Timestamp"] == round(datetime.fromisoformat(line["timestamp"]).timestamp() * 1000)
    assert line["level"] == "INFO"


def test_no_line_is_long_or_has_anything_of_a_request_in_it(written: dict[str, list[str]]) -> None:
    for lines in written.values():
        for line in lines:
            assert len(line) < LINE_BYTES_MAX
            assert [word for word in SECRETS if word.lower() in line.lower()] == []


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"METRICS_PER_ACCOUNT": "false"}, [["endpoint"]]),
        ({"METRICS_PER_ACCOUNT": "true"}, [["endpoint"], ["endpoint", "account"]]),
        ({"AWS_LAMBDA_LOG_LEVEL": "WARN"}, None),
    ],
)
def test_the_environment_decides_on_metrics(
    demo: Server, variables: dict[str, str], expected: list[list[str]] | None
) -> None:
    lines = [json.loads(line) for line in lines_of_a_page(demo, **variables)]

    directives = [line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] for line in lines]
    assert directives == ([] if expected is None else [expected])


def test_text_is_for_reading_and_has_no_metrics(demo: Server) -> None:
    [line] = lines_of_a_page(demo, AWS_LAMBDA_LOG_FORMAT="Text")

    assert "request answered endpoint=\"audit-trail\" account=\"demo\" status=200 items=2" in line
    assert " capacity_units=" in line and " store_ms=" in line
    assert "{\"" not in line and "_aws" not in line


def test_a_function_with_another_word_for_true_does_not_start(demo: Server) -> None:
    with Function("audit-trail", demo.dynamodb_url, METRICS_PER_ACCOUNT="yes") as function:
        function.process.wait(10)
        lines = function.stop()

    assert function.process.returncode == 1
    assert any("METRICS_PER_ACCOUNT" in line and "must be true or false" in line for line in lines), lines


@pytest.fixture(scope="module")
def demo() -> Any:
    """A store with the demo account."""
    server = Server(demo=True)
    yield server
    server.stop()


def lines_of_a_page(demo: Server, **variables: str) -> list[str]:
    """The lines of a function that has answered with one page."""
    with Function("audit-trail", demo.dynamodb_url, **variables) as function:
        scenario.answered(function.invoke(payload("audit-trail")), 200)
        return function.stop()


def fixed(value: Any, name: str = "") -> Any:
    """A line without what no two runs have in common."""
    if name in VOLATILE:
        return "number" if isinstance(value, (int, float)) else "text"
    if isinstance(value, dict):
        return {member: fixed(inner, member) for member, inner in value.items()}
    return [fixed(inner) for inner in value] if isinstance(value, list) else value
