"""Events with missing or odd parts, given to the functions as Lambda does: an answer in shape, or an error that says no more
than it should; the function lives on, and answers the next."""

import json
import re
from typing import Iterator

import pytest

import account_marks
import leaks
from lambda_runtime import Function, Outcome
from odd_parts import odd_payloads
from server import REPO, Credential, Server

# It reads nothing of its event, and signs with a key of KMS, of which there is none here: the suites over the emulated AWS call it.
SIGNS = "log-sign"
FUNCTIONS = sorted({path.stem for path in (REPO / "events").glob("*.json")} - {SIGNS})
OF_A_QUEUE = "events-consume"
OF_THE_STREAM = "log-append"
# What the function of each schedule says that it did.
OF_SCHEDULES = {
    "counts-roll": {"accounts", "accounts_failed", "days_counted", "events_read", "days_left"},
    "events-deliver": {"destinations", "accounts_failed", "events_sent", "parcels_sent", "destinations_refusing", "destinations_failing", "destinations_failed", "lag_ms", "lag_events"},
    "log-reconcile": {"accounts", "accounts_failed", "accounts_left", "days_compared", "events_compared", "entries_appended", "differences"},
}
WITHOUT_A_ROUTE = (OF_A_QUEUE, OF_THE_STREAM, *OF_SCHEDULES)
ACCOUNT = "events"
NO_PAYLOADS = [b"{}", b"[]", b"null", b"7", b'"x"', b'{"a":' * 200 + b"1" + b"}" * 200, b'{"Records": []}', b'{"version": "2.0"}']

# What a panic, a backtrace or a path of the machine that built the binary looks like.
INSIDE = re.compile(r"panicked|RUST_BACKTRACE|stack backtrace|unwrap\(\)|/rustc/|\.cargo/registry|\.rs:\d+|SQLITE|dynoxide")

# Without these a request cannot have come through API Gateway; what changes users writes down who asked, and does not guess.
SOURCE = re.compile(r"^requestContext(\.identity(\.sourceIp)?)? ")
NEED_THE_SOURCE = ["dashboard-user-create", "dashboard-user-update"]


@pytest.fixture(scope="module")
def credential(server: Server) -> Credential:
    """The credential that the payloads get; its account has the users that they name."""
    users = [account_marks.user("DEMO", user_id) for user_id in ("usr_demo_00", "usr_demo_01")]
    server.import_users(ACCOUNT, users)
    return server.create_credential(ACCOUNT, *account_marks.SCOPES)


def payload(function: str, credential: Credential) -> dict:
    """The payload of a function, with that credential in place of the published one, which is no secret."""
    text = (REPO / "events" / f"{function}.json").read_text(encoding="utf-8")
    if function == OF_A_QUEUE:
        return json.loads(text.replace('\\"demo\\"', f'\\"{ACCOUNT}\\"'))
    if function == OF_THE_STREAM:
        return json.loads(text.replace("events#demo#", f"events#{ACCOUNT}#"))
    text = text.replace("demo.local-demo-secret", credential.token).replace("local-demo-secret", credential.secret)
    return json.loads(text.replace('\\"demo\\"', f'\\"{credential.client_id}\\"').replace('"demo"', f'"{ACCOUNT}"'))


def start(name: str, server: Server, **variables: str) -> Function:
    """A function that writes as much as it can be made to: metrics, and where a panic came from."""
    metrics = {"METRICS_NAMESPACE": "AuditTrail/test", "METRICS_PER_ACCOUNT": "true"}
    return Function(name, server.dynamodb_url, RUST_BACKTRACE="1", **metrics, **variables)


@pytest.fixture(params=FUNCTIONS)
def function(request: pytest.FixtureRequest, server: Server, credential: Credential) -> Iterator[Function]:
    """Each function; what it has printed is searched for panics and secrets at the end."""
    running = start(request.param, server)
    try:
        yield running
    finally:
        running.stop()
    assert not re.search("panicked|stack backtrace", running.output())
    assert leaks.search(server.secrets, {request.param: running.output().encode()}) == []


