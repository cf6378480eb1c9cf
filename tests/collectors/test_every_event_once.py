"""Each collector runs after each write, and reads what that write added: once, all of it, in the order of the log."""

from account import Account, Event
from collectors import Collector, Singer
from conftest import Written


def test_the_feed_has_what_was_written_at_the_next_positions(written: Written, account: Account) -> None:
    first = len(account.events) - len(written.added)

    assert [event.position for event in written.added] == list(range(first, first + len(written.write.events)))
    assert {event.id: event.message for event in written.added} == {event["id"]: event["message"] for event in written.write.events}


def test_a_run_reads_what_is_new_and_nothing_else(written: Written, collector: Collector, account: Account) -> None:
    read = collector.run()

    assert read == again(collector, written, account.events) + written.added


def again(collector: Collector, written: Written, events: list[Event]) -> list[Event]:
    """What a collector is known to read a second time: Singer's SDK takes the position 0 in its state for "none"."""
    first_was_alone = written.write.name == "three pages"
    return events[:1] if isinstance(collector, Singer) and first_was_alone else []
