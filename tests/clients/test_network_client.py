"""The network client's loop against `audit serve`: nothing lost, nothing twice, in order, whatever the stop rule."""

import pytest

import corpus
from conftest import Tenant, make_tenant
from network_client import (
    STOP_RULES,
    NetworkClient,
    NetworkError,
    Page,
    Record,
    StopRule,
    first_total_reached,
    latest_total_reached,
    no_token,
    rows_of,
)
from server import Server

DAY = ("2026-06-01T00:00:00.000Z", "2026-06-02T00:00:00.000Z")
COUNTS = [0, 1, 99, 100, 101, 250, 1000]

# The four endpoints, and the records of the walked account that each must return.
ENDPOINTS = ["userAccess", "userAccess/walker", "users", "users/walker"]


def client_of(tenant: Tenant, **options) -> NetworkClient:
    """The client of an account's owner."""
    return NetworkClient(tenant.url, tenant.account, tenant.credential.token, **options)


@pytest.fixture(scope="module", params=COUNTS)
def walked(request: pytest.FixtureRequest, server: Server) -> tuple[Tenant, int]:
    """An account with N records at each endpoint, and three more of another user in each category."""
    count = request.param
    events = [corpus.network_event(number, category="userAccess") for number in range(count)]
    events += [corpus.network_event(number + 10_000, category="users", at=events[number]["created_at"]) for number in range(count)]
    for category, first in (("userAccess", 20_000), ("users", 30_000)):
        events += [
            corpus.network_event(first + number, category=category, user_id="bystander", at="2026-06-01T12:00:00.000Z")
            for number in range(3)
        ]
    return make_tenant(server, f"network{count}", events=events), count


def expected_ids(endpoint: str, count: int) -> list[str]:
    """The entity ids that a walk must give, in order: time, then id."""
    first, bystanders = (0, 20_000) if endpoint.startswith("userAccess") else (10_000, 30_000)
    numbers = [first + number for number in range(count)]
    if "/" not in endpoint:
        numbers += [bystanders + number for number in range(3)]
    return [f"n{number:05d}" for number in numbers]


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("stop", STOP_RULES, ids=lambda rule: rule.__name__)
def test_a_walk_reads_every_record_once_in_order(walked, endpoint, stop):
    tenant, count = walked

    pages = client_of(tenant).walk(endpoint, *DAY, stop=stop)

    ids = [record.entity_id for page in pages for record in page.records]
    assert ids == expected_ids(endpoint, count)
    assert all(len(page.records) == 100 for page in pages[:-1])
    assert {page.total for page in pages} == {len(ids)}
    assert [record.when for page in pages for record in page.records] == sorted(
        record.when for page in pages for record in page.records
    )


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_token_comes_with_the_date_of_the_first_record_not_yet_sent(walked, endpoint):
    tenant, _ = walked

    pages = client_of(tenant).walk(endpoint, *DAY)

    for page, following in zip(pages, pages[1:]):
        assert page.token
        assert page.next_from_date == following.records[0].when
        assert len(page.token) <= 1_280
    assert not pages[-1].token
    assert not pages[-1].next_from_date


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_client_that_ignores_the_token_loses_nothing(walked, endpoint):
    tenant, count = walked

    pages = client_of(tenant).walk_by_date(endpoint, *DAY)

    seen = [record.entity_id for page in pages for record in page.records]
    assert list(dict.fromkeys(seen)) == expected_ids(endpoint, count)


