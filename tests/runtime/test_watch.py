"""The routes of template.yaml under `cargo lambda watch`: the same answers as from `audit serve` on the same store."""

import json
import re
from typing import Iterator

import pytest

import answers
import routes
import state
from payloads import OF_A_QUEUE, payload, send_payload
from server import Server
from watch import Watch, is_alive
from wire import Answer, post_json, send


@pytest.fixture(scope="module")
def watch(shared_server: Server) -> Iterator[Watch]:
    """`cargo lambda watch` on the store of `shared_server`, which is `audit serve`."""
    running = Watch(shared_server.dynamodb_url)
    try:
        yield running
    finally:
        functions = running.functions()
        running.stop()
    assert [pid for pid in functions if is_alive(pid)] == []


def test_its_routes_are_those_of_the_template():
    assert routes.of_cargo_lambda() == [route.as_cargo_lambda_has_it() for route in routes.of_the_template()]


def test_every_route_of_the_template_is_called_here():
    payloads = {(payload(function)["httpMethod"], payload(function)["path"]) for function in answers.EXPECTED}
    called = payloads | {(method, path) for method, path, *_ in REQUESTS.values()}

    uncalled = [route for route in routes.but_head(routes.of_the_template()) if not any(route.takes(*call) for call in called)]
    assert uncalled == []


@pytest.mark.parametrize("function", [*answers.READERS, *answers.WRITERS])
def test_a_payload_s_request_is_answered_to_the_letter(watch: Watch, function: str):
    answer = send_payload(watch.url, function)

    headers = {name.lower(): value for name, value in answer.headers.items()}
    answers.check(function, answer.status, headers, answer.body.decode(), url=watch.url.replace("http:", "https:"))


# The token of a form of the page for people, which is another each time.
FORM_TOKEN = re.compile('(?<=name="form" value=")[^"]+')


def comparable(answer: Answer) -> tuple:
    """What of an answer does not differ from one request to the next."""
    named = ("Content-Type", "Cache-Control", "X-Content-Type-Options", "totalrecords", "Idempotency-Replayed", "WWW-Authenticate")
    body = answer.body.decode().replace(answer.headers["X-Request-Id"], "REQUEST-ID")
    return answer.status, {name: answer.headers[name] for name in named}, FORM_TOKEN.sub("FORM-TOKEN", body)


