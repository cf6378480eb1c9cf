"""The official `MergePythonClient`, unmodified, against `audit serve`."""

import asyncio
from datetime import datetime, timezone

import pytest
from merge import AsyncMerge, Merge
from merge.core.api_error import ApiError
from merge.resources.ats.types import AuditLogEvent, EventTypeEnum, PaginatedAuditLogEventList, RoleEnum

import corpus
import expect
from conftest import DEMO_TOKEN, TRAIL_EVENTS, Tenant, make_tenant
from server import Server

# Numbers of the trail's events, newest first: what an unfiltered walk must give.
NEWEST_FIRST = list(range(TRAIL_EVENTS - 1, -1, -1))


def client(url: str, api_key: str, **options) -> Merge:
    """The client as its own documentation sets it up."""
    return Merge(base_url=url, api_key=api_key, **options)


def client_of(tenant: Tenant) -> Merge:
    """The client of an account's owner."""
    return client(tenant.url, tenant.credential.token)


def walk_forward(api: Merge, **query) -> list[PaginatedAuditLogEventList]:
    """Follows `next` from the newest page to the oldest."""
    pages = [api.ats.audit_trail.list(**query)]
    while pages[-1].next is not None:
        assert len(pages) < 1_000, "next never ends"
        pages.append(api.ats.audit_trail.list(cursor=pages[-1].next, **query))
    return pages


def walk_back(api: Merge, last: PaginatedAuditLogEventList, **query) -> list[PaginatedAuditLogEventList]:
    """Follows `previous` from a page to the newest, and gives the pages in reading order."""
    pages = [last]
    while pages[0].previous is not None:
        assert len(pages) < 1_000, "previous never ends"
        pages.insert(0, api.ats.audit_trail.list(cursor=pages[0].previous, **query))
    return pages


def numbers(pages: list[PaginatedAuditLogEventList]) -> list[int]:
    """The numbers of the events, in the order in which they came."""
    return [int(event.event_description.split()[1]) for page in pages for event in page.results]


def refusal(call) -> ApiError:
    """The exception that a user of the client catches."""
    with pytest.raises(ApiError) as caught:
        call()
    return caught.value


# ---------------------------------------------------------------------------------------------------------------------
# What an event holds.


def test_events_have_every_attribute_of_the_clients_type(acme):
    page = client_of(acme).ats.audit_trail.list()

    assert isinstance(page, PaginatedAuditLogEventList)
    assert (page.next, page.previous) == (None, None)
    assert all(isinstance(event, AuditLogEvent) for event in page.results)
    assert [
        (event.id, event.user_name, event.user_email, event.role, event.ip_address, event.event_type, event.created_at)
        for event in page.results
    ] == [
        (
            "01J00000000000000000000006",
            "Ada Lovelace",
            "ada@example.com",
            RoleEnum.ADMIN,
            "203.0.113.7",
            "USER_LOGGED_ON",
            utc(2026, 3, 2, 10),
        ),
        (
            "01J00000000000000000000005",
            'Zoë "Z" O’Neill, 東京',
            "zoe+audit@example.com",
            RoleEnum.MEMBER,
            "2001:db8::7",
            EventTypeEnum.CHANGED_PERSONAL_INFORMATION,
            utc(2026, 3, 1, 9, 0, 1, 500_000),
        ),
        (
            "01J00000000000000000000004",
            'Zoë "Z" O’Neill, 東京',
            "zoe+audit@example.com",
            RoleEnum.MEMBER,
            "2001:db8::7",
            "USER_LOGGED_ON",
            utc(2026, 3, 1, 9, 0, 1, 500_000),
        ),
        (
            "01J00000000000000000000003",
            "Ada Lovelace",
            "ada@example.com",
            RoleEnum.ADMIN,
            "203.0.113.7",
            EventTypeEnum.INVITED_USER,
            utc(2026, 3, 1, 9, 0, 1, 499_000),
        ),
        (
            "01J00000000000000000000002",
            None,
            None,
            RoleEnum.SYSTEM,
            "127.0.0.1",
            EventTypeEnum.MUTED_ISSUE,
            utc(2026, 3, 1),
        ),
        (
            "01J00000000000000000000001",
            "deploy robot",
            None,
            RoleEnum.API,
            "203.0.113.200",
            EventTypeEnum.DELETED_TEST_API_KEY,
            utc(2026, 2, 28, 23, 59, 59, 999_000),
        ),
    ]
    assert [event.event_description for event in page.results] == [
        "Ada logged on",
        'Renamed to "Zoë", with a comma,\nand a second line',
        "Zoë logged on",
        "Ada invited Zoë",
        "Nobody in particular muted an issue",
        "A key was deleted through the API",
    ]


