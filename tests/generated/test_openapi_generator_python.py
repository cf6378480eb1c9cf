"""The Python client of openapi-generator lists, pages, records and reads errors.

It gives the headers of an answer as a plain `dict`, by the names as they came: the service sends them in lower case.
"""

from datetime import datetime, timezone
from typing import Iterator

import pytest

from generators import needs_java

pytestmark = needs_java
JUNE = {"from_date": datetime(2026, 6, 1, tzinfo=timezone.utc), "to_date": datetime(2026, 6, 2, tzinfo=timezone.utc)}


@pytest.fixture(scope="module")
def client(openapi_generator, tenant) -> Iterator[object]:
    """A client with the credential in all the ways in which the document asks for it."""
    import audit_trail

    credential = tenant.credential
    configuration = audit_trail.Configuration(
        host=tenant.url,
        api_key={"clientId": credential.client_id, "secret": credential.secret},
        access_token=credential.token,
    )
    with audit_trail.ApiClient(configuration) as client:
        yield client


def test_it_lists_every_user(client):
    from audit_trail import DashboardUserListRequest, DashboardUsersApi

    users, cursor = [], None
    while True:
        page = DashboardUsersApi(client).dashboard_user_list(DashboardUserListRequest(cursor=cursor))
        users += page.dashboard_users
        cursor = page.next_cursor
        if cursor is None:
            break

    assert [user.id for user in users] == [f"user{number:05d}" for number in range(120)]
    assert [user.status for user in users[:3]] == ["invited", "active", "deactivated"]
    assert users[0].created_at == datetime(2024, 1, 1, tzinfo=timezone.utc)


def test_it_makes_and_changes_a_user(client):
    from audit_trail import DashboardUserCreateRequest, DashboardUsersApi, DashboardUserUpdateRequest

    made = DashboardUsersApi(client).dashboard_user_create(
        DashboardUserCreateRequest(email_address="zoe@example.com", name="Zoë", role="ADMIN")
    )
    changed = DashboardUsersApi(client).dashboard_user_update(
        DashboardUserUpdateRequest(dashboard_user_id=made.id, status="active", name=None), acting_user=made.id
    )

    assert (made.email_address, made.status) == ("zoe@example.com", "invited")
    assert (changed.id, changed.status) == (made.id, "active")


def test_it_pages_the_trail_forwards_and_back(client):
    from audit_trail import AuditTrailApi

    def get(**parameters):
        return AuditTrailApi(client).audit_trail_list(end_date="2026-06-02", event_type="USER_LOGGED_ON", page_size=50, **parameters)

    first = get()
    second = get(cursor=first.next)
    third = get(cursor=second.next)
    back = get(cursor=third.previous)

    read = [event.event_description for page in (first, second, third) for event in page.results]
    assert read == [f"record {number}" for number in reversed(range(130))]
    assert third.next is None
    assert back.results == second.results


def test_it_reads_the_network_audit_to_the_end(client, tenant):
    from audit_trail import NetworkAuditApi

    def get(**parameters):
        return NetworkAuditApi(client).user_access_audit_list_with_http_info(tenant.credential.account, **(JUNE | parameters))

    first = get()
    token, next_from_date = first.headers["nextcontinuationtoken"], first.headers["nextfromdate"]
    second = get(from_date=datetime.fromisoformat(next_from_date), next_continuation_token=token)

    rows = first.data.splitlines()[1:] + second.data.splitlines()[1:]
    assert [row.split(",")[2] for row in rows] == [f"n{number:05d}" for number in range(130)]
    assert first.headers["totalrecords"] == "130"
    assert "nextcontinuationtoken" not in second.headers


def test_it_records_an_event_with_free_details_once(client):
    from audit_trail import AuditTrailApi, EventInput, EventPrincipal, EventsRecordRequest, EventSubject, Role

    event = EventInput(
        id="evt_1",
        created_at=datetime(2026, 7, 1, 9, 30, 0, 123_000, tzinfo=timezone.utc),
        event_type="INVITED_USER",
        event_description="Ada invited Zoë",
        principal=EventPrincipal(name="Ada", email="ada@example.com", role=Role.ADMIN, ip_address="2001:db8::1"),
        subject=EventSubject(category="userAccess", entity_key="Network:UserAccess", entity_id="usr_2", user_id="usr_2"),
        message={"Channel": "e-mail", "Tries": 2, "To": ["zoe@example.com"]},
        previous_state=None,
        current_state={"Status": "invited"},
    )
    for replayed in (None, "true"):
        answer = AuditTrailApi(client).events_record_with_http_info(EventsRecordRequest(events=[event]), idempotency_key="key-1")
        assert answer.status_code == 201
        assert answer.headers.get("idempotency-replayed") == replayed
        assert [(made.id, made.created_at) for made in answer.data.events] == [("evt_1", event.created_at)]

    page = AuditTrailApi(client).audit_trail_list(start_date="2026-07-01", end_date="2026-07-02", user_email="ada@example.com")
    assert [(found.id, found.ip_address, found.role) for found in page.results] == [("evt_1", "2001:db8::1", "ADMIN")]


def test_it_gives_the_details_to_the_network_audit(client, tenant):
    from audit_trail import AuditTrailApi, EventInput, EventPrincipal, EventsRecordRequest, EventSubject, NetworkAuditApi, Role

    event = EventInput(
        created_at=datetime(2026, 8, 1, tzinfo=timezone.utc),
        event_type="USER_LOGGED_ON",
        event_description="Grace logged on",
        principal=EventPrincipal(role=Role.MEMBER, ip_address="203.0.113.7"),
        subject=EventSubject(category="userAccess", entity_key="Network:UserAccess", entity_id="s-1", user_id="grace"),
        message={"Device": {"Kind": "laptop"}},
    )
    AuditTrailApi(client).events_record(EventsRecordRequest(events=[event]))

    july = {"from_date": datetime(2026, 7, 1, tzinfo=timezone.utc), "to_date": datetime(2026, 9, 1, tzinfo=timezone.utc)}
    rows = NetworkAuditApi(client).user_access_audit_list_by_user(tenant.credential.account, "grace", **july)
    assert '""Device"":{""Kind"":""laptop""}' in rows


def test_it_reads_what_is_wrong_with_a_request(client):
    from audit_trail import AuditTrailApi, DashboardUserGetRequest, DashboardUsersApi
    from audit_trail.exceptions import BadRequestException, NotFoundException

    with pytest.raises(NotFoundException) as bad_cursor:
        AuditTrailApi(client).audit_trail_list(cursor="x")
    with pytest.raises(BadRequestException) as bad_user:
        DashboardUsersApi(client).dashboard_user_get(DashboardUserGetRequest(dashboard_user_id="nobody"))
    with pytest.raises(BadRequestException) as bad_date:
        AuditTrailApi(client).audit_trail_list(start_date="yesterday!")

    assert bad_cursor.value.data.detail == "Invalid cursor"
    assert bad_user.value.data.error_code == "INVALID_FIELD"
    assert bad_user.value.data.display_message is None
    assert list(bad_date.value.data) == ["start_date"]
