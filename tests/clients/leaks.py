"""Finds secrets in what servers have printed and stored, in whatever spelling they stand there."""

import base64
import json
import math
import os
import sqlite3
import subprocess
import tempfile
import urllib.parse
from pathlib import Path
from typing import Iterator, NamedTuple

# Shorter texts occur by chance.
SECRET_CHARACTERS_MIN = 16


class Leak(NamedTuple):
    """Where a secret was found. The secret itself is not said: this is printed."""

    place: str
    spelling: str
    offset: int


def spellings(text: str) -> dict[str, bytes]:
    """The text as it may stand in a log, a URL, a JSON document or a database."""
    raw = text.encode()
    found = {
        "as it is": raw,
        "percent-encoded": urllib.parse.quote(text, safe="").encode(),
        "percent-encoded but for slashes": urllib.parse.quote(text).encode(),
        "percent-encoded throughout": "".join(f"%{byte:02X}" for byte in raw).encode(),
        "percent-encoded throughout, in lower case": "".join(f"%{byte:02x}" for byte in raw).encode(),
        "JSON-escaped": json.dumps(text)[1:-1].encode(),
        "JSON-escaped as UTF-8": json.dumps(text, ensure_ascii=False)[1:-1].encode(),
        "JSON-escaped throughout": "".join(f"\\u{ord(character):04x}" for character in text).encode(),
        "as numbers": ", ".join(str(byte) for byte in raw).encode(),
        "hexadecimal": raw.hex().encode(),
        "hexadecimal, in capitals": raw.hex().upper().encode(),
    }
    for offset in range(3):
        found[f"base64, {offset} bytes in"] = base64_within(raw, offset, base64.b64encode)
        found[f"URL-safe base64, {offset} bytes in"] = base64_within(raw, offset, base64.urlsafe_b64encode)
    return found


def base64_within(raw: bytes, offset: int, encode) -> bytes:
    """What base64 makes of the bytes within others: the characters that depend on these bytes alone."""
    encoded = encode(b"\0" * offset + raw)
    return encoded[math.ceil(offset * 8 / 6) : (offset + len(raw)) * 8 // 6]


def search(secrets: set[str], places: dict[str, bytes]) -> list[Leak]:
    """Every secret in every place, in every spelling, by one `grep` a place: there is much to read."""
    assert all(len(secret) >= SECRET_CHARACTERS_MIN for secret in secrets), "too short to be told from chance"
    wanted = {needle: spelling for secret in secrets for spelling, needle in reversed(spellings(secret).items())}
    if not wanted:
        return []
    with tempfile.NamedTemporaryFile(prefix="audit-leaks-") as needles:
        needles.write(b"\n".join(wanted))
        needles.flush()
        command = ["grep", "--text", "--only-matching", "--byte-offset", "--fixed-strings", f"--file={needles.name}"]
        return [
            Leak(place, wanted[needle], offset)
            for place, content in places.items()
            for offset, needle in matches(command, content)
        ]


def matches(command: list[str], content: bytes) -> Iterator[tuple[int, bytes]]:
    """Where `grep` finds what."""
    done = subprocess.run(command, input=content, env={"LC_ALL": "C", "PATH": os.defpath}, capture_output=True)
    # 1 is for nothing found, all above for failures.
    assert done.returncode in (0, 1), done.stderr.decode()
    for line in done.stdout.splitlines():
        offset, _, needle = line.partition(b":")
        yield int(offset), needle


def stored(folder: Path) -> dict[str, bytes]:
    """All that a server has stored: its files byte by byte, and each value of its database, which pages may cut in two."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    found = {path.name: path.read_bytes() for path in files}
    for path in files:
        if path.suffix == ".sqlite":
            found[f"{path.name}, its values"] = b"\n".join(values(path))
    return found


def values(database: Path) -> Iterator[bytes]:
    """Every value of every table."""
    connection = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)
    try:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in connection.execute('SELECT * FROM "{}"'.format(table.replace('"', '""'))):
                yield from (value if isinstance(value, bytes) else str(value).encode() for value in row)
    finally:
        connection.close()
