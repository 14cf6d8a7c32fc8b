"""Seals on PDFs: in steps, by every kind of key, in the form that archives and other programs accept."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO

import pytest

from signing.errors import InvalidSignature, Malformed, SigningError, Weak
from signing.ocsp import load_response
from signing.pdf.rendering import render
from signing.pdf.sealed import read_sealed
from signing.pdf.sealing import complete, lasting, prepare, prepared_from, seal
from signing.pdf.templates import template
from signing.timestamp import parse_token
from signing.verify import verify
from tests.signing.centre import START, Centre, rsa_key
from tests.signing.pdf_forging import KEYS, Standard, basic, customs, document_of, rendering, sealed_pdf, signature_of


@pytest.fixture(scope="module")
def centre() -> Centre:
    return Centre()


@pytest.fixture(scope="module")
def good(centre: Centre) -> bytes:
    return sealed_pdf(centre)


@pytest.mark.parametrize("kind", KEYS)
def test_seal_of_every_accepted_key_verifies(centre: Centre, kind: str) -> None:
    report = verify(sealed_pdf(centre, customs(centre, KEYS[kind]())), centre.trust, at=START)
    assert (report.is_valid, report.signatures[0].level) == (True, "B-LT"), report.decisive


def test_what_the_portal_renders_is_sealed(centre: Centre) -> None:
    xml = (
        b'<d:Decision xmlns:d="urn:e-gomruk:decision:v1"><d:Time>2026-11-20T08:00:00Z</d:Time>'
        b"<d:Reason>R\xc9\x99smil\xc9\x99\xc5\x9fdirildi</d:Reason></d:Decision>"
    )
    report = verify(sealed_pdf(centre, pdf=render(xml, template("record-v1"))), centre.trust, at=START)
    assert report.is_valid
    assert [one.sha256 for one in report.files] == [hashlib.sha256(xml).hexdigest()]


def test_rendering_stays_as_it_is_in_front(good: bytes) -> None:
    assert good.startswith(rendering())
    assert len(good) - len(rendering()) < 40_000


def test_seal_is_made_in_steps_that_can_be_stored_between(centre: Centre) -> None:
    signer = customs(centre)
    prepared = prepare(rendering(), signer.certificate, START, signer.chain)
    assert prepared == prepare(rendering(), signer.certificate, START, signer.chain)
    assert prepared_from(prepared.pdf) == prepared
    assert prepared.digest == hashlib.new(prepared.hash_name, prepared.to_be_signed).digest()
    finished = complete(prepared_from(prepared.pdf), signer.sign(prepared.digest, prepared.hash_name))
    assert verify(lasting(finished, centre.services), centre.trust, at=START).is_valid


def test_same_values_give_the_same_file(centre: Centre, good: bytes) -> None:
    assert read_sealed(good).to_bytes() == good
    signer = customs(centre, rsa_key(2048))
    assert basic(signer) == basic(signer)


def test_value_of_another_key_is_not_put_in(centre: Centre) -> None:
    signer = customs(centre)
    prepared = prepare(rendering(), signer.certificate, START, signer.chain)
    with pytest.raises(InvalidSignature):
        complete(prepared, customs(centre).sign(prepared.digest, prepared.hash_name))


@dataclass
class Slow:
    """A time-stamp unit after which the clock goes on."""

    centre: Centre

    def token(self, digest: bytes, algorithm: str = "sha256") -> bytes:
        token = self.centre.tsa.token(digest, algorithm)
        self.centre.clock.time += timedelta(minutes=1)
        return token


def test_revocation_is_asked_after_the_time_stamp() -> None:
    centre = Centre()
    pdf = sealed_pdf(centre, services=replace(centre.services, tsa=Slow(centre)))
    store, token = read_sealed(pdf).store, signature_of(pdf).token
    assert store
    assert token
    assert load_response(store.answers[0])[1].this_update_utc > parse_token(token).time
    assert verify(pdf, centre.trust, at=centre.clock.now()).is_valid


def test_weak_key_seals_nothing(centre: Centre) -> None:
    with pytest.raises(Weak):
        basic(customs(centre, rsa_key(1024)))


def test_signature_that_does_not_fit_is_refused(centre: Centre) -> None:
    signer = customs(centre)
    with pytest.raises(Malformed, match="does not fit"):
        basic(replace(signer, chain=tuple(customs(centre).certificate for _ in range(15)) * 3))


def saved_by_another_program(pdf: bytes) -> bytes:
    import pikepdf

    with pikepdf.open(BytesIO(pdf)) as opened:
        opened.save(buffer := BytesIO())
    return buffer.getvalue()


UNFIT: dict[str, Callable[[Centre], bytes]] = {
    "nothing": lambda _: b"",
    "no PDF": lambda _: b"<Declaration/>",
    "older version": lambda _: rendering().replace(b"%PDF-1.7", b"%PDF-1.4"),
    "newer version": lambda _: rendering(standard="2.0"),
    "other program": lambda _: saved_by_another_program(rendering()),
    "cut": lambda _: rendering()[:-1],
    "longer": lambda _: rendering() + b"\n",
    "sealed": sealed_pdf,
    "with a form": lambda _: document_of(b"/AcroForm<</Fields[]>>"),
    "without pages": lambda _: document_of(pages=b""),
    "with notes elsewhere": lambda _: document_of(page=b"/Annots 4 0 R"),
    "with unknown files": lambda _: document_of(b"/AF 4 0 R"),
    "with no table": lambda _: rendering().replace(b"xref\n0", b"xref\n1"),
    "too large": lambda _: document_of(b"", bytes(31 << 20)),
}


@pytest.mark.parametrize("name", UNFIT)
def test_only_fresh_renderings_are_sealed(centre: Centre, name: str) -> None:
    with pytest.raises(SigningError) as raised:
        seal(UNFIT[name](centre), customs(centre), centre.services)
    assert raised.type is Malformed
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("standard", ["a-3a", "a-3b"])
def test_form_is_what_archives_and_readers_ask_for(centre: Centre, standard: Standard) -> None:
    """ISO 19005-3: flags, extent and what a catalogue may hold; ISO 14289-1: the order of the structure, a name."""
    import pikepdf

    with pikepdf.open(BytesIO(seal(rendering(standard=standard), customs(centre), centre.services))) as pdf:
        field, page = pdf.Root.AcroForm.Fields[0], pdf.pages[0]
        assert pdf.check_pdf_syntax() == []
        assert pdf.open_metadata().pdfa_status == standard.removeprefix("a-").upper()
        assert int(field.F) & (1 | 2 | 4 | 32) == 4, "printed, and neither invisible, hidden nor without a view"
        assert [int(side) for side in field.Rect] == [0, 0, 0, 0]
        assert "/AP" not in field
        assert str(field.TU) == "Elektron möhür"
        assert page.Tabs == "/S"
        assert len(page.Annots) == 2, "the link of the rendering is still there"
        assert field.objgen in {note.objgen for note in page.Annots}
        assert int(pdf.Root.AcroForm.SigFlags) == 3
        assert "/NeedAppearances" not in pdf.Root.AcroForm
        assert set(pdf.Root.Perms.keys()) == {"/DocMDP"}
        assert {"/StructTreeRoot", "/MarkInfo", "/Metadata", "/OutputIntents", "/DSS"} <= set(pdf.Root.keys())
        assert pdf.attachments["declaration.xml"].get_file().read_bytes().startswith(b"<Declaration ")
