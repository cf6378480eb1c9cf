"""`openapi.yaml` says what the running server does: same routes, and real answers that fit its schemas."""

import json
import re
import time
import urllib.parse

import pytest
import yaml
from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse
from openapi_spec_validator import OpenAPIV31SpecValidator

from server import REPO
from wire import Answer, send

DOCUMENT = yaml.safe_load((REPO / "openapi.yaml").read_text(encoding="utf-8"))
TEXTS = dict.fromkeys(["text/csv", "application/x-ndjson", "text/plain"], lambda body: body.decode("utf-8"))
CLOUD_EVENTS = {"application/cloudevents+json": json.loads}
BYTES = {"application/octet-stream": lambda body: body.decode("latin-1")}
CONFIG = Config(extra_media_type_deserializers=TEXTS | CLOUD_EVENTS | BYTES)


def closed(part: object) -> object:
    """The document with no more fields in an object than it describes: it lets answers gain some, and these tests do not."""
    if isinstance(part, list):
        return [closed(value) for value in part]
    if not isinstance(part, dict):
        return part
    own = {name: closed(value) for name, value in part.items()}
    return {"additionalProperties": False} | own if own.get("type") == "object" and "properties" in own else own


DESCRIBED = OpenAPI.from_dict(closed(DOCUMENT), config=CONFIG)
MARCH = "fromDate=2026-03-01T00:00:00.000Z&toDate=2026-04-01T00:00:00.000Z"
JUNE = "fromDate=2026-06-01T00:00:00.000Z&toDate=2026-06-02T00:00:00.000Z"
NETWORK_PATHS = ["userAccess", "userAccess/walker", "users", "users/walker"]
TRAIL_PATHS = ["/audit-trail", "/hris/v1/audit-trail"]


class TemplateLoader(yaml.SafeLoader):
    """Reads a CloudFormation template; what `!Ref` and its kind would give does not matter here."""


TemplateLoader.add_multi_constructor("!", lambda loader, suffix, node: None)


def routes_of_the_template() -> set[tuple[str, str]]:
    """Method and path of every API event of every function, but for the HEAD beside each: what that answers stands under "Methods"."""
    template = yaml.load((REPO / "template.yaml").read_text(encoding="utf-8"), TemplateLoader)
    return {
        (event["Properties"]["Method"].lower(), event["Properties"]["Path"].replace("+}", "}"))  # OpenAPI knows no greedy parameters
        for resource in template["Resources"].values()
        for event in resource.get("Properties", {}).get("Events", {}).values()
        if event["Type"] == "Api" and event["Properties"]["Method"] != "head"
    }


def test_the_document_is_valid_openapi_3_1():
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_the_documents_paths_are_the_templates_routes():
    described = {(method, path) for path, methods in DOCUMENT["paths"].items() for method in methods}

    assert described == routes_of_the_template()
    assert described


def exchange(
    url: str, method: str, path: str, *, query: str = "", headers: dict[str, str] | None = None, body: bytes | None = None
) -> tuple[MockRequest, MockResponse, Answer]:
    """Sends a request, and gives it and its answer in the form in which the document is held against them."""
    answer = send(url, method, path, query=query, headers=headers, body=body)
    before, of_tile, tile = path.partition("/tile/")
    request = MockRequest(
        DOCUMENT["servers"][0]["url"],
        method.lower(),
        path,
        view_args={"tile": urllib.parse.unquote(tile)} if of_tile and before.startswith("/log") else None,
        args=dict(urllib.parse.parse_qsl(query)),
        headers=headers or {},
        data=body,
        content_type=(headers or {}).get("Content-Type", "application/json"),
    )
    content_type = (answer.headers["Content-Type"] or "").split(";")[0]
    response = MockResponse(answer.body, answer.status, dict(answer.headers.items()), content_type)
    return request, response, answer


def conforms(url: str, method: str, path: str, status: int, **sent) -> Answer:
    """The answer has the status, the document describes that status by itself, and the answer fits the description."""
    request, response, answer = exchange(url, method, path, **sent)
    assert answer.status == status, answer
    assert str(status) in described_statuses(method, path), f"{status} of {method} {path} is not described"
    DESCRIBED.validate_response(request, response)
    if status in (200, 201):
        DESCRIBED.validate_request(request)
    return answer


