"""The official Python clients, unmodified, against the deployed API."""

import plaid
import pytest
from merge import Merge
from merge.core.api_error import ApiError
from plaid.api import plaid_api
from plaid.model.dashboard_user_get_request import DashboardUserGetRequest
from plaid.model.dashboard_user_list_request import DashboardUserListRequest

from conftest import ALL_SCOPES, Tenant
from network_client import STOP_RULES, NetworkClient
from stack import Stack
from wire import post_json

# More than one page of each dialect.
COUNT = 130


@pytest.fixture(scope="module")
def many(stack: Stack, url: str) -> Tenant:
    """An account with numbered users and events, to be walked."""
    tenant = Tenant(url, "many", stack.create_credential("many", *ALL_SCOPES))
    stack.import_users("many", [user(number) for number in range(COUNT)])
    for first in range(0, COUNT, 50):
        events = [event(number) for number in range(first, min(first + 50, COUNT))]
        assert post_json(url, "/audit-trail/events", {"events": events}, headers=tenant.bearer).status == 201
    return tenant


def user(number: int) -> dict:
    """A numbered user."""
    return {
        "id": f"usr_{number:03d}",
        "email_address": f"user{number:03d}@example.com",
        "status": "active",
        "created_at": "2026-01-01T00:00:00.000Z",
    }


def event(number: int) -> dict:
    """A numbered event, one a second."""
    return {
        "id": f"evt_{number:03d}",
        "created_at": f"2026-03-01T00:{number // 60:02d}:{number % 60:02d}.000Z",
        "event_type": "INVITED_USER",
        "event_description": f"Event {number}",
        "principal": {"role": "ADMIN", "ip_address": "192.0.2.1"},
        "subject": {"category": "users", "entity_key": "Network:Team", "entity_id": f"usr_{number:03d}", "user_id": "usr_000"},
    }


def plaid_client(tenant: Tenant, secret: str) -> plaid_api.PlaidApi:
    """The client as its own documentation sets it up."""
    keys = {"clientId": tenant.credential.client_id, "secret": secret}
    return plaid_api.PlaidApi(plaid.ApiClient(plaid.Configuration(host=tenant.url, api_key=keys)))


def test_plaid_python_lists_every_user_once(many: Tenant):
    api = plaid_client(many, many.credential.secret)

    pages = [api.dashboard_user_list(DashboardUserListRequest())]
    while pages[-1].next_cursor is not None:
        pages.append(api.dashboard_user_list(DashboardUserListRequest(cursor=pages[-1].next_cursor)))

    assert [found.id for page in pages for found in page.dashboard_users] == [f"usr_{number:03d}" for number in range(COUNT)]
    assert len(pages) == 2


def test_plaid_python_reads_one_user(many: Tenant):
    found = plaid_client(many, many.credential.secret).dashboard_user_get(DashboardUserGetRequest(dashboard_user_id="usr_007"))

    assert (found.id, found.email_address, found.status.value) == ("usr_007", "user007@example.com", "active")


def test_plaid_python_reports_a_wrong_secret(many: Tenant):
    with pytest.raises(plaid.ApiException) as caught:
        plaid_client(many, "wrong").dashboard_user_list(DashboardUserListRequest())

    assert caught.value.status == 400
    assert '"error_code":"INVALID_API_KEYS"' in caught.value.body


def test_merge_walks_the_trail_newest_first_and_back(many: Tenant):
    api = Merge(base_url=many.url, api_key=many.credential.token)

    pages = [api.ats.audit_trail.list(page_size=50)]
    while pages[-1].next is not None:
        pages.append(api.ats.audit_trail.list(page_size=50, cursor=pages[-1].next))
    back = api.ats.audit_trail.list(page_size=50, cursor=pages[1].previous)

    assert [found.id for page in pages for found in page.results] == [f"evt_{number:03d}" for number in reversed(range(COUNT))]
    assert [len(page.results) for page in pages] == [50, 50, 30]
    assert [found.id for found in back.results] == [found.id for found in pages[0].results]


def test_merge_reports_a_wrong_token(many: Tenant):
    with pytest.raises(ApiError) as caught:
        Merge(base_url=many.url, api_key="wrong").ats.audit_trail.list()

    assert caught.value.status_code == 401


@pytest.mark.parametrize("stop", STOP_RULES, ids=lambda rule: rule.__name__)
def test_the_network_client_walks_every_record_once(many: Tenant, stop):
    client = NetworkClient(many.url, "many", many.credential.token)

    pages = client.walk("users", "2026-03-01T00:00:00.000Z", "2026-03-02T00:00:00.000Z", stop=stop)

    assert [found.entity_id for page in pages for found in page.records] == [f"usr_{number:03d}" for number in range(COUNT)]
    assert [len(page.records) for page in pages] == [100, 30]
