"""Sends messages to the queue: with ids of their own, which may be sent again, and without."""

import json
import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from event_writer import EventWriter
from session import PATIENCE_SECONDS, Session
from told import Told

EVENTS_MAX = 5


class QueueWriter:
    """One sender."""

    def __init__(self, service: Any, session: Session, told: Told):
        self.sqs, self.queue = service.sqs(), service.queue_url
        self.session, self.told, self.rng = session, told, session.rng
        self.events = EventWriter("queue", session, told)

    def step(self) -> None:
        """One message; sent twice if its events have ids of their own, now and then."""
        own_ids = self.rng.random() < 0.5
        events = self.events.events(self.rng.randint(1, EVENTS_MAX), own_ids=own_ids)
        body = json.dumps({"account": self.session.account, "events": [event.sent for event in events]})
        message_id = self.send_until_known(body) if own_ids else self.send(body)
        if message_id is None:
            return
        if own_ids and self.rng.random() < 0.3:
            self.send(body)
        for number, event in enumerate(events):
            event.id = event.id or f"{message_id}.{number}"
        self.told.done(events, at_once=False)

    def send_until_known(self, body: str) -> str | None:
        """The same for a message that may be sent again; nothing if patience ends first."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (message_id := self.send(body)) is None and time.monotonic() < deadline:
            self.session.traffic.retried()
        return message_id

    def send(self, body: str) -> str | None:
        """The id of the message, or nothing if nobody knows whether it was sent."""
        try:
            return self.sqs.send_message(QueueUrl=self.queue, MessageBody=body)["MessageId"]
        except (BotoCoreError, ClientError):
            time.sleep(self.rng.uniform(0.1, 0.5))
            return None