def described_statuses(method: str, path: str) -> set[str]:
    """The statuses that the document describes for the operation that the path belongs to."""
    given = path.split("/")
    for template, methods in DOCUMENT["paths"].items():
        parts = template.split("/")
        if len(parts) == len(given) and all(part == own or part.startswith("{") for part, own in zip(parts, given)):
            return set(methods[method.lower()]["responses"])
    raise AssertionError(f"{path} is not described")


def json_body(value: object) -> dict:
    """The parts of a request with a JSON body."""
    return {"body": json.dumps(value).encode(), "headers": {"Content-Type": "application/json"}}


# ---------------------------------------------------------------------------------------------------------------------
# Dashboard


def test_the_answers_of_dashboard_user_get_fit(acme):
    def post(status: int, value: object) -> None:
        conforms(acme.url, "POST", "/dashboard_user/get", status, **json_body(value))

    for user_id in ("54350110fedcbaf01234ffee", "54350110fedcbaf01234ffef", "usr_1SUuwqBdK75GKi"):
        post(200, {"dashboard_user_id": user_id} | acme.keys)
    post(400, [])
    post(400, {"unknown": 1})
    post(400, {})
    post(400, {"dashboard_user_id": 7} | acme.keys)
    post(400, {"dashboard_user_id": "x", "client_id": "nobody", "secret": "wrong"})
    post(400, {"dashboard_user_id": "nobody"} | acme.keys)


def test_the_answers_of_dashboard_user_list_fit(acme, stranger):
    def post(tenant, status: int, value: object) -> Answer:
        return conforms(tenant.url, "POST", "/dashboard_user/list", status, **json_body(value))

    first = post(stranger, 200, stranger.keys).json()
    post(stranger, 200, {"cursor": first["next_cursor"]} | stranger.keys)
    post(acme, 200, {"cursor": None} | acme.keys)
    post(acme, 400, {"cursor": "x"} | acme.keys)
    post(acme, 400, {"count": 5})
    post(acme, 400, {"client_id": "", "secret": "s"})


def test_the_answers_of_dashboard_user_create_and_update_fit(directory):
    def post(status: int, path: str, value: object, acting_user: str | None = None) -> Answer:
        sent = json_body(value)
        if acting_user is not None:
            sent["headers"]["Acting-User"] = acting_user
        return conforms(directory.url, "POST", f"/dashboard_user/{path}", status, **sent)

    ada = post(200, "create", {"email_address": "new@example.com", "name": None, "role": None} | directory.keys).json()
    grace = {"email_address": "Grace+1@example.com", "name": "Grace \"G\"", "role": "ADMIN"}
    grace = post(200, "create", grace | directory.keys, acting_user=ada["id"]).json()
    change = {"dashboard_user_id": grace["id"], "status": "active", "email_address": "grace@example.com", "role": None}
    for _ in range(2):
        post(200, "update", change | directory.keys, acting_user=ada["id"])
    for path in ("create", "update"):
        post(400, path, {})
        post(400, path, {"id": 1})
        post(400, path, change | {"email_address": "x", "client_id": "nobody", "secret": "wrong"})
    post(400, "create", {"email_address": "GRACE@example.com"} | directory.keys)
    post(400, "update", {"dashboard_user_id": grace["id"], "status": "invited"} | directory.keys)
    post(400, "update", {"dashboard_user_id": grace["id"]} | directory.keys, acting_user="nobody")


# ---------------------------------------------------------------------------------------------------------------------
# Network


