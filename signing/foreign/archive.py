"""Reads a zip file of another maker: fields without meaning may say anything, every byte still has its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct
from unicodedata import normalize

from signing import manifest
from signing.errors import Malformed
from signing.zip_frame import (
    CENTRAL,
    CENTRAL_MARK,
    DEFLATED,
    END,
    END_MARK,
    LOCAL,
    LOCAL_MARK,
    STORED,
    Member,
)
from signing.zip_read import MAX_BYTES, MAX_MEMBERS, NotAContainer, check_sizes

# Only this: encryption, patches, strong encryption and masked headers change what is read.
HAS_DESCRIPTOR, IS_UTF8, DEFLATE_OPTIONS = 1 << 3, 1 << 11, 1 << 1 | 1 << 2
UNDERSTOOD = HAS_DESCRIPTOR | IS_UTF8 | DEFLATE_OPTIONS
# What a Unix system would make of it: a link would show another file than the one that was signed.
KIND_BITS, FILES = 28, {0, 0o10}
DESCRIPTOR, DESCRIPTOR_MARK = Struct("<3L"), b"PK\7\x08"
# Extra fields with times and owners; others could give a member another name or another size.
TIMES_AND_OWNERS = frozenset({0x000A, 0x5455, 0x5855, 0x7855, 0x7875, 0xCAFE})
FIELD = Struct("<2H")
MAX_COMMENT = 1024
MAX_EXTRA = 256
MAX_NAME = 512
FORBIDDEN = re.compile(r'[\\:*?"<>|]')


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the directory."""

    name: str
    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed_size: int
    size: int
    offset: int
    end: int


def read(data: bytes | memoryview) -> list[Member]:
    """All members in their order, but the manifest before the other files of its folder, as in our own containers."""
    view = memoryview(data)
    if len(view) > MAX_BYTES:
        raise Malformed(f"container is larger than {MAX_BYTES} bytes")
    count, start, end = _directory(view)
    members: list[Member] = []
    place, offset = start, 0
    for _ in range(count):
        line = _line(view[:end], place)
        member, offset = _member(view[:start], line, offset)
        members.append(member)
        place = line.end
    if offset != start or place != end:
        raise Malformed("bytes that belong to no member of the container")
    _check_names(members)
    check_sizes(members)
    return members[:1] + sorted(members[1:], key=lambda member: member.name != manifest.NAME)


def is_name(name: str) -> bool:
    """Whether the name means one file below the folder of the container, the same on every system."""
    segments = name.split("/")
    plain = all(one.strip(" .") and one == one.strip(" ") for one in segments)
    return plain and name.isprintable() and not FORBIDDEN.search(name)


def _directory(view: memoryview) -> tuple[int, int, int]:
    """How many members there are, where the directory starts and where it ends; a comment may stand at the end."""
    tail = bytes(view[-(END.size + MAX_COMMENT) :])
    mark = tail.rfind(END_MARK)
    if mark < 0 and bytes(view[:4]) != LOCAL_MARK:
        raise NotAContainer("these bytes are no container")
    if mark < 0 or len(tail) - mark < END.size:
        raise Malformed("the end record is not the last thing in the container")
    end = len(view) - len(tail) + mark
    _, disk, first_disk, here, count, size, start, length = END.unpack(tail[mark : mark + END.size])
    if disk or first_disk or here != count or start + size != end or mark + END.size + length != len(tail):
        raise Malformed("the end record does not describe this container")
    if not 0 < count <= MAX_MEMBERS:
        raise Malformed(f"container has {count} members")
    _check_comment(tail[mark + END.size :])
    return count, start, end


