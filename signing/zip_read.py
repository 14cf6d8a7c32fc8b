"""Reads a zip file strictly: every byte has its place, and every fact that stands twice must agree."""

import re
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from signing.errors import Malformed
from signing.zip_frame import CENTRAL, CENTRAL_MARK, DEFLATED, END, END_MARK, LOCAL_MARK, STORED, Member, end_record

MAX_BYTES = 32 << 20
MAX_MEMBERS = 256
MAX_UNPACKED = 48 << 20
# Deflate packs a thousand to one at most; honest XML stays far below this.
MAX_RATIO = 200
SMALL = 64 << 10
CHUNK = 64 << 10

SEGMENT = r"[A-Za-z0-9_-][A-Za-z0-9_.-]*"
NAME = re.compile(rf"{SEGMENT}(?:/{SEGMENT})*", re.ASCII)
MAX_NAME = 200


class NotAContainer(Malformed):
    """These bytes are no zip file at all, so that there is nothing to give a verdict on."""


class Described(NamedTuple):
    """A line of the directory, as far as it is not already settled by the frame."""

    name: str
    method: int
    crc: int
    packed_size: int
    size: int
    offset: int
    end: int


def read(data: bytes | memoryview) -> list[Member]:
    """All members in their order, packed. Raises Malformed at the first thing that is not as our writer does it."""
    view = memoryview(data)
    if len(view) > MAX_BYTES:
        raise Malformed(f"container is larger than {MAX_BYTES} bytes")
    count, start = _directory(view)
    members: list[Member] = []
    place, offset = start, 0
    for _ in range(count):
        line = _described(view, place)
        member = _member(view, line, offset, start)
        if bytes(view[place : line.end]) != member.central_header(offset):
            raise Malformed(f"directory entry of {line.name} has unexpected fields")
        members.append(member)
        place, offset = line.end, offset + len(member.local_header()) + line.packed_size
    if offset != start or place != len(view) - END.size:
        raise Malformed("bytes that belong to no member of the container")
    _check_names(members)
    check_sizes(members)
    return members


def _directory(view: memoryview) -> tuple[int, int]:
    """How many members there are and where the directory starts, from the end record in the last 22 bytes."""
    looks_like_zip = bytes(view[:4]) == LOCAL_MARK or END_MARK in bytes(view[-(1 << 16) :])
    if not looks_like_zip:
        raise NotAContainer("these bytes are no container")
    if len(view) < END.size or bytes(view[-END.size :][:4]) != END_MARK:
        raise Malformed("the end record is not the last thing in the container")
    _, _, _, _, count, size, start, _ = END.unpack(view[-END.size :])
    if bytes(view[-END.size :]) != end_record(count, size, start) or start + size + END.size != len(view):
        raise Malformed("the end record does not describe this container")
    if not 0 < count <= MAX_MEMBERS:
        raise Malformed(f"container has {count} members")
    return count, start


def _described(view: memoryview, place: int) -> Described:
    fixed = view[place : place + CENTRAL.size]
    if len(fixed) < CENTRAL.size or bytes(fixed[:4]) != CENTRAL_MARK:
        raise Malformed("directory of the container is broken")
    _, _, _, _, method, _, _, crc, packed_size, size, length, _, _, _, _, _, offset = CENTRAL.unpack(fixed)
    name_end = place + CENTRAL.size + length
    raw = bytes(view[place + CENTRAL.size : name_end])
    if len(raw) != length or not 0 < length <= MAX_NAME:
        raise Malformed("a name in the container is cut or too long")
    name = raw.decode("latin-1")
    if not NAME.fullmatch(name):
        raise Malformed(f"a name in the container is not allowed: {name!r:.60}")
    return Described(name, method, crc, packed_size, size, offset, name_end)


def _member(view: memoryview, line: Described, offset: int, limit: int) -> Member:
    if line.method not in {STORED, DEFLATED}:
        raise Malformed(f"{line.name} is packed in an unknown way")
    if line.offset != offset:
        raise Malformed(f"{line.name} does not follow the member before it")
    start = offset + len(Member(line.name, 0, 0, 0, b"").local_header())
    if start + line.packed_size > limit:
        raise Malformed(f"{line.name} reaches beyond the members of the container")
    member = Member(line.name, line.method, line.crc, line.size, view[start : start + line.packed_size])
    if bytes(view[offset:start]) != member.local_header():
        raise Malformed(f"header of {line.name} differs from the directory")
    return member


def _check_names(members: list[Member]) -> None:
    """Also on systems that take `A` and `a` for one file."""
    seen: set[str] = set()
    for member in members:
        if (folded := member.name.lower()) in seen:
            raise Malformed(f"the name {member.name} occurs twice")
        seen.add(folded)


def check_sizes(members: list[Member]) -> None:
    if sum(member.size for member in members) > MAX_UNPACKED:
        raise Malformed(f"container unpacks to more than {MAX_UNPACKED} bytes")
    for member in members:
        if member.method == STORED and member.size != len(member.packed):
            raise Malformed(f"{member.name} has two sizes")
        if member.size > SMALL and member.size > MAX_RATIO * len(member.packed):
            raise Malformed(f"{member.name} is packed too tightly")


def chunks(member: Member) -> Iterator[bytes | memoryview]:
    """The content piece by piece; ends with Malformed when size or checksum are not what the directory says."""
    crc = size = 0
    for chunk in _inflated(member) if member.method == DEFLATED else (member.packed,):
        crc, size = zlib.crc32(chunk, crc), size + len(chunk)
        if size > member.size:
            break
        yield chunk
    if (size, crc) != (member.size, member.crc):
        raise Malformed(f"{member.name} is damaged")


def _inflated(member: Member) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for start in range(0, len(member.packed), CHUNK):
            packed: bytes | memoryview = member.packed[start : start + CHUNK]
            while packed and not unpacker.eof:
                yield unpacker.decompress(packed, CHUNK)
                packed = unpacker.unconsumed_tail
            if packed and unpacker.eof:
                raise Malformed(f"{member.name} is damaged")
        yield unpacker.flush()
    except zlib.error as error:
        raise Malformed(f"{member.name} is damaged") from error
    if not unpacker.eof or unpacker.unused_data:
        raise Malformed(f"{member.name} is damaged")


def content(member: Member, limit: int = MAX_UNPACKED) -> bytes:
    if member.size > limit:
        raise Malformed(f"{member.name} is larger than {limit} bytes")
    return b"".join(chunks(member))
