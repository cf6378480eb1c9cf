"""Changes of bytes and texts, each the smallest of its kind."""

import base64
from collections.abc import Callable

Change = Callable[[bytes], bytes]


def flipped(data: bytes, at: int) -> bytes:
    """One bit of one byte is another."""
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)


def flip(at: int) -> Change:
    """Flips a bit of a byte, which is counted from the end if it is negative."""
    return lambda data: flipped(data, at)


def in_base64(text: str, at: int) -> str:
    """Flips a bit of what a text is the base64 of, so that it stays the one form of what it says."""
    return base64.b64encode(flipped(base64.b64decode(text), at)).decode()


def line(number: int, change: Callable[[str], str]) -> Change:
    """Changes one line of a text."""

    def apply(data: bytes) -> bytes:
        lines = data.decode().split("\n")
        lines[number] = change(lines[number])
        return "\n".join(lines).encode()

    return apply


def word(number: int, at: int, change: Callable[[str], str]) -> Change:
    """Changes one word of one line."""

    def apply(text: str) -> str:
        words = text.split(" ")
        words[at] = change(words[at])
        return " ".join(words)

    return line(number, apply)


def without_line(number: int) -> Change:
    """Takes a line away."""

    def apply(data: bytes) -> bytes:
        lines = data.decode().split("\n")
        del lines[number]
        return "\n".join(lines).encode()

    return apply


def twice(number: int) -> Change:
    """Has a line stand twice."""
    return line(number, lambda text: f"{text}\n{text}")


def swapped(number: int) -> Change:
    """Swaps a line with the next."""

    def apply(data: bytes) -> bytes:
        lines = data.decode().split("\n")
        lines[number], lines[number + 1] = lines[number + 1], lines[number]
        return "\n".join(lines).encode()

    return apply


def bit(at: int) -> Callable[[str], str]:
    """Flips a bit of base64."""
    return lambda text: in_base64(text, at)


def more(by: int) -> Callable[[str], str]:
    """Adds to a number."""
    return lambda text: str(int(text) + by)


def replace(old: str, new: str) -> Change:
    """Replaces the first of its kind, which must be there."""

    def apply(data: bytes) -> bytes:
        assert old.encode() in data
        return data.replace(old.encode(), new.encode(), 1)

    return apply


def within(first: Callable[[bytes], int], change: Change) -> Change:
    """Applies a change to the part of the data that begins where `first` says."""

    def apply(data: bytes) -> bytes:
        at = first(data)
        return data[:at] + change(data[at:])

    return apply


# The parts of a checkpoint, by its lines: origin, size, root, an empty line, the signature.
CHECKPOINT: dict[str, Change] = {
    "the size is one more": line(1, more(1)),
    "the size is one less": line(1, more(-1)),
    "a bit of the root": line(2, bit(0)),
    "the last bit of the root": line(2, bit(-1)),
    "the origin": line(0, lambda text: text + "2"),
    "the name of the key": word(4, 1, lambda text: text + "2"),
    "the key id": word(4, 2, bit(0)),
    "a bit of the signature": word(4, 2, bit(4)),
    "the last bit of the signature": word(4, 2, bit(-1)),
    "the signature is cut": word(4, 2, lambda text: base64.b64encode(base64.b64decode(text)[:-1]).decode()),
    "the signature is gone": without_line(4),
    "a line more is signed": line(2, lambda text: f"{text}\nmore"),
    "the ends of all lines": lambda data: data.replace(b"\n", b"\r\n"),
    "the end of the first line": replace("\n", "\r\n"),
    "the last line does not end": lambda data: data[:-1],
    "nothing is left": lambda data: b"",
}
