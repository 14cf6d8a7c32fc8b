"""The pages of cards and phones: what a phone shows and takes, what a card signs; and production has none of it."""

import hashlib
import logging
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from webtest import TestApp, TestResponse

from app.adapters.emulators.application import application
from app.adapters.emulators.chips import Use
from app.adapters.emulators.devices import devices
from app.core.logs import JsonLines
from app.demo.means import hand_out
from app.factory import create_app
from app.migrations.state import upgrade
from app.settings import Mode, SettingsError
from signing.certificates import load
from signing.container import new_container
from signing.examination import Policy
from signing.profiles import Role
from signing.sealing import lasting
from signing.signers.mobile import Kind, Result
from signing.signers.signer import checked
from signing.verify import verify
from tests.signing.centre import files
from tests.signing.emulated import CARD, FIN, PHONE, Emulated, emulated

DIGEST = hashlib.sha256(b"a declaration").digest()
SCREEN = f"/emulators/phone/{PHONE.number}"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Emulated]:
    with emulated(tmp_path) as made:
        yield made


@pytest.fixture
def browser(house: Emulated) -> TestApp:
    """The portal beside the emulators; of these pages those alone ask a database by which a holder is told."""
    upgrade(house.settings.database_url)
    portal = create_app(house.settings, clock=house.clock)
    return TestApp(portal, extra_environ={"HTTP_HOST": "localhost", "REMOTE_ADDR": "192.0.2.10"})


def ring(house: Emulated, kind: Kind = Kind.SIGNATURE, text: str = "Bəyannamə 26AZ001") -> Any:
    return house.service.begin(kind, PHONE.number, FIN, DIGEST, "sha256", language="az", text=text)


def form_with(page: TestResponse, field: str) -> Any:
    return next(form for form in page.forms.values() if field in form.fields)


def typed(page: TestResponse, field: str, secret: str) -> TestResponse:
    form = form_with(page, field)
    form[field] = secret
    return form.submit(expect_errors=True)


def shown(page: TestResponse) -> str:
    return " ".join(page.html.main.get_text().split())


# Phones


def test_people_of_the_demonstration_have_phones_and_cards(house: Emulated, browser: TestApp) -> None:
    hand_out(house.settings)
    for path, number in (("/emulators/phone", "+994502000001"), ("/emulators/card", "ES000001")):
        page = browser.get(path)
        assert "Leyla Əliyeva" in shown(page)
        assert number in browser.get(page.html.find("a", string="Leyla Əliyeva")["href"])


def test_numbers_that_answer_by_themselves_are_listed_apart(house: Emulated, browser: TestApp) -> None:
    house.service.certificate("+994509990001", "TEST001")
    page = browser.get("/emulators/phone")
    assert page.html.main.find("a", string="Sınaq Nömrəsi") is None
    assert "+994509990006" in page.html.main.details.get_text()


def test_phone_at_rest_looks_for_requests(browser: TestApp) -> None:
    page = browser.get(SCREEN)
    assert "Sınaq telefonu" in page.html.h1
    assert page.html.find(id="screen")["data-hx-trigger"] == "every 2s"
    assert page.html.main.find("a", string="Yenilə")["href"] == SCREEN


def test_screen_changes_only_when_something_comes(house: Emulated, browser: TestApp) -> None:
    assert browser.get(SCREEN, headers={"HX-Request": "true"}).status_int == 204
    ring(house)
    assert browser.get(SCREEN, headers={"HX-Request": "true"}).html.find(id="pin")


def test_request_is_shown_and_stays_while_one_types(house: Emulated, browser: TestApp) -> None:
    ring(house)
    ringing = house.devices.phones.ringing(PHONE.number)
    assert ringing
    page = browser.get(SCREEN)
    for text in ("e-Gömrük", "Bəyannamə 26AZ001", ringing.control_code, "İmza, PIN2"):
        assert text in shown(page)
    assert page.html.find(attrs={"data-hx-trigger": True}) is None
    assert page.html.find(id="pin")["inputmode"] == "numeric"


def test_container_signed_at_the_screen_of_a_phone_is_valid(house: Emulated, browser: TestApp) -> None:
    payload = files()
    ceremony = house.signer.ask(
        house.signer.prepare(PHONE.number, FIN, payload, datetime.now(UTC)), language="az", text="Bəyannamə"
    )
    page = browser.get(SCREEN)
    assert ceremony.control_code in shown(page)
    assert "Təsdiq edildi." in shown(typed(page, "pin", PHONE.pin2).follow())
    basic = house.signer.fetch(ceremony, 1000)
    assert basic
    container = new_container(payload).with_signature(lasting(basic, house.services))
    report = verify(container.to_bytes(), house.trust, Policy(roles=frozenset({Role.PERSON})))
    assert (report.indication, report.signatures[0].level) == ("TOTAL-PASSED", "B-LT")


