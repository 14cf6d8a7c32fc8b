"""Source 1 in a browser, with a script and without: the number and its papers; the no, and the officer's answer."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from re import compile as pattern

import pytest
from playwright.sync_api import FilePayload, Page, expect

from app.core.identifiers import check_gooen
from app.core.roles import Role
from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.browser.steps import follow_link, heading, keep_picture, press, sign_in, sign_in_by_card
from tests.browser.test_accessibility import MODES, violations
from tests.browser.test_validity import faults
from tests.unit.documents import corpus

pytestmark = pytest.mark.browser
COPY: FilePayload = {"name": "vəsiqə.pdf", "mimeType": "application/pdf", "buffer": corpus.pdf()}
QUESTION = "Siz şəxsi məlumatları təsdiq edirsinizmi?"
ANSWER = "Soyad reyestrdə düzəldildi, yenidən müraciət edin."
# Nobody is asked for more than five times a day: each test has people of its own.
CITIZEN, PASSENGER, FOREIGNER = ("AB12CD3",), ("6CD8E3F",), ("U23456789", "passport", "TR")
WITH_A_MISTAKE = {True: "4ST6U1V", False: "5UV7W2X"}
OF_A_MODE = {"light": "8GH1J5K", "dark": "2NP4Q8R", "small": "6WX8Y3Z"}


def fill_in(page: Page, number: str, kind: str = "pin", citizenship: str = "AZ") -> None:
    page.select_option("#citizenship", citizenship)
    page.check(f"#kind-{kind}")
    page.fill("#number", number)
    page.fill("#code", page.locator("main span.key").inner_text())


def look_up(page: Page, number: str, kind: str = "pin", citizenship: str = "AZ") -> None:
    page.goto("/gooen")
    fill_in(page, number, kind, citizenship)
    press(page, "Növbəti")
    expect(page.locator("h2", has_text=QUESTION)).to_be_visible()


def paper_link(page: Page) -> None:
    """The worker needs a moment; the page shows what it has made by itself."""
    expect(page.locator("main").get_by_role("link", name="PDF", exact=True)).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_number_from_the_list_of_services_to_the_sealed_paper(open_page: Open, script: bool, tmp_path: Path) -> None:
    page = open_page(script=script)
    page.goto("/services/gooen")
    page.locator("main a[href='/gooen']").first.click()
    fill_in(page, "ZZ99ZZ9")
    press(page, "Növbəti")
    expect(page.get_by_role("alert")).to_contain_text("Reyestrdə belə sənəd tapılmadı")
    expect(page.locator("#number")).to_have_value("ZZ99ZZ9")
    fill_in(page, *CITIZEN if script else PASSENGER)
    press(page, "Növbəti")
    expect(page.locator("h2", has_text=QUESTION)).to_be_visible()
    expect(page.locator("main .summary")).to_contain_text("XXXXXXXXXX")
    press(page, "Bəli")
    number = page.locator("main .result .key").inner_text()
    assert check_gooen(number) == number
    expect(page.locator("main #paper")).to_contain_text("Çap")
    paper_link(page)
    with page.expect_download() as coming:
        follow_link(page, "PDF")
    assert coming.value.suggested_filename == f"GOOEN-{number}.pdf"
    coming.value.save_as(tmp_path / "gooen.pdf")
    judged = subprocess.run(["pdfsig", "-nocert", tmp_path / "gooen.pdf"], capture_output=True, text=True, check=True)
    assert "Signature is Valid." in judged.stdout
    follow_link(page, "Çap")
    assert page.locator("main img").evaluate("image => image.complete && image.naturalWidth > 0") is True
    page.emulate_media(media="print")
    expect(page.locator("main .result .key")).to_have_text(number)
    expect(page.locator(".back")).to_be_hidden()
    page.emulate_media(media="screen")
    page.goto(f"/gooen/check?number={number}")
    expect(page.locator("main .banner.good")).to_contain_text(number)


def test_number_of_a_foreigner_leads_the_officer_to_his_name(open_page: Open, site: Site) -> None:
    page = open_page()
    look_up(page, *FOREIGNER)
    press(page, "Bəli")
    number = page.locator("main .result .key").inner_text()
    officer = open_page()
    sign_in_by_card(officer, site, Role.OFFICER)
    officer.goto("/officer/gooen/holder")
    officer.fill("#number", number)
    press(officer, "Axtar")
    expect(officer.locator("main .summary")).to_contain_text("Ayşe Yılmaz")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_no_and_the_answer_of_an_officer_in_another_window(open_page: Open, site: Site, script: bool) -> None:
    page = open_page(script=script)
    look_up(page, WITH_A_MISTAKE[script])
    code = report(page)
    officer = open_page(script=script)
    sign_in_by_card(officer, site, Role.OFFICER)
    officer.goto("/officer/gooen")
    follow_link(officer, code)
    expect(officer.locator("main .summary")).to_contain_text("Babayeva-Kərimova")
    press(officer, "Cavab ver")
    expect(officer.get_by_role("alert")).to_contain_text("Cavabı yazın.")
    officer.fill("#text", ANSWER)
    press(officer, "Cavab ver")
    expect(officer.locator("main .summary")).to_contain_text(ANSWER)
    page.goto("/gooen/corrections")
    page.fill("#code", code.lower().replace("-", " "))
    page.locator("main form button").first.click()
    expect(page.locator("main .summary")).to_contain_text(ANSWER)


def report(page: Page) -> str:
    follow_link(page, "Xeyr")
    press(page, "Göndər")
    expect(page.get_by_role("alert")).to_contain_text("Düzgün məlumatı yazın.")
    page.check("#wrong-surname")
    page.fill("#right", "Babayeva-Kərimova")
    page.set_input_files("#file", COPY)
    press(page, "Göndər")
    expect(page.locator("main .banner.good")).to_be_visible()
    code = page.locator("main .result .key").inner_text()
    assert pattern(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){2}").fullmatch(code)
    return code


@pytest.mark.parametrize("mode", MODES)
def test_pages_of_the_number_are_for_everybody(open_page: Open, site: Site, mode: str, tmp_path: Path) -> None:
    scheme, width = MODES[mode]

    def opened() -> Page:
        return open_page(scheme=scheme, width=width)

    def seen(page: Page, name: str) -> None:
        keep_picture(page, f"gooen-{name}-{mode}")
        (tmp_path / f"{name}.html").write_bytes(page.context.request.get(page.url).body())
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    page = opened()
    page.goto("/gooen")
    for one in page.locator("main details summary").all():
        one.click()
    seen(page, "form")
    press(page, "Növbəti")
    page.get_by_role("alert").wait_for()
    seen(page, "form-errors")
    look_up(page, OF_A_MODE[mode])
    seen(page, "card")
    press(page, "Bəli")
    page.locator("main .result").wait_for()
    number = page.locator("main .result .key").inner_text()
    paper_link(page)
    seen(page, "number")
    follow_link(page, "Çap")
    seen(page, "print")
    page.goto(f"/gooen/check?number={number}")
    seen(page, "check")
    look_up(page, OF_A_MODE[mode])
    follow_link(page, "Xeyr")
    press(page, "Göndər")
    page.get_by_role("alert").wait_for()
    seen(page, "wrong")
    page.goto(page.url)
    page.check("#wrong-dates")
    page.fill("#right", "01.01.2031")
    press(page, "Göndər")
    seen(page, "correction")
    code = page.locator("main .result .key").inner_text()
    page.goto("/gooen/corrections")
    seen(page, "follow")
    _of_others(opened, site, seen, number, code)
    assert number in (tmp_path / "number.html").read_text()
    assert faults(tmp_path) == ""


def _of_others(
    opened: Callable[[], Page], site: Site, seen: Callable[[Page, str], None], number: str, code: str
) -> None:
    officer = opened()
    sign_in_by_card(officer, site, Role.OFFICER)
    officer.goto("/officer/gooen")
    seen(officer, "corrections")
    follow_link(officer, code)
    seen(officer, "answer")
    officer.goto("/officer/gooen/holder")
    officer.fill("#number", number)
    press(officer, "Axtar")
    officer.locator("main .summary").wait_for()
    seen(officer, "holder")
    holder = opened()
    sign_in(holder, site, Role.BROKER)
    holder.goto("/my-data")
    assert heading(holder) == "Məlumatlarıma kim baxıb"
    seen(holder, "my-data")
    holder.goto("/emulators/registries")
    seen(holder, "registries")
