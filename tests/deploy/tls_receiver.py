"""A receiver of webhooks over TLS on this machine: takes what is signed with its secret, and remembers it by its id."""

import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError


class TlsReceiver:
    """A running receiver. Its secret is known once the destination is made."""

    def __init__(self, certificate: Path, key: Path):
        self.secret = ""
        self.refused = 0
        self._taken: dict[str, str] = {}
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                self.send_response(204 if receiver._take(dict(self.headers.items()), body) else 401)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://localhost:{self._server.server_port}/audit"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _take(self, headers: dict[str, str], body: str) -> bool:
        try:
            Webhook(self.secret).verify(body, {name.lower(): value for name, value in headers.items()})
        except WebhookVerificationError:
            self.refused += 1
            return False
        name = next(value for header, value in headers.items() if header.lower() == "webhook-id")
        assert self._taken.setdefault(name, body) == body, "the same id is the same body at every try"
        return True

    def bodies(self) -> dict[str, Any]:
        """What it has taken, by the ids, in the order in which each first came."""
        return {name: json.loads(body) for name, body in self._taken.items()}

    def close(self) -> None:
        """Takes nothing more."""
        self._server.shutdown()
        self._server.server_close()
