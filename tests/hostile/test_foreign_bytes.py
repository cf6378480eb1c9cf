"""Whatever one account sends, no byte of another account comes back, but what it sent itself."""

import base64
import itertools
import json
import urllib.parse
from typing import Iterator

import pytest

import account_marks
from account_marks import MarkedAccount, foreign_bytes
from raw_http import RawAnswer, request, send_raw
from server import Server
from wire import post_json, send

MARCH = {"fromDate": "2026-03-01T00:00:00.000Z", "toDate": "2026-04-01T00:00:00.000Z"}
NETWORK = ["userAccess", "users"]
JSON = [("Content-Type", "application/json")]


def without_echo(answer: bytes, sent: list[str]) -> bytes:
    """The answer without what was sent. A mark alone is never sent: taking it out would hide what is looked for."""
    for text in sorted(sent, key=len, reverse=True):
        for spelling in (text, json.dumps(text)[1:-1], text.lower()):
            answer = answer.replace(spelling.encode(), b"")
    return answer


def tells_nothing(answer: RawAnswer, victim: MarkedAccount, sent: list[str]) -> None:
    """Not a byte of the victim's in the head or the body, and no failure of ours."""
    assert all(text.upper() != victim.mark for text in sent)
    assert answer.status is None or answer.status < 500, answer.received[:500]
    assert foreign_bytes(victim.mark, without_echo(answer.received, sent)) == [], answer.received[:2_000]


def get(server: Server, target: str, headers: dict[str, str] | list[tuple[str, str]]) -> RawAnswer:
    return send_raw(server, [request("GET", target, list(headers.items()) if isinstance(headers, dict) else headers)])


def post(server: Server, path: str, body: object, headers: dict[str, str] | None = None) -> RawAnswer:
    return send_raw(server, [request("POST", path, JSON + list((headers or {}).items()), json.dumps(body).encode())])


# ---------------------------------------------------------------------------------------------------------------------
# What makes the rest worth something: the mark is found where it is.


def test_the_mark_is_in_every_answer_to_its_own_account(server: Server, victim: MarkedAccount):
    network = f"/network/audit/accounts/{victim.account}"
    answers = [get(server, "/audit-trail", victim.bearer), post(server, "/dashboard_user/list", victim.keys)]
    answers += [get(server, f"{network}/{kind}?{urllib.parse.urlencode(MARCH)}", victim.bearer) for kind in NETWORK]

    for answer in answers:
        assert answer.status == 200, answer.received[:500]
        assert "as it is" in foreign_bytes(victim.mark, answer.received)


def test_an_echo_is_told_from_a_leak():
    assert foreign_bytes("VICTIMZQ", without_echo(b'{"x": "VICTIMZQ-user-001"}', ["VICTIMZQ-user-001"])) == []
    assert foreign_bytes("VICTIMZQ", without_echo(b'{"x": "VICTIMZQ-user-002"}', ["VICTIMZQ-user-001"])) != []
    hidden = base64.b64encode(b"name: VICTIMZQ name of a user")
    assert any("base64" in spelling for spelling in foreign_bytes("VICTIMZQ", b"x" + hidden + b"x"))


# ---------------------------------------------------------------------------------------------------------------------
# Cursors


@pytest.fixture(scope="module")
def stolen(server: Server, victim: MarkedAccount) -> dict[str, str]:
    """A cursor of the victim's for each listing."""
    found = {"trail": send(server.url, "GET", "/audit-trail", headers=victim.bearer).json()["next"]}
    found["dashboard"] = post_json(server.url, "/dashboard_user/list", victim.keys).json()["next_cursor"]
    for kind in NETWORK:
        path = f"/network/audit/accounts/{victim.account}/{kind}"
        found[kind] = send(server.url, "GET", path, query=MARCH, headers=victim.bearer).headers["nextContinuationToken"]
    assert all(found.values())
    return found


def mutations(cursor: str, own: str) -> Iterator[str]:
    """The cursor whole, cut, altered at each place, spliced with one of the thief's own, and padded."""
    yield cursor
    yield from (cursor[:length] for length in range(0, len(cursor), 7))
    for at in range(0, len(cursor), 3):
        yield cursor[:at] + ("A" if cursor[at] != "A" else "B") + cursor[at + 1 :]
    yield from (own[:at] + cursor[at:] for at in range(0, min(len(own), len(cursor)), 5))
    yield from (cursor + more for more in ("=", "==", "A", "%00", cursor))


