"""Senders that take their time, beside everybody else."""

import json
import socket
from concurrent.futures import Future

import expect
from account_marks import MarkedAccount
from raw_http import RawAnswer
from server import Server
from wire import send

WAIT_SECONDS_MAX = 60
CONNECTIONS = 200


def test_a_body_that_does_not_come_is_given_up(slow_senders: list[Future[RawAnswer]]):
    """After the 30 s that a body may take; the tests of the schema ran meanwhile."""
    for sender in slow_senders:
        answer = sender.result(WAIT_SECONDS_MAX)
        assert answer.status == 400, answer.received[:500]
        body = json.loads(answer.body)
        assert set(body) == expect.GATEWAY_ERROR_KEYS
        assert body["error_code"] == "INVALID_REQUEST"


def test_connections_that_never_finish_their_headers_keep_nobody_waiting(server: Server, intruder: MarkedAccount):
    """They are held for as long as they stay: on AWS, API Gateway is there to end them."""
    waiting = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(CONNECTIONS)]
    try:
        for connection in waiting:
            connection.sendall(b"GET /audit-trail HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half: ")
        answer = send(server.url, "GET", "/audit-trail", query={"page_size": "1"}, headers=intruder.bearer)
    finally:
        for connection in waiting:
            connection.close()

    assert answer.status == 200
