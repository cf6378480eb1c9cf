"""The network audit's dialect over plain HTTP: headers, parameters, credentials, and input nobody asked for."""

import urllib.parse

import pytest

import expect
from network_client import HEADER_LINE
from wire import Answer, send

ENDPOINTS = ["userAccess", "userAccess/54350110fedcbaf01234ffef", "users", "users/54350110fedcbaf01234ffef"]
EVERY = pytest.mark.parametrize("endpoint", ENDPOINTS)
MARCH = {"fromDate": "2026-03-01T00:00:00.000Z", "toDate": "2026-04-01T00:00:00.000Z"}


def get(tenant, endpoint: str, query, *, account: str = "acme", headers: dict[str, str] | None = None) -> Answer:
    """One request, by default with the tenant's own credential."""
    path = f"/network/audit/accounts/{account}/{endpoint}"
    return send(tenant.url, "GET", path, query=query, headers=tenant.vbrick if headers is None else headers)


@EVERY
def test_a_page_is_csv_with_the_headers_of_every_answer(acme, endpoint):
    answer = get(acme, endpoint, MARCH)

    assert answer.status == 200
    expect.common_headers(answer)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.body.startswith(HEADER_LINE)
    assert answer.headers["totalrecords"] == answer.headers["totalRecords"] != None


@EVERY
@pytest.mark.parametrize("accept", ["application/json", "text/csv", "*/*", "image/png", ""])
def test_no_accept_header_is_ever_refused(acme, endpoint, accept):
    answer = get(acme, endpoint, MARCH, headers=acme.vbrick | {"Accept": accept})

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"


# ---------------------------------------------------------------------------------------------------------------------
# 401


@EVERY
@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "VBrick",
        "VBrick ",
        "VBrick nobody.wrong",
        "VBrick nobody",
        "VBrick .",
        "VBrick acme.",
        "VBrick .secret",
        "Basic YWNtZTpzZWNyZXQ=",
        "Digest acme.secret",
        "acme.secret",
        "VBrick " + "x" * 4_000,
        "VBrick credential#acme.secret",
        "VBrick ' OR 1=1 --.x",
    ],
    ids=lambda value: repr(value)[:32],
)
def test_missing_and_unknown_credentials_are_401(acme, endpoint, authorization):
    answer = get(acme, endpoint, MARCH, headers={} if authorization is None else {"Authorization": authorization})

    expect.network_error(answer, 401)


@EVERY
def test_a_right_client_id_with_a_wrong_secret_is_401(acme, endpoint):
    secret = acme.credential.secret
    wrong = ("A" if secret[0] != "A" else "B") + secret[1:]

    answer = get(acme, endpoint, MARCH, headers={"Authorization": f"VBrick {acme.credential.client_id}.{wrong}"})

    expect.network_error(answer, 401)


@EVERY
def test_another_account_and_an_unknown_account_are_the_same_401(acme, stranger, endpoint):
    existing = get(acme, endpoint, MARCH, account="stranger")
    unknown = get(acme, endpoint, MARCH, account="nobody")

    expect.network_error(existing, 401)
    expect.network_error(unknown, 401)
    assert existing.json() == unknown.json()


@EVERY
def test_a_credential_that_may_only_read_users_is_401(acme, endpoint):
    credential = acme.server.create_credential("acme", "users:read")

    answer = get(acme, endpoint, MARCH, headers={"Authorization": f"VBrick {credential.token}"})

    expect.network_error(answer, 401)


@EVERY
@pytest.mark.parametrize("account", ["ACME", "acme%20", "a%23b", "%00", "%E6%9D%B1%E4%BA%AC", "x" * 1_000, "'%20OR%201=1"])
def test_an_account_that_cannot_exist_is_refused_like_one_that_is_not_yours(acme, endpoint, account):
    answer = get(acme, endpoint, MARCH, account=account)

    assert answer.status in (400, 401), answer
    expect.network_error(answer, answer.status)


# ---------------------------------------------------------------------------------------------------------------------
# 400


@EVERY
@pytest.mark.parametrize("absent", ["fromDate", "toDate"])
def test_both_dates_are_required(acme, endpoint, absent):
    answer = get(acme, endpoint, {name: value for name, value in MARCH.items() if name != absent})

    expect.network_error(answer, 400, naming=absent)


