"""What schemathesis is told besides openapi.yaml: credentials, ids that exist, and checks that are this service's own."""

import json
import os
import re
import unicodedata
from datetime import datetime

import schemathesis
from hypothesis import strategies
from schemathesis.core.failures import Failure
from schemathesis.generation import GenerationMode

from account_marks import foreign_bytes

CREDENTIALS = os.environ["HOSTILE_CREDENTIALS"]
CLIENT_ID, _, SECRET = os.environ["HOSTILE_TOKEN"].partition(".")
FOREIGN_MARK = os.environ["HOSTILE_FOREIGN_MARK"]
USERS = json.loads(os.environ["HOSTILE_USERS"])

# Reasons to refuse what is valid by the schema: they are about other data, about two fields at once, or about bounds that
# JSON Schema does not have, such as that of a date.
BEYOND_A_SCHEMA = [
    "(fromDate|toDate|start_date|end_date|since|until|.*created_at|.*time) must be in the years 1970 to 9999",
    "nextContinuationToken must be the nextContinuationToken of an earlier page of the same records",
    "toDate must be later than fromDate",
    "cursor must be the next_cursor of an earlier page, or null for the first",
    "dashboard_user_id must be the id of a dashboard user",
    "Acting-User must be the id of a dashboard user who is not deactivated",
    "email_address must not be the address of another dashboard user",
    ".* must be an e-mail address without invisible characters and marks of direction, .*",
    ".* must be an e-mail address whose domain is one by the rules of IDNA",
    r".* must not be \. or \.\., which do not stay in the path of a URL",
    "status must be one of .* for a user who is .*",
    "end_date must be later than start_date",
    r"events\.\d+\.message_key is for events that have a subject",
    r"events\.\d+\.created_at must not be more than 60000 ms ahead of now, .*",
    # Of a CloudEvent: two fields at once, and code points that are no characters.
    r"events\.\d+\.data\.id must not be given: .*",
    r"events\.\d+\.data\.(created_at|event_type) must be the (time|type) of the envelope, .*",
    r"events\.\d+\.data\.message_key is for events that have a subject",
    r"events\.\d+\.(time|data\.created_at) must not be more than 60000 ms ahead of now, .*",
    r"events\.\d+\.(id|source|type|subject|dataschema|datacontenttype) must be 1 to 1024 characters, without control characters",
    r"events\.\d+\.id is that of event \d+ too, which has the same source and time",
    "position is required, or created_at and id",
    "position must not be given besides created_at and id",
    "(created_at|id) is required",
    "created_at must be the created_at of an event, which has milliseconds",
    "from must be a position that is signed, or the one behind: at most .*",
    "after must be a token that this endpoint gave, with the same filter, until and sortOrder",
    "since must not be later than until",
    # A viewer link: its fields depend on each other, days begin in 1970, and an origin has a grammar of its own.
    "user_id (must be given together with a category|cannot be combined with an event type or an e-mail address)",
    "(from|to) must be a date, such as 2026-11-26",
    "to must not be before from",
    "origins must be an origin: .*",
    # A filter has a grammar of its own, and its bound is one of bytes.
    "filter .*",
]
# What everybody may read, and caches may keep.
PUBLIC = ["/log/checkpoint", "/log/tile/{tile}", "/"]  # the last one shows the form to sign in
# The formats of openapi.yaml that are not JSON Schema's own. Dates begin in the year 1971 and end in 9998, so that no zone
# moves them out of the years that the service takes.
YEARS = {"min_value": datetime(1971, 1, 1), "max_value": datetime(9998, 12, 31)}
ZONES = strategies.sampled_from(["", "Z", "+02:00", "-11:30"])
DAYS = strategies.datetimes(**YEARS).map(lambda moment: moment.date().isoformat())
MOMENTS = strategies.tuples(strategies.datetimes(**YEARS).map(datetime.isoformat), ZONES).map("".join)
schemathesis.openapi.format("ip", strategies.ip_addresses().map(str))
schemathesis.openapi.format("date-or-date-time", DAYS | MOMENTS)
# JSON Schema counts characters, and this is a bound on bytes: of the address, and of its form for comparing addresses.
EMAIL_BYTES_MAX = 254
# A domain that is not ASCII may be longer in its encoding for DNS.
ENCODING_MAX = 2
# A pattern can tell that a month has at most 31 days.
NO_DAY = re.compile("-02-(29|3.)T|-(04|06|09|11)-31T")


@schemathesis.deserializer("text/csv", "text/plain", "application/x-ndjson", "text/html")
def read_text(context, response):
    """Text is held against its description as text."""
    return response.content.decode("utf-8")