def _line(view: memoryview, place: int) -> Line:
    fixed = view[place : place + CENTRAL.size]
    if len(fixed) < CENTRAL.size or bytes(fixed[:4]) != CENTRAL_MARK:
        raise Malformed("directory of the container is broken")
    _, _, _, flags, method, _, _, *sizes, length, extra, comment, disk, _, mode, offset = CENTRAL.unpack(fixed)
    crc, packed_size, size = sizes
    name_end = place + CENTRAL.size + length
    raw = bytes(view[place + CENTRAL.size : name_end])
    comment_start, end = name_end + extra, name_end + extra + comment
    if end > len(view) or disk or flags & ~UNDERSTOOD or method not in {STORED, DEFLATED}:
        raise Malformed("a member of the container is packed in an unknown way")
    if mode >> KIND_BITS not in FILES:
        raise Malformed("a member of the container is no file")
    _check_extra(bytes(view[name_end:comment_start]))
    _check_comment(bytes(view[comment_start:end]))
    return Line(_name(raw, flags), raw, flags, method, crc, packed_size, size, offset, end)


def _name(raw: bytes, flags: int) -> str:
    try:
        name = raw.decode("utf-8" if flags & IS_UTF8 else "ascii")
    except UnicodeDecodeError:
        raise Malformed("a name in the container is not text") from None
    if len(raw) > MAX_NAME or not is_name(name):
        raise Malformed(f"a name in the container is not allowed: {name!r:.60}")
    return name


def _member(view: memoryview, line: Line, offset: int) -> tuple[Member, int]:
    """The member whose header stands here, and where the next one begins."""
    fixed = view[offset : offset + LOCAL.size]
    if line.offset != offset or len(fixed) < LOCAL.size or bytes(fixed[:4]) != LOCAL_MARK:
        raise Malformed(f"{line.name} does not follow the member before it")
    _, _, flags, method, _, _, crc, packed_size, size, length, extra = LOCAL.unpack(fixed)
    name_end = offset + LOCAL.size + length
    start, end = name_end + extra, name_end + extra + line.packed_size
    if end > len(view):
        raise Malformed(f"{line.name} reaches beyond the members of the container")
    repeated, said = (crc, packed_size, size), (line.crc, line.packed_size, line.size)
    # With a descriptor the header was written before anybody knew these.
    is_early = bool(flags & HAS_DESCRIPTOR) and repeated == (0, 0, 0)
    same = (flags, method, bytes(view[offset + LOCAL.size : name_end])) == (line.flags, line.method, line.raw_name)
    if not same or not (is_early or repeated == said):
        raise Malformed(f"header of {line.name} differs from the directory")
    _check_extra(bytes(view[name_end:start]))
    member = Member(line.name, line.method, line.crc, line.size, view[start:end])
    return member, _after_descriptor(view, end, said) if flags & HAS_DESCRIPTOR else end


def _after_descriptor(view: memoryview, place: int, said: tuple[int, int, int]) -> int:
    """A descriptor repeats checksum and sizes behind the content; its mark may be left out."""
    start = place + len(DESCRIPTOR_MARK) * (bytes(view[place : place + 4]) == DESCRIPTOR_MARK)
    end = start + DESCRIPTOR.size
    if bytes(view[start:end]) != DESCRIPTOR.pack(*said):
        raise Malformed("what stands behind a member differs from the directory")
    return end


def _check_extra(data: bytes) -> None:
    if len(data) > MAX_EXTRA:
        raise Malformed("a member of the container has too many extra fields")
    for kind in _fields(data):
        if kind not in TIMES_AND_OWNERS:
            raise Malformed(f"a member of the container has an extra field {kind:04x}")


def _fields(data: bytes) -> Iterator[int]:
    place = 0
    while place < len(data):
        if place + FIELD.size > len(data):
            raise Malformed("an extra field of the container is broken")
        kind, length = FIELD.unpack(data[place : place + FIELD.size])
        place += FIELD.size + length
        if place > len(data):
            raise Malformed("an extra field of the container is broken")
        yield kind


def _check_comment(data: bytes) -> None:
    """The name of the tool and the like: text, so that no second archive hides in it."""
    try:
        is_text = data.decode("utf-8").isprintable()
    except UnicodeDecodeError:
        is_text = False
    if not is_text or len(data) > MAX_COMMENT:
        raise Malformed("a comment in the container is not text")


def _check_names(members: list[Member]) -> None:
    """Also on systems that take `A` and `a`, or two ways to write `ü`, for one."""
    folded = [normalize("NFKC", member.name).casefold() for member in members]
    if len(set(folded)) != len(folded):
        raise Malformed("a name occurs twice in the container")
