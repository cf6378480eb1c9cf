"""What the gateway answers on its own: routes and methods that the template does not have."""

import pytest

import expect
from wire import send

UNKNOWN_ROUTES = [
    ("POST", "/"),
    ("GET", "/favicon.ico"),
    ("GET", "/audit-trail/x"),
    ("GET", "/v1/audit-trail"),
    ("GET", "/hris/v2/audit-trail"),
    ("GET", "/network/audit/accounts/acme"),
    ("GET", "/network/audit/accounts/acme/useraccess"),
    ("GET", "/network/audit/accounts/acme/userAccess/x/y"),
    ("GET", "/network/audit/accounts/acme/groups"),
    ("POST", "/dashboard_user"),
    ("POST", "/dashboard_user/remove"),
    ("POST", "/dashboard_user/get/x"),
    ("POST", "/dashboard_user//list"),
    ("GET", "/..%2f..%2fetc/passwd"),
]
WRONG_METHODS = [
    ("GET", "/dashboard_user/get"),
    ("PUT", "/dashboard_user/get"),
    ("GET", "/dashboard_user/list"),
    ("POST", "/audit-trail"),
    ("DELETE", "/audit-trail"),
    ("POST", "/hris/v1/audit-trail"),
    ("POST", "/network/audit/accounts/acme/users"),
    ("DELETE", "/network/audit/accounts/acme/userAccess/x"),
]


@pytest.mark.parametrize(("method", "path"), UNKNOWN_ROUTES + WRONG_METHODS)
def test_what_the_template_does_not_have_is_not_found_in_every_dialect(acme, method, path):
    answer = send(acme.url, method, path, headers=acme.bearer, body=b"{}" if method != "GET" else None)

    expect.gateway_not_found(answer)


HEAD_ALLOWED = [
    ("/dashboard_user/get", "POST"),
    ("/dashboard_user/list", "POST"),
    ("/dashboard_user/create", "POST"),
    ("/dashboard_user/update", "POST"),
    ("/network/audit/accounts/acme/userAccess", "GET"),
    ("/network/audit/accounts/acme/userAccess/usr_1", "GET"),
    ("/network/audit/accounts/acme/users", "GET"),
    ("/network/audit/accounts/acme/users/usr_1", "GET"),
    ("/audit-trail", "GET"),
    ("/audit-trail/feed", "GET"),
    ("/api/v1/logs", "GET"),
    ("/log/checkpoint", "GET"),
    ("/log/tile/0/000", "GET"),
    ("/log/account/head", "GET"),
    ("/log/account/tile/0/000", "GET"),
    ("/log/account/proof", "GET"),
    ("/log/account/items", "GET"),
    ("/hris/v1/audit-trail", "GET"),
    ("/audit-trail/events", "POST"),
]


@pytest.mark.parametrize(("path", "allowed"), HEAD_ALLOWED)
def test_head_of_a_path_is_405_and_says_what_the_path_takes(acme, path, allowed):
    answer = send(acme.url, "HEAD", path)

    assert (answer.status, answer.headers["Allow"], answer.body) == (405, allowed, b"")


def test_head_of_a_path_that_does_not_exist_is_404(acme):
    assert send(acme.url, "HEAD", "/audit-trail/x").status == 404


@pytest.mark.parametrize("path", ["/audit-trail", "/audit-trail/", "//audit-trail", "//hris/v1/audit-trail/"])
def test_slashes_around_a_path_make_no_difference(acme, path):
    assert send(acme.url, "GET", path, headers=acme.bearer).status == 200


def test_request_ids_differ_from_answer_to_answer(acme):
    ids = {send(acme.url, "GET", path, headers=acme.bearer).headers["X-Request-Id"] for path in ["/audit-trail"] * 3 + ["/nothing"] * 3}

    assert len(ids) == 6
