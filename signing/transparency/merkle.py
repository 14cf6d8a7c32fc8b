"""The Merkle tree of RFC 6962: its hashes, and proofs that an entry is in a tree and that a tree only grew."""

import hashlib
from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Protocol

from signing.errors import DigestMismatch

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256().digest()


class Hashes(Protocol):
    """The hashes of a tree, wherever they are kept."""

    def hash_at(self, level: int, index: int) -> bytes:
        """Of the complete subtree over the 2**level leaves that begin with leaf index * 2**level."""


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(size: int, hashes: Hashes) -> bytes:
    return _over(0, size, hashes) if size else EMPTY_ROOT


class Frontier:
    """The root of a tree that grows leaf by leaf, from one hash for each of its complete subtrees."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        self.size += 1
        self._peaks.append(leaf)
        merged = self.size
        while not merged & 1:
            right = self._peaks.pop()
            self._peaks[-1] = node_hash(self._peaks[-1], right)
            merged >>= 1

    @property
    def root(self) -> bytes:
        return _folded(self._peaks) if self._peaks else EMPTY_ROOT


def inclusion_proof(index: int, size: int, hashes: Hashes) -> list[bytes]:
    """The hashes that lead from a leaf to the root of the tree of that size (RFC 6962, 2.1.1)."""
    if not 0 <= index < size:
        raise ValueError(f"a log of {size} entries has no entry {index}")
    start, end = 0, size
    path: list[bytes] = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_over(middle, end, hashes))
            end = middle
        else:
            path.append(_over(start, middle, hashes))
            start = middle
    return path[::-1]


def consistency_proof(old: int, new: int, hashes: Hashes) -> list[bytes]:
    """The hashes that show the tree of the old size at the beginning of the new one (RFC 6962, 2.1.2)."""
    if not 0 <= old <= new:
        raise ValueError(f"a log of {new} entries did not grow from one of {old}")
    if old == 0:
        return []
    start, end = 0, new
    path: list[bytes] = []
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_over(middle, end, hashes))
            end = middle
        else:
            path.append(_over(start, middle, hashes))
            start = middle
    if start:  # Otherwise it is the old root, which whoever checks has already.
        path.append(_over(start, end, hashes))
    return path[::-1]


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Raises DigestMismatch unless the leaf with this hash is at this place of the tree with this root."""
    if not 0 <= index < size:
        raise DigestMismatch(f"a log of {size} entries has no entry {index}")
    place, last = index, size - 1
    found = leaf
    for step in path:
        if last == 0:
            raise DigestMismatch("the proof of inclusion is too long")
        if place & 1 or place == last:
            found = node_hash(step, found)
            place, last = _up_to_sibling(place, last)
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    if last or found != root:
        raise DigestMismatch("the proof of inclusion does not lead to the root")


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> None:
    """Raises DigestMismatch unless the new tree begins with all of the old one (RFC 9162, 2.1.4.2)."""
    if not 0 < old < new:
        _check_trivial(old, old_root, new, new_root, path)
        return
    steps = list(path)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    if not steps:
        raise DigestMismatch("the proof of consistency is too short")
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise DigestMismatch("the proof of consistency is too long")
        if place & 1 or place == last:
            before, after = node_hash(step, before), node_hash(step, after)
            place, last = _up_to_sibling(place, last)
        else:
            after = node_hash(after, step)
        place, last = place >> 1, last >> 1
    if last or before != old_root or after != new_root:
        raise DigestMismatch("the proof of consistency does not lead to the two roots")


def _check_trivial(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> None:
    """Every tree begins with the empty one and with itself; no other pair of sizes is left here."""
    if path or old > new or old < 0:
        raise DigestMismatch("the log did not grow, or its proof of consistency is too long")
    if (old == new and old_root != new_root) or (old == 0 and old_root != EMPTY_ROOT):
        raise DigestMismatch("the same number of entries has two roots")


def _up_to_sibling(place: int, last: int) -> tuple[int, int]:
    """Up past the levels at which the last subtree of an incomplete tree has no sibling."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _split(size: int) -> int:
    """The largest power of two below the size."""
    return 1 << (size - 1).bit_length() - 1


def _over(start: int, end: int, hashes: Hashes) -> bytes:
    """The hash over a run of leaves that occurs in a proof, from its complete subtrees."""
    return _folded([hashes.hash_at(level, index) for level, index in _subtrees(start, end)])


def _folded(subtrees: Sequence[bytes]) -> bytes:
    """From the smallest subtree at the right to the largest at the left."""
    return reduce(lambda right, left: node_hash(left, right), reversed(subtrees))


def _subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Level and index of each. Runs of proofs begin at a multiple of every power of two that fits into them."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level
