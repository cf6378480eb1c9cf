"""The trail's dialect over plain HTTP: both routes, headers, and input nobody asked for."""

import pytest

import corpus
import expect
from wire import Answer, Query, send

ROUTES = ["/audit-trail", "/hris/v1/audit-trail"]
EVERY = pytest.mark.parametrize("route", ROUTES)


def get(tenant, route: str, query: Query = "", *, headers: dict[str, str] | None = None) -> Answer:
    """One request, by default with the tenant's own credential."""
    return send(tenant.url, "GET", route, query=query, headers=tenant.bearer if headers is None else headers)


@EVERY
def test_a_page_has_exactly_the_published_fields(acme, route):
    answer = get(acme, route, {"page_size": "2"})

    assert answer.status == 200
    expect.common_headers(answer)
    assert answer.headers["Content-Type"].split(";")[0] == "application/json"
    page = answer.json()
    assert set(page) == {"next", "previous", "results"}
    assert page["previous"] is None
    assert isinstance(page["next"], str) and "://" not in page["next"] and len(page["next"]) <= 1_280
    assert page["results"][0] == {
        "id": "01J00000000000000000000006",
        "user_name": "Ada Lovelace",
        "user_email": "ada@example.com",
        "role": "ADMIN",
        "ip_address": "203.0.113.7",
        "event_type": "USER_LOGGED_ON",
        "event_description": "Ada logged on",
        "created_at": "2026-03-02T10:00:00.000Z",
    }


@EVERY
def test_a_link_leads_to_the_next_page(acme, route):
    first = get(acme, route, {"page_size": "2"})

    url, relation = first.headers["Link"].split("; ")
    path, query = url.removeprefix(f"<{acme.url}").removesuffix(">").split("?")
    assert relation == 'rel="next"'
    assert get(acme, path, query).json() == get(acme, route, {"cursor": first.json()["next"], "page_size": "2"}).json()


@EVERY
def test_what_is_not_known_of_a_user_is_null_not_absent(acme, route):
    page = get(acme, route, {"event_type": "MUTED_ISSUE"}).json()

    assert page["results"][0]["user_name"] is None
    assert page["results"][0]["user_email"] is None


@pytest.mark.parametrize("category", ["payroll", "HRIS", "hris2", "", "x" * 500, "%00", "%E6%9D%B1", "..", "'%20OR%201=1"])
def test_another_category_is_404(acme, category):
    answer = get(acme, f"/{category}/v1/audit-trail")

    assert answer.status == 404
    expect.common_headers(answer)
    assert answer.json()["detail"]


# ---------------------------------------------------------------------------------------------------------------------
# 401


@EVERY
@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer nobody.wrong",
        "Bearer nobody",
        "Bearer .",
        "Basic YWNtZTpzZWNyZXQ=",
        "Bearer credential#acme.x",
        "Bearer a b.c",
        "Bearer " + "x" * 4_000,
    ],
    ids=lambda value: repr(value)[:32],
)
def test_missing_and_unknown_credentials_are_401(acme, route, authorization):
    answer = get(acme, route, headers={} if authorization is None else {"Authorization": authorization})

    expect.trail_detail_error(answer, 401)


@EVERY
def test_an_unknown_client_and_a_wrong_secret_are_told_the_same(acme, route):
    wrong = get(acme, route, headers={"Authorization": f"Bearer {acme.credential.client_id}.wrong"})
    unknown = get(acme, route, headers={"Authorization": "Bearer nobody.wrong"})

    expect.trail_detail_error(wrong, 401)
    assert wrong.json() == unknown.json()


@EVERY
@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_case_of_the_scheme_does_not_matter(acme, route, scheme):
    answer = get(acme, route, headers={"Authorization": f"{scheme} {acme.credential.token}"})

    assert answer.status == 200


# ---------------------------------------------------------------------------------------------------------------------
# 400 and 404


@EVERY
@pytest.mark.parametrize("text", ["", " ", "abc", "1.5", "1e2", "0x10", "５", "\u0661", "\x00", "100 ", "' OR 1=1", "9" * 500])
def test_a_page_size_that_is_no_number_is_named(acme, route, text):
    expect.trail_parameter_error(get(acme, route, {"page_size": text}), "page_size")


