"""The evaluator refuses what says nothing, and finds what Logs Insights would."""

import pytest

from insights import QueryError, run

ROWS = [
    {"@timestamp": "2026-03-01T09:34:59Z", "took_ms": 3, "endpoint": "audit-trail", "refused": "no credential"},
    {"@timestamp": "2026-03-01T09:35:00Z", "took_ms": "10", "endpoint": "audit-trail"},
    {"@timestamp": "2026-03-01T09:36:00Z", "took_ms": 1.5, "endpoint": "users-audit"},
]


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("fields tok_ms", "no line has a field tok_ms"),
        ("filter statuss = 200", "no line has a field statuss"),
        ("fields took_ms\n| sort took asc", "no line has a field took"),
        ("stats median(took_ms) as m by endpoint", "no such aggregate: median"),
        ("fields trim(endpoint)", "no such function: trim"),
        ("dedup endpoint", "no such command: dedup"),
        ("filter took_ms > 1", "the query shows nothing"),
        ("fields took_ms took_ms", "unexpected 'took_ms'"),
        ("fields took_ms\n| sort took_ms", "expected 'asc'"),
        ('parse endpoint "*-*" as first', "has not an asterisk for each"),
    ],
)
def test_a_query_that_says_nothing_is_an_error(query: str, complaint: str) -> None:
    with pytest.raises(QueryError, match=complaint):
        run(query, ROWS)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("fields took_ms\n| filter took_ms >= 3\n| sort took_ms desc\n| limit 1", [("10",)]),
        ('fields endpoint\n| filter not ispresent(refused) and endpoint like "users"', [("users-audit",)]),
        ('fields took_ms\n| filter endpoint = "x" or refused != "x"', [(3,)]),
        (
            "stats count(*) as n, max(took_ms) as m by bin(5m) as t\n| sort t asc",
            [("2026-03-01T09:30:00Z", 1, 3), ("2026-03-01T09:35:00Z", 2, 10)],
        ),
        (
            "stats pct(took_ms, 50) as half, pct(took_ms, 99) as most, sum(took_ms) as all, count(refused) as n",
            [(3, 10, 14.5, 1)],
        ),
        (
            'parse endpoint "*-*" as first, second\n| stats count(*) as n by first',
            [("audit", 2), ("users", 1)],
        ),
        ('parse refused "no *" as what\n| fields what', [("credential",), (None,), (None,)]),
        ("stats latest(endpoint) as last, latest(refused) as why", [("users-audit", "no credential")]),
        (
            "fields coalesce(refused, endpoint) as why, took_ms - 1 as less\n| limit 2",
            [("no credential", 2), ("audit-trail", 9)],
        ),
    ],
)
def test_a_query_is_evaluated_as_logs_insights_does(query: str, found: list[tuple]) -> None:
    assert [tuple(row.values()) for row in run(query, ROWS)] == found
