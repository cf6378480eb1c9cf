"""Signed notes of C2SP with Ed25519 keys."""

import base64
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519 = b"\1"


def key_id(name, public):
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def verifier_key(name, public):
    return f"{name}+{key_id(name, public).hex()}+{base64.b64encode(ED25519 + public).decode()}"


class PrivateKey:
    """A key of a seed of 32 bytes."""

    def __init__(self, seed):
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sealed(self, text, name):
        signature = key_id(name, self.public) + self._private.sign(text.encode())
        return f"{text}\n— {name} {base64.b64encode(signature).decode()}\n"


def opened(note, key):
    """The text of a note that the key signed; None of another."""
    name, identity, encoded = key.split("+", 2)
    public = base64.b64decode(encoded)[1:]
    text, separator, signatures = note.rpartition("\n\n")
    if not separator or not signatures.endswith("\n") or "\r" in note:
        return None
    text += "\n"
    for line in signatures[:-1].split("\n"):
        mark, of, encoded = line.split(" ")
        signature = base64.b64decode(encoded, validate=True)
        if mark == "—" and of == name and signature[:4].hex() == identity:
            try:
                Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], text.encode())
            except InvalidSignature:
                return None
            return text
    return None
