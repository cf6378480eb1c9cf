"""Proof files, written and verified."""

import base64
import binascii

import merkle
from signed_note import opened

EVENT = "audit-trail/proof/1\n"
HEAD = "audit-trail/head/1\n"


def lines(hashes):
    return "".join(f"{hash}\n" for hash in hashes)


def head(account, claim, round, checkpoint):
    line, map_path = claim
    entry, index, round_path = round
    return (
        f"{HEAD}account {account}\n\n{line}{lines(map_path)}\n"
        f"{entry}c2sp.org/tlog-proof@v1\nindex {index}\n{lines(round_path)}\n{checkpoint}"
    )


def event(own, item, proof_of_head):
    position, entry, path = own
    last = "" if item is None else f"item {item}\n"
    return f"{EVENT}position {position}\n{entry}{lines(path)}{last}\n{proof_of_head}"


def fault(text, key):
    """What is wrong with a proof file; None if it proves what it says."""
    try:
        return fault_of_event(text, key) if text.startswith(EVENT) else fault_of_head(text, key)[0]
    except (ValueError, IndexError, binascii.Error):
        return "it does not have the form of a proof"


def decoded(hash):
    data = base64.b64decode(hash, validate=True)
    if len(data) != 32 or base64.b64encode(data).decode() != hash:
        raise ValueError(hash)
    return data


def decimal(text):
    if str(int(text)) != text or int(text) < 0:
        raise ValueError(text)
    return int(text)


def after(prefix, text):
    if not text.startswith(prefix):
        raise ValueError(text)
    return text.removeprefix(prefix)


def fault_of_event(text, key):
    own, proof_of_head = text.split("\n\n", 1)
    found, size, root = fault_of_head(proof_of_head, key)
    position, entry, *path = own.removeprefix(EVENT).split("\n")
    path = [decoded(hash) for hash in path if not hash.startswith("item ")]
    made = merkle.root_by_path(
        merkle.leaf(f"{entry}\n".encode()), decimal(after("position ", position)), size, path
    )
    return found or (None if made is not None and made == root else "the entry does not belong to the head")


def fault_of_head(text, key):
    own, claim, proof, *checkpoint = text.split("\n\n", 3)
    account = after(f"{HEAD}account ", own)
    entry, kind, index, *path = proof.split("\n")
    _, _, map_root, _ = entry.split(" ")
    after("round/1 ", entry)
    if kind != "c2sp.org/tlog-proof@v1":
        raise ValueError(kind)
    signed = opened("\n\n".join(checkpoint), key)
    if signed is None:
        return "the checkpoint is not signed with the key", 0, None
    origin, rounds, root, *_ = signed.split("\n")
    if origin != key.split("+")[0]:
        return "the checkpoint is of another log", 0, None
    made = merkle.root_by_path(
        merkle.leaf(f"{entry}\n".encode()), decimal(after("index ", index)), decimal(rounds), [decoded(hash) for hash in path]
    )
    if made != decoded(root):
        return "the round does not belong to the checkpoint", 0, None
    return fault_of_claim(account, claim, decoded(map_root))


def fault_of_claim(account, text, map_root):
    line, *path = text.split("\n")
    kind, owner, *words = line.split(" ")
    key = merkle.account_key(account)
    if decoded(owner) != key:
        return "the head is that of another account", 0, None
    if kind == "head/1":
        size, root, nonce = words
        height, own, head = 0, merkle.leaf(f"{line}\n".encode()), (decimal(size), decoded(root))
        decoded(nonce)
    elif kind == "no-head/1":
        height, own, head = decimal(words[0]), merkle.empty(decoded(words[1])), (0, None)
    else:
        raise ValueError(kind)
    if height > merkle.MAP_HEIGHT:
        raise ValueError(height)
    at = merkle.slot(key) >> height
    made = merkle.root_by_path(own, at, 1 << (merkle.MAP_HEIGHT - height), [decoded(hash) for hash in path])
    return None if made == map_root else "the head does not belong to the round", *head
