"""The official `okta` client, unmodified, through TLS, against `audit serve`."""

import asyncio
import os
import time
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, Iterator

import boto3
import pytest

import corpus
from conftest import Tenant, make_tenant
from server import AWS_ENV, TABLE, Server
from tls_front import TlsFront, gateway_answer, make_certificate

LOG_SECONDS_MAX = 20
EVENTS = 60


@pytest.fixture(scope="module")
def front(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsFront]:
    """TLS before the server, with a certificate that the client trusts because the environment says so."""
    certificate, key = make_certificate(tmp_path_factory.mktemp("tls"))
    running = TlsFront(server.port, certificate, key)
    # Python's own list of certificates: aiohttp reads it once, when it is imported, which is when the client is.
    before = os.environ.get("SSL_CERT_FILE")
    os.environ["SSL_CERT_FILE"] = str(certificate)
    try:
        import okta.client  # noqa: F401

        yield running
    finally:
        running.close()
        os.environ.pop("SSL_CERT_FILE")
        if before is not None:
            os.environ["SSL_CERT_FILE"] = before


@pytest.fixture(scope="module")
def logged(front: TlsFront, server: Server) -> Tenant:
    """An account with numbered events that are all in the log, in three groups that were appended at three times."""
    tenant = make_tenant(server, "system-log", scopes=("audit:read",))
    for group in range(3):
        numbers = range(group * 20, group * 20 + 20)
        server.import_events(tenant.account, [corpus.trail_event(number) for number in numbers])
        until_it_has(lambda: read(front, tenant), group * 20 + 20)
    return tenant


def client(front: TlsFront, token: str, **more: Any):
    """The client as its own documentation sets it up."""
    from okta.client import Client

    return Client({"orgUrl": front.url, "token": token, **more})


def ask(front: TlsFront, token: str, *, settings: dict[str, Any] | None = None, **query: Any):
    """The events, the answer and the error of one request."""
    events, answer, error = asyncio.run(client(front, token, **(settings or {})).list_log_events(**query))
    return events, answer, error


def page(front: TlsFront, tenant: Tenant, **query: Any) -> tuple[list, str | None]:
    """The events of a page, and the token that the client finds in its links."""
    from okta.pagination import PaginationHelper

    events, answer, error = ask(front, tenant.credential.token, **query)
    assert error is None, error
    return events, PaginationHelper.extract_next_cursor(answer.headers)


def read(front: TlsFront, tenant: Tenant, **query: Any) -> list:
    """All events, as the client itself walks pages: to one that is empty, or that has no link."""
    from okta.pagination import paginate_all

    async def walk() -> list:
        return [event async for event in paginate_all(client(front, tenant.credential.token).list_log_events, **query)]

    return asyncio.run(walk())


def until_it_has(events: Callable[[], list], number: int) -> list:
    """The events, once there are so many: the log is a second behind what is recorded."""
    deadline = time.monotonic() + LOG_SECONDS_MAX
    while len(found := events()) < number:
        assert time.monotonic() < deadline, f"{len(found)} of {number} events are in the log"
        time.sleep(0.2)
    return found


def numbers(events: list) -> list[int]:
    """The numbers of events of the corpus."""
    return [int(event.display_message.removeprefix("event ")) for event in events]


def text(at: datetime) -> str:
    """The time as the client's user would write it."""
    return at.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# ---------------------------------------------------------------------------------------------------------------------
# Pages and events.


def test_the_client_reads_every_event_once_in_the_order_of_positions(front, logged):
    for limit in (1, 7, 60, 1_000):
        events = read(front, logged, limit=limit)

        assert sorted(numbers(events)) == list(range(EVENTS))
        assert [event.debug_context.debug_data["position"] for event in events] == [str(at) for at in range(EVENTS)]
        assert [event.published for event in events] == sorted(event.published for event in events)


