"""The answers to the payloads of events/ from the records of `state`, to the letter."""

import json
import re
from typing import Any, Mapping, NamedTuple

from expect import DATE_TIME, REQUEST_ID

JSON = "application/json"
CSV = "text/csv; charset=utf-8"

CSV_HEADER = "MessageKey,EntityKey,EntityId,When,Principal,Message,PreviousState,CurrentState\r\n"
ADA = (
    '"{""Id"":""usr_demo_00"",""Name"":""Ada Lovelace"",""Email"":""Ada@example.com"",""Role"":""ADMIN"",'
    '""IpAddress"":""192.0.2.1""}",'
)
EVT_1 = (
    "Network:ChangedPersonalInformation,Network:User,usr_demo_00,2024-03-01T09:00:00.000Z,"
    + ADA
    + r'"{""Type"":""CHANGED_PERSONAL_INFORMATION"",""Description"":""Ada changed, \""really\""""}",'
    + r'"{""Name"":""Ada, Byron""}","{""Name"":""Ada \""L\"""",""Note"":""a\nb""}"'
    + "\r\n"
)
EVT_2 = (
    "Network:UserLoggedOn,Network:UserAccess,access-1,2024-03-01T09:00:00.000Z,"
    + ADA
    + '"{""Type"":""USER_LOGGED_ON"",""Description"":""Ada logged on"",""Client"":""browser""}",,\r\n'
)
EVT_3 = (
    "Network:UserLoggedOff,Network:UserAccess,access-2,2024-03-02T10:30:00.123Z,"
    '"{""Id"":null,""Name"":null,""Email"":null,""Role"":""SYSTEM"",""IpAddress"":""2001:db8::1""}",'
    '"{""Type"":""SESSION_ENDED"",""Description"":""Zoë\'s session ended""}",,\r\n'
)
EVT_5 = (
    "Network:InvitedUser,Network:User,usr_demo_01,2024-03-04T00:00:00.000Z,"
    + ADA
    + '"{""Type"":""INVITED_USER"",""Description"":""Invited Zoë""}",,"{""Status"":""invited""}"\r\n'
)


class Expected(NamedTuple):
    """An answer; in its body, what is new each time is called by its name."""

    status: int
    content_type: str
    body: str
    totalrecords: str | None = None


EXPECTED = {
    "dashboard-user-get": Expected(
        200,
        JSON,
        '{"id":"usr_demo_00","created_at":"2023-06-01T08:00:00.000Z","email_address":"Ada@example.com",'
        '"status":"active","request_id":"REQUEST-ID"}',
    ),
    "dashboard-user-list": Expected(
        200,
        JSON,
        '{"dashboard_users":['
        '{"id":"54350110fedcbaf01234ffee","created_at":"1999-12-31T23:59:59.001Z",'
        '"email_address":"old@example.com","status":"deactivated"},'
        '{"id":"usr_demo_00","created_at":"2023-06-01T08:00:00.000Z","email_address":"Ada@example.com",'
        '"status":"active"},'
        '{"id":"usr_demo_01","created_at":"2024-02-29T23:59:59.999Z","email_address":"zoë@example.com",'
        '"status":"invited"}'
        '],"next_cursor":null,"request_id":"REQUEST-ID"}',
    ),
    "user-access-audit": Expected(200, CSV, CSV_HEADER + EVT_2 + EVT_3, totalrecords="2"),
    "user-access-audit-by-user": Expected(200, CSV, CSV_HEADER + EVT_2, totalrecords="1"),
    "users-audit": Expected(200, CSV, CSV_HEADER + EVT_1 + EVT_5, totalrecords="2"),
    "users-audit-by-user": Expected(200, CSV, CSV_HEADER + EVT_1, totalrecords="1"),
    "audit-trail": Expected(
        200,
        JSON,
        '{"next":"wPuEo2PwCdTR8QR5fTk13lsxLCJmIixmYWxzZSx0cnVlLCIyMDI0LTAzLTAzVDAwOjAwOjAwLjAwMFojZXZ0LTQiLG51bGxd",'
        '"previous":null,"results":['
        '{"id":"evt-5","user_name":"Ada Lovelace","user_email":"Ada@example.com","role":"ADMIN",'
        '"ip_address":"192.0.2.1","event_type":"INVITED_USER","event_description":"Invited Zoë",'
        '"created_at":"2024-03-04T00:00:00.000Z"},'
        '{"id":"evt-4","user_name":"Deploy key","user_email":null,"role":"API","ip_address":"198.51.100.7",'
        '"event_type":"MUTED_ISSUE","event_description":"Muted","created_at":"2024-03-03T00:00:00.000Z"}]}',
    ),
    "dashboard-user-create": Expected(
        200,
        JSON,
        '{"id":"USER-ID","created_at":"NOW","email_address":"grace@example.com","status":"invited",'
        '"request_id":"REQUEST-ID"}',
    ),
    "dashboard-user-update": Expected(
        200,
        JSON,
        '{"id":"usr_demo_01","created_at":"2024-02-29T23:59:59.999Z","email_address":"zoë@example.com",'
        '"status":"deactivated","request_id":"REQUEST-ID"}',
    ),
    "events-record": Expected(
        201,
        JSON,
        '{"events":[{"id":"EVENT-ID","created_at":"NOW"},{"id":"evt-recorded-2","created_at":"2024-03-01T09:40:00.500Z"}],'
        '"request_id":"REQUEST-ID"}',
    ),
}
WRITERS = ["dashboard-user-create", "dashboard-user-update", "events-record"]
READERS = [function for function in EXPECTED if function not in WRITERS]

USER_ID = re.compile(r"usr_[0-9a-f]{32}")
EVENT_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def check(function: str, status: int, headers: Mapping[str, str], body: str) -> None:
    """Compares an answer to a function's payload. Header names are lower case; those that a server adds are passed over."""
    expected = EXPECTED[function]
    assert REQUEST_ID.fullmatch(headers["x-request-id"])
    named = body.replace(headers["x-request-id"], "REQUEST-ID")
    if function in ("dashboard-user-create", "events-record"):
        named = name_what_is_new(function, named)
    common = (headers["cache-control"], headers["x-content-type-options"], headers.get("totalrecords"))
    assert (status, headers["content-type"], named) == (expected.status, expected.content_type, expected.body)
    assert common == ("no-store", "nosniff", expected.totalrecords)


def name_what_is_new(function: str, body: str) -> str:
    """The body with the id and the time of what was just made called by their names."""
    answer: Any = json.loads(body)
    made, pattern, name = (answer, USER_ID, "USER-ID") if "events" not in answer else (answer["events"][0], EVENT_ID, "EVENT-ID")
    assert pattern.fullmatch(made["id"]), (function, made)
    assert DATE_TIME.fullmatch(made["created_at"]), (function, made)
    return body.replace(made["id"], name).replace(made["created_at"], "NOW")
