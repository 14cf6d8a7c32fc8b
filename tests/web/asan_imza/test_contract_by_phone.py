"""The contract signed with Asan imza inside the portal: the same code on both screens, PIN2, and nothing without."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from webtest import TestApp, TestResponse

from app.accounts.models import SignInSession
from app.adapters.emulators.chips import Use
from app.adapters.emulators.scripted_phones import SCRIPTS
from app.archive.models import KeptContainer
from app.contracts.machine import State
from app.contracts.queries import Key
from app.contracts.views.by_phone import ON_PHONE
from app.core.audit import AuditEntry
from app.core.context import Context
from app.factory import create_app, real_ports
from app.web.i18n import LANGUAGES, translate
from signing.container import open_container
from signing.signers.mobile import Kind
from signing.signers.phone_screen import screen_text
from tests.conftest import close
from tests.signing.emulated import FIN, PHONE
from tests.web.asan_imza.steps import House, code_on, new_browser, shown
from tests.web.contracting import Office, form_to, form_with


@pytest.fixture
def office(portal: Flask, system: Context) -> Office:
    return Office(portal, system)


def applicant_of(office: Office, key: Key) -> TestApp:
    """In whose browser the mailed link was opened."""
    browser, path = new_browser(office.portal, "192.0.2.60"), f"/contracts/link/{key.token}"
    form_to(browser.get(path), path).submit(status=303)
    return browser


@pytest.fixture
def key(office: Office) -> Key:
    return office.approved(pin=FIN, phone=PHONE.number)


@pytest.fixture
def applicant(office: Office, key: Key) -> TestApp:
    return applicant_of(office, key)


def asked(browser: TestApp, key: Key, phone: str = "", user_id: str = PHONE.user_id) -> TestResponse:
    form = form_with(browser.get(f"/contracts/{key.public_id}/sign").click("Asan imza ilə imzala"), "phone")
    form["phone"], form["user_id"] = phone or form["phone"].value, user_id
    return form.submit(expect_errors=True)


def go_on(page: TestResponse, *, script: bool = False) -> TestResponse:
    """Presses the button, or does what the script does every two seconds."""
    form = next(form for form in page.forms.values() if "/sign/phone/" in form.action)
    return form.submit(headers={"HX-Request": "true"} if script else {}, expect_errors=True)


@pytest.fixture
def codes(system: Context) -> Callable[[], list[str]]:
    """What the audit trail says went wrong."""

    def read() -> list[str]:
        system.session.rollback()
        rows = select(AuditEntry.code).where(AuditEntry.code != "").order_by(AuditEntry.id)
        return list(system.session.scalars(rows))

    return read


def nothing_signed(office: Office, key: Key) -> None:
    assert office.row(key.public_id).state is State.APPROVED
    assert office.system.session.scalars(select(KeptContainer)).all() == []
    assert office.system.session.scalars(select(SignInSession)).all() == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_same_code_on_both_screens_then_pin2_signs_the_contract(
    house: House, office: Office, applicant: TestApp, key: Key, script: bool
) -> None:
    page = asked(applicant, key).follow()
    ringing = house.emulated.devices.phones.ringing(PHONE.number)
    assert ringing
    assert (ringing.question.kind, ringing.use) == (Kind.SIGNATURE, Use.SIGNING)
    assert ringing.control_code == code_on(page)
    assert ringing.question.text == ON_PHONE
    assert "PIN2" in shown(page)
    waiting = go_on(page, script=script)
    assert waiting.status_int == (204 if script else 303)
    nothing_signed(office, key)
    house.confirm(pin=PHONE.pin2)
    answer = go_on(page, script=script)
    target = answer.headers["HX-Redirect"] if script else answer.location
    assert (answer.status_int, target) == (200 if script else 303, f"/contracts/{key.public_id}")
    row = office.row(key.public_id)
    assert row.state is State.CONTRACT_SIGNED
    kept = office.system.session.scalars(select(KeptContainer)).one()
    assert (kept.level, kept.number) == ("B-LT", row.number)
    (file,) = open_container(applicant.get(f"/contracts/{key.public_id}/contract.asice").body).files
    assert file.digest().hex() == row.text_sha256
    assert office.system.session.scalars(select(SignInSession)).all() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_phone_shows_the_whole_text(language: str) -> None:
    text = translate(language, ON_PHONE)
    assert screen_text(text)[1] == text


ENDED = {
    "+994509990004": ("asan_imza.cancelled", "Əməliyyat telefonda ləğv edildi."),
    "+994509990005": ("asan_imza.mismatch", "SIM kartın imzası sertifikatına uyğun gəlmədi."),
    "+994509990006": ("asan_imza.phone_absent", "Telefona qoşulmaq mümkün olmadı."),
    "+994509990007": ("asan_imza.not_delivered", "Sorğu telefona çatdırılmadı."),
    "+994509990008": ("asan_imza.sim", "SIM kart xətası."),
    "+994509990009": ("asan_imza.pin_locked", "PIN kodu üç dəfə yanlış yazılıb və bloklanıb. Onu PUK kodu ilə açıb"),
    "+994509990012": ("signatures.value", "Cavab bu sənədin imzası deyil"),
    "+994509990014": ("contracts.not_valid", "İmza qəbul edilmədi."),
    "+994509990016": ("signatures.value", "Cavab bu sənədin imzası deyil"),
}


@pytest.mark.parametrize("number", ENDED)
def test_number_that_answers_by_itself(office: Office, codes: Callable[[], list[str]], number: str) -> None:
    code, text = ENDED[number]
    key = office.approved(pin=SCRIPTS[number].fin, phone=number)
    page = go_on(asked(applicant_of(office, key), key, user_id=SCRIPTS[number].fin).follow())
    assert page.status_int == 422
    assert text in shown(page)
    assert form_with(page, "phone")["phone"].value == number.removeprefix("+994")
    assert codes() == [code]
    nothing_signed(office, key)


@pytest.mark.parametrize("whose", ["another person's", "nobody's", "silent"])
def test_phone_that_is_not_his_stays_silent_like_any_other(
    house: House, office: Office, applicant: TestApp, key: Key, whose: str
) -> None:
    """Who has an application must not learn whose phone a number is, nor make it ring."""
    if whose == "another person's":
        key = office.approved(pin="7EF9G4H")
        applicant = applicant_of(office, key)
    pair = {"nobody's": ("+994501112233", "999999")}.get(whose, (PHONE.number, PHONE.user_id))
    page = asked(applicant, key, *pair).follow()
    assert (house.emulated.devices.phones.ringing(PHONE.number) is None) == (whose != "silent")
    seen = shown(page).replace(code_on(page), "")
    assert "Telefonun cavabı gözlənilir. Sorğu iki dəqiqə açıq qalır." in seen
    assert go_on(page).status_int == 303
    house.emulated.clock.advance(timedelta(minutes=2, seconds=1))
    ended = go_on(page)
    assert ended.status_int == 422
    assert "Telefondan vaxtında cavab gəlmədi." in shown(ended)
    nothing_signed(office, key)


def test_a_no_on_the_phone_leaves_it_alone_for_a_while(
    house: House, office: Office, applicant: TestApp, key: Key, codes: Callable[[], list[str]]
) -> None:
    page = asked(applicant, key).follow()
    house.cancel()
    assert "Əməliyyat telefonda ləğv edildi." in shown(go_on(page))
    again = asked(applicant, key)
    assert again.status_int == 429
    assert "30 dəqiqə" in shown(again)
    assert house.emulated.devices.phones.ringing(PHONE.number) is None
    assert codes() == ["asan_imza.cancelled"]
    nothing_signed(office, key)


def test_service_that_is_away_is_said_and_he_may_try_again_at_once(
    house: House, office: Office, applicant: TestApp, key: Key, codes: Callable[[], list[str]]
) -> None:
    away = replace(house.settings, mobile_signature_url="http://127.0.0.1:9/phone")
    app = create_app(away, ports=real_ports(away), clock=house.emulated.clock)
    applicant.app, here = app, applicant.app
    answer = asked(applicant, key)
    applicant.app = here
    close(app)
    assert answer.status_int == 503
    assert "hazırda cavab vermir" in shown(answer)
    assert codes() == ["asan_imza.away"]
    nothing_signed(office, key)
    assert asked(applicant, key).status_int == 303


def test_lost_connection_to_the_centre_signs_nothing(
    house: House, office: Office, applicant: TestApp, key: Key, codes: Callable[[], list[str]]
) -> None:
    page = asked(applicant, key).follow()
    house.confirm(pin=PHONE.pin2)
    with house.portal(ocsp_url="http://127.0.0.1:9/ocsp") as app:
        applicant.app, here = app, applicant.app
        answer = go_on(page)
        applicant.app = here
    assert answer.status_int == 503
    assert codes() == ["contracts.services"]
    nothing_signed(office, key)


def test_form_that_is_sent_twice_rings_once(house: House, applicant: TestApp, key: Key) -> None:
    first, second = asked(applicant, key), asked(applicant, key)
    assert first.location == second.location
    with house.emulated.devices.phones.store.reading() as file:
        assert file.execute("SELECT COUNT(*) FROM phone_request").fetchone()[0] == 1


def test_of_two_polls_at_once_one_signs(
    house: House, office: Office, applicant: TestApp, key: Key, portal: Flask
) -> None:
    page = asked(applicant, key).follow()
    house.confirm(pin=PHONE.pin2)
    form = next(form for form in page.forms.values() if "/sign/phone/" in form.action)
    fields, cookies = dict(form.submit_fields()), dict(applicant.cookies)

    def send(_: int) -> tuple[int, str]:
        window = new_browser(portal, "192.0.2.60")
        for name, value in cookies.items():
            window.set_cookie(name, value)
        answer: TestResponse = window.post(form.action, fields, expect_errors=True)
        return answer.status_int, answer.location or ""

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send, range(2)))
    done, still_waiting, used = (303, f"/contracts/{key.public_id}"), (303, page.request.path), (422, "")
    assert done in answers
    assert {*answers} <= {done, still_waiting, used}
    assert send(0) == done
    assert office.row(key.public_id).state is State.CONTRACT_SIGNED
    assert len(office.system.session.scalars(select(KeptContainer)).all()) == 1


def test_signature_signs_nobody_in_and_another_browser_sees_nothing(
    house: House, office: Office, applicant: TestApp, key: Key
) -> None:
    page = asked(applicant, key).follow()
    house.confirm(pin=PHONE.pin2)
    state = page.request.path.rpartition("/")[2]
    assert applicant.get(f"/login/asan-imza/{state}", expect_errors=True).status_int == 404
    stranger = applicant_of(office, key)
    assert stranger.get(page.request.path, expect_errors=True).status_int == 404
    nothing_signed(office, key)
    assert go_on(page).status_int == 303
