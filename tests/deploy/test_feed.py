"""The feed of the deployed stack, from the table's stream to a collector: every event once, in the order of arrival."""

import json
import statistics
import time
from typing import Any

import expect
from conftest import Tenant
from feed_follower import FEED, Follower, ago, page, record
from test_recording import event
from wire import send

APPENDED_SECONDS_MAX = 10
MEASURED = 20


def ids(events: list[dict[str, Any]]) -> list[str]:
    """The ids of events of the feed."""
    return [event["id"] for event in events]


def test_every_event_comes_once_in_an_order_that_does_not_change(collected: Tenant):
    by_two, at_once = Follower(collected, limit=2), Follower(collected, limit=1000)
    moment = ago(seconds=5)
    steps = [
        [event("First", id="f-1", created_at=moment), event("Second", id="f-2", created_at=moment), event("Third", id="f-3")],
        [event("Back-dated", id="b-1", created_at=ago(hours=20))],
        [event("In the newest millisecond that was read", id="s-1", created_at=moment)],
        [event("Imported", id="i-1", created_at="2020-07-24T03:26:02.000Z"), event("Fourth", id="f-4")],
    ]

    for step in steps:
        record(collected, *step)
        new = [one["id"] for one in step]
        seen = len(by_two.events)
        assert sorted(ids(by_two.until(*new)[seen:])) == sorted(new)
        at_once.until(*new)

    assert by_two.events == at_once.events == Follower(collected, limit=3).follow()
    assert [one["position"] for one in by_two.events] == list(range(7))
    appended = [one["appended_at"] for one in by_two.events]
    assert appended == sorted(appended)
    assert by_two.follow() == []


def test_an_event_of_the_feed_is_all_that_was_recorded(collected: Tenant):
    subject = {"category": "userAccess", "entity_key": "App:Key", "entity_id": "key-1", "user_id": "usr_1"}
    whole = event("Whole", id="whole", created_at=ago(minutes=1), subject=subject, message_key="App:Invited", current_state={"Level": 1.0})

    record(collected, whole)

    found = Follower(collected).event("whole")
    for ours in ("position", "appended_at", "recorded_at"):
        assert found.pop(ours) is not None
    assert found == {
        "id": "whole",
        "created_at": whole["created_at"],
        "recorded_by": collected.credential.client_id,
        "event_type": "INVITED_USER",
        "event_description": "Whole",
        "principal": {"id": None, "name": "Ada", "email": "ada@example.com", "role": "ADMIN", "ip_address": "192.0.2.1"},
        "subject": subject,
        "message_key": "App:Invited",
        "message": None,
        "previous_state": None,
        "current_state": {"Level": 1.0},
    }


def test_a_collector_may_begin_at_a_position_at_a_time_or_now(collected: Tenant):
    events = Follower(collected).follow()
    third = events[2]

    assert Follower(collected, after="-1").follow() == events
    assert Follower(collected, after=str(third["position"])).follow() == events[3:]
    assert Follower(collected, since=third["appended_at"]).follow() == [
        one for one in events if one["appended_at"] >= third["appended_at"]
    ]
    from_now = Follower(collected, **{"from": "now"})
    assert from_now.follow() == []
    record(collected, event("After now", id="n-1"))
    assert ids(from_now.until("n-1")) == ["n-1"]


def test_a_page_of_lines_says_the_rest_in_headers(collected: Tenant):
    as_json = page(collected, limit="2")
    as_lines = send(collected.url, "GET", FEED, query="limit=2", headers=collected.bearer | {"Accept": "application/x-ndjson"})

    assert as_lines.status == 200
    assert as_lines.headers["Content-Type"].split(";")[0] == "application/x-ndjson"
    assert [json.loads(line) for line in as_lines.body.splitlines()] == as_json["events"]
    assert (as_lines.headers["X-Next"], as_lines.headers["X-Checkpoint"]) == (as_json["next"], as_json["checkpoint"])
    assert 'rel="next"' in as_lines.headers["Link"]


def test_the_feed_refuses_what_it_must_and_never_shows_another_account(collected: Tenant, empty: Tenant):
    checkpoint = page(collected)["checkpoint"]

    assert send(empty.url, "GET", FEED, query={"cursor": checkpoint}, headers=empty.bearer).status == 404
    nothing = page(empty)
    assert isinstance(nothing.pop("checkpoint"), str)
    assert nothing == {"events": [], "next": None, "behind": False}
    expect.trail_parameter_error(send(collected.url, "GET", FEED, query="limit=1001", headers=collected.bearer), "limit")
    expect.trail_parameter_error(send(collected.url, "GET", FEED, query="after=1000000", headers=collected.bearer), "after")
    expect.trail_detail_error(send(collected.url, "GET", FEED), 401, "Authentication credentials were not provided.")
    head = send(collected.url, "HEAD", FEED)
    assert (head.status, head.headers["Allow"]) == (405, "GET")


def test_an_event_is_in_the_feed_a_moment_after_it_was_recorded(collected: Tenant, figures: dict[str, str]):
    follower, took = Follower(collected, **{"from": "now"}), []
    follower.follow()

    for number in range(MEASURED):
        record(collected, event("Measured", id=f"measured-{number}"))
        recorded = time.monotonic()
        follower.until(f"measured-{number}")
        took.append(time.monotonic() - recorded)

    figures["from 201 to the feed"] = f"p50 {statistics.median(took):.1f} s, longest of {MEASURED} {max(took):.1f} s, with the emulator"
    assert ids(follower.events) == [f"measured-{number}" for number in range(MEASURED)]
    assert max(took) <= APPENDED_SECONDS_MAX
