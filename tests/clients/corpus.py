"""The literals that the tests import through `audit import` and expect back from the clients.

Account `acme` is small and written out by hand. The others are made by rule, for walks: their records are numbered, so
that order, loss and repetition show.
"""

from datetime import datetime, timedelta, timezone

# ---------------------------------------------------------------------------------------------------------------------
# acme: three states, both shapes of id, names that trip up careless writers.

ACME_USERS = [
    {
        "id": "54350110fedcbaf01234ffee",
        "email_address": "ada@example.com",
        "status": "active",
        "created_at": "2020-07-24T03:26:02Z",
        "name": "Ada Lovelace",
        "role": "ADMIN",
    },
    {
        "id": "54350110fedcbaf01234ffef",
        "email_address": "zoe+audit@example.com",
        "status": "invited",
        "created_at": "2024-02-29T23:59:59.999Z",
        "name": 'Zoë "Z" O’Neill, 東京',
    },
    {
        "id": "usr_1SUuwqBdK75GKi",
        "email_address": "o'brien@example.com",
        "status": "deactivated",
        "created_at": "1999-12-31T23:59:59Z",
    },
]

# In the order of the trail: newest first, ties by id from high to low.
ACME_EVENTS = [
    {
        "id": "01J00000000000000000000006",
        "created_at": "2026-03-02T10:00:00.000Z",
        "event_type": "USER_LOGGED_ON",
        "event_description": "Ada logged on",
        "principal": {
            "id": "54350110fedcbaf01234ffee",
            "name": "Ada Lovelace",
            "email": "ada@example.com",
            "role": "ADMIN",
            "ip_address": "203.0.113.7",
        },
        "subject": {
            "category": "userAccess",
            "entity_key": "Network:UserAccess",
            "entity_id": "session-2",
            "user_id": "54350110fedcbaf01234ffee",
        },
    },
    {
        "id": "01J00000000000000000000005",
        "created_at": "2026-03-01T09:00:01.500Z",
        "event_type": "CHANGED_PERSONAL_INFORMATION",
        "event_description": 'Renamed to "Zoë", with a comma,\nand a second line',
        "principal": {
            "id": "54350110fedcbaf01234ffef",
            "name": 'Zoë "Z" O’Neill, 東京',
            "email": "zoe+audit@example.com",
            "role": "MEMBER",
            "ip_address": "2001:db8::7",
        },
        "subject": {
            "category": "users",
            "entity_key": "Network:User",
            "entity_id": "54350110fedcbaf01234ffef",
            "user_id": "54350110fedcbaf01234ffef",
        },
        "previous_state": {"Name": "Zoe", "Tags": []},
        "current_state": {"Name": 'Zoë "Z", 東京\r\nsecond line', "Tags": ["a,b", "c\"d"], "Nested": {"Deep": None}},
    },
    {
        "id": "01J00000000000000000000004",
        "created_at": "2026-03-01T09:00:01.500Z",
        "event_type": "USER_LOGGED_ON",
        "event_description": "Zoë logged on",
        "principal": {
            "id": "54350110fedcbaf01234ffef",
            "name": 'Zoë "Z" O’Neill, 東京',
            "email": "zoe+audit@example.com",
            "role": "MEMBER",
            "ip_address": "2001:db8::7",
        },
        "subject": {
            "category": "userAccess",
            "entity_key": "Network:UserAccess",
            "entity_id": "session-1",
            "user_id": "54350110fedcbaf01234ffef",
        },
        "message": {"Device": "laptop"},
    },
    {
        "id": "01J00000000000000000000003",
        "created_at": "2026-03-01T09:00:01.499Z",
        "event_type": "INVITED_USER",
        "event_description": "Ada invited Zoë",
        "principal": {
            "id": "54350110fedcbaf01234ffee",
            "name": "Ada Lovelace",
            "email": "ada@example.com",
            "role": "ADMIN",
            "ip_address": "203.0.113.7",
        },
        "subject": {
            "category": "users",
            "entity_key": "Network:User",
            "entity_id": "54350110fedcbaf01234ffef",
            "user_id": "54350110fedcbaf01234ffef",
        },
        "current_state": {"Status": "invited"},
    },
    {
        "id": "01J00000000000000000000002",
        "created_at": "2026-03-01T00:00:00.000Z",
        "event_type": "MUTED_ISSUE",
        "event_description": "Nobody in particular muted an issue",
        "principal": {"role": "SYSTEM", "ip_address": "127.0.0.1"},
    },
    {
        "id": "01J00000000000000000000001",
        "created_at": "2026-02-28T23:59:59.999Z",
        "event_type": "DELETED_TEST_API_KEY",
        "event_description": "A key was deleted through the API",
        "principal": {"id": "key-1", "name": "deploy robot", "role": "API", "ip_address": "203.0.113.200"},
    },
]

# ---------------------------------------------------------------------------------------------------------------------
# The published event types.

