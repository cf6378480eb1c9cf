"""The reader of chains finds what a snapshot must not be, and has no fault with one that is right."""

import random
from typing import Any

import pytest

from network_client import Page, Record
from network_reader import NetworkReader, until_first_total
from told import Told, ToldEvent


class NoSession:
    """A session that nobody asks for anything."""

    rng = random.Random(0)


def page(total: int, *numbers: int) -> Page:
    """A page whose records have these numbers."""
    rows = [Record("K", "K", str(number), "", {}, {"Description": f"acme event {number}"}, {}, {}) for number in numbers]
    return Page(rows, total, None, None)


def reader(began: float, **begun: float) -> NetworkReader:
    """A reader whose chain began then, and events that were sent then."""
    told = Told()
    for name, moment in begun.items():
        event = ToldEvent("acme", {"event_description": f"acme event {name[1:]}"})
        told.begin([event])
        event.begun = moment
    session: Any = NoSession()
    made = NetworkReader(session, told)
    made.began = began
    return made


def test_a_snapshot_has_no_fault():
    reader(10.0, e1=9.0, e2=9.5, e3=11.0).check_snapshot([page(2, 1), page(2, 2)])


def test_rows_beyond_the_total_are_those_of_writes_under_way():
    reader(10.0, e1=9.0, e2=9.5).check_snapshot([page(1, 1), page(1, 2)])


@pytest.mark.parametrize(
    ("pages", "fault"),
    [
        ([page(2, 1), page(3, 2)], "[2, 3]"),
        ([page(3, 1), page(3, 2)], "2 rows, and said to be 3"),
        ([page(2, 1), page(2, 3)], "recorded after the chain began"),
        ([page(200, *range(101)), page(200, *range(101, 200))], "[101, 99]"),
    ],
)
def test_what_is_no_snapshot_is_found(pages: list[Page], fault: str):
    with pytest.raises(AssertionError) as found:
        reader(10.0, e3=11.0 if pages[0].total < 100 else 9.0).check_snapshot(pages)
    assert fault in str(found.value)


def test_a_client_that_keeps_the_first_total_stops_when_its_rows_reach_it():
    pages = [page(2, 1), page(2, 2), page(2, 3)]
    assert until_first_total(pages) == pages[:2]
    assert until_first_total([page(0)]) != []
