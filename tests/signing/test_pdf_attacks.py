"""Sealed PDFs under attack: every known way to pass off a wrong one, single changed bytes, and files that only cost."""

import random
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from signing.pdf.document import open_document
from signing.pdf.sealed import HOLE, Sealed, Store, read_sealed
from signing.verify import verify
from tests.signing.attacks import on_pdf_seals, on_pdf_structure, on_pdf_times
from tests.signing.attacks.pdf_corpus import PDF_ATTACKS
from tests.signing.centre import START, Centre
from tests.signing.pdf_forging import document_of, sealed_pdf, with_cms
from tests.signing.test_bounds import BYTES, LARGE, SECONDS, judged
from tests.thoroughness import are_enough, tried

# Of so many changed bytes one is tried in the short run.
FLIPS = 97
KINDS = ("certificates", "answers", "lists")


@pytest.fixture(scope="module")
def centre() -> Centre:
    return Centre()


@pytest.fixture(scope="module")
def good(centre: Centre) -> bytes:
    return sealed_pdf(centre)


def test_pdf_corpus_is_whole() -> None:
    corpus = {one.__name__ for one in (on_pdf_seals, on_pdf_structure, on_pdf_times)}
    assert {case.forge.__module__ for case in PDF_ATTACKS.values()} == corpus
    assert len(PDF_ATTACKS) >= 70


@pytest.mark.parametrize("name", PDF_ATTACKS)
def test_pdf_attack_gets_its_right_answer(centre: Centre, name: str) -> None:
    case = PDF_ATTACKS[name]
    report = verify(case.forge(centre), centre.trust, at=START)
    assert (report.indication, report.sub_indication) == (case.indication, case.sub_indication), report.decisive


def test_signer_of_a_pdf_is_unnamed_before_his_path_is_trusted(centre: Centre) -> None:
    report = verify(on_pdf_seals.look_alike_centre(centre), centre.trust, at=START)
    assert report.signatures[0].signer is None


def is_accepted(data: bytes, centre: Centre) -> bool:
    return data.startswith(b"%PDF-") and verify(data, centre.trust, at=START).is_valid


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1 << place % 8]) + data[place + 1 :]


def inner_places(good: bytes) -> list[tuple[str, int, int]]:
    """Every byte of what stands in hexadecimal digits or behind a length: kind, number and place."""
    sealed = read_sealed(good)
    assert sealed.store
    values = [("signature", 0, sealed.signature)]
    values += [(kind, index, one) for kind in KINDS for index, one in enumerate(getattr(sealed.store, kind))]
    return [(kind, index, place) for kind, index, value in values for place in range(len(value))]


def inner_flip(good: bytes, kind: str, index: int, place: int) -> bytes:
    """One of these bytes changed, and the file written as a forger would who knows our form."""
    sealed = read_sealed(good)
    if kind == "signature":
        return sealed.with_signature(flipped(sealed.signature, place)).to_bytes()
    assert sealed.store
    values = list(getattr(sealed.store, kind))
    values[index] = flipped(values[index], place)
    return sealed.with_store(replace(sealed.store, **{kind: tuple(values)})).to_bytes()


def test_cut_pdfs_are_refused(good: bytes, centre: Centre) -> None:
    for end in range(0, len(good), 101):
        assert not is_accepted(good[:end], centre)


def test_joined_and_doubled_pieces_are_refused(good: bytes, centre: Centre) -> None:
    """Pieces between the ends of objects left out, doubled, or taken from another sealed PDF."""
    other = sealed_pdf(centre)
    mine, theirs = (pdf.split(b"endobj\n") for pdf in (good, other))
    for index in range(len(mine)):
        for wrong in ([], [mine[index]] * 2, [theirs[index]]):
            data = b"endobj\n".join([*mine[:index], *wrong, *mine[index + 1 :]])
            assert data in {good, other} or not is_accepted(data, centre), index


@pytest.mark.trust
def test_no_byte_of_a_pdf_can_be_changed(good: bytes, centre: Centre) -> None:
    """A bit of each byte of the file, and a bit of each byte of what the seal holds."""
    outer, inner = tried(range(len(good)), FLIPS), tried(inner_places(good), FLIPS)
    for place in outer:
        assert not is_accepted(flipped(good, place), centre), place
    for where in inner:
        assert not is_accepted(inner_flip(good, *where), centre), where
    count = len(outer) + len(inner)
    print(f"\n{count} changed PDFs, none accepted")
    assert are_enough(count, 50_000, FLIPS)


@pytest.mark.trust
def test_random_pdfs_never_crash(good: bytes, centre: Centre) -> None:
    chosen = random.Random(3)
    pieces = [
        b"xref\n",
        b"trailer\n<</Size 9",
        b"/Prev 9>>\n",
        b"startxref\n",
        b"9\n",
        b"%%EOF",
        b"0000000009 00000 n\r\n",
    ]
    for _ in tried(range(20_000), FLIPS):
        parts = [
            chosen.choice([*pieces, chosen.randbytes(9), good[chosen.randrange(len(good)) :][:99]]) for _ in range(9)
        ]
        assert not is_accepted(b"%PDF-1.7\n" + b"".join(parts) + b"\nstartxref\n9\n%%EOF", centre)


