"""The lines of the deployed functions, as CloudWatch Logs has them."""

import json
import time
from typing import Any, Callable

from stack import Stack

ARRIVAL_SECONDS_MAX = 60


def lines(stack: Stack, message: str) -> list[dict[str, Any]]:
    """The lines with that message, of all functions, oldest first."""
    client, group = stack.emulator.client("logs"), stack.resources()["FunctionsLogGroup"]
    pages = client.get_paginator("filter_log_events").paginate(logGroupName=group)
    texts = (part for page in pages for event in page["events"] for part in event["message"].splitlines())
    read = (json.loads(text) for text in texts if text.startswith("{") and f'"{message}"' in text)
    return [line for line in read if line.get("message") == message]


def when_it_is_said(stack: Stack, message: str, is_it: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The first line with that message that is the one, once it is there."""
    deadline = time.monotonic() + ARRIVAL_SECONDS_MAX
    while not (found := [line for line in lines(stack, message) if is_it(line)]):
        assert time.monotonic() < deadline, f"nobody has said {message!r}"
        time.sleep(0.5)
    return found[0]