@pytest.mark.parametrize("path", NETWORK_PATHS)
def test_the_answers_of_the_network_audit_fit(stranger, empty, path):
    def get(tenant, status: int, query: str, headers: dict[str, str] | None = None, account: str | None = None) -> Answer:
        url_path = f"/network/audit/accounts/{account or tenant.account}/{path}"
        return conforms(tenant.url, "GET", url_path, status, query=query, headers=tenant.vbrick if headers is None else headers)

    first = get(stranger, 200, JUNE)
    token, next_from = first.headers["nextContinuationToken"], first.headers["nextFromDate"]
    second = get(stranger, 200, f"fromDate={next_from}&toDate=2026-06-02T00:00:00.000Z&nextContinuationToken={token}")
    assert second.headers["nextContinuationToken"] is None
    get(empty, 200, MARCH)
    get(stranger, 400, "")
    get(stranger, 400, f"{JUNE}&unknown=1")
    get(stranger, 400, f"{JUNE}&nextContinuationToken=x")
    get(stranger, 401, JUNE, headers={})
    get(stranger, 401, JUNE, account="empty")


# ---------------------------------------------------------------------------------------------------------------------
# Trail


@pytest.mark.parametrize("path", TRAIL_PATHS)
def test_the_answers_of_the_audit_trail_fit(trail, acme, empty, path):
    def get(tenant, status: int, query: str = "", headers: dict[str, str] | None = None) -> Answer:
        return conforms(tenant.url, "GET", path, status, query=query, headers=tenant.bearer if headers is None else headers)

    first = get(trail, 200, "page_size=100").json()
    second = get(trail, 200, f"page_size=100&cursor={first['next']}").json()
    get(trail, 200, f"page_size=100&cursor={second['previous']}")
    get(acme, 200)
    get(acme, 200, "event_type=MUTED_ISSUE&start_date=2026-03-01&end_date=2026-03-02T00:00:00Z&user_email=ada@example.com")
    get(empty, 200)
    get(acme, 400, "page_size=101")
    get(acme, 400, "event_typ=INVITED_USER")
    get(acme, 401, headers={})
    get(acme, 401, headers={"Authorization": "Bearer nobody.wrong"})
    get(acme, 404, "cursor=x")


def test_the_answers_of_the_feed_fit(acme, empty):
    def get(tenant, status: int, query: str = "", headers: dict[str, str] | None = None) -> Answer:
        headers = tenant.bearer if headers is None else headers
        return conforms(tenant.url, "GET", "/audit-trail/feed", status, query=query, headers=headers)

    page = when_it_has_events(acme, lambda: get(acme, 200, "limit=2").json())
    get(acme, 200, f"limit=1000&cursor={page['checkpoint']}")
    get(acme, 200, "after=-1")
    get(acme, 200, "since=2026-03-01T09:00:00Z")
    get(acme, 200, "from=now")
    get(acme, 200, "format=ocsf")
    get(acme, 200, "format=cloudevents")
    get(acme, 200, "format=ocsf", acme.bearer | {"Accept": "application/x-ndjson"})
    get(acme, 400, "format=cef")
    get(empty, 200)
    lines = get(acme, 200, "limit=2", acme.bearer | {"Accept": "application/x-ndjson"})
    assert [json.loads(line) for line in lines.body.splitlines()] == page["events"]
    assert lines.headers["X-Checkpoint"] == page["checkpoint"]
    get(acme, 400, "limit=0")
    get(acme, 401, headers={})
    get(empty, 404, f"cursor={page['checkpoint']}")


def test_the_answers_of_the_system_log_fit(acme, empty):
    def get(tenant, status: int, query: str = "", headers: dict[str, str] | None = None) -> Answer:
        return conforms(tenant.url, "GET", "/api/v1/logs", status, query=query, headers=tenant.ssws if headers is None else headers)

    when_it_has_events(acme, lambda: send(acme.url, "GET", "/audit-trail/feed", headers=acme.bearer).json())
    first = get(acme, 200, "limit=2")
    assert len(first.json()) == 2
    next_page = first.headers["Link"].split(">", 1)[0].split("?", 1)[1]
    get(acme, 200, next_page)
    get(acme, 200, "sortOrder=DESCENDING&since=2026-03-01")
    get(acme, 200, "until=2026-03-02T00:00:00Z")
    get(acme, 200, "filter=eventType%20eq%20%22MUTED_ISSUE%22", acme.bearer)
    get(empty, 200)
    get(acme, 400, "limit=0")
    get(acme, 400, "filter=eventType")
    get(acme, 401, headers={})
    get(acme, 403, headers={"Authorization": f"SSWS {acme.server.create_credential('acme', 'events:write').token}"})
    get(empty, 400, next_page)


