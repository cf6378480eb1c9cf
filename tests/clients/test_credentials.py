"""The life of a credential, seen by all three dialects at once: rotated without a gap, revoked for good."""

import json

import pytest

from server import Credential, Server
from wire import post_json, send

DAY = {"fromDate": "2026-03-01T00:00:00.000Z", "toDate": "2026-03-02T00:00:00.000Z"}


def statuses(server: Server, credential: Credential) -> list[int]:
    """What the dashboard, the network audit and the trail answer to a credential."""
    keys = {"client_id": credential.client_id, "secret": credential.secret}
    network = f"/network/audit/accounts/{credential.account}/users"
    return [
        post_json(server.url, "/dashboard_user/list", keys).status,
        send(server.url, "GET", network, query=DAY, headers={"Authorization": f"VBrick {credential.token}"}).status,
        send(server.url, "GET", "/audit-trail", headers={"Authorization": f"Bearer {credential.token}"}).status,
    ]


ACCEPTED = [200, 200, 200]
REFUSED = [400, 401, 401]


def test_a_new_credential_opens_what_its_scopes_say(server: Server):
    users_only = server.create_credential("scoped", "users:read")
    audit_only = server.create_credential("scoped", "audit:read")
    neither = server.create_credential("scoped", "events:write")

    assert statuses(server, users_only) == [200, 401, 401]
    assert statuses(server, audit_only) == [400, 200, 200]
    assert statuses(server, neither) == REFUSED


def test_what_is_printed_is_the_whole_credential(server: Server):
    credential = server.create_credential("printed", "users:read", "audit:read")

    assert credential.account == "printed"
    assert credential.token == f"{credential.client_id}.{credential.secret}"
    assert sorted(credential.scopes) == ["audit:read", "users:read"]
    assert len(credential.secret) >= 43  # 256 bits in base64


# A credential is remembered for a minute, so each of these is changed before it is first used.


def test_a_revoked_credential_opens_nothing(server: Server):
    credential = server.create_credential("revoked")

    server.audit("credential", "revoke", credential.client_id)

    assert statuses(server, credential) == REFUSED


def test_a_rotated_credential_has_two_secrets_until_the_first_is_retired(server: Server):
    first = server.create_credential("rotated")
    second = Credential(**json.loads(server.audit("credential", "rotate", first.client_id, "--json")))
    assert second.client_id == first.client_id
    assert second.secret != first.secret

    assert statuses(server, first) == ACCEPTED
    assert statuses(server, second) == ACCEPTED


def test_a_retired_secret_opens_nothing_and_the_new_one_everything(server: Server):
    first = server.create_credential("retired")
    second = Credential(**json.loads(server.audit("credential", "rotate", first.client_id, "--json")))

    server.audit("credential", "rotate", first.client_id, "--retire")

    assert statuses(server, first) == REFUSED
    assert statuses(server, second) == ACCEPTED


@pytest.mark.parametrize("command", ["revoke", "rotate"])
def test_a_credential_that_there_is_not_cannot_be_changed(server: Server, command):
    with pytest.raises(RuntimeError, match="nobody"):
        server.audit("credential", command, "nobody")
