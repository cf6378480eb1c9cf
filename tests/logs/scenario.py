"""Calls of real functions that end in every way a call can, and the lines that they wrote.

    python scenario.py     # writes the lines anew to lines/, after the lines themselves have changed; what the queries
                           # find in them is then to be read and written anew too, in test_queries.py
"""

import json
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Iterator
from urllib.request import Request, urlopen

LINES = Path(__file__).parent / "lines"
sys.path.insert(0, str(LINES.parents[1] / "clients"))

from lambda_runtime import Function, Outcome, payload  # noqa: E402  (needs the path above)
from server import AUDIT_BIN, Server, environment  # noqa: E402
from tls_front import make_certificate  # noqa: E402

TRAIL = {"resource": "/audit-trail", "path": "/audit-trail", "pathParameters": None}
EVENT = {
    "event_type": "MUTED_ISSUE",
    "event_description": "Muted",
    "principal": {"role": "SYSTEM", "ip_address": "192.0.2.1"},
}


def record() -> dict[str, list[str]]:
    """The lines of each function."""
    server = Server(demo=False)
    try:
        acme = server.create_credential("acme", "users:read", "users:write", "audit:read", "events:write").token
        globex = server.create_credential("globex", "events:write").token
        return {
            "events-record": record_events(server.dynamodb_url, acme, globex),
            "audit-trail": read_trail(server.dynamodb_url, acme, globex),
            "user-access-audit": read_network_audit(server.dynamodb_url, acme),
            "dashboard-user-create": create_user(server.dynamodb_url, acme),
            "events-consume": consume(server.dynamodb_url),
            "counts-roll": count_days(),
            "log-append": append_to_log(server.dynamodb_url),
            "log-reconcile": reconcile_log() + fail_to_reconcile_log(),
            "events-deliver": deliver(server),
        }
    finally:
        server.stop()


def record_events(store: str, acme: str, globex: str) -> list[str]:
    """Three events and one, the same again, another in its place, a misspelt field, no credential."""
    fixed = EVENT | {"id": "evt_1", "created_at": now()}
    event = payload("events-record")
    calls = [
        (acme, {"events": [EVENT, EVENT, fixed]}, 201),
        (globex, {"events": [EVENT]}, 201),
        (acme, {"events": [fixed]}, 201),
        (acme, {"events": [fixed | {"event_type": "OTHER"}]}, 409),
        (acme, {"evnts": [EVENT]}, 400),
        ("nobody.at-all", {"events": [EVENT]}, 401),
    ]
    with Function("events-record", store) as function:
        for token, body, status in calls:
            event = request(event, token) | {"body": json.dumps(body), "isBase64Encoded": False}
            answered(function.invoke(event), status)
        return function.stop()


def read_trail(store: str, acme: str, globex: str) -> list[str]:
    """Two pages, a misspelt parameter, a missing scope; then a store that throttles, and one without the table."""
    event = payload("audit-trail") | TRAIL
    with Function("audit-trail", store) as function:
        answered(function.invoke(request(event, acme)), 200)
        answered(function.invoke(request(event, acme)), 200)
        answered(function.invoke(request(event, acme, evnt_type="MUTED_ISSUE")), 400)
        answered(function.invoke(request(event, globex)), 401)
        lines = function.stop()
    with throttled_store() as url, Function("audit-trail", url) as throttled:
        answered(throttled.invoke(request(event, acme)), 503)
        lines += throttled.stop()
    with Function("audit-trail", store, TABLE_NAME="elsewhere") as astray:
        answered(astray.invoke(request(event, acme)), 500)
        lines += astray.stop()
    return lines


def read_network_audit(store: str, acme: str) -> list[str]:
    """The first page of a chain, which counts its range."""
    event = payload("user-access-audit")
    parameters = event["pathParameters"] | {"accountId": "acme"}
    with Function("user-access-audit", store) as function:
        answered(function.invoke(request(event, acme) | {"pathParameters": parameters}), 200)
        return function.stop()


def create_user(store: str, acme: str) -> list[str]:
    """A user, with its event."""
    client_id, _, secret = acme.partition(".")
    event = payload("dashboard-user-create")
    event["headers"] = {name: value for name, value in event["headers"].items() if name != "Acting-User"}
    event["multiValueHeaders"] = {name: [value] for name, value in event["headers"].items()}
    body = {"client_id": client_id, "secret": secret, "email_address": "ada@example.com"}
    with Function("dashboard-user-create", store) as function:
        answered(function.invoke(event | {"body": json.dumps(body), "isBase64Encoded": False}), 200)
        return function.stop()