def test_an_event_is_what_was_recorded(front, server):
    tenant = make_tenant(server, "system-log-fields", events=corpus.ACME_EVENTS)
    events = {event.uuid: event for event in until_it_has(lambda: read(front, tenant), len(corpus.ACME_EVENTS))}

    for given in corpus.ACME_EVENTS:
        shown, principal = events[given["id"]], given["principal"]
        assert (shown.event_type, shown.display_message) == (given["event_type"], given["event_description"])
        assert (shown.actor.id, shown.actor.display_name) == (principal.get("id"), principal.get("name"))
        assert (shown.actor.alternate_id, shown.client.ip_address) == (principal.get("email"), principal["ip_address"])
        assert (shown.outcome.result, shown.severity, shown.version) == ("SUCCESS", "INFO", "0")
        debug_data = shown.debug_context.debug_data
        assert debug_data["role"] == principal["role"] and all(isinstance(value, str) for value in debug_data.values())
        target = shown.target[0] if shown.target else None
        assert (target.id if target else None) == given.get("subject", {}).get("entity_id")


def test_polling_goes_on_after_the_end_and_misses_nothing_that_comes_late(front, server):
    tenant = make_tenant(server, "system-log-polled")
    after, seen = None, []

    def poll() -> None:
        nonlocal after
        while True:
            events, token = page(front, tenant, after=after, limit=4)
            seen.extend(events)
            if not events:
                assert token == after, "at the end it leads to itself: without a token where none was asked with"
                return
            assert token is not None, "polling always leads on"
            after = token

    # Each round: two of one millisecond, the newest of all, and one that happened before all that was read.
    at = datetime(2026, 5, 2, tzinfo=timezone.utc)
    for round_ in range(4):
        poll()
        times = [at, at, at + timedelta(hours=round_), at - timedelta(days=round_ + 1), at - timedelta(hours=round_ + 1)]
        events = [
            corpus.trail_event(round_ * 5 + number) | {"created_at": text(moment)} for number, moment in enumerate(times)
        ]
        server.import_events(tenant.account, events)
        expected = round_ * 5 + 5
        until_it_has(lambda: (poll(), seen)[1], expected)

    poll()
    assert sorted(numbers(seen)) == list(range(20))
    assert [event.debug_context.debug_data["position"] for event in seen] == [str(at) for at in range(20)]


def test_a_range_is_half_open_and_ends(front, logged):
    events = read(front, logged, limit=1_000)
    groups: dict[datetime, list[int]] = {}
    for event in events:
        groups.setdefault(event.published, []).append(int(event.display_message.removeprefix("event ")))
    times = sorted(groups)
    assert len(times) >= 3, "the groups were appended at different times"

    since, until = text(times[1]), text(times[-1])
    expected = [number for at in times[1:-1] for number in groups[at]]
    for limit in (1, 7, 1_000):
        assert numbers(read(front, logged, since=since, until=until, limit=limit)) == expected
    backwards = read(front, logged, since=since, until=until, limit=7, sort_order="DESCENDING")
    assert numbers(backwards) == expected[::-1]
    last, token = page(front, logged, since=since, until=until, limit=1_000)
    assert (numbers(last), token) == (expected, None)
    assert page(front, logged, since=since, until=since) == ([], None)


def test_a_filter_takes_the_events_that_it_names(front, logged):
    kind = corpus.EVENT_TYPES[7]
    for filter_, takes in [
        (f'eventType eq "{kind}"', lambda n: n % 43 == 7),
        ('actor.id eq "p3"', lambda n: n % 5 == 3),
        ('actor.alternateId eq "PERSON3@example.com"', lambda n: n % 5 == 3),
        (f'actor.id eq "p2" and eventType eq "{kind}"', lambda n: n % 5 == 2 and n % 43 == 7),
        ('target.id eq "nobody"', lambda n: False),
    ]:
        found = read(front, logged, filter=filter_, limit=2)
        assert sorted(numbers(found)) == [number for number in range(EVENTS) if takes(number)], filter_