def utc(*parts: int) -> datetime:
    """A moment in UTC."""
    return datetime(*parts, tzinfo=timezone.utc)


def test_every_published_type_and_role_is_one_the_client_knows(trail):
    pages = walk_forward(client_of(trail), page_size=100)

    events = [event for page in pages for event in page.results]
    assert {event.event_type for event in events} == set(EventTypeEnum) == set(corpus.EVENT_TYPES)
    assert {event.role for event in events} == set(RoleEnum)


def test_an_account_without_events_has_one_empty_page(empty):
    page = client_of(empty).ats.audit_trail.list()

    assert (page.next, page.previous, page.results) == (None, None, [])


@pytest.mark.parametrize("category", corpus.CATEGORIES)
def test_every_category_of_the_client_gives_the_same_answer(acme, category):
    page = getattr(client_of(acme), category).audit_trail.list()

    assert [event.id[-1] for event in page.results] == ["6", "5", "4", "3", "2", "1"]


def test_an_account_token_is_ignored(acme):
    page = client(acme.url, acme.credential.token, account_token="of a linked account").hris.audit_trail.list()

    assert len(page.results) == 6


def test_a_base_url_may_end_in_a_slash(acme):
    page = client(acme.url + "/", acme.credential.token).ats.audit_trail.list()

    assert len(page.results) == 6


def test_the_asynchronous_client_reads_the_same(acme):
    page = asyncio.run(AsyncMerge(base_url=acme.url, api_key=acme.credential.token).ats.audit_trail.list(page_size=2))

    assert [event.id[-1] for event in page.results] == ["6", "5"]
    assert page.next is not None


def test_the_demo_account_has_two_thousand_events_of_every_type(demo_server: Server):
    pages = walk_forward(client(demo_server.url, DEMO_TOKEN), page_size=100)

    events = [event for page in pages for event in page.results]
    assert len(events) == len({event.id for event in events}) == 2_000
    assert {event.event_type for event in events} >= set(corpus.EVENT_TYPES)
    assert [event.created_at for event in events] == sorted((event.created_at for event in events), reverse=True)


# ---------------------------------------------------------------------------------------------------------------------
# Walks.


@pytest.mark.parametrize("page_size", [1, 2, 7, 50, 99, 100])
def test_a_walk_there_and_back_reads_every_event_once_in_order(trail, page_size):
    api = client_of(trail)

    forward = walk_forward(api, page_size=page_size)
    back = walk_back(api, forward[-1], page_size=page_size)

    assert numbers(forward) == NEWEST_FIRST
    assert [numbers([page]) for page in back] == [numbers([page]) for page in forward]
    assert all(len(page.results) == page_size for page in forward[:-1])
    assert forward[0].previous is None and back[0].previous is None


def test_a_page_has_fifty_events_unless_told(trail):
    pages = walk_forward(client_of(trail))

    assert [len(page.results) for page in pages] == [50, 50, 50, 50, 30]


def test_a_walk_may_turn_round_anywhere(trail):
    api = client_of(trail)
    pages = walk_forward(api, page_size=7)

    for place in (1, 2, 16, len(pages) - 1):
        before = api.ats.audit_trail.list(cursor=pages[place].previous, page_size=7)
        again = api.ats.audit_trail.list(cursor=before.next, page_size=7)
        assert numbers([before]) == numbers([pages[place - 1]])
        assert numbers([again]) == numbers([pages[place]])


