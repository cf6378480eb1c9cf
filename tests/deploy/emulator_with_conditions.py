"""The emulated AWS, as a program: ministack, with what its DynamoDB leaves out of IAM.

The roles of template.yaml say which partition keys a function may touch (`dynamodb:LeadingKeys`) and which attributes it may
write (`dynamodb:Attributes`), and that a request without the keys is refused. ministack 1.5.33 decides by the deployed roles when
AUTH=true, but gives them neither for a write, so that every request would be refused. Here they are read from the request, for
each item of a transaction by itself, as DynamoDB is taken to do (tests/aws-smoke asks it).

It gives a batch of a table's stream to a function, but takes no notice of an answer that names records as failed
(`batchItemFailures`). Here such a batch has failed, and comes again whole: more than AWS gives again, which begins at the first
of them.

It saves, for its next start, how far each reader of a stream has got, but not the stream: a reader would pass over as many new changes as it
had read. Here the stream is saved too.

The table has a policy of its own. ministack keeps what PutResourcePolicy says, but neither takes it from a stack nor decides by it.
Its `aws:PrincipalArn` is the ARN of a role's session, where AWS's is that of the role.

Its API Gateway knows binary media types, but does not take them from a definition, and finds none in a request that has no `Accept` or
`Content-Type`. AWS takes such a header for `application/json`, which `*/*` among the types is too
(https://github.com/squidfunk/terraform-aws-api-gateway-enable-cors/pull/11 says so of `Accept`; tests/aws-smoke asks).
"""

import copy
import json
import re

from ministack.app import main
from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id
from ministack.services import apigateway_v1, dynamodb, lambda_svc
from ministack.services.cloudformation import provisioners

LEADING_KEYS = "dynamodb:LeadingKeys"
ATTRIBUTES = "dynamodb:Attributes"
PARTITION_KEYS = {"pk", "type_pk", "email_pk", "category_pk", "subject_pk"}
SESSION = re.compile(r"arn:aws:sts::(?P<account>\d+):assumed-role/(?P<role>[^/]+)/.+")
EQUALITY = re.compile(r"([#\w]+)\s*=\s*(:\w+)")


class ItemArn(str):
    """The table of one item of a transaction, with the condition keys of that item."""

    condition_keys: dict


def condition_keys(operation: dict) -> dict:
    """The condition keys of one operation; a key without a value is left out."""
    keys, attributes = leading_keys(operation), written_attributes(operation)
    return ({LEADING_KEYS: keys} if keys else {}) | ({ATTRIBUTES: attributes} if attributes else {})


def leading_keys(operation: dict) -> list[str]:
    """The partition keys that one operation names: of its key, its item, its batches, or its key condition."""
    key = operation.get("Key") or operation.get("Item") or {}
    if "pk" in key:
        return [key["pk"]["S"]]
    if batch := operation.get("RequestItems"):
        read = [{"Key": key} for reads in batch.values() if isinstance(reads, dict) for key in reads["Keys"]]
        written = [write for writes in batch.values() for write in writes if isinstance(write, dict)]
        return [pk for operation in read + [part for write in written for part in write.values()] for pk in leading_keys(operation)]
    names, values = operation.get("ExpressionAttributeNames") or {}, operation.get("ExpressionAttributeValues") or {}
    return [
        values[value]["S"]
        for name, value in EQUALITY.findall(operation.get("KeyConditionExpression") or "")
        if names.get(name, name) in PARTITION_KEYS
    ]


def written_attributes(operation: dict) -> list[str]:
    """The attributes that a write names, in its key or item and by the placeholders of its expressions. None of a read."""
    if "KeyConditionExpression" in operation or "ProjectionExpression" in operation:
        return []
    item = operation.get("Key") or operation.get("Item") or {}
    return sorted({*item, *(operation.get("ExpressionAttributeNames") or {}).values()})


def with_condition_keys(service_context):
    """Adds the keys for a request that is not a transaction."""

    def wrapped(body: bytes) -> dict:
        return service_context(body) | condition_keys(json.loads(body or b"{}"))

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
    """The ARN of the item's table, which carries the item's keys."""
    found = ItemArn(arn)
    found.condition_keys = condition_keys(operation)
    return found


