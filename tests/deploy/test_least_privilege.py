"""What the deployed roles allow, by asking with each role's own rights: the emulator decides by the policies as deployed."""

import pytest
from botocore.exceptions import ClientError

from documented_roles import documented_roles
from stack import Stack

def item(pk: str) -> dict:
    """An item, or the key of one."""
    return {"pk": {"S": pk}, "sk": {"S": "test"}}


def query(pk: str, index: str | None = None, name: str = "pk"):
    """A query of one partition."""
    where = {"IndexName": index} if index else {}
    condition = {"KeyConditionExpression": f"{name} = :pk", "ExpressionAttributeValues": {":pk": {"S": pk}}}
    return lambda client, table: client.query(TableName=table, **where, **condition)


def get(pk: str):
    """A read of one item."""
    return lambda client, table: client.get_item(TableName=table, Key=item(pk))


def put(pk: str, **attributes: dict):
    """A put by itself."""
    return lambda client, table: client.put_item(TableName=table, Item=item(pk) | attributes)


def transaction(*pks: str, **attributes: dict):
    """Puts that are done together, each with those attributes."""
    return lambda client, table: client.transact_write_items(
        TransactItems=[{"Put": {"TableName": table, "Item": item(pk) | attributes}} for pk in pks]
    )


def deletion(pk: str):
    """A deletion within a transaction."""
    return lambda client, table: client.transact_write_items(
        TransactItems=[{"Delete": {"TableName": table, "Key": item(pk)}}]
    )


def update(pk: str, attribute: str = "version"):
    """An update of one attribute within a transaction."""
    change = {
        "UpdateExpression": "SET #name = :value",
        "ExpressionAttributeNames": {"#name": attribute},
        "ExpressionAttributeValues": {":value": {"S": "x"}},
    }
    return lambda client, table: client.transact_write_items(
        TransactItems=[{"Update": {"TableName": table, "Key": item(pk), **change}}]
    )