BEARER = {"Authorization": f"Bearer {state.TOKEN}"}
VBRICK = {"Authorization": f"VBrick {state.TOKEN}"}
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
RANGE = "fromDate=2024-01-01T00:00:00Z&toDate=2025-01-01T00:00:00Z"
BY_TYPE_AND_ADDRESS = "event_type=INVITED_USER&user_email=Ada%40example.com"
REQUESTS = {
    "the trail without a category": ("GET", "/audit-trail", "page_size=3", BEARER, None),
    "the trail by type and address": ("GET", "/crm/v1/audit-trail", BY_TYPE_AND_ADDRESS, BEARER, None),
    "parameters unknown and twice": ("GET", "/audit-trail", "page_size=1&page_size=2&pagesize=3", BEARER, None),
    "a malformed parameter": ("GET", "/audit-trail", "start_date=soon", BEARER, None),
    "no token": ("GET", "/audit-trail", "", {}, None),
    "a wrong token": ("GET", "/audit-trail", "", {"Authorization": "Bearer demo.wrong"}, None),
    "a category that there is not": ("GET", "/nothing/v1/audit-trail", "", BEARER, None),
    "the network audit's second scheme": ("GET", "/network/audit/accounts/demo/users", RANGE, BEARER, None),
    "an encoded path": ("GET", "/network/audit/accounts/demo/users/usr%5Fdemo_00", RANGE, VBRICK, None),
    "another account": ("GET", "/network/audit/accounts/other/users", RANGE, VBRICK, None),
    "a user without events": ("GET", "/network/audit/accounts/demo/userAccess/nobody", RANGE, VBRICK, None),
    "no range": ("GET", "/network/audit/accounts/demo/userAccess", "", VBRICK, None),
    "a wrong network token": ("GET", "/network/audit/accounts/demo/userAccess", RANGE, {"Authorization": "VBrick x.y"}, None),
    "an unknown user": ("POST", "/dashboard_user/get", "", JSON, state.KEYS | {"dashboard_user_id": "nobody"}),
    "an unknown field": ("POST", "/dashboard_user/list", "", JSON, state.KEYS | {"page": 1}),
    "wrong keys": ("POST", "/dashboard_user/list", "", JSON, state.KEYS | {"secret": "wrong"}),
    "no keys": ("POST", "/dashboard_user/create", "", JSON, {}),
    "an address in use": ("POST", "/dashboard_user/create", "", JSON, state.KEYS | {"email_address": "ada@example.com"}),
    "a change of nobody": ("POST", "/dashboard_user/update", "", JSON, state.KEYS | {"dashboard_user_id": "nobody", "name": "N"}),
    "no events": ("POST", "/audit-trail/events", "", BEARER | JSON, {"events": []}),
    "an event of nobody": ("POST", "/audit-trail/events", "", BEARER | JSON, {"events": [{"event_type": "MUTED_ISSUE"}]}),
    "a tile of a level that there is not": ("GET", "/log/tile/9/x001/000", "", {}, None),
    "no token for a head": ("GET", "/log/account/head", "", {}, None),
    "a tile of an account that no log has": ("GET", "/log/account/tile/9/000", "", BEARER, None),
    "a proof of nothing": ("GET", "/log/account/proof", "", BEARER, None),
    "items from nowhere": ("GET", "/log/account/items", "from=here", BEARER, None),
    "the page of nobody": ("GET", "/", "", {}, None),
    "another page of nobody": ("GET", "/view/users", "", {}, None),
    "the page of a link": ("GET", "/v/" + 43 * "A", "", {}, None),
    "a link that there is not": ("POST", "/v", "", FORM, None),
    "signing in without its form": ("POST", "/session", "", FORM, None),
    "signing out without its form": ("POST", "/session/end", "", FORM, None),
    "a body that is no JSON": ("POST", "/audit-trail/events", "", BEARER | JSON, None),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_is_answered_as_audit_serve_answers_it(watch: Watch, shared_server: Server, name: str):
    method, path, query, headers, value = REQUESTS[name]
    body = json.dumps(value).encode() if value is not None else b"{" if method == "POST" else None

    here, there = (send(url, method, path, query=query, headers=headers, body=body) for url in (watch.url, shared_server.url))

    assert comparable(here) == comparable(there)


def test_a_recording_is_replayed_by_audit_serve_and_here_alike(watch: Watch, shared_server: Server):
    send_payload(watch.url, "events-record")

    here, there = (send_payload(url, "events-record") for url in (watch.url, shared_server.url))

    assert comparable(here) == comparable(there)
    assert here.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(("method", "path"), [("GET", "/nothing"), ("GET", "/dashboard_user/get"), ("POST", "/audit-trail")])
def test_what_the_template_does_not_have_is_not_found(watch: Watch, shared_server: Server, method: str, path: str):
    assert send(watch.url, method, path).status == send(shared_server.url, method, path).status == 404


@pytest.mark.parametrize(("path", "allowed"), [("/audit-trail", "GET"), ("/dashboard_user/get", "POST")])
def test_head_of_a_path_is_405_as_from_audit_serve(watch: Watch, shared_server: Server, path: str, allowed: str):
    here, there = (send(url, "HEAD", path) for url in (watch.url, shared_server.url))

    assert (here.status, here.headers["Allow"]) == (there.status, there.headers["Allow"]) == (405, allowed)


def test_the_function_of_the_queue_is_called_by_its_name(watch: Watch, shared_server: Server):
    answer = post_json(watch.url, f"/2015-03-31/functions/{OF_A_QUEUE}/invocations", payload(OF_A_QUEUE))

    assert (answer.status, json.loads(answer.body)) == (200, {"batchItemFailures": []})
    trail = send(shared_server.url, "GET", "/audit-trail", query="page_size=100", headers=BEARER).json()["results"]
    assert [event["id"] for event in trail].count("059f36b4-87a3-44ab-83d2-661975830a7d.0") == 1
