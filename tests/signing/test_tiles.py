"""The files of a log: their names, what grows, and that nothing that was there is ever written again."""

import hashlib
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.errors import DigestMismatch, Malformed
from signing.transparency import merkle
from signing.transparency.tiles import (
    MAX_ENTRY,
    NotServed,
    Tile,
    TileHashes,
    grown,
    levels_of,
    packed,
    parse_path,
    read_entries,
    read_hashes,
    tiles_of,
)
from tests.signing.logbook import Logbook, entries
from tests.signing.test_merkle import Naive


def growing(*sizes: int) -> tuple[dict[str, bytes], list[bytes]]:
    """A log that grew to each of these sizes in turn."""
    store: dict[str, bytes] = {}
    leaves = [b"entry %d" % number for number in range(sizes[-1])]
    size, root = 0, merkle.EMPTY_ROOT
    for until in sizes:
        growth = grown(reader(store), size, root, leaves[size:until])
        assert not growth.files.keys() & store.keys()
        store.update(growth.files)
        size, root = growth.size, growth.root
        assert size == until
    assert root == Naive(leaves).mth(0, len(leaves))
    return store, leaves


class reader:  # noqa: N801  (reads as a function)
    def __init__(self, store: dict[str, bytes]) -> None:
        self.store = store

    def __call__(self, path: str) -> bytes:
        if path not in self.store:
            raise NotServed(path)
        return self.store[path]


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(None, 999, 1), "tile/entries/999.p/1"),
        (Tile(None, 1000), "tile/entries/x001/000"),
        (Tile(63, 5, 255), "tile/63/005.p/255"),
        (Tile(10, 1000000), "tile/10/x001/x000/000"),
    ],
)
def test_path_is_written_and_read(tile: Tile, path: str) -> None:
    assert (tile.path, parse_path(path)) == (path, tile)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001",
        "tile/00/001",
        "tile/64/001",
        "tile/-1/001",
        "tile/0/001.p/0",
        "tile/0/001.p/01",
        "tile/0/001.p/256",
        "tile/0/001.p/999",
        "tile/0/001.p",
        "tile/0/001.p/",
        "tile/Entries/001",
        "/tile/0/001",
        "tile/0/../0/001",
        "tile/0/٠٠١",
        "tile/0/001\n",
        "tile/0/" + "x001/" * 7 + "001",
    ],
)
def test_other_path_is_refused(path: str) -> None:
    with pytest.raises(Malformed):
        parse_path(path)


@settings(deadline=None)
@given(st.none() | st.integers(0, 63), st.integers(0, 10**15), st.integers(1, 256))
def test_every_path_is_read_as_it_was_written(level: int | None, number: int, width: int) -> None:
    tile = Tile(level, number, width)
    assert parse_path(tile.path) == tile


def test_tiles_of_the_published_example() -> None:
    """As the specification counts them for 70 000 entries."""
    found = {level: list(tiles_of(level, 70_000)) for level in levels_of(70_000)}
    widths = {level: [tile.width for tile in tiles] for level, tiles in found.items()}
    assert widths == {0: [256] * 273 + [112], 1: [256, 17], 2: [1]}
    assert [tile.path for level in levels_of(256) for tile in tiles_of(level, 256)] == ["tile/0/000", "tile/1/000.p/1"]
    assert not [*levels_of(0), *tiles_of(0, 0)]


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537])
def test_levels_are_those_with_tiles(size: int) -> None:
    assert list(levels_of(size)) == [level for level in range(8) if list(tiles_of(level, size))]


@pytest.mark.parametrize("sizes", [(1,), (255, 256, 257), (1, 2, 3, 600), (256, 512), (300, 70_000), (65_536, 65_537)])
def test_growing_log_has_the_tiles_of_its_size(sizes: tuple[int, ...]) -> None:
    store, leaves = growing(*sizes)
    size, tree = sizes[-1], Naive(leaves)
    every = [tile for level in (None, *levels_of(size)) for tile in tiles_of(level, size)]
    assert {tile.path for tile in every} <= store.keys()
    for tile in every:
        if tile.level is None:
            assert read_entries(reader(store), tile) == leaves[tile.number * 256 : tile.number * 256 + tile.width]
        else:
            first = tile.number * 256
            wanted = [tree.hash_at(8 * tile.level, index) for index in range(first, first + tile.width)]
            assert store[tile.path] == b"".join(wanted)
    assert merkle.root(size, TileHashes(reader(store), size)) == tree.mth(0, size)


