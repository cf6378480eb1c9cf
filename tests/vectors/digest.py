#!/usr/bin/env python3
"""Digests, entries and leaves of events, made from the description in docs alone.

Without arguments it checks digest.json; with --write it fills in the expected values."""

import base64
import hashlib
import json
import pathlib
import sys

FILE = pathlib.Path(__file__).with_name("digest.json")
DERIVED = {"type_pk", "email_pk", "category_pk", "subject_pk"}
NOT_COUNTED = DERIVED | {"salt", "salts", "redacted"}


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def b64(data):
    return base64.b64encode(data).decode()


def number(text):
    sign = "-" if text.startswith("-") else ""
    mantissa, _, exponent = text.lstrip("+-").upper().partition("E")
    whole, _, fraction = mantissa.partition(".")
    exponent = int(exponent or "0") - len(fraction)
    digits = (whole + fraction).lstrip("0")
    significant = digits.rstrip("0")
    exponent += len(digits) - len(significant)
    return f"{sign}{significant}e{exponent}" if significant else "0"


def as_json(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def canonical(tag, value):
    match tag:
        case "S" | "B":
            return as_json(value)
        case "N":
            return number(value)
        case "BOOL" | "NULL":
            return "true" if value else "false"
        case "SS":
            return as_json(sorted(value, key=str.encode))
        case "NS":
            return as_json(sorted(map(number, value)))
        case "BS":
            return as_json(sorted(value))
        case "L":
            return "[" + ",".join(typed(inner) for inner in value) + "]"
        case "M":
            names = sorted(value, key=str.encode)
            return "{" + ",".join(f"{as_json(name)}:{typed(value[name])}" for name in names) + "}"


def typed(value):
    ((tag, inner),) = value.items()
    return f'{{"{tag}":{canonical(tag, inner)}}}'


def digest(item):
    salt = base64.b64decode(item.get("salt", {}).get("B", ""))
    salts = {name: base64.b64decode(key["B"]) for name, key in item.get("salts", {}).get("M", {}).items()}
    hashes = {name: base64.b64decode(hash["B"]) for name, hash in item.get("redacted", {}).get("M", {}).items()}
    for name, value in item.items():
        if name in NOT_COUNTED:
            continue
        ((tag, inner),) = value.items()
        if len(salt) == 16:
            key = sha256(b"audit-trail/salt/v1\n", salt, name.encode())[:16]
        else:
            key = salts.get(name, b"")
        text = inner.encode() if tag == "S" else canonical(tag, inner).encode()
        hashes[name] = sha256(key, tag.encode(), b":", text)
    lines = "".join(f"{len(name.encode())}:{name} {b64(hashes[name])}\n" for name in sorted(hashes, key=str.encode))
    return sha256(b"audit-trail/event/v1\n", lines.encode())


def entry(item):
    recorded_at = item.get("recorded_at", {"S": "-"})["S"]
    shard = item["pk"]["S"].rsplit("#", 1)[1]
    return f"event/1 {shard} {item['sk']['S']} {recorded_at} {b64(digest(item))}\n"


def main():
    vectors = json.loads(FILE.read_text())
    for vector in vectors:
        line = entry(vector["item"])
        made = {"digest": b64(digest(vector["item"])), "entry": line, "leaf": b64(sha256(b"\0", line.encode()))}
        if "--write" in sys.argv:
            vector.update(made)
        for name, value in made.items():
            if vector[name] != value:
                sys.exit(f"{vector['name']}: {name} is {vector[name]}, and should be {value}")
    if "--write" in sys.argv:
        FILE.write_text(json.dumps(vectors, ensure_ascii=False, indent=2) + "\n")
    print(f"{len(vectors)} vectors")


if __name__ == "__main__":
    main()
