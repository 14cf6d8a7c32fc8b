"""DER, the encoding of certificates and time-stamps: a strict reader and a writer.

The reader is a cursor over the children of one element. It accepts definite, shortest lengths only, and as it
goes down only where its caller asks it to, neither depth nor size of hostile bytes can cost more than one pass.
"""

from datetime import UTC, datetime
from functools import lru_cache

from signing.errors import Malformed

LIMIT = 1 << 20

BOOLEAN, INTEGER, BITS, OCTETS, NULL, OID, UTF8 = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0C
GENERALIZED_TIME, SEQUENCE, SET = 0x18, 0x30, 0x31

LONG_FORM = 0x80  # In a length: the low bits say how many bytes of length follow.
LONG_TAG = 0x1F  # In a tag: a number too big for one byte, which nothing here needs.
LENGTH_BYTES = 3
CONTINUES = 0x80
LONGEST_OID = 64


class Cursor:
    """A place among the children of an element."""

    __slots__ = ("_data", "_end", "_position")

    def __init__(self, data: bytes, start: int, end: int) -> None:
        self._data = data
        self._position = start
        self._end = end

    @property
    def more(self) -> bool:
        return self._position < self._end

    @property
    def tag(self) -> int | None:
        """The tag of the next child, None behind the last one."""
        return self._data[self._position] if self.more else None

    def end(self) -> None:
        if self.more:
            raise Malformed("DER: more elements than expected")

    def enter(self, tag: int) -> "Cursor":
        _, start, end = self._take(tag)
        return Cursor(self._data, start, end)

    def optional(self, tag: int) -> "Cursor | None":
        return self.enter(tag) if self.tag == tag else None

    def content(self, tag: int) -> bytes:
        _, start, end = self._take(tag)
        return self._data[start:end]

    def raw(self, tag: int | None = None) -> bytes:
        """The next child with its tag and length, as it stands."""
        begin, _, end = self._take(tag)
        return self._data[begin:end]

    def sequence(self) -> "Cursor":
        return self.enter(SEQUENCE)

    def set(self) -> "Cursor":
        return self.enter(SET)

    def null(self) -> None:
        if self.content(NULL):
            raise Malformed("DER: a null holds something")

    def boolean(self) -> bool:
        content = self.content(BOOLEAN)
        if content not in {b"\x00", b"\xff"}:
            raise Malformed("DER: a boolean is neither 00 nor FF")
        return content == b"\xff"

    def integer(self) -> int:
        content = self.content(INTEGER)
        if not content or (len(content) > 1 and content[0] in {0, 0xFF} and content[0] >> 7 == content[1] >> 7):
            raise Malformed("DER: an integer is empty or too long written")
        return int.from_bytes(content, signed=True)

    def octets(self) -> bytes:
        return self.content(OCTETS)

    def bits(self) -> bytes:
        """A bit string of whole bytes."""
        content = self.content(BITS)
        if not content or content[0]:
            raise Malformed("DER: a bit string is not of whole bytes")
        return content[1:]

    def oid(self) -> str:
        return _decoded_oid(self.content(OID))

    def text(self) -> str:
        try:
            return self.content(UTF8).decode()
        except UnicodeDecodeError as error:
            raise Malformed("DER: a text is not UTF-8") from error

    def time(self) -> datetime:
        """A GeneralizedTime as RFC 3161 writes it: UTC, to the second or with a fraction that ends in no zero."""
        return _decoded_time(self.content(GENERALIZED_TIME))

    def _take(self, tag: int | None) -> tuple[int, int, int]:
        """Steps over the next child; gives where it begins, where its content starts and where both end."""
        data, begin = self._data, self._position
        if begin + 2 > self._end:
            raise Malformed("DER: an element is missing")
        if tag is not None and data[begin] != tag:
            raise Malformed(f"DER: element {data[begin]:02x} stands where {tag:02x} was expected")
        length, start = data[begin + 1], begin + 2
        if length >= LONG_FORM:
            length, start = self._long_length(length - LONG_FORM, start)
        end = start + length
        if end > self._end or data[begin] & LONG_TAG == LONG_TAG:
            raise Malformed("DER: an element reaches beyond its parent")
        self._position = end
        return begin, start, end

    def _long_length(self, size: int, start: int) -> tuple[int, int]:
        end = start + size
        if not 0 < size <= LENGTH_BYTES or end > self._end:
            raise Malformed("DER: a length is indefinite or too big")
        length = int.from_bytes(self._data[start:end])
        if length < LONG_FORM or not self._data[start]:
            raise Malformed("DER: a length is longer written than needed")
        return length, end


