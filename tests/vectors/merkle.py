"""Merkle trees of RFC 6962, tiles of C2SP and the map of all accounts, by their definitions."""

import hashlib
import hmac

MAP_HEIGHT = 48
TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def leaf(entry):
    return sha256(b"\0", entry)


def node(left, right):
    return sha256(b"\1", left, right)


def split(count):
    """The largest power of two below a number."""
    return 1 << ((count - 1).bit_length() - 1)


def root(leaves):
    match leaves:
        case []:
            return sha256()
        case [only]:
            return only
        case _:
            left = split(len(leaves))
            return node(root(leaves[:left]), root(leaves[left:]))


def path(leaves, index):
    """RFC 6962 §2.1.1, from the sibling of the leaf up."""
    if len(leaves) <= 1:
        return []
    left = split(len(leaves))
    if index < left:
        return path(leaves[:left], index) + [root(leaves[left:])]
    return path(leaves[left:], index - left) + [root(leaves[:left])]


def root_by_path(own, index, size, hashes):
    """The root of the tree of a size with a leaf at an index; None if the path is not one of such a leaf."""
    if not 0 <= index < size:
        return None
    if size == 1:
        return None if hashes else own
    if not hashes:
        return None
    left = split(size)
    if index < left:
        below = root_by_path(own, index, left, hashes[:-1])
        return below and node(below, hashes[-1])
    below = root_by_path(own, index - left, size - left, hashes[:-1])
    return below and node(hashes[-1], below)


def tile_path(level, index, width):
    """`level` is a number, or "entries"."""
    digits = f"{index:03}"
    digits = digits.rjust(-(-len(digits) // 3) * 3, "0")
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    name = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
    return f"tile/{level}/{name}" + ("" if width == TILE_WIDTH else f".p/{width}")


def tiles(size):
    """All tiles of a tree: level, index and width of each, the entries first."""
    levels = [("entries", size)]
    level, there = 0, size
    while there > 0:
        levels.append((level, there))
        level, there = level + 1, there >> TILE_HEIGHT
    return [
        (level, first // TILE_WIDTH, min(TILE_WIDTH, there - first))
        for level, there in levels
        for first in range(0, there, TILE_WIDTH)
    ]


def tile(entries, level, index, width):
    """The bytes of a tile of the tree over some entries."""
    first = index * TILE_WIDTH
    if level == "entries":
        return b"".join(len(entry).to_bytes(2) + entry for entry in entries[first : first + width])
    under = 1 << (TILE_HEIGHT * level)
    leaves = [leaf(entry) for entry in entries[first * under : (first + width) * under]]
    return b"".join(root(leaves[at : at + under]) for at in range(0, len(leaves), under))


def account_key(account):
    return sha256(b"audit-trail/account/v1\n", account.encode())


def slot(key):
    return int.from_bytes(key[:6])


def hidden(pad, kind, index):
    return hmac.digest(pad, bytes([kind]) + index.to_bytes(8), "sha256")


def nonce(pad, account):
    return hidden(pad, 0xFF, slot(account_key(account)))


def empty(blind):
    return sha256(b"\2", blind)


def map_node(pad, heads, height, index):
    """The hash of a node of the map; `heads` are the leaves below it, by their slots."""
    if not heads:
        return empty(hidden(pad, height, index))
    if height == 0:
        return heads[index]
    left = {at: hash for at, hash in heads.items() if at >> (height - 1) == 2 * index}
    right = {at: hash for at, hash in heads.items() if at not in left}
    return node(map_node(pad, left, height - 1, 2 * index), map_node(pad, right, height - 1, 2 * index + 1))


def map_below(pad, heads, height, index):
    """The same, out of the heads of the whole map."""
    return map_node(pad, {at: hash for at, hash in heads.items() if at >> height == index}, height, index)


def map_path(pad, heads, at, height):
    """The siblings of the node of that height over a slot, from there up."""
    return [map_below(pad, heads, level, (at >> level) ^ 1) for level in range(height, MAP_HEIGHT)]


def empty_height(heads, at):
    """The height of the largest empty subtree over a slot."""
    return max(h for h in range(MAP_HEIGHT + 1) if not any(other >> h == at >> h for other in heads))
