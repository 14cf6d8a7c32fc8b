"""Every page for everybody: axe finds nothing in light, in dark and on a small screen, and no page scrolls sideways."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from app.core.roles import Role
from app.web.i18n import LANGUAGES
from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.browser.steps import assert_in_order, keep_picture, sign_in, sign_in_by_card
from tests.unit.documents import corpus

pytestmark = pytest.mark.browser
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
MODES = {"light": ("light", 1200), "dark": ("dark", 1200), "small": ("light", 320)}


def at(path: str) -> Callable[[Page, Site], None]:
    return lambda page, _site: page.goto(path)  # type: ignore[return-value]


def sent_empty(path: str) -> Callable[[Page, Site], None]:
    def go(page: Page, _site: Site) -> None:
        page.goto(path)
        page.click("main button[type=submit]")
        page.locator("main .banner.bad").wait_for()

    return go


def signed_in(role: Role, *paths: str) -> Callable[[Page, Site], None]:
    def go(page: Page, site: Site) -> None:
        sign_in(page, site, role)
        for path in paths:
            page.goto(path)

    return go


def by_card(role: Role, path: str) -> Callable[[Page, Site], None]:
    def go(page: Page, site: Site) -> None:
        sign_in_by_card(page, site, role)
        page.goto(path)

    return go


def after_upload(page: Page, site: Site) -> None:
    sign_in(page, site, Role.PARTICIPANT)
    page.goto("/documents")
    name = "Müqavilə_və_ona_əlavələr_2026-cı_il_üçün_tam_mətn.pdf"
    page.set_input_files("#file", {"name": name, "mimeType": "application/pdf", "buffer": corpus.pdf()})
    page.click("main button[type=submit]")


def first_of(go: Callable[[Page, Site], None]) -> Callable[[Page, Site], None]:
    """The page of the first thing in a list."""

    def opened(page: Page, site: Site) -> None:
        go(page, site)
        page.locator("table.data a").first.click()

    return opened


def after_visits(page: Page, _site: Site) -> None:
    for slug in ("gooen", "declarations", "passenger-declarations"):
        page.goto(f"/services/{slug}")
    page.goto("/")


PAGES: dict[str, Callable[[Page, Site], None]] = {
    "front": after_visits,
    "front-nothing-found": at("/?q=qzxw"),
    "service": at("/services/declarations"),
    "guide": at("/services/declarations/guide"),
    "regulation": at("/services/declarations/regulation"),
    "gooen-errors": sent_empty("/gooen"),
    "login": at("/login?next=/documents"),
    "password": at("/login/password"),
    "password-errors": sent_empty("/login/password"),
    "password-changed": at("/login/password?changed=1"),
    "forgot": at("/login/password/forgot"),
    "forgot-errors": sent_empty("/login/password/forgot"),
    "sent": at("/login/password/sent"),
    "change": signed_in(Role.CITIZEN, "/login/password/change"),
    "documents-empty": signed_in(Role.BROKER, "/documents"),
    "documents": after_upload,
    "border-goods": signed_in(Role.PARTICIPANT, "/border-goods"),
    "border-goods-history": signed_in(Role.PARTICIPANT, "/border-goods?state=ended"),
    "border-goods-record": first_of(signed_in(Role.PARTICIPANT, "/border-goods")),
    "border-office": by_card(Role.OFFICER, "/officer/border-goods?side=destination"),
    "border-office-record": first_of(by_card(Role.OFFICER, "/officer/border-goods?side=destination")),
    "outbox": by_card(Role.ADMIN, "/admin/outbox"),
    "notifications": signed_in(Role.BANK, "/notifications"),
    "notification-settings": signed_in(Role.BANK, "/notifications/settings"),
    "soap": at("/soap/v1/docs"),
    "soap-operation": at("/soap/v1/docs/RegisterBorderGoods"),
    "session-end": at("/sessions/warning"),
    "refused": signed_in(Role.PASSENGER, "/admin/outbox"),
    "not-found": at("/nowhere"),
    "design": at("/design"),
    "design-errors": at("/design/errors"),
    "design-form": sent_empty("/design/form"),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everybody(open_page: Open, site: Site, name: str, mode: str) -> None:
    scheme, width = MODES[mode]
    page = open_page(scheme=scheme, width=width)
    PAGES[name](page, site)
    keep_picture(page, f"{name}-{mode}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "az"])
@pytest.mark.parametrize("name", ["front", "service", "login", "password-errors", "design-form", "soap"])
def test_longer_words_fit_a_small_screen(open_page: Open, site: Site, name: str, language: str) -> None:
    page = open_page(width=320, language=language)
    PAGES[name](page, site)
    keep_picture(page, f"{name}-small-{language}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [f"{rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]


def test_a_page_without_style_sheet_reads_in_order(open_page: Open) -> None:
    page = open_page()
    page.route("**/*.css", lambda route: route.fulfill(body="", content_type="text/css"))
    page.goto("/login/password")
    words = ["e-Gömrük", "Daxil ol", "İstifadəçi adı və şifrə ilə giriş", "Şifrə", "Daxil ol", "Çağrı mərkəzi"]
    assert_in_order(page.locator("body").inner_text(), words)


def test_a_printed_page_has_its_text_and_no_controls(open_page: Open, tmp_path: Path) -> None:
    import pikepdf

    page = open_page()
    page.goto("/services/declarations/regulation")
    page.emulate_media(media="print")
    for control in (".tools", ".back", "a.skip"):
        assert not page.locator(control).is_visible()
    assert page.locator("h1").is_visible()
    assert "Dövlət Gömrük Komitəsi" in page.locator("header.site").inner_text()
    printed = tmp_path / "regulation.pdf"
    page.pdf(path=printed, prefer_css_page_size=True)
    with pikepdf.open(printed) as document:
        assert 2 <= len(document.pages) <= 6
