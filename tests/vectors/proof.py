#!/usr/bin/env python3
"""Trees, maps, checkpoints and proof files, made from the description in docs alone.

Without arguments it checks proof.json; with --write it fills in the expected values."""

import base64
import copy
import json
import pathlib
import sys

import merkle
import proof_file
from signed_note import PrivateKey, verifier_key

FILE = pathlib.Path(__file__).with_name("proof.json")


def b64(data):
    return base64.b64encode(data).decode()


def entries(size):
    """The entries of the trees: `entry 0`, `entry 1` and so on, each with its line end."""
    return [f"entry {number}\n".encode() for number in range(size)]


def fill_tree(vector):
    made = entries(vector["size"])
    leaves = [merkle.leaf(entry) for entry in made]
    vector["root"] = b64(merkle.root(leaves))
    tiles = merkle.tiles(vector["size"])
    vector["tiles"] = len(tiles)
    vector["last_tiles"] = [merkle.tile_path(*tile) for tile in tiles if tile[2] < merkle.TILE_WIDTH]
    for proof in vector["inclusion"]:
        proof["leaf"] = b64(leaves[proof["index"]])
        proof["path"] = [b64(hash) for hash in merkle.path(leaves, proof["index"])]


def fill_tile(vector):
    tile = (vector["level"], vector["index"], vector["width"])
    vector["path"] = merkle.tile_path(*tile)
    if "of_size" in vector:
        vector["bytes"] = b64(merkle.tile(entries(vector["of_size"]), *tile))


def fill_account(vector):
    key = merkle.account_key(vector["account"])
    vector["key"] = b64(key)
    vector["slot"] = merkle.slot(key)


def head_line(pad, head):
    key = b64(merkle.account_key(head["account"]))
    return f"head/1 {key} {head['size']} {head['root']} {b64(merkle.nonce(pad, head['account']))}\n"


def fill_map(vector):
    pad = base64.b64decode(vector["pad"])
    for head in vector["heads"]:
        head["line"] = head_line(pad, head)
        head["leaf"] = b64(merkle.leaf(head["line"].encode()))
    heads = {merkle.slot(merkle.account_key(head["account"])): base64.b64decode(head["leaf"]) for head in vector["heads"]}
    vector["root"] = b64(merkle.map_below(pad, heads, merkle.MAP_HEIGHT, 0))
    lines = {head["account"]: head["line"] for head in vector["heads"]}
    for claim in vector["claims"]:
        key = merkle.account_key(claim["account"])
        at, height = merkle.slot(key), 0
        claim["line"] = lines.get(claim["account"])
        if claim["line"] is None:
            height = merkle.empty_height(heads, at)
            claim["line"] = f"no-head/1 {b64(key)} {height} {b64(merkle.hidden(pad, height, at >> height))}\n"
        claim["path"] = [b64(hash) for hash in merkle.map_path(pad, heads, at, height)]


def fill_round(vector):
    vector["leaf"] = b64(merkle.leaf(vector["entry"].encode()))


def fill_key(vector):
    private = PrivateKey(base64.b64decode(vector["seed"]))
    vector["public"] = b64(private.public)
    vector["verifier_key"] = verifier_key(vector["name"], private.public)


def fill_checkpoint(vector, key):
    private = PrivateKey(base64.b64decode(key["seed"]))
    vector["text"] = f"{key['name']}\n{vector['size']}\n{vector['root']}\n"
    vector["note"] = private.sealed(vector["text"], key["name"])


def fill_file(vector, vectors):
    """A proof file out of the account's entries, the map and the rounds that it names."""
    key, given = vectors["key"], vectors["maps"][vector["map"]]
    private = PrivateKey(base64.b64decode(key["seed"]))
    log = [entry.encode() for entry in vectors["log"]]
    rounds = [entry.encode() for entry in vector["rounds"]]
    leaves = [merkle.leaf(entry) for entry in rounds]
    claim = next(claim for claim in given["claims"] if claim["account"] == vector["account"])
    checkpoint = f"{key['name']}\n{len(rounds)}\n{b64(merkle.root(leaves))}\n"
    vector["text"] = proof_file.head(
        vector["account"],
        (claim["line"], claim["path"]),
        (vector["rounds"][vector["index"]], vector["index"], map(b64, merkle.path(leaves, vector["index"]))),
        private.sealed(checkpoint, key["name"]),
    )
    if "position" in vector:
        path = merkle.path([merkle.leaf(entry) for entry in log], vector["position"])
        own = (vector["position"], vectors["log"][vector["position"]], map(b64, path))
        vector["text"] = proof_file.event(own, vector.get("item"), vector["text"])


def fill(vectors):
    for name, one in [("trees", fill_tree), ("tiles", fill_tile), ("accounts", fill_account), ("rounds", fill_round)]:
        for vector in vectors[name]:
            one(vector)
    for vector in vectors["maps"]:
        fill_map(vector)
    fill_key(vectors["key"])
    for vector in vectors["checkpoints"]:
        fill_checkpoint(vector, vectors["key"])
    for vector in vectors["files"]:
        fill_file(vector, vectors)


def verify(vectors):
    """Each file is accepted as it is, and refused with each change."""
    key = vectors["key"]["verifier_key"]
    files = {vector["name"]: vector["text"] for vector in vectors["files"]}
    for name, text in files.items():
        if (fault := proof_file.fault(text, key)) is not None:
            sys.exit(f"{name}: {fault}")
    for change in vectors["refused"]:
        old, new = change["replace"]
        changed = files[change["file"]].replace(old, new, 1)
        if changed == files[change["file"]] or proof_file.fault(changed, key) is None:
            sys.exit(f"{change['name']}: it is accepted")


def difference(there, made, where="proof.json"):
    """The first place where two values differ."""
    if isinstance(made, dict) and isinstance(there, dict) and there.keys() == made.keys():
        return next(filter(None, (difference(there[name], made[name], f"{where}.{name}") for name in made)), None)
    if isinstance(made, list) and isinstance(there, list) and len(there) == len(made):
        return next(filter(None, (difference(*pair, f"{where}[{at}]") for at, pair in enumerate(zip(there, made)))), None)
    return None if there == made else f"{where} is {there!r}, and should be {made!r}"


def main():
    vectors = json.loads(FILE.read_text())
    made = copy.deepcopy(vectors)
    fill(made)
    if "--write" in sys.argv:
        FILE.write_text(json.dumps(made, ensure_ascii=False, indent=2) + "\n")
    elif fault := difference(vectors, made):
        sys.exit(fault)
    verify(made)
    print(f"{sum(len(part) for part in made.values() if isinstance(part, list))} vectors")


if __name__ == "__main__":
    main()
