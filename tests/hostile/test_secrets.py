"""No secret in what a server printed and stored. Every server of the Python suites is searched when it is stopped; here it
is shown that the search finds what is there, and secrets are sent where they do not belong."""

import base64
import json
import secrets
import urllib.parse
from pathlib import Path

import pytest

import account_marks
import leaks
from account_marks import MarkedAccount
from server import Credential, Server
from wire import post_json, send


@pytest.fixture
def own_server():
    """A server whose leaks are on purpose: it is not searched at its end."""
    running = Server(demo=False)
    try:
        yield running
    finally:
        running.secrets.clear()
        running.stop()


# ---------------------------------------------------------------------------------------------------------------------
# The search finds what is there


def test_a_secret_in_a_path_is_found_in_the_log(own_server: Server):
    credential = own_server.create_credential("acme")
    assert own_server.leaks() == []

    send(own_server.url, "GET", f"/{credential.token}")

    assert {leak.place for leak in own_server.leaks()} == {"log"}


def test_a_secret_in_an_event_is_found_in_the_store(own_server: Server):
    credential = own_server.create_credential("acme", *account_marks.SCOPES)
    encoded = base64.b64encode(f"a:{credential.token}".encode()).decode()
    told = {"event_description": f"called with {credential.secret}", "message": {"x": encoded}}
    assert own_server.leaks() == []

    own_server.import_events("acme", [account_marks.event("ACME", 1, "192.0.2.1") | told])
    own_server.process.terminate()
    own_server.process.wait(10)

    found = own_server.leaks()
    assert {leak.place for leak in found} >= {"audit.sqlite", "audit.sqlite, its values"}
    assert "as it is" in {leak.spelling for leak in found}
    assert any("base64" in leak.spelling for leak in found)


def test_a_server_that_let_out_a_secret_fails_when_it_is_stopped(own_server: Server):
    credential = own_server.create_credential("acme")
    send(own_server.url, "GET", f"/{credential.secret}")

    with pytest.raises(AssertionError, match="'log'|place='log'"):
        own_server.stop()


SECRET = "q-sb:slo0/yLsu6 pGF\"sICuv8é"


@pytest.mark.parametrize(
    "written",
    [
        SECRET,
        urllib.parse.quote(SECRET),
        urllib.parse.quote(SECRET, safe=""),
        "".join(f"%{byte:02x}" for byte in SECRET.encode()),
        json.dumps(SECRET),
        json.dumps(SECRET, ensure_ascii=False),
        "".join(f"\\u{ord(character):04x}" for character in SECRET),
        SECRET.encode().hex(),
        str(list(SECRET.encode())),
        base64.b64encode(SECRET.encode()).decode(),
        base64.b64encode(f"a{SECRET}".encode()).decode(),
        base64.urlsafe_b64encode(f"ab{SECRET}cd".encode()).decode(),
    ],
)
def test_each_spelling_of_a_secret_is_found(written: str):
    assert leaks.search({SECRET}, {"log": f"one line\nsecret={written} and more\n".encode()}) != []
    assert leaks.search({SECRET}, {"log": b"one line\nsecret=another and more\n"}) == []


# ---------------------------------------------------------------------------------------------------------------------
# Secrets where they do not belong