# Under an account that no test reads.
OPERATIONS = {
    "read credential": get("credential#of-nobody"),
    "read user": get("users#nobody"),
    "read e-mail guard": get("user-email#nobody#x"),
    "read event": get("events#nobody#00"),
    "read idempotency record": get("idempotency#nobody#x"),
    "query events": query("events#nobody#00"),
    "query users": query("users#nobody"),
    "query credentials": query("credential#of-nobody"),
    "query credential list": query("credentials#nobody"),
    "query by-type": query("events#nobody#00#type#X", "by-type", "type_pk"),
    "query by-email": query("events#nobody#00#email#x", "by-email", "email_pk"),
    "query by-category": query("events#nobody#00#category#users", "by-category", "category_pk"),
    "query by-subject": query("events#nobody#00#category#users#user#x", "by-subject", "subject_pk"),
    "put event by itself": put("events#nobody#00"),
    "put idempotency record by itself": put("idempotency#nobody#x"),
    "put user by itself": put("users#nobody"),
    "put credential by itself": put("credential#of-nobody"),
    "record events": transaction("events#nobody#00", "events#nobody#00x", "idempotency#nobody#x"),
    "create user": transaction("users#nobody", "user-email#nobody#x", "events#nobody#00"),
    "create credential": transaction("credential#of-nobody"),
    # No role may do any of these: they are beyond the attributes of an item's kind.
    "record an event that ends": transaction("events#nobody#00", expires_at={"N": "1"}),
    "put an event that ends by itself": put("events#nobody#00", expires_at={"N": "1"}),
    "put a user into an index": transaction("users#nobody", type_pk={"S": "events#nobody#00#type#X"}),
    "put an idempotency record into an index": transaction("idempotency#nobody#x", email_pk={"S": "events#nobody#00#email#x"}),
    "count a day into an index": update("counts#nobody#00", "category_pk"),
    "delete e-mail guard": deletion("user-email#nobody#x"),
    "delete user": deletion("users#nobody"),
    "delete event": deletion("events#nobody#00"),
    "delete event by itself": lambda client, table: client.delete_item(TableName=table, Key=item("events#nobody#00")),
    "update event": lambda client, table: client.update_item(TableName=table, Key=item("events#nobody#00")),
    "get events in a batch": lambda client, table: client.batch_get_item(
        RequestItems={table: {"Keys": [item("events#nobody#00"), item("events#nobody#01")], "ConsistentRead": True}}
    ),
    "get events and a user in a batch": lambda client, table: client.batch_get_item(
        RequestItems={table: {"Keys": [item("events#nobody#00"), item("users#nobody")]}}
    ),
    "get log items in a batch": lambda client, table: client.batch_get_item(RequestItems={table: {"Keys": [item("log#nobody")]}}),
    "query log": query("log#nobody"),
    "read log": get("log#nobody"),
    "put log item by itself": put("log#nobody"),
    "put a log item that ends by itself": put("log#nobody", expires_at={"N": "1"}),
    "mark a log by itself": put("log-dirty#2026-11-25T21:40", expires_at={"N": "1"}),
    "delete log item": deletion("log#nobody"),
    "update log item": update("log#nobody", "entries"),
    "query rounds": query("rounds#0001"),
    "put round by itself": put("rounds#0001"),
    "put a round that ends by itself": put("rounds#0001", expires_at={"N": "1"}),
    "delete round": deletion("rounds#0001"),
    "update round": update("rounds#0001", "entries"),
    "put event in a transaction": transaction("events#nobody#00"),
    "query destination list": query("destination-list#all"),
    "query destinations": query("destinations#nobody"),
    "read destination": get("destinations#nobody"),
    "make a destination": transaction("destinations#nobody"),
    "move a destination by itself": lambda client, table: client.update_item(TableName=table, Key=item("destinations#nobody")),
    "move a destination in a transaction": update("destinations#nobody", "position"),
    "send a destination's events elsewhere": update("destinations#nobody", "url"),
    "give a destination another secret": update("destinations#nobody", "secrets"),
    "delete destination": deletion("destinations#nobody"),
    "read session": get("session#x"),
    "put session by itself": put("session#x"),
    "end session by itself": lambda client, table: client.update_item(TableName=table, Key=item("session#x")),
    "give a session to another account": update("session#x", "account"),
    "delete session": deletion("session#x"),
    "read viewer link": get("viewer-link#x"),
    "put viewer link by itself": put("viewer-link#x"),
    "spend viewer link by itself": lambda client, table: client.update_item(TableName=table, Key=item("viewer-link#x")),
    "widen a viewer link": update("viewer-link#x", "event_type"),
    "delete viewer link": deletion("viewer-link#x"),
    "count a sign-in by itself": lambda client, table: client.update_item(TableName=table, Key=item("sign-in#x")),
    "forget sign-ins": deletion("sign-in#x"),
    "query reconciled days": query("reconciled#nobody"),
    "read reconciled day": get("reconciled#nobody"),
    "put reconciled day": transaction("reconciled#nobody"),
    "put reconciled day by itself": put("reconciled#nobody"),
    "query marks": query("log-dirty#2026-11-25T21:40"),
    "query accounts": query("accounts#all"),
    "query day counts": query("counts#nobody#00"),
    "take day count away": update("counts#nobody#00"),
    "update event in a transaction": update("events#nobody#00"),
    "update day count by itself": lambda client, table: client.update_item(TableName=table, Key=item("counts#nobody#00")),
    "delete day count": deletion("counts#nobody#00"),
    "scan": lambda client, table: client.scan(TableName=table),
    "describe table": lambda client, table: client.describe_table(TableName=table),
    "delete table": lambda client, table: client.delete_table(TableName=table),
}


IN_A_TRANSACTION = ", in a transaction only"
PUT = f"PutItem{IN_A_TRANSACTION}"

