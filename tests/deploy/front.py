"""A server on this machine that stands for the API's own host name and stage.

In the cloud a client is given `https://<api>.execute-api.<region>.amazonaws.com/v1`. The emulator knows the API by that name
in the Host header, and its port serves all of AWS, so a client that is given a plain base URL needs both put in for it.
"""

import http.client
import http.server
import threading

TIMEOUT_SECONDS = 60
# About this connection, not about the request (RFC 9110, section 7.6.1), or written anew.
NOT_FORWARDED = {"host", "connection", "keep-alive", "transfer-encoding", "content-length", "date", "server", "expect"}


class Front:
    """Forwards each request to one stage of one API, unread."""

    def __init__(self, emulator_port: int, api_id: str, stage: str):
        handler = type("StageHandler", (Handler,), {"port": emulator_port, "api_id": api_id, "stage": stage})
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Closes the port."""
        self.server.shutdown()
        self.server.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    port: int
    api_id: str
    stage: str

    def forward(self) -> None:
        """Sends the request on, and the answer back, its headers as they came."""
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.putrequest(self.command, f"/{self.stage}{self.path}", skip_host=True, skip_accept_encoding=True)
            connection.putheader("Host", f"{self.api_id}.execute-api.localhost:{self.port}")
            connection.putheader("Content-Length", str(len(body)))
            for name, value in self.headers.items():
                if name.lower() not in NOT_FORWARDED:
                    connection.putheader(name, value)
            connection.endheaders(body)
            self.answer(connection.getresponse())
        finally:
            connection.close()

    def answer(self, response: http.client.HTTPResponse) -> None:
        """Gives the emulator's answer to the client."""
        body = response.read()
        self.send_response_only(response.status)
        for name, value in response.getheaders():
            if name.lower() not in NOT_FORWARDED:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = forward

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: a test that fails says what was answered."""
