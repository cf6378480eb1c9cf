"""The official `plaid-python` client, unmodified, against `audit serve`."""

import json
from datetime import datetime, timezone
from types import SimpleNamespace

import plaid
import pytest
from plaid.api import plaid_api
from plaid.model.dashboard_user_get_request import DashboardUserGetRequest
from plaid.model.dashboard_user_get_response import DashboardUserGetResponse
from plaid.model.dashboard_user_list_request import DashboardUserListRequest
from plaid.model.dashboard_user_list_response import DashboardUserListResponse
from plaid.model.plaid_error import PlaidError

import corpus
import expect
from conftest import Tenant, make_tenant
from server import Server


def client(url: str, client_id: str | None, secret: str | None) -> plaid_api.PlaidApi:
    """The client as its own documentation sets it up; None leaves that key out."""
    keys = {name: value for name, value in (("clientId", client_id), ("secret", secret)) if value is not None}
    return plaid_api.PlaidApi(plaid.ApiClient(plaid.Configuration(host=url, api_key=keys)))


def client_of(tenant: Tenant) -> plaid_api.PlaidApi:
    """The client of an account's owner."""
    return client(tenant.url, tenant.credential.client_id, tenant.credential.secret)


def walk(api: plaid_api.PlaidApi) -> list[DashboardUserListResponse]:
    """The documented loop: follow `next_cursor` until it is null."""
    pages = [api.dashboard_user_list(DashboardUserListRequest())]
    while pages[-1].next_cursor is not None:
        assert len(pages) < 100, "the cursor never ends"
        pages.append(api.dashboard_user_list(DashboardUserListRequest(cursor=pages[-1].next_cursor)))
    return pages


def refusal(call) -> tuple[plaid.ApiException, dict]:
    """The exception that a user of the client catches, and its body; the client can parse it into its own type."""
    with pytest.raises(plaid.ApiException) as caught:
        call()
    body = json.loads(caught.value.body)
    parsed = plaid.ApiClient().deserialize(SimpleNamespace(data=caught.value.body), (PlaidError,), True)
    assert (parsed.error_type.value, parsed.error_code) == (body["error_type"], body["error_code"])
    return caught.value, body


# ---------------------------------------------------------------------------------------------------------------------
# get


@pytest.mark.parametrize(
    ("user_id", "created_at", "email_address", "status"),
    [
        ("54350110fedcbaf01234ffee", datetime(2020, 7, 24, 3, 26, 2), "ada@example.com", "active"),
        ("54350110fedcbaf01234ffef", datetime(2024, 2, 29, 23, 59, 59, 999_000), "zoe+audit@example.com", "invited"),
        ("usr_1SUuwqBdK75GKi", datetime(1999, 12, 31, 23, 59, 59), "o'brien@example.com", "deactivated"),
    ],
)
def test_a_user_has_every_attribute_of_the_clients_type(acme, user_id, created_at, email_address, status):
    answer = client_of(acme).dashboard_user_get(DashboardUserGetRequest(dashboard_user_id=user_id))

    assert isinstance(answer, DashboardUserGetResponse)
    assert answer.id == user_id
    assert answer.created_at == created_at.replace(tzinfo=timezone.utc)
    assert answer.email_address == email_address
    assert answer.status.value == status
    assert expect.REQUEST_ID.fullmatch(answer.request_id)


def test_credentials_in_the_body_are_as_good_as_in_headers(acme):
    api = client(acme.url, None, None)

    answer = api.dashboard_user_get(DashboardUserGetRequest(dashboard_user_id="usr_1SUuwqBdK75GKi", **acme.keys))

    assert answer.id == "usr_1SUuwqBdK75GKi"


def test_the_same_credentials_in_body_and_headers_are_accepted(acme):
    answer = client_of(acme).dashboard_user_list(DashboardUserListRequest(**acme.keys))

    assert len(answer.dashboard_users) == 3


def test_a_base_url_may_end_in_a_slash(acme):
    api = client(acme.url + "/", acme.credential.client_id, acme.credential.secret)  # sends //dashboard_user/list

    assert len(api.dashboard_user_list(DashboardUserListRequest()).dashboard_users) == 3


def test_request_ids_differ_from_call_to_call(acme):
    api = client_of(acme)

    request_ids = {api.dashboard_user_list(DashboardUserListRequest()).request_id for _ in range(5)}

    assert len(request_ids) == 5


# ---------------------------------------------------------------------------------------------------------------------
# list


def test_a_list_has_every_attribute_of_the_clients_type(acme):
    answer = client_of(acme).dashboard_user_list(DashboardUserListRequest())

    assert isinstance(answer, DashboardUserListResponse)
    assert [
        (user.id, user.created_at, user.email_address, user.status.value) for user in answer.dashboard_users
    ] == [
        ("54350110fedcbaf01234ffee", utc(2020, 7, 24, 3, 26, 2), "ada@example.com", "active"),
        ("54350110fedcbaf01234ffef", utc(2024, 2, 29, 23, 59, 59, 999_000), "zoe+audit@example.com", "invited"),
        ("usr_1SUuwqBdK75GKi", utc(1999, 12, 31, 23, 59, 59), "o'brien@example.com", "deactivated"),
    ]
    assert answer.next_cursor is None
    assert expect.REQUEST_ID.fullmatch(answer.request_id)


