"""HTTP written byte by byte, for requests that no client library sends."""

import errno
import socket
import time
from typing import Iterable, NamedTuple

from server import Server

CONNECT_SECONDS_MAX = 10
ANSWER_BYTES_MAX = 16 * 1024 * 1024


class RawAnswer(NamedTuple):
    """What came back: nothing at all if the connection was closed without an answer."""

    status: int | None
    headers: list[tuple[str, str]]
    body: bytes
    received: bytes

    def values(self, name: str) -> list[str]:
        """The values of a header, in any case."""
        return [value for given, value in self.headers if given.lower() == name.lower()]


def send_raw(
    server: Server, chunks: Iterable[bytes], *, seconds_max: float = 60, pause_s: float = 0, half_close: bool = False
) -> RawAnswer:
    """Sends the pieces until the server stops listening, and reads until it closes; so the head says `Connection: close`."""
    received = bytearray()
    with socket.create_connection(("127.0.0.1", server.port), CONNECT_SECONDS_MAX) as connection:
        connection.settimeout(seconds_max)
        deadline = time.monotonic() + seconds_max
        try:
            for chunk in chunks:
                connection.sendall(chunk)
                assert time.monotonic() < deadline, f"the server still listens after {seconds_max} s"
                time.sleep(pause_s)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
        except OSError as error:
            # It has had enough; what it answered may be there to read.
            if error.errno not in (errno.EPIPE, errno.ECONNRESET, errno.ENOTCONN):
                raise
        received += read_to_the_end(connection)
    return parse(bytes(received))


def read_to_the_end(connection: socket.socket) -> bytes:
    """All that the server sends until it closes the connection."""
    received = bytearray()
    try:
        while piece := connection.recv(65_536):
            received += piece
            assert len(received) <= ANSWER_BYTES_MAX
    except ConnectionResetError:
        pass
    return bytes(received)


def parse(received: bytes) -> RawAnswer:
    """The first answer among the bytes."""
    head, _, rest = received.partition(b"\r\n\r\n")
    if not head:
        return RawAnswer(None, [], b"", received)
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    length = next((int(value) for name, value in headers if name.lower() == "content-length"), len(rest))
    return RawAnswer(int(first.split(" ")[1]), headers, rest[:length], received)


def request(method: str, target: str, headers: list[tuple[str, str]], body: bytes = b"") -> bytes:
    """One request, with nothing that is not given but its host and its end."""
    lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + body
