"""The checker finds each fault that it is there to find, and none where there is none."""

import copy
from typing import Any, Callable

import pytest

from checker import Found, faults
from network_client import Record
from told import Outcome, Told, ToldChange, ToldEvent, ToldUser

AT = "2026-03-01T09:30:0{}.000Z"
ADA = {"id": "usr_1", "email_address": "ada@acme.example.com", "status": "invited", "name": None, "role": None}
LATER = ADA | {"status": "active", "name": "Ada"}


def event(number: int, outcome: Outcome, **more: Any) -> ToldEvent:
    """An event that a client sent."""
    principal = {"name": "Ada", "email": "ada@example.com", "role": "ADMIN", "ip_address": "192.0.2.1"}
    sent = {"event_type": "MUTED_ISSUE", "event_description": f"acme event {number}", "principal": principal} | more
    done = {"id": f"e-{number}", "created_at": AT.format(number)} if outcome is Outcome.DONE else {}
    return ToldEvent("acme", sent, outcome, **done)


def subject(number: int) -> dict[str, Any]:
    """Of an event that is in the network audit too."""
    return {"subject": {"category": "userAccess", "entity_key": "K", "entity_id": f"acme.event.{number}", "user_id": "u"}}


def in_trail(number: int) -> dict[str, Any]:
    """The same event as the trail shows it."""
    return {"id": f"e-{number}", "created_at": AT.format(number)} | event(number, Outcome.DONE).shown()


def change(second: int, before: dict[str, Any], after: dict[str, Any], event_type: str, description: str) -> Record:
    """A change of Ada as the network audit shows it."""
    message = {"Type": event_type, "Description": description}
    return Record("Network:UserChanged", "Network:User", "usr_1", AT.format(second), {}, message, before, after)


def change_in_trail(record: Record) -> dict[str, Any]:
    """The same as the trail shows it."""
    said = {"event_type": record.message["Type"], "event_description": record.message["Description"]}
    return {"id": f"c-{record.when}", "created_at": record.when, "user_name": None} | said


INVITED = change(6, {}, ADA, "INVITED_USER", "Invited ada@acme.example.com")
ACTIVATED = change(7, ADA, LATER, "ACTIVATED_USER", "Activated ada@acme.example.com and changed name")


def told() -> Told:
    """Three events that are there, one that was refused, one that nobody knows; a user that was made and changed."""
    done = [event(1, Outcome.DONE), event(2, Outcome.DONE), event(3, Outcome.DONE, **subject(3))]
    events = [*done, event(4, Outcome.REFUSED), event(5, Outcome.UNKNOWN)]
    creation = ToldChange({"email_address": "ada@acme.example.com"}, Outcome.DONE)
    changes = [creation, ToldChange({"status": "active", "name": "Ada"}, Outcome.DONE)]
    return Told(events, [ToldUser("acme", changes, "usr_1")])


def found() -> Found:
    """All of that as it should be."""
    trail = [change_in_trail(ACTIVATED), change_in_trail(INVITED), in_trail(3), in_trail(2), in_trail(1)]
    access = Record("K", "K", "acme.event.3", AT.format(3), {}, {}, {}, {})
    users = [{key: LATER[key] for key in ("id", "email_address", "status")}]
    return followed(Found("acme", trail, network={"users": [INVITED, ACTIVATED], "userAccess": [access]}, users=users))


def followed(there: Found) -> Found:
    """The same, as a collector has read it: in the order of arrival, which is none of time."""
    there.feed = [{"position": at, "id": event["id"], "created_at": event["created_at"]} for at, event in enumerate(there.trail)]
    return there


def test_what_is_as_it_was_told_has_no_fault():
    assert faults(told(), found()) == []


def test_what_is_unknown_may_be_there_too():
    there = found()
    there.trail.insert(2, in_trail(5))
    assert faults(told(), followed(there)) == []


def test_what_another_account_sent_is_none_of_its_faults():
    both = told()
    both.events.append(ToldEvent("globex", event(9, Outcome.DONE).sent, Outcome.DONE))
    assert faults(both, found()) == []


def lose(there: Found) -> None:
    del there.trail[4]


def double(there: Found) -> None:
    there.trail.insert(3, in_trail(2) | {"id": "e-9"})


def repeat(there: Found) -> None:
    there.trail.insert(3, in_trail(2))


def record_refused(there: Found) -> None:
    there.trail.insert(2, in_trail(4))