def when_it_has_events(tenant, read):
    """What is read of the feed, once the log has caught up with what was imported."""
    deadline = time.monotonic() + 10
    while not (page := read())["events"]:
        assert time.monotonic() < deadline, f"the feed of {tenant.account} has no events"
        time.sleep(0.1)
    return page


LOG_PATHS = ["/log/account/head", "/log/account/proof?position=0", "/log/account/items?from=0", "/log/account/tile/0%2F000.p%2F1"]


def test_what_the_log_is_proved_with_fits(acme):
    def get(status: int, target: str, headers: dict[str, str]) -> Answer:
        path, _, query = target.partition("?")
        return conforms(acme.url, "GET", path, status, query=query, headers=headers)

    when_it_is_signed(acme)
    for target in ["/log/checkpoint", "/log/tile/0%2F000.p%2F1", "/log/tile/entries%2F000.p%2F1"]:
        get(200, target, {})
    for target in LOG_PATHS:
        get(200, target, acme.bearer)
        get(401, target, {})
    head = get(200, "/log/account/head?size=1", acme.bearer).body.decode()
    assert head.startswith("audit-trail/head/1\naccount acme\n")
    get(404, "/log/account/head?size=9999999999999999", acme.bearer)
    get(404, "/log/account/proof?position=9999999999999999", acme.bearer)
    get(404, "/log/account/proof?created_at=2026-01-01T00:00:00Z&id=nobody", acme.bearer)
    get(404, "/log/tile/0%2Fx999%2F999", {})
    for target in ["/log/checkpoint?sise=1", "/log/tile/0?", "/log/tile/0%2F000?sise=1"]:
        get(400, target, {})
    for target in ["/log/account/head?size=x", "/log/account/proof", "/log/account/items?from=x", "/log/account/tile/x"]:
        get(400, target, acme.bearer)


def when_it_is_signed(tenant):
    """Waits for a round that seals the log of the account: `audit serve` makes one every 10 seconds."""
    deadline = time.monotonic() + 60
    while send(tenant.url, "GET", "/log/account/proof", query="position=0", headers=tenant.bearer).status != 200:
        assert time.monotonic() < deadline, f"the log of {tenant.account} was not signed"
        time.sleep(0.5)


LOG_EXAMPLES = {
    "LogUnknownParameter": "/log/checkpoint?sise=1",
    "LogNotATile": "/log/tile/0",
    "LogBadSize": "/log/account/head?size=0",
    "LogNoPosition": "/log/account/proof",
    "LogBadPosition": "/log/account/proof?position=x",
    "LogNoFrom": "/log/account/items",
}


@pytest.mark.parametrize("name", LOG_EXAMPLES)
def test_an_example_of_what_proves_the_log_is_what_the_server_says(acme, name):
    path, _, query = LOG_EXAMPLES[name].partition("?")

    answer = send(acme.url, "GET", path, query=query, headers=acme.bearer)

    assert answer.json() == example(name)


def test_an_unknown_category_fits(acme):
    request, response, answer = exchange(acme.url, "GET", "/payroll/v1/audit-trail", headers=acme.bearer)

    assert answer.status == 404
    DESCRIBED.validate_response(request, response)


def test_the_gateways_own_answer_fits_its_schema(acme):
    _, _, answer = exchange(acme.url, "GET", "/no/such/route")
    request = MockRequest(DOCUMENT["servers"][0]["url"], "get", "/audit-trail")

    # Any status that an operation does not describe is the gateway's.
    response = MockResponse(answer.body, 418, dict(answer.headers.items()), "application/json")
    DESCRIBED.validate_response(request, response)


# ---------------------------------------------------------------------------------------------------------------------
# The examples of errors are what the server says, word for word.