# What a role needs in the operator's table for an operation. No role may do those that are not here.
NEEDS = {
    "read credential": {"GetItem credential#* of the table"},
    "read user": {"GetItem users#* of the table"},
    "read event": {"GetItem events#* of the table"},
    "get events in a batch": {"BatchGetItem events#* of the table"},
    "get log items in a batch": {"BatchGetItem log#* of the table"},
    "query log": {"Query log#* of the table"},
    "put log item by itself": {"PutItem log#* of the table"},
    "query marks": {"Query log-dirty#* of the table"},
    "query rounds": {"Query rounds#* of the table"},
    "put round by itself": {"PutItem rounds#* of the table"},
    "mark a log by itself": {"PutItem log-dirty#* of the table"},
    "put event in a transaction": {f"{PUT} events#* of the table"},
    "query destination list": {"Query destination-list#* of the table"},
    "query destinations": {"Query destinations#* of the table"},
    "move a destination by itself": {"UpdateItem destinations#* of the table"},
    "move a destination in a transaction": {f"UpdateItem{IN_A_TRANSACTION} destinations#* of the table"},
    "read session": {"GetItem session#* of the table"},
    "put session by itself": {"PutItem session#* of the table"},
    "end session by itself": {"UpdateItem session#* of the table"},
    "read viewer link": {"GetItem viewer-link#* of the table"},
    "put viewer link by itself": {"PutItem viewer-link#* of the table"},
    "spend viewer link by itself": {"UpdateItem viewer-link#* of the table"},
    "count a sign-in by itself": {"UpdateItem sign-in#* of the table"},
    "query reconciled days": {"Query reconciled#* of the table"},
    "read reconciled day": {"GetItem reconciled#* of the table"},
    "put reconciled day": {f"{PUT} reconciled#* of the table"},
    "read idempotency record": {"GetItem idempotency#* of the table"},
    "query events": {"Query events#* of the table"},
    "query users": {"Query users#* of the table"},
    "query credential list": {"Query credentials#* of the table"},
    "query accounts": {"Query accounts#* of the table"},
    "query day counts": {"Query counts#* of the table"},
    "query by-type": {"Query events#* of by-type"},
    "query by-email": {"Query events#* of by-email"},
    "query by-category": {"Query events#* of by-category"},
    "query by-subject": {"Query events#* of by-subject"},
    "put event by itself": {"PutItem events#* of the table"},
    "record events": {f"{PUT} events#* of the table", f"{PUT} idempotency#* of the table"},
    "create user": {f"{PUT} {kind} of the table" for kind in ("users#*", "user-email#*", "events#*")},
    "delete e-mail guard": {f"DeleteItem{IN_A_TRANSACTION} user-email#* of the table"},
    "update day count by itself": {"UpdateItem counts#* of the table"},
    "take day count away": {f"UpdateItem{IN_A_TRANSACTION} counts#* of the table"},
}


def operations(permissions: set[str]) -> set[str]:
    """The operations that these rows of the table allow. A row that no operation needs is an error: nothing would try it."""
    unknown = permissions - set().union(*NEEDS.values())
    assert not unknown, f"no operation needs {unknown}"
    # What may be done by itself may be done in a transaction too.
    may = permissions | {one.replace("Item ", f"Item{IN_A_TRANSACTION} ", 1) for one in permissions}
    return {name for name, needed in NEEDS.items() if needed <= may}


# The operations that a role may run, and no others of OPERATIONS.
ALLOWED = {role: operations(permissions) for role, permissions in documented_roles().items()}


def test_what_the_table_of_roles_allows_is_tried():
    assert set(NEEDS) <= set(OPERATIONS)


def test_the_roles_of_the_table_are_those_of_the_functions(stack: Stack):
    of_functions = {f"{name}Role" for name in stack.resources("AWS::Lambda::Function")}

    assert set(ALLOWED) == of_functions


@pytest.mark.parametrize("role", ALLOWED)
def test_a_role_may_do_what_its_function_does_and_nothing_else(stack: Stack, role):
    client = stack.emulator.client_of_role("dynamodb", stack.resources()[role])

    assert {name for name, run in OPERATIONS.items() if allowed(run, client, stack.resources()["Table"])} == ALLOWED[role]


def allowed(run, client, table: str) -> bool:
    """Whether the operation is done; any refusal but one of IAM is an error of the test."""
    try:
        run(client, table)
        return True
    except ClientError as error:
        assert error.response["Error"]["Code"] == "AccessDeniedException", error
        return False


@pytest.mark.parametrize("role", sorted(ALLOWED))
def test_only_the_consumer_may_read_the_queue(stack: Stack, role):
    sqs = stack.emulator.client_of_role("sqs", stack.resources()[role])
    sqs.meta.events.register(
        "before-sign.sqs.*", lambda request, **_: request.headers.add_header("X-Forwarded-Proto", "https")
    )

    def may_read() -> bool:
        try:
            sqs.get_queue_attributes(QueueUrl=stack.resources()["EventsQueue"], AttributeNames=["QueueArn"])
            return True
        except ClientError as error:
            assert error.response["Error"]["Code"] == "AccessDenied", error
            return False

    assert may_read() == (role == "EventsConsumeRole")
