"""A monitor: reads a whole log again and computes every hash of it anew."""

from collections.abc import Mapping, Sequence

from signing.errors import DigestMismatch, Malformed, SigningError
from signing.transparency.checkpoint import Checkpoint
from signing.transparency.entries import parse_entry
from signing.transparency.merkle import EMPTY_ROOT, Frontier, leaf_hash
from signing.transparency.notes import Note, parse_note
from signing.transparency.tiles import (
    CHECKPOINT,
    FULL,
    HEIGHT,
    Read,
    Tile,
    levels_of,
    read_entries,
    read_hashes,
    rows,
    tiles_of,
)
from signing.transparency.trust import Confirmed, LogTrust


class Tampered(DigestMismatch):
    """The log is not what it says; the index is that of the first entry that is touched, where one can be told."""

    def __init__(self, message: str, index: int | None = None) -> None:
        super().__init__(message)
        self.index = index


def audited(read: Read, trust: LogTrust, earlier: Sequence[Note] = ()) -> Confirmed:
    """Recomputes the log down to its entries. Earlier checkpoints must lie in its history; raises Tampered if not."""
    confirmed = trust.confirmed(parse_note(read(CHECKPOINT)))
    known = [confirmed.checkpoint, *(_known(note, trust, confirmed.checkpoint) for note in earlier)]
    roots = {one.size: EMPTY_ROOT for one in known}
    hashes = _check_entries(read, confirmed.checkpoint.size, roots)
    for level in levels_of(confirmed.checkpoint.size)[1:]:
        hashes = _check_level(read, level, hashes)
    _check_roots(roots, known)
    trust.check_quorum(confirmed)
    return confirmed


def _known(note: Note, trust: LogTrust, now: Checkpoint) -> Checkpoint:
    before = trust.confirmed(note).checkpoint
    if before.origin != now.origin:
        raise Malformed(f"the earlier checkpoint is of another log, {before.origin}")
    if before.size > now.size:
        raise Tampered(f"the log went back from {before.size} to {now.size} entries", now.size)
    return before


def _check_entries(read: Read, size: int, roots: dict[int, bytes]) -> list[bytes]:
    """Every entry against its hash; gives the hashes of the full tiles, and fills in the roots at the wanted sizes."""
    frontier, above = Frontier(), []
    for tile in tiles_of(None, size):
        first = tile.number * FULL
        leaves = [leaf_hash(_checked(entry, first + place)) for place, entry in enumerate(_entries(read, tile))]
        for place, (computed, stored) in enumerate(zip(leaves, _hashes(read, _level(tile, 0), first), strict=True)):
            if computed != stored:
                raise Tampered(f"entry {first + place} is not the one that its hash was made of", first + place)
            frontier.add(computed)
            if frontier.size in roots:
                roots[frontier.size] = frontier.root
        if tile.width == FULL:
            above.append(rows(leaves)[HEIGHT][0])
    return above


def _check_roots(roots: Mapping[int, bytes], known: Sequence[Checkpoint]) -> None:
    """Entries and hashes that agree with one another, but not with what the log has signed, were rewritten together."""
    good = 0
    for checkpoint in sorted(known, key=lambda one: one.size):
        if roots[checkpoint.size] != checkpoint.root:
            last = checkpoint.size - 1
            raise Tampered(f"an entry of {good} to {last} is not one that the log had signed for", good)
        good = checkpoint.size


def _check_level(read: Read, level: int, computed: Sequence[bytes]) -> list[bytes]:
    """The hashes of a level against those computed from below; gives those of its full tiles."""
    above = []
    span = 1 << HEIGHT * level
    for start in range(0, len(computed), FULL):
        run = computed[start : start + FULL]
        stored = _hashes(read, Tile(level, start // FULL, len(run)), start * span)
        for place, (mine, theirs) in enumerate(zip(run, stored, strict=True)):
            if mine != theirs:
                first = (start + place) * span
                raise Tampered(f"a hash over the entries {first} to {first + span - 1} is wrong", first)
        if len(run) == FULL:
            above.append(rows(run)[HEIGHT][0])
    return above


def _level(tile: Tile, level: int) -> Tile:
    return Tile(level, tile.number, tile.width)


def _entries(read: Read, tile: Tile) -> list[bytes]:
    try:
        return read_entries(read, tile)
    except Malformed as error:
        raise Tampered(f"the entries from {tile.number * FULL} on are broken: {error}", tile.number * FULL) from error


def _hashes(read: Read, tile: Tile, first: int) -> list[bytes]:
    try:
        return read_hashes(read, tile)
    except Malformed as error:
        raise Tampered(f"the hashes from entry {first} on are broken: {error}", first) from error


def _checked(entry: bytes, index: int) -> bytes:
    """An entry that is one of ours; anything else has no business in the register."""
    try:
        parse_entry(entry)
    except SigningError as error:
        raise Tampered(f"entry {index} is not written as an entry must be", index) from error
    return entry
