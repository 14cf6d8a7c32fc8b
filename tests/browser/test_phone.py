"""The screen of a test phone: a request comes by itself, is read, and is answered; with a script and without one."""

import hashlib
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.adapters.emulators.chips import Locked, Use, WrongSecret
from app.adapters.emulators.devices import devices
from app.demo.means import Means, means
from app.settings import Settings
from signing.egress import Egress
from signing.signers.mobile import Complete, Kind, MobileService, Result, Session, control_code
from signing.signers.signer import checked
from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.browser.steps import heading, keep_picture
from tests.browser.test_accessibility import MODES, violations

pytestmark = pytest.mark.browser
DIGEST = hashlib.sha256(b"a declaration").digest()
TEXT = "Bəyannamə 26AZ00100123456"


def settings_of(site: Site) -> Settings:
    return Settings.from_environment(
        {"EGOMRUK_INSTANCE": str(site.instance), "PORT": site.url.rpartition(":")[2], "EGOMRUK_BASE_URL": site.url}
    )


def service_of(site: Site) -> MobileService:
    settings = settings_of(site)
    url, us = settings.mobile_signature_url, (settings.mobile_signature_uuid, settings.mobile_signature_name)
    return MobileService(url, *us, Egress.to(url, timeout=30.0))


def ring(site: Site, held: Means, kind: Kind = Kind.SIGNATURE) -> Session:
    phone = held.phone
    return service_of(site).begin(kind, phone.number, phone.fin, DIGEST, "sha256", language="az", text=TEXT)


def answer_to(site: Site, session: Session) -> Complete:
    answer = service_of(site).poll(session, 1000)
    assert isinstance(answer, Complete)
    return answer


def open_phone(page: Page, held: Means) -> None:
    page.goto("/emulators/phone")
    page.get_by_role("link", name=f"{held.phone.given_name} {held.phone.surname}").click()
    assert heading(page) == "Sınaq telefonu"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_request_comes_and_is_signed(open_page: Open, site: Site, script: bool) -> None:
    """With a script it comes by itself; without one the page is loaded anew."""
    page, held = open_page(script=script), means()["rashad.broker"]
    open_phone(page, held)
    expect(page.get_by_text("Gözləyən sorğu yoxdur.")).to_be_visible()
    session = ring(site, held)
    if not script:
        page.get_by_role("link", name="Yenilə").click()
    expect(page.get_by_text(control_code(DIGEST))).to_be_visible()
    expect(page.get_by_text(TEXT)).to_be_visible()
    page.fill("#pin", held.phone.pin1)
    page.click("main button[type=submit]")
    expect(page.get_by_role("alert")).to_contain_text("PIN2 yanlışdır. Qalan cəhdlərin sayı: 2.")
    page.fill("#pin", held.phone.pin2)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Təsdiq edildi.")
    expect(page.get_by_text("Gözləyən sorğu yoxdur.")).to_be_visible()
    certificate = service_of(site).certificate(held.phone.number, held.phone.fin)
    assert checked(answer_to(site, session).value, certificate, DIGEST, "sha256")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_request_is_cancelled(open_page: Open, site: Site, script: bool) -> None:
    page, held = open_page(script=script), means()["lale.admin"]
    session = ring(site, held, Kind.AUTHENTICATION)
    open_phone(page, held)
    expect(page.get_by_text("Şəxsiyyətin təsdiqi, PIN1")).to_be_visible()
    page.get_by_role("button", name="Ləğv et").click()
    expect(page.get_by_role("status")).to_contain_text("Ləğv edildi.")
    assert answer_to(site, session).result is Result.USER_CANCELLED


def ringing(page: Page, site: Site) -> None:
    held = means()["leyla.citizen"]
    ring(site, held)
    open_phone(page, held)
    page.locator("#pin").wait_for()


def resting(page: Page, _site: Site) -> None:
    open_phone(page, means()["kamran.passenger"])


def mistyped(page: Page, site: Site) -> None:
    held = means()["elchin.senior"]
    ring(site, held)
    open_phone(page, held)
    page.click("main button[type=submit]")
    page.get_by_role("alert").wait_for()


def locked(page: Page, site: Site) -> None:
    held, chips = means()["agency.clerk"], devices(settings_of(site)).phones.chips
    while chips.find(held.phone.number).tries[Use.SIGNING]:
        with pytest.raises((WrongSecret, Locked)):
            chips.sign(held.phone.number, Use.SIGNING, "0", DIGEST, "sha256")
    ring(site, held)
    open_phone(page, held)
    page.locator("#puk").wait_for()


def listed(page: Page, _site: Site) -> None:
    page.goto("/emulators/phone")
    page.locator("main details summary").click()


SCREENS: dict[str, Callable[[Page, Site], None]] = {
    "phones": listed,
    "phone-resting": resting,
    "phone-ringing": ringing,
    "phone-mistyped": mistyped,
    "phone-locked": locked,
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", SCREENS)
def test_phone_is_for_everybody(open_page: Open, site: Site, name: str, mode: str) -> None:
    scheme, width = MODES[mode]
    page = open_page(scheme=scheme, width=width)
    SCREENS[name](page, site)
    keep_picture(page, f"{name}-{mode}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