@given(st.lists(st.integers(1, 300), min_size=1, max_size=8))
@settings(max_examples=30, deadline=None)
def test_however_it_grows_the_tiles_are_the_same(steps: list[int]) -> None:
    sizes = [sum(steps[: place + 1]) for place in range(len(steps))]
    store, _ = growing(*sizes)
    at_once, _ = growing(sizes[-1])
    assert at_once.items() <= store.items()


def test_growing_by_nothing_changes_nothing() -> None:
    store, leaves = growing(300)
    growth = grown(reader(store), 300, Naive(leaves).mth(0, 300), [])
    assert (growth.size, growth.files) == (300, {})


def test_hashes_of_tiles_give_every_proof() -> None:
    store, leaves = growing(200, 600)
    tree, hashes, chosen = Naive(leaves), TileHashes(reader(store), 600), random.Random(1)
    for index in [0, 255, 256, 511, 512, 599, *chosen.sample(range(600), 40)]:
        assert merkle.inclusion_proof(index, 600, hashes) == tree.path(index, 0, 600)
        assert merkle.consistency_proof(index + 1, 600, hashes) == tree.proof(index + 1, 0, 600)
    for level, index in ((0, 600), (3, 75), (8, 2), (16, 0)):
        with pytest.raises(ValueError, match="has no hash"):
            hashes.hash_at(level, index)


def test_partial_tile_that_is_gone_is_read_from_the_full_one() -> None:
    """A log may delete it then; whoever still has the older checkpoint reads on."""
    store, leaves = growing(200, 300)
    older = Naive(leaves).mth(0, 200)
    for path in ("tile/0/000.p/200", "tile/entries/000.p/200"):
        del store[path]
    assert merkle.root(200, TileHashes(reader(store), 200)) == older
    assert read_entries(reader(store), Tile(None, 0, 200)) == leaves[:200]
    with pytest.raises(NotServed):
        read_entries(reader(store), Tile(None, 2, 5))


def test_log_does_not_grow_on_changed_tiles() -> None:
    store, leaves = growing(300)
    root = Naive(leaves).mth(0, 300)
    for path in ("tile/0/001.p/44", "tile/1/000.p/1"):
        changed = {**store, path: bytes(32) + store[path][32:]}
        with pytest.raises(DigestMismatch):
            grown(reader(changed), 300, root, [b"more"])
    with pytest.raises(DigestMismatch):
        grown(reader(store), 300, hashlib.sha256(b"other").digest(), [b"more"])
    with pytest.raises(NotServed):
        grown(reader({}), 300, root, [b"more"])


@pytest.mark.parametrize("content", [b"", bytes(31), bytes(33), bytes(64)])
def test_hashes_of_a_wrong_length_are_refused(content: bytes) -> None:
    with pytest.raises(Malformed):
        read_hashes(reader({"tile/0/000.p/1": content}), Tile(0, 0, 1))


@pytest.mark.parametrize(
    "content", [b"", b"\x00", b"\x00\x02a", b"\x00\x01a\x00", b"\x00\x01a\x00\x01b", b"\xff\xff" + bytes(9)]
)
def test_entries_that_are_not_whole_are_refused(content: bytes) -> None:
    with pytest.raises(Malformed):
        read_entries(reader({"tile/entries/000.p/1": content}), Tile(None, 0, 1))


def test_entries_are_packed_with_their_lengths() -> None:
    whole = [b"", b"a", bytes(MAX_ENTRY)]
    assert read_entries(reader({"tile/entries/000.p/3": packed(whole)}), Tile(None, 0, 3)) == whole
    with pytest.raises(Malformed):
        packed([bytes(MAX_ENTRY + 1)])


def test_log_in_a_folder_is_read_back(tmp_path: Path) -> None:
    book = Logbook(tmp_path)
    book.append(entries(300))
    book.append(entries(10, 300))
    assert merkle.root(310, TileHashes(book.read, 310)) == book.root
    assert read_entries(book.read, Tile(None, 1, 54)) == entries(54, 256)