def test_no_stolen_or_altered_cursor_leads_to_its_account(
    server: Server, intruder: MarkedAccount, victim: MarkedAccount, stolen: dict[str, str]
):
    own = send(server.url, "GET", "/audit-trail", headers=intruder.bearer).json()["next"]
    network = f"/network/audit/accounts/{intruder.account}"
    for cursor in {one for theirs in stolen.values() for one in mutations(theirs, own)}:
        quoted = urllib.parse.quote(cursor, safe="")
        answers = [get(server, f"/audit-trail?cursor={quoted}", intruder.bearer)]
        answers.append(post(server, "/dashboard_user/list", intruder.keys | {"cursor": cursor}))
        query = urllib.parse.urlencode(MARCH | {"nextContinuationToken": cursor})
        answers += [get(server, f"{network}/{kind}?{query}", intruder.bearer) for kind in NETWORK]
        for answer in answers:
            assert answer.status != 200 or cursor == own, answer.received[:500]
            tells_nothing(answer, victim, [cursor])


# ---------------------------------------------------------------------------------------------------------------------
# Ids and names of the other account


def test_the_ids_of_another_account_are_ids_of_nobody(server: Server, intruder: MarkedAccount, victim: MarkedAccount):
    query = urllib.parse.urlencode(MARCH)
    for user_id in victim.user_ids[:10]:
        sent = [user_id]
        for path in ("get", "update"):
            body = intruder.keys | {"dashboard_user_id": user_id} | ({"status": "deactivated"} if path == "update" else {})
            answer = post(server, f"/dashboard_user/{path}", body)
            assert answer.status == 400, answer.received[:500]
            tells_nothing(answer, victim, sent)
        new = intruder.keys | {"email_address": "new@example.com"}
        acting = post(server, "/dashboard_user/create", new, {"Acting-User": user_id})
        assert acting.status == 400, acting.received[:500]
        tells_nothing(acting, victim, sent)
        for kind in NETWORK:
            answer = get(server, f"/network/audit/accounts/{intruder.account}/{kind}/{user_id}?{query}", intruder.bearer)
            assert (answer.status, answer.values("totalRecords")) == (200, ["0"])
            tells_nothing(answer, victim, sent)


def test_filters_for_what_another_account_has_find_nothing(server: Server, intruder: MarkedAccount, victim: MarkedAccount):
    email = f"{victim.user_ids[0]}@{victim.mark}.example.com"
    for name, value in [("user_email", email), ("event_type", f"{victim.mark}_CHANGED"), ("user_email", email.upper())]:
        answer = get(server, f"/audit-trail?{urllib.parse.urlencode({name: value})}", intruder.bearer)
        assert answer.status == 200, answer.received[:500]
        assert json.loads(answer.body)["results"] == []
        tells_nothing(answer, victim, [value])


def test_what_another_account_has_can_be_had_by_both(server: Server, victim: MarkedAccount):
    """An address or an event id that is taken there is free here, so trying tells nothing."""
    credential = server.create_credential("copyist", *account_marks.SCOPES)
    keys = {"client_id": credential.client_id, "secret": credential.secret}
    bearer = {"Authorization": f"Bearer {credential.token}"}
    email = f"{victim.user_ids[0]}@{victim.mark}.example.com"
    event = account_marks.event(victim.mark, 0, "192.0.2.1") | {"event_description": "tried"}

    created = post(server, "/dashboard_user/create", keys | {"email_address": email})
    recorded = post(server, "/audit-trail/events", {"events": [event]}, bearer)

    assert (created.status, recorded.status) == (200, 201)
    tells_nothing(created, victim, [email])
    tells_nothing(recorded, victim, [event["id"]])


# ---------------------------------------------------------------------------------------------------------------------
# Paths


def odd_targets(own: str, theirs: str) -> Iterator[str]:
    """Request targets that somebody could take for one of the other account's."""
    for kind in NETWORK:
        query = urllib.parse.urlencode(MARCH)
        for account in [
            theirs,
            theirs.upper(),
            f"{own}/../{theirs}",
            f"{own}%2F..%2F{theirs}",
            f"{own}%2f%2e%2e%2f{theirs}",
            f"..%2f{theirs}",
            f"./{theirs}",
            f"{theirs}%00",
            f"{own}%00{theirs}",
            f"{own}%23{theirs}",
            f"{own}#{theirs}",
            f"{own};{theirs}",
            f"{own},{theirs}",
            f"{own}%0d%0aX-Account:%20{theirs}",
            f"{own}%252f..%252f{theirs}",
            "".join(f"%{byte:02x}" for byte in theirs.encode()),
            f"%{theirs}",
            f"{theirs}%",
            "*",
            "%2a",
        ]:
            yield f"/network/audit/accounts/{account}/{kind}?{query}"
        yield f"/network/audit/accounts/{own}/{kind}/..%2f..%2f{theirs}%2f{kind}?{query}"
        yield f"/network/audit/accounts/{own}/../{theirs}/{kind}?{query}"
        yield f"/network/audit/accounts/{own}/{kind}?{query}&accountId={theirs}"
        yield f"http://{theirs}/network/audit/accounts/{theirs}/{kind}?{query}"
        yield f"http://127.0.0.1/network/audit/accounts/{theirs}/{kind}?{query}"
        yield f"//{theirs}/network/audit/accounts/{theirs}/{kind}?{query}"
        yield f"/v1/network/audit/accounts/{theirs}/{kind}?{query}"
    yield f"/audit-trail?account={theirs}"
    yield f"/audit-trail?accountId={theirs}&page_size=1"
    yield f"http://{theirs}/audit-trail"
    yield f"/{theirs}/v1/audit-trail"
    yield f"/hris/v1/audit-trail;account={theirs}"