def test_one_thing_is_shown_at_a_time_the_oldest_first(house: Emulated, browser: TestApp) -> None:
    ring(house, text="birinci")
    house.clock.advance(timedelta(seconds=1))
    ring(house, Kind.AUTHENTICATION, text="ikinci")
    page = browser.get(SCREEN)
    assert "birinci" in shown(page)
    assert "ikinci" not in shown(page)
    page = typed(page, "pin", PHONE.pin2).follow()
    assert "ikinci" in shown(page)
    assert "Şəxsiyyətin təsdiqi, PIN1" in shown(page)


def test_cancelled_request_is_refused(house: Emulated, browser: TestApp) -> None:
    session = ring(house)
    page = form_with(browser.get(SCREEN), "pin").submit("answer", value="cancel").follow()
    assert "Ləğv edildi." in shown(page)
    assert house.service.poll(session, 1000).result is Result.USER_CANCELLED  # type: ignore[union-attr]


def test_three_wrong_pins_lock_and_the_puk_unlocks(house: Emulated, browser: TestApp) -> None:
    ring(house)
    page = browser.get(SCREEN)
    for left in (2, 1):
        page = typed(page, "pin", "00000")
        assert page.status_int == 422
        assert f"PIN2 yanlışdır. Qalan cəhdlərin sayı: {left}." in shown(page)
    page = typed(page, "pin", "00000")
    assert "PIN2 bloklanıb." in shown(page)
    assert page.html.find(id="pin") is None
    assert "Bloklanıb" in shown(browser.get("/emulators/phone"))
    page = typed(page, "puk", "00000000")
    assert page.status_int == 422
    assert "PUK yanlışdır. Qalan cəhdlərin sayı: 9." in shown(page)
    page = typed(page, "puk", PHONE.puk).follow()
    assert "PIN blokdan çıxarıldı." in shown(page)
    assert page.html.find(id="pin") is None  # The service was told at once that the PIN is locked.
    ring(house)
    assert typed(browser.get(SCREEN), "pin", PHONE.pin2).status_int == 303


def test_ten_wrong_puks_end_a_card(house: Emulated, browser: TestApp) -> None:
    page = browser.get(use_of())
    for _ in range(3):
        page = with_card(page, "0000")
    page = browser.get(f"/emulators/card/{CARD.number}")
    for _ in range(10):
        page = typed(page, "puk", "00000000")
    assert "PUK bloklanıb." in shown(page)
    assert "Artıq işləmir" in shown(page)
    assert page.html.find(id="puk") is None


def test_answer_that_comes_too_late_is_told_so(house: Emulated, browser: TestApp) -> None:
    session = ring(house)
    page = browser.get(SCREEN)
    house.clock.advance(timedelta(minutes=2))
    late = typed(page, "pin", PHONE.pin2)
    assert late.status_int == 422
    assert "Sorğu artıq gözləmir" in shown(late)
    assert house.service.poll(session, 1000).result is Result.TIMEOUT  # type: ignore[union-attr]


def test_request_is_answered_once(house: Emulated, browser: TestApp) -> None:
    ring(house)
    page = browser.get(SCREEN)
    assert typed(page, "pin", PHONE.pin2).status_int == 303
    assert "Sorğu artıq gözləmir" in shown(typed(page, "pin", PHONE.pin2))


def test_one_phone_cannot_answer_for_another(house: Emulated, browser: TestApp) -> None:
    hand_out(house.settings)
    ring(house)
    page = browser.get(SCREEN)
    form = form_with(page, "pin")
    form["pin"] = "50001"
    form.action = "/emulators/phone/+994502000001"
    assert "Sorğu artıq gözləmir" in shown(form.submit(expect_errors=True))
    assert house.devices.phones.ringing(PHONE.number)


@pytest.mark.parametrize("path", ["/emulators/phone/+994500000000", "/emulators/card/ES000000", "/emulators/card/use"])
def test_what_does_not_exist_is_not_found(browser: TestApp, path: str) -> None:
    assert browser.get(path, expect_errors=True).status_int == 404


@pytest.mark.parametrize("language", ["en", "ru"])
def test_phone_speaks_three_languages(house: Emulated, browser: TestApp, language: str) -> None:
    ring(house)
    word = {"en": "Control code", "ru": "Контрольный код"}[language]
    assert word in shown(browser.get(SCREEN, {"lang": language}))


# Cards


