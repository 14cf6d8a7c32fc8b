"""A card in a browser: a page of the portal hands something over, the card signs it, the page gets it back."""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from urllib.parse import parse_qs, urlencode

import pytest
from playwright.sync_api import Page, expect

from app.adapters.emulators.chips import Use, WrongSecret
from app.adapters.emulators.devices import devices
from app.demo.means import means
from signing.certificates import load
from signing.signers.mobile import control_code
from signing.signers.signer import checked
from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.browser.steps import heading, keep_picture
from tests.browser.test_accessibility import MODES, violations
from tests.browser.test_phone import settings_of

pytestmark = pytest.mark.browser
DIGEST = hashlib.sha256(b"a declaration").digest()
# A page that takes any form, as long as it comes with the token of this browser.
RETURN_TO = "/design/form"


def hand_over(page: Page, site: Site) -> None:
    sent = {
        "key": "signing",
        "hash_name": "sha256",
        "digest": b64encode(DIGEST).decode(),
        "text": "Bəyannamə 26AZ00100123456",
        "return_to": f"{site.url}{RETURN_TO}",
        "state": "4711",
    }
    page.goto(f"/emulators/card/use?{urlencode(sent)}")


def use(page: Page, pin: str) -> None:
    page.select_option("#card", means()["aysel.importer"].card.number)
    page.fill("#pin", pin)
    page.get_by_role("button", name="Təsdiq et").click()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_card_signs_and_the_page_gets_it_back(open_page: Open, site: Site, script: bool) -> None:
    page, card = open_page(script=script), means()["aysel.importer"].card
    hand_over(page, site)
    expect(page.get_by_text(control_code(DIGEST))).to_be_visible()
    use(page, card.pin1)
    expect(page.get_by_role("alert")).to_contain_text("PIN2 yanlışdır. Qalan cəhdlərin sayı: 2.")
    use(page, card.pin2)
    assert heading(page) == "Kart təsdiq etdi"
    with page.expect_response(f"**{RETURN_TO}") as answered:
        page.get_by_role("button", name="Davam et").click()
    assert answered.value.status == 422  # The token was right, and the rest is of another form.
    sent = {name: values[0] for name, values in parse_qs(answered.value.request.post_data).items()}
    assert (sent["card"], sent["state"]) == (card.number, "4711")
    certificate = load(b64decode(sent["certificate"]))
    assert checked(b64decode(sent["signature"]), certificate, DIGEST, "sha256")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_card_is_left_out(open_page: Open, site: Site, script: bool) -> None:
    page = open_page(script=script)
    hand_over(page, site)
    with page.expect_response(f"**{RETURN_TO}") as answered:
        page.get_by_role("button", name="Ləğv et").click()
    sent = parse_qs(answered.value.request.post_data)
    assert (sent["cancelled"], sent["state"]) == (["1"], ["4711"])
    assert "signature" not in sent


def used(page: Page, site: Site) -> None:
    hand_over(page, site)
    use(page, means()["aysel.importer"].card.pin2)
    page.get_by_role("button", name="Davam et").wait_for()


def mistyped(page: Page, site: Site) -> None:
    hand_over(page, site)
    page.get_by_role("button", name="Təsdiq et").click()
    page.get_by_role("alert").wait_for()


def locked(page: Page, site: Site) -> None:
    number, cards = means()["agency.clerk"].card.number, devices(settings_of(site)).cards
    while cards.find(number).tries[Use.AUTHENTICATION]:
        with pytest.raises(WrongSecret):
            cards.sign(number, Use.AUTHENTICATION, "0", DIGEST, "sha256")
    page.goto(f"/emulators/card/{number}")
    page.locator("#puk").wait_for()


SCREENS: dict[str, Callable[[Page, Site], object]] = {
    "cards": lambda page, _: page.goto("/emulators/card"),
    "card-locked": locked,
    "card-asked": hand_over,
    "card-mistyped": mistyped,
    "card-used": used,
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", SCREENS)
def test_card_is_for_everybody(open_page: Open, site: Site, name: str, mode: str) -> None:
    scheme, width = MODES[mode]
    page = open_page(scheme=scheme, width=width)
    SCREENS[name](page, site)
    keep_picture(page, f"{name}-{mode}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
