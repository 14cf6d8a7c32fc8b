"""The files of a log (C2SP tlog-tiles): hashes and entries in runs of 256, never changed once they are full."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from signing.errors import DigestMismatch, Indeterminate, Malformed
from signing.transparency import merkle
from signing.transparency.merkle import HASH_BYTES, leaf_hash, node_hash

HEIGHT = 8
FULL = 1 << HEIGHT
DEEPEST = 63
MAX_ENTRY = (1 << 16) - 1
CHECKPOINT = "checkpoint"
PATH = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)

# Gives the content of a file of a log by its path, or raises NotServed.
Read = Callable[[str], bytes]


class NotServed(Indeterminate):
    """A file of a log is not where it must be."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A run of up to 256 hashes of one level; of entries where there is no level."""

    level: int | None
    number: int
    width: int = FULL

    @property
    def path(self) -> str:
        parts, rest = [f"{self.number % 1000:03}"], self.number // 1000
        while rest:
            parts.insert(0, f"x{rest % 1000:03}")
            rest //= 1000
        partial = "" if self.width == FULL else f".p/{self.width}"
        return f"tile/{'entries' if self.level is None else self.level}/{'/'.join(parts)}{partial}"

    @property
    def whole(self) -> "Tile":
        """The same run when it is full."""
        return Tile(self.level, self.number)


def parse_path(path: str) -> Tile:
    """The tile of a path, if it is written as tiles are."""
    found = PATH.fullmatch(path)
    if not found:
        raise Malformed(f"{path!r:.80} is no file of a log")
    level, number, width = found.groups()
    digits = int(number.replace("x", "").replace("/", ""))
    tile = Tile(None if level == "entries" else int(level), digits, int(width or FULL))
    if tile.path != path or (tile.level or 0) > DEEPEST or tile.width > FULL:
        raise Malformed(f"{path!r:.80} is no file of a log")
    return tile


def tiles_of(level: int | None, size: int) -> Iterator[Tile]:
    """All tiles of a level in a log of this size."""
    whole, rest = divmod(size >> HEIGHT * (level or 0), FULL)
    for number in range(whole):
        yield Tile(level, number)
    if rest:
        yield Tile(level, whole, rest)


def levels_of(size: int) -> range:
    """The levels that have tiles in a log of this size."""
    return range((max(size.bit_length(), 1) - 1) // HEIGHT + 1 if size else 0)


def read_hashes(read: Read, tile: Tile) -> list[bytes]:
    content = _content(read, tile)
    if len(content) != HASH_BYTES * tile.width:
        raise Malformed(f"{tile.path} has a wrong length")
    return [content[place : place + HASH_BYTES] for place in range(0, len(content), HASH_BYTES)]


def read_entries(read: Read, tile: Tile) -> list[bytes]:
    content = _content(read, tile)
    entries, place = [], 0
    while place < len(content):
        start = place + 2
        place = start + int.from_bytes(content[place:start])
        entries.append(content[start:place])
    if place != len(content) or len(entries) != tile.width:
        raise Malformed(f"{tile.path} does not hold {tile.width} whole entries")
    return entries


def _content(read: Read, tile: Tile) -> bytes:
    """A partial tile may be gone once the full one is there, which begins with it."""
    try:
        return read(tile.path)
    except NotServed:
        if tile.width == FULL:
            raise
    return _cut(read(tile.whole.path), tile)


def _cut(content: bytes, tile: Tile) -> bytes:
    if tile.level is not None:
        return content[: HASH_BYTES * tile.width]
    place = 0
    for _ in range(tile.width):
        place += 2 + int.from_bytes(content[place : place + 2])
    return content[:place]


def packed(entries: Sequence[bytes]) -> bytes:
    """Entries as they stand in their file, each after its length."""
    if any(len(entry) > MAX_ENTRY for entry in entries):
        raise Malformed(f"an entry of a log is larger than {MAX_ENTRY} bytes")
    return b"".join(len(entry).to_bytes(2) + entry for entry in entries)


def rows(hashes: Sequence[bytes]) -> list[list[bytes]]:
    """The complete levels of the small tree over the hashes of a tile, from these hashes up."""
    found = [list(hashes)]
    while len(found) <= HEIGHT:
        row = found[-1]
        found.append([node_hash(row[place], row[place + 1]) for place in range(0, len(row) - 1, 2)])
    return found


class TileHashes:
    """The hashes of a log of one size from its tiles. Nothing vouches for them but the root that they lead to."""

    def __init__(self, read: Read, size: int) -> None:
        self._read = read
        self._size = size
        self._rows: dict[Tile, list[list[bytes]]] = {}

    def hash_at(self, level: int, index: int) -> bytes:
        tile_level, height = divmod(level, HEIGHT)
        number, place = divmod(index << height, FULL)
        width = min(FULL, (self._size >> HEIGHT * tile_level) - number * FULL)
        if place + (1 << height) > width:
            raise ValueError(f"a log of {self._size} entries has no hash {index} at level {level}")
        tile = Tile(tile_level, number, width)
        if tile not in self._rows:
            self._rows[tile] = rows(read_hashes(self._read, tile))
        return self._rows[tile][height][place >> height]


@dataclass(frozen=True, slots=True)
class Growth:
    """A log that has grown: its new size and root, and the files to write before anybody signs these."""

    size: int
    root: bytes
    files: Mapping[str, bytes]


def grown(read: Read, size: int, root: bytes, entries: Sequence[bytes]) -> Growth:
    """The log of this size and root with these entries behind the old ones.

    The files that it builds on must lead to the old root. New files never have the name of one that was needed before.
    """
    if merkle.root(size, TileHashes(read, size)) != root:
        raise DigestMismatch(f"the files of the log do not lead to its root at {size} entries")
    files: dict[str, bytes] = {}
    bundles = _runs(None, size, entries, lambda tile: read_entries(read, tile))
    files.update((tile.path, packed(run)) for tile, run in bundles)
    added, start = [leaf_hash(entry) for entry in entries], size
    for level in range(DEEPEST + 1):
        if not added:
            break
        above: list[bytes] = []
        for tile, run in _runs(level, start, added, lambda tile: read_hashes(read, tile)):
            files[tile.path] = b"".join(run)
            above += [rows(run)[HEIGHT][0]] if tile.width == FULL else []
        added, start = above, start // FULL
    total = size + len(entries)
    return Growth(total, merkle.root(total, TileHashes(_either(files, read), total)), files)


def _runs(
    level: int | None, start: int, added: Sequence[bytes], read: Callable[[Tile], list[bytes]]
) -> Iterator[tuple[Tile, list[bytes]]]:
    """The tiles that change when these come to the first `start` of a level, each with all that it then holds."""
    number, width = divmod(start, FULL)
    items = [*(read(Tile(level, number, width)) if width else ()), *added]
    for place in range(0, len(items) if added else 0, FULL):
        run = items[place : place + FULL]
        yield Tile(level, number + place // FULL, len(run)), run


def _either(files: Mapping[str, bytes], read: Read) -> Read:
    return lambda path: files[path] if path in files else read(path)