def test_an_event_that_was_deleted_by_hand_is_said_to_be_missing(front, server):
    tenant = make_tenant(server, "system-log-missing", events=[corpus.trail_event(number) for number in range(3)])
    until_it_has(lambda: read(front, tenant), 3)
    table = boto3.resource(
        "dynamodb",
        endpoint_url=server.dynamodb_url,
        region_name=AWS_ENV["AWS_REGION"],
        aws_access_key_id="local",
        aws_secret_access_key="local",
    ).Table(TABLE)
    gone = corpus.trail_event(1)
    table.delete_item(Key={"pk": "events#system-log-missing#00", "sk": f"{gone['created_at']}#{gone['id']}"})

    (missing,) = [event for event in read(front, tenant) if event.uuid == gone["id"]]

    assert (missing.event_type, missing.severity) == ("EVENT_MISSING", "WARN")
    assert (missing.outcome.result, missing.outcome.reason) == ("UNKNOWN", "missing")


def test_the_client_may_call_itself_a_bearer_too(front, logged):
    events, _, error = ask(front, logged.credential.token, settings={"authorizationMode": "Bearer"}, limit=3)

    assert error is None and len(events) == 3


# ---------------------------------------------------------------------------------------------------------------------
# Refusals.


def refused(front: TlsFront, token: str, **query: Any) -> tuple[int, str, str]:
    """Status, code and summary of the client's own error."""
    events, _, error = ask(front, token, **query)
    assert events is None
    return error.status, error.error_code, error.error_summary


def test_a_credential_that_is_none_and_one_that_may_not_are_told_apart(front, logged):
    writer = logged.server.create_credential(logged.account, "events:write")

    assert refused(front, "nobody.wrong") == (401, "E0000011", "Invalid token provided")
    assert refused(front, writer.token) == (403, "E0000006", "You do not have permission to perform the requested action")


@pytest.mark.parametrize(
    ("query", "code", "summary"),
    [
        ({"limit": 0}, "E0000001", "Api validation failed: limit"),
        ({"limit": 1_001}, "E0000001", "Api validation failed: limit"),
        ({"since": "yesterday"}, "E0000001", "Api validation failed: since"),
        ({"since": "2026-01-02", "until": "2026-01-01"}, "E0000001", "Api validation failed: since"),
        ({"sort_order": "SIDEWAYS"}, "E0000001", "Api validation failed: sortOrder"),
        ({"after": "nothing"}, "E0000001", "Api validation failed: after"),
        ({"q": "ada"}, "E0000001", "Api validation failed: q"),
        ({"filter": "eventType eq INVITED_USER"}, "E0000053", "Invalid filter"),
        ({"filter": 'eventType sw "INVITED"'}, "E0000031", "Invalid search criteria."),
        ({"filter": 'outcome.result eq "SUCCESS"'}, "E0000031", "Invalid search criteria."),
    ],
    ids=str,
)
def test_a_bad_request_says_what_is_wrong(front, logged, query, code, summary):
    assert refused(front, logged.credential.token, **query) == (400, code, summary)


@pytest.mark.parametrize(("name", "status"), [("THROTTLED", 429), ("DEFAULT_5XX", 503), ("DEFAULT_5XX", 504)])
def test_the_client_tries_again_what_the_gateway_refuses_for_now(front, logged, name, status):
    front.answers = [gateway_answer(name, status)] * 2
    front.requests.clear()

    events, _, error = ask(front, logged.credential.token, limit=5)

    assert error is None and len(events) == 5
    assert len(front.requests) == 3


@pytest.mark.parametrize(("name", "status", "code"), [("THROTTLED", 429, "E0000047"), ("DEFAULT_5XX", 500, "E0000009"), ("WAF_FILTERED", 403, "E0000006")])
def test_what_the_gateway_refuses_for_good_is_the_clients_own_error(front, logged, name, status, code):
    front.answers = [gateway_answer(name, status)]

    events, _, error = ask(front, logged.credential.token, settings={"rateLimit": {"maxRetries": 0}})

    assert events is None
    assert (error.status, error.error_code, error.error_id) == (status, code, "request-1")