def misplaced(credential: Credential) -> list[dict]:
    """Requests that have the credential in the wrong place, or in two."""
    secret, token, client_id = credential.secret, credential.token, credential.client_id
    bearer = {"Authorization": f"Bearer {token}"}
    network = f"/network/audit/accounts/{credential.account}/users"
    range_ = {"fromDate": "2026-03-01T00:00:00Z", "toDate": "2026-04-01T00:00:00Z"}
    return [
        {"path": "/audit-trail", "query": {"token": token}},
        {"path": "/audit-trail", "query": {token: "1"}, "headers": bearer},
        {"path": "/audit-trail", "query": {"cursor": token}, "headers": bearer},
        {"path": "/audit-trail", "query": {"user_email": f"{secret}@example.com"}, "headers": bearer},
        {"path": "/audit-trail", "query": {"event_type": secret, "start_date": token}, "headers": bearer},
        {"path": "/audit-trail", "headers": {"Authorization": token}},
        {"path": "/audit-trail", "headers": {"Authorization": f"Basic {base64.b64encode(token.encode()).decode()}"}},
        {"path": "/audit-trail", "headers": {"Authorization": f"Bearer {secret}"}},
        {"path": "/audit-trail", "headers": {"Authorization": f"Bearer {token}x"}},
        {"path": "/audit-trail", "headers": bearer | {"X-Account-Token": token, "Cookie": f"token={token}", "User-Agent": token}},
        {"path": network, "query": range_ | {"nextContinuationToken": secret}, "headers": bearer},
        {"path": network, "query": range_ | {"fromDate": secret}, "headers": {"Authorization": f"VBrick {token}"}},
        {"path": "/nowhere", "query": {"token": token}, "headers": bearer},
        {"body": {"client_id": client_id, "secret": secret, token: 1}},
        {"body": {"client_id": secret, "secret": client_id}},
        {"body": {"client_id": client_id, "secret": [secret]}},
        {"body": {"client_id": client_id, "secret": secret, "cursor": secret}},
        {"body": {"client_id": client_id, "secret": secret, "cursor": {"secret": secret}}},
        {"body": [token, secret]},
        {"body": token, "headers": {"Content-Type": "text/plain"}},
        {"body": {}, "headers": {"PLAID-CLIENT-ID": token, "PLAID-SECRET": token, "Acting-User": secret}},
        {"body": {"client_id": client_id, "secret": secret}, "query": {"secret": secret}},
    ]


def test_a_secret_in_the_wrong_place_is_neither_logged_nor_stored(server: Server):
    credential = server.create_credential("careless", *account_marks.SCOPES)
    for sent in misplaced(credential):
        if "body" in sent:
            headers = {"Content-Type": "application/json"} | sent.get("headers", {})
            body = json.dumps(sent["body"]).encode()
            for path in ("/dashboard_user/list", "/dashboard_user/get", "/audit-trail/events"):
                answer = send(server.url, "POST", path, query=sent.get("query", ""), headers=headers, body=body)
                assert answer.status < 500, answer
        else:
            answer = send(server.url, "GET", sent["path"], query=sent.get("query", ""), headers=sent.get("headers", {}))
            assert answer.status < 500, answer

    assert leaks.search({credential.secret, credential.token}, {"log": server.output().encode()}) == []
    assert leaks.search({credential.secret, credential.token}, leaks.stored(Path(server.data.name))) == []


def test_a_wrong_secret_is_not_logged_either(server: Server, intruder: MarkedAccount):
    """It may be the right one of somewhere else."""
    guess = secrets.token_urlsafe(32)
    client_id = intruder.credential.client_id

    send(server.url, "GET", "/audit-trail", headers={"Authorization": f"Bearer {client_id}.{guess}"})
    send(server.url, "GET", "/audit-trail", headers={"Authorization": f"Bearer {guess}.{guess}"})
    post_json(server.url, "/dashboard_user/list", {"client_id": client_id, "secret": guess})
    post_json(server.url, "/dashboard_user/list", {"client_id": guess, "secret": guess})

    assert leaks.search({guess}, {"log": server.output().encode()} | leaks.stored(Path(server.data.name))) == []


def test_cursors_and_addresses_of_a_query_are_not_logged(server: Server, intruder: MarkedAccount):
    cursor = send(server.url, "GET", "/audit-trail", headers=intruder.bearer).json()["next"]
    email = f"{intruder.user_ids[7]}@{intruder.mark}.example.com"

    assert send(server.url, "GET", "/audit-trail", query={"cursor": cursor}, headers=intruder.bearer).status == 200
    assert send(server.url, "GET", "/audit-trail", query={"user_email": email}, headers=intruder.bearer).status == 200

    assert leaks.search({cursor, email}, {"log": server.output().encode()}) == []