@schemathesis.deserializer("application/octet-stream")
def read_bytes(context, response):
    """So are bytes, each as a character."""
    return response.content.decode("latin-1")


def compared_bytes(text: str) -> int:
    """How long an address may be when it is compared with others, in bytes."""
    compared = unicodedata.normalize("NFKC", text.casefold())
    longest = max(text, compared, key=len)
    return len(longest.encode(errors="surrogatepass")) * (1 if text.isascii() else ENCODING_MAX)


def is_positive(case) -> bool:
    return case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE


@schemathesis.hook
def before_call(context, case, kwargs):
    """Puts the keys of this run into the body, or takes those there out; half of the valid requests get ids that exist."""
    if not (case.operation.path.startswith("/dashboard_user/") and is_positive(case) and isinstance(case.body, dict)):
        return
    case.body.pop("client_id", None)
    case.body.pop("secret", None)
    if CREDENTIALS == "body and VBrick":
        case.body |= {"client_id": CLIENT_ID, "secret": SECRET}
    for names, name in [(case.body, "dashboard_user_id"), (case.headers, "Acting-User")]:
        if len(names.get(name, "")) % 2 == 1:
            names[name] = USERS[len(case.body) % len(USERS)]


def reasons(answer: object, path: str = "") -> list[str]:
    """The reasons that an error of any dialect gives, each after its field."""
    if isinstance(answer, dict) and "error_message" in answer:
        return answer["error_message"].split("; ")
    if isinstance(answer, dict) and "errorCauses" in answer:
        return [cause["errorSummary"].replace(": ", " ", 1) for cause in answer["errorCauses"]]
    if isinstance(answer, dict) and set(answer) <= {"code", "detail"}:
        return answer["detail"].split("; ")
    if isinstance(answer, dict):
        return [reason for name, part in answer.items() for reason in reasons(part, f"{path}.{name}" if path else name)]
    return [f"{path} {reason}" for reason in answer]


def is_beyond_a_schema(reason: str, case) -> bool:
    """Whether no schema could have told the reason, given what was sent."""
    sent = json.dumps([case.query, case.body], ensure_ascii=False, default=str)
    if "must be an e-mail address of at most" in reason:
        return any(compared_bytes(text) > EMAIL_BYTES_MAX for text in sent.split('"'))
    if "must be a date or date-time" in reason:
        return NO_DAY.search(sent) is not None
    return any(re.fullmatch(known, reason) for known in BEYOND_A_SCHEMA)


@schemathesis.check
def what_is_valid_is_refused_for_a_known_reason(ctx, response, case):
    if CREDENTIALS == "wrong" or not is_positive(case) or response.status_code not in (400, 413, 415):
        return
    for reason in reasons(response.json()):
        if not is_beyond_a_schema(reason, case):
            raise Failure(operation=case.operation.label, title="Valid by the schema, refused", message=reason)


@schemathesis.check
def what_is_not_described_is_not_found(ctx, response, case):
    described = {method.upper() for method in case.operation.schema[case.operation.path]}
    if response.request.method in described:
        return
    if response.request.method == "HEAD":
        wanted = (405, [", ".join(sorted(described))])
    else:
        wanted = (404, None)
    got = (response.status_code, response.headers.get("allow"))
    if got != wanted:
        raise Failure(operation=case.operation.label, title="Undescribed method", message=f"{got}, not {wanted}")


@schemathesis.check
def nothing_is_open_without_a_credential(ctx, response, case):
    if CREDENTIALS == "wrong" and response.status_code < 400 and case.operation.path not in PUBLIC:
        raise Failure(operation=case.operation.label, title="Open without a credential", message=f"{response.status_code}")


@schemathesis.check
def nothing_of_another_account_is_told(ctx, response, case):
    head = "\n".join(f"{name}: {value}" for name, values in response.headers.items() for value in values)
    found = foreign_bytes(FOREIGN_MARK, head.encode("latin-1") + b"\n" + response.content)
    if found:
        raise Failure(operation=case.operation.label, title="Bytes of another account", message=f"{found}")


@schemathesis.check
def every_answer_has_the_headers_of_every_answer(ctx, response, case):
    wanted = {"cache-control": ["no-store"], "x-content-type-options": ["nosniff"]}
    if case.operation.path in PUBLIC and response.status_code == 200:
        del wanted["cache-control"]  # the document says which it is
    got = {name: response.headers.get(name) for name in [*wanted, "x-request-id"]}
    request_id = got.pop("x-request-id")
    if got != wanted or request_id is None or len(request_id) != 1:
        raise Failure(operation=case.operation.label, title="Headers of every answer", message=f"{got} {request_id}")
