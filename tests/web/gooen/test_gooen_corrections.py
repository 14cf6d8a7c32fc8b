"""The no: a request with a number to follow, the officer's answer, and looks that the person reads about."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select
from webtest import Form, TestApp, TestResponse, Upload

from app.core.context import Context
from app.core.outbox import OutboxRow
from app.core.roles import Role
from app.gooen.models import Correction, Gooen
from tests.unit.documents import corpus
from tests.web.gooen.asking import ANAR, LEYLA, card, number_of, say_yes
from tests.web.walk import Cast, Visitor

RIGHT = "Əhmədov"


def report(browser: TestApp, email: str = "", file: Upload | None = None) -> TestResponse:
    form = card(browser).click("Xeyr").forms[0]
    form["wrong"], form["right"], form["email"] = "surname", RIGHT, email
    if file is not None:
        form["file"] = file
    return form.submit(expect_errors=True)


def code_of(page: TestResponse) -> str:
    found = re.search(r'<p class="key">([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</p>', page.text)
    assert found
    return found[1]


def form_of(page: TestResponse) -> Form:
    """The one form of the page itself; the head has others."""
    (form,) = [form for form in page.forms.values() if "/officer/" in form.action]
    return form


@pytest.fixture
def officer(portal: Flask, system: Context) -> Visitor:
    return Cast(portal, system).enter(Role.OFFICER)


def test_no_leads_to_a_number_and_an_answer(browser: TestApp, officer: Visitor, system: Context) -> None:
    page = report(browser, "anar@example.az", Upload("vəsiqə.pdf", corpus.pdf(), "application/pdf")).follow()
    code = code_of(page)
    assert "Sorğunuz qəbul edildi" in page
    assert RIGHT not in page  # Whoever finds the number learns nothing.
    queue = officer.browser.get("/officer/gooen")
    case = queue.click(code)
    assert RIGHT in case
    assert ANAR in case
    assert case.click("vəsiqə.pdf").body == corpus.pdf()
    form = form_of(case)
    assert "Cavabı yazın." in form.submit(status=422)
    form["text"] = "Soyad reyestrdə düzəldildi."
    form.submit(status=303)
    form["text"] = "Başqa cavab."
    assert "Bu sorğuya artıq cavab verilib." in form.submit(status=422)
    assert (
        "Soyad reyestrdə düzəldildi."
        in browser.get("/gooen/corrections?code=" + code.lower().replace("-", "")).follow()
    )
    (mail,) = system.session.scalars(select(OutboxRow).where(OutboxRow.topic == "mail.gooen_answer"))
    assert mail.payload["to"] == "anar@example.az"
    assert system.session.scalar(select(func.count()).select_from(Gooen)) == 0


def test_request_is_made_once_however_often_it_is_sent(browser: TestApp, system: Context) -> None:
    form = card(browser).click("Xeyr").forms[0]
    form["wrong"], form["right"] = "born", "01.01.1996"
    assert form.submit(status=303).location == form.submit(status=303).location
    assert system.session.scalar(select(func.count()).select_from(Correction)) == 1


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("wrong", "", "Nəyin səhv olduğunu seçin."),
        ("right", " ", "Düzgün məlumatı yazın."),
        ("right", "a" * 301, "300 işarədən uzun ola bilməz"),
        ("email", "anar@", "@"),
    ],
)
def test_what_is_wrong_in_the_request_is_said(browser: TestApp, field: str, text: str, told: str) -> None:
    form = card(browser).click("Xeyr").forms[0]
    sent = {name: form[name].value for name in ("csrf_token", "form_id")}
    sent |= {"wrong": "surname", "right": RIGHT, "email": "", field: text}
    answer = browser.post(form.action, sent, status=422)
    assert told in answer.text
    assert answer.forms[0][field].value == (text or None) if field == "wrong" else answer.forms[0][field].value == text


def test_data_that_were_confirmed_are_not_wrong_afterwards(browser: TestApp) -> None:
    page = card(browser)
    form = page.click("Xeyr").forms[0]
    say_yes(page)
    form["wrong"], form["right"] = "surname", RIGHT
    assert "artıq təsdiq etmisiniz" in form.submit(status=422)


def test_unknown_number_of_a_request_tells_nothing(browser: TestApp) -> None:
    assert "Belə düzəliş sorğusu yoxdur." in browser.get("/gooen/corrections/ABCD-EFGH-JKMN", status=404)


def test_officer_looks_a_number_up_and_its_holder_reads_of_it(
    browser: TestApp, officer: Visitor, sign_in: Callable[..., TestApp]
) -> None:
    number = number_of(say_yes(card(browser, LEYLA)).follow())
    form = form_of(officer.browser.get("/officer/gooen/holder"))
    form["number"] = number
    assert "Leyla Əliyeva" in form.submit(status=200)
    form["number"] = "9000000627"
    assert "heç kimə verilməyib" in form.submit(status=422)
    form["number"] = "12"
    assert "10 rəqəmdən ibarət olmalıdır" in form.submit(status=422)
    mine = sign_in(Role.CITIZEN, pin=LEYLA).get("/my-data")
    assert "Gömrük əməkdaşı, orqan –" in mine
    assert "Portala daxil olmayan istifadəçi, şəbəkə 192.0.2.0/24" in mine
    assert mine.text.count("<tr>") == 1 + 3  # The head, and three looks: asked, given, looked up.


def test_nobody_reads_of_looks_at_others(browser: TestApp, sign_in: Callable[..., TestApp]) -> None:
    card(browser, LEYLA)
    assert "Məlumatlarınıza baxılmayıb." in sign_in(Role.CITIZEN, pin=ANAR).get("/my-data")
