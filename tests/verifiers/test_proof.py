"""Every change of a proof file is refused: in the entry and its path, the head and its place in the map, the round, the checkpoint."""

import pathlib

import pytest

from changes import CHECKPOINT, Change, bit, line, more, swapped, twice, within, without_line, word
from conftest import MADE
from verifiers import Verifier, that_read

POSITION = MADE / "257-300" / "proofs" / "position-128"
NOBODY = MADE / "257-300" / "proofs" / "head-of-nobody"


def at(text: bytes) -> Change:
    """Where a part of a proof begins, for `within`."""
    return lambda data: data.index(text)


def in_head(change: Change) -> Change:
    """Lines of the head: 0 its kind, 1 the account, 2 empty, 3 the line of the map, 4 to 51 the path in the map."""
    return within(at(b"audit-trail/head/1\n"), change)


def in_round(change: Change) -> Change:
    """Lines of the round: 0 the entry, 1 the kind of proof, 2 the index, 3 to 6 the path in the log of rounds."""
    return within(at(b"round/1 "), change)


def in_checkpoint(change: Change) -> Change:
    """The checkpoint is the rest, behind the path in the log of rounds."""
    return within(lambda data: data.index(b"\n\n", data.index(b"round/1 ")) + 2, change)


# Lines of the proof of an entry: 1 the position, 2 the entry, 3 to 11 the path, 12 the item.
PROOF: dict[str, Change] = {
    "the position is one more": word(1, 1, more(1)),
    "the position is one less": word(1, 1, more(-1)),
    "the position is behind the end": word(1, 1, lambda _: "257"),
    "the position is far behind the end": word(1, 1, lambda _: "18446744073709551615"),
    "the position is negative": word(1, 1, lambda _: "-1"),
    "the entry's kind": word(2, 0, lambda _: "event/2"),
    "the entry's time": word(2, 2, lambda text: text.replace("2026", "2025")),
    "the entry's digest": word(2, 4, bit(0)),
    "the first hash of the path": line(3, bit(0)),
    "the last hash of the path": line(11, bit(-1)),
    "a hash of the path is missing": without_line(5),
    "a hash of the path stands twice": twice(5),
    "two hashes of the path are swapped": swapped(5),
    "no hash is left": lambda data: b"\n".join(data.split(b"\n")[:3] + data.split(b"\n")[12:]),
    "the account": in_head(line(1, lambda _: "account other-1")),
    "the key of the head": in_head(word(3, 1, bit(-1))),
    "the size of the head is one more": in_head(word(3, 2, more(1))),
    "the size of the head is one less": in_head(word(3, 2, more(-1))),
    "the root of the head": in_head(word(3, 3, bit(0))),
    "the nonce of the head": in_head(word(3, 4, bit(0))),
    "the first hash of the map": in_head(line(4, bit(0))),
    "the last hash of the map": in_head(line(51, bit(0))),
    "a hash of the map is missing": in_head(without_line(20)),
    "a hash of the map stands twice": in_head(twice(20)),
    "two hashes of the map are swapped": in_head(swapped(20)),
    "the time of the round": in_round(word(0, 1, lambda text: text.replace("2026", "2025"))),
    "the root of the map": in_round(word(0, 2, bit(0))),
    "the run of the round": in_round(word(0, 3, lambda text: text[:-1] + "0")),
    "the index of the round is one more": in_round(word(2, 1, more(1))),
    "the index of the round is one less": in_round(word(2, 1, more(-1))),
    "a hash of the rounds": in_round(line(3, bit(0))),
    "a hash of the rounds is missing": in_round(without_line(3)),
    "a hash of the rounds stands twice": in_round(twice(3)),
    **{f"checkpoint: {name}": in_checkpoint(change) for name, change in CHECKPOINT.items()},
}

NO_HEAD: dict[str, Change] = {
    "the account": in_head(line(1, lambda _: "account acme")),
    "the key": in_head(word(3, 1, bit(-1))),
    "the height is one more": in_head(word(3, 2, more(1))),
    "the height is one less": in_head(word(3, 2, more(-1))),
    "the height is that of the map": in_head(word(3, 2, lambda _: "48")),
    "the height is above the map": in_head(word(3, 2, lambda _: "49")),
    "the blind": in_head(word(3, 3, bit(0))),
    "a hash of the map": in_head(line(4, bit(0))),
}


@pytest.mark.parametrize("verifier", that_read("proof"))
@pytest.mark.parametrize("by", PROOF.values(), ids=PROOF)
def test_a_changed_proof_is_refused(verifier: Verifier, by: Change, key: str, tmp_path: pathlib.Path) -> None:
    assert verifier.refusal("proof", changed(POSITION, by, tmp_path), key)


@pytest.mark.parametrize("verifier", that_read("no-head"))
@pytest.mark.parametrize("by", NO_HEAD.values(), ids=NO_HEAD)
def test_a_changed_proof_that_there_is_no_head_is_refused(
    verifier: Verifier, by: Change, key: str, tmp_path: pathlib.Path
) -> None:
    assert verifier.refusal("proof", changed(NOBODY, by, tmp_path), key)


@pytest.mark.parametrize("verifier", that_read("proof"))
def test_a_cut_proof_is_refused(verifier: Verifier, key: str, tmp_path: pathlib.Path) -> None:
    text = POSITION.read_bytes()
    for end in range(0, len(text) - 1, 397):
        assert verifier.refusal("proof", changed(POSITION, lambda data, end=end: data[:end], tmp_path), key), end


def changed(original: pathlib.Path, by: Change, tmp_path: pathlib.Path) -> pathlib.Path:
    """A copy that differs."""
    before = original.read_bytes()
    after = by(before)
    assert after != before
    copy = tmp_path / "proof"
    copy.write_bytes(after)
    return copy


def test_the_lines_are_where_the_changes_look_for_them() -> None:
    lines = POSITION.read_text().split("\n")
    assert lines[1] == "position 128"
    assert lines[2].startswith("event/1 ")
    assert [len(hash) for hash in lines[3:12]] == [44] * 9
    assert lines[12].startswith("item ")
    head = lines[lines.index("audit-trail/head/1") :]
    assert head[3].startswith("head/1 ")
    assert [len(hash) for hash in head[4:52]] == [44] * 48
    assert head[52] == ""
    assert head[55] == "index 299"