def add_foreign(there: Found) -> None:
    there.trail.insert(2, in_trail(5) | {"event_description": "globex event 5"})


def alter(there: Found) -> None:
    there.trail[3]["role"] = "MEMBER"


def alter_time(there: Found) -> None:
    there.trail[3]["created_at"] = "2026-03-01T09:30:02.001Z"


def disorder(there: Found) -> None:
    there.trail[3], there.trail[4] = there.trail[4], there.trail[3]


def skip_in_feed(there: Found) -> None:
    del there.feed[2]


def repeat_in_feed(there: Found) -> None:
    there.feed.append(there.feed[1] | {"position": 99})


def invent_in_feed(there: Found) -> None:
    there.feed.append({"position": 99, "id": "e-99", "created_at": AT.format(9)})


def lose_from_network(there: Found) -> None:
    there.network["userAccess"] = []


def add_foreign_to_network(there: Found) -> None:
    there.network["userAccess"].append(Record("K", "K", "globex.event.1", AT.format(9), {}, {}, {}, {}))


def lose_event_of_user(there: Found) -> None:
    there.network["users"].remove(ACTIVATED)
    del there.trail[0]


def lose_event_of_user_from_trail(there: Found) -> None:
    del there.trail[0]


def repeat_event_of_user(there: Found) -> None:
    there.network["users"].append(ACTIVATED._replace(when=AT.format(8)))


def forget_change(there: Found) -> None:
    there.users[0]["status"] = "invited"


def lose_user(there: Found) -> None:
    there.users.clear()


def add_user(there: Found) -> None:
    there.users.append({"id": "usr_2", "email_address": "eve@acme.example.com", "status": "invited"})


def break_chain(there: Found) -> None:
    there.network["users"][1] = ACTIVATED._replace(previous_state=LATER)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lose, "lost: acme event 1"),
        (double, "2 times there: acme event 2"),
        (repeat, "out of order or twice"),
        (record_refused, "refused, and yet there: acme event 4"),
        (add_foreign, "nobody sent it"),
        (alter, "not as it was sent"),
        (alter_time, "not as it was sent"),
        (disorder, "out of order or twice"),
        (skip_in_feed, "not in the feed: ('2026-03-01T09:30:03.000Z', 'e-3')"),
        (repeat_in_feed, "2 times in the feed"),
        (invent_in_feed, "in the feed and not in the trail"),
        (lose_from_network, "in the network audit of userAccess at []"),
        (add_foreign_to_network, "nobody sent this record"),
        (lose_event_of_user, "has the states"),
        (lose_event_of_user_from_trail, "a change without its event in the trail"),
        (repeat_event_of_user, "has the states"),
        (forget_change, "its last event says"),
        (lose_user, "its last event says"),
        (add_user, "a user that nobody made"),
        (break_chain, "before it was"),
    ],
)
def test_each_fault_is_found(harm: Callable[[Found], None], said: str):
    there = copy.deepcopy(found())
    harm(there)
    assert any(said in fault for fault in faults(told(), there)), faults(told(), there)


@pytest.mark.parametrize("made", [True, False])
@pytest.mark.parametrize("half", ["neither", "user", "event"])
def test_a_user_of_whom_nobody_knows_is_there_with_its_event_or_not_at_all(made: bool, half: str):
    """Both or neither is right; one without the other is not."""
    unknown, there = told(), found()
    unknown.users = [ToldUser("acme", [ToldChange({"email_address": "ada@acme.example.com"})])]
    has_user, has_event = made or half == "user", made or half == "event"
    there.users = [{key: ADA[key] for key in ("id", "email_address", "status")}] if has_user else []
    there.network["users"] = [INVITED] if has_event else []
    there.trail[:2] = [change_in_trail(INVITED)] if has_event else []
    assert (faults(unknown, followed(there)) == []) == (has_user == has_event)


def unknown_change() -> Told:
    """As told, but nobody knows whether Ada was activated."""
    unknown = told()
    unknown.users[0].changes[1].outcome = Outcome.UNKNOWN
    return unknown


def test_a_change_that_is_unknown_is_there_with_its_event_or_not_at_all():
    assert faults(unknown_change(), found()) == []

    without = found()
    without.network["users"].remove(ACTIVATED)
    del without.trail[0]
    assert faults(unknown_change(), without) != []
    without.users[0]["status"] = "invited"
    assert faults(unknown_change(), followed(without)) == []
