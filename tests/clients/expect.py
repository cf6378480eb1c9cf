"""What every answer of each dialect must look like, said once."""

import re
from typing import Any

from wire import Answer

PLAID_ERROR_KEYS = {
    "error_type",
    "error_code",
    "error_message",
    "display_message",
    "request_id",
    "documentation_url",
    "suggested_action",
}

OKTA_ERROR_KEYS = {"errorCode", "errorSummary", "errorLink", "errorId", "errorCauses"}

# The gateway cannot know which dialect a path belongs to: its own answers carry the fields of all.
GATEWAY_ERROR_KEYS = PLAID_ERROR_KEYS | {"code", "detail"} | OKTA_ERROR_KEYS

REQUEST_ID = re.compile(r"[A-Za-z0-9]{15}")
DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z")


def common_headers(answer: Answer) -> None:
    """The headers of every answer, success or not."""
    assert answer.headers.get_all("Cache-Control") == ["no-store"]
    assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert len(answer.headers.get_all("X-Request-Id") or []) == 1
    assert answer.headers["X-Request-Id"].strip() != ""


def plaid_error(body: Any, error_type: str, error_code: str, message: str | None = None, naming: str | None = None) -> None:
    """A dashboard error: the seven keys, no more; `message` is exact, `naming` must occur in it."""
    assert set(body) == PLAID_ERROR_KEYS, body
    assert (body["error_type"], body["error_code"]) == (error_type, error_code), body
    assert body["display_message"] is None
    assert body["suggested_action"] is None
    assert isinstance(body["documentation_url"], str)
    assert REQUEST_ID.fullmatch(body["request_id"]), body["request_id"]
    assert isinstance(body["error_message"], str) and body["error_message"] != ""
    if message is not None:
        assert body["error_message"] == message
    if naming is not None:
        assert naming in body["error_message"], f"{naming!r} is not named in {body['error_message']!r}"


def plaid_fields_error(body: Any, error_code: str, prefix: str, fields: set[str]) -> None:
    """An error that lists fields after a fixed text, in any order."""
    plaid_error(body, "INVALID_REQUEST", error_code)
    assert body["error_message"].startswith(prefix), body["error_message"]
    assert set(body["error_message"].removeprefix(prefix).split(", ")) == fields, body["error_message"]


def network_error(answer: Answer, status: int, naming: str | None = None) -> None:
    """A network error: a code and a detail, as JSON although success is CSV."""
    assert answer.status == status, answer
    common_headers(answer)
    body = answer.json()
    assert set(body) == {"code", "detail"}, body
    assert all(isinstance(value, str) and value != "" for value in body.values()), body
    if naming is not None:
        assert naming in body["detail"], f"{naming!r} is not named in {body['detail']!r}"


def trail_parameter_error(answer: Answer, *parameters: str) -> None:
    """A 400 of the trail: one key for each bad parameter, with a list of reasons."""
    assert answer.status == 400, answer
    common_headers(answer)
    trail_parameter_body(answer.json(), *parameters)


def trail_parameter_body(body: Any, *parameters: str) -> None:
    """The body of such a 400."""
    assert set(body) == set(parameters), body
    for reasons in body.values():
        assert isinstance(reasons, list) and reasons != [], body
        assert all(isinstance(reason, str) and reason != "" for reason in reasons), body


def trail_detail_error(answer: Answer, status: int, detail: str | None = None) -> None:
    """An error of the trail that is not about one parameter."""
    assert answer.status == status, answer
    common_headers(answer)
    body = answer.json()
    assert set(body) == {"detail"}, body
    assert isinstance(body["detail"], str) and body["detail"] != ""
    if detail is not None:
        assert body["detail"] == detail
    if status == 401:
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def gateway_not_found(answer: Answer) -> None:
    """The gateway's own 404, for a route or method that the template does not have."""
    assert answer.status == 404, answer
    common_headers(answer)
    body = answer.json()
    assert set(body) == GATEWAY_ERROR_KEYS, body
    assert (body["error_type"], body["error_code"]) == ("INVALID_REQUEST", "NOT_FOUND")
    assert body["error_message"] == "not found"
    assert body["detail"] == "not found"
    assert (body["errorCode"], body["errorSummary"], body["errorCauses"]) == ("E0000007", "Not found: Resource not found", [])


def some_dialect_error(answer: Answer, dialect: str) -> None:
    """Any 4xx in the dialect's shape (or the gateway's), whatever the reason: for input nobody planned for."""
    assert 400 <= answer.status < 500, answer
    common_headers(answer)
    body = answer.json()
    if set(body) == GATEWAY_ERROR_KEYS:
        return
    if dialect == "dashboard":
        assert set(body) == PLAID_ERROR_KEYS, body
    elif dialect == "network":
        assert set(body) == {"code", "detail"}, body
    elif set(body) != {"detail"}:
        trail_parameter_body(body, *body)