def test_the_page_size_may_change_during_a_walk(trail):
    api = client_of(trail)
    pages = [api.ats.audit_trail.list(page_size=3)]
    for page_size in (100, 1, 7, 100, 100):
        pages.append(api.ats.audit_trail.list(cursor=pages[-1].next, page_size=page_size))

    assert numbers(pages) == NEWEST_FIRST
    assert pages[-1].next is None


def test_a_cursor_may_be_carried_from_one_category_to_another(trail):
    api = client_of(trail)
    first = api.hris.audit_trail.list(page_size=100)

    second = api.crm.audit_trail.list(cursor=first.next, page_size=100)

    assert numbers([first, second]) == NEWEST_FIRST[:200]


def type_of(number: int) -> str:
    """The type of an event of the trail."""
    return corpus.EVENT_TYPES[number % 43]


FILTERS = {
    "type": ({"event_type": "INVITED_USER"}, lambda n: type_of(n) == "INVITED_USER"),
    "type that never happened": ({"event_type": "NEVER_HAPPENED"}, lambda n: False),
    "email": ({"user_email": "person3@example.com"}, lambda n: n % 5 == 3),
    "email in capitals": ({"user_email": "PERSON3@Example.COM"}, lambda n: n % 5 == 3),
    "email of nobody": ({"user_email": "nobody@example.com"}, lambda n: False),
    "email and type": (
        {"user_email": "person1@example.com", "event_type": "INVITED_USER"},
        lambda n: n % 5 == 1 and type_of(n) == "INVITED_USER",
    ),
    "email and type, met once": (
        {"user_email": "person4@example.com", "event_type": "CREATED_REMOTE_PRODUCTION_API_KEY"},
        lambda n: n % 5 == 4 and n % 43 == 0,
    ),
    # Event n happened at millisecond n // 7.
    "start": ({"start_date": "2026-05-01T00:00:00.010Z"}, lambda n: n // 7 > 10),
    "end": ({"end_date": "2026-05-01T00:00:00.010Z"}, lambda n: n // 7 < 10),
    "start and end": (
        {"start_date": "2026-05-01T00:00:00.010Z", "end_date": "2026-05-01T00:00:00.020Z"},
        lambda n: 10 < n // 7 < 20,
    ),
    "everything": (
        {
            "start_date": "2026-05-01T02:00:00.003+02:00",
            "end_date": "2026-05-01T00:00:00.030",
            "user_email": "person2@example.com",
            "event_type": "CHANGED_SCOPES",
        },
        lambda n: 3 < n // 7 < 30 and n % 5 == 2 and type_of(n) == "CHANGED_SCOPES",
    ),
    "start with type": (
        {"start_date": "2026-05-01T00:00:00.010Z", "event_type": "RESET_PASSWORD"},
        lambda n: n // 7 > 10 and type_of(n) == "RESET_PASSWORD",
    ),
    "end with email": (
        {"end_date": "2026-05-01T00:00:00.010Z", "user_email": "person0@example.com"},
        lambda n: n // 7 < 10 and n % 5 == 0,
    ),
    "a day as start": ({"start_date": "2026-04-30"}, lambda n: True),
    "midnight is not after itself": ({"start_date": "2026-05-01"}, lambda n: n // 7 > 0),
    "a day as end": ({"end_date": "2026-05-02"}, lambda n: True),
    "midnight is not before itself": ({"end_date": "2026-05-01"}, lambda n: False),
    "no zone is UTC": ({"start_date": "2026-05-01T00:00:00.031"}, lambda n: n // 7 > 31),
    "an empty range": (
        {"start_date": "2026-05-01T00:00:00.010Z", "end_date": "2026-05-01T00:00:00.011Z"},
        lambda n: False,
    ),
    "the whole of time": ({"start_date": "1970-01-01", "end_date": "9999-12-31T23:59:59.999Z"}, lambda n: True),
}


@pytest.mark.parametrize("page_size", [1, 2, 7, 100])
@pytest.mark.parametrize("name", FILTERS)
def test_a_filtered_walk_there_and_back_is_the_filtered_whole(trail, name, page_size):
    query, matches = FILTERS[name]
    api = client_of(trail)

    forward = walk_forward(api, page_size=page_size, **query)
    back = walk_back(api, forward[-1], page_size=page_size, **query)

    assert numbers(forward) == [number for number in NEWEST_FIRST if matches(number)]
    assert numbers(back) == numbers(forward)
    assert all(len(page.results) == page_size for page in forward[:-1])
    assert forward[-1].results or len(forward) == 1, "the last page of several is empty"


@pytest.mark.parametrize("page_size", [1, 7, 20])
@pytest.mark.parametrize("query", [{}, {"event_type": "MUTED_ISSUE"}, {"user_email": "person1@example.com"}], ids=str)
def test_events_written_during_a_walk_do_not_move_the_others(server: Server, page_size, query):
    account = f"moving-{page_size}-{len(query.get('event_type', ''))}-{len(query.get('user_email', ''))}"
    events = [moving_event(number) for number in range(0, 80, 2)]
    api = client_of(make_tenant(server, account, events=events))
    first = api.ats.audit_trail.list(page_size=page_size, **query)
    pages = [first, api.ats.audit_trail.list(cursor=first.next, page_size=page_size, **query)]

    # Newest of all, ties on both sides of the place reached, and the oldest of all.
    server.import_events(account, [moving_event(number) for number in (1, 37, 39, 41, 59, 61, 79, 81)])
    while pages[-1].next is not None:
        pages.append(api.ats.audit_trail.list(cursor=pages[-1].next, page_size=page_size, **query))
    back = walk_back(api, pages[-1], page_size=page_size, **query)

    for walked in (numbers(pages), numbers(back)):
        assert len(walked) == len(set(walked))
        assert [number for number in walked if number % 2 == 0] == list(range(78, -1, -2))
    assert numbers(back)[0] == 81, "the way back ends at what is now the newest"


def moving_event(number: int) -> dict:
    """Event `number` of an account that changes while it is read; four to a millisecond, all alike in the filters."""
    return corpus.trail_event(number) | {
        "created_at": corpus.instant(datetime(2026, 5, 1, tzinfo=timezone.utc), milliseconds=number // 4),
        "event_type": "MUTED_ISSUE",
        "principal": {"email": "person1@example.com", "role": "ADMIN", "ip_address": "203.0.113.1"},
    }


# ---------------------------------------------------------------------------------------------------------------------
# Refusals.


@pytest.mark.parametrize("api_key", ["nobody.wrong", "nobody", ".", "x" * 2_000])
def test_a_wrong_key_is_401(acme, api_key):
    error = refusal(lambda: client(acme.url, api_key).ats.audit_trail.list())

    assert error.status_code == 401
    assert set(error.body) == {"detail"} and error.body["detail"]
    assert {name.lower(): value for name, value in error.headers.items()}["www-authenticate"] == "Bearer"


def test_a_key_that_may_only_read_users_is_401(acme):
    credential = acme.server.create_credential("acme", "users:read")

    error = refusal(lambda: client(acme.url, credential.token).ats.audit_trail.list())

    assert error.status_code == 401
    assert set(error.body) == {"detail"}


@pytest.mark.parametrize("page_size", [0, -1, 101, 1_000_000, 2**63])
def test_a_page_size_out_of_bounds_is_refused_not_cut(acme, page_size):
    error = refusal(lambda: client_of(acme).ats.audit_trail.list(page_size=page_size))

    assert error.status_code == 400
    expect.trail_parameter_body(error.body, "page_size")


@pytest.mark.parametrize("parameter", ["start_date", "end_date"])
@pytest.mark.parametrize("text", ["yesterday", "2026-02-30", "2026-13-01T00:00:00Z", "0000-01-01", "10000-01-01", ""])
def test_a_date_that_is_none_is_named(acme, parameter, text):
    error = refusal(lambda: client_of(acme).ats.audit_trail.list(**{parameter: text}))

    assert error.status_code == 400
    expect.trail_parameter_body(error.body, parameter)


def test_an_unknown_parameter_is_named(acme):
    options = {"additional_query_parameters": {"event_typ": "INVITED_USER"}}

    error = refusal(lambda: client_of(acme).ats.audit_trail.list(request_options=options))

    assert error.status_code == 400
    expect.trail_parameter_body(error.body, "event_typ")


def test_a_repeated_parameter_is_named(acme):
    options = {"additional_query_parameters": {"event_type": ["INVITED_USER", "MUTED_ISSUE"]}}

    error = refusal(lambda: client_of(acme).ats.audit_trail.list(request_options=options))

    assert error.status_code == 400
    expect.trail_parameter_body(error.body, "event_type")


@pytest.mark.parametrize(
    "cursor", ["x", "not a cursor", "cD0yMDIxLTAxLTA2KzAzJTNBMjQlM0E1My40MzQzMjYlMkIwMCUzQTAw", "A" * 513, "A" * 5_000, "東京"]
)
def test_a_cursor_that_is_none_is_404(acme, cursor):
    error = refusal(lambda: client_of(acme).ats.audit_trail.list(cursor=cursor))

    assert error.status_code == 404
    assert error.body == {"detail": "Invalid cursor"}


def test_a_cursor_cut_or_altered_is_404(trail):
    api = client_of(trail)
    page = api.ats.audit_trail.list(cursor=api.ats.audit_trail.list(page_size=5).next, page_size=5)

    for cursor in (page.next, page.previous):
        middle = len(cursor) // 2
        other = "A" if cursor[middle] != "A" else "B"
        for damaged in (
            cursor[:-1],
            cursor[1:],
            cursor[:middle],
            cursor[:middle] + other + cursor[middle + 1 :],
            cursor + "AAAA",
            cursor * 2,
        ):
            error = refusal(lambda: api.ats.audit_trail.list(cursor=damaged))
            assert error.status_code == 404, damaged
            assert error.body == {"detail": "Invalid cursor"}


@pytest.mark.parametrize(
    ("made_with", "used_with"),
    [
        ({}, {"event_type": "INVITED_USER"}),
        ({"event_type": "INVITED_USER"}, {"event_type": "MUTED_ISSUE"}),
        ({"user_email": "person1@example.com"}, {"user_email": "person2@example.com"}),
        ({"user_email": "person1@example.com"}, {"user_email": "person1@example.com", "event_type": "INVITED_USER"}),
        ({"end_date": "2026-05-02"}, {"end_date": "2026-05-03"}),
        ({"end_date": "2026-05-02"}, {"start_date": "2026-04-01", "end_date": "2026-05-02"}),
    ],
    ids=str,
)
def test_a_cursor_of_another_query_is_404(trail, made_with, used_with):
    api = client_of(trail)
    cursor = api.ats.audit_trail.list(page_size=1, **made_with).next

    error = refusal(lambda: api.ats.audit_trail.list(cursor=cursor, page_size=1, **used_with))

    assert error.status_code == 404
    assert error.body == {"detail": "Invalid cursor"}


@pytest.mark.parametrize("made_with", [{"event_type": "INVITED_USER"}, {"start_date": "2026-05-01"}], ids=str)
def test_a_cursor_alone_continues_its_own_query(trail, made_with):
    api = client_of(trail)
    cursor = api.ats.audit_trail.list(page_size=2, **made_with).next

    alone = api.ats.audit_trail.list(cursor=cursor, page_size=2)

    with_filters = api.ats.audit_trail.list(cursor=cursor, page_size=2, **made_with)
    assert alone.results and [event.id for event in alone.results] == [event.id for event in with_filters.results]


def test_the_same_filter_written_otherwise_keeps_its_cursor(trail):
    api = client_of(trail)
    written = {"user_email": "person1@example.com", "start_date": "2026-05-01"}
    otherwise = {"user_email": "Person1@Example.com", "start_date": "2026-05-01T00:00:00.000Z"}
    first = api.ats.audit_trail.list(page_size=5, **written)

    second = api.ats.audit_trail.list(cursor=first.next, page_size=5, **otherwise)

    assert numbers([first, second]) == [number for number in NEWEST_FIRST if number % 5 == 1][:10]


def test_a_cursor_of_another_account_is_404(trail, acme):
    cursor = client_of(trail).ats.audit_trail.list(page_size=1).next

    error = refusal(lambda: client_of(acme).ats.audit_trail.list(cursor=cursor, page_size=1))

    assert error.status_code == 404
    assert error.body == {"detail": "Invalid cursor"}