@pytest.mark.parametrize("stop", STOP_RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("written", ["few", "many"])
def test_records_written_during_a_walk_do_not_move_the_others(server: Server, stop, written):
    account = f"moving-{written}-{stop.__name__.replace('_', '-')}"
    client = client_of(make_tenant(server, account, events=[corpus.network_event(number) for number in range(0, 500, 2)]))
    query = {"fromDate": DAY[0], "toDate": DAY[1]}
    pages = [client.page("userAccess", query)]

    # Before the place reached, in ties with it, after it, and at the end; many: more than the last page has room for.
    few = [1, 197, 199, 201, 203, 499]
    server.import_events(account, [corpus.network_event(number) for number in (few if written == "few" else range(1, 500, 2))])
    while not stop(pages):
        query |= {"fromDate": pages[-1].next_from_date, "nextContinuationToken": pages[-1].token}
        pages.append(client.page("userAccess", query))

    seen = [int(record.entity_id[1:]) for page in pages for record in page.records]
    assert len(seen) == len(set(seen))
    assert {number for number in seen if number % 2 == 0} >= originals(stop, written)
    assert seen == sorted(seen)
    if written == "few":
        assert {page.total for page in pages} == {250}


def originals(stop: StopRule, written: str) -> set[int]:
    """The records that were there at the start and must be read: all of them, except by a client that stops at the first
    page's total when more came in than that total can hide: nothing in the protocol can tell it to go on."""
    if written == "many" and stop is first_total_reached:
        return {number for number in range(0, 500, 2) if number < 198}
    return set(range(0, 500, 2))


# ---------------------------------------------------------------------------------------------------------------------
# What a record holds.

PRINCIPALS = {
    "ada": {
        "Id": "54350110fedcbaf01234ffee",
        "Name": "Ada Lovelace",
        "Email": "ada@example.com",
        "Role": "ADMIN",
        "IpAddress": "203.0.113.7",
    },
    "zoe": {
        "Id": "54350110fedcbaf01234ffef",
        "Name": 'Zoë "Z" O’Neill, 東京',
        "Email": "zoe+audit@example.com",
        "Role": "MEMBER",
        "IpAddress": "2001:db8::7",
    },
}
MARCH = ("2026-03-01T00:00:00.000Z", "2026-04-01T00:00:00.000Z")


def test_records_of_users_carry_both_states(acme):
    (page,) = client_of(acme).walk("users", *MARCH)

    assert page.total == 2
    assert [without_keys(record) for record in page.records] == [
        (
            "Network:User",
            "54350110fedcbaf01234ffef",
            "2026-03-01T09:00:01.499Z",
            PRINCIPALS["ada"],
            {"Type": "INVITED_USER", "Description": "Ada invited Zoë"},
            {},
            {"Status": "invited"},
        ),
        (
            "Network:User",
            "54350110fedcbaf01234ffef",
            "2026-03-01T09:00:01.500Z",
            PRINCIPALS["zoe"],
            {"Type": "CHANGED_PERSONAL_INFORMATION", "Description": 'Renamed to "Zoë", with a comma,\nand a second line'},
            {"Name": "Zoe", "Tags": []},
            {"Name": 'Zoë "Z", 東京\r\nsecond line', "Tags": ["a,b", 'c"d'], "Nested": {"Deep": None}},
        ),
    ]
    assert all(record.message_key != "" for record in page.records)


def test_records_of_access_carry_the_messages_own_keys(acme):
    (page,) = client_of(acme).walk("userAccess", *MARCH)

    assert [without_keys(record) for record in page.records] == [
        (
            "Network:UserAccess",
            "session-1",
            "2026-03-01T09:00:01.500Z",
            PRINCIPALS["zoe"],
            {"Type": "USER_LOGGED_ON", "Description": "Zoë logged on", "Device": "laptop"},
            {},
            {},
        ),
        (
            "Network:UserAccess",
            "session-2",
            "2026-03-02T10:00:00.000Z",
            PRINCIPALS["ada"],
            {"Type": "USER_LOGGED_ON", "Description": "Ada logged on"},
            {},
            {},
        ),
    ]
    assert {record.message_key for record in page.records} == {"Network:UserLoggedOn"}


def without_keys(record: Record) -> tuple:
    """A record without its message key, which is derived from the event type."""
    return record[1:]


@pytest.mark.parametrize(
    ("path", "entity_ids"),
    [
        ("userAccess/54350110fedcbaf01234ffee", ["session-2"]),
        ("userAccess/54350110fedcbaf01234ffef", ["session-1"]),
        ("users/54350110fedcbaf01234ffef", ["54350110fedcbaf01234ffef", "54350110fedcbaf01234ffef"]),
        ("users/54350110fedcbaf01234ffee", []),
        ("users/usr_1SUuwqBdK75GKi", []),
        ("users/nobody", []),
        ("userAccess/nobody", []),
    ],
)
def test_one_users_records_are_theirs_alone(acme, path, entity_ids):
    (page,) = client_of(acme).walk(path, *MARCH)

    assert [record.entity_id for record in page.records] == entity_ids
    assert (page.total, page.token, page.next_from_date) == (len(entity_ids), None, None)


@pytest.mark.parametrize(
    ("from_date", "to_date", "count"),
    [
        ("2026-03-01T09:00:01.499Z", "2026-03-01T09:00:01.501Z", 2),
        ("2026-03-01T09:00:01.499Z", "2026-03-01T09:00:01.500Z", 1),  # toDate is exclusive
        ("2026-03-01T09:00:01.500Z", "2026-03-01T09:00:01.501Z", 1),  # fromDate is inclusive
        ("2026-03-01T09:00:01.501Z", "2026-03-01T09:00:01.502Z", 0),
        ("2026-03-01T11:00:01.499+02:00", "2026-03-01T04:00:01.501-05:00", 2),
        ("2026-03-01T09:00:01Z", "2026-03-01T09:00:02Z", 2),
        ("1970-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z", 2),
    ],
)
def test_the_range_includes_its_start_and_not_its_end(acme, from_date, to_date, count):
    (page,) = client_of(acme).walk("users", from_date, to_date)

    assert len(page.records) == page.total == count


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_an_empty_range_is_the_header_line_alone(empty, endpoint):
    answer = client_of(empty).send(endpoint, {"fromDate": DAY[0], "toDate": DAY[1]})

    assert answer.status == 200
    assert answer.body == b"MessageKey,EntityKey,EntityId,When,Principal,Message,PreviousState,CurrentState\r\n"
    assert answer.headers["totalRecords"] == "0"
    assert answer.headers["nextContinuationToken"] is None
    assert answer.headers["nextFromDate"] is None


@pytest.mark.parametrize("scheme", ["VBrick", "vbrick", "VBRICK", "Vbrick", "Bearer", "bearer"])
def test_the_case_of_the_scheme_does_not_matter(acme, scheme):
    (page,) = client_of(acme, scheme=scheme).walk("users", *MARCH)

    assert page.total == 2


def test_the_demo_account_has_records_in_both_categories(demo_server: Server):
    client = NetworkClient(demo_server.url, "demo", "demo.local-demo-secret")

    for endpoint in ("users", "userAccess"):
        pages = client.walk(endpoint, "2020-01-01T00:00:00Z", "2100-01-01T00:00:00Z")
        assert rows_of(pages) == pages[0].total > 0


# ---------------------------------------------------------------------------------------------------------------------
# Refusals, as the client's user sees them.


def first_token(client: NetworkClient, path: str) -> tuple[str, str]:
    """The token and the next date of a chain's first page."""
    page = client.page(path, {"fromDate": DAY[0], "toDate": DAY[1]})
    assert page.token and page.next_from_date
    return page.token, page.next_from_date


def refusal(client: NetworkClient, path: str, query: dict[str, str]) -> NetworkError:
    """The error of one request."""
    with pytest.raises(NetworkError) as caught:
        client.page(path, query)
    return caught.value


def test_a_token_of_another_endpoint_is_refused(stranger):
    client = client_of(stranger)

    for made_for, used_at in [(one, other) for one in ENDPOINTS for other in ENDPOINTS if one != other]:
        token, next_from_date = first_token(client, made_for)
        query = {"toDate": DAY[1], "fromDate": next_from_date, "nextContinuationToken": token}
        error = refusal(client, used_at, query)
        assert error.status == 400
        assert "nextContinuationToken" in error.detail


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_token_of_another_account_is_refused(stranger, acme, endpoint):
    token, next_from_date = first_token(client_of(stranger), endpoint)

    error = refusal(
        client_of(acme), endpoint, {"toDate": DAY[1], "fromDate": next_from_date, "nextContinuationToken": token}
    )

    assert error.status == 400
    assert "nextContinuationToken" in error.detail


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_token_of_another_user_is_refused(stranger, endpoint):
    client = client_of(stranger)
    category = endpoint.split("/")[0]
    token, next_from_date = first_token(client, f"{category}/walker")

    error = refusal(
        client,
        f"{category}/somebody",
        {"toDate": DAY[1], "fromDate": next_from_date, "nextContinuationToken": token},
    )

    assert error.status == 400
    assert "nextContinuationToken" in error.detail


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_token_with_another_end_date_is_refused(stranger, endpoint):
    client = client_of(stranger)
    token, next_from_date = first_token(client, endpoint)

    for to_date in ("2026-06-01T23:59:59.999Z", "2026-06-03T00:00:00.000Z"):
        query = {"toDate": to_date, "fromDate": next_from_date, "nextContinuationToken": token}
        error = refusal(client, endpoint, query)
        assert error.status == 400
        assert "toDate" in error.detail or "nextContinuationToken" in error.detail


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_the_same_end_date_written_otherwise_is_accepted(stranger, endpoint):
    client = client_of(stranger)
    token, next_from_date = first_token(client, endpoint)

    page = client.page(
        endpoint, {"toDate": "2026-06-02T00:00:00Z", "fromDate": next_from_date, "nextContinuationToken": token}
    )

    assert len(page.records) == 1


def test_a_token_cut_or_altered_is_refused(stranger):
    client = client_of(stranger)
    token, next_from_date = first_token(client, "userAccess")
    middle = len(token) // 2
    other = "A" if token[middle] != "A" else "B"

    for damaged in (
        token[:-1],
        token[1:],
        token[:middle],
        token[:middle] + other + token[middle + 1 :],
        token + "AAAA",
        token * 2,
        "undefined",
        "None",
        "A" * 513,
        "A" * 4_000,
        "not base64!",
        "東京",
        "' OR 1=1 --",
        '{"pk":"events#acme#00"}',
    ):
        query = {"toDate": DAY[1], "fromDate": next_from_date, "nextContinuationToken": damaged}
        error = refusal(client, "userAccess", query)
        assert error.status == 400, damaged
        assert "nextContinuationToken" in error.detail, damaged


def test_the_client_can_read_why_it_was_refused(acme):
    stranger_to_all = NetworkClient(acme.url, "acme", "nobody.wrong")

    error = refusal(stranger_to_all, "users", {"fromDate": DAY[0], "toDate": DAY[1]})

    assert error.status == 401
    assert error.code and error.detail


def test_the_stop_rules_of_this_client_differ_where_they_should():
    """The loop's own check: with a wrong total the two rules would part ways, so the tests above can fail."""
    record = Record("", "", "", "", {}, {}, {}, {})
    rows_on_this_page = [Page([record] * 100, 100, "x", "t")]
    remaining = [Page([record] * 100, 250, "x", "t"), Page([record] * 100, 150, "x", "t")]

    assert not no_token(rows_on_this_page)
    assert first_total_reached(rows_on_this_page)
    assert not first_total_reached(remaining)
    assert latest_total_reached(remaining)
