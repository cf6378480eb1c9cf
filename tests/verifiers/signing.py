"""A key of our own, so that something false can be signed: what the signature does not show, the tree must."""

import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

NAME = "example.com/log"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = b"\x01" + PRIVATE.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
ID = hashlib.sha256(NAME.encode() + b"\n" + PUBLIC).digest()[:4]
KEY = f"{NAME}+{ID.hex()}+{base64.b64encode(PUBLIC).decode()}"


def signed(text: bytes) -> bytes:
    """The note of a text."""
    signature = base64.b64encode(ID + PRIVATE.sign(text)).decode()
    return text + f"\n— {NAME} {signature}\n".encode()


def signed_again(note: bytes) -> bytes:
    """The same text with our signature instead of others."""
    return signed(note[: note.rindex(b"\n\n") + 1])