def with_item_keys(enforce):
    """Adds the keys for an item of a transaction."""

    def wrapped(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
        if isinstance(resource_arn, ItemArn):
            service_context = (service_context or {}) | resource_arn.condition_keys
        return enforce(access_key_id, iam_action, service, region, resource_arn, service_context)

    return wrapped


def with_failures_of_a_stream(execute):
    """Takes a batch of a table's stream for failed if the function says so of a record."""

    def wrapped(func: dict, event: dict) -> dict:
        result = execute(func, event)
        records, body = event.get("Records") or [{}], result.get("body")
        answer = json.loads(body) if isinstance(body, str) and body else body
        is_of_stream = isinstance(records[0], dict) and records[0].get("eventSource") == "aws:dynamodb"
        has_failed = is_of_stream and isinstance(answer, dict) and answer.get("batchItemFailures")
        return result | {"error": True} if has_failed else result

    return wrapped


def with_streams_saved(get_state):
    """Saves the changes of each stream beside the tables."""

    def wrapped() -> dict:
        streams = {"stream_records": dynamodb._stream_records, "stream_trimmed": dynamodb._stream_trimmed}
        return get_state() | copy.deepcopy(streams)

    return wrapped


def with_streams_loaded(load):
    """Takes the changes of each stream from what was saved."""

    def wrapped(data: dict | None) -> None:
        load(data)
        dynamodb._stream_records.update((data or {}).get("stream_records", {}))
        dynamodb._stream_trimmed.update((data or {}).get("stream_trimmed", {}))

    return wrapped


def with_role_of_session(resolve):
    """Gives the ARN of the role for `aws:PrincipalArn` (IAM User Guide, "AWS global condition context keys")."""

    def wrapped(key: str, context):
        value = resolve(key, context)
        session = SESSION.fullmatch(value or "") if key.lower() == "aws:principalarn" else None
        return f"arn:aws:iam::{session['account']}:role/{session['role']}" if session else value

    return wrapped


def table_policy_for_arn(arn: str):
    """The policy of a table, for itself and its indexes, and the AWS account that owns it."""
    kept = dynamodb._resource_policies.get(arn.split("/index/")[0])
    return (kept["Policy"], get_account_id()) if kept else None


def with_table_policy(provision, properties_at: int):
    """Gives a table of a stack the policy that its properties have."""

    def wrapped(*arguments, **named):
        made = provision(*arguments, **named)
        policy = (arguments[properties_at].get("ResourcePolicy") or {}).get("PolicyDocument")
        arn = made[1]["Arn"]
        dynamodb._resource_policies.pop(arn, None)
        if policy:
            dynamodb._resource_policies[arn] = {"Policy": json.dumps(policy), "RevisionId": "of-the-stack"}
        return made

    return wrapped


def with_binary_media_types(import_definition):
    """Takes the binary media types from the definition of an API."""

    def wrapped(definition: dict, data: dict, *arguments, **named):
        types = definition.get("x-amazon-apigateway-binary-media-types")
        return import_definition(definition, data | ({"binaryMediaTypes": types} if types else {}), *arguments, **named)

    return wrapped


def with_default_media_type(matches):
    """Takes a header that is absent for `application/json`."""

    def wrapped(media_type, binary_media_types):
        return matches(media_type or "application/json", binary_media_types)

    return wrapped


if __name__ == "__main__":
    apigateway_v1._import_rest_api = with_binary_media_types(apigateway_v1._import_rest_api)
    apigateway_v1._media_type_matches = with_default_media_type(apigateway_v1._media_type_matches)
    iam_actions.dynamodb_service_context = with_condition_keys(iam_actions.dynamodb_service_context)
    iam_actions.dynamodb_transaction_checks = with_items(iam_actions.dynamodb_transaction_checks)
    iam_evaluator.enforce = with_item_keys(iam_evaluator.enforce)
    iam_evaluator._resolve_condition_key = with_role_of_session(iam_evaluator._resolve_condition_key)
    lambda_svc._execute_function = with_failures_of_a_stream(lambda_svc._execute_function)
    dynamodb.get_state = with_streams_saved(dynamodb.get_state)
    dynamodb.load_persisted_state = with_streams_loaded(dynamodb.load_persisted_state)
    dynamodb.table_policy_for_arn = table_policy_for_arn
    iam_evaluator._RESOURCE_POLICY_LOOKUPS["dynamodb"] = ("dynamodb", "table_policy_for_arn")
    table = provisioners._RESOURCE_HANDLERS["AWS::DynamoDB::Table"]
    table |= {"create": with_table_policy(table["create"], 1), "update": with_table_policy(table["update"], 2)}
    main()
