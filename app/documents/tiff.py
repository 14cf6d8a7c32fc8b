"""Where a TIFF ends: it has no mark for it, so that its directories are walked and the furthest byte is the end."""

from collections.abc import Iterator

from app.documents.rules import LIMITS, Refused

ENTRY = 12
INLINE = 4
TYPE_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
# Tags that hold places in the file, with the tags that hold the lengths there: strips, tiles, an old kind of JPEG.
DATA = {273: 279, 324: 325, 513: 514}
# Tags that lead to further directories: smaller versions of the page, facts of the camera, its place.
DIRECTORIES = (330, 34665, 34853)


class Tiff:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._order = "little" if content.startswith(b"II") else "big"

    def end(self) -> int:
        """The place behind the last byte that the file accounts for. A circle of directories is refused."""
        end, waiting = 8, [self._number(4, 4)]
        seen: set[int] = set()
        while waiting:
            at = waiting.pop()
            if at in seen or len(seen) > 4 * LIMITS.pages:
                raise Refused("damaged")
            seen.add(at)
            entries = self._entries(at)
            following = at + 2 + ENTRY * self._number(at, 2)
            end = max(end, following + INLINE, *self._reached(entries))
            waiting += [place for place in (self._number(following, INLINE), *self._further(entries)) if place]
        return end

    def _number(self, at: int, size: int) -> int:
        piece = self._content[at : at + size]
        if len(piece) < size:
            raise Refused("damaged")
        return int.from_bytes(piece, self._order)  # type: ignore[arg-type]

    def _entries(self, at: int) -> dict[int, int]:
        """The places of the entries of a directory by their tags."""
        first = at + 2
        return {self._number(place, 2): place for place in range(first, first + ENTRY * self._number(at, 2), ENTRY)}

    def _span(self, entry: int) -> tuple[int, int, int]:
        """Where the values of an entry stand, how many bytes they take, and how long one is."""
        size = TYPE_SIZES.get(self._number(entry + 2, 2), 1)
        length = size * self._number(entry + 4, 4)
        return (entry + 8 if length <= INLINE else self._number(entry + 8, INLINE)), length, size

    def _values(self, entry: int | None) -> Iterator[int]:
        if entry is not None:
            start, length, size = self._span(entry)
            yield from (self._number(place, size) for place in range(start, start + length, size))

    def _reached(self, entries: dict[int, int]) -> Iterator[int]:
        for entry in entries.values():
            start, length, _ = self._span(entry)
            yield start + length
        for places, lengths in DATA.items():
            starts, sizes = self._values(entries.get(places)), self._values(entries.get(lengths))
            yield from (start + size for start, size in zip(starts, sizes, strict=False))

    def _further(self, entries: dict[int, int]) -> Iterator[int]:
        for tag in DIRECTORIES:
            yield from self._values(entries.get(tag))
