"""Plain HTTP, for what the official clients cannot send: raw paths, repeated parameters, odd headers and bodies."""

import http.client
import json
import urllib.parse
from typing import Any, NamedTuple

TIMEOUT_SECONDS = 30

Query = dict[str, str] | list[tuple[str, str]] | str


class Answer(NamedTuple):
    """One HTTP answer; header names are compared without case."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self) -> Any:
        """The body as JSON, which its content type must promise."""
        content_type = self.headers["Content-Type"] or ""
        assert content_type.split(";")[0] == "application/json", f"not JSON: {content_type!r} {self.body[:200]!r}"
        return json.loads(self.body)


def send(
    base_url: str,
    method: str,
    path: str,
    *,
    query: Query = "",
    headers: dict[str, str] | None = None,
    body: bytes | None = None,
) -> Answer:
    """Sends one request. A query given as text goes out as it is; otherwise its parts are percent-encoded."""
    where = urllib.parse.urlsplit(base_url)
    raw_query = query if isinstance(query, str) else urllib.parse.urlencode(query)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request(method, f"{path}?{raw_query}" if raw_query else path, body=body, headers=headers or {})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


def post_json(base_url: str, path: str, value: Any, *, query: Query = "", headers: dict[str, str] | None = None) -> Answer:
    """Posts a JSON body, as the dashboard's clients do."""
    sent = {"Content-Type": "application/json"} | (headers or {})
    return send(base_url, "POST", path, query=query, headers=sent, body=json.dumps(value).encode())