def utc(*parts: int) -> datetime:
    """A moment in UTC."""
    return datetime(*parts, tzinfo=timezone.utc)


def test_an_account_without_users_lists_none(empty):
    answer = client_of(empty).dashboard_user_list(DashboardUserListRequest())

    assert answer.dashboard_users == []
    assert answer.next_cursor is None


def test_a_null_cursor_means_the_first_page(acme):
    answer = client_of(acme).dashboard_user_list(DashboardUserListRequest(cursor=None))

    assert len(answer.dashboard_users) == 3


@pytest.mark.parametrize(
    ("count", "page_lengths"),
    [(1, [1]), (99, [99]), (100, [100]), (101, [100, 1]), (200, [100, 100]), (250, [100, 100, 50])],
)
def test_the_cursor_loop_reads_every_user_once_in_order(server: Server, count, page_lengths):
    users = [corpus.numbered_user(number) for number in range(count)]
    tenant = make_tenant(server, f"directory{count}", users=users)

    pages = walk(client_of(tenant))

    assert [len(page.dashboard_users) for page in pages] == page_lengths
    assert [user.id for page in pages for user in page.dashboard_users] == [f"user{number:05d}" for number in range(count)]
    assert [user.status.value for page in pages for user in page.dashboard_users] == [user["status"] for user in users]


def test_users_who_join_during_a_walk_disturb_nobody_elses_place(server: Server):
    tenant = make_tenant(server, "joining", users=[corpus.numbered_user(number) for number in range(0, 400, 2)])
    api = client_of(tenant)
    first = api.dashboard_user_list(DashboardUserListRequest())

    server.import_users("joining", [corpus.numbered_user(number) for number in (1, 197, 199, 201, 399)])
    second = api.dashboard_user_list(DashboardUserListRequest(cursor=first.next_cursor))
    third = api.dashboard_user_list(DashboardUserListRequest(cursor=second.next_cursor))

    seen = [user.id for page in (first, second, third) for user in page.dashboard_users]
    assert len(seen) == len(set(seen))
    assert [user for user in seen if int(user[4:]) % 2 == 0] == [f"user{number:05d}" for number in range(0, 400, 2)]
    assert third.next_cursor is None


def test_every_demo_user_can_be_listed_and_fetched(demo_server: Server):
    api = client(demo_server.url, "demo", "local-demo-secret")

    listed = walk(api)[0].dashboard_users
    fetched = api.dashboard_user_get(DashboardUserGetRequest(dashboard_user_id=listed[0].id))

    assert len(listed) == 40
    assert {user.status.value for user in listed} == {"invited", "active", "deactivated"}
    assert (fetched.id, fetched.email_address) == (listed[0].id, listed[0].email_address)


# ---------------------------------------------------------------------------------------------------------------------
# Errors, row by row.


def both_calls(api: plaid_api.PlaidApi, **fields):
    """Each endpoint, called with the same extra fields."""
    return [
        lambda: api.dashboard_user_get(DashboardUserGetRequest(dashboard_user_id="usr_1SUuwqBdK75GKi", **fields)),
        lambda: api.dashboard_user_list(DashboardUserListRequest(**fields)),
    ]


@pytest.mark.parametrize("call", [0, 1], ids=["get", "list"])
def test_an_unknown_field_is_named(acme, call):
    exception, body = refusal(both_calls(client_of(acme), dashboard_user="x")[call])

    assert exception.status == 400
    expect.plaid_error(
        body,
        "INVALID_REQUEST",
        "UNKNOWN_FIELDS",
        "the following fields are not recognized by this endpoint: dashboard_user",
    )


@pytest.mark.parametrize("call", [0, 1], ids=["get", "list"])
@pytest.mark.parametrize(
    ("client_id", "secret", "missing"),
    [(None, None, {"client_id", "secret"}), ("demo", None, {"secret"}), (None, "s", {"client_id"})],
)
def test_missing_keys_are_named(acme, call, client_id, secret, missing):
    exception, body = refusal(both_calls(client(acme.url, client_id, secret))[call])

    assert exception.status == 400
    expect.plaid_fields_error(body, "MISSING_FIELDS", "the following required fields are missing: ", missing)


def test_every_missing_field_is_named_at_once(acme):
    api = client(acme.url, None, None)
    request = DashboardUserGetRequest(dashboard_user_id="")
    del request._data_store["dashboard_user_id"]  # the client itself would never leave it out

    exception, body = refusal(lambda: api.dashboard_user_get(request))

    assert exception.status == 400
    expect.plaid_fields_error(
        body,
        "MISSING_FIELDS",
        "the following required fields are missing: ",
        {"dashboard_user_id", "client_id", "secret"},
    )


