"""What somebody does on the pages of the GÖÖEN, in a browser without a script."""

import re

from webtest import TestApp, TestResponse

ANAR, LEYLA = "AB12CD3", "5AB7C2D"


def spelled(page: TestResponse) -> str:
    """The code as a demonstration spells it."""
    found = re.search(r'<span class="key">([0-9]{6})</span>', page.text)
    assert found
    return found[1]


def fill_in(
    browser: TestApp, number: str = ANAR, kind: str = "pin", citizenship: str = "AZ", code: str | None = None
) -> TestResponse:
    page = browser.get("/gooen")
    form = page.forms[0]
    form["citizenship"], form["kind"], form["number"] = citizenship, kind, number
    form["code"] = spelled(page) if code is None else code
    return form.submit(expect_errors=True)


def card(browser: TestApp, number: str = ANAR, kind: str = "pin", citizenship: str = "AZ") -> TestResponse:
    answer = fill_in(browser, number, kind, citizenship)
    assert answer.status_int == 303, answer.text
    return answer.follow()


def say_yes(page: TestResponse) -> TestResponse:
    return page.forms[0].submit(expect_errors=True)


def number_of(page: TestResponse) -> str:
    found = re.search(r'<p class="key">([0-9]{10})</p>', page.text)
    assert found
    return found[1]
