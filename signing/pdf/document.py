"""A PDF as our renderer writes it, read by position: one table at the end, every object where the table says.

Other PDFs are refused. That keeps the reader so small that there is one way only to understand a file.
"""

import re
from dataclasses import dataclass

from signing.errors import Malformed

LIMIT = 31 << 20
HEADER = b"%PDF-1.7\n"
LONGEST_DICTIONARY = 1 << 20  # The list of the pages is the longest one.
LONGEST_END = 64
DEEPEST = 8
LINE = 20  # Of a table: offset, generation, kind and end of line.

NUMBER = rb"[1-9]\d{0,6}"
TEXT = rb"\([A-Za-z0-9+/=]{1,64}\)"
TABLE = re.compile(rb"xref\n0 (" + NUMBER + rb")\n")
ENTRY = re.compile(rb"(\d{10}) 00000 n\r\n")
TRAILER = re.compile(
    rb"trailer\n<</Size (%b)/Root (%b) 0 R((?:/Info %b 0 R)?)/ID\[(%b)%b\]>>\nstartxref\n\d+\n%%%%EOF"
    % (NUMBER, NUMBER, NUMBER, TEXT, TEXT)
)
END = re.compile(rb"startxref\n([1-9]\d{0,8})\n%%EOF\Z")
PAGES = re.compile(rb"/Pages (" + NUMBER + rb") 0 R")
FIRST_KID = re.compile(rb"/Kids\[(" + NUMBER + rb") 0 R")
# What the seal itself adds; a PDF that brings it along is no fresh rendering.
OF_SEALS = (b"/AcroForm", b"/Perms", b"/Extensions", b"/DSS")


@dataclass(frozen=True, slots=True)
class Document:
    """A PDF of one revision: where its table is and what its trailer says."""

    data: memoryview
    table: int
    lines: int
    size: int
    root: int
    info: bytes
    identifier: bytes

    def start(self, number: int) -> int:
        """Where the content of an object begins."""
        place = self.lines + LINE * number
        entry = ENTRY.fullmatch(self.data[place : place + LINE]) if number < self.size else None
        head, offset = b"%d 0 obj\n" % number, int(entry[1]) if entry else self.table
        if offset >= self.table or self.data[offset : offset + len(head)] != head:
            raise Malformed("an object of the PDF is not where its table says")
        return offset + len(head)

    def dictionary(self, number: int) -> bytes:
        """The text of an object that is a dictionary."""
        start = self.start(number)
        text, end, _ = bytes(self.data[start : min(start + LONGEST_DICTIONARY, self.table)]).partition(b"\nendobj\n")
        if not end or not text.startswith(b"<<") or not text.endswith(b">>"):
            raise Malformed("the PDF has something else where a dictionary belongs")
        return text

    @property
    def catalog(self) -> bytes:
        catalog = self.dictionary(self.root)
        if any(name in catalog for name in OF_SEALS):
            raise Malformed("the PDF is not a fresh rendering: it has a form or a seal already")
        return catalog

    def first_page(self) -> int:
        number = _only(PAGES, self.catalog)
        for _ in range(DEEPEST):
            node = self.dictionary(number)
            if not node.startswith(b"<</Type/Pages"):
                return number
            number = _only(FIRST_KID, node)
        raise Malformed("the pages of the PDF are nested too deeply")


def open_document(data: bytes | memoryview) -> Document:
    """Raises Malformed for a PDF that is not written as our renderer writes it."""
    view = memoryview(data)
    if len(view) > LIMIT:
        raise Malformed(f"the PDF is larger than {LIMIT} bytes")
    table = last_table(view)
    head = TABLE.match(view, table)
    lines, size = (head.end(), int(head[1])) if head else (0, 0)
    trailer = TRAILER.fullmatch(view, lines + LINE * size)
    if view[: len(HEADER)] != HEADER or not trailer or int(trailer[1]) != size:
        raise Malformed("the PDF is not written as our renderer writes it")
    return Document(view, table, lines, size, int(trailer[2]), trailer[3], trailer[4])


def last_table(data: memoryview) -> int:
    """Where the table is to which the end of a PDF points."""
    end = END.search(data, max(len(data) - LONGEST_END, 0))
    if not end:
        raise Malformed("the PDF does not end as a PDF ends")
    return int(end[1])


def _only(pattern: re.Pattern[bytes], text: bytes) -> int:
    """The number that stands in the one place where the pattern fits."""
    found = pattern.findall(text)
    if len(found) != 1:
        raise Malformed("a dictionary of the PDF is not as our renderer writes it")
    return int(found[0])
