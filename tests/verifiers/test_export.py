"""Every change of an export below its events is refused: in the checkpoint, a tile, an entry."""

import pathlib

import pytest

from changes import CHECKPOINT, Change, bit, flip, line, more
from conftest import MADE
from signing import KEY, signed_again
from verifiers import Verifier, that_read

EXPORT = MADE / "257-300" / "export"
TILES = sorted(str(path.relative_to(EXPORT)) for path in EXPORT.rglob("tile/**/*") if path.is_file())
HASHES = [path for path in TILES if "/entries/" not in path]
BUNDLES = [path for path in TILES if "/entries/" in path]

HASH_CHANGES: dict[str, Change] = {
    "a bit of the first hash": flip(0),
    "a bit of the last hash": flip(-1),
    "a hash is missing": lambda data: data[:-32],
    "a byte is missing": lambda data: data[:-1],
    "a hash stands twice": lambda data: data + data[-32:],
}


def without_first_entry(data: bytes) -> bytes:
    """A bundle of one entry less."""
    return data[2 + int.from_bytes(data[:2]) :]


def first_entry_at_the_end(data: bytes) -> bytes:
    """A bundle of the same entries in another order; of a single one, twice the same."""
    rest = without_first_entry(data)
    return rest + data[: len(data) - len(rest)] if rest else data + data


BUNDLE_CHANGES: dict[str, Change] = {
    "a byte of the first entry": flip(2),
    "a byte of the last entry": flip(-2),
    "the line end of the last entry": flip(-1),
    "a byte of a length": flip(1),
    "an entry is missing": without_first_entry,
    "an entry stands elsewhere": first_entry_at_the_end,
    "a byte is missing": lambda data: data[:-1],
}

# Signed with a key that the verifier is given: it is up to the trees to refuse them.
SIGNED_CHANGES: dict[str, Change] = {
    "the size is one more": line(1, more(1)),
    "the size is one less": line(1, more(-1)),
    "the size is none": line(1, lambda _: "0"),
    "a bit of the root": line(2, bit(0)),
    "the origin": line(0, lambda text: text + "/2"),
    "a number is written otherwise": line(1, lambda text: "0" + text),
}


def change(path: pathlib.Path, by: Change) -> None:
    """Changes a file, and makes sure of it."""
    before = path.read_bytes()
    after = by(before)
    assert after != before
    path.write_bytes(after)


@pytest.mark.parametrize("verifier", that_read("export"))
@pytest.mark.parametrize("by", CHECKPOINT.values(), ids=CHECKPOINT)
def test_a_changed_checkpoint_is_refused(verifier: Verifier, by: Change, export: pathlib.Path, key: str) -> None:
    change(export / "checkpoint", by)
    assert verifier.refusal("export", export, key)


@pytest.mark.parametrize("verifier", that_read("export"))
@pytest.mark.parametrize("by", SIGNED_CHANGES.values(), ids=SIGNED_CHANGES)
def test_a_false_checkpoint_that_is_signed_is_refused(verifier: Verifier, by: Change, export: pathlib.Path) -> None:
    head = (export / "account" / "head").read_bytes()
    end = head.rindex(b"\n\n", 0, head.rindex(b"\n\n")) + 2
    (export / "account" / "head").write_bytes(head[:end] + signed_again(head[end:]))
    change(export / "checkpoint", signed_again)
    assert verifier.refusal("export", export, KEY) is None, "our own signature is one"

    change(export / "checkpoint", lambda note: signed_again(by(note)))
    assert verifier.refusal("export", export, KEY)


@pytest.mark.parametrize("verifier", that_read("export"))
@pytest.mark.parametrize("by", HASH_CHANGES.values(), ids=HASH_CHANGES)
@pytest.mark.parametrize("tile", HASHES)
def test_a_changed_tile_is_refused(verifier: Verifier, tile: str, by: Change, export: pathlib.Path, key: str) -> None:
    change(export / tile, by)
    assert verifier.refusal("export", export, key)


@pytest.mark.parametrize("verifier", that_read("export"))
@pytest.mark.parametrize("by", BUNDLE_CHANGES.values(), ids=BUNDLE_CHANGES)
@pytest.mark.parametrize("bundle", BUNDLES)
def test_a_changed_entry_is_refused(verifier: Verifier, bundle: str, by: Change, export: pathlib.Path, key: str) -> None:
    change(export / bundle, by)
    assert verifier.refusal("export", export, key)


@pytest.mark.parametrize("verifier", that_read("export"))
@pytest.mark.parametrize("missing", ["checkpoint", "account/head", *TILES])
def test_a_missing_file_is_refused(verifier: Verifier, missing: str, export: pathlib.Path, key: str) -> None:
    (export / missing).unlink()
    assert verifier.refusal("export", export, key)


@pytest.mark.parametrize("verifier", that_read("export"))
def test_the_head_of_another_log_is_refused(verifier: Verifier, export: pathlib.Path, key: str) -> None:
    """It is signed with the same key, and in itself whole."""
    (export / "account" / "head").write_bytes((MADE / "256-7" / "export" / "account" / "head").read_bytes())
    assert verifier.refusal("export", export, key)


def test_the_export_has_tiles_of_each_kind() -> None:
    assert HASHES == [
        "account/tile/0/000",
        "account/tile/0/001.p/1",
        "account/tile/1/000.p/1",
        "tile/0/000",
        "tile/0/001.p/44",
        "tile/1/000.p/1",
    ]
    assert BUNDLES == [
        "account/tile/entries/000",
        "account/tile/entries/001.p/1",
        "tile/entries/000",
        "tile/entries/001.p/44",
    ]
