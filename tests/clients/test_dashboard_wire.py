"""The dashboard's dialect over plain HTTP: what the official client cannot send, and what it does not show."""

import json

import pytest

import expect
from wire import post_json, send

GET = "/dashboard_user/get"
LIST = "/dashboard_user/list"
BOTH = pytest.mark.parametrize("path", [GET, LIST])
ACCEPTED = {GET: {"dashboard_user_id": "usr_1SUuwqBdK75GKi"}, LIST: {}}


def test_a_user_is_a_flat_object(acme):
    answer = post_json(acme.url, GET, {"dashboard_user_id": "54350110fedcbaf01234ffee"} | acme.keys)

    assert answer.status == 200
    expect.common_headers(answer)
    body = answer.json()
    assert set(body) == {"id", "created_at", "email_address", "status", "request_id"}
    assert expect.DATE_TIME.fullmatch(body["created_at"])


def test_a_page_of_users_has_a_cursor_even_when_it_is_null(acme):
    answer = post_json(acme.url, LIST, acme.keys)

    assert answer.status == 200
    expect.common_headers(answer)
    body = answer.json()
    assert set(body) == {"dashboard_users", "next_cursor", "request_id"}
    assert body["next_cursor"] is None
    for user in body["dashboard_users"]:
        assert set(user) == {"id", "created_at", "email_address", "status"}
        assert expect.DATE_TIME.fullmatch(user["created_at"])


@BOTH
def test_credentials_may_come_in_headers_of_any_case(acme, path):
    headers = {"plaid-client-id": acme.credential.client_id, "Plaid-Secret": acme.credential.secret}

    answer = post_json(acme.url, path, ACCEPTED[path], headers=headers)

    assert answer.status == 200


@BOTH
@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON"])
def test_the_content_type_of_json_is_read_as_http_says(acme, path, content_type):
    answer = post_json(acme.url, path, ACCEPTED[path] | acme.keys, headers={"Content-Type": content_type})

    assert answer.status == 200


@BOTH
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b"{}}",
        b"null",
        b"true",
        b"7",
        b'"text"',
        b"[]",
        b"client_id=demo&secret=s",
        b"{'client_id': 'demo'}",
        b'{"client_id": NaN}',
        b'{"client_id": "\xff"}',
        b'{"client_id": "a\nb"}',
        b"\x00",
        b"[" * 10_000,
        b'{"a":' * 10_000,
    ],
    ids=lambda body: repr(body[:24]),
)
def test_a_body_that_is_not_a_json_object_is_not_parsed(acme, path, body):
    answer = send(acme.url, "POST", path, headers={"Content-Type": "application/json"}, body=body)

    assert answer.status == 400
    expect.common_headers(answer)
    expect.plaid_error(answer.json(), "INVALID_REQUEST", "INVALID_BODY", "body could not be parsed as JSON")


@BOTH
@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "json"])
def test_another_content_type_is_named_so(acme, path, content_type):
    answer = post_json(acme.url, path, ACCEPTED[path] | acme.keys, headers={"Content-Type": content_type})

    assert answer.status == 400
    expect.common_headers(answer)
    expect.plaid_error(answer.json(), "INVALID_REQUEST", "INVALID_BODY", "Content-Type must be application/json")


@BOTH
def test_a_body_over_64_kib_is_refused(acme, path):
    fitting = json.dumps(ACCEPTED[path] | acme.keys).encode()
    at_the_limit = fitting + b" " * (64 * 1024 - len(fitting))
    headers = {"Content-Type": "application/json"}

    accepted = send(acme.url, "POST", path, headers=headers, body=at_the_limit)
    refused = send(acme.url, "POST", path, headers=headers, body=at_the_limit + b" ")

    assert accepted.status == 200
    assert refused.status == 400
    expect.plaid_error(refused.json(), "INVALID_REQUEST", "INVALID_BODY")


@BOTH
def test_a_body_of_a_megabyte_is_refused(acme, path):
    body = json.dumps({"dashboard_user_id": "x" * 1_000_000} | acme.keys).encode()

    answer = send(acme.url, "POST", path, headers={"Content-Type": "application/json"}, body=body)

    assert answer.status == 400
    expect.plaid_error(answer.json(), "INVALID_REQUEST", "INVALID_BODY")


@BOTH
def test_unknown_fields_are_told_before_missing_ones(acme, path):
    answer = post_json(acme.url, path, {"zebra": 1, "apple": None})

    assert answer.status == 400
    prefix = "the following fields are not recognized by this endpoint: "
    expect.plaid_fields_error(answer.json(), "UNKNOWN_FIELDS", prefix, {"zebra", "apple"})


def test_missing_fields_are_told_before_wrong_types(acme):
    answer = post_json(acme.url, GET, {"dashboard_user_id": 7, "client_id": "demo"})

    expect.plaid_fields_error(answer.json(), "MISSING_FIELDS", "the following required fields are missing: ", {"secret"})


def test_wrong_types_are_told_before_wrong_credentials(acme):
    answer = post_json(acme.url, GET, {"dashboard_user_id": 7, "client_id": "nobody", "secret": "wrong"})

    expect.plaid_error(answer.json(), "INVALID_REQUEST", "INVALID_FIELD", naming="dashboard_user_id")


