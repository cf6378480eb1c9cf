"""Every endpoint that reads or writes the directory, through the deployed API: exact status, headers and body."""

import pytest

import expect
from conftest import ALL_SCOPES, Tenant
from network_client import HEADER_LINE
from stack import Stack
from wire import post_json, send

DAY = {"fromDate": "2026-03-01T00:00:00.000Z", "toDate": "2026-03-02T00:00:00.000Z"}
ADA = {"id": "usr_ada", "created_at": "2020-07-24T03:26:02.000Z", "email_address": "ada@example.com", "status": "active"}


def audited(event_id: str, category: str, when: str) -> dict:
    """An event that is in the network audit too."""
    return {
        "id": event_id,
        "created_at": when,
        "event_type": "USER_LOGGED_ON",
        "event_description": f"Event {event_id}",
        "principal": {"id": "usr_ada", "name": "Ada, L.", "email": "ada@example.com", "role": "ADMIN", "ip_address": "192.0.2.1"},
        "subject": {"category": category, "entity_key": "Network:Team", "entity_id": event_id, "user_id": "usr_ada"},
        "message_key": "Network:UserSeen",
    }


@pytest.fixture(scope="module")
def filled(stack: Stack, url: str) -> Tenant:
    """An account with one user and an event of each category, recorded through the API."""
    tenant = Tenant(url, "filled", stack.create_credential("filled", *ALL_SCOPES))
    stack.import_users("filled", [ADA | {"name": "Ada"}])
    events = [
        audited("evt_access", "userAccess", "2026-03-01T09:00:00.000Z"),
        audited("evt_users", "users", "2026-03-01T10:00:00.000Z"),
    ]
    assert post_json(url, "/audit-trail/events", {"events": events}, headers=tenant.bearer).status == 201
    return tenant


def test_a_user_is_read(filled: Tenant):
    answer = post_json(filled.url, "/dashboard_user/get", filled.keys | {"dashboard_user_id": "usr_ada"})

    assert answer.status == 200, answer
    expect.common_headers(answer)
    assert answer.json() == ADA | {"request_id": answer.headers["X-Request-Id"]}


def test_users_are_listed(filled: Tenant):
    answer = post_json(filled.url, "/dashboard_user/list", filled.keys)

    assert answer.status == 200, answer
    expect.common_headers(answer)
    assert answer.json() == {"dashboard_users": [ADA], "next_cursor": None, "request_id": answer.headers["X-Request-Id"]}


def test_a_user_is_made_and_changed_and_both_are_in_the_trail(stack: Stack, url: str):
    writer = Tenant(url, "writer", stack.create_credential("writer", *ALL_SCOPES))

    made = post_json(url, "/dashboard_user/create", writer.keys | {"email_address": "grace@example.com"})
    user = made.json()["id"]
    change = {"dashboard_user_id": user, "email_address": "hopper@example.com"}
    changed = post_json(url, "/dashboard_user/update", writer.keys | change)

    assert (made.status, changed.status) == (200, 200), (made, changed)
    assert made.json()["email_address"] == "grace@example.com"
    assert changed.json()["email_address"] == "hopper@example.com"
    trail = send(url, "GET", "/audit-trail", headers=writer.bearer).json()["results"]
    assert [event["event_type"] for event in trail] == ["CHANGED_PERSONAL_INFORMATION", "INVITED_USER"]


@pytest.mark.parametrize("path", ["/audit-trail", "/hris/v1/audit-trail"])
def test_the_trail_is_read(filled: Tenant, path):
    answer = send(filled.url, "GET", path, query={"event_type": "USER_LOGGED_ON"}, headers=filled.bearer)

    assert answer.status == 200, answer
    expect.common_headers(answer)
    assert answer.json() == {
        "next": None,
        "previous": None,
        "results": [
            {
                "id": event_id,
                "user_name": "Ada, L.",
                "user_email": "ada@example.com",
                "role": "ADMIN",
                "ip_address": "192.0.2.1",
                "event_type": "USER_LOGGED_ON",
                "event_description": f"Event {event_id}",
                "created_at": created_at,
            }
            for event_id, created_at in [
                ("evt_users", "2026-03-01T10:00:00.000Z"),
                ("evt_access", "2026-03-01T09:00:00.000Z"),
            ]
        ],
    }


def row(event_id: str, when: str) -> str:
    """The line of the network audit for one of the events above."""
    person = '""Id"":""usr_ada"",""Name"":""Ada, L."",""Email"":""ada@example.com""'
    principal = f'{{{person},""Role"":""ADMIN"",""IpAddress"":""192.0.2.1""}}'
    message = f'{{""Type"":""USER_LOGGED_ON"",""Description"":""Event {event_id}""}}'
    return f'Network:UserSeen,Network:Team,{event_id},{when},"{principal}","{message}",,\r\n'


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("userAccess", row("evt_access", "2026-03-01T09:00:00.000Z")),
        ("userAccess/usr_ada", row("evt_access", "2026-03-01T09:00:00.000Z")),
        ("users", row("evt_users", "2026-03-01T10:00:00.000Z")),
        ("users/usr_ada", row("evt_users", "2026-03-01T10:00:00.000Z")),
    ],
)
def test_the_network_audit_is_read(filled: Tenant, path, line):
    answer = send(filled.url, "GET", f"/network/audit/accounts/filled/{path}", query=DAY, headers=filled.vbrick)

    assert answer.status == 200, answer
    expect.common_headers(answer)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["totalrecords"] == "1"
    assert answer.body == HEADER_LINE + line.encode()


def test_an_account_in_which_nothing_happened_is_empty_everywhere(empty: Tenant):
    assert post_json(empty.url, "/dashboard_user/list", empty.keys).json()["dashboard_users"] == []
    assert send(empty.url, "GET", "/audit-trail", headers=empty.bearer).json()["results"] == []
    for path in ("userAccess", "users", "userAccess/usr_ada", "users/usr_ada"):
        answer = send(empty.url, "GET", f"/network/audit/accounts/empty/{path}", query=DAY, headers=empty.vbrick)
        assert (answer.status, answer.body) == (200, HEADER_LINE)
