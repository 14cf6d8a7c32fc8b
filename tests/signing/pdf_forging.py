"""Renderings to be sealed, and the tools of a forger of sealed PDFs."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Literal

from cryptography.hazmat.primitives.asymmetric import ec

from signing import cms, profiles
from signing.algorithms import PrivateKey
from signing.pdf.document import open_document
from signing.pdf.sealed import Sealed, Store, read_sealed
from signing.pdf.sealing import complete, prepare, seal
from signing.pdf.signature import Signature, read_signature
from signing.pdf.update import Place, begin_of_update, update
from signing.sealing import Services
from signing.signers.pkcs12 import KeyFile
from signing.subjects import CUSTOMS, Subject
from tests.signing.centre import START, Centre, rsa_key

Standard = Literal["a-3a", "a-3b", "2.0"]
COMMITTEE = Subject.organisation("1700000001", CUSTOMS).name()
XML = '<Declaration xmlns="urn:e-gomruk:declaration:v1"><Number>{number}</Number></Declaration>'
KEYS: dict[str, Callable[[], PrivateKey]] = {
    "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "P-521": lambda: ec.generate_private_key(ec.SECP521R1()),
    "RSA-3072": lambda: rsa_key(3072),
}
SOURCE = """
#set document(title: "Gömrük bəyannaməsi", date: datetime(year: 2026, month: 11, day: 20))
#set text(lang: "az")
#pdf.attach("declaration.xml", bytes(sys.inputs.xml), relationship: "source", mime-type: "application/xml",
  description: "Bəyannamə")
= Bəyannamə №
#link("https://e-gomruk.example/v/1")[Yoxlama] #text(sys.inputs.number)
#pagebreak()
#table(columns: 2, table.header[Qutu][Qiymət], [1], [İdxal], [22], [Məbləğ, ₼])
#pagebreak()
Çap edilmiş surət.
"""


@lru_cache
def rendering(number: str = "26AZ00100123456", standard: Standard = "a-3a") -> bytes:
    """Three pages with the signed XML inside, as the portal renders them."""
    import typst

    inputs = {"number": number, "xml": XML.format(number=number)}
    return typst.compile(
        SOURCE.encode(), format="pdf", pdf_standards=standard, sys_inputs=inputs, ignore_system_fonts=True
    )


def document_of(
    catalog: bytes = b"", *objects: bytes, pages: bytes = b"/Kids[3 0 R]/Count 1", page: bytes = b""
) -> bytes:
    """The smallest PDF in our renderer's form, with further words in the catalogue and further objects."""
    first = (
        b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>",
        b"<</Type/Pages" + pages + b">>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]" + page + b">>",
    )
    data, lines = bytearray(b"%PDF-1.7\n"), bytearray(b"0000000000 65535 f\r\n")
    for number, content in enumerate((*first, *objects), 1):
        lines += b"%010d 00000 n\r\n" % len(data)
        data += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    size, table = len(lines) // 20, len(data)
    trailer = b"trailer\n<</Size %d/Root 1 0 R/ID[(A)(A)]>>\nstartxref\n%d\n%%%%EOF" % (size, table)
    return bytes(data) + b"xref\n0 %d\n" % size + bytes(lines) + trailer


def customs(centre: Centre, key: PrivateKey | None = None, **period: object) -> KeyFile:
    """The committee's seal."""
    return centre.signer(profiles.SEAL, COMMITTEE, key, **period)  # type: ignore[arg-type]


def sealed_pdf(
    centre: Centre, signer: KeyFile | None = None, services: Services | None = None, pdf: bytes | None = None
) -> bytes:
    return seal(pdf or rendering(), signer or customs(centre), services or centre.services)


def basic(signer: KeyFile, pdf: bytes | None = None, at: datetime = START) -> bytes:
    """With a seal of level B-B."""
    prepared = prepare(pdf or rendering(), signer.certificate, at, signer.chain)
    return complete(prepared, signer.sign(prepared.digest, prepared.hash_name))


def signature_of(pdf: bytes) -> Signature:
    return read_signature(read_sealed(pdf).signature)


def with_signature(pdf: bytes, change: Callable[[Signature], Signature]) -> bytes:
    """With parts of the signature exchanged."""
    return with_cms(pdf, change(signature_of(pdf)).to_bytes())


def with_cms(pdf: bytes, signature: bytes) -> bytes:
    return read_sealed(pdf).with_signature(signature).to_bytes()


def with_frame(pdf: bytes, **parts: object) -> bytes:
    return with_signature(pdf, lambda one: replace(one, frame=replace(one.frame, **parts)))  # type: ignore[arg-type]


def with_store(pdf: bytes, change: Callable[[Store], Store]) -> bytes:
    """With what was collected exchanged."""
    sealed = read_sealed(pdf)
    assert sealed.store
    return sealed.with_store(change(sealed.store)).to_bytes()


def stamped_only(pdf: bytes) -> bytes:
    """Without what was collected: level B-T."""
    return replace(read_sealed(pdf), store=None).to_bytes()


def updated(pdf: bytes, objects: Mapping[int, bytes]) -> bytes:
    """With a further incremental update, as well written as ours."""
    document = read_sealed(pdf).document
    place = Place(len(pdf), int(pdf.rpartition(b"startxref\n")[2].split()[0]), int(last_size(pdf)))
    return pdf + update(document, place, objects)[0]


def last_size(pdf: bytes) -> bytes:
    return pdf.rpartition(b"<</Size ")[2].partition(b"/")[0]


def parts(pdf: bytes) -> tuple[bytes, bytes, bytes]:
    """The rendering, the seal and the store."""
    whole = memoryview(pdf)
    end = begin_of_update(whole)
    assert end
    begin = begin_of_update(whole[:end])
    assert begin
    return pdf[:begin], pdf[begin:end], pdf[end:]


def object_of(pdf: bytes, number: int) -> bytes:
    """The content of an object as a reader finds it that takes the last one of that number."""
    return pdf.rpartition(b"\n%d 0 obj\n" % number)[2].partition(b"\nendobj\n")[0]


def numbers_of(pdf: bytes) -> tuple[int, int, int]:
    """Of the signature, its field and the first page."""
    document = read_sealed(pdf).document
    return document.size, document.size + 1, document.first_page()


def self_made(pdf: bytes, frame: cms.Frame, value: Callable[[bytes], bytes] | bytes) -> bytes:
    """Sealed in whatever frame, with a value made over the attributes or simply given."""
    blank = Sealed(open_document(pdf), START, b"")
    digest = blank.digest(frame.hash)
    made = value if isinstance(value, bytes) else value(frame.attributes(digest))
    return blank.with_signature(Signature(frame, digest, made).to_bytes()).to_bytes()
