"""More than anyone would send: each flood has a clear 4xx, the server goes on, and its memory stays bounded."""

import gzip
import json
from typing import Iterable, Iterator

import pytest

import expect
from account_marks import MarkedAccount
from raw_http import RawAnswer, request, send_raw
from server import Server
from wire import post_json, send

GATEWAY_BODY_BYTES_MAX = 10 * 1024 * 1024
GATEWAY_HEADERS_BYTES_MAX = 10_240
EVENTS_BODY_BYTES_MAX = 1024 * 1024
DASHBOARD_BODY_BYTES_MAX = 64 * 1024

# A server with its engine takes some 40 MiB; a body of 10 MiB is in it as bytes, as text, and as an event. What the
# allocator keeps for later is not given back, so the bound is generous: it shows what grows with each request.
GROWTH_MIB_MAX = 200

JSON = [("Content-Type", "application/json")]
DASHBOARD, EVENTS, TRAIL = "/dashboard_user/list", "/audit-trail/events", "/audit-trail"
POSTS = pytest.mark.parametrize("path", [DASHBOARD, EVENTS])


def resident_mib(server: Server) -> float:
    """The memory that the server has now."""
    with open(f"/proc/{server.process.pid}/status", encoding="ascii") as status:
        (line,) = [line for line in status if line.startswith("VmRSS:")]
    return int(line.split()[1]) / 1024


@pytest.fixture(scope="module", autouse=True)
def memory(server: Server, intruder: MarkedAccount) -> Iterator[None]:
    """Memory before and after the floods."""
    before = resident_mib(server)
    yield
    after = resident_mib(server)
    print(f"\nresident before the floods {before:.0f} MiB, after {after:.0f} MiB")
    assert after - before < GROWTH_MIB_MAX, (before, after)


@pytest.fixture(autouse=True)
def answers_the_next(server: Server, intruder: MarkedAccount) -> Iterator[None]:
    """After each flood a good request has a good answer."""
    yield
    answer = send(server.url, "GET", TRAIL, query={"page_size": "1"}, headers=intruder.bearer)
    assert answer.status == 200, answer


def with_bearer(intruder: MarkedAccount, more: Iterable[tuple[str, str]] = ()) -> list[tuple[str, str]]:
    return [*intruder.bearer.items(), *more]


def gateway_error(answer: RawAnswer, status: int, code: str) -> None:
    """An answer of the gateway's own, whole."""
    assert answer.status == status, answer.received[:500]
    assert answer.values("Cache-Control") == ["no-store"]
    assert answer.values("X-Content-Type-Options") == ["nosniff"]
    assert len(answer.values("X-Request-Id")) == 1
    body = json.loads(answer.body)
    assert set(body) == expect.GATEWAY_ERROR_KEYS
    assert body["error_code"] == code


def cut_off(answer: RawAnswer, status: int) -> None:
    """An answer of the HTTP server itself, which reads no further: a status, no body, and the connection is closed."""
    assert answer.status == status, answer.received[:500]
    assert answer.body == b""


# ---------------------------------------------------------------------------------------------------------------------
# Headers


def test_headers_within_the_gateways_limit_are_taken(server: Server, intruder: MarkedAccount):
    headers = with_bearer(intruder, [(f"X-{number}", "1") for number in range(90)] + [("X-Long", "a" * 9_000)])

    answer = send_raw(server, [request("GET", f"{TRAIL}?page_size=1", headers)])

    assert answer.status == 200, answer.received[:500]


@pytest.mark.parametrize("length", [GATEWAY_HEADERS_BYTES_MAX, 100_000])
def test_a_header_beyond_the_gateways_limit_is_refused_by_it(server: Server, intruder: MarkedAccount, length: int):
    answer = send_raw(server, [request("GET", TRAIL, with_bearer(intruder, [("X-Long", "a" * length)]))])

    gateway_error(answer, 431, "INVALID_REQUEST")


@pytest.mark.parametrize(
    "headers",
    [
        [("X-Long", "a" * 1_000_000)],
        [("X" * 1_000_000, "a")],
        [(f"X-{number}", "1") for number in range(200)],
        [(f"X-{number}", "1") for number in range(10_000)],
        [("X-Same", "1")] * 10_000,
        [("Authorization", "Bearer a.b")] * 10_000,
    ],
    ids=["value-of-1-MB", "name-of-1-MB", "200", "10000", "10000-of-one-name", "10000-credentials"],
)
def test_more_headers_than_the_server_reads_are_cut_off(server: Server, intruder: MarkedAccount, headers):
    cut_off(send_raw(server, [request("GET", TRAIL, with_bearer(intruder, headers))]), 431)


