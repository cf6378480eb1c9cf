"""Receives webhooks, and prints each event once: WEBHOOK_SECRET=whsec_… python receiver.py 8080"""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from standardwebhooks import Webhook, WebhookVerificationError

webhook = Webhook(os.environ["WEBHOOK_SECRET"])
kept = Path("next-position")


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            message = webhook.verify(body, dict(self.headers))
        except WebhookVerificationError:
            return self.answer(401)
        if message["type"] == "audit.events":
            expected = int(kept.read_text()) if kept.exists() else 0
            for event in message["data"]["events"]:
                if event["position"] >= expected:  # it was here before if it is below
                    print(json.dumps(event), flush=True)
            kept.write_text(str(max(expected, message["data"]["last"] + 1)))
        self.answer(204)

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
