"""Each function alone under Amazon's runtime emulator, called with its payload of events/."""

import json

import pytest

import answers
import measured
import state
from emulator import Emulator
from payloads import FUNCTIONS, OF_A_QUEUE, OF_A_SCHEDULE, OF_ROUTES, OF_THE_LOGS_SCHEDULE, OF_THE_STREAM, SIGNS, payload
from server import REPO, Server
from wire import send

COLD_STARTS = 5
TITLE = f"cold starts in Amazon's runtime emulator, medians of {COLD_STARTS} starts (a function without warm ms: 1)"
COLUMNS = ["init ms", "first answer ms", "warm ms"]
WARM_INVOCATIONS = 20

# These answer another way to the same payload the second time.
UNREPEATABLE = ["dashboard-user-create"]


def check(function: str, answer: dict) -> None:
    """Compares the answer that Lambda hands to API Gateway."""
    assert set(answer) == {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}
    assert answer["isBase64Encoded"] is False
    headers = {name: value for name, (value,) in answer["multiValueHeaders"].items()}
    answers.check(function, answer["statusCode"], headers, answer["body"])


@pytest.mark.parametrize("function", OF_ROUTES)
def test_a_function_alone_answers_its_payload_to_the_letter(server: Server, function: str):
    emulator = Emulator(function, server.dynamodb_url)
    try:
        check(function, emulator.invoke(payload(function)).answer)
    finally:
        emulator.stop()


def trail_of(server: Server) -> list[dict]:
    """The events that the account has, newest first."""
    headers = {"Authorization": f"Bearer {state.TOKEN}"}
    return send(server.url, "GET", "/audit-trail", headers=headers).json()["results"]


RECORDED_FROM_THE_QUEUE = {
    "id": "059f36b4-87a3-44ab-83d2-661975830a7d.0",
    "user_name": "Ada Lovelace",
    "user_email": "ada@example.com",
    "role": "ADMIN",
    "ip_address": "192.0.2.1",
    "event_type": "INVITED_USER",
    "event_description": "Ada invited Grace",
    "created_at": "2024-03-01T09:30:00.123Z",
}


def test_the_function_of_the_queue_records_its_payload_once_however_often_it_comes(server: Server):
    emulator = Emulator(OF_A_QUEUE, server.dynamodb_url)
    try:
        first = emulator.invoke(payload(OF_A_QUEUE)).answer
        again = emulator.invoke(payload(OF_A_QUEUE)).answer
    finally:
        emulator.stop()

    assert first == again == {"batchItemFailures": []}
    trail = trail_of(server)
    assert RECORDED_FROM_THE_QUEUE in trail
    assert len(trail) == len(state.EVENTS) + 1


def test_the_function_of_the_queue_names_the_message_that_failed_and_records_the_other(server: Server):
    event = payload(OF_A_QUEUE)
    (good,) = event["Records"]
    bad = good | {"messageId": "5d1c7c0e-0000-4000-8000-000000000001", "body": json.dumps({"account": "nobody", "event": {}})}
    emulator = Emulator(OF_A_QUEUE, server.dynamodb_url)
    try:
        answer = emulator.invoke({"Records": [bad, good]}).answer
    finally:
        emulator.stop()

    assert answer == {"batchItemFailures": [{"itemIdentifier": "5d1c7c0e-0000-4000-8000-000000000001"}]}
    trail = trail_of(server)
    assert RECORDED_FROM_THE_QUEUE in trail
    assert len(trail) == len(state.EVENTS) + 1


def test_the_function_of_the_schedule_counts_the_closed_days_once(server: Server):
    emulator = Emulator(OF_A_SCHEDULE, server.dynamodb_url)
    try:
        first = emulator.invoke(payload(OF_A_SCHEDULE)).answer
        again = emulator.invoke(payload(OF_A_SCHEDULE)).answer
    finally:
        emulator.stop()

    # `audit serve` has called it at its start, before the events were there.
    assert first["days_counted"] > 0
    assert first == {"accounts": 1, "accounts_failed": 0, "days_left": 0, "events_read": len(state.EVENTS)} | {
        "days_counted": first["days_counted"]
    }
    assert again == first | {"days_counted": 0, "events_read": 0}


def test_the_function_of_the_stream_appends_its_payload_once_however_often_it_comes(server: Server):
    emulator = Emulator(OF_THE_STREAM, server.dynamodb_url)
    try:
        first = emulator.invoke(payload(OF_THE_STREAM)).answer
        again = emulator.invoke(payload(OF_THE_STREAM)).answer
    finally:
        emulator.stop()

    assert first == again == {"batchItemFailures": []}
    bearer = {"Authorization": f"Bearer {state.TOKEN}"}
    feed = send(server.url, "GET", "/audit-trail/feed", query="limit=1000", headers=bearer).json()["events"]
    (appended,) = [event for event in feed if event["id"] == RECORDED_FROM_THE_QUEUE["id"]]
    # The payload tells of an event that is not in the table.
    assert (appended["created_at"], appended["missing"]) == ("2024-03-01T09:30:00.123Z", True)


def test_the_function_of_the_logs_schedule_finds_no_difference(server: Server):
    emulator = Emulator(OF_THE_LOGS_SCHEDULE, server.dynamodb_url)
    try:
        outcome = emulator.invoke(payload(OF_THE_LOGS_SCHEDULE)).answer
    finally:
        emulator.stop()

    assert (outcome["accounts"], outcome["accounts_failed"], outcome["differences"]) == (1, 0, 0)


def test_an_event_that_is_none_of_api_gateways_is_an_error_and_the_next_is_answered(server: Server):
    emulator = Emulator("dashboard-user-get", server.dynamodb_url)
    try:
        refused = emulator.invoke({"neither": "a request"}).answer
        check("dashboard-user-get", emulator.invoke(payload("dashboard-user-get")).answer)
    finally:
        emulator.stop()

    assert set(refused) == {"errorType", "errorMessage"}, refused


@pytest.mark.parametrize("function", [function for function in FUNCTIONS if function != SIGNS])
def test_a_cold_start_is_measured(server: Server, function: str):
    starts = 1 if function in UNREPEATABLE else COLD_STARTS
    init, first, warm = [], [], []
    for _ in range(starts):
        emulator = Emulator(function, server.dynamodb_url)
        try:
            first.append(emulator.invoke(payload(function)).took_ms)
            init.append(emulator.init_ms())
            if function not in UNREPEATABLE:
                warm += [emulator.invoke(payload(function)).took_ms for _ in range(WARM_INVOCATIONS)]
        finally:
            emulator.stop()

    measured.add_row(TITLE, COLUMNS, function, [init, first, warm])


def test_every_folder_of_functions_is_called_here():
    folders = sorted(path.name for path in (REPO / "functions").iterdir())

    assert FUNCTIONS == folders
    assert OF_ROUTES == sorted(answers.EXPECTED)