GOOD = {"dashboard_user_id": "usr_1SUuwqBdK75GKi"}
DASHBOARD_EXAMPLES = {
    "DashboardInvalidBody": ("/dashboard_user/get", [], False),
    "DashboardBodyTooLong": ("/dashboard_user/get", GOOD | {"secret": "x" * 65_536}, False),
    "DashboardUnknownFields": ("/dashboard_user/list", {"count": 5}, False),
    "DashboardMissingFields": ("/dashboard_user/list", {}, False),
    "DashboardEmptyClientId": ("/dashboard_user/list", {"client_id": "", "secret": "s"}, False),
    "DashboardUnknownUser": ("/dashboard_user/get", {"dashboard_user_id": "nobody"}, True),
    "DashboardBadCursor": ("/dashboard_user/list", {"cursor": "x"}, True),
    "DashboardInvalidApiKeys": ("/dashboard_user/list", {"client_id": "nobody", "secret": "wrong"}, False),
}
DIRECTORY_EXAMPLES = {
    "DashboardAddressInUse": ("create", {"email_address": "ADA@example.com"}, "usr_ada"),
    "DashboardIllegalMove": ("update", {"dashboard_user_id": "usr_ada", "status": "invited"}, "usr_ada"),
    "DashboardUnknownActingUser": ("create", {"email_address": "nobody@example.com"}, "nobody"),
}
NETWORK_EXAMPLES = {
    "NetworkMissingDate": "toDate=2026-06-02T00:00:00.000Z",
    "NetworkBadDate": "fromDate=2026-06-01&toDate=2026-06-02T00:00:00.000Z",
    "NetworkBadRange": "fromDate=2026-06-02T00:00:00.000Z&toDate=2026-06-01T00:00:00.000Z",
    "NetworkBadToken": f"{JUNE}&nextContinuationToken=x",
    "NetworkUnknownParameter": f"{JUNE}&pageSize=5",
    "NetworkRepeatedParameter": f"{JUNE}&toDate=2026-06-02T00:00:00.000Z",
}
TRAIL_EXAMPLES = {
    "TrailBadPageSize": "page_size=101",
    "TrailBadDate": "start_date=yesterday",
    "TrailBadRange": "start_date=2026-03-02&end_date=2026-03-01",
    "TrailBadType": "event_type=invited_user",
    "TrailBadEmail": "user_email=ada",
    "TrailUnknownParameter": "event_typ=INVITED_USER",
    "TrailRepeatedParameter": "event_type=INVITED_USER&event_type=MUTED_ISSUE",
    "TrailBadCursor": "cursor=x",
}


FEED_EXAMPLES = {
    "FeedBadLimit": "limit=1001",
    "FeedBadAfter": "after=1.5",
    "FeedBadFormat": "format=cef",
    "FeedBadSince": "since=2026-03-01T09:00:00",
    "FeedTwoStarts": "after=0&since=2026-03-01T09:00:00Z",
    "FeedRepeatedParameter": "limit=1&limit=2",
    "FeedUnknownParameter": "event_type=MUTED_ISSUE",
}


SYSTEM_LOG_EXAMPLES = {
    "SystemLogBadLimit": "limit=1001",
    "SystemLogBadOrder": "sortOrder=SIDEWAYS",
    "SystemLogBadTime": "since=yesterday",
    "SystemLogBadAfter": "after=x",
    "SystemLogKeyword": "q=ada",
    "SystemLogBadFilter": "filter=eventType%20eq%20INVITED_USER",
    "SystemLogOtherFilter": "filter=outcome.result%20eq%20%22SUCCESS%22",
}


def example(name: str) -> dict:
    """An example of the document, without the request's id, which is another each time."""
    return without_request_id(DOCUMENT["components"]["examples"][name]["value"])


def without_request_id(body: dict) -> dict:
    """A body but for its request id."""
    return {key: value for key, value in body.items() if key not in ("request_id", "errorId")}


@pytest.mark.parametrize("name", DASHBOARD_EXAMPLES)
def test_an_example_of_the_dashboard_is_what_the_server_says(acme, name):
    path, value, with_keys = DASHBOARD_EXAMPLES[name]

    answer = send(acme.url, "POST", path, **json_body(value | acme.keys if with_keys else value))

    assert without_request_id(answer.json()) == example(name)