EVENT_TYPES = """
CREATED_REMOTE_PRODUCTION_API_KEY DELETED_REMOTE_PRODUCTION_API_KEY CREATED_TEST_API_KEY DELETED_TEST_API_KEY
REGENERATED_PRODUCTION_API_KEY REGENERATED_WEBHOOK_SIGNATURE INVITED_USER TWO_FACTOR_AUTH_ENABLED
TWO_FACTOR_AUTH_DISABLED DELETED_LINKED_ACCOUNT DELETED_ALL_COMMON_MODELS_FOR_LINKED_ACCOUNT CREATED_DESTINATION
DELETED_DESTINATION CHANGED_DESTINATION CHANGED_SCOPES CHANGED_PERSONAL_INFORMATION CHANGED_ORGANIZATION_SETTINGS
ENABLED_INTEGRATION DISABLED_INTEGRATION ENABLED_CATEGORY DISABLED_CATEGORY CHANGED_PASSWORD RESET_PASSWORD
ENABLED_REDACT_UNMAPPED_DATA_FOR_ORGANIZATION ENABLED_REDACT_UNMAPPED_DATA_FOR_LINKED_ACCOUNT
DISABLED_REDACT_UNMAPPED_DATA_FOR_ORGANIZATION DISABLED_REDACT_UNMAPPED_DATA_FOR_LINKED_ACCOUNT
CREATED_INTEGRATION_WIDE_FIELD_MAPPING CREATED_LINKED_ACCOUNT_FIELD_MAPPING CHANGED_INTEGRATION_WIDE_FIELD_MAPPING
CHANGED_LINKED_ACCOUNT_FIELD_MAPPING DELETED_INTEGRATION_WIDE_FIELD_MAPPING DELETED_LINKED_ACCOUNT_FIELD_MAPPING
CREATED_LINKED_ACCOUNT_COMMON_MODEL_OVERRIDE CHANGED_LINKED_ACCOUNT_COMMON_MODEL_OVERRIDE
DELETED_LINKED_ACCOUNT_COMMON_MODEL_OVERRIDE FORCED_LINKED_ACCOUNT_RESYNC MUTED_ISSUE GENERATED_MAGIC_LINK
ENABLED_MERGE_WEBHOOK DISABLED_MERGE_WEBHOOK MERGE_WEBHOOK_TARGET_CHANGED END_USER_CREDENTIALS_ACCESSED
""".split()
assert len(EVENT_TYPES) == 43

CATEGORIES = [
    "accounting",
    "ats",
    "calendar",
    "chat",
    "crm",
    "email",
    "filestorage",
    "hris",
    "knowledgebase",
    "ticketing",
]

ROLES = ["ADMIN", "DEVELOPER", "MEMBER", "API", "SYSTEM", "MERGE_TEAM", "SUPPORT"]
STATUSES = ["invited", "active", "deactivated"]

# ---------------------------------------------------------------------------------------------------------------------
# Records made by rule.


def numbered_user(number: int) -> dict:
    """User `number`: ids sort as their numbers do."""
    return {
        "id": f"user{number:05d}",
        "email_address": f"user{number:05d}@example.com",
        "status": STATUSES[number % 3],
        "created_at": "2024-01-01T00:00:00Z",
    }


def event_id(number: int) -> str:
    """An id that sorts as its number does."""
    return f"01J{number:023d}"


def trail_event(number: int) -> dict:
    """Event `number` of a trail: every type, role and five people in turn, and seven events to each millisecond."""
    person = f"person{number % 5}@example.com"
    return {
        "id": event_id(number),
        "created_at": instant(datetime(2026, 5, 1, tzinfo=timezone.utc), milliseconds=number // 7),
        "event_type": EVENT_TYPES[number % 43],
        "event_description": f"event {number}",
        "principal": {
            "id": f"p{number % 5}",
            "name": f"Person {number % 5}",
            "email": person,
            "role": ROLES[number % 7],
            "ip_address": "203.0.113.1",
        },
    }


NETWORK_START = datetime(2026, 6, 1, tzinfo=timezone.utc)


def network_event(number: int, *, category: str = "userAccess", user_id: str = "walker", at: str | None = None) -> dict:
    """Record `number` of a CSV chain. Ten records share each millisecond around every border of a page of 100."""
    near_a_border = number % 100 >= 95 or number % 100 < 5
    milliseconds = (number + 5) // 100 * 100 if near_a_border else number
    return {
        "id": event_id(number),
        "created_at": at or instant(NETWORK_START, milliseconds=milliseconds),
        "event_type": "USER_LOGGED_ON",
        "event_description": f"record {number}",
        "principal": {"id": user_id, "name": "Walker", "email": "walker@example.com", "role": "MEMBER", "ip_address": "203.0.113.9"},
        "subject": {"category": category, "entity_key": "Network:UserAccess", "entity_id": f"n{number:05d}", "user_id": user_id},
    }


def instant(start: datetime, *, milliseconds: int) -> str:
    """A time in the form of the wire: UTC, milliseconds, `Z`."""
    return (start + timedelta(milliseconds=milliseconds)).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
