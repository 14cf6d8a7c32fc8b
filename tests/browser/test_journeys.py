"""From the catalogue to the documents and out again, in three languages, with a script and without."""

import pytest
from playwright.sync_api import Page, expect

from app.catalogue.rules import load_services
from app.core.roles import Role
from app.web.i18n import LANGUAGES, translate
from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.browser.steps import follow, heading, send_password, sign_in

pytestmark = pytest.mark.browser
SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])


@SCRIPT
@pytest.mark.parametrize("language", LANGUAGES)
def test_from_the_catalogue_to_the_documents_and_out(open_page: Open, site: Site, language: str, script: bool) -> None:
    page = open_page(script=script, language=language)

    def word(text: str) -> str:
        return translate(language, text)

    find_service(page, language)
    follow(page, language, "İstifadə təlimatı")
    assert heading(page) == word("İstifadə təlimatı")
    page.locator("nav.back a").click()
    follow(page, language, "Daxil ol", within="header")
    assert heading(page) == word("PORTALA GİRİŞ")
    follow(page, language, "Davam et")
    person = site.person(Role.PARTICIPANT)
    send_password(page, person.username, "not the password")
    expect(page.get_by_role("alert")).to_contain_text(word("İstifadəçi adı və ya şifrə yanlışdır."))
    assert page.input_value("#username") == person.username
    assert page.title().startswith(f"{word('Xəta')}: ")
    send_password(page, person.username, person.password)
    assert person.name in page.locator("header").inner_text()
    page.goto("/documents")
    assert heading(page) == word("Sənədlərim")
    page.locator("header").get_by_role("button", name=word("Çıxış")).click()
    expect(page.locator("header").get_by_role("link", name=word("Daxil ol"))).to_be_visible()
    page.goto("/documents")
    assert heading(page) == word("PORTALA GİRİŞ")


def find_service(page: Page, language: str) -> None:
    page.goto("/")
    page.fill("#q", "GÖÖEN")
    page.locator("main form").get_by_role("button").click()
    gooen = next(service for service in load_services() if service.slug == "gooen").texts[language]
    page.locator("ul.tasks").get_by_role("link", name=gooen.short_name, exact=True).click()
    assert heading(page) == gooen.short_name


@SCRIPT
def test_whoever_asks_for_a_page_of_his_own_gets_there_after_signing_in(
    open_page: Open, site: Site, script: bool
) -> None:
    page = open_page(script=script)
    page.goto("/documents")
    follow(page, "az", "Davam et")
    person = site.person(Role.PARTICIPANT)
    send_password(page, person.username, person.password)
    assert page.url == f"{site.url}/documents"


@SCRIPT
def test_going_back_after_signing_out_shows_nothing_of_one_s_own(open_page: Open, site: Site, script: bool) -> None:
    page = open_page(script=script)
    sign_in(page, site, Role.PARTICIPANT)
    page.goto("/documents")
    page.locator("header").get_by_role("button").click()
    expect(page.locator("header")).not_to_contain_text("Aysel")  # Only then is there a page to go back from.
    page.go_back()
    assert "Aysel" not in page.content()


def test_the_error_summary_has_the_focus_and_leads_to_the_field(open_page: Open) -> None:
    page = open_page()
    page.goto("/login/password")
    page.click("main button[type=submit]")
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.locator("#username")).to_be_focused()


def test_the_keyboard_alone_is_enough(open_page: Open) -> None:
    page = open_page()
    page.goto("/login/password")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    assert page.locator("a.skip").bounding_box()["width"] > 100  # type: ignore[index]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#username")).to_be_focused()
    page.keyboard.type("somebody")
    page.keyboard.press("Tab")
    expect(page.locator("#password")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()


def test_every_link_and_button_shows_where_the_focus_is(open_page: Open) -> None:
    page = open_page()
    page.goto("/")
    for _ in range(12):
        page.keyboard.press("Tab")
        width = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert float(width.removesuffix("px")) >= 2


def test_nothing_of_a_page_is_left_in_the_browser_s_storage(open_page: Open, site: Site) -> None:
    """The script notes the address of the page, and nothing else."""
    page = open_page()
    sign_in(page, site, Role.PARTICIPANT)
    page.goto("/documents")
    assert page.evaluate("({...localStorage})") == {}
    assert set(page.evaluate("({...sessionStorage})").values()) <= {"/documents"}


def test_the_first_load_is_light_over_the_wire(open_page: Open) -> None:
    page = open_page()
    sizes: dict[str, int] = {}
    page.on("requestfinished", lambda request: sizes.update({request.url: request.sizes()["responseBodySize"]}))
    page.goto("/", wait_until="networkidle")
    assert len(sizes) <= 6, sizes
    assert sum(sizes.values()) <= 60_000, sizes
