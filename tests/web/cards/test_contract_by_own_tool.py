"""A contract signed by a tool of one's own: downloaded from its page, signed by `e-gomruk sign`, sent back there."""

import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from flask import Flask
from sqlalchemy import select
from webtest import TestApp, TestResponse, Upload

from app.archive.models import KeptContainer
from app.contracts.machine import State
from app.contracts.queries import Key
from app.core.audit import AuditEntry
from app.core.clock import FixedClock
from app.core.context import Context
from app.factory import create_app, real_ports
from signing import profiles
from signing.container import open_container
from signing.subjects import Subject
from tests.conftest import close
from tests.signing.bank import Bank
from tests.signing.soft_tokens import MODULE, PIN, new_key, soft_tokens, store
from tests.web.cards.house import FIN, OTHER, House, a_browser, form_with, shown
from tests.web.contracting import Office, form_to

SECRET = "sirr"
NAME = "Aysel", "Məmmədova"


@dataclass(frozen=True)
class Desk:
    """The applicant's own machine: a browser, and a folder with the tool, which knows nothing of the portal."""

    office: Office
    key: Key
    browser: TestApp
    bank: Bank

    @property
    def page(self) -> TestResponse:
        return self.browser.get(f"/contracts/{self.key.public_id}/sign")

    def download(self) -> bytes:
        answer = self.page.click("İmzalanacaq konteyneri yükləyin")
        assert answer.content_type == "application/vnd.etsi.asic-e+zip"
        (self.bank.folder / "contract.asice").write_bytes(answer.body)
        return bytes(answer.body)

    def sign(self, *options: str, **environment: str) -> bytes:
        words = ("contract.asice", "--container", *options, "--out", "signed.asice")
        done = self.bank.run("sign", *words, **environment)
        assert (done.code, done.err) == (0, ""), done.err
        return (self.bank.folder / "signed.asice").read_bytes()

    def by_file(self, *options: str) -> bytes:
        return self.sign("--p12", "key.p12", *options, EGOMRUK_P12_PASSPHRASE=SECRET)

    def send(self, content: bytes) -> TestResponse:
        form = form_with(self.page, "file")
        form["file"] = Upload("signed.asice", content, "application/octet-stream")
        return form.submit(expect_errors=True)


@pytest.fixture
def portal(house: House, clock: FixedClock) -> Iterator[Flask]:
    app = create_app(house.settings, clock=clock)
    yield app
    close(app)


@pytest.fixture
def desk(portal: Flask, system: Context, tmp_path: Path) -> Desk:
    office = Office(portal, system)
    key = office.approved(pin=FIN)
    browser, path = a_browser(portal), f"/contracts/link/{key.token}"
    form_to(browser.get(path), path).submit(status=303)
    folder = tmp_path / "desk"
    folder.mkdir()
    return Desk(office, key, browser, Bank(folder))


def key_file(house: House, desk: Desk, pin: str = FIN) -> None:
    """A key and its certificate with that of the authority, as a centre hands them out."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = house.authority.issue(profiles.PERSON_SIGNING, Subject.person(pin, *NAME), key.public_key())
    guard = BestAvailableEncryption(SECRET.encode())
    content = pkcs12.serialize_key_and_certificates(b"imza", key, certificate, [house.authority.issuing], guard)
    (desk.bank.folder / "key.p12").write_bytes(content)


def signed_by(house: House, desk: Desk, pin: str = FIN) -> bytes:
    key_file(house, desk, pin)
    return desk.by_file("--basic")


def signed_well(desk: Desk, house: House, answer: TestResponse, out: bytes) -> None:
    """Those very bytes, with a signature that lasts, in the archive; and the trail has it."""
    assert (answer.status_int, answer.location) == (303, f"/contracts/{desk.key.public_id}"), shown(answer)
    row = desk.office.row(desk.key.public_id)
    assert row.state is State.CONTRACT_SIGNED
    kept = desk.office.system.session.scalars(select(KeptContainer)).one()
    assert (kept.level, kept.number) == ("B-LT", row.number)
    mine = answer.follow().click("İmzalanmış müqavilə").body
    assert open_container(mine).has_files_of(open_container(out))
    assert audited(desk.office.system) == ("completed", "")


def audited(system: Context) -> tuple[str, str]:
    system.session.rollback()
    rows = select(AuditEntry).where(AuditEntry.operation == "contracts.sign").order_by(AuditEntry.id.desc())
    row = system.session.scalars(rows.limit(1)).one()
    return row.outcome, row.code


def test_page_says_how_a_card_of_one_s_own_signs(desk: Desk, house: House, clock: FixedClock) -> None:
    """Outside a demonstration there is no reader: the page does not offer what it cannot do."""
    text = shown(desk.page)
    assert "Portal PIN2-ni soruşmur" in text
    assert "e-gomruk sign" in text
    assert "Kartla imzala" in text
    app = create_app(replace(house.settings), ports=real_ports(house.settings), clock=clock)
    app.extensions["settings"] = Plain(house.settings)
    desk.browser.app, here = app, desk.browser.app
    alone = shown(desk.page)
    desk.browser.app = here
    close(app)
    assert "Kartla imzala" not in alone
    assert "Portal PIN2-ni soruşmur" in alone


class Plain:
    """The settings of a portal that is no demonstration, where all else would ask for its secrets."""

    is_demo = False

    def __init__(self, own: object) -> None:
        self._own = own

    def __getattr__(self, name: str) -> object:
        return getattr(self._own, name)


@pytest.mark.parametrize("level", ["basic", "lasting"])
def test_key_file_signs_what_was_downloaded(house: House, desk: Desk, level: str) -> None:
    """Stamped by the portal, or by the tool already."""
    key_file(house, desk)
    services = "--tsa", house.settings.tsa_url, "--ocsp", house.settings.ocsp_url
    lists = [word for url in house.settings.crl_urls for word in ("--crl", url)]
    out = desk.download()
    signed = desk.by_file("--basic") if level == "basic" else desk.by_file(*services, *lists)
    signed_well(desk, house, desk.send(signed), out)


def test_token_signs_what_was_downloaded(house: House, desk: Desk) -> None:
    """A card in a reader of one's own, which holds its certificate and none of the authority above."""
    with soft_tokens(desk.bank.folder) as tokens:
        tokens.add("card")
        with tokens.opened("card") as session:
            made = new_key(session, "p256", "imza", 1)
            store(session, house.authority.issue(profiles.PERSON_SIGNING, Subject.person(FIN, *NAME), made), 1)
        out = desk.download()
        words = ("--pkcs11", MODULE, "--token", "card", "--basic")
        signed = desk.sign(*words, EGOMRUK_PIN=PIN, SOFTHSM2_CONF=str(tokens.configuration))
    signed_well(desk, house, desk.send(signed), out)