def test_no_path_leads_into_another_account(server: Server, intruder: MarkedAccount, victim: MarkedAccount):
    for target in odd_targets(intruder.account, victim.account):
        sent = [victim.account, urllib.parse.unquote(target), target]
        for scheme in ("Bearer", "VBrick"):
            answer = get(server, target, {"Authorization": f"{scheme} {intruder.credential.token}"})
            tells_nothing(answer, victim, sent)


# ---------------------------------------------------------------------------------------------------------------------
# Headers


def odd_headers(intruder: MarkedAccount, victim: MarkedAccount) -> Iterator[list[tuple[str, str]]]:
    """Headers that somebody could take for the other account's, besides a good credential of one's own."""
    good = ("Authorization", f"Bearer {intruder.credential.token}")
    client_id, account = victim.credential.client_id, victim.account
    for name in [
        "X-Account-Token",
        "X-Account-Id",
        "X-Forwarded-User",
        "X-Original-URL",
        "X-Rewrite-URL",
        "X-Amzn-Request-Context",
        "X-HTTP-Method-Override",
        "Cookie",
        "Forwarded",
        "PLAID-CLIENT-ID",
        "Acting-User",
    ]:
        yield [good, (name, account)]
        yield [good, (name, client_id)]
    network = f"/network/audit/accounts/{account}/users"
    yield [good, ("X-Original-URL", network), ("X-Rewrite-URL", network), ("X-Forwarded-Prefix", network)]
    yield [good, ("X-Forwarded-Host", account), ("X-Forwarded-For", account), ("X-Forwarded-Proto", account)]
    yield [good, ("Host", account)]
    for guess in [
        f"Bearer {client_id}.{intruder.credential.secret}",
        f"Bearer {intruder.credential.client_id}.{intruder.credential.secret}.{client_id}",
        f"Bearer {client_id}",
        f"Bearer {client_id}.",
        f"Bearer {client_id}.{client_id}",
        f"Bearer {client_id}.*",
        f"Basic {base64.b64encode(client_id.encode()).decode()}",
    ]:
        yield [("Authorization", guess)]
        yield [good, ("Authorization", guess)]
        yield [("Authorization", guess), good]
        yield [("Authorization", f"{good[1]}, {guess}")]


def test_no_header_leads_into_another_account(server: Server, intruder: MarkedAccount, victim: MarkedAccount):
    targets = ["/audit-trail"]
    targets += [f"/network/audit/accounts/{victim.account}/{kind}?{urllib.parse.urlencode(MARCH)}" for kind in NETWORK]
    for headers, target in itertools.product(odd_headers(intruder, victim), targets):
        sent = [victim.account] + [value for _, value in headers]
        answer = get(server, target, headers)
        assert answer.status != 200 or target == "/audit-trail", answer.received[:500]
        tells_nothing(answer, victim, sent)


def test_keys_of_two_accounts_together_open_neither(server: Server, intruder: MarkedAccount, victim: MarkedAccount):
    theirs = {"PLAID-CLIENT-ID": victim.credential.client_id, "PLAID-SECRET": intruder.credential.secret}
    for body, headers in [
        (intruder.keys, theirs),
        (intruder.keys | {"client_id": victim.credential.client_id}, {}),
        ({"client_id": victim.credential.client_id}, {"PLAID-SECRET": intruder.credential.secret}),
        ({"secret": intruder.credential.secret}, {"PLAID-CLIENT-ID": victim.credential.client_id}),
    ]:
        answer = post(server, "/dashboard_user/list", body, headers)
        assert answer.status == 400, answer.received[:500]
        tells_nothing(answer, victim, list(theirs.values()))


def test_two_requests_in_one_stay_apart(server: Server, intruder: MarkedAccount, victim: MarkedAccount):
    """A second request hidden in the first has to bring its own credential."""
    hidden = request("GET", f"/network/audit/accounts/{victim.account}/users?{urllib.parse.urlencode(MARCH)}", [])
    good = list(intruder.bearer.items())
    for framing in [
        [("Content-Length", "0"), ("Transfer-Encoding", "chunked")],
        [("Transfer-Encoding", "chunked"), ("Content-Length", "5")],
        [("Content-Length", "0"), ("Content-Length", str(len(hidden)))],
        [("Transfer-Encoding", "identity, chunked")],
        [("Transfer-Encoding", "xchunked")],
        [("Transfer-Encoding ", "chunked")],
    ]:
        head = request("GET", "/audit-trail?page_size=1", good + framing)
        answer = send_raw(server, [head, b"0\r\n\r\n", hidden], half_close=True)
        tells_nothing(answer, victim, [victim.account])
