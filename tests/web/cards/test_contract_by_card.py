"""The contract signed with a card inside the portal: read, prepared, PIN2; all else is refused and leaves a row."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from webtest import TestApp, TestResponse

from app.accounts.models import SignInSession
from app.accounts.operations import WarnOfGuesses, warn_of_guesses
from app.adapters.emulators.chips import NewChip, Use
from app.archive.models import KeptContainer
from app.contracts import operations
from app.contracts.machine import State
from app.contracts.queries import Key
from app.core.audit import AuditEntry
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.errors import Conflict
from app.core.roles import Role
from app.factory import create_app, real_ports
from app.notifications.models import Notification
from signing.container import open_container
from tests.conftest import close
from tests.web.cards.house import CARD, EXPIRED, FIN, OFFICER, OTHER, House, a_browser, form_with, shown
from tests.web.contracting import Office, form_to


@pytest.fixture
def portal(house: House, clock: FixedClock) -> Iterator[Flask]:
    app = create_app(house.settings, clock=clock)
    yield app
    close(app)


@pytest.fixture
def office(portal: Flask, system: Context) -> Office:
    return Office(portal, system)


@pytest.fixture
def key(office: Office) -> Key:
    return office.approved(pin=FIN)


@pytest.fixture
def applicant(portal: Flask, key: Key) -> TestApp:
    """In whose browser the mailed link was opened."""
    browser, path = a_browser(portal), f"/contracts/link/{key.token}"
    form_to(browser.get(path), path).submit(status=303)
    return browser


def at_reader(browser: TestApp, key: Key) -> TestResponse:
    page = browser.get(f"/contracts/{key.public_id}/sign")
    return form_to(page, "/sign/card").submit(status=303).follow()


def read(page: TestResponse, card: str = CARD.number) -> TestResponse:
    """The certificate on its way to the portal."""
    form = form_with(page, "card")
    form["card"] = card
    return form_with(form.submit(), "certificate").submit(expect_errors=True)


def signed(page: TestResponse, pin: str = CARD.pin2, card: NewChip = CARD) -> TestResponse:
    """From the page with the code to that which sends the signature on."""
    code = page.html.main.find(class_="key").get_text()
    form = form_with(page := page.click("Kart oxuyana keç"), "pin")
    assert page.html.main.find(class_="key").get_text() == code
    assert form["card"].value == CARD.number
    form["card"], form["pin"] = card.number, pin
    return form.submit(expect_errors=True)


def sent(page: TestResponse, **changed: str) -> TestResponse:
    form = form_with(page, "signature")
    for name, value in changed.items():
        form[name] = value
    return form.submit(expect_errors=True)


def rows(system: Context) -> list[tuple[str, str, str]]:
    system.session.rollback()
    entries = system.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(row.operation, row.outcome, row.code) for row in entries if "card" in row.operation]


def nothing_signed(office: Office, key: Key) -> None:
    assert office.row(key.public_id).state is State.APPROVED
    assert office.system.session.scalars(select(KeptContainer)).all() == []
    assert office.system.session.scalars(select(SignInSession)).all() == []


@dataclass(frozen=True)
class Refused:
    """Whatever is sent comes to nothing, with a text and a row."""

    office: Office
    key: Key

    def __call__(self, page: TestResponse, status: int, code: str, text: str) -> None:
        assert page.status_int == status
        assert text in shown(page)
        nothing_signed(self.office, self.key)
        assert rows(self.office.system)[-1][1:] == ("refused", code)


def test_card_is_read_and_pin2_signs_the_contract(office: Office, key: Key, applicant: TestApp) -> None:
    page = read(at_reader(applicant, key))
    assert page.status_int == 303
    page = sent(signed(page.follow()))
    assert (page.status_int, page.location) == (303, f"/contracts/{key.public_id}")
    assert "Müqavilə imzalanıb" in shown(page.follow())
    row = office.row(key.public_id)
    assert row.state is State.CONTRACT_SIGNED
    kept = office.system.session.scalars(select(KeptContainer)).one()
    assert (kept.level, kept.number, kept.public_id) == ("B-LT", row.number, row.container)
    (file,) = open_container(applicant.get(f"/contracts/{key.public_id}/contract.asice").body).files
    assert file.digest().hex() == row.text_sha256
    assert rows(office.system)[-1] == ("contracts.sign_by_card", "completed", "")


def test_another_persons_card_is_not_even_asked_for_a_pin(office: Office, key: Key, applicant: TestApp) -> None:
    page = read(at_reader(applicant, key), OTHER.number)
    Refused(office, key)(page, 422, "signatures.other_person", "Kart başqa şəxsindir.")
    assert page.click("Yenidən başla").status_int == 200


def test_card_that_has_run_out_is_told_apart(office: Office, key: Key, applicant: TestApp) -> None:
    page = read(at_reader(applicant, key), EXPIRED.number)
    Refused(office, key)(page, 422, "certificate.outside", "müddəti bitib")


def test_officers_certificate_signs_for_the_committee_alone(portal: Flask, office: Office) -> None:
    key = office.approved(pin=OFFICER.fin)
    browser, path = a_browser(portal), f"/contracts/link/{key.token}"
    form_to(browser.get(path), path).submit(status=303)
    page = read(at_reader(browser, key), OFFICER.number)
    Refused(office, key)(page, 422, "signatures.purpose", "sənəd imzalamaq üçün deyil")


@pytest.mark.parametrize("moment", ["before it is read", "before it answers"])
def test_revoked_card_signs_nothing(house: House, office: Office, applicant: TestApp, key: Key, moment: str) -> None:
    page = at_reader(applicant, key)
    if moment == "before it answers":
        page = signed(read(page).follow())
    serial = house.cards.certificate(CARD.number, Use.SIGNING).serial_number
    house.authority.revoke(serial)
    page = read(page) if moment == "before it is read" else sent(page)
    text = {"before it is read": "Sertifikat ləğv edilib.", "before it answers": "İmza qəbul edilmədi."}[moment]
    code = {"before it is read": "certificate.revoked", "before it answers": "contracts.not_valid"}[moment]
    Refused(office, key)(page, 422, code, text)


def test_wrong_pin_signs_nothing_and_three_lock_the_card(office: Office, key: Key, applicant: TestApp) -> None:
    page = read(at_reader(applicant, key)).follow()
    for left in ("PIN2 yanlışdır. Qalan cəhdlərin sayı: 2", "Qalan cəhdlərin sayı: 1", "PIN2 bloklanıb."):
        assert left in signed(page, "00000")
    last = signed(page)
    assert "PIN2 bloklanıb." in last
    answer = form_with(last, "locked").submit("locked", expect_errors=True)
    Refused(office, key)(answer, 422, "card.pin_locked", "Kartın PIN kodu üç dəfə yanlış yazılıb və bloklanıb.")
    office.officer("aysel", Role.CITIZEN, pin=FIN)
    for _ in range(2):
        warn_of_guesses(office.system, WarnOfGuesses())
    assert "accounts.pin_locked" in office.system.session.scalars(select(Notification.kind)).all()


@pytest.mark.parametrize("step", ["reading", "signing"])
def test_a_no_at_the_reader_signs_nothing(office: Office, key: Key, applicant: TestApp, step: str) -> None:
    page = at_reader(applicant, key)
    if step == "signing":
        page = read(page).follow().click("Kart oxuyana keç")
    page = form_with(page, "cancelled").submit("cancelled", expect_errors=True)
    Refused(office, key)(page, 422, "signatures.cancelled", "ləğv edildi")


def test_of_two_answers_at_once_one_signs(portal: Flask, office: Office, key: Key, applicant: TestApp) -> None:
    form = form_with(signed(read(at_reader(applicant, key)).follow()), "signature")
    fields, cookies = dict(form.submit_fields()), dict(applicant.cookies)

    def send(_: int) -> int:
        window = a_browser(portal)
        for name, value in cookies.items():
            window.set_cookie(name, value)
        answer: TestResponse = window.post(form.action, fields, expect_errors=True)
        return int(answer.status_int)

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(send, range(2)))
    assert answers == [303, 409]
    assert office.row(key.public_id).state is State.CONTRACT_SIGNED
    assert len(office.system.session.scalars(select(KeptContainer)).all()) == 1


@pytest.mark.parametrize("what", ["another card", "another moment", "no value"])
def test_answer_of_another_card_or_document_is_no_signature(
    office: Office, applicant: TestApp, key: Key, clock: FixedClock, what: str
) -> None:
    earlier = form_with(signed(read(at_reader(applicant, key)).follow()), "signature")["signature"].value
    clock.advance(timedelta(seconds=2))
    page = signed(read(at_reader(applicant, key)).follow(), card=OTHER if what == "another card" else CARD)
    value = {"another moment": earlier, "no value": ""}.get(what)
    answer = sent(page) if value is None else sent(page, signature=value)
    Refused(office, key)(answer, 422, "signatures.value", "Cavab bu sənədin imzası deyil")
    # Used up: a second answer, even the right one, is not looked at.
    Refused(office, key)(sent(page), 409, "ceremony.used", "artıq cavab verilib")


def test_another_browser_and_another_contract_are_told_that_there_is_nothing(
    portal: Flask, office: Office, key: Key, applicant: TestApp
) -> None:
    page = signed(read(at_reader(applicant, key)).follow())
    form = form_with(page, "signature")
    stranger, path = a_browser(portal), f"/contracts/link/{key.token}"
    form_to(stranger.get(path), path).submit(status=303)
    token = form_with(at_reader(stranger, key), "card")["csrf_token"].value
    fields = dict(form.submit_fields()) | {"csrf_token": token}
    answer = stranger.post(form.action, fields, expect_errors=True)
    Refused(office, key)(answer, 404, "ceremony.unknown", "Belə təsdiq cəhdi yoxdur.")
    # As an answer to a sign-in it is nothing either.
    fields = dict(form.submit_fields())
    answer = applicant.post("/login/e-signature/answer", fields, expect_errors=True)
    assert answer.status_int == 404
    nothing_signed(office, key)


def test_time_to_answer_ends(office: Office, key: Key, applicant: TestApp, clock: FixedClock) -> None:
    page = signed(read(at_reader(applicant, key)).follow())
    clock.advance(timedelta(minutes=11))
    Refused(office, key)(sent(page), 422, "ceremony.expired", "vaxt bitdi")


def test_lost_connection_to_the_centre_signs_nothing_and_he_may_begin_anew(
    house: House, clock: FixedClock, office: Office, key: Key, applicant: TestApp
) -> None:
    """The time-stamp service is away when the answer comes."""
    page = signed(read(at_reader(applicant, key)).follow())
    away = replace(house.settings, tsa_url="http://127.0.0.1:9/tsa")
    app = create_app(away, ports=real_ports(away), clock=clock)
    applicant.app, here = app, applicant.app
    answer = sent(page)
    applicant.app = here
    close(app)
    Refused(office, key)(answer, 503, "contracts.services", "hazırda cavab vermir")
    assert sent(signed(read(at_reader(applicant, key)).follow())).status_int == 303


def test_nothing_is_signed_before_the_contract_is_approved(office: Office) -> None:
    key = office.applied(pin=FIN)
    with pytest.raises(Conflict, match="moved_on"):
        operations.begin_card(office.stranger, operations.BeginCard(key, "browser"))