def changed(container: bytes) -> bytes:
    """Another text under the name of the contract, and the rest as it was."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(container)) as old, zipfile.ZipFile(made, "w") as new:
        for entry in old.infolist():
            content = b"free of charge for ever" if entry.filename.endswith(".txt") else old.read(entry)
            new.writestr(entry, content)
    return made.getvalue()


REFUSED: dict[str, tuple[Callable[[House, Desk], bytes], str, dict[str, str]]] = {
    "not signed": (
        lambda _, desk: desk.download(),
        "contracts.not_signed",
        {"az": "Konteyner imzalanmayıb.", "en": "The container is not signed.", "ru": "Контейнер не подписан."},
    ),
    "another person": (
        lambda house, desk: signed_by(house, desk, OTHER.fin),
        "contracts.other_person",
        {"az": "öz FİN-i ilə imzalamalıdır", "en": "with that person's own FİN", "ru": "со своим FİN"},
    ),
    "another text": (
        lambda house, desk: changed(signed_by(house, desk)),
        "contracts.other_text",
        {"az": "portaldakı mətnlə eyni deyil", "en": "is not the text", "ru": "не совпадает"},
    ),
    "no container": (
        lambda _, __: b"%PDF-1.7 nothing",
        "contracts.no_container",
        {"az": "ASiC-E konteyneri (.asice) deyil", "en": "ASiC-E", "ru": "ASiC-E"},
    ),
}


@pytest.mark.parametrize("language", ["az", "en", "ru"])
@pytest.mark.parametrize("name", REFUSED)
def test_anything_else_is_refused_beside_its_field(house: House, desk: Desk, name: str, language: str) -> None:
    make, code, texts = REFUSED[name]
    desk.download()
    content = make(house, desk)
    desk.browser.get(f"/?lang={language}")
    answer = desk.send(content)
    assert (answer.status_int, answer.html.html["lang"]) == (422, language)
    assert texts[language] in answer.html.find(id="file-error").get_text(), shown(answer)
    assert desk.office.row(desk.key.public_id).state is State.APPROVED
    assert desk.office.system.session.scalars(select(KeptContainer)).all() == []
    assert audited(desk.office.system) == ("refused", code)


def test_of_two_sent_at_once_one_signs(house: House, portal: Flask, desk: Desk) -> None:
    desk.download()
    signed = signed_by(house, desk)
    form = form_with(desk.page, "file")
    fields, cookies = dict(form.submit_fields()), dict(desk.browser.cookies)
    fields.pop("file")

    def send(_: int) -> int:
        window = a_browser(portal)
        for name, value in cookies.items():
            window.set_cookie(name, value)
        files = [("file", "signed.asice", signed)]
        return int(window.post(form.action, fields, upload_files=files, expect_errors=True).status_int)

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(send, range(2)))
    assert answers[0] == 303
    assert answers[1] in {303, 409}
    assert len(desk.office.system.session.scalars(select(KeptContainer)).all()) == 1
    assert desk.office.row(desk.key.public_id).state is State.CONTRACT_SIGNED
