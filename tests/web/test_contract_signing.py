"""The applicant's electronic signature: the approved bytes, his own FİN, kept in the archive; all else refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from webtest import Upload

from app.archive.models import KeptContainer
from app.archive.rules import Kind
from app.contracts import operations
from app.contracts.machine import State
from app.contracts.queries import Key, get_case
from app.core.context import Context
from app.core.errors import Invalid, Unavailable
from signing import profiles
from signing.container import open_container
from signing.data_file import data_file
from signing.errors import Unreachable
from signing.received import unsigned
from signing.signers.pkcs12 import KeyFile
from signing.signers.signer import signed
from signing.subjects import Subject
from tests.core.archives import Reach
from tests.signing.centre import START, Centre
from tests.web.contracting import PIN, Office, form_to, form_with, main_text, new_browser


@pytest.fixture
def centre() -> Centre:
    return Centre()


@pytest.fixture
def office(portal: Flask, system: Context, centre: Centre) -> Office:
    """Within reach of this centre."""
    portal.extensions["ports"] = replace(portal.extensions["ports"], trust=Reach(centre))
    return Office(portal, replace(system, ports=replace(system.ports, trust=Reach(centre))))


def signer(centre: Centre, pin: str = PIN, lifetime: timedelta | None = None) -> KeyFile:
    return centre.signer(profiles.PERSON_SIGNING, Subject.person(pin, "Kamal", "Əliyev").name(), lifetime=lifetime)


def by_hand(by: KeyFile, container: bytes) -> bytes:
    """What a tool of the applicant's own makes of the container that was sent out."""
    box = open_container(container)
    return box.with_signature(signed(by, box.files, START)).to_bytes()


def sent_out(office: Office, key: Key) -> bytes:
    return operations.unsigned_container(office.stranger, key)


def test_signed_on_the_page_and_kept(office: Office, centre: Centre) -> None:
    key = office.approved()
    browser, path = new_browser(office.portal), f"/contracts/link/{key.token}"
    form_to(browser.get(path), path).submit(status=303)
    page = browser.get(f"/contracts/{key.public_id}").click("İmzala$")
    out = page.click("İmzalanacaq konteyneri yükləyin").body
    form = form_with(page, "file")
    form["file"] = Upload("MQ26.asice", by_hand(signer(centre), out), "application/octet-stream")
    page = form.submit(status=303).follow()
    assert "Müqavilə imzalanıb" in page
    row = office.row(key.public_id)
    assert (row.state, str(row.signed_on), str(row.due_on)) == (State.CONTRACT_SIGNED, "2026-11-20", "2026-12-20")
    kept = office.system.session.scalars(select(KeptContainer)).one()
    assert (kept.kind, kept.number, kept.public_id) == (Kind.CONTRACT, row.number, row.container)
    assert kept.level == "B-LT"
    mine = page.click("İmzalanmış müqavilə").body
    (text,) = open_container(mine).files
    assert (
        text.content.decode().replace("\r", "") == browser.get(f"/contracts/{key.public_id}/text").html.pre.get_text()
    )
    officer = office.enter("samir")
    assert officer.get(f"/officer/contracts/{key.public_id}/contract.asice").body == mine


BAD: dict[str, tuple[Callable[[Office, Centre, Key], bytes], str]] = {
    "not signed": (lambda office, _, key: sent_out(office, key), "not_signed"),
    "another person": (lambda office, centre, key: by_hand(signer(centre, "1ZZ2Y3X"), sent_out(office, key)), "person"),
    "another text": (
        lambda _, centre, __: by_hand(
            signer(centre), unsigned([data_file("muqavile.txt", b"free of charge for ever")])
        ),
        "other_text",
    ),
    "a strange authority": (
        lambda office, _, key: by_hand(signer(Centre("Yad")), sent_out(office, key)),
        "not_",
    ),
    "no container": (lambda _, __, ___: b"PK\x03\x04 nothing", "no_container"),
    "nothing": (lambda _, __, ___: b"", "no_container"),
    "too large": (lambda _, __, ___: bytes(1 << 21), "size"),
}


@pytest.mark.parametrize("name", BAD)
def test_anything_else_is_refused_with_its_reason_and_nothing_is_signed(
    office: Office, centre: Centre, name: str
) -> None:
    key = office.approved()
    make, code = BAD[name]
    with pytest.raises(Invalid, match=code):
        operations.sign(office.stranger, operations.SignContract(key, make(office, centre, key)))
    assert office.row(key.public_id).state is State.APPROVED
    assert office.system.session.scalars(select(KeptContainer)).all() == []


def test_a_certificate_that_has_run_out_signs_nothing(office: Office, centre: Centre) -> None:
    key = office.approved()
    old = signer(centre, lifetime=timedelta(days=10))
    with pytest.raises(Invalid, match="not_valid"):
        operations.sign(office.stranger, operations.SignContract(key, by_hand(old, sent_out(office, key))))


def test_an_officer_s_certificate_is_not_the_applicant_s(office: Office, centre: Centre) -> None:
    key = office.approved()
    subject = Subject.officer(PIN, "Kamal", "Əliyev", "00100").name()
    wrong = centre.signer(profiles.OFFICER, subject)
    with pytest.raises(Invalid, match="not_valid"):
        operations.sign(office.stranger, operations.SignContract(key, by_hand(wrong, sent_out(office, key))))


def test_without_the_services_nothing_is_lost(office: Office, centre: Centre, portal: Flask) -> None:
    key = office.approved()
    content = by_hand(signer(centre), sent_out(office, key))
    away = replace(office.stranger, ports=replace(office.stranger.ports, trust=Away(centre)))  # type: ignore[arg-type]
    with pytest.raises(Unavailable):
        operations.sign(away, operations.SignContract(key, content))
    operations.sign(office.stranger, operations.SignContract(key, content))
    assert office.row(key.public_id).state is State.CONTRACT_SIGNED


class Silent:
    def token(self, *_: object) -> bytes:
        raise Unreachable("nobody answers")


class Away(Reach):
    @property
    def services(self) -> object:  # type: ignore[override]
        return replace(self.centre.services, tsa=Silent())


def test_the_text_does_not_change_with_the_data(office: Office) -> None:
    """What was approved is what is signed, whatever becomes of the words later."""
    key = office.approved()
    case = get_case(office.officer("samir"), key.public_id)
    (file,) = open_container(sent_out(office, key)).files
    assert file.digest().hex() == case.text_sha256
    assert main_text(officer_page(office, key)).count(PIN) >= 1


def officer_page(office: Office, key: Key) -> object:
    browser = office.enter("samir")
    return browser.get(f"/officer/contracts/{key.public_id}/text")
