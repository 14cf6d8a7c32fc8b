"""Attacks on the file: later changes, other readers' ways to find a signature, bytes in the hole."""

import io
import zipfile

from signing.pdf.sealed import HOLE, SEAL, read_sealed
from tests.signing.attacks.corpus import FAILED, UNDECIDED
from tests.signing.attacks.pdf_corpus import pdf_attack
from tests.signing.centre import Centre
from tests.signing.pdf_forging import (
    basic,
    customs,
    numbers_of,
    object_of,
    parts,
    rendering,
    sealed_pdf,
    stamped_only,
    updated,
)

BLANK = b"<</Length 26>>\nstream\nBT /F1 9 Tf (Sifir) Tj ET  \nendstream"


def _rewritten(pdf: bytes, old: bytes, new: bytes) -> bytes:
    assert pdf.count(old) == 1
    return pdf.replace(old, new)


def _hole(pdf: bytes) -> tuple[bytes, bytes, bytes]:
    """Before the hole, its digits, and behind it."""
    before, mark, rest = pdf.partition(b"/Contents<")
    assert mark
    return before + mark, rest[: 2 * HOLE], rest[2 * HOLE :]


def _with_page_content(pdf: bytes) -> bytes:
    """Another content on the first page."""
    _, field, page = numbers_of(pdf)
    number = field + 100
    wrong = object_of(pdf, page).replace(b"/Contents ", b"/Contents %d 0 R/Was " % number)
    return updated(pdf, {number: BLANK, page: wrong})


@pdf_attack(FAILED, "FORMAT_FAILURE")
def incremental_saving(centre: Centre) -> bytes:
    """A page is exchanged in a later revision."""
    return _with_page_content(sealed_pdf(centre))


@pdf_attack(FAILED, "FORMAT_FAILURE")
def incremental_saving_before_the_store(centre: Centre) -> bytes:
    """The same where a store would follow, so that there are as many revisions as there should be."""
    return _with_page_content(stamped_only(sealed_pdf(centre)))


@pdf_attack(FAILED, "FORMAT_FAILURE")
def empty_update(centre: Centre) -> bytes:
    pdf = sealed_pdf(centre)
    field = numbers_of(pdf)[1]
    return updated(pdf, {field: object_of(pdf, field)})


@pdf_attack(FAILED, "FORMAT_FAILURE")
def shadow_replaced(centre: Centre) -> bytes:
    """Another page that was in the signed part all along is shown as the first one."""
    pdf = sealed_pdf(centre)
    kids = object_of(pdf, 1)
    assert b"/Kids[" in kids
    first, second, third = kids.partition(b"/Kids[")[2].partition(b"]")[0].split(b" 0 R")[:3]
    order = b"/Kids[%b 0 R %b 0 R %b 0 R]" % (third.strip(), second.strip(), first.strip())
    return updated(pdf, {1: kids.partition(b"/Kids[")[0] + order + kids.partition(b"]")[2]})


@pdf_attack(FAILED, "FORMAT_FAILURE")
def second_catalogue(centre: Centre) -> bytes:
    """The trailer leads to another catalogue, in which there is no seal."""
    pdf = sealed_pdf(centre)
    root = read_sealed(pdf).document.root
    other = numbers_of(pdf)[1] + 100
    plain = object_of(rendering(), root)
    return updated(pdf, {other: plain}).replace(b"/Root %d 0 R" % root, b"/Root %d 0 R" % other)


@pdf_attack(FAILED, "FORMAT_FAILURE")
def store_twice(centre: Centre) -> bytes:
    pdf = sealed_pdf(centre)
    root = read_sealed(pdf).document.root
    return updated(pdf, {root: object_of(pdf, root)})


@pdf_attack(FAILED, "FORMAT_FAILURE")
def object_hidden_in_the_store(centre: Centre) -> bytes:
    """In the one update that may stand behind the seal there is also another first page."""
    pdf = sealed_pdf(centre)
    sealed, (_, _, page), root = stamped_only(pdf), numbers_of(pdf), read_sealed(pdf).document.root
    store = int(object_of(pdf, root).rpartition(b"/DSS ")[2].split()[0])
    kept = {number: object_of(pdf, number) for number in range(numbers_of(pdf)[1] + 1, store + 1)}
    return updated(sealed, {**kept, page: object_of(rendering(), page), root: object_of(pdf, root)})


@pdf_attack(FAILED, "FORMAT_FAILURE")
def store_in_another_order(centre: Centre) -> bytes:
    """The objects are ours, but the catalogue comes first."""
    pdf = sealed_pdf(centre)
    root = read_sealed(pdf).document.root
    store = int(object_of(pdf, root).rpartition(b"/DSS ")[2].split()[0])
    kept = {number: object_of(pdf, number) for number in range(numbers_of(pdf)[1] + 1, store + 1)}
    return updated(stamped_only(pdf), {root: object_of(pdf, root), **kept})


@pdf_attack(FAILED, "FORMAT_FAILURE")
def trailing_byte(centre: Centre) -> bytes:
    return sealed_pdf(centre) + b"\n"


@pdf_attack(FAILED, "FORMAT_FAILURE")
def second_end(centre: Centre) -> bytes:
    pdf = sealed_pdf(centre)
    return pdf + b"\n" + pdf[pdf.rindex(b"startxref") :]


@pdf_attack(FAILED, "FORMAT_FAILURE")
def comment_between_the_revisions(centre: Centre) -> bytes:
    base, seal, store = parts(sealed_pdf(centre))
    return base + seal + b"\n%Sifir" + store


