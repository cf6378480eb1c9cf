"""All routes through `sam local start-api`: the functions in containers, the store outside of them."""

import json
import time
from typing import Iterator, NamedTuple

import plaid
import pytest
from plaid.api.plaid_api import PlaidApi
from plaid.model.dashboard_user_get_request import DashboardUserGetRequest
from plaid.model.dashboard_user_list_request import DashboardUserListRequest

import answers
import expect
import measured
import sam
import state
from bridge import Bridge
from payloads import OF_A_QUEUE, send_payload
from server import REPO, Server
from wire import Answer, post_json, send

TITLE = "cold starts in containers of `sam local start-api`, one start each"
COLUMNS = ["init ms", "init and answer", "with container"]


class Local(NamedTuple):
    """The running routes, and the options that another `sam local` is given for the same functions and store."""

    api: sam.Api
    options: list[str]


@pytest.fixture(scope="module")
def local(shared_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    """The routes of template.yaml, in front of one store for all tests of this file."""
    bridge = Bridge(shared_server.dynamodb_url)
    options = sam.write_template(tmp_path_factory.mktemp("sam"), bridge.url)
    api = sam.Api(options)
    try:
        yield Local(api, options)
    finally:
        api.stop()
        bridge.stop()
    assert sam.containers_left() == []


def check(function: str, answer: Answer, url: str) -> None:
    """Compares the answer as the HTTP client gets it."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    answers.check(function, answer.status, headers, answer.body.decode(), url)


@pytest.mark.parametrize("function", [*answers.READERS, *answers.WRITERS])
def test_a_payload_s_request_is_answered_to_the_letter_from_a_new_container(local: Local, function: str):
    before = local.api.containers()
    started = time.monotonic()

    answer = send_payload(local.api.url, function)

    took_ms = (time.monotonic() - started) * 1000
    check(function, answer, local.api.url)
    (container,) = local.api.containers()[len(before) :]
    cold = sam.cold_start(container)
    measured.add_row(TITLE, COLUMNS, function, [[cold.init_ms], [cold.duration_ms], [took_ms]])


def trail(local: Local, **query: str) -> Answer:
    """A page of the trail."""
    return send(local.api.url, "GET", "/audit-trail", query=query, headers={"Authorization": f"Bearer {state.TOKEN}"})


def test_what_was_written_is_read_from_the_other_containers(local: Local):
    results = trail(local, page_size="100").json()["results"]

    descriptions = [event["event_description"] for event in results]
    assert descriptions.count("Invited grace@example.com") == 1
    assert descriptions.count("An issue was muted") == 1
    assert descriptions.count("Ada invited Zoë") == 1
    assert len(results) == len(state.EVENTS) + 4  # one created, one changed, two recorded


def test_a_route_with_a_category_and_one_without_are_the_same_trail(local: Local):
    with_category = send(local.api.url, "GET", "/ats/v1/audit-trail", headers={"Authorization": f"Bearer {state.TOKEN}"})

    assert with_category.status == 200
    assert with_category.body == trail(local).body


def test_a_request_sent_again_with_its_idempotency_key_is_answered_with_the_first_result(local: Local):
    again = send_payload(local.api.url, "events-record")

    check("events-record", again, local.api.url)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(trail(local, page_size="100").json()["results"]) == len(state.EVENTS) + 4


def test_an_official_client_reads_users_as_from_its_vendor(local: Local):
    keys = {"clientId": state.KEYS["client_id"], "secret": state.KEYS["secret"]}
    with plaid.ApiClient(plaid.Configuration(host=local.api.url, api_key=keys)) as client:
        ada = PlaidApi(client).dashboard_user_get(DashboardUserGetRequest(dashboard_user_id="usr_demo_00"))
        listed = PlaidApi(client).dashboard_user_list(DashboardUserListRequest())
        with pytest.raises(plaid.ApiException) as refused:
            PlaidApi(client).dashboard_user_get(DashboardUserGetRequest(dashboard_user_id="nobody"))

    assert (ada.email_address, ada.status.value) == ("Ada@example.com", "active")
    users = {user.id: user.status.value for user in listed.dashboard_users}
    assert len(users) == len(state.USERS) + 1
    known = {"54350110fedcbaf01234ffee": "deactivated", "usr_demo_00": "active", "usr_demo_01": "deactivated"}
    assert known.items() <= users.items()
    assert refused.value.status == 400
    expect.plaid_error(json.loads(refused.value.body), "INVALID_REQUEST", "INVALID_FIELD", naming="dashboard_user_id")


def test_each_dialect_refuses_a_wrong_secret_in_its_own_way(local: Local):
    wrong = f"{state.KEYS['client_id']}.wrong"

    dashboard = post_json(local.api.url, "/dashboard_user/list", state.KEYS | {"secret": "wrong"})
    network = send(
        local.api.url,
        "GET",
        f"/network/audit/accounts/{state.ACCOUNT}/users",
        query={"fromDate": "2024-01-01T00:00:00Z", "toDate": "2025-01-01T00:00:00Z"},
        headers={"Authorization": f"VBrick {wrong}"},
    )
    audit = send(local.api.url, "GET", "/audit-trail", headers={"Authorization": f"Bearer {wrong}"})

    assert dashboard.status == 400
    expect.plaid_error(dashboard.json(), "INVALID_INPUT", "INVALID_API_KEYS", "invalid client_id or secret provided")
    expect.network_error(network, 401)
    expect.trail_detail_error(audit, 401)


def test_parameters_that_are_unknown_or_given_twice_are_named(local: Local):
    bearer = {"Authorization": f"Bearer {state.TOKEN}"}

    answer = send(local.api.url, "GET", "/audit-trail", query="page_size=1&page_size=2&pagesize=3", headers=bearer)

    expect.trail_parameter_error(answer, "page_size", "pagesize")


def test_a_path_parameter_is_decoded_once(local: Local):
    query = {"fromDate": "2024-01-01T00:00:00Z", "toDate": "2025-01-01T00:00:00Z"}
    vbrick = {"Authorization": f"VBrick {state.TOKEN}"}

    encoded = send(local.api.url, "GET", "/network/audit/accounts/demo/users/usr%5Fdemo_00", query=query, headers=vbrick)

    assert encoded.status == 200
    assert encoded.body.decode() == answers.EXPECTED["users-audit-by-user"].body


def test_the_function_of_the_queue_is_invoked_with_its_payload(local: Local):
    answer = sam.invoke("EventsConsume", REPO / "events" / f"{OF_A_QUEUE}.json", local.options)

    assert answer == {"batchItemFailures": []}
    ids = [event["id"] for event in trail(local, page_size="100").json()["results"]]
    assert ids.count("059f36b4-87a3-44ab-83d2-661975830a7d.0") == 1


def test_the_routes_that_are_served_are_those_that_are_called_here(local: Local):
    mounted = {line.split(" at ")[0].removeprefix("Mounting ") for line in local.api.output().splitlines() if " at http" in line}
    resources = {name.replace("-", "") for name in answers.EXPECTED}

    assert {name.lower() for name in mounted} == resources