def consume(store: str) -> list[str]:
    """A batch for two accounts, with a message that is malformed and one for an account that there is not."""
    batch = payload("events-consume")
    message = batch["Records"][0]
    bodies = [
        {"account": "acme", "events": [EVENT, EVENT]},
        {"account": "globex", "event": EVENT},
        {"account": "acme", "evnt": EVENT},
        {"account": "initech", "event": EVENT},
    ]
    ids = [f"059f36b4-87a3-44ab-83d2-66197583000{at}" for at in range(len(bodies))]
    records = [message | {"messageId": id, "body": json.dumps(body)} for id, body in zip(ids, bodies)]
    sent = {"ApproximateReceiveCount": "5", "SentTimestamp": str(int(time.time() * 1000))}  # a moment ago, so it is no import
    for record in records:
        record["attributes"] = record["attributes"] | sent
    with Function("events-consume", store) as function:
        answer = function.invoke({"Records": records}).json()
        lines = function.stop()
    if answer != {"batchItemFailures": [{"itemIdentifier": ids[2]}, {"itemIdentifier": ids[3]}]}:
        raise AssertionError(answer)
    with throttled_store() as url, Function("events-consume", url) as throttled:
        throttled.invoke({"Records": records[:1]})
        return lines + throttled.stop()


def count_days() -> list[str]:
    """Two accounts, one of which cannot be counted, and the other has events on two days: behind them are years without one."""
    server = Server(demo=False)  # its own count, at the start, finds no account
    try:
        server.create_credential("acme", "audit:read")
        server.create_credential("globex", "audit:read")
        bad = {"pk": {"S": "events#acme#00"}, "sk": {"S": "2024-03-01T00:00:00.000Z#evt_1"}, "subject_category": {"S": "?"}}
        put_item(server.dynamodb_url, bad)
        days = ["2024-03-01", "2024-03-03"]
        server.import_events("globex", [EVENT | {"id": f"evt_{day}", "created_at": f"{day}T12:00:00.000Z"} for day in days])
        with Function("counts-roll", server.dynamodb_url) as function:
            function.invoke(payload("counts-roll"))
            return function.stop()
    finally:
        server.stop()


def append_to_log(store: str) -> list[str]:
    """An event, the same again with a second one; one that is changed and deleted, one of no account, an item of the log that is
    changed; an account whose log somebody spoiled; then a store that throttles. The account has nothing else in its log."""

    def change(number: int, name: str, pk: str = "events#hooli#00", sk: str = "2024-03-01T09:30:00.123Z#evt_1", **images: str) -> Any:
        keys = {"pk": {"S": pk}, "sk": {"S": sk}}
        shown = {image: keys | {"recorded_at": {"S": "2024-03-01T09:30:01.250Z"}, "message": {"S": text}} for image, text in images.items()}
        (record,) = payload("log-append")["Records"]
        created = {"ApproximateCreationDateTime": int(time.time()), "SequenceNumber": str(100 + number), "Keys": keys}
        fixed = {name: value for name, value in record["dynamodb"].items() if name != "NewImage"}
        return record | {"eventName": name, "dynamodb": fixed | created | shown}

    first = change(1, "INSERT", NewImage="{}")
    second = change(2, "INSERT", sk="2024-03-01T09:30:00.123Z#evt_2", NewImage="{}")
    batches = [
        [first],
        [first, second],
        [change(3, "MODIFY", OldImage="{}", NewImage="[]"), change(4, "REMOVE", OldImage="[]")],
        [
            change(5, "INSERT", pk="events#no account#00", NewImage="{}"),
            change(6, "MODIFY", pk="log#hooli", sk="e#0000000000000000", OldImage="{}", NewImage="[]"),
        ],
    ]
    with Function("log-append", store) as function:
        for batch in batches:
            answer = function.invoke({"Records": batch}).json()
            if answer != {"batchItemFailures": []}:
                raise AssertionError(answer)
        put_item(store, {"pk": {"S": "log#umbrella"}, "sk": {"S": "e#0000000000000000"}, "entries": {"S": "?"}})
        function.invoke({"Records": [change(7, "INSERT", pk="events#umbrella#00", NewImage="{}")]})
        lines = function.stop()
    with throttled_store() as url, Function("log-append", url) as throttled:
        throttled.invoke({"Records": [first]})
        return lines + throttled.stop()


def reconcile_log() -> list[str]:
    """An account whose log has an event that the table lacks."""
    server = Server(demo=False)
    try:
        server.create_credential("demo", "audit:read")
        with Function("log-append", server.dynamodb_url) as function:
            function.invoke(payload("log-append"))
        return reconciled(server.dynamodb_url)
    finally:
        server.stop()


def fail_to_reconcile_log() -> list[str]:
    """An account that cannot be reconciled, because somebody put an item of theirs in the place of ours."""
    server = Server(demo=False)
    try:
        server.create_credential("acme", "audit:read")
        put_item(server.dynamodb_url, {"pk": {"S": "reconciled#acme"}, "sk": {"S": "cursor"}, "position": {"S": "?"}})
        return reconciled(server.dynamodb_url)
    finally:
        server.stop()


def reconciled(store: str) -> list[str]:
    """The lines of a call of the schedule."""
    with Function("log-reconcile", store) as function:
        function.invoke(payload("log-reconcile"))
        return function.stop()


