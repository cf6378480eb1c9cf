"""The system log of the deployed stack: the feed in another shape, by a role of its own."""

import re

import pytest

import expect
from conftest import ALL_SCOPES, Tenant
from feed_follower import Follower, ago, record
from stack import Stack
from test_recording import event
from wire import Answer, send

LOGS = "/api/v1/logs"
LINKS = re.compile(r'(?:<([^>]+)>; rel="next", )?<([^>]+)>; rel="self"')


@pytest.fixture(scope="module")
def watched(stack: Stack, url: str) -> Tenant:
    """An account that a SIEM reads."""
    return Tenant(url, "watched", stack.create_credential("watched", *ALL_SCOPES))


def ask(tenant: Tenant, query: str = "") -> Answer:
    """The answer to a request with this query."""
    return send(tenant.url, "GET", LOGS, query=query, headers=tenant.ssws)


def links(answer: Answer) -> tuple[str | None, str]:
    """The queries of the next page's URL and of its own."""
    (header,) = answer.headers.get_all("Link")
    following, own = LINKS.fullmatch(header).groups()
    assert own.split("?")[0].endswith(LOGS)
    return following and following.partition("?")[2], own.partition("?")[2]


def test_the_system_log_is_the_feed_in_another_shape(watched: Tenant):
    follower = Follower(watched)
    for number in range(3):
        record(watched, event("For the SIEM", id=f"new-{number}"), event("Back-dated", id=f"old-{number}", created_at=ago(hours=19 + number)))
    ids = [f"{age}-{number}" for age in ("new", "old") for number in range(3)]
    feed = [(one["id"], str(one["position"]), one["appended_at"]) for one in follower.until(*ids)]

    read, query = [], "limit=2"
    while True:
        answer = ask(watched, query)
        assert answer.status == 200, answer
        expect.common_headers(answer)
        read += [(one["uuid"], one["debugContext"]["debugData"]["position"], one["published"]) for one in answer.json()]
        following, own = links(answer)
        if following == own:
            break
        query = following
    assert read == feed
    assert answer.json() == [], "at the end it leads to itself"

    newest = ask(watched, f"sortOrder=DESCENDING&limit=1&since={feed[0][2]}").json()
    assert newest[0]["uuid"] == feed[-1][0]
    assert ask(watched, f"since={feed[0][2]}&until={feed[0][2]}").json() == []
    assert ask(watched, "filter=eventType%20eq%20%22NEVER_HAPPENED%22").json() == []


def test_what_it_refuses_is_in_the_vendors_words(watched: Tenant):
    answer = ask(watched, "limit=0")

    assert (answer.status, answer.json()["errorCode"]) == (400, "E0000001")
    assert set(answer.json()) == expect.OKTA_ERROR_KEYS
    nobody = send(watched.url, "GET", LOGS, headers={"Authorization": "SSWSnobody.wrong"})
    assert (nobody.status, nobody.json()["errorCode"]) == (401, "E0000011")
