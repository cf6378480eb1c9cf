"""Holds what is there against what clients were told. Every fault is one sentence; none is all there is to say."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from network_client import Record
from told import TRAIL_FIELDS, Outcome, Told, ToldEvent, ToldUser


@dataclass
class Found:
    """What one account has in the end: the whole trail, what a collector read, each category of the network audit, and the users."""

    account: str
    trail: list[dict[str, Any]] = field(default_factory=list)
    feed: list[dict[str, Any]] = field(default_factory=list)
    network: dict[str, list[Record]] = field(default_factory=lambda: {"users": [], "userAccess": []})
    users: list[dict[str, Any]] = field(default_factory=list)


def faults(told: Told, found: Found) -> list[str]:
    """Everything that is not as the clients of the account were told."""
    events = {event.mark: event for event in told.events if event.account == found.account}
    users = [user for user in told.users if user.account == found.account]
    return [
        *faults_of_order(found),
        *faults_of_feed(found),
        *faults_of_events(events, found),
        *faults_of_network(events, found),
        *faults_of_users(users, found),
        *faults_of_directory(events, users, found),
    ]


def faults_of_order(found: Found) -> list[str]:
    """The trail is newest first, no event twice; the network audit is oldest first."""
    keys = [(event["created_at"], event["id"]) for event in found.trail]
    said = [f"out of order or twice: {later} before {earlier}" for later, earlier in zip(keys, keys[1:]) if later <= earlier]
    for category, records in found.network.items():
        times = [record.when for record in records]
        said += [f"{category} out of order: {one} before {two}" for one, two in zip(times, times[1:]) if one > two]
    return said


def faults_of_feed(found: Found) -> list[str]:
    """Whoever follows the feed has every event of the trail, each once, and no other."""
    read = Counter((event["created_at"], event["id"]) for event in found.feed)
    there = {(event["created_at"], event["id"]) for event in found.trail}
    said = [f"{times} times in the feed: {key}" for key, times in read.items() if times > 1]
    said += [f"not in the feed: {key}" for key in sorted(there - set(read))]
    return said + [f"in the feed and not in the trail: {key}" for key in sorted(set(read) - there)]


def faults_of_events(told: dict[str, ToldEvent], found: Found) -> list[str]:
    """Each event that is done is there once, as it was sent; none that was refused; one that is unknown once or not at all."""
    there: dict[str, list[dict[str, Any]]] = {}
    for event in found.trail:
        there.setdefault(event["event_description"], []).append(event)
    said = []
    for mark, event in told.items():
        copies = there.get(mark, [])
        if len(copies) > 1:
            said.append(f"{len(copies)} times there: {mark}")
        if event.outcome is Outcome.DONE and not copies:
            said.append(f"lost: {mark}")
        if event.outcome is Outcome.REFUSED and copies:
            said.append(f"refused, and yet there: {mark}")
        said += [f"not as it was sent: {copy}" for copy in copies if not is_as_sent(event, copy)]
    return said


def is_as_sent(event: ToldEvent, found: dict[str, Any]) -> bool:
    """Whether content, id and time are what the client sent or was told."""
    same = {name: found[name] for name in TRAIL_FIELDS} == event.shown()
    return same and event.id in (None, found["id"]) and event.created_at in (None, found["created_at"])


def faults_of_network(told: dict[str, ToldEvent], found: Found) -> list[str]:
    """What has a subject is in the network audit of its category as often as in the trail, at the same time."""
    said = []
    trail = {event["event_description"]: event["created_at"] for event in found.trail}
    for category, records in found.network.items():
        times: dict[str, list[str]] = {}
        for record in records:
            times.setdefault(record.entity_id, []).append(record.when)
        for mark, event in told.items():
            expected = [trail[mark]] if mark in trail and event.category == category else []
            if (got := times.get(mark.replace(" ", "."), [])) != expected:
                said.append(f"in the network audit of {category} at {got}, in the trail at {expected}: {mark}")
    return said


def faults_of_users(told: list[ToldUser], found: Found) -> list[str]:
    """Each user is as its last change left it, each change has its event, and each event is of a change."""
    by_email = {user["email_address"]: user for user in found.users}
    said = [f"a user that nobody made: {user}" for user in found.users if not any(is_of(user, one) for one in told)]
    records: dict[str, list[Record]] = {}
    for record in found.network["users"]:
        records.setdefault(record.entity_id, []).append(record)
    for user in told:
        there = next((by_email[email] for email in user.email_addresses if email in by_email), None)
        if user.id is None and there is not None:
            user.id = there["id"]  # whether it was made was not known: it was
        said += faults_of_user(user, there, records.get(user.id or "", []))
    return said


def is_of(found: dict[str, Any], user: ToldUser) -> bool:
    """Whether this is that user."""
    return found["id"] == user.id if user.id else found["email_address"] in user.email_addresses


def faults_of_user(user: ToldUser, there: dict[str, Any] | None, records: list[Record]) -> list[str]:
    """What is wrong with one user: its states are those that it was told, with the last change or without if it is unknown."""
    name = user.changes[0].fields["email_address"]
    states = [record.current_state for record in records]
    if states not in (user.states(known=True), user.states(known=False)):
        return [f"{name} has the states {states}, and was told {user.states(known=True)}"]
    last = states[-1] if states else None
    shown = {key: last[key] for key in ("id", "email_address", "status")} if last else None
    has = {key: there[key] for key in ("id", "email_address", "status")} if there else None
    said = [] if shown == has else [f"{name} is {has}, and its last event says {shown}"]
    before = [record.previous_state for record in records]
    if before != [{}, *states][: len(states)]:
        said.append(f"{name} was {before} before it was {states}")
    times = [record.when for record in records]
    return said if len(set(times)) == len(times) else [*said, f"two changes of {name} at one time: {times}"]


def faults_of_directory(events: dict[str, ToldEvent], users: list[ToldUser], found: Found) -> list[str]:
    """What the trail and the network audit have besides the events that were sent are those of users, the same in both."""
    ids = {user.id for user in users}
    sent = {mark.replace(" ", ".") for mark in events}
    said = [
        f"nobody sent this record: {record}"
        for records in found.network.values()
        for record in records
        if record.entity_id not in sent and record.entity_id not in ids
    ]
    changes = [record for record in found.network["users"] if record.entity_id in ids]
    told = Counter((record.when, record.message["Type"], record.message["Description"]) for record in changes)
    others = [event for event in found.trail if event["event_description"] not in events]
    there = Counter((event["created_at"], event["event_type"], event["event_description"]) for event in others)
    said += [f"in the trail, and nobody sent it: {event}" for event in (there - told).elements()]
    return said + [f"a change without its event in the trail: {event}" for event in (told - there).elements()]
