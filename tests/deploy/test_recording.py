"""Events recorded into the deployed stack, over HTTP and over its queue, and seen in the trail."""

import json
import time
import uuid

import pytest
from botocore.exceptions import ClientError

from conftest import Tenant
from stack import Stack
from wire import post_json, send

ARRIVAL_SECONDS_MAX = 60


def described(tenant: Tenant, description: str) -> list[dict]:
    """The events of the trail that are described so."""
    answer = send(tenant.url, "GET", "/audit-trail", query={"page_size": "100"}, headers=tenant.bearer)
    assert answer.status == 200, answer
    assert answer.json()["next"] is None
    return [event for event in answer.json()["results"] if event["event_description"] == description]


def when_it_arrives(tenant: Tenant, description: str) -> dict:
    """The one event that is described so, once it is there."""
    deadline = time.monotonic() + ARRIVAL_SECONDS_MAX
    while not (found := described(tenant, description)):
        assert time.monotonic() < deadline, f"{description!r} has not arrived"
        time.sleep(0.2)
    (event,) = found
    return event


def event(description: str, **more) -> dict:
    """An event, to be recorded."""
    principal = {"name": "Ada", "email": "ada@example.com", "role": "ADMIN", "ip_address": "192.0.2.1"}
    return {"event_type": "INVITED_USER", "event_description": description, "principal": principal} | more


def test_events_recorded_over_http_are_in_the_trail(acme: Tenant):
    answer = post_json(acme.url, "/audit-trail/events", {"events": [event("Over HTTP")]}, headers=acme.bearer)

    assert answer.status == 201, answer
    (recorded,) = answer.json()["events"]
    assert described(acme, "Over HTTP") == [
        {
            "id": recorded["id"],
            "user_name": "Ada",
            "user_email": "ada@example.com",
            "role": "ADMIN",
            "ip_address": "192.0.2.1",
            "event_type": "INVITED_USER",
            "event_description": "Over HTTP",
            "created_at": recorded["created_at"],
        }
    ]


def test_a_request_that_is_repeated_records_once(acme: Tenant):
    headers = acme.bearer | {"Idempotency-Key": str(uuid.uuid4())}
    body = {"events": [event("Repeated")]}

    first, second = (post_json(acme.url, "/audit-trail/events", body, headers=headers) for _ in range(2))

    assert (first.status, second.status) == (201, 201)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert second.json()["events"] == first.json()["events"]
    assert len(described(acme, "Repeated")) == 1


def test_a_message_of_the_queue_is_recorded_under_its_own_id(acme: Tenant, stack: Stack):
    message = json.dumps({"account": "acme", "event": event("From the queue")})

    sent = stack.emulator.sqs_over_tls().send_message(QueueUrl=stack.output("EventsQueueUrl"), MessageBody=message)

    assert when_it_arrives(acme, "From the queue")["id"] == f"{sent['MessageId']}.0"


def test_an_eventbridge_event_is_recorded_under_its_own_id_and_time(acme: Tenant, stack: Stack):
    envelope = {
        "version": "0",
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "detail-type": "User invited",
        "source": "com.example.directory",
        "account": "123456789012",
        "time": "2026-05-01T09:30:00Z",
        "region": "eu-central-1",
        "resources": [],
        "detail": {"account": "acme", "events": [event("From a bus, one"), event("From a bus, two")]},
    }

    queue = stack.output("EventsQueueUrl")
    for _ in range(2):  # delivered twice, recorded once
        stack.emulator.sqs_over_tls().send_message(QueueUrl=queue, MessageBody=json.dumps(envelope))

    one, two = when_it_arrives(acme, "From a bus, one"), when_it_arrives(acme, "From a bus, two")
    assert (one["id"], one["created_at"]) == ("6a7e8feb-b491-4cf7-a9f1-bf3703467718.0", "2026-05-01T09:30:00.000Z")
    assert (two["id"], two["created_at"]) == ("6a7e8feb-b491-4cf7-a9f1-bf3703467718.1", "2026-05-01T09:30:00.000Z")


def test_a_message_that_cannot_succeed_ends_in_the_dead_letter_queue(acme: Tenant, stack: Stack):
    sqs, queue = stack.emulator.sqs_over_tls(), stack.output("EventsQueueUrl")
    message = json.dumps({"account": "nobody-has-this", "event": event("Of nobody")})
    # Delivered again after a second, not after 150: the fifty deliveries would take two hours.
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "1"})

    sent = sqs.send_message(QueueUrl=queue, MessageBody=message)

    dead = receive(stack, stack.output("EventsDeadLetterQueueUrl"))
    assert (dead["MessageId"], dead["Body"]) == (sent["MessageId"], message)
    assert dead["Attributes"]["ApproximateReceiveCount"] == "51"  # fifty to the function, then this one
    assert described(acme, "Of nobody") == []


def receive(stack: Stack, queue: str) -> dict:
    """The next message of a queue."""
    sqs, deadline = stack.emulator.sqs_over_tls(), time.monotonic() + ARRIVAL_SECONDS_MAX
    while not (messages := sqs.receive_message(QueueUrl=queue, AttributeNames=["All"]).get("Messages")):
        assert time.monotonic() < deadline, f"nothing has arrived in {queue}"
        time.sleep(0.2)
    (message,) = messages
    return message


@pytest.mark.parametrize("queue", ["EventsQueueUrl", "EventsDeadLetterQueueUrl"])
def test_a_message_that_is_sent_without_tls_is_refused(stack: Stack, queue):
    with pytest.raises(ClientError, match="AccessDenied"):
        stack.emulator.client("sqs").send_message(QueueUrl=stack.output(queue), MessageBody="{}")
