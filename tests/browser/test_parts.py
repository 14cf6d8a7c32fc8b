"""With a script a form replaces its part of the page; without one the whole page comes, and both say the same."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser
MARK = "window.unchanged = true"


def send(page: Page) -> None:
    page.locator("main form button[type=submit]").last.click()


def test_refused_form_is_replaced_in_place_and_its_errors_take_the_focus(open_page: Open) -> None:
    page = open_page()
    page.goto("/design/form")
    page.evaluate(MARK)
    page.fill("#contract_number", "AZ-2026/17")
    send(page)
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    assert page.evaluate("window.unchanged") is True
    assert page.input_value("#contract_number") == "AZ-2026/17"


def test_both_ways_show_the_same_errors(open_page: Open) -> None:
    texts = []
    for script in (True, False):
        page = open_page(script=script)
        page.goto("/design/form")
        send(page)
        expect(page.get_by_role("alert")).to_be_visible()
        texts.append(page.get_by_role("alert").inner_text())
    assert texts[0] == texts[1]