BAD_DATES = [
    "",
    " ",
    "now",
    "1772323200",
    "2026",
    "2026-03",
    "2026-13-01",
    "2026-02-30",
    "2025-02-29",
    "2026-03-01T25:00:00Z",
    "2026-03-01T00:60:00",
    "2026-03-01T00:00:00+25:00",
    "0000-01-01",
    "0000-01-01T00:00:00Z",
    "10000-01-01",
    "10000-01-01T00:00:00Z",
    "+10000-01-01",
    "-0001-01-01",
    "9999-12-31T23:59:59.999-01:00",
    "2026-03-01T00:00:00Zjunk",
    "2026-03-01\x00",
    "2026-03-01\r\nX-Injected: yes",
    "２０２６-03-01",
    "' OR 1=1 --",
    '{"$gt": ""}',
    "2" * 5_000,
]


@pytest.mark.parametrize("parameter", ["start_date", "end_date"])
@pytest.mark.parametrize("text", BAD_DATES, ids=lambda text: ascii(text[:40]))
def test_a_date_that_is_none_is_named(acme, parameter, text):
    answer = get(acme, "/audit-trail", {parameter: text})

    expect.trail_parameter_error(answer, parameter)
    assert answer.headers["X-Injected"] is None


@EVERY
@pytest.mark.parametrize("name", ["event_typ", "Event_type", "eventType", "limit", "offset", "東京", "a" * 500])
def test_an_unknown_parameter_is_named(acme, route, name):
    answer = get(acme, route, {name: "1"})

    assert answer.status == 400
    expect.common_headers(answer)
    (key,) = answer.json()
    assert key[:20] == name[:20]


@EVERY
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("event_type", "INVITED_USER"),
        ("user_email", "ada@example.com"),
        ("start_date", "2026-03-01"),
        ("end_date", "2026-03-01"),
        ("page_size", "5"),
        ("cursor", "x"),
    ],
)
def test_a_repeated_parameter_is_named_even_when_its_values_agree(acme, route, name, value):
    expect.trail_parameter_error(get(acme, route, [(name, value), (name, value)]), name)


@EVERY
@pytest.mark.parametrize("cursor", ["", " ", "x", "null", "\x00", "東京", "%", "' OR 1=1 --", '{"pk":"events#stranger#00"}', "A" * 1_281])
def test_a_cursor_that_is_none_is_404(acme, route, cursor):
    answer = get(acme, route, {"cursor": cursor})

    expect.trail_detail_error(answer, 404, "Invalid cursor")


HOSTILE = [
    "",
    " ",
    "invited_user",
    "INVITED-USER",
    "_INVITED",
    "1NVITED",
    "A" * 65,
    "A" * 5_000,
    "INVITED_USER ",
    "INVITED_USER#",
    "#user#x",
    "events#stranger#00",
    "' OR '1'='1",
    "'; DROP TABLE audit; --",
    '{"$ne": null}',
    '["a"]',
    "\x00",
    "\x01\x7f",
    "a\r\nX-Injected: yes",
    "東京 🦀",
    "*",
    "%",
]


@EVERY
@pytest.mark.parametrize("name", ["event_type", "user_email"])
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:32]))
def test_a_strange_filter_matches_nothing_or_is_named(acme, stranger, route, name, text):
    answer = get(acme, route, {name: text})

    assert answer.headers["X-Injected"] is None
    if answer.status == 200:
        expect.common_headers(answer)
        assert answer.json() == {"next": None, "previous": None, "results": []}
    else:
        expect.trail_parameter_error(answer, name)


@EVERY
@pytest.mark.parametrize("text", ["", "A" * 65, "invited_user", "\x00"], ids=lambda text: ascii(text[:32]))
def test_a_type_that_cannot_exist_is_named(acme, route, text):
    expect.trail_parameter_error(get(acme, route, {"event_type": text}), "event_type")


@EVERY
@pytest.mark.parametrize("query", ["%", "%zz=1", "event_type=%FF", "===", "event_type", "%00=%00", "a" * 6_000])
def test_a_mangled_query_is_an_error_the_client_can_read(acme, route, query):
    answer = get(acme, route, query)

    expect.some_dialect_error(answer, "trail")
    assert answer.status == 400


@EVERY
def test_every_published_type_can_be_asked_for(trail, route):
    for event_type in corpus.EVENT_TYPES:
        page = get(trail, route, {"event_type": event_type}).json()
        assert {event["event_type"] for event in page["results"]} == {event_type}