def use_of(**changed: str) -> str:
    sent = {
        "key": "authentication",
        "hash_name": "sha256",
        "digest": b64encode(DIGEST).decode(),
        "text": "Portala giriş",
        "return_to": "http://localhost/login/e-signature?next=/documents",
        "state": 'a "state"',
    }
    return "/emulators/card/use?" + urlencode(sent | changed)


def with_card(page: TestResponse, pin: str) -> TestResponse:
    form = form_with(page, "card")
    form["card"], form["pin"] = CARD.number, pin
    return form.submit(expect_errors=True)


def test_card_signs_what_a_page_hands_over(house: Emulated, browser: TestApp) -> None:
    page = browser.get(use_of())
    for text in ("Portala giriş", "Şəxsiyyətin təsdiqi, PIN1"):
        assert text in shown(page)
    page = with_card(page, CARD.pin1)
    form = form_with(page, "signature")
    assert (form.action, form.method) == ("/login/e-signature?next=/documents", "post")
    assert (form["card"].value, form["state"].value) == (CARD.number, 'a "state"')
    certificate = load(b64decode(form["certificate"].value))
    assert certificate == house.devices.cards.certificate(CARD.number, Use.AUTHENTICATION)
    assert checked(b64decode(form["signature"].value), certificate, DIGEST, "sha256")
    assert form["csrf_token"].value
    assert CARD.pin1 not in [field.value for fields in form.fields.values() for field in fields]


def test_card_need_not_be_used(house: Emulated, browser: TestApp) -> None:
    form = form_with(browser.get(use_of()), "cancelled")
    assert form.action == "/login/e-signature?next=/documents"
    assert form["state"].value == 'a "state"'


def test_wrong_pin_of_a_card_is_counted(house: Emulated, browser: TestApp) -> None:
    page = with_card(browser.get(use_of()), CARD.pin2)
    assert page.status_int == 422
    assert "PIN1 yanlışdır. Qalan cəhdlərin sayı: 2." in shown(page)
    assert form_with(page, "card")["card"].value == CARD.number
    assert form_with(page, "card")["pin"].value == ""
    assert "Qalan cəhdlərin sayı: 2" in shown(browser.get(f"/emulators/card/{CARD.number}"))


def test_card_and_pin_are_both_needed(house: Emulated, browser: TestApp) -> None:
    page = form_with(browser.get(use_of()), "card").submit(expect_errors=True)
    assert page.status_int == 422
    assert {"Kartı seçin.", "PIN kodu yazın."} <= {link.get_text() for link in page.html.main.find_all("a")}


@pytest.mark.parametrize(
    "address",
    [
        "http://elsewhere.example/login",
        "http://localhost.elsewhere.example/login",
        "http://localhost@elsewhere.example/",
        "https://localhost/login",
        "//elsewhere.example/login",
        "/\\elsewhere.example",
        "/login\nx",
        "/log in",
        "javascript:alert(1)",
        "login",
        "",
    ],
)
def test_signature_goes_to_no_other_place(house: Emulated, browser: TestApp, address: str) -> None:
    page = browser.get(use_of(return_to=address), expect_errors=True)
    assert page.status_int == 422
    assert "signature" not in page


@pytest.mark.parametrize(
    "changed",
    [
        {"key": "encryption"},
        {"hash_name": "sha1"},
        {"hash_name": "sha512"},
        {"digest": ""},
        {"digest": "???"},
        {"text": "x" * 301},
        {"state": "x" * 501},
    ],
)
def test_broken_handover_is_refused(house: Emulated, browser: TestApp, changed: dict[str, str]) -> None:
    assert browser.get(use_of(**changed), expect_errors=True).status_int == 422


# What must never be


def test_no_pin_is_logged(house: Emulated, browser: TestApp) -> None:
    text = StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(JsonLines())
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        ring(house)
        typed(browser.get(SCREEN), "pin", "77777")
        typed(browser.get(SCREEN), "pin", PHONE.pin2)
        with_card(browser.get(use_of()), "66666")
        with_card(browser.get(use_of()), CARD.pin1)
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
    assert "/emulators/phone/<number>" in text.getvalue()
    assert [pin for pin in ("77777", PHONE.pin2, "66666", CARD.pin1) if pin in text.getvalue()] == []


def test_production_has_no_emulators(house: Emulated) -> None:
    production = replace(
        house.settings, mode=Mode.PRODUCTION, base_url="https://portal.example", clamd="127.0.0.1:3310"
    )
    portal = TestApp(create_app(production), extra_environ={"HTTP_HOST": "portal.example"})
    for path in ("/emulators/phone", "/emulators/card", SCREEN, use_of()):
        assert portal.get(path, expect_errors=True).status_int == 404
    for begin in (devices, application):
        with pytest.raises(SettingsError):
            begin(production)
