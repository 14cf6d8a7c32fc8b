"""Asan imza from start to end, with the portal in one window and the phone in another."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.adapters.emulators.devices import devices
from app.demo.means import means
from app.web.i18n import LANGUAGES, translate
from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.browser.steps import heading, keep_picture
from tests.browser.test_accessibility import MODES, violations
from tests.browser.test_phone import settings_of
from tests.browser.text_window import text_window

pytestmark = pytest.mark.browser
ENTRY = "/login/asan-imza?next=/sessions"
# Each journey has a person of its own: a phone is rung for one sign-in at a time.
PEOPLE = {
    (True, "az"): "aysel.importer",
    (True, "en"): "leyla.citizen",
    (True, "ru"): "kamran.passenger",
    (False, "az"): "bank.clerk",
    (False, "en"): "hub.operator",
    (False, "ru"): "agency.clerk",
}


def ask(page: Page, username: str) -> None:
    held = means()[username].phone
    page.fill("#phone", held.number.removeprefix("+994"))
    page.fill("#user_id", held.user_id)
    page.click("main form button[type=submit]")


def answer(phone: Page, username: str, code: str) -> None:
    """As the instructions say: compare, then PIN1."""
    held = means()[username].phone
    phone.goto(f"/emulators/phone/{held.number}")
    expect(phone.locator(".result .key")).to_have_text(code)
    phone.fill("#pin", held.pin1)
    phone.click("main button[type=submit]")
    phone.get_by_role("status").first.wait_for()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_signing_in_with_two_screens(open_page: Open, site: Site, script: bool, language: str) -> None:
    username = PEOPLE[script, language]
    page, phone = open_page(script=script, language=language), open_page(script=script, language=language)
    page.goto("/sessions")
    assert heading(page) == translate(language, "PORTALA GİRİŞ")
    page.locator(".card", has_text="Asan").get_by_role("link").click()
    assert heading(page) == translate(language, "Asan imza ilə giriş")
    ask(page, username)
    code = page.locator(".result .key").inner_text()
    expect(page.get_by_text(translate(language, "Telefonun cavabı gözlənilir."))).to_be_visible()
    answer(phone, username, code)
    if not script:  # The page looks anew by itself; going on is for its reader.
        expect(page.get_by_text(translate(language, "Telefon cavab verdi."))).to_be_visible()
        page.get_by_role("button", name=translate(language, "Davam et")).click()
    page.wait_for_url("**/sessions")
    person = means()[username].phone
    expect(page.locator("header")).to_contain_text(person.surname)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_who_cancels_on_the_phone_is_told_and_typed_words_stay(open_page: Open, site: Site, script: bool) -> None:
    username = "sevda.oversight" if script else "elchin.senior"
    page, phone = open_page(script=script), open_page(script=script)
    held = means()[username].phone
    page.goto(ENTRY)
    ask(page, username)
    page.locator(".result .key").wait_for()
    phone.goto(f"/emulators/phone/{held.number}")
    phone.get_by_role("button", name="Ləğv et").click()
    if not script:
        expect(page.get_by_text("Telefon cavab verdi.")).to_be_visible()
        page.get_by_role("button", name="Davam et").click()
    expect(page.get_by_role("alert")).to_contain_text("Əməliyyat telefonda ləğv edildi.")
    assert page.input_value("#user_id") == held.user_id


def test_signing_in_with_words_alone(site: Site, tmp_path: Path) -> None:
    held = means()["rashad.broker"].phone
    phones = devices(settings_of(site)).phones
    with text_window(f"{site.url}{ENTRY}", tmp_path) as window:
        window.wait_for("Asan imza ilə giriş")
        window.fill_in("Telefon nömrəsi", held.number.removeprefix("+994"))
        window.fill_in("İstifadəçi ID-si", held.user_id)
        window.push("Daxil ol")
        screen = window.wait_for("Telefonun cavabı gözlənilir.")
        ringing = phones.ringing(held.number)
        assert ringing
        assert ringing.control_code in screen
        window.push("Davam et")
        window.wait_for("Telefonun cavabı gözlənilir.")
        phones.confirm(held.number, ringing.id, held.pin1)
        window.push_until("Davam et", held.surname)


def waits(page: Page) -> None:
    page.goto(ENTRY)
    ask(page, "nigar.officer")
    page.locator(".result .key").wait_for()


def wrong(page: Page) -> None:
    page.goto(ENTRY)
    page.fill("#phone", "12")
    page.click("main form button[type=submit]")
    page.get_by_role("alert").wait_for()


def refused(page: Page) -> None:
    page.goto(ENTRY)
    page.fill("#phone", "+994509990008")
    page.fill("#user_id", "TEST008")
    page.click("main form button[type=submit]")
    page.get_by_role("alert").wait_for()


SCREENS = {"asan-imza": lambda page: page.goto(ENTRY), "waits": waits, "wrong": wrong, "refused": refused}


@pytest.mark.parametrize("name", SCREENS)
def test_page_of_asan_imza_is_for_everybody(open_page: Open, site: Site, name: str) -> None:
    """One sign-in shown in every mode, so that the phone is rung once."""
    page = open_page()
    SCREENS[name](page)
    for mode, (scheme, width) in MODES.items():
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.set_viewport_size({"width": width, "height": 900})
        keep_picture(page, f"asan-imza-{name}-{mode}")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
