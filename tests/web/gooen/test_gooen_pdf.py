"""The paper of a number as a sealed PDF: made by the worker, once, and given to whoever was given the number."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from flask import Flask
from sqlalchemy import func, select, update
from webtest import TestApp, TestResponse

from app.adapters.emulators.registers.records import people
from app.adapters.seal import SealFile
from app.core.clock import FixedClock
from app.core.context import Channel, Context
from app.core.db import write_transaction
from app.core.outbox import OutboxRow
from app.gooen.models import GooenPdf
from app.gooen.rules import PDF_PATIENCE
from app.operate.backup import document_hashes
from app.worker import work_once
from signing.examination import Policy
from signing.profiles import SEAL, Role
from signing.signers.signer import Signer
from signing.verify import verify
from tests.signing.centre import FIRM, Centre, Hands
from tests.signing.papers import codes, pages, run
from tests.web.gooen.asking import ANAR, LEYLA, card, number_of, say_yes

AWAITED = "Möhürlənmiş PDF hazırlanır."
UNAVAILABLE = "Möhürlənmiş PDF hazırda verilmir."


@dataclass
class Sealing:
    """A seal that counts how often its key is asked for."""

    centre: Centre
    is_there: bool = True
    opened: int = 0

    @property
    def signer(self) -> Signer:
        self.opened += 1
        return self.centre.signer(SEAL, FIRM)

    @property
    def roots(self) -> object:
        return self.centre.trust

    @property
    def services(self) -> object:
        return self.centre.services


@pytest.fixture
def sealing(portal: Flask, clock: FixedClock) -> Sealing:
    made = Sealing(Centre(clock=Hands(clock.now())))
    portal.extensions["ports"] = replace(portal.extensions["ports"], seal=made, trust=made)
    return made


@pytest.fixture
def work(sealing: Sealing, system: Context) -> Callable[[], int]:
    ports = replace(system.ports, seal=sealing, trust=sealing)  # type: ignore[arg-type]
    context = replace(system, ports=ports, channel=Channel.WORKER)
    return lambda: work_once(context, "worker")


def issued(browser: TestApp, number: str = ANAR) -> TestResponse:
    return say_yes(card(browser, number)).follow()


def test_paper_is_sealed_by_the_worker_and_then_on_the_page(
    browser: TestApp, sealing: Sealing, work: Callable[[], int], system: Context, tmp_path: Path
) -> None:
    page = issued(browser)
    address = page.request.path
    assert AWAITED in page
    assert "Çap" in page
    browser.get(f"{address}/pdf", status=404)
    assert sealing.opened == 0  # By no page.
    assert work() == 1
    found = browser.get(address).click("PDF", href="/pdf")
    number = number_of(page)
    assert found.content_type == "application/pdf"
    assert found.headers["Content-Disposition"] == f"attachment; filename=GOOEN-{number}.pdf"
    policy = Policy(roles=frozenset({Role.ORGANISATION}))
    report = verify(found.body, sealing.centre.trust, policy, at=sealing.centre.clock.now())
    assert (report.is_valid, [one.level for one in report.signatures]) == (True, ["B-LT"])
    kept = tmp_path / "gooen.pdf"
    kept.write_bytes(found.body)
    judged = run("pdfsig", "-nocert", kept).decode()
    assert "Signature is Valid." in judged
    assert "ETSI.CAdES.detached" in judged
    (text,) = pages(found.body)
    assert "Vergi ödəyicisi olmayan xarici iqtisadi fəaliyyət iştirakçısının GÖÖEN-i" in " ".join(text.split())
    assert all(part in text for part in (number, "ASAN3", "10.10.2022", "10.10.2032", "XXXXXXXXXX"))
    assert codes(found.body, tmp_path) == [f"http://localhost/gooen/check?number={number}"]
    assert "Etibarlıdır" in browser.get(f"/gooen/check?number={number}")


def test_nothing_in_the_file_names_the_person(browser: TestApp, work: Callable[[], int]) -> None:
    address = issued(browser).request.path
    work()
    pdf = browser.get(f"{address}/pdf").body
    with pikepdf.open(BytesIO(pdf)) as opened:
        attached = [each.get_file().read_bytes() for each in opened.attachments.values()]
    shown = pages(pdf)[0] + b"".join(attached).decode()
    assert "<g:Surname>XXXXXXXXXX</g:Surname>" in shown
    (person,) = [row for row in people() if row["pin"] == ANAR]
    secret = {person[name] for name in ("surname", "given_name", "patronymic", "pin", "document", "address")}
    assert [text for text in secret if text in shown] == []


def test_one_paper_is_one_file_however_often_the_number_is_asked_for(
    browser: TestApp, sealing: Sealing, work: Callable[[], int], system: Context
) -> None:
    first = issued(browser).request.path
    assert work() == 1
    again = issued(browser)
    assert work() == 0
    assert browser.get(f"{first}/pdf").body == again.click("PDF", href="/pdf").body
    with write_transaction(system.session):  # As after a worker that died when it had made the file.
        system.session.execute(update(OutboxRow).where(OutboxRow.topic == "gooen.pdf").values(sent_at=None))
    before = system.session.scalars(select(GooenPdf.sha256)).all()
    assert work() == 1
    assert sealing.opened == 1
    assert system.session.scalars(select(GooenPdf.sha256)).all() == before
    assert [sha256 for sha256 in before if sha256 not in document_hashes(system.session)] == []


def test_file_is_given_to_whoever_was_given_the_number(
    browser: TestApp, portal: Flask, work: Callable[[], int]
) -> None:
    address = issued(browser).request.path
    work()
    stranger = TestApp(portal, extra_environ={"HTTP_HOST": "localhost", "REMOTE_ADDR": "192.0.2.77"})
    stranger.get(f"{address}/pdf", status=404)
    browser.get(f"{address}/pdf", status=200)
    browser.get(f"{card(browser, LEYLA).request.path}/pdf", status=404)


def test_without_a_seal_the_page_says_so_and_prints(
    browser: TestApp, sealing: Sealing, work: Callable[[], int], system: Context
) -> None:
    sealing.is_there = False
    page = issued(browser)
    assert UNAVAILABLE in page
    assert number_of(page.click("Çap")) == number_of(page)
    browser.get(f"{page.request.path}/pdf", status=404)
    assert work() == 0
    assert system.session.scalar(select(func.count()).select_from(GooenPdf)) == 0
    sealing.is_there = True
    assert AWAITED in issued(browser)


def test_seal_that_is_not_valid_seals_nothing(
    browser: TestApp, sealing: Sealing, work: Callable[[], int], system: Context
) -> None:
    page = issued(browser)
    sealing.centre.trust = Centre("Başqa").trust
    work()
    system.session.rollback()
    row = system.session.scalars(select(OutboxRow).where(OutboxRow.topic == "gooen.pdf")).one()
    assert (row.sent_at, row.attempts, row.last_error) == (None, 1, "Unavailable")
    assert AWAITED in browser.get(page.request.path)


def test_page_stops_promising_a_file_that_does_not_come(browser: TestApp, sealing: Sealing, clock: FixedClock) -> None:
    address = issued(browser).request.path
    clock.advance(PDF_PATIENCE)
    page = browser.get(address)
    assert AWAITED not in page
    assert UNAVAILABLE in page
    assert 'http-equiv="refresh" content="3"' not in page


def test_key_file_of_the_seal_is_opened_with_the_passphrase_of_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.adapters.seal import seal
    from app.cli.pki_keys import new_key, write_key
    from app.settings import Settings

    centre, key = Centre(), new_key()
    issued_to = centre.issue(SEAL, FIRM, key)
    write_key(tmp_path / "customs.p12", "on altı işarədən uzun", key, [issued_to, centre.issuing])
    told = {"EGOMRUK_INSTANCE": str(tmp_path), "EGOMRUK_SEAL": str(tmp_path / "customs.p12")}
    found = seal(Settings.from_environment(told))
    assert found is not None
    assert found.is_there
    (tmp_path / "passphrase").write_text("on altı işarədən uzun\n")
    monkeypatch.setenv("EGOMRUK_SEAL_PASSPHRASE_FILE", str(tmp_path / "passphrase"))
    assert found.signer.certificate == issued_to
    assert not SealFile(tmp_path / "none.p12", str).is_there
