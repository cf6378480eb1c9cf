"""Errors that the gateway answers by itself, shaped as the template says, and those that a function answers."""

import json

import pytest
import yaml

import expect
from conftest import Tenant
from gateway import gateway_responses, without_function, without_requests_left
from server import REPO
from stack import Stack
from wire import Answer, post_json, send


# Those of the system log, by the error code of the others.
OKTA = {
    "NOT_FOUND": ("E0000007", "Not found: Resource not found"),
    "RATE_LIMIT": ("E0000047", "API call exceeded rate limit due to too many requests."),
    "INTERNAL_SERVER_ERROR": ("E0000009", "Internal Server Error"),
}
# What tells a client to try again; the reset is a time that is past, for the gateway can say no other in seconds.
TRY_AGAIN = {"Retry-After": "1", "X-Rate-Limit-Limit": "1", "X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": "1"}


def of_gateway(answer: Answer, status: int, error_type: str, error_code: str, message: str) -> None:
    """An answer of the gateway's own, with the fields of all dialects."""
    assert answer.status == status, answer
    expect.common_headers(answer)
    okta_code, okta_summary = OKTA[error_code]
    assert answer.json() == {
        "error_type": error_type,
        "error_code": error_code,
        "error_message": message,
        "display_message": None,
        "request_id": answer.headers["X-Request-Id"],
        "documentation_url": "",
        "suggested_action": None,
        "code": error_code,
        "detail": message,
        "errorCode": okta_code,
        "errorSummary": okta_summary,
        "errorLink": okta_code,
        "errorId": answer.headers["X-Request-Id"],
        "errorCauses": [],
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/"),
        ("GET", "/favicon.ico"),
        ("GET", "/audit-trail/x"),
        ("DELETE", "/audit-trail"),
        ("GET", "/dashboard_user/list"),
        ("POST", "/dashboard_user/remove"),
    ],
)
@pytest.mark.parametrize("authorization", [None, "Bearer", "VBrick"])
def test_what_the_template_does_not_have_is_not_found_with_and_without_a_token(acme: Tenant, method, path, authorization):
    headers = {} if authorization is None else {"Authorization": f"{authorization} {acme.credential.token}"}

    answer = send(acme.url, method, path, headers=headers)

    of_gateway(answer, 404, "INVALID_REQUEST", "NOT_FOUND", "not found")


def test_a_method_whose_rate_is_used_up_answers_429_and_when_to_come_back(stack: Stack, acme: Tenant):
    with without_requests_left(stack, "POST", "/dashboard_user/list"):
        answer = post_json(acme.url, "/dashboard_user/list", acme.keys)

    of_gateway(answer, 429, "RATE_LIMIT_EXCEEDED", "RATE_LIMIT", "rate limit exceeded")
    assert {name: answer.headers[name] for name in TRY_AGAIN} == TRY_AGAIN
    assert post_json(acme.url, "/dashboard_user/list", acme.keys).status == 200


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/audit-trail", "GET"), ("/network/audit/accounts/acme/users/usr_1", "GET"), ("/audit-trail/events", "POST"), ("/dashboard_user/list", "POST"), ("/", "GET"), ("/session", "POST")],
)
def test_head_of_a_path_is_405_and_says_what_the_path_takes(acme: Tenant, path: str, allowed: str):
    answer = send(acme.url, "HEAD", path)

    assert (answer.status, answer.headers["Allow"]) == (405, allowed)


# For a function that fails while it starts the emulator answers 502 with the function's own words, where API Gateway answers
# with DEFAULT_5XX. A function that there is not is a failure for which both answer with it.
def test_a_failure_behind_the_gateway_says_nothing_but_its_request_id(stack: Stack, acme: Tenant):
    with without_function(stack, "GET", "/audit-trail"):
        answer = send(acme.url, "GET", "/audit-trail", headers=acme.bearer)

    of_gateway(answer, 500, "API_ERROR", "INTERNAL_SERVER_ERROR", "an unexpected error occurred")
    assert {name: answer.headers[name] for name in TRY_AGAIN} == TRY_AGAIN
    assert send(acme.url, "GET", "/audit-trail", headers=acme.bearer).status == 200


# The emulator has no limit of 10 MB, so the gateway's own 413 is held against the deployed definition below.
def test_a_body_that_is_too_large_for_the_function_is_refused_in_its_dialect(acme: Tenant):
    json_of = acme.bearer | {"Content-Type": "application/json"}

    trail = send(acme.url, "POST", "/audit-trail/events", headers=json_of, body=b" " * (1024 * 1024 + 1))
    dashboard = send(acme.url, "POST", "/dashboard_user/list", headers=json_of, body=b" " * (64 * 1024 + 1))

    expect.trail_detail_error(trail, 413, "The body must be at most 1048576 bytes.")
    assert dashboard.status == 400
    expect.plaid_error(dashboard.json(), "INVALID_REQUEST", "INVALID_BODY")


def test_no_credential_is_answered_by_the_function_in_its_dialect(acme: Tenant):
    trail = send(acme.url, "GET", "/audit-trail")
    network = send(acme.url, "GET", "/network/audit/accounts/acme/users")
    dashboard = post_json(acme.url, "/dashboard_user/list", {})

    expect.trail_detail_error(trail, 401, "Authentication credentials were not provided.")
    expect.network_error(network, 401)
    assert dashboard.status == 400
    assert set(dashboard.json()) == expect.PLAID_ERROR_KEYS


def test_the_gateway_responses_of_the_template_are_deployed(stack: Stack):
    deployed = {name: of_definition(response) for name, response in gateway_responses(stack).items()}

    assert deployed == gateway_responses_of_template()
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "REQUEST_TOO_LARGE", "THROTTLED", "INVALID_SIGNATURE"} <= set(deployed)


def gateway_responses_of_template() -> dict[str, tuple[str | None, dict, dict]]:
    """Status, headers and body of each, as template.yaml has them."""
    written = yaml.load((REPO / "template.yaml").read_text(), CloudFormationLoader)
    found = {}
    for name, response in written["Resources"]["Api"]["Properties"]["GatewayResponses"].items():
        status = str(response["StatusCode"]) if "StatusCode" in response else None
        body = response["ResponseTemplates"]["application/json"]
        found[name] = (status, response["ResponseParameters"]["Headers"], json.loads(body))
    return found


def of_definition(response: dict) -> tuple[str | None, dict, dict]:
    """The same of a deployed one."""
    headers = {
        name.removeprefix("gatewayresponse.header."): value for name, value in response["responseParameters"].items()
    }
    status = str(response["statusCode"]) if "statusCode" in response else None
    return status, headers, json.loads(response["responseTemplates"]["application/json"])


class CloudFormationLoader(yaml.SafeLoader):
    """Reads template.yaml; what `!Ref` and its like stand for is not asked for here."""


CloudFormationLoader.add_multi_constructor("!", lambda loader, suffix, node: None)