# ---------------------------------------------------------------------------------------------------------------------
# Queries


@pytest.mark.parametrize(
    "query",
    ["cursor=" + "A" * 100_000, "&".join(f"p{number}=1" for number in range(10_000)), "&" * 100_000],
    ids=["value-of-100-kB", "10000-parameters", "100-kB-of-separators"],
)
def test_a_query_longer_than_the_server_reads_is_cut_off(server: Server, intruder: MarkedAccount, query: str):
    cut_off(send_raw(server, [request("GET", f"{TRAIL}?{query}", with_bearer(intruder))]), 414)


def test_twenty_of_a_thousand_unknown_parameters_are_named_and_the_rest_counted(server: Server, intruder: MarkedAccount):
    names = [f"p{number}" for number in range(1_000)]

    answer = send_raw(server, [request("GET", f"{TRAIL}?{'&'.join(f'{name}=1' for name in names)}", with_bearer(intruder))])

    assert answer.status == 400
    body = json.loads(answer.body)
    assert body.pop("non_field_errors") == ["980 more faults are not named"]
    assert len(body) == 20 and set(body) <= set(names)
    expect.trail_parameter_body(body, *body)


def test_a_parameter_given_a_thousand_times_is_named_once(server: Server, intruder: MarkedAccount):
    answer = send_raw(server, [request("GET", f"{TRAIL}?{'&'.join(['cursor=1'] * 1_000)}", with_bearer(intruder))])

    assert answer.status == 400
    assert json.loads(answer.body) == {"cursor": ["must be given once"]}


# ---------------------------------------------------------------------------------------------------------------------
# Bodies


@POSTS
@pytest.mark.parametrize("length", [GATEWAY_BODY_BYTES_MAX, GATEWAY_BODY_BYTES_MAX + 1, 100_000_000])
def test_a_body_larger_than_the_gateway_passes_on_is_413(server: Server, intruder: MarkedAccount, path: str, length: int):
    answer = send_raw(server, [request("POST", path, with_bearer(intruder, JSON), b"a" * length)])

    gateway_error(answer, 413, "INVALID_BODY")


def test_a_body_larger_than_the_endpoint_takes_is_its_own_refusal(server: Server, intruder: MarkedAccount):
    events = send_raw(server, [request("POST", EVENTS, with_bearer(intruder, JSON), b" " * (EVENTS_BODY_BYTES_MAX + 1))])
    dashboard = send_raw(server, [request("POST", DASHBOARD, JSON, b" " * (DASHBOARD_BODY_BYTES_MAX + 1))])

    assert (events.status, json.loads(events.body)) == (413, {"detail": "The body must be at most 1048576 bytes."})
    assert dashboard.status == 400
    expect.plaid_error(json.loads(dashboard.body), "INVALID_REQUEST", "INVALID_BODY", "body must be at most 65536 bytes")


def endless_chunks(head: bytes) -> Iterator[bytes]:
    """A body that would never end."""
    yield head
    while True:
        yield b"10000\r\n" + b"a" * 0x10000 + b"\r\n"


@POSTS
def test_a_body_without_end_is_answered_before_it_ends(server: Server, intruder: MarkedAccount, path: str):
    head = request("POST", path, with_bearer(intruder, [*JSON, ("Transfer-Encoding", "chunked")]))

    gateway_error(send_raw(server, endless_chunks(head)), 413, "INVALID_BODY")


def test_a_body_shorter_than_it_says_is_no_request(server: Server, intruder: MarkedAccount):
    head = request("POST", EVENTS, with_bearer(intruder, [*JSON, ("Content-Length", "1000")]))

    answer = send_raw(server, [head, b"{"], half_close=True)

    assert answer.status in (None, 400), answer.received[:500]


def bomb(bytes_unpacked: int) -> bytes:
    """A small body that gzip makes large."""
    return gzip.compress(b'{"cursor": "' + b"a" * bytes_unpacked + b'"}')


