"""The files inside a rendering, such as the signed XML that it shows: their digests tell whether it is the same XML."""

import re
import zlib
from hashlib import sha256

from signing.errors import Malformed
from signing.pdf.document import NUMBER, Document
from signing.report import CheckedFile

MOST_FILES = 16
MOST_UNPACKED = 16 << 20
REFERENCE = re.compile(rb"(" + NUMBER + rb") 0 R ?")
LISTED = re.compile(rb"/AF\[((?:" + REFERENCE.pattern + rb")+)\]")
DESCRIBED = re.compile(rb"<</Type/Filespec/F\(([!-'*-[\]-~]+)\)/UF\(\1\)/EF<</F (" + NUMBER + rb") 0 R")
EMBEDDED = re.compile(
    rb"<</Length (\d{1,8})/Type/EmbeddedFile(/Filter/FlateDecode)?/Subtype/([a-z0-9.+-]+)#2F([a-z0-9.+-]+)"
    rb"/Params<<[^<>\n]{0,200}>>>>\nstream\n"
)


def attachments(document: Document) -> tuple[CheckedFile, ...]:
    """In the order of the catalogue. Raises Malformed for files that are not attached as our renderer does it."""
    if b"/AF" not in document.catalog:
        return ()
    listed = LISTED.search(document.catalog)
    numbers = REFERENCE.findall(listed[1]) if listed else []
    if not 0 < len(numbers) <= MOST_FILES:
        raise Malformed("the list of the files in the PDF is not as our renderer writes it")
    left, found = MOST_UNPACKED, []
    for number in numbers:
        file = _attachment(document, int(number), left)
        left -= file.size
        found.append(file)
    return tuple(found)


def _attachment(document: Document, number: int, limit: int) -> CheckedFile:
    described = DESCRIBED.match(document.dictionary(number))
    head = EMBEDDED.match(document.data, document.start(int(described[2]))) if described else None
    if not described or not head:
        raise Malformed("a file in the PDF is not attached as our renderer does it")
    packed = document.data[head.end() : head.end() + int(head[1])]
    content = _unpacked(packed, limit) if head[2] else bytes(packed)
    name, kind = described[1].decode(), f"{head[3].decode()}/{head[4].decode()}"
    return CheckedFile(name, kind, len(content), sha256(content).hexdigest())


def _unpacked(packed: memoryview, limit: int) -> bytes:
    running = zlib.decompressobj()
    try:
        content = running.decompress(packed, limit + 1)
    except zlib.error:
        raise Malformed("a file in the PDF cannot be unpacked") from None
    if not running.eof or len(content) > limit:
        raise Malformed("a file in the PDF is damaged or too large")
    return content
