"""E-Gov identity from the sign-in page to the way out, between the processes of a served portal."""

from http import HTTPStatus
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from app.demo.means import means
from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.browser.steps import heading, keep_picture
from tests.browser.test_accessibility import MODES, violations
from tests.reliability.server import wait_until

pytestmark = pytest.mark.browser


def go_there(page: Page) -> None:
    page.goto("/login?next=/documents")
    page.locator('a[href^="/login/e-gov"]').click()
    page.click("main form button[type=submit]")
    page.wait_for_url("**/emulators/e-gov/authorize?**")


def enter(page: Page, username: str) -> None:
    go_there(page)
    account = means()[username].e_gov
    page.fill("#username", account.username)
    page.fill("#password", account.password)
    page.get_by_role("button", name="Daxil ol və təsdiq et").click()
    page.wait_for_url("**/documents")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_person_signs_in_and_out_on_both_sides(open_page: Open, site: Site, script: bool) -> None:
    page = open_page(script=script)
    enter(page, "aysel.importer")
    expect(page.get_by_role("banner")).to_contain_text("Aysel Məmmədova")
    expect(page.get_by_role("banner")).to_contain_text("9900000141")
    page.get_by_role("banner").get_by_role("button", name="Çıxış").click()
    assert heading(page) == "Portaldan çıxdınız"
    page.get_by_role("button", name="E-Gov hesabından da çıx").click()
    page.wait_for_url(lambda address: urlsplit(address).path == "/")
    page.goto("/sessions")
    assert heading(page) == "PORTALA GİRİŞ"
    page.goto("/emulators/e-gov")
    expect(page.get_by_text("Bu brauzerdə heç kim daxil olmayıb.")).to_be_visible()


def test_wrong_password_is_told_by_the_provider_alone(open_page: Open, site: Site) -> None:
    page = open_page()
    go_there(page)
    page.fill("#username", "aysel.importer")
    page.fill("#password", "wrong")
    page.get_by_role("button", name="Daxil ol və təsdiq et").click()
    expect(page.get_by_role("alert")).to_contain_text("İstifadəçi adı və ya şifrə yanlışdır.")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_declining_leads_back_to_a_clear_page(open_page: Open, site: Site, script: bool) -> None:
    page = open_page(script=script)
    go_there(page)
    page.get_by_role("button", name="İmtina et").click()
    assert heading(page) == "Təsdiq alınmadı"
    expect(page.get_by_role("main")).to_contain_text("E-Gov portalında girişi təsdiq etmədiniz")
    page.get_by_role("link", name="Yenidən başla").click()
    assert heading(page) == "E-Gov identity ilə giriş"


def test_who_signs_out_at_the_provider_is_out_of_the_portal(open_page: Open, site: Site) -> None:
    page = open_page()
    enter(page, "rashad.broker")
    page.goto("/emulators/e-gov")
    page.locator("main").get_by_role("button", name="Çıxış").click()
    expect(page.get_by_role("status")).to_contain_text("Sınaq E-Gov portalından çıxdınız.")
    wait_until(lambda: page.request.get("/sessions", max_redirects=0).status == HTTPStatus.SEE_OTHER)


def test_who_is_known_there_only_agrees(open_page: Open, site: Site) -> None:
    page = open_page()
    enter(page, "leyla.citizen")
    go_there(page)
    expect(page.get_by_role("main")).to_contain_text("Leyla Əliyeva")
    page.get_by_role("button", name="Təsdiq et").click()
    page.wait_for_url("**/documents")


def begun(page: Page) -> None:
    page.goto("/login/e-gov")


def refused(page: Page) -> None:
    go_there(page)
    page.get_by_role("button", name="İmtina et").click()


def left(page: Page) -> None:
    enter(page, "kamran.passenger")
    page.get_by_role("banner").get_by_role("button", name="Çıxış").click()


def provider(page: Page) -> None:
    page.goto("/emulators/e-gov")
    page.locator("main details summary").first.click()


SCREENS = {"begin": begun, "failed": refused, "leave": left, "there": go_there, "provider": provider}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", SCREENS)
def test_e_gov_page_is_for_everybody(open_page: Open, site: Site, name: str, mode: str) -> None:
    scheme, width = MODES[mode]
    page = open_page(scheme=scheme, width=width)
    SCREENS[name](page)
    keep_picture(page, f"e-gov-{name}-{mode}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
