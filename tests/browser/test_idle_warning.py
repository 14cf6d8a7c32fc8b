"""While somebody types, the page asks by itself how long he is still in; what he has typed stays."""

import pytest
from playwright.sync_api import expect

from app.core.roles import Role
from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.browser.steps import keep_picture, sign_in

pytestmark = pytest.mark.browser
HALF_AN_HOUR = 30 * 60 * 1000


def test_sign_in_that_ended_is_told_beside_what_was_typed(open_page: Open, site: Site) -> None:
    page = open_page()
    page.clock.install()
    sign_in(page, site, Role.PARTICIPANT)
    page.goto("/principal/powers")
    page.fill("#valid_from", "20.11.2026")
    page.context.clear_cookies()
    page.clock.fast_forward(HALF_AN_HOUR)
    expect(page.locator("#idle [role=alert]")).to_contain_text("Girişiniz bağlanıb")
    assert page.input_value("#valid_from") == "20.11.2026"
    keep_picture(page, "idle-over")