def only(data: bytes, tag: int = SEQUENCE, limit: int = LIMIT) -> Cursor:
    """A cursor over the children of the one element that the data is."""
    if len(data) > limit:
        raise Malformed(f"DER: more than {limit} bytes")
    outer = Cursor(data, 0, len(data))
    inner = outer.enter(tag)
    outer.end()
    return inner


def sequence(data: bytes, limit: int = LIMIT) -> Cursor:
    return only(data, SEQUENCE, limit)


@lru_cache(maxsize=256)
def _decoded_oid(content: bytes) -> str:
    if not content or len(content) > LONGEST_OID or content[-1] & CONTINUES:
        raise Malformed("DER: an object identifier is empty, too long or cut off")
    arcs: list[int] = []
    number = 0
    for place, byte in enumerate(content):
        if byte == CONTINUES and (place == 0 or not content[place - 1] & CONTINUES):
            raise Malformed("DER: an object identifier is longer written than needed")
        number = number << 7 | byte & 0x7F
        if not byte & CONTINUES:
            arcs.append(number)
            number = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, [first, arcs[0] - 40 * first, *arcs[1:]]))


def _decoded_time(content: bytes) -> datetime:
    whole, dot, fraction = content.partition(b".")
    wrong_fraction = dot and (not fraction[:-1].isdigit() or fraction[-2:-1] == b"0")
    digits = whole if dot else content[:-1]
    if content[-1:] != b"Z" or len(digits) != len("YYYYMMDDhhmmss") or not digits.isdigit() or wrong_fraction:
        raise Malformed("DER: a time is not written as YYYYMMDDhhmmssZ")
    try:
        text = digits.decode("ascii")
        time = datetime.fromisoformat(f"{text[:8]}T{text[8:]}+00:00")
    except ValueError as error:
        raise Malformed("DER: a time is not in the calendar") from error
    return time.replace(microsecond=int(fraction[:-1].ljust(6, b"0")[:6])) if dot else time


def encode(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    length = len(content)
    if length < LONG_FORM:
        return bytes((tag, length)) + content
    size = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes((tag, LONG_FORM | len(size))) + size + content


def seq(*parts: bytes) -> bytes:
    return encode(SEQUENCE, *parts)


def set_of(*parts: bytes) -> bytes:
    return encode(SET, *sorted(parts))


def explicit(number: int, *parts: bytes) -> bytes:
    return encode(0xA0 | number, *parts)


def integer(number: int) -> bytes:
    # One bit more than the number needs, for the sign.
    size = (number if number >= 0 else ~number).bit_length() // 8 + 1
    return encode(INTEGER, number.to_bytes(size, signed=True))


def boolean(value: bool) -> bytes:
    return encode(BOOLEAN, b"\xff" if value else b"\x00")


def octets(content: bytes) -> bytes:
    return encode(OCTETS, content)


def bits(content: bytes) -> bytes:
    return encode(BITS, b"\x00", content)


def null() -> bytes:
    return encode(NULL)


def text(content: str) -> bytes:
    return encode(UTF8, content.encode())


@lru_cache(maxsize=256)
def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    return encode(OID, b"".join(map(_arc, [first * 40 + second, *rest])))


def _arc(number: int) -> bytes:
    groups = [number & 0x7F]
    while number := number >> 7:
        groups.append(number & 0x7F | CONTINUES)
    return bytes(reversed(groups))


def generalized_time(instant: datetime) -> bytes:
    """To the second, which is all that RFC 5280 allows."""
    return encode(GENERALIZED_TIME, instant.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode("ascii"))
