"""A client of the service: it sends, counts, and sends again what may be sent again."""

import http.client
import json
import random
import time
from typing import Any, Protocol

import httpx

from server import Credential
from traffic import Traffic
from wire import Answer, Query

ANSWER_SECONDS_MAX = 30
# How long a client goes on with a request that is not answered: longer than a restart.
PATIENCE_SECONDS = 60
# Statuses that do not say what became of the request, or that nothing did, for now.
TRY_AGAIN = (429, 500, 502, 503, 504)


class Place(Protocol):
    """Where the service is: its base URL, and the headers that lead there."""

    url: str
    headers: dict[str, str]


class Session:
    """One client with one credential, its own connections and its own chance."""

    def __init__(self, place: Place, credential: Credential, traffic: Traffic, rng: random.Random):
        self.credential, self.traffic, self.rng = credential, traffic, rng
        self._http = httpx.Client(base_url=place.url, headers=place.headers, timeout=ANSWER_SECONDS_MAX, trust_env=False)

    @property
    def account(self) -> str:
        """Whose credential it is."""
        return self.credential.account

    def once(self, kind: str, method: str, path: str, **request: Any) -> Answer | None:
        """One request; nothing if its answer is lost."""
        sent = time.monotonic()
        try:
            response = self._http.request(method, path, **request)
        except httpx.TransportError as error:
            self.traffic.lost(kind, error, sent)
            return None
        self.traffic.answered(kind, response.status_code, sent)
        headers = http.client.HTTPMessage()
        for name, value in response.headers.multi_items():
            headers[name] = value
        return Answer(response.status_code, headers, response.content)

    def until_known(self, kind: str, method: str, path: str, **request: Any) -> Answer | None:
        """The same request until its answer says what became of it; nothing if patience ends first."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = self.once(kind, method, path, **request)
            if answer is not None and answer.status not in TRY_AGAIN and not asks_to_try_again(answer):
                return answer
            if time.monotonic() > deadline:
                return None
            self.traffic.retried()
            time.sleep(self.rng.uniform(0.05, 0.5))

    def get(self, kind: str, path: str, query: Query, scheme: str = "Bearer") -> Answer:
        """What a reader asks for; it has all the patience that there is."""
        headers = {"Authorization": f"{scheme} {self.credential.token}"}
        answer = self.until_known(kind, "GET", path, params=query, headers=headers)
        assert answer is not None, f"{kind}: no answer in {PATIENCE_SECONDS} s"
        return answer

    def record(self, events: list[dict], key: str | None) -> dict[str, Any]:
        """A request that records events, for `once` or `until_known`."""
        headers = {"Authorization": f"Bearer {self.credential.token}", "Content-Type": "application/json"}
        headers |= {"Idempotency-Key": key} if key else {}
        content = json.dumps({"events": events}).encode()
        return {"kind": "record", "method": "POST", "path": "/audit-trail/events", "headers": headers, "content": content}

    def dashboard(self, action: str, **fields: Any) -> dict[str, Any]:
        """A request of the dashboard, likewise."""
        body = {"client_id": self.credential.client_id, "secret": self.credential.secret} | fields
        headers, content = {"Content-Type": "application/json"}, json.dumps(body).encode()
        return {"kind": action, "method": "POST", "path": f"/dashboard_user/{action}", "headers": headers, "content": content}


def asks_to_try_again(answer: Answer) -> bool:
    """A 409 because another request was in the way, not because of what this one says."""
    return answer.status == 409 and answer.headers["Retry-After"] is not None