def noise(_: Centre) -> bytes:
    return b"%PDF-1.7\n" + random.Random(1).randbytes(LARGE)


def words_of_a_seal(centre: Centre) -> bytes:
    word = sealed_pdf(centre).partition(b"/Type/Sig")[2][:300]
    return b"%PDF-1.7\n" + word * (LARGE // len(word))


def ends(_: Centre) -> bytes:
    return b"%PDF-1.7\n" + b"\nstartxref\n9\n%%EOF" * (LARGE // 19)


def trailers(_: Centre) -> bytes:
    return b"%PDF-1.7\n" + b"trailer\n<</Size 1" * (LARGE // 18) + b"\nstartxref\n20000000\n%%EOF"


def chain_of_updates(_: Centre) -> bytes:
    """Each points to the one before it."""
    data = bytearray(b"%PDF-1.7\n")
    while len(data) < LARGE:
        table = len(data) + 2
        data += b"\n xref\n%010d 00000 n\r\ntrailer\n<</Size 9/Prev 9>>\nstartxref\n%d\n%%%%EOF" % (table - 1, table)
    return bytes(data)


def table_of_a_million(_: Centre) -> bytes:
    lines = b"0000000015 00000 n\r\n" * 1_250_000
    return (
        b"%%PDF-1.7\nxref\n0 1250000\n%btrailer\n<</Size 1250000/Root 1 0 R/ID[(A)(A)]>>\nstartxref\n9\n%%%%EOF" % lines
    )


def endless_list_of_files(_: Centre) -> bytes:
    return _unjudged(document_of(b"/AF[" + b"1 0 R " * 170_000))


def endless_list_of_pages(_: Centre) -> bytes:
    return _under_the_seal_of_another(b"/Kids[" * 150_000)


def pages_in_a_circle(_: Centre) -> bytes:
    return _under_the_seal_of_another(b"/Kids[2 0 R]")


def _under_the_seal_of_another(pages: bytes) -> bytes:
    honest = document_of(pages=b"/Kids[3 0 R]".ljust(len(pages)))
    return document_of(pages=pages) + _unjudged(honest)[len(honest) :]


def packed_zeros(centre: Centre) -> bytes:
    """Two hundred megabytes in a file of two hundred kilobytes."""
    packed = zlib.compress(bytes(200 << 20), 9)
    return _unjudged(document_of(b"/AF[4 0 R]", *embedded(packed)))


def embedded(packed: bytes) -> tuple[bytes, bytes]:
    description = b"<</Type/Filespec/F(a.xml)/UF(a.xml)/EF<</F 5 0 R/UF 5 0 R>>>>"
    head = b"<</Length %d/Type/EmbeddedFile/Filter/FlateDecode/Subtype/application#2Fxml/Params<</Size 9>>>>" % len(
        packed
    )
    return description, head + b"\nstream\n" + packed + b"\nendstream"


def _unjudged(pdf: bytes, store: Store | None = None) -> bytes:
    """A seal that signs nothing, so that all that is free of keys has to be looked at."""
    return Sealed(open_document(pdf), START, b"\x30\x00", store).to_bytes()


def full_store(centre: Centre) -> bytes:
    sealed = read_sealed(sealed_pdf(centre))
    certificates = tuple(b"\x30\x83\x0f\x42\x3b" + number.to_bytes(4) + bytes(999_991) for number in range(24))
    return replace(sealed, store=Store(certificates, (), ())).to_bytes()


def full_hole(centre: Centre) -> bytes:
    """As many elements as the hole takes."""
    pdf = sealed_pdf(centre)
    inner = b"\x30\x00" * ((HOLE - 4) // 2)
    return with_cms(pdf, b"\x30\x82" + len(inner).to_bytes(2) + inner)


HOSTILE: list[Callable[[Centre], bytes]] = [
    noise,
    words_of_a_seal,
    ends,
    trailers,
    chain_of_updates,
    table_of_a_million,
    endless_list_of_files,
    endless_list_of_pages,
    pages_in_a_circle,
    packed_zeros,
    full_store,
    full_hole,
]


@pytest.mark.parametrize("forge", HOSTILE)
def test_hostile_pdfs_cost_little(centre: Centre, tmp_path: Path, forge: Callable[[Centre], bytes]) -> None:
    said, seconds, memory = judged(forge(centre), centre, tmp_path)
    assert said in {"TOTAL-FAILED", "INDETERMINATE"}
    assert seconds < SECONDS
    assert memory < BYTES


def test_largest_honest_pdf_costs_little(centre: Centre, tmp_path: Path) -> None:
    filler = b"<</Length %d>>\nstream\n%b\nendstream" % (LARGE, random.Random(4).randbytes(LARGE))
    pdf = sealed_pdf(centre, pdf=document_of(b"", filler))
    said, seconds, memory = judged(pdf, centre, tmp_path)
    assert said == "TOTAL-PASSED"
    assert seconds < SECONDS
    assert memory < BYTES
