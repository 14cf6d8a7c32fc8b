"""An administrator registers a system, gives it a certificate, changes and closes it, with a script and without."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from app.core.roles import Role
from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.browser.steps import follow_link, heading, keep_picture, press, sign_in_by_card
from tests.browser.test_accessibility import violations
from tests.soap.signed import system

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_system_from_its_registration_to_its_end(open_page: Open, site: Site, script: bool) -> None:
    page = open_page(script=script)
    code = "bank-one" if script else "bank-two"
    sign_in_by_card(page, site, Role.ADMIN)
    page.goto("/admin/systems")
    follow_link(page, "Yeni sistem")
    press(page, "Qeydiyyata al")
    expect(page.get_by_role("alert")).to_contain_text("Sistemin kodunu yazın.")
    register(page, code)
    assert heading(page) == "Xəzər Bank"
    expect(page.locator("main")).to_contain_text("Hələ sertifikat yoxdur")
    now = datetime.now(UTC)
    certificate = system(code, now - timedelta(days=1), now + timedelta(days=30), "ec").certificate
    page.set_input_files("#certificate", {"name": "bank.pem", "mimeType": "text/plain", "buffer": certificate})
    press(page, "Sertifikat əlavə et")
    expect(page.locator("main table")).to_contain_text(f"CN={code}")
    keep_picture(page, f"system-{script}")
    press(page, "Ləğv et")
    expect(page.locator("main table")).to_contain_text("Ləğv edilib")
    follow_link(page, "Dəyiş")
    page.get_by_label("Elektron xidmətlərin siyahısı (ListServices)").check()
    press(page, "Yadda saxla")
    expect(page.locator("main")).to_contain_text("ListServices Ping")
    page.goto("/admin/systems")
    keep_picture(page, f"systems-{script}")
    page.goto(f"/admin/systems/{code}")
    follow_link(page, "Sistemi bağla")
    press(page, "Bağla")
    page.goto("/admin/systems")
    row = page.locator("main tr", has_text=code)
    expect(row).to_contain_text("Bağlanıb")


def register(page: Page, code: str) -> None:
    page.fill("#code", code)
    page.fill("#name", "Xəzər Bank")
    page.get_by_label("Bank", exact=True).check()
    page.get_by_label("Xidmətin işlədiyini yoxlamaq (Ping)").check()
    page.fill("#valid_until", "31.12.2030")
    press(page, "Qeydiyyata al")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 1200), ("light", 320)])
def test_pages_of_systems_are_for_everybody(open_page: Open, site: Site, scheme: str, width: int) -> None:
    page = open_page(scheme=scheme, width=width)
    sign_in_by_card(page, site, Role.ADMIN)
    for name in ("systems", "systems/new"):
        page.goto(f"/admin/{name}")
        keep_picture(page, f"{name.replace('/', '-')}-{scheme}-{width}")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