@pytest.mark.parametrize("name", DIRECTORY_EXAMPLES)
def test_an_example_of_the_directory_is_what_the_server_says(directory, name):
    path, value, acting_user = DIRECTORY_EXAMPLES[name]
    sent = json_body(value | directory.keys)
    sent["headers"]["Acting-User"] = acting_user

    answer = send(directory.url, "POST", f"/dashboard_user/{path}", **sent)

    assert without_request_id(answer.json()) == example(name)


@pytest.mark.parametrize("name", NETWORK_EXAMPLES)
def test_an_example_of_the_network_audit_is_what_the_server_says(stranger, name):
    path = "/network/audit/accounts/stranger/users"

    answer = send(stranger.url, "GET", path, query=NETWORK_EXAMPLES[name], headers=stranger.vbrick)

    assert answer.json() == example(name)


def test_the_examples_of_a_changed_end_and_a_wrong_token_are_what_the_server_says(stranger):
    path = "/network/audit/accounts/stranger/users"
    token = send(stranger.url, "GET", path, query=JUNE, headers=stranger.vbrick).headers["nextContinuationToken"]
    changed = f"fromDate=2026-06-01T00:00:00Z&toDate=2026-06-03T00:00:00Z&nextContinuationToken={token}"

    assert send(stranger.url, "GET", path, query=changed, headers=stranger.vbrick).json() == example("NetworkChangedEnd")
    assert send(stranger.url, "GET", path, query=JUNE).json() == example("NetworkBadToken401")


@pytest.mark.parametrize("name", TRAIL_EXAMPLES)
def test_an_example_of_the_trail_is_what_the_server_says(acme, name):
    answer = send(acme.url, "GET", "/audit-trail", query=TRAIL_EXAMPLES[name], headers=acme.bearer)

    assert answer.json() == example(name)


@pytest.mark.parametrize("name", FEED_EXAMPLES)
def test_an_example_of_the_feed_is_what_the_server_says(acme, name):
    answer = send(acme.url, "GET", "/audit-trail/feed", query=FEED_EXAMPLES[name], headers=acme.bearer)

    assert answer.json() == example(name)


@pytest.mark.parametrize("name", SYSTEM_LOG_EXAMPLES)
def test_an_example_of_the_system_log_is_what_the_server_says(acme, name):
    answer = send(acme.url, "GET", "/api/v1/logs", query=SYSTEM_LOG_EXAMPLES[name], headers=acme.ssws)

    assert without_request_id(answer.json()) == example(name)


def test_the_examples_of_credentials_of_the_system_log_are_what_the_server_says(acme):
    writer = {"Authorization": f"SSWS {acme.server.create_credential('acme', 'events:write').token}"}

    assert without_request_id(send(acme.url, "GET", "/api/v1/logs").json()) == example("SystemLogBadCredential")
    assert without_request_id(send(acme.url, "GET", "/api/v1/logs", headers=writer).json()) == example("SystemLogNoScope")


def test_the_example_of_a_position_beyond_the_end_is_what_the_server_says_but_for_the_number(acme):
    when_it_has_events(acme, lambda: send(acme.url, "GET", "/audit-trail/feed", headers=acme.bearer).json())

    answer = send(acme.url, "GET", "/audit-trail/feed", query="after=1000000", headers=acme.bearer).json()

    without_number = {name: [re.sub(r"\d+$", "41", said) for said in reasons] for name, reasons in answer.items()}
    assert without_number == example("FeedBeyondTheEnd")


def test_the_examples_of_the_trails_other_errors_are_what_the_server_says(acme):
    wrong = {"Authorization": "Bearer nobody.wrong"}

    assert send(acme.url, "GET", "/audit-trail").json() == example("TrailNoCredential")
    assert send(acme.url, "GET", "/audit-trail", headers=wrong).json() == example("TrailBadCredential")
    assert send(acme.url, "GET", "/payroll/v1/audit-trail", headers=acme.bearer).json() == example("TrailUnknownCategory")
    assert without_request_id(send(acme.url, "GET", "/no/such/route").json()) == example("GatewayNotFound")