BAD_DATES = [
    "",
    " ",
    "now",
    "undefined",
    "null",
    "1772323200000",
    "2026-03-01",
    "2026-03-01T00:00:00",
    "2026-03-01T00:00:00.000",
    "2026-03-01 00:00:00",
    "2026-13-01T00:00:00Z",
    "2026-00-01T00:00:00Z",
    "2026-02-30T00:00:00Z",
    "2025-02-29T00:00:00Z",
    "2026-03-01T24:00:01Z",
    "2026-03-01T00:60:00Z",
    "2026-03-01T00:00:61Z",
    "2026-03-01T00:00:00+25:00",
    "2026-03-01T00:00:00+02:60",
    "0000-01-01T00:00:00Z",
    "10000-01-01T00:00:00Z",
    "+10000-01-01T00:00:00Z",
    "-0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999-01:00",
    "2026-03-01T00:00:00Zjunk",
    "2026-03-01T00:00:00Z\x00",
    "2026-03-01T00:00:00Z\r\nX-Injected: yes",
    "２０２６-03-01T00:00:00Z",
    "\u0662\u0660\u0662\u0666-03-01T00:00:00Z",
    "' OR 1=1 --",
    '{"$gt": ""}',
    "events#stranger",
    "2" * 5_000,
]


@pytest.mark.parametrize("endpoint", ["userAccess", "users/54350110fedcbaf01234ffef"])
@pytest.mark.parametrize("parameter", ["fromDate", "toDate"])
@pytest.mark.parametrize("text", BAD_DATES, ids=lambda text: ascii(text[:40]))
def test_a_date_that_is_none_is_named(acme, endpoint, parameter, text):
    answer = get(acme, endpoint, MARCH | {parameter: text})

    expect.network_error(answer, 400, naming=parameter)
    assert answer.headers["X-Injected"] is None


@EVERY
@pytest.mark.parametrize(
    "to_date", ["2026-03-01T00:00:00.000Z", "2026-02-28T23:59:59.999Z", "2026-03-01T01:00:00.000+01:00"]
)
def test_the_end_must_be_later_than_the_start(acme, endpoint, to_date):
    answer = get(acme, endpoint, MARCH | {"toDate": to_date})

    expect.network_error(answer, 400, naming="toDate")


@EVERY
@pytest.mark.parametrize("name", ["fromdate", "from_date", "userId", "page_size", "pageSize", "cursor", "東京", "a" * 500])
def test_an_unknown_parameter_is_named(acme, endpoint, name):
    answer = get(acme, endpoint, MARCH | {name: "1"})

    expect.network_error(answer, 400)
    assert name[:20] in answer.json()["detail"]


@EVERY
@pytest.mark.parametrize("name", ["fromDate", "toDate"])
def test_a_repeated_parameter_is_named_even_when_its_values_agree(acme, endpoint, name):
    answer = get(acme, endpoint, [*MARCH.items(), (name, MARCH[name])])

    expect.network_error(answer, 400, naming=name)


@EVERY
def test_a_repeated_token_is_named(acme, endpoint):
    tokens = [("nextContinuationToken", "x"), ("nextContinuationToken", "x")]

    answer = get(acme, endpoint, [*MARCH.items(), *tokens])

    expect.network_error(answer, 400, naming="nextContinuationToken")


@EVERY
@pytest.mark.parametrize("token", ["", "x", "undefined", "\x00", "A" * 513])
def test_a_token_that_is_none_is_named(acme, endpoint, token):
    answer = get(acme, endpoint, MARCH | {"nextContinuationToken": token})

    expect.network_error(answer, 400, naming="nextContinuationToken")


@pytest.mark.parametrize("category", ["userAccess", "users"])
@pytest.mark.parametrize(
    "user_id",
    [
        "' OR '1'='1",
        '{"$ne": null}',
        "54350110fedcbaf01234ffef#",
        "#user#54350110fedcbaf01234ffef",
        "\x00",
        "\x7f",
        "a\r\nX-Injected: yes",
        "東京 🦀",
        "x" * 2_000,
        "..",
        "*",
        "%",
        "54350110FEDCBAF01234FFEF",
    ],
    ids=lambda text: ascii(text[:32]),
)
def test_a_strange_user_id_finds_nobody(acme, category, user_id):
    answer = get(acme, f"{category}/{urllib.parse.quote(user_id, safe='')}", MARCH)

    assert answer.headers["X-Injected"] is None
    if answer.status == 200:
        expect.common_headers(answer)
        assert answer.body == HEADER_LINE
        assert answer.headers["totalRecords"] == "0"
    else:
        expect.some_dialect_error(answer, "network")


@EVERY
@pytest.mark.parametrize("query", ["%", "%zz=1", "fromDate=%FF", "&&&", "===", "fromDate", "%00=%00", "a" * 6_000])
def test_a_mangled_query_is_an_error_the_client_can_read(acme, endpoint, query):
    answer = get(acme, endpoint, query)

    expect.some_dialect_error(answer, "network")
    assert answer.status == 400
