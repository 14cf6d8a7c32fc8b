"""A sealed PDF: a rendering, the seal as first update, and what is needed to verify it offline as second.

Every byte of the file follows from the values here. A file is read by taking these values out of it and writing them
anew: what does not give the same bytes is no sealed PDF. So nothing can hide in it, whatever others would read into it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from hashlib import new
from itertools import islice

from signing import der
from signing.algorithms import Hash
from signing.errors import Malformed
from signing.pdf.document import NUMBER, Document, open_document
from signing.pdf.update import Place, begin_of_update, update

LIMIT = 32 << 20
HOLE = 16 * 1024  # For the signature, in bytes; twice that in the file, where it stands in hexadecimal digits.
MOST_UPDATES = 2
MOST_VALUES = 24

# Certifies: nothing may be changed afterwards, only what helps to verify may be added (ISO 32000-2, 12.8.2.2).
SEAL = (
    b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached"
    b"/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P 1/V/1.2>>>>]"
)
SIGNATURE = b"%b/M(D:%b)/ByteRange[%36b]/Contents<%b>>>"
# Without extent and printable, as PDF/A asks of what is not to be seen; locked.
FIELD = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(seal)/TU<%b>/V %d 0 R/P %d 0 R/F 132/Rect[0 0 0 0]>>"
TITLE = "Elektron möhür"
FORM = (
    b"/AcroForm<</Fields[%d 0 R]/SigFlags 3>>/Perms<</DocMDP %d 0 R>>"
    b"/Extensions<</ESIC<</BaseVersion/1.7/ExtensionLevel 1>>>>"
)
TIME = "%Y%m%d%H%M%SZ"

OBJECT = NUMBER + rb" 0 obj\n"
HEAD = re.compile(
    OBJECT + re.escape(SEAL) + rb"/M\(D:(\d{14}Z)\)/ByteRange\[[0-9 ]{36}\]/Contents<([0-9a-f]{%d})>" % (2 * HOLE)
)
STREAM = re.compile(OBJECT + rb"<</Length (\d{1,8})>>\nstream\n")
STREAM_END = b"\nendstream\nendobj\n"
STORE = re.compile(OBJECT + rb"<</Type/DSS" + rb"/[A-Za-z]{4,5}\[([^\]\n]{0,400})\]" * 3)


@dataclass(frozen=True, slots=True)
class Store:
    """What was collected after the seal, each in DER: certificates, OCSP answers and revocation lists."""

    certificates: tuple[bytes, ...]
    answers: tuple[bytes, ...]
    lists: tuple[bytes, ...]

    @property
    def values(self) -> tuple[bytes, ...]:
        return (*self.certificates, *self.answers, *self.lists)


@dataclass(frozen=True)
class Sealed:
    """What makes up the file. The signature is CMS in DER."""

    document: Document
    at: datetime
    signature: bytes
    store: Store | None = None

    def with_signature(self, signature: bytes) -> "Sealed":
        return replace(self, signature=signature)

    def with_store(self, store: Store) -> "Sealed":
        return replace(self, store=store)

    def digest(self, hash: Hash) -> bytes:
        """Of all of the rendering and of the first update but the hole with the signature."""
        running = new(hash.name, self.document.data)
        for part in self._seal[:2]:
            running.update(part)
        return running.digest()

    def to_bytes(self) -> bytes:
        return b"".join((self.document.data, *self._updates()))

    def is_written_as(self, data: memoryview) -> bool:
        """Whether these values give that file. The rendering needs no comparison: it is a part of it."""
        return data[len(self.document.data) :] == b"".join(self._updates())

    def _updates(self) -> Iterator[bytes]:
        before, behind, place = self._seal
        if len(self.signature) > HOLE:
            raise Malformed(f"the signature does not fit into the {HOLE} bytes that are kept for it")
        yield b"%b<%b>%b" % (before, self.signature.hex().encode().ljust(2 * HOLE, b"0"), behind)
        if self.store:
            yield self._second(self.store, place)

    @cached_property
    def _seal(self) -> tuple[bytes, bytes, Place]:
        """The first update before the hole and behind it: the signature, its field, and the page and the catalogue that
        lead to them."""
        document = self.document
        signature, field, page = document.size, document.size + 1, document.first_page()
        objects = {
            signature: SIGNATURE % (SEAL, self.at.strftime(TIME).encode(), b"", bytes(2 * HOLE)),
            field: FIELD % (f"\ufeff{TITLE}".encode("utf-16-be").hex().encode(), signature, page),
            page: _with_widget(document.dictionary(page), field),
            document.root: self._catalog(b""),
        }
        drawn, place = update(document, Place(len(document.data), document.table, document.size), objects)
        hole = drawn.index(b"<\0")
        end = hole + 2 * HOLE + 2
        start = len(document.data)
        covered = b"0 %d %d %d" % (start + hole, start + end, len(drawn) - end)
        return drawn[:hole].replace(b"[%36b]" % b"", b"[%b]" % covered.ljust(36), 1), drawn[end:], place

    def _second(self, store: Store, place: Place) -> bytes:
        """The second update: a document security store (ETSI EN 319 142-1, 5.4) and the catalogue that leads to it."""
        streams = [b"<</Length %d>>\nstream\n%b\nendstream" % (len(value), value) for value in store.values]
        objects = dict(enumerate(streams, place.size))
        references = iter(b"%d 0 R" % number for number in objects)
        kinds = (b" ".join(islice(references, len(kind))) for kind in (store.certificates, store.answers, store.lists))
        number = place.size + len(objects)
        objects[number] = b"<</Type/DSS/Certs[%b]/OCSPs[%b]/CRLs[%b]>>" % tuple(kinds)
        objects[self.document.root] = self._catalog(b"/DSS %d 0 R" % number)
        return update(self.document, place, objects)[0]

    def _catalog(self, addition: bytes) -> bytes:
        signature, field = self.document.size, self.document.size + 1
        return b"%b%b%b>>" % (self.document.catalog[:-2], FORM % (field, signature), addition)


def _with_widget(page: bytes, field: int) -> bytes:
    tabs = b"" if b"/Tabs" in page else b"/Tabs/S"  # PDF/UA: the order of the structure, also for what is not seen.
    if b"/Annots" not in page:
        return b"%b%b/Annots[%d 0 R]>>" % (page[:-2], tabs, field)
    before, found, behind = page.partition(b"/Annots[")
    if not found:
        raise Malformed("the first page of the PDF is not as our renderer writes it")
    return b"%b%b/Annots[%d 0 R %b" % (before, tabs, field, behind)


def read_sealed(data: bytes | memoryview) -> Sealed:
    """The values of a sealed PDF. Raises Malformed for every other file."""
    view = memoryview(data)
    if len(view) > LIMIT:
        raise Malformed(f"the PDF is larger than {LIMIT} bytes")
    begins = _begins(view)
    if not begins:
        raise Malformed("the PDF has no seal")
    document = open_document(view[: begins[0]])
    head = HEAD.match(view, begins[0] + 1)
    if not head:
        raise Malformed("no seal stands where it must")
    signature = der.Cursor(bytes.fromhex(head[2].decode()), 0, HOLE).raw(der.SEQUENCE)
    sealed = Sealed(document, _time(head[1].decode()), signature)
    if begins[1:]:
        sealed = sealed.with_store(_store(view[begins[1] + 1 :]))
    if not sealed.is_written_as(view):
        raise Malformed("the PDF is not what its seal makes of it")
    return sealed


def _begins(view: memoryview) -> list[int]:
    begins: list[int] = []
    while (begin := begin_of_update(view)) is not None:
        begins.insert(0, begin)
        view = view[:begin]
        if len(begins) > MOST_UPDATES:
            raise Malformed("the PDF was changed after it had been sealed")
    return begins


def _time(text: str) -> datetime:
    try:
        return datetime.strptime(text, TIME).replace(tzinfo=UTC)
    except ValueError:
        raise Malformed("the time of the seal is not in the calendar") from None


def _store(update: memoryview) -> Store:
    """The values stand in their order; how many there are of each kind is told behind them."""
    values: list[bytes] = []
    place = 0
    while stream := STREAM.match(update, place):
        end = stream.end() + int(stream[1])
        values.append(bytes(update[stream.end() : end]))
        place = end + len(STREAM_END)
        if len(values) > MOST_VALUES:
            raise Malformed("the seal carries too many certificates, answers and lists")
    found = STORE.match(update, place)
    if not found or len(set(values)) != len(values):
        raise Malformed("the update behind the seal is not what it must be")
    rest = iter(values)
    return Store(*(tuple(islice(rest, kind.count(b"R"))) for kind in found.groups()))