EVENT = {"event_type": "MUTED_ISSUE", "event_description": "Muted", "principal": {"role": "SYSTEM", "ip_address": "::1"}}


def test_the_answers_to_a_batch_fit_and_its_examples_are_what_the_server_says(recorder):
    def post(status: int, body: object, name: str | None = None, key: str | None = None) -> Answer:
        sent = json_body(body)
        headers = sent.pop("headers", {}) | recorder.bearer | ({"Idempotency-Key": key} if key else {})
        answer = conforms(recorder.url, "POST", "/audit-trail/events", status, headers=headers, **sent)
        assert name is None or answer.json() == example(name)
        return answer

    first = post(201, {"events": [EVENT, EVENT | {"subject": None}]}, key="k")
    again = post(201, {"events": [EVENT, EVENT]}, key="k")
    assert (first.json()["events"], again.headers["Idempotency-Replayed"]) == (again.json()["events"], "true")
    described = DOCUMENT["paths"]["/audit-trail/events"]["post"]["requestBody"]["content"]["application/json"]["examples"]
    for batch in described.values():
        post(201, batch["value"])
    sample = example("CloudEventIn")
    one = {"body": json.dumps(sample).encode(), "headers": recorder.bearer | {"Content-Type": "application/cloudevents+json"}}
    recorded = conforms(recorder.url, "POST", "/audit-trail/events", 201, **one).json()["events"]
    assert [event["created_at"] for event in recorded] == ["2026-03-01T09:00:01.499Z"]
    post(409, {"events": [EVENT]}, "EventsOtherRequest", key="k")
    own = EVENT | {"id": "e", "created_at": "2026-03-01T09:00:00Z"}
    post(201, {"events": [own]})
    post(409, {"events": [own | {"event_description": "Other"}]}, "EventsOtherEvent")
    misspelt = {**EVENT, "principle": EVENT["principal"]}
    del misspelt["principal"]
    post(400, {"events": [EVENT | {"event_type": "invited"}, EVENT, EVENT, misspelt]}, "EventsBadEvents")
    post(400, {"events": []}, "EventsBadBatch")
    post(400, {"events": [EVENT]}, "EventsBadKey", key="a b")
    headers = recorder.bearer | {"Content-Type": "application/json"}

    def raw(body: bytes, headers: dict[str, str]) -> dict:
        return send(recorder.url, "POST", "/audit-trail/events", headers=headers, body=body).json()

    assert raw(b"{", headers) == example("EventsNotJson")
    assert raw(b"{}", recorder.bearer | {"Content-Type": "text/plain"}) == example("EventsNotJsonType")
    assert raw(b" " * 1_048_577, headers) == example("EventsTooLarge")


# ---------------------------------------------------------------------------------------------------------------------
# These tests can fail.


@pytest.mark.parametrize(
    "damage",
    [
        lambda page: page.pop("next"),
        lambda page: page.update(extra=1),
        lambda page: page["results"][0].pop("role"),
        lambda page: page["results"][0].update(role="EMPEROR"),
        lambda page: page["results"][0].update(created_at="yesterday"),
        lambda page: page["results"][0].update(user_name=7),
    ],
)
def test_an_answer_that_is_not_as_described_is_noticed(acme, damage):
    request, _, answer = exchange(acme.url, "GET", "/audit-trail", headers=acme.bearer)
    page = answer.json()
    damage(page)

    response = MockResponse(json.dumps(page).encode(), 200, dict(answer.headers.items()), "application/json")
    with pytest.raises(OpenAPIError):
        DESCRIBED.validate_response(request, response)


def test_a_missing_header_is_noticed(acme):
    request, _, answer = exchange(acme.url, "GET", "/audit-trail", headers=acme.bearer)

    response = MockResponse(answer.body, 200, {"Cache-Control": "no-store"}, "application/json")
    with pytest.raises(OpenAPIError):
        DESCRIBED.validate_response(request, response)
