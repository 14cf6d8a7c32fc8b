"""A contract in two windows, the applicant's and the officers': from the application to the first sign-in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from re import compile as pattern

import pytest
from playwright.sync_api import FilePayload, Page, expect

from app.contracts.rules import Step
from app.core.clock import BAKU
from app.core.roles import Role
from app.demo.contracts import ANSWERS
from app.demo.means import means
from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.browser.steps import follow_link, heading, keep_picture, press, send_password, sign_in_by_card
from tests.browser.test_accessibility import MODES, violations
from tests.unit.documents import corpus

pytestmark = pytest.mark.browser
PASSWORD = "dörd yaşıl gəmi limanda"
LINK = pattern(r"http://[\w.:]+(/contracts/(?:link|activate)/[\w-]+)")
PDF: FilePayload = {"name": "sənəd.pdf", "mimeType": "application/pdf", "buffer": corpus.pdf()}


@dataclass
class Postbox:
    """What the portal's mail server of the demonstration writes down."""

    folder: Path
    page: Page

    def link(self, to: str, kind: str) -> str:
        """The newest link of its kind that came to this address; the worker needs a moment."""
        for _ in range(100):
            found = [path for text in self._texts(to) for path in LINK.findall(text) if f"/{kind}/" in path]
            if found:
                return str(found[-1])
            self.page.wait_for_timeout(100)
        raise AssertionError(f"no mail with a link came to {to}")

    def _texts(self, to: str) -> Iterator[str]:
        texts = (path.read_text("utf-8") for path in sorted(self.folder.glob("*.txt")))
        return (text for text in texts if f"To: {to}\n" in text)


def begin(page: Page, post: Postbox, email: str) -> str:
    page.goto("/contracts")
    page.get_by_role("link", name="Müraciətə başla").click()
    page.check("#variant-firm")
    page.fill("#email", email)
    page.click("main button[type=submit]")
    assert heading(page) == "Məktub göndərildi"
    page.goto(post.link(email, "link"))
    page.get_by_role("button", name="Davam et").click()
    return page.url


def answer(page: Page, root: str, pin: str = "3AB4C5D") -> None:
    page.get_by_role("link", name="Hüquqi şəxs", exact=True).click()
    page.fill("#payer", "9900000551")
    page.fill("#firm", "Kür Ticarət MMC")
    page.fill("#address", "Mingəçevir şəhəri")
    page.click("main button[type=submit]")
    page.fill("#pin", pin)
    page.fill("#name", "Sənan Vəliyev")
    page.fill("#position", "direktor")
    page.click("main button[type=submit]")
    page.fill("#phone", "050 200 00 21")
    page.click("main button[type=submit]")
    assert page.url == root
    for paper in ("letter", "registration", "founders"):
        page.goto(f"{root}/papers/{paper}")
        page.set_input_files("#file", PDF)
        page.click("main button[type=submit]")
        page.get_by_role("link", name="Davam et").click()
    page.get_by_role("link", name="Cavabları yoxla").click()
    page.get_by_role("button", name="Göndər").click()
    expect(page.locator("main")).to_contain_text("Yoxlanılır")


def approve(officer: Page, number: str) -> None:
    officer.goto(f"/officer/contracts?q={number}")
    officer.locator("main table a").first.click()
    officer.get_by_role("button", name="Sənədlər qaydasındadır").click()
    officer.get_by_role("button", name="Təsdiq et").click()


def decide(officer: Page, number: str) -> str:
    approve(officer, number)
    officer.get_by_role("link", name="Kağız üzərində imzanı qeyd et").click()
    officer.fill("#signed_on", datetime.now(BAKU).strftime("%d.%m.%Y"))
    officer.set_input_files("#file", PDF)
    officer.get_by_role("button", name="Qeyd et").click()
    expect(officer.locator("main")).to_contain_text("Müqavilə imzalanıb")
    assert officer.get_by_role("button", name="İstifadəçi adı ver").count() == 0
    return officer.url


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_from_the_application_to_the_first_sign_in(open_page: Open, site: Site, script: bool) -> None:
    email = f"senan-{script}@demo.invalid".lower()
    page, officer, senior = open_page(script=script), open_page(script=script), open_page(script=script)
    post = Postbox(site.instance / "mail", page)
    root = begin(page, post, email)
    answer(page, root)
    sign_in_by_card(officer, site, Role.OFFICER)
    case = decide(officer, heading(page))
    sign_in_by_card(senior, site, Role.SENIOR_OFFICER)
    senior.goto(case)
    senior.get_by_role("button", name="İstifadəçi adı ver").click()
    expect(senior.locator("main")).to_contain_text("Giriş məlumatları göndərilib")
    page.goto(post.link(email, "activate"))
    username = page.locator(".key").inner_text()
    page.fill("#new_password", PASSWORD)
    page.click("main button[type=submit]")
    page.locator("main").get_by_role("link", name="Daxil ol").click()
    send_password(page, username, PASSWORD)
    assert "9900000551" in page.locator("header").inner_text()
    page.goto("/contracts")
    expect(page.locator("main table")).to_contain_text("Qüvvədədir")
    page.goto(root)
    page.get_by_role("link", name="Müqaviləyə xitam ver").click()
    page.get_by_role("button", name="Bəli").click()
    page.goto("/documents")
    assert heading(page) == "PORTALA GİRİŞ"  # Out with the next request.


