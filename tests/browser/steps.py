"""What a person does in a window, step by step."""

from pathlib import Path

from playwright.sync_api import Page, expect

from app.core.roles import Role
from app.demo.means import means
from app.settings import ROOT
from app.web.i18n import translate
from tests.browser.site import Site

ARTIFACTS = ROOT / "artifacts" / "browser"
PICTURE_PATIENCE_MS = 60_000  # Without a graphics card a long page takes its time.


def sign_in(page: Page, site: Site, role: Role) -> None:
    person = site.person(role)
    page.goto("/login/password")
    send_password(page, person.username, person.password)


def send_password(page: Page, username: str, password: str) -> None:
    page.fill("#username", username)
    page.fill("#password", password)
    page.click("main button[type=submit]")


def sign_in_by_card(page: Page, site: Site, role: Role) -> None:
    page.goto("/login/e-signature")
    to_reader(page)
    type_pin(page, site.person(role).username)
    press(page, "Davam et")


def press(page: Page, text: str) -> None:
    page.locator("main").get_by_role("button", name=text, exact=True).click()


def follow_link(page: Page, text: str) -> None:
    page.locator("main").get_by_role("link", name=text, exact=True).click()


def to_reader(page: Page) -> None:
    press(page, "Davam et")
    code = page.locator(".result .key").inner_text()
    follow_link(page, "Kart oxuyana keç")
    expect(page.locator(".result .key")).to_have_text(code)


def type_pin(page: Page, username: str, pin: str = "") -> None:
    card = means()[username].card
    page.select_option("#card", card.number)
    page.fill("#pin", pin or card.pin1)
    press(page, "Təsdiq et")


def follow(page: Page, language: str, text: str, *, within: str = "main") -> None:
    """Follow the link of these words, which are looked up in the language of the page."""
    page.locator(within).get_by_role("link", name=translate(language, text), exact=True).first.click()


def heading(page: Page) -> str:
    return page.locator("h1").inner_text()


def keep_picture(page: Page, name: str) -> Path:
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    path = ARTIFACTS / f"{name}.png"
    # Hiding the caret would put style attributes on the fields, which htmx copies and the page's policy refuses.
    page.screenshot(path=path, full_page=True, caret="initial", timeout=PICTURE_PATIENCE_MS)
    return path


def assert_in_order(shown: str, texts: list[str]) -> None:
    """All of these are read, one after the other."""
    place = 0
    for text in texts:
        found = shown.find(text, place)
        assert found >= 0, (text, shown)
        place = found + len(text)
