"""TLS before `audit serve`: the official client of the system log speaks to nothing else. It can answer by itself, as the gateway does."""

import socket
import ssl
import threading
from datetime import datetime, timedelta, timezone
from email.utils import formatdate
from ipaddress import ip_address
from pathlib import Path

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from server import REPO

HEAD_BYTES_MAX = 65_536
WAIT_SECONDS_MAX = 30


def make_certificate(folder: Path, *, is_authority: bool = True) -> tuple[Path, Path]:
    """A certificate for this machine that signs itself, and its key, as two files. Rustls takes no authority's for a server's."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    now = datetime.now(timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(certificate.public_bytes(Encoding.PEM))
    files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files


class _Template(yaml.SafeLoader):
    """Reads template.yaml; what its functions say is of no matter here."""


_Template.add_multi_constructor("!", lambda loader, suffix, node: None)


def gateway_answer(name: str, status: int) -> bytes:
    """The gateway's own answer of that name in template.yaml, as it travels."""
    template = yaml.load((REPO / "template.yaml").read_text(), _Template)  # noqa: S506, a loader made of the safe one
    response = template["Resources"]["Api"]["Properties"]["GatewayResponses"][name]
    headers = response["ResponseParameters"]["Headers"] | {"Content-Type": "'application/json'", "Date": f"'{formatdate(usegmt=True)}'"}
    lines = [f"{header}: {value.strip(chr(39)).replace('context.requestId', 'request-1')}" for header, value in headers.items()]
    body = response["ResponseTemplates"]["application/json"].replace("$context.requestId", "request-1")
    head = [f"HTTP/1.1 {status} -", *lines, f"Content-Length: {len(body)}", "Connection: close"]
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode()


class TlsFront:
    """Takes connections over TLS on a port of its own, and passes the bytes on; what is in `answers` it says first, a request each."""

    def __init__(self, port: int, certificate: Path, key: Path):
        self.answers: list[bytes] = []
        self.requests: list[str] = []
        self._behind = port
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, key)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://localhost:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Takes no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                taken, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(taken,), daemon=True).start()

    def _serve(self, taken: socket.socket) -> None:
        taken.settimeout(WAIT_SECONDS_MAX)
        try:
            with self._context.wrap_socket(taken, server_side=True) as client:
                while head := self._head(client):
                    self.requests.append(head.decode("latin-1"))
                    if self.answers:
                        client.sendall(self.answers.pop(0))
                        return
                    client.sendall(self._asked(head))
        except OSError:
            taken.close()

    def _asked(self, head: bytes) -> bytes:
        """What the server says to a request without a body, on a connection that it closes then."""
        lines = [line for line in head.split(b"\r\n")[:-2] if not line.lower().startswith(b"connection:")]
        with socket.create_connection(("127.0.0.1", self._behind), timeout=WAIT_SECONDS_MAX) as behind:
            behind.sendall(b"\r\n".join([*lines, b"Connection: close", b"", b""]))
            answer = b""
            while part := behind.recv(65_536):
                answer += part
        return answer

    @staticmethod
    def _head(client: ssl.SSLSocket) -> bytes:
        """A request line and its headers, with the empty line; nothing at the end of the connection."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            part = client.recv(HEAD_BYTES_MAX)
            if not part:
                return b""
            head += part
            assert len(head) <= HEAD_BYTES_MAX, "a request of this size is none of ours"
        return head