@pdf_attack(FAILED, "FORMAT_FAILURE")
def zip_behind_the_end(centre: Centre) -> bytes:
    buffer = io.BytesIO(sealed_pdf(centre))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("declaration.xml", "<Declaration/>")
    return buffer.getvalue()


@pdf_attack(FAILED, "NO_SIGNATURE")
def seal_taken_off(centre: Centre) -> bytes:
    return parts(sealed_pdf(centre))[0]


@pdf_attack(FAILED, "FORMAT_FAILURE")
def signature_wrapped(centre: Centre) -> bytes:
    """The second signed range is moved back and other objects stand before it (signature wrapping)."""
    before, digits, behind = _hole(basic(customs(centre)))
    text = before[before.rindex(b"/ByteRange[") :].partition(b"]")[0]
    first, start, length = map(int, text.removeprefix(b"/ByteRange[").split()[1:])
    injected = b">/Injected(" + b" " * 200 + b")"
    moved = b"/ByteRange[" + (b"0 %d %d %d" % (first, start + len(injected), length)).ljust(36)
    assert start == len(before) + 2 * HOLE + 1
    return before.replace(text, moved) + digits + injected + behind[1:]


@pdf_attack(FAILED, "FORMAT_FAILURE")
def hole_with_garbage(centre: Centre) -> bytes:
    before, digits, behind = _hole(sealed_pdf(centre))
    return before + digits[:-2] + b"01" + behind


@pdf_attack(FAILED, "FORMAT_FAILURE")
def hole_in_capitals(centre: Centre) -> bytes:
    before, digits, behind = _hole(sealed_pdf(centre))
    return before + digits.upper() + behind


@pdf_attack(FAILED, "FORMAT_FAILURE")
def hole_with_spaces(centre: Centre) -> bytes:
    """Readers skip white space in a string of digits."""
    before, digits, behind = _hole(sealed_pdf(centre))
    return before + digits[:-2] + b"\n " + behind


@pdf_attack(FAILED, "FORMAT_FAILURE")
def hole_closed_early(centre: Centre) -> bytes:
    """What is not signed holds a second range and a second content."""
    before, digits, behind = _hole(sealed_pdf(centre))
    extra = b">/ByteRange[0 0 0 0]/Contents<"
    return before + digits[: -len(extra)] + extra + behind


@pdf_attack(FAILED, "FORMAT_FAILURE")
def hole_longer(centre: Centre) -> bytes:
    before, digits, behind = _hole(sealed_pdf(centre))
    return before + digits + b"00" + behind


@pdf_attack(FAILED, "FORMAT_FAILURE")
def hole_of_zeros(centre: Centre) -> bytes:
    before, digits, behind = _hole(sealed_pdf(centre))
    return before + b"0" * len(digits) + behind


def _universal(name: str, new: bytes, old: bytes = b"") -> None:
    """Universal signature forgery: what a reader needs is missing or makes no sense."""

    def forge(centre: Centre) -> bytes:
        before, digits, behind = _hole(sealed_pdf(centre))
        start = before.rindex(old or b"/ByteRange[")
        if old:
            return before[:start] + new + behind[1:]
        return before[:start] + new + before[before.index(b"]", start) + 1 :] + digits + behind

    forge.__name__ = name
    pdf_attack(FAILED, "FORMAT_FAILURE")(forge)


_universal("contents_empty", b"/Contents<>", b"/Contents<")
_universal("contents_null", b"/Contents null", b"/Contents<")
_universal("contents_missing", b"", b"/Contents<")
_universal("contents_of_zero", b"/Contents<00>", b"/Contents<")
_universal("contents_as_reference", b"/Contents 4 0 R", b"/Contents<")
_universal("range_missing", b"")
_universal("range_null", b"/ByteRange null")
_universal("range_of_nothing", b"/ByteRange[" + b"0 0 0 0".ljust(36) + b"]")
_universal("range_negative", b"/ByteRange[" + b"0 -1 -1 -1".ljust(36) + b"]")
_universal("range_of_two", b"/ByteRange[" + b"0 100".ljust(36) + b"]")
_universal("range_of_everything", b"/ByteRange[" + b"0 99999999 0 0".ljust(36) + b"]")
_universal("range_twice", b"/ByteRange[0 0 0 0]/ByteRange[" + b"0 1 2 3".ljust(36) + b"]")


@pdf_attack(FAILED, "FORMAT_FAILURE")
def range_shorter(centre: Centre) -> bytes:
    """The end of the sealed revision is left out."""
    before, digits, behind = _hole(basic(customs(centre)))
    start = before.rindex(b"/ByteRange[") + len(b"/ByteRange[")
    numbers = before[start : start + 36].split()
    fewer = b" ".join([*numbers[:3], b"%d" % (int(numbers[3]) - 10)]).ljust(36)
    return before[:start] + fewer + before[start + 36 :] + digits + behind


@pdf_attack(UNDECIDED, "FORMAT_FAILURE")
def another_form_of_the_signature(centre: Centre) -> bytes:
    """Of the kind that is not PAdES: nobody's business here."""
    return _rewritten(sealed_pdf(centre), b"ETSI.CAdES.detached", b"adbe.pkcs7.detached")


@pdf_attack(FAILED, "FORMAT_FAILURE")
def signature_taken_to_another_rendering(centre: Centre) -> bytes:
    """The updates of one PDF behind another one of the same length."""
    _, seal, store = parts(sealed_pdf(centre))
    other = rendering("26AZ00100999999")
    return other + b"\n" * (len(rendering()) - len(other)) + b" " + seal + store


@pdf_attack(FAILED, "FORMAT_FAILURE")
def seal_only_mentioned(centre: Centre) -> bytes:
    """The words of a seal in a PDF that has none."""
    return rendering() + b"\n%" + SEAL
