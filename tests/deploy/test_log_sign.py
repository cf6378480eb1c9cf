"""The signatures of the deployed stack: with a key of KMS, kept in S3, and refused once the table is behind them."""

import base64
import hashlib
import json
from typing import Any

from conftest import Tenant
from feed_follower import Follower, record
from log_lines import when_it_is_said
from stack import Stack
from test_recording import event


def sign(stack: Stack) -> tuple[dict[str, Any], bool]:
    """Calls the function that signs, as its schedule does: what it says, and whether it signed."""
    function = stack.function("LogSign")["FunctionName"]
    answer = stack.emulator.client("lambda").invoke(FunctionName=function, Payload=b"{}")
    return json.loads(answer["Payload"].read()), "FunctionError" not in answer


def newest(stack: Stack) -> tuple[str, str]:
    """The name and the text of the newest signature in the bucket."""
    s3, bucket = stack.emulator.client("s3"), stack.output("CheckpointBucketName")
    name = s3.list_objects_v2(Bucket=bucket, Prefix="checkpoints/")["Contents"][0]["Key"]
    return name, s3.get_object(Bucket=bucket, Key=name)["Body"].read().decode()


def test_what_is_recorded_is_signed_with_the_stacks_key_and_kept_in_its_bucket(collected: Tenant, stack: Stack):
    record(collected, event("To be signed", id="signed-1"))
    Follower(collected).until("signed-1")

    outcome, has_signed = sign(stack)

    assert has_signed, outcome
    assert outcome["accounts"] >= 1 and outcome["accounts_carried"] == 0
    name, note = newest(stack)
    assert name == f"checkpoints/0001/{9_999_999_999_999_999 - outcome['rounds']:016}"
    text, signature = note.rsplit("\n\n", 1)
    origin, size, _ = text.split("\n")
    assert (origin, int(size)) == (f"{stack.resources()['Api']}.execute-api.eu-central-1.amazonaws.com/v1/log", outcome["rounds"])
    kms, key = stack.emulator.client("kms"), stack.output("LogKeyArn")
    public = kms.get_public_key(KeyId=key)["PublicKey"][-32:]
    signed = base64.b64decode(signature.split(" ")[2])
    assert signed[:4] == hashlib.sha256(origin.encode() + b"\n\x01" + public).digest()[:4]
    verified = kms.verify(KeyId=key, Message=text.encode() + b"\n", MessageType="RAW", Signature=signed[4:], SigningAlgorithm="ED25519_SHA_512")
    assert verified["SignatureValid"]
    assert stack.audit("log", "key").splitlines()[0].startswith(f"{origin}+{signed[:4].hex()}+")


def test_a_table_behind_its_signatures_is_refused_and_told_of_until_a_new_log_of_rounds_is_begun(stack: Stack):
    assert sign(stack)[1]
    outcome, has_signed = sign(stack)
    assert has_signed
    _, note = newest(stack)
    table, client = stack.resources()["Table"], stack.emulator.client("dynamodb")
    arn = client.describe_table(TableName=table)["Table"]["TableArn"]
    policy = client.get_resource_policy(ResourceArn=arn)["Policy"]
    client.delete_resource_policy(ResourceArn=arn)
    try:
        for sk in (f"e#{outcome['rounds'] - 1:016}", f"c#{outcome['rounds']:016}"):
            client.delete_item(TableName=table, Key={"pk": {"S": "rounds#0001"}, "sk": {"S": sk}})
    finally:
        client.put_resource_policy(ResourceArn=arn, Policy=policy)

    refused, has_signed = sign(stack)

    assert not has_signed and "the table has" in refused["errorMessage"], refused
    when_it_is_said(stack, "log behind its checkpoint", lambda line: line["level"] == "ERROR")
    (folder := stack.emulator.home / "last").write_text(note)
    shown = stack.audit("log", "restart", "--yes", "--checkpoint", str(folder))
    assert f"ends at its checkpoint of {outcome['rounds']} rounds" in shown
    again, has_signed = sign(stack)
    assert has_signed and again["rounds"] == 2, again  # the restart, and a round
    assert [key.split("+")[0].endswith("/log/2") for key in stack.audit("log", "key").splitlines()] == [False, True]
