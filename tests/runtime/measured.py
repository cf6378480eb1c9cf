"""Tables of what was measured, printed at the end of the run."""

import statistics
from typing import Sequence

TABLES: dict[str, list[str]] = {}


def add_row(title: str, columns: Sequence[str], name: str, series: Sequence[Sequence[float]]) -> None:
    """Adds the medians of a row's series, in milliseconds, to the table of that title."""
    if title not in TABLES:
        TABLES[title] = [row("function", columns), row("---", ["---:"] * len(columns))]
    TABLES[title].append(row(name, [f"{statistics.median(values):.2f}" if values else "" for values in series]))


def row(name: str, cells: Sequence[str]) -> str:
    """A row of a Markdown table whose columns stand under each other."""
    return f"| {name:<27} |" + "".join(f" {cell:>16} |" for cell in cells)
