"""Signing in with a card in a browser, and showing it anew while something waits to be sent."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.core.roles import Role
from app.demo.means import means
from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.browser.steps import follow_link, heading, keep_picture, press, sign_in, to_reader, type_pin
from tests.browser.test_accessibility import MODES, violations

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_importer_signs_in_with_her_card(open_page: Open, site: Site, script: bool) -> None:
    page = open_page(script=script)
    page.goto("/login?next=/documents")
    page.locator(".card", has_text="Elektron imza ilə daxil olmaq").get_by_role("link", name="Davam et").click()
    to_reader(page)
    type_pin(page, "aysel.importer")
    press(page, "Davam et")
    expect(page).to_have_url(f"{site.url}/documents")
    expect(page.locator("header")).to_contain_text(site.person(Role.PARTICIPANT).name)
    page.goto("/sessions")
    expect(page.locator("main")).to_contain_text("Elektron imza")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_three_wrong_pins_lock_the_card_and_the_puk_opens_it(open_page: Open, site: Site, script: bool) -> None:
    page, username = open_page(script=script), "rashad.broker"
    page.goto("/login/e-signature")
    to_reader(page)
    for said in ("Qalan cəhdlərin sayı: 2.", "Qalan cəhdlərin sayı: 1.", "PIN1 bloklanıb."):
        type_pin(page, username, "9999")
        expect(page.get_by_role("alert")).to_contain_text(said)
    card = means()[username].card
    page.goto(f"/emulators/card/{card.number}")
    page.fill("#puk", card.puk)
    page.locator("form", has=page.locator("#puk")).locator("button").click()
    page.goto("/login/e-signature")
    to_reader(page)
    type_pin(page, username)
    press(page, "Davam et")
    expect(page.locator("header")).to_contain_text(site.person(Role.BROKER).name)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_power_of_attorney_waits_while_the_card_is_shown_anew(open_page: Open, site: Site, script: bool) -> None:
    page, holder = open_page(script=script), site.person(Role.CITIZEN).pin if script else "9JK2L6M"
    sign_in(page, site, Role.PARTICIPANT)
    page.goto("/principal/powers")
    page.fill("#holder", holder)
    page.fill("#valid_from", "01.01.2050")
    page.fill("#valid_until", "01.01.2051")
    press(page, "Etibarnamə ver")
    with page.expect_popup() as opened:
        follow_link(page, "Yeni pəncərədə təsdiq et")
    window = opened.value
    follow_link(window, "Elektron imza ilə təsdiq et")
    to_reader(window)
    type_pin(window, "aysel.importer")
    press(window, "Davam et")
    assert heading(window) == "Təsdiq edildi"
    press(page, "Yenidən göndər")
    expect(page).to_have_url(f"{site.url}/principal/powers")
    expect(page.locator("table")).to_contain_text(holder)


def waiting(page: Page, _: Site) -> None:
    page.goto("/login/e-signature")
    press(page, "Davam et")
    page.get_by_role("link", name="Kart oxuyana keç").wait_for()


def cancelled(page: Page, site: Site) -> None:
    waiting(page, site)
    follow_link(page, "Kart oxuyana keç")
    press(page, "Ləğv et")
    page.get_by_role("link", name="Yenidən başla").wait_for()


def refused(page: Page, site: Site) -> None:
    sign_in(page, site, Role.PARTICIPANT)
    page.goto("/principal/powers")
    page.fill("#holder", "8GH1J5K")
    page.fill("#valid_from", "01.01.2050")
    page.fill("#valid_until", "01.01.2051")
    press(page, "Etibarnamə ver")
    page.get_by_role("link", name="Yeni pəncərədə təsdiq et").wait_for()


SCREENS: dict[str, Callable[[Page, Site], object]] = {
    "card-sign-in": lambda page, _: page.goto("/login/e-signature"),
    "card-waiting": waiting,
    "card-cancelled": cancelled,
    "proof-needed": refused,
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", SCREENS)
def test_card_sign_in_is_for_everybody(open_page: Open, site: Site, name: str, mode: str) -> None:
    scheme, width = MODES[mode]
    page = open_page(scheme=scheme, width=width)
    SCREENS[name](page, site)
    keep_picture(page, f"{name}-{mode}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