def deliver(server: Server) -> list[str]:
    """A bucket that takes three events; then a receiver beside it that is gone, and is paused; then one whose address is private. They
    are in a table of their own, since `audit serve` sends what is in its own."""
    store, table = server.dynamodb_url, "deliveries"
    schema = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
    types = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")]
    made = {"TableName": table, "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": types, "KeySchema": schema}
    ask(store, "CreateTable", made)
    of_table = ("--table", table, "--endpoint-url", store)
    audit("credential", "create", "--account", "acme", "--scope", "audit:read", *of_table)
    with Function("log-append", store, TABLE_NAME=table) as function:
        (record,) = payload("log-append")["Records"]
        keys_of = [{"pk": {"S": "events#acme#00"}, "sk": {"S": f"2024-03-01T09:30:00.123Z#evt_{number}"}} for number in range(3)]
        records = [record | {"dynamodb": record["dynamodb"] | {"Keys": keys}} for keys in keys_of]
        if function.invoke({"Records": records}).json() != {"batchItemFailures": []}:
            raise AssertionError(function.output())
    with tempfile.TemporaryDirectory() as folder, takes_objects() as objects:
        certificate, key = make_certificate(Path(folder), is_authority=False)
        variables = {"TABLE_NAME": table, "AWS_ENDPOINT_URL_S3": objects, "SSL_CERT_FILE": str(certificate)}
        with gone_receiver(certificate, key) as gone, Function("events-deliver", store, **variables) as function:
            for destination in (
                ("s3", "--bucket", "my-bucket", "--window", "0"),
                ("https", "--url", gone, "--allow-private"),
                ("https", "--url", "https://127.0.0.1:9/audit"),
            ):
                audit("destination", "add", *destination, "--account", "acme", *of_table)
                outcome = function.invoke({})
                if outcome.is_error:
                    raise AssertionError(outcome.text)
            return function.stop()


def audit(*arguments: str) -> None:
    """Runs a command of the operator's."""
    subprocess.run([AUDIT_BIN, *arguments], env=environment(), check=True, stdout=subprocess.DEVNULL, timeout=60)


def put_item(store: str, item: dict[str, Any]) -> None:
    """Writes an item that no function would write."""
    ask(store, "PutItem", {"TableName": "audit", "Item": item})


def ask(store: str, operation: str, request: dict[str, Any]) -> None:
    """Asks the store for something that no function would ask for."""
    headers = {
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": f"DynamoDB_20120810.{operation}",
        "Authorization": "AWS4-HMAC-SHA256 Credential=local/20240301/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=00",
        "X-Amz-Date": "20240301T000000Z",
    }
    with urlopen(Request(store, json.dumps(request).encode(), headers), timeout=10) as answer:
        answer.read()


def request(event: Any, token: str, **query: str) -> Any:
    """The payload with another credential and query."""
    headers = event["headers"] | {"Authorization": f"Bearer {token}"}
    headers.pop("Idempotency-Key", None)
    if event["headers"].get("Authorization", "").startswith("VBrick"):
        headers["Authorization"] = f"VBrick {token}"
    changed = {"headers": headers, "multiValueHeaders": {name: [value] for name, value in headers.items()}}
    if query:
        changed["queryStringParameters"] = query
        changed["multiValueQueryStringParameters"] = {name: [value] for name, value in query.items()}
    return event | changed


def answered(outcome: Outcome, status: int) -> None:
    """The scenario is only what it says if the calls ended as they should."""
    answer = outcome.json()
    if answer["statusCode"] != status:
        raise AssertionError(f"{status} was expected: {answer}")


def now() -> str:
    """A time that an event may have."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")


class Store(ThreadingHTTPServer):
    """A server for functions that are ended while they wait for it."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that the ended process dropped is no error."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def throttled_store() -> Iterator[str]:
    """A store that throttles every request."""
    said = json.dumps({"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": "Rate exceeded"})

    class Throttled(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(400)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said.encode())

        def log_message(self, *_: object) -> None:
            pass

    store = Store(("127.0.0.1", 0), Throttled)
    threading.Thread(target=store.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{store.server_port}"
    finally:
        store.shutdown()
        store.server_close()


@contextmanager
def takes_objects() -> Iterator[str]:
    """An S3 that takes every object."""
    with answering(200) as server:
        yield f"http://127.0.0.1:{server.server_port}"


@contextmanager
def gone_receiver(certificate: Path, key: Path) -> Iterator[str]:
    """A receiver of webhooks that says that it is gone for good."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with answering(410, context) as server:
        yield f"https://localhost:{server.server_port}/audit"


@contextmanager
def answering(status: int, tls: ssl.SSLContext | None = None) -> Iterator[Store]:
    """A server that answers every request with that status."""

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_PUT = do_POST

        def log_message(self, *_: object) -> None:
            pass

    server = Store(("127.0.0.1", 0), Answering)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    for name, lines in record().items():
        (LINES / f"{name}.jsonl").write_text("".join(f"{line}\n" for line in lines))