def with_the_card(page: Page, username: str, name: str) -> None:
    """Read, then the same code on both pages, then PIN2."""
    held = means()[username].card
    press(page, "Kartla imzala")
    page.select_option("#card", held.number)
    keep_picture(page, f"{name}-read")
    press(page, "Oxut")
    press(page, "Davam et")
    code = page.locator(".result .key").inner_text()
    keep_picture(page, f"{name}-code")
    follow_link(page, "Kart oxuyana keç")
    expect(page.locator(".result .key")).to_have_text(code)
    assert page.input_value("#card") == held.number
    page.fill("#pin", held.pin2)
    press(page, "Təsdiq et")
    press(page, "Davam et")


def with_the_phone(page: Page, phone: Page, username: str, name: str) -> None:
    held = means()[username].phone
    follow_link(page, "Asan imza ilə imzala")
    page.fill("#phone", held.number.removeprefix("+994"))
    page.fill("#user_id", held.user_id)
    keep_picture(page, f"{name}-ask")
    press(page, "Davam et")
    code = page.locator(".result .key").inner_text()
    keep_picture(page, f"{name}-code")
    assert violations(page) == []
    phone.goto(f"/emulators/phone/{held.number}")
    expect(phone.locator(".result .key")).to_have_text(code)
    phone.fill("#pin", held.pin2)
    phone.click("main button[type=submit]")
    phone.get_by_role("status").first.wait_for()


@pytest.mark.parametrize(
    ("by", "script", "username"),
    [("card", True, "leyla.citizen"), ("card", False, "leyla.citizen"), ("phone", True, "aysel.importer")],
)
def test_signed_inside_the_portal(open_page: Open, site: Site, by: str, script: bool, username: str) -> None:
    email, name = f"{by}-{script}@demo.invalid".lower(), f"contract-sign-{by}"
    page, other = open_page(script=script), open_page(script=script)
    root = begin(page, Postbox(site.instance / "mail", page), email)
    answer(page, root, means()[username].card.fin)
    sign_in_by_card(other, site, Role.OFFICER)
    approve(other, heading(page))
    page.goto(f"{root}/sign")
    keep_picture(page, f"{name}-{script}")
    assert not script or violations(page) == []
    if by == "card":
        with_the_card(page, username, name)
    else:
        with_the_phone(page, other, username, name)
    expect(page.locator("main")).to_contain_text("Müqavilə imzalanıb")
    page.get_by_role("link", name="İmzalanmış müqavilə (ASiC-E)").wait_for()


def waiting(page: Page, site: Site) -> None:
    sign_in_by_card(page, site, Role.OFFICER)
    page.goto("/officer/contracts")


def one_case(page: Page, site: Site) -> None:
    """That of the demonstration, which waits for good."""
    waiting(page, site)
    page.goto(f"/officer/contracts?q={ANSWERS[Step.PAYER]['payer']}")
    page.locator("main table a").click()


def returning(page: Page, site: Site) -> None:
    one_case(page, site)
    page.get_by_role("link", name="Düzəliş üçün qaytar").click()


def begun(page: Page, site: Site) -> None:
    email = f"a{datetime.now(BAKU).timestamp()}@demo.invalid"
    begin(page, Postbox(site.instance / "mail", page), email)


def asked(page: Page, site: Site) -> None:
    begun(page, site)
    page.goto(f"{page.url}/payer")
    page.click("main button[type=submit]")


def looked_over(page: Page, site: Site) -> None:
    begun(page, site)
    page.goto(f"{page.url}/check")
    page.click("main button[type=submit]")


SCREENS = {
    "contracts": lambda page, _: page.goto("/contracts"),
    "contract-new": lambda page, _: page.goto("/contracts/new"),
    "contract-begun": begun,
    "contract-asked": asked,
    "contract-check": looked_over,
    "contract-queue": waiting,
    "contract-case": one_case,
    "contract-return": returning,
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", SCREENS)
def test_every_page_of_a_contract_is_for_everybody(open_page: Open, site: Site, name: str, mode: str) -> None:
    scheme, width = MODES[mode]
    page = open_page(scheme=scheme, width=width)
    SCREENS[name](page, site)
    keep_picture(page, f"{name}-{mode}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
