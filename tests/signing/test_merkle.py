"""The Merkle tree: the published values of RFC 6962's tree, and a second implementation word for word from its text."""

import hashlib
from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.errors import DigestMismatch
from signing.transparency import merkle
from signing.transparency.merkle import Frontier, check_consistency, check_inclusion, leaf_hash, node_hash

LEAVES = tuple(
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
)
# As Certificate Transparency has published them for the trees over the first n of these leaves.
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
SMALL = 130


class Naive:
    """The definitions of RFC 6962, section 2.1, as they stand there."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._leaves = leaves
        self.mth = cache(self._mth)

    def _mth(self, start: int, end: int) -> bytes:
        if start == end:
            return hashlib.sha256(b"").digest()
        if end - start == 1:
            return hashlib.sha256(b"\x00" + self._leaves[start]).digest()
        middle = start + power_below(end - start)
        return hashlib.sha256(b"\x01" + self.mth(start, middle) + self.mth(middle, end)).digest()

    def path(self, index: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        middle = start + power_below(end - start)
        if index < middle - start:
            return [*self.path(index, start, middle), self.mth(middle, end)]
        return [*self.path(index - (middle - start), middle, end), self.mth(start, middle)]

    def proof(self, old: int, start: int, end: int, *, known: bool = True) -> list[bytes]:
        if old == end - start:
            return [] if known else [self.mth(start, end)]
        middle = start + power_below(end - start)
        if old <= middle - start:
            return [*self.proof(old, start, middle, known=known), self.mth(middle, end)]
        return [*self.proof(old - (middle - start), middle, end, known=False), self.mth(start, middle)]

    def hash_at(self, level: int, index: int) -> bytes:
        return self.mth(index << level, (index + 1) << level)


def power_below(size: int) -> int:
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def other(value: bytes) -> bytes:
    return bytes([value[0] ^ 1]) + value[1:]


@pytest.fixture(scope="module")
def tree() -> Naive:
    return Naive([b"entry %d" % number for number in range(SMALL)])


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_root_published_values(size: int) -> None:
    assert merkle.root(size, Naive(LEAVES)).hex() == ROOTS[size]


def test_inclusion_published_proofs() -> None:
    hashes = Naive(LEAVES)
    assert [one.hex()[:8] for one in merkle.inclusion_proof(0, 8, hashes)] == ["96a296d2", "5f083f0a", "6b47aaf2"]
    assert [one.hex()[:8] for one in merkle.inclusion_proof(2, 3, hashes)] == ["fac54203"]
    assert [one.hex()[:8] for one in merkle.inclusion_proof(1, 5, hashes)] == ["6e340b9c", "5f083f0a", "bc1a0643"]


def test_consistency_published_proofs() -> None:
    hashes = Naive(LEAVES)
    assert merkle.consistency_proof(1, 1, hashes) == []
    first = [one.hex()[:8] for one in merkle.consistency_proof(6, 8, hashes)]
    assert first == ["0ebc5d34", "ca854ea1", "d37ee418"]
    assert [one.hex()[:8] for one in merkle.consistency_proof(2, 5, hashes)] == ["5f083f0a", "bc1a0643"]


def test_every_small_tree_has_the_hashes_of_the_text(tree: Naive) -> None:
    frontier = Frontier()
    for size in range(SMALL + 1):
        root = tree.mth(0, size)
        assert merkle.root(size, tree) == root == frontier.root
        for index in range(size):
            path = merkle.inclusion_proof(index, size, tree)
            assert path == tree.path(index, 0, size)
            check_inclusion(tree.hash_at(0, index), index, size, path, root)
        for old in range(1, size + 1):
            path = merkle.consistency_proof(old, size, tree)
            assert path == tree.proof(old, 0, size)
            check_consistency(old, tree.mth(0, old), size, root, path)
        if size < SMALL:
            frontier.add(tree.hash_at(0, size))


def test_wrong_proofs_of_every_small_tree_are_refused(tree: Naive) -> None:
    for size in range(1, 40):
        root = tree.mth(0, size)
        for index in range(size):
            leaf, path = tree.hash_at(0, index), tree.path(index, 0, size)
            for wrong in ((index + 1, path), (index - 1, path), (index, path[1:]), (index, path[:-1])):
                if wrong != (index, path):
                    with pytest.raises(DigestMismatch):
                        check_inclusion(leaf, wrong[0], size, wrong[1], root)
            for wrong_path in ([*path, root], [root, *path], *changed(path)):
                with pytest.raises(DigestMismatch):
                    check_inclusion(leaf, index, size, wrong_path, root)


def test_wrong_consistency_of_every_small_tree_is_refused(tree: Naive) -> None:
    for size in range(1, 40):
        root = tree.mth(0, size)
        for old in range(1, size + 1):
            before, path = tree.mth(0, old), tree.proof(old, 0, size)
            for wrong in ([*path, root], [root, *path], *changed(path), *([path[1:], path[:-1]] if path else [])):
                with pytest.raises(DigestMismatch):
                    check_consistency(old, before, size, root, wrong)
            for roots in ((other(before), root), (before, other(root))):
                with pytest.raises(DigestMismatch):
                    check_consistency(old, roots[0], size, roots[1], path)


def changed(path: list[bytes]) -> list[list[bytes]]:
    return [[*path[:place], other(path[place]), *path[place + 1 :]] for place in range(len(path))]


def test_sizes_that_cannot_be_are_refused(tree: Naive) -> None:
    for index, size in ((0, 0), (3, 3), (-1, 3)):
        with pytest.raises(ValueError, match="has no entry"):
            merkle.inclusion_proof(index, size, tree)
        with pytest.raises(DigestMismatch):
            check_inclusion(leaf_hash(b""), index, size, [], tree.mth(0, 3))
    with pytest.raises(ValueError, match="did not grow"):
        merkle.consistency_proof(3, 2, tree)
    for old, new in ((3, 2), (-1, 2)):
        with pytest.raises(DigestMismatch):
            check_consistency(old, tree.mth(0, 3), new, tree.mth(0, 2), [])


def test_empty_tree_is_the_beginning_of_every_tree(tree: Naive) -> None:
    assert merkle.consistency_proof(0, 5, tree) == []
    check_consistency(0, merkle.EMPTY_ROOT, 5, tree.mth(0, 5), [])
    for root, path in ((tree.mth(0, 1), []), (merkle.EMPTY_ROOT, [tree.mth(0, 1)])):
        with pytest.raises(DigestMismatch):
            check_consistency(0, root, 5, tree.mth(0, 5), path)


def test_leaf_is_never_taken_for_a_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)


class Counted:
    """A tree of equal leaves: of any size at no cost."""

    def __init__(self) -> None:
        self._levels = [leaf_hash(b"same")]

    def hash_at(self, level: int, _: int) -> bytes:
        while len(self._levels) <= level:
            self._levels.append(node_hash(self._levels[-1], self._levels[-1]))
        return self._levels[level]


@given(st.integers(1, 1 << 62), st.data())
@settings(max_examples=300, deadline=None)
def test_proofs_of_large_trees_hold(size: int, data: st.DataObject) -> None:
    hashes = Counted()
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    root = merkle.root(size, hashes)
    path = merkle.inclusion_proof(index, size, hashes)
    assert len(path) <= size.bit_length()
    check_inclusion(hashes.hash_at(0, 0), index, size, path, root)
    check_consistency(old, merkle.root(old, hashes), size, root, merkle.consistency_proof(old, size, hashes))
    with pytest.raises(DigestMismatch):
        check_inclusion(leaf_hash(b"other"), index, size, path, root)
