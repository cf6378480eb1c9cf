"""The emulated AWS, as a program: ministack, with the key of IAM that its DynamoDB leaves out.

The roles of template.yaml say which partition keys a function may touch (`dynamodb:LeadingKeys`), and that a request without
the key is refused. ministack 1.5.33 decides by the deployed roles when AUTH=true, but gives them no such key, so that every
request would be refused. Here it gets it from the request, for each item of a transaction by itself, as DynamoDB does.
"""

import json
import re

from ministack.app import main
from ministack.core import iam_actions, iam_evaluator

LEADING_KEYS = "dynamodb:LeadingKeys"
PARTITION_KEYS = {"pk", "type_pk", "email_pk", "category_pk", "subject_pk"}
EQUALITY = re.compile(r"([#\w]+)\s*=\s*(:\w+)")


class ItemArn(str):
    """The table of one item of a transaction, with that item's partition key."""

    leading_keys: list[str]


def leading_keys(operation: dict) -> list[str]:
    """The partition keys that one operation names: of its key, its item, or its key condition."""
    key = operation.get("Key") or operation.get("Item") or {}
    if "pk" in key:
        return [key["pk"]["S"]]
    names, values = operation.get("ExpressionAttributeNames") or {}, operation.get("ExpressionAttributeValues") or {}
    return [
        values[value]["S"]
        for name, value in EQUALITY.findall(operation.get("KeyConditionExpression") or "")
        if names.get(name, name) in PARTITION_KEYS
    ]


def with_leading_keys(service_context):
    """Adds the key for a request that is not a transaction."""

    def wrapped(body: bytes) -> dict:
        keys = leading_keys(json.loads(body or b"{}"))
        return service_context(body) | ({LEADING_KEYS: keys} if keys else {})

    return wrapped


def with_items(transaction_checks):
    """Says with each check of a transaction which item it is about."""

    def wrapped(iam_action: str, body: bytes, region: str, account_id: str) -> list[tuple[str, str]]:
        checks = transaction_checks(iam_action, body, region, account_id)
        if not checks:
            return checks
        operations = [operation for item in json.loads(body)["TransactItems"] for operation in item.values()]
        assert len(operations) == len(checks), "one check for each item"
        return [(action, item_arn(arn, operation)) for (action, arn), operation in zip(checks, operations)]

    return wrapped


def item_arn(arn: str, operation: dict) -> ItemArn:
    """The ARN of the item's table, which carries the item's key."""
    found = ItemArn(arn)
    found.leading_keys = leading_keys(operation)
    return found


def with_item_keys(enforce):
    """Adds the key for an item of a transaction."""

    def wrapped(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
        if isinstance(resource_arn, ItemArn):
            service_context = (service_context or {}) | {LEADING_KEYS: resource_arn.leading_keys}
        return enforce(access_key_id, iam_action, service, region, resource_arn, service_context)

    return wrapped


if __name__ == "__main__":
    iam_actions.dynamodb_service_context = with_leading_keys(iam_actions.dynamodb_service_context)
    iam_actions.dynamodb_transaction_checks = with_items(iam_actions.dynamodb_transaction_checks)
    iam_evaluator.enforce = with_item_keys(iam_evaluator.enforce)
    main()