def test_wrong_credentials_are_told_before_anything_about_the_data(acme):
    known = post_json(acme.url, GET, {"dashboard_user_id": "usr_1SUuwqBdK75GKi", "client_id": "nobody", "secret": "s"})
    unknown = post_json(acme.url, GET, {"dashboard_user_id": "nobody", "client_id": "nobody", "secret": "s"})

    for answer in (known, unknown):
        assert answer.status == 400
        expect.plaid_error(
            answer.json(), "INVALID_INPUT", "INVALID_API_KEYS", "invalid client_id or secret provided"
        )


@BOTH
@pytest.mark.parametrize("field", ["client_id", "secret"])
@pytest.mark.parametrize("value", [7, True, [], {}, 1.5], ids=repr)
def test_a_credential_that_is_not_text_is_named(acme, path, field, value):
    answer = post_json(acme.url, path, ACCEPTED[path] | acme.keys | {field: value})

    assert answer.status == 400
    expect.plaid_error(answer.json(), "INVALID_REQUEST", "INVALID_FIELD", naming=field)


@BOTH
def test_an_empty_client_id_header_is_malformed_or_missing(acme, path):
    headers = {"PLAID-CLIENT-ID": "", "PLAID-SECRET": "s"}

    answer = post_json(acme.url, path, ACCEPTED[path], headers=headers)

    assert answer.status == 400
    assert answer.json()["error_code"] in ("INVALID_FIELD", "MISSING_FIELDS")
    assert "client_id" in answer.json()["error_message"]


def test_a_null_user_id_is_missing_or_of_the_wrong_type(acme):
    answer = post_json(acme.url, GET, {"dashboard_user_id": None} | acme.keys)

    assert answer.status == 400
    assert answer.json()["error_code"] in ("INVALID_FIELD", "MISSING_FIELDS")
    assert "dashboard_user_id" in answer.json()["error_message"]


@BOTH
@pytest.mark.parametrize("query", ["page_size=5", "cursor=x", "client_id=demo&client_id=demo", "=", "a"])
def test_query_parameters_are_named_and_refused(acme, path, query):
    answer = post_json(acme.url, path, ACCEPTED[path] | acme.keys, query=query)

    assert answer.status == 400
    expect.common_headers(answer)
    assert set(answer.json()) == expect.PLAID_ERROR_KEYS
    assert query.split("=")[0] in answer.json()["error_message"]


HOSTILE = [
    "' OR '1'='1",
    "'; DROP TABLE audit; --",
    '{"$ne": null}',
    '{"S": "x"}',
    "users#stranger",
    "a#b",
    "#",
    "../../etc/passwd",
    "%2e%2e%2f",
    "\x00",
    "a\x00b",
    "\x01\x1f\x7f",
    "line\r\nX-Injected: yes",
    "\u0661\u0662",
    "Zoë 東京 🦀",
    "\u202eabc",
    "\ufeff",
    "e\u0301" * 50,
    " ",
    " usr_1SUuwqBdK75GKi",
    "usr_1SUuwqBdK75GKi ",
    "USR_1SUUWQBDK75GKI",
    "x" * 1_025,
    "é" * 513,
    "x" * 60_000,
    "${jndi:ldap://127.0.0.1/a}",
    "<script>alert(1)</script>",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:32]))
@pytest.mark.parametrize(("path", "field"), [(GET, "dashboard_user_id"), (LIST, "cursor")])
def test_hostile_text_in_a_field_is_an_invalid_field(acme, stranger, path, field, text):
    answer = post_json(acme.url, path, acme.keys | {field: text})

    assert answer.status == 400, answer
    expect.common_headers(answer)
    assert answer.headers["X-Injected"] is None
    expect.plaid_error(answer.json(), "INVALID_REQUEST", "INVALID_FIELD", naming=field)


@BOTH
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:32]))
@pytest.mark.parametrize("field", ["client_id", "secret"])
def test_hostile_text_in_a_credential_never_gets_in(acme, path, field, text):
    answer = post_json(acme.url, path, ACCEPTED[path] | acme.keys | {field: text})

    assert answer.status == 400, answer
    expect.common_headers(answer)
    body = answer.json()
    assert set(body) == expect.PLAID_ERROR_KEYS
    assert body["error_code"] in ("INVALID_API_KEYS", "INVALID_FIELD")


@BOTH
def test_a_lone_surrogate_is_not_text(acme, path):
    body = b'{"client_id": "\\ud800", "secret": "s"}'

    answer = send(acme.url, "POST", path, headers={"Content-Type": "application/json"}, body=body)

    expect.some_dialect_error(answer, "dashboard")
    assert answer.status == 400


@BOTH
def test_a_field_given_twice_is_refused(acme, path):
    keys = json.dumps(ACCEPTED[path] | acme.keys)[:-1]

    answer = send(
        acme.url, "POST", path, headers={"Content-Type": "application/json"}, body=f'{keys}, "secret": "x"}}'.encode()
    )

    expect.some_dialect_error(answer, "dashboard")
    assert answer.status == 400
