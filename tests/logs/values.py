"""What the values of a log line are to a query: numbers where they read as such, times, and nothing where they are absent."""

from datetime import datetime, timedelta, timezone
from typing import Any, Callable

Row = dict[str, Any]

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def number(value: Any) -> float | None:
    """A number; text that reads as one is one, as in an access log."""
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None


def numbers(found: list[tuple[Row, Any]]) -> list[float]:
    """Those values that are numbers, smallest first."""
    return sorted(n for _, value in found if (n := number(value)) is not None)


def percentile(found: list[tuple[Row, Any]], percent: float) -> float | None:
    """The value that `percent` of the values do not exceed."""
    values = numbers(found)
    rank = -(-len(values) * percent // 100)  # rounded up
    return values[max(int(rank), 1) - 1] if values else None


def latest(found: list[tuple[Row, Any]], _: float) -> Any:
    """The value of the newest line that has one."""
    return max(found, key=lambda pair: pair[0]["@timestamp"])[1] if found else None


AGGREGATES: dict[str, Callable[[list[tuple[Row, Any]], float], Any]] = {
    "count": lambda found, _: len(found),
    "sum": lambda found, _: sum(numbers(found)),
    "max": lambda found, _: max(numbers(found), default=None),
    "pct": percentile,
    "latest": latest,
}
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def alike(a: Any, b: Any) -> tuple[Any, Any]:
    """Both as numbers if both are, else both as text."""
    x, y = number(a), number(b)
    return (str(a), str(b)) if x is None or y is None else (x, y)


def binned(timestamp: str, period: str) -> str:
    """The beginning of the period that a time is in."""
    length = timedelta(**{UNITS[period[-1]]: int(period[:-1])})
    at = datetime.fromisoformat(timestamp)
    return (at - (at - EPOCH) % length).strftime("%Y-%m-%dT%H:%M:%SZ")


def order_of(value: Any) -> tuple:
    """What sorting compares: what is absent comes first, then numbers, then text."""
    if value is None:
        return (0, 0, "")
    n = number(value)
    return (2, 0, str(value)) if n is None else (1, n, "")


def flatten(value: Any, prefix: str = "") -> Row:
    """A line as Logs Insights sees it: members of members, and of arrays, are named with dots; what is null is absent."""
    if isinstance(value, dict):
        pairs = [(str(name), member) for name, member in value.items()]
    elif isinstance(value, list):
        pairs = [(str(at), member) for at, member in enumerate(value)]
    else:
        return {} if value is None else {prefix: value}
    return {
        name: leaf
        for part, member in pairs
        for name, leaf in flatten(member, f"{prefix}.{part}" if prefix else part).items()
    }
