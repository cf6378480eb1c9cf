"""The recorded lines as Logs Insights sees them, and the queries of docs/queries.md by their questions."""

import json
import re
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NamedTuple

from server import REPO
from values import Row, flatten

LINES = Path(__file__).parent / "lines"
# Lambda's own lines, as its Telemetry API reference has them; and the API's access log, in the format of template.yaml.
PLATFORM, ACCESS = "platform", "access"
# Lambda's log streams in a group that functions share: date, function, version and environment.
STREAM = "2026/11/21/{function}[$LATEST]4459c970fa6d4c77aca62c95850fce54"
QUESTION = re.compile(r"^## (.+)\n((?:[^`#].*\n)*)```\n((?:[^`].*\n)+)```$", re.MULTILINE)


class Query(NamedTuple):
    """A query, and the files of lines/ that it is to be asked of."""

    text: str
    files: list[str]


def queries() -> dict[str, Query]:
    """The query of each question."""
    text = (REPO / "docs" / "queries.md").read_text(encoding="utf-8")
    return {question: Query(query, files_of(remark)) for question, remark, query in QUESTION.findall(text)}


def files_of(remark: str) -> list[str]:
    """The files of the log groups that the remark of a query names: the functions', if none."""
    every = sorted(file.stem for file in LINES.glob("*.jsonl"))
    if remark.startswith("Access log."):
        return [ACCESS]
    return every if remark.startswith("With the access log") else [name for name in every if name != ACCESS]


def recorded(name: str) -> list[str]:
    """The lines of a file in lines/."""
    return (LINES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()


def rows(files: list[str]) -> list[Row]:
    """Every line of those files."""
    return [row for name in files for row in of_group(name, recorded(name))]


def of_group(name: str, lines: list[str]) -> list[Row]:
    """Lines with the fields that CloudWatch adds."""
    function = name.removeprefix(PLATFORM).removeprefix("-") or "audit-trail"
    group, stream = ("access-log", "access") if name == ACCESS else ("functions", STREAM.format(function=function))
    added = {"@log": group, "@logStream": stream}
    return [flatten(line) | {"@timestamp": time_of(line)} | added for line in map(json.loads, lines)]


def time_of(line: dict[str, Any]) -> str:
    """When a line was written."""
    if (at := line.get("timestamp") or line.get("time")) is not None:
        return datetime.fromisoformat(at).isoformat(timespec="milliseconds")
    at = datetime.strptime(line["requestTime"], "%d/%b/%Y:%H:%M:%S %z")
    return at.astimezone(timezone.utc).isoformat(timespec="milliseconds")