# What everybody may read of the log of rounds: the newest checkpoint, and tiles, which never change.
CACHED = {"public, max-age=5", "public, max-age=31536000, immutable"}
NOT_JSON = ("text/csv", "text/plain", "application/octet-stream")
# The page for people answers what it cannot tell the path of with a page.
OF_PEOPLE = "trail-view"


def is_in_shape(function: str, outcome: Outcome) -> bool:
    """An answer as API Gateway or an event source takes it, or what a schedule's function says that it did."""
    answer = outcome.json()
    if function in (OF_A_QUEUE, OF_THE_STREAM):
        return set(answer) == {"batchItemFailures"}
    if function in OF_SCHEDULES:
        return set(answer) == OF_SCHEDULES[function]
    body = answer["body"] or ""
    headers = {name: values for name, values in answer["multiValueHeaders"].items()}
    (cached,) = headers["cache-control"]
    assert cached == "no-store" or (function == "log-read" and cached in CACHED)
    assert len(headers["x-request-id"]) == 1
    not_json = (*NOT_JSON, "text/html") if function == OF_PEOPLE else NOT_JSON
    assert headers["content-type"][0].startswith(not_json) or json.loads(body) is not None
    return 200 <= answer["statusCode"] < 600


def test_an_event_with_an_odd_part_is_answered_or_refused_and_the_next_is_answered(
    function: Function, credential: Credential, request: pytest.FixtureRequest
):
    name = request.node.callspec.params["function"]
    good = payload(name, credential)
    function.invoke(good)
    expected = status(name, function.invoke(good))
    assert expected in ("no failures", "done", 200, 201, 400), expected
    failed = []
    for number, (what, event) in enumerate(odd_payloads(good)):
        outcome = function.invoke(event)
        if INSIDE.search(outcome.text):
            failed.append((what, outcome.text[:300]))
        if outcome.is_error:
            assert set(outcome.json()) == {"errorType", "errorMessage"}, outcome
        elif not is_in_shape(name, outcome):
            failed.append((what, outcome.text[:300]))
        elif name not in WITHOUT_A_ROUTE and outcome.json()["statusCode"] >= 500 and not (name in NEED_THE_SOURCE and SOURCE.match(what)):
            failed.append((what, outcome.text[:300]))
        if number % 20 == 0:
            assert status(name, function.invoke(good)) == expected

    assert failed == []
    assert status(name, function.invoke(good)) == expected


def status(function: str, outcome: Outcome) -> int | str:
    """What came of a good event."""
    assert not outcome.is_error, outcome
    if function in (OF_A_QUEUE, OF_THE_STREAM):
        return "no failures" if outcome.json() == {"batchItemFailures": []} else outcome.text
    if function in OF_SCHEDULES:
        return "done" if outcome.json()["accounts_failed"] == 0 else outcome.text
    return outcome.json()["statusCode"]


def test_what_is_no_event_is_an_error_and_the_next_is_answered(
    function: Function, credential: Credential, request: pytest.FixtureRequest
):
    name = request.node.callspec.params["function"]
    for event in NO_PAYLOADS:
        outcome = function.invoke(event)
        assert not INSIDE.search(outcome.text), outcome
        # A batch without messages is one, and a clock may say anything; a function of a route takes neither.
        if not (name in WITHOUT_A_ROUTE and not outcome.is_error):
            assert outcome.is_error, (event, outcome)

    assert not function.invoke(payload(name, credential)).is_error


@pytest.mark.parametrize("level", ["DEBUG", "TRACE"])
@pytest.mark.parametrize("name", ["audit-trail", "dashboard-user-get"])
def test_no_log_level_writes_a_secret(server: Server, credential: Credential, name: str, level: str):
    function = start(name, server, AWS_LAMBDA_LOG_LEVEL=level)
    try:
        assert not function.invoke(payload(name, credential)).is_error
        assert not function.invoke(payload(name, credential) | {"body": "{"}).is_error
    finally:
        function.stop()

    assert function.output() != ""
    assert leaks.search({credential.secret, credential.token}, {"log": function.output().encode()}) == []
