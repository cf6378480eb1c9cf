"""The client of openapi-python-client lists, pages, records and reads errors."""

from datetime import datetime, timezone

import pytest

JUNE = {"from_date": datetime(2026, 6, 1, tzinfo=timezone.utc), "to_date": datetime(2026, 6, 2, tzinfo=timezone.utc)}


@pytest.fixture(scope="module")
def client(openapi_python_client, tenant):
    """A client that sends the token, and the dashboard's two headers, which this generator leaves to its user."""
    from audit_trail_client import AuthenticatedClient

    credential = tenant.credential
    keys = {"PLAID-CLIENT-ID": credential.client_id, "PLAID-SECRET": credential.secret}
    with AuthenticatedClient(base_url=tenant.url, token=credential.token, headers=keys) as client:
        yield client


def test_it_lists_every_user(client):
    from audit_trail_client.api.dashboard_users import dashboard_user_list
    from audit_trail_client.models import DashboardUserListRequest, DashboardUserStatus

    users, cursor = [], None
    while True:
        page = dashboard_user_list.sync(client=client, body=DashboardUserListRequest(cursor=cursor))
        users += page.dashboard_users
        cursor = page.next_cursor
        if cursor is None:
            break

    assert [user.id for user in users] == [f"user{number:05d}" for number in range(120)]
    assert users[1].status is DashboardUserStatus.ACTIVE
    assert users[0].created_at == datetime(2024, 1, 1, tzinfo=timezone.utc)


def test_it_makes_and_changes_a_user(client):
    from audit_trail_client.api.dashboard_users import dashboard_user_create, dashboard_user_update
    from audit_trail_client.models import DashboardUserCreateRequest, DashboardUserStatus, DashboardUserUpdateRequest, Role

    grace = DashboardUserCreateRequest(email_address="grace@example.com", name="Grace", role=Role.DEVELOPER)
    made = dashboard_user_create.sync(client=client, body=grace)
    change = DashboardUserUpdateRequest(dashboard_user_id=made.id, status=DashboardUserStatus.ACTIVE, name=None)
    changed = dashboard_user_update.sync(client=client, body=change, acting_user=made.id)

    assert (made.email_address, made.status) == ("grace@example.com", DashboardUserStatus.INVITED)
    assert (changed.id, changed.status) == (made.id, DashboardUserStatus.ACTIVE)


def test_it_pages_the_trail_forwards_and_back(client):
    from audit_trail_client.api.audit_trail import audit_trail_list

    def get(**parameters):
        return audit_trail_list.sync(client=client, end_date="2026-06-02", event_type="USER_LOGGED_ON", page_size=50, **parameters)

    first = get()
    second = get(cursor=first.next_)
    third = get(cursor=second.next_)
    back = get(cursor=third.previous)

    read = [event.event_description for page in (first, second, third) for event in page.results]
    assert read == [f"record {number}" for number in reversed(range(130))]
    assert third.next_ is None
    assert back.results == second.results


def test_it_reads_the_network_audit_to_the_end(client, tenant):
    from audit_trail_client.api.network_audit import user_access_audit_list

    def get(**parameters):
        return user_access_audit_list.sync_detailed(tenant.credential.account, client=client, **(JUNE | parameters))

    first = get()
    token, next_from_date = first.headers["nextContinuationToken"], first.headers["nextFromDate"]
    second = get(from_date=datetime.fromisoformat(next_from_date), next_continuation_token=token)

    rows = first.parsed.splitlines()[1:] + second.parsed.splitlines()[1:]
    assert [row.split(",")[2] for row in rows] == [f"n{number:05d}" for number in range(130)]
    assert first.headers["totalRecords"] == "130"
    assert "nextContinuationToken" not in second.headers


def test_it_records_an_event_with_free_details_once(client, tenant):
    from audit_trail_client.api.audit_trail import audit_trail_list, events_record
    from audit_trail_client.api.network_audit import user_access_audit_list_by_user
    from audit_trail_client.models import EventInput, EventPrincipal, EventsRecordRequest, EventSubject, EventSubjectCategory
    from audit_trail_client.models import JsonObject, Role

    event = EventInput(
        id="evt_1",
        created_at=datetime(2026, 7, 1, 9, 30, 0, 123_000, tzinfo=timezone.utc),
        event_type="USER_LOGGED_ON",
        event_description="Ada logged on",
        principal=EventPrincipal(name="Ada", email="ada@example.com", role=Role.ADMIN, ip_address="2001:db8::1"),
        subject=EventSubject(
            category=EventSubjectCategory.USERACCESS, entity_key="Network:UserAccess", entity_id="s-1", user_id="ada"
        ),
        message=JsonObject.from_dict({"Device": {"Kind": "laptop"}, "Tries": 2}),
        previous_state=None,
    )
    for replayed in (None, "true"):
        body = EventsRecordRequest(events=[event])
        answer = events_record.sync_detailed(client=client, body=body, idempotency_key="key-1")
        assert answer.status_code == 201
        assert answer.headers.get("Idempotency-Replayed") == replayed
        assert [(made.id, made.created_at) for made in answer.parsed.events] == [("evt_1", event.created_at)]

    page = audit_trail_list.sync(client=client, start_date="2026-07-01", end_date="2026-07-02", user_email="ada@example.com")
    assert [(found.id, found.ip_address, found.role) for found in page.results] == [("evt_1", "2001:db8::1", Role.ADMIN)]
    july = {"from_date": datetime(2026, 7, 1, tzinfo=timezone.utc), "to_date": datetime(2026, 8, 1, tzinfo=timezone.utc)}
    rows = user_access_audit_list_by_user.sync(tenant.credential.account, "ada", client=client, **july)
    assert '""Device"":{""Kind"":""laptop""},""Tries"":2' in rows


def test_it_reads_what_is_wrong_with_a_request(client):
    from audit_trail_client.api.audit_trail import audit_trail_list, events_record
    from audit_trail_client.api.dashboard_users import dashboard_user_get
    from audit_trail_client.models import DashboardUserGetRequest, EventsRecordRequest

    bad_cursor = audit_trail_list.sync(client=client, cursor="x")
    bad_date = audit_trail_list.sync(client=client, start_date="yesterday!")
    bad_user = dashboard_user_get.sync(client=client, body=DashboardUserGetRequest(dashboard_user_id="nobody"))
    bad_batch = events_record.sync(client=client, body=EventsRecordRequest(events=[]))

    assert bad_cursor.detail == "Invalid cursor"
    assert list(bad_date.additional_properties) == ["start_date"]
    assert (bad_user.error_code, bad_user.display_message) == ("INVALID_FIELD", None)
    assert bad_batch.additional_properties == {"events": ["must be a list of 1 to 50 events"]}