ODD_BODIES = {
    "lists nested 100,000 deep": b'{"events": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "objects nested 60,000 deep": b'{"events": ' * 60_000 + b"1" + b"}" * 60_000,
    "a dashboard body nested 10,000 deep": b'{"cursor": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "deep and cut off": b'{"a":' * 100_000,
    "a million keys": ("{" + ",".join(f'"{number}":1' for number in range(1_000_000)) + "}").encode(),
    "50,000 keys": ("{" + ",".join(f'"{number}":1' for number in range(50_000)) + "}").encode(),
    "5,000 keys": ("{" + ",".join(f'"{number}":1' for number in range(5_000)) + "}").encode(),
    "one key 5,000 times": b'{"secret": "a"' + b', "secret": "b"' * 5_000 + b"}",
    "a number of 60,000 digits": b'{"cursor": ' + b"9" * 60_000 + b"}",
    "an exponent of a million": b'{"cursor": 1e1000000, "events": -1e-1000000}',
    "a number that is none": b'{"cursor": NaN, "events": Infinity}',
    "not UTF-8": b'{"cursor": "\xff\xfe", "events": "\xc0\x80"}',
    "UTF-16": '{"cursor": null}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"cursor": null}',
    "surrogates in UTF-8": b'{"cursor": "\xed\xa0\x80"}',
    "a NUL": b'{"cursor": "\x00"}',
    "an escaped NUL": b'{"cursor": "\\u0000", "events": "\\u0000"}',
    "half a surrogate pair": b'{"cursor": "\\ud800", "events": "\\udfff"}',
    "a string of 60,000 characters": b'{"cursor": "' + b"a" * 60_000 + b'"}',
    "a string of 60,000 escapes": b'{"cursor": "' + b"\\\\" * 30_000 + b'"}',
    "nothing but NUL": b"\x00" * 10_000,
    "two documents": b"{}{}",
    "a list": b"[]",
    "null": b"null",
    "nothing": b"",
}


@POSTS
@pytest.mark.parametrize("body", ODD_BODIES.values(), ids=ODD_BODIES.keys())
def test_an_odd_body_is_a_4xx_of_its_dialect(server: Server, intruder: MarkedAccount, path: str, body: bytes):
    dialect = "dashboard" if path == DASHBOARD else "events"

    answer = send(server.url, "POST", path, headers=intruder.bearer | dict(JSON), body=body)

    if dialect == "dashboard" or answer.status == 413:
        expect.some_dialect_error(answer, "dashboard" if answer.status != 413 else "trail")
    else:
        assert answer.status == 400, answer
        expect.common_headers(answer)
        assert answer.json() != {}


@POSTS
@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip", "identity, x"])
def test_a_body_is_unpacked_to_no_more_than_its_limit_and_only_from_gzip(server: Server, intruder: MarkedAccount, path: str, encoding: str):
    headers = intruder.bearer | dict(JSON) | {"Content-Encoding": encoding}

    answer = send(server.url, "POST", path, headers=headers, body=bomb(30_000_000))

    assert answer.status == (413 if encoding == "gzip" else 415), answer
    assert encoding == "gzip" or encoding in answer.body.decode()
    expect.common_headers(answer)


def test_an_answer_that_names_every_fault_is_never_larger_than_lambda_passes_on(server: Server, intruder: MarkedAccount):
    letters = [chr(code) for code in range(0x23, 0x7F) if chr(code) != "\\"]
    faults = ",".join(f'"{first}{second}":1' for first in letters for second in letters)
    events = ",".join('{"principal":{%s}}' % faults for _ in range(EVENTS_BODY_BYTES_MAX // (len(faults) + 20)))
    body = ('{"events":[%s]}' % events).encode()
    assert len(body) <= EVENTS_BODY_BYTES_MAX

    answer = send(server.url, "POST", EVENTS, headers=intruder.bearer | dict(JSON), body=body)

    assert answer.status == 400, answer.status


def test_the_largest_batch_is_taken(server: Server, intruder: MarkedAccount):
    event = {
        "event_type": "LARGE",
        "event_description": "a" * 1_000,
        "principal": {"role": "SYSTEM", "ip_address": "192.0.2.1"},
        "message": {"Text": "a" * 16_000},
    }

    answer = post_json(server.url, EVENTS, {"events": [event] * 50}, headers=intruder.bearer)

    assert answer.status == 201, answer