@pytest.mark.parametrize("call", [0, 1], ids=["get", "list"])
def test_an_empty_client_id_is_malformed(acme, call):
    exception, body = refusal(both_calls(client(acme.url, None, None), client_id="", secret="s")[call])

    assert exception.status == 400
    expect.plaid_error(
        body, "INVALID_REQUEST", "INVALID_FIELD", "client_id must be a properly formatted, non-empty string"
    )


@pytest.mark.parametrize("call", [0, 1], ids=["get", "list"])
@pytest.mark.parametrize("wrong", ["client_id", "secret", "both"])
def test_a_wrong_client_id_and_a_wrong_secret_get_the_same_answer(acme, call, wrong):
    client_id = "nobody" if wrong in ("client_id", "both") else acme.credential.client_id
    secret = "0" * len(acme.credential.secret) if wrong in ("secret", "both") else acme.credential.secret

    exception, body = refusal(both_calls(client(acme.url, client_id, secret))[call])

    assert exception.status == 400
    expect.plaid_error(body, "INVALID_INPUT", "INVALID_API_KEYS", "invalid client_id or secret provided")


@pytest.mark.parametrize("call", [0, 1], ids=["get", "list"])
@pytest.mark.parametrize("differing", ["client_id", "secret"])
def test_keys_that_differ_between_body_and_headers_are_refused(acme, call, differing):
    exception, body = refusal(both_calls(client_of(acme), **(acme.keys | {differing: "another"}))[call])

    assert exception.status == 400
    expect.plaid_error(body, "INVALID_INPUT", "INVALID_API_KEYS", "invalid client_id or secret provided")


@pytest.mark.parametrize("call", [0, 1], ids=["get", "list"])
def test_a_credential_that_may_only_read_the_audit_cannot_read_users(acme, call):
    credential = acme.server.create_credential("acme", "audit:read")

    exception, body = refusal(both_calls(client(acme.url, credential.client_id, credential.secret))[call])

    assert exception.status == 400
    expect.plaid_error(body, "INVALID_INPUT", "INVALID_API_KEYS", "invalid client_id or secret provided")


def test_an_unknown_user_is_an_invalid_field(acme):
    api = client_of(acme)

    exception, body = refusal(lambda: api.dashboard_user_get(DashboardUserGetRequest(dashboard_user_id="nobody")))

    assert exception.status == 400
    expect.plaid_error(body, "INVALID_REQUEST", "INVALID_FIELD", naming="dashboard_user_id")


def test_a_user_of_another_account_is_unknown(acme, stranger):
    api = client_of(acme)

    exception, body = refusal(lambda: api.dashboard_user_get(DashboardUserGetRequest(dashboard_user_id="user00001")))
    _, unknown = refusal(lambda: api.dashboard_user_get(DashboardUserGetRequest(dashboard_user_id="user99999")))

    assert exception.status == 400
    expect.plaid_error(body, "INVALID_REQUEST", "INVALID_FIELD", naming="dashboard_user_id")
    assert body["error_message"].replace("user00001", "") == unknown["error_message"].replace("user99999", "")


@pytest.mark.parametrize(
    ("endpoint", "fields", "named"),
    [
        ("get", {"dashboard_user_id": 7}, "dashboard_user_id"),
        ("get", {"dashboard_user_id": ["x"]}, "dashboard_user_id"),
        ("get", {"dashboard_user_id": ""}, "dashboard_user_id"),
        ("get", {"dashboard_user_id": "x" * 10_000}, "dashboard_user_id"),
        ("list", {"cursor": 7}, "cursor"),
        ("list", {"cursor": {}}, "cursor"),
        ("list", {"cursor": ""}, "cursor"),
        ("list", {"cursor": "not a cursor"}, "cursor"),
        ("list", {"cursor": "A" * 10_000}, "cursor"),
    ],
)
def test_a_value_of_the_wrong_type_or_form_is_named(acme, endpoint, fields, named):
    api = client_of(acme)
    if endpoint == "get":
        call = lambda: api.dashboard_user_get(DashboardUserGetRequest(**fields, _check_type=False))
    else:
        call = lambda: api.dashboard_user_list(DashboardUserListRequest(**fields, _check_type=False))

    exception, body = refusal(call)

    assert exception.status == 400
    expect.plaid_error(body, "INVALID_REQUEST", "INVALID_FIELD", naming=named)


def test_a_cursor_cut_or_altered_or_of_another_account_is_an_invalid_field(server, stranger, acme):
    cursor = client_of(stranger).dashboard_user_list(DashboardUserListRequest()).next_cursor
    middle = len(cursor) // 2
    other = "A" if cursor[middle] != "A" else "B"
    damaged = [cursor[:-1], cursor[1:], cursor[:middle], cursor[:middle] + other + cursor[middle + 1 :], cursor + "AAAA"]

    refusals = [
        refusal(lambda: client_of(tenant).dashboard_user_list(DashboardUserListRequest(cursor=text)))
        for tenant, text in [(stranger, text) for text in damaged] + [(acme, cursor)]
    ]

    for exception, body in refusals:
        assert exception.status == 400
        expect.plaid_error(body, "INVALID_REQUEST", "INVALID_FIELD", naming="cursor")
