"""Writes a zip file whose bytes depend on its files alone."""

import zlib
from collections.abc import Iterable

from signing.zip_frame import DEFLATED, STORED, Member, end_record

# What higher levels save, 3 % of a signature file, takes them half as long again.
LEVEL = 3
# The packer's memory, in powers of two: enough to look back over the whole of a file, as setting it up takes time.
SMALLEST_WINDOW = 9
USUAL_MEMORY = 8


def stored(name: str, content: bytes | memoryview) -> Member:
    return Member(name, STORED, zlib.crc32(content), len(content), content)


def deflated(name: str, content: bytes | memoryview) -> Member:
    window = min(max(SMALLEST_WINDOW, len(content).bit_length()), zlib.MAX_WBITS)
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -window, min(window - 6, USUAL_MEMORY))
    packed = packer.compress(content) + packer.flush()
    return Member(name, DEFLATED, zlib.crc32(content), len(content), packed)


def write(members: Iterable[Member]) -> bytes:
    pieces: list[bytes | memoryview] = []
    directory: list[bytes] = []
    offset = 0
    for member in members:
        header = member.local_header()
        directory.append(member.central_header(offset))
        pieces += (header, member.packed)
        offset += len(header) + len(member.packed)
    listing = b"".join(directory)
    return b"".join((*pieces, listing, end_record(len(directory), len(listing), offset)))
