"""Incremental updates (ISO 32000-1, 7.5.6): what is added to a PDF stands behind it, its bytes stay as they are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby

from signing.errors import Malformed
from signing.pdf.document import Document, last_table

LONGEST_TABLE = 4096
TRAILER = re.compile(rb"trailer\n<</Size \d{1,7}[^\n]*/Prev ([1-9]\d{0,8})>>\n")
OFFSET = re.compile(rb"(\d{10}) 00000 n\r\n")


@dataclass(frozen=True, slots=True)
class Place:
    """Behind what an update stands: how long that is, where its table is and how many numbers it has used."""

    length: int
    table: int
    size: int


def update(document: Document, place: Place, objects: Mapping[int, bytes]) -> tuple[bytes, Place]:
    """An update with these objects, in their order, and the place behind it."""
    body, offsets = bytearray(b"\n"), dict[int, int]()
    for number, content in objects.items():
        offsets[number] = place.length + len(body)
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table, size = place.length + len(body), max(place.size, *(number + 1 for number in objects))
    body += b"xref\n" + _lines(offsets)
    # The second identifier is new with every update: ISO 32000-1, 14.4.
    body += b"trailer\n<</Size %d/Root %d 0 R%b/ID[%b<%b>]/Prev %d>>\nstartxref\n%d\n%%%%EOF" % (
        size,
        document.root,
        document.info,
        document.identifier,
        sha256(body).hexdigest()[:32].encode(),
        place.table,
        table,
    )
    return bytes(body), Place(place.length + len(body), table, size)


def _lines(offsets: Mapping[int, int]) -> bytes:
    """Numbers that follow one another share a heading."""
    runs = groupby(enumerate(sorted(offsets)), key=lambda pair: pair[1] - pair[0])
    lines = bytearray()
    for _, run in runs:
        numbers = [number for _, number in run]
        lines += b"%d %d\n" % (numbers[0], len(numbers))
        lines += b"".join(b"%010d 00000 n\r\n" % offsets[number] for number in numbers)
    return bytes(lines)


def begin_of_update(data: memoryview) -> int | None:
    """Where the last update of a PDF begins, as far as its table tells; None for a PDF without updates."""
    table = last_table(data)
    end = bytes(data[table : table + LONGEST_TABLE])
    if not TRAILER.search(end):
        return None
    begin = min((int(offset) for offset in OFFSET.findall(end)), default=0) - 1
    if not 0 < begin < table:
        raise Malformed("an update of the PDF has no beginning")
    return begin
