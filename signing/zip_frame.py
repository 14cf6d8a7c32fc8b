"""The frame of a zip file: headers and end record with one fixed value for every field that carries no meaning.

The writer puts these bytes, and the strict reader asks for exactly these bytes, so that nothing can hide in a field.
"""

from struct import Struct
from typing import NamedTuple

LOCAL = Struct("<4s5H3L2H")
CENTRAL = Struct("<4s6H3L5H2L")
END = Struct("<4s4H2LH")
LOCAL_MARK, CENTRAL_MARK, END_MARK = b"PK\3\4", b"PK\1\2", b"PK\5\6"

STORED, DEFLATED = 0, 8
VERSION = 20
MADE_BY = 3 << 8 | VERSION  # On Unix, so that unpacked files may be read.
MODE = 0o100644 << 16
NO_TIME, NO_DATE = 0, 1 << 5 | 1  # 1 January 1980, the first day that the format knows.


class Member(NamedTuple):
    """One file as the directory of a zip describes it, with its packed bytes."""

    name: str
    method: int
    crc: int
    size: int
    packed: bytes | memoryview

    def local_header(self) -> bytes:
        name = self.name.encode("ascii")
        return (
            LOCAL.pack(
                LOCAL_MARK,
                VERSION,
                0,
                self.method,
                NO_TIME,
                NO_DATE,
                self.crc,
                len(self.packed),
                self.size,
                len(name),
                0,
            )
            + name
        )

    def central_header(self, offset: int) -> bytes:
        name = self.name.encode("ascii")
        sizes = (self.crc, len(self.packed), self.size, len(name))
        return (
            CENTRAL.pack(
                CENTRAL_MARK,
                MADE_BY,
                VERSION,
                0,
                self.method,
                NO_TIME,
                NO_DATE,
                *sizes,
                0,
                0,
                0,
                0,
                MODE,
                offset,
            )
            + name
        )


def end_record(count: int, directory_size: int, directory_offset: int) -> bytes:
    return END.pack(END_MARK, 0, 0, count, count, directory_size, directory_offset, 0)
