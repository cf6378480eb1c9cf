"""Lets containers reach a server of this machine that listens on 127.0.0.1 only, and answers only to a name of this machine."""

import socket
import subprocess
import threading
from urllib.parse import urlsplit

CHUNK_BYTES = 65536
CONNECT_SECONDS_MAX = 5


class Bridge:
    """Listens on the address that containers know this machine by, and passes everything on."""

    def __init__(self, url: str):
        where = urlsplit(url)
        self._target = (where.hostname, where.port)
        host = gateway()
        self._listener = socket.create_server((host, 0))
        self._authority = f"{host}:{self._listener.getsockname()[1]}"
        self.url = f"http://{self._authority}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return  # stopped
            server = socket.create_connection(self._target, CONNECT_SECONDS_MAX)
            server.settimeout(None)
            # The server refuses a host that is no loopback name, which is what a web page would ask by.
            named = (f"host: {self._authority}\r\n".encode(), "host: {}:{}\r\n".format(*self._target).encode())
            for one, other, instead in ((client, server, named), (server, client, None)):
                threading.Thread(target=pass_on, args=(one, other, instead), daemon=True).start()

    def stop(self) -> None:
        """Takes no more connections."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


def pass_on(one: socket.socket, other: socket.socket, instead: tuple[bytes, bytes] | None) -> None:
    """Passes on what one side sends until it ends, and then its end. What a request says first may be put in other words."""
    try:
        while chunk := one.recv(CHUNK_BYTES):
            other.sendall(chunk.replace(*instead) if instead else chunk)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        one.close()
        other.close()


def gateway() -> str:
    """The address of this machine on the network that Docker puts containers on."""
    command = ["docker", "network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}"]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    # Left out by an engine that was told no address of its own.
    return found if found and found != "<no value>" else "172.17.0.1"
