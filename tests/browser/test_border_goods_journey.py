"""An importer finds his goods at the border and takes the list away; an officer opens a record of his office."""

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.core.roles import Role
from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.browser.steps import heading, keep_picture, press, sign_in, sign_in_by_card
from tests.browser.text_window import text_window

pytestmark = pytest.mark.browser
LIST = "Sərhəd gömrük məntəqələrində qeydə alınan mallar"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_importer_reads_filters_and_takes_away(open_page: Open, site: Site, script: bool) -> None:
    page = open_page(script=script)
    page.goto("/services/border-goods")
    page.get_by_role("link", name="Portala daxil olub xidmətə keç").click()
    assert page.url.endswith("/login?next=%2Fborder-goods")
    page.goto("/login/password?next=/border-goods")
    person = site.person(Role.PARTICIPANT)
    page.fill("#username", person.username)
    page.fill("#password", person.password)
    page.click("main button[type=submit]")
    assert heading(page) == LIST
    rows = page.locator("table.data tbody tr")
    expect(rows).to_have_count(4)
    expect(page.locator("main")).to_contain_text("Çatma müddəti keçənlər: 1")
    page.get_by_role("link", name="Onları göstər").click()
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("Gecikir:")
    page.get_by_role("link", name="Təmizlə").click()
    page.fill("#q", "ayaqqabi")
    press(page, "Axtar")
    expect(rows).to_have_count(1)
    rows.first.get_by_role("link").click()
    assert heading(page) == "Sərhəddə qeydə alınan mal AZ06010000000041"
    expect(page.locator(".timeline")).to_contain_text("Təyinat gömrük orqanına çatıb")
    page.get_by_role("link", name="Malların siyahısı").click()
    page.get_by_role("link", name="Tarixçə").click()
    expect(rows).to_have_count(1)
    page.get_by_role("link", name="Rəsmiləşdirilməmiş").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(text), delimiter=";"))) == 5
    keep_picture(page, f"border-goods-{script}")


def test_officer_opens_a_record_of_his_office(open_page: Open, site: Site) -> None:
    page = open_page()
    sign_in_by_card(page, site, Role.OFFICER)
    page.goto("/")
    page.get_by_role("link", name="Sərhəd qeydləri").click()
    page.get_by_role("link", name="Bura gələnlər", exact=True).click()
    page.get_by_role("link", name="AZ05010000000061").click()
    assert heading(page) == "Sərhəd qeydi AZ05010000000061"


def test_list_prints_on_paper_with_every_row(open_page: Open, site: Site) -> None:
    page = open_page()
    sign_in(page, site, Role.PARTICIPANT)
    page.goto("/border-goods")
    page.emulate_media(media="print")
    assert page.locator(".filters").is_hidden()
    expect(page.locator("table.data tbody tr")).to_have_count(4)
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_list_in_words_alone(site: Site, tmp_path: Path) -> None:
    person = site.person(Role.PARTICIPANT)
    with text_window(f"{site.url}/login/password?next=/border-goods", tmp_path) as window:
        window.wait_for("İstifadəçi adı və şifrə ilə giriş")
        window.fill_in("İstifadəçi adı", person.username)
        window.type_secret(person.password)
        window.push("Daxil ol")
        assert "9900000141" in window.wait_for("İdxalatçı haqqında məlumat")
