"""Showing anew who one is: what asks for it, who may, and that nothing typed is lost meanwhile."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from webtest import TestApp, TestResponse

from app.accounts.models import SignInSession
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.policy import Rule, policy
from app.core.roles import Assurance, Role
from tests.web.cards.house import CARD, FIN, OTHER, confirmed, form_with, name_on, sent, shown

PROVE = "?purpose=prove&next=/principal/powers"


@pytest.fixture
def importer(sign_in: Callable[..., TestApp]) -> TestApp:
    return sign_in(Role.PARTICIPANT, pin=FIN)


def give(browser: TestApp) -> TestResponse:
    form = form_with(browser.get("/principal/powers"), "holder")
    form["holder"], form["valid_from"], form["valid_until"] = "8GH1J5K", "01.01.2050", "01.01.2051"
    return form.submit(expect_errors=True)


def test_power_of_attorney_asks_for_a_proof_and_loses_nothing(importer: TestApp, system: Context) -> None:
    assert "Əvvəlcə kim olduğunuzu təsdiq edin" in shown(importer.get("/principal/powers"))
    page = give(importer)
    assert (page.status_int, "access.assurance" in page) == (403, True)
    assert page.html.h1.get_text() == "Kim olduğunuzu təsdiq edin"
    link = page.html.main.find("a", string="Yeni pəncərədə təsdiq et")
    assert (link["href"], link["target"]) == ("/login/prove?next=/login/proven", "_blank")
    number = importer.cookies["sid"]
    window = importer.get(link["href"]).click("Elektron imza ilə təsdiq et")
    done = sent(confirmed(importer, query=window.request.path_qs.partition("e-signature")[2])).follow()
    assert "Təsdiq edildi" in shown(done)
    assert importer.cookies["sid"] != number
    kept = form_with(page, "holder")
    assert (kept["holder"].value.strip(), kept["valid_until"].value.strip()) == ("8GH1J5K", "01.01.2051")
    again = kept.submit(expect_errors=True)
    assert (again.status_int, again.location) == (303, "/principal/powers"), shown(again)
    assert "8GH1J5K" in importer.get("/principal/powers")


def test_proof_holds_for_five_minutes(importer: TestApp, clock: FixedClock) -> None:
    assert sent(confirmed(importer, query=PROVE)).location == "/principal/powers"
    clock.advance(timedelta(minutes=5))
    page = give(importer)
    assert (page.status_int, "access.fresh" in page) == (403, True)
    sent(confirmed(importer, query=PROVE))
    assert give(importer).status_int == 303


def test_sign_in_by_card_is_fresh_by_itself(browser: TestApp, account: Callable[..., str]) -> None:
    account(Role.PARTICIPANT, pin=FIN)
    sent(confirmed(browser))
    assert give(browser).status_int == 303


def test_card_of_another_person_proves_nothing(importer: TestApp, system: Context) -> None:
    page = sent(confirmed(importer, OTHER, PROVE))
    assert (page.status_int, "accounts.other_person" in page) == (403, True)
    assert "Aysel participant" in name_on(importer)
    found = system.session.scalars(select(SignInSession)).one()
    assert (found.assurance, found.proven_at, found.device) == (Assurance.PASSWORD, None, "")
    again = page.html.main.find("a", string="Yenidən başla")["href"]
    assert again == "/login/e-signature?purpose=prove&next=%2Fprincipal%2Fpowers"


def test_old_number_is_worth_nothing_after_the_proof(importer: TestApp) -> None:
    number = importer.cookies["sid"]
    sent(confirmed(importer, query=PROVE))
    importer.set_cookie("sid", number)
    assert "Aysel" not in name_on(importer)


def test_proof_of_who_has_signed_out_meanwhile_is_none(importer: TestApp, system: Context) -> None:
    page = confirmed(importer, query=PROVE)
    importer.set_cookie("sid", "gone")
    answer = sent(page)
    assert answer.status_int == 404
    assert system.session.scalars(select(SignInSession.proven_at)).all() == [None]


def test_nobody_proves_anew_before_he_is_signed_in(browser: TestApp, system: Context) -> None:
    assert browser.get("/login/prove?next=/documents").location.startswith("/login?next=")
    page = sent(confirmed(browser, CARD, PROVE))
    assert (page.status_int, "accounts.other_person" in page) == (403, True)
    assert system.session.scalars(select(SignInSession)).all() == []


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a page needed a fresh proof."""
    name = "documents.list_documents"
    monkeypatch.setitem(policy(), name, Rule(name, policy()[name].roles, Assurance.FRESH))


def test_page_that_needs_a_proof_leads_there_and_back(importer: TestApp, strict: None) -> None:
    page = importer.get("/documents?q=1")
    assert page.location == "/login/prove?next=%2Fdocuments%3Fq%3D1"
    page = page.follow().click("Elektron imza ilə təsdiq et")
    query = page.request.path_qs.partition("e-signature")[2]
    answer = sent(confirmed(importer, query=query))
    assert answer.location == "/documents?q=1"
    assert answer.follow().status_int == 200


def test_fragment_that_needs_a_proof_moves_the_whole_page(importer: TestApp, strict: None) -> None:
    answer = importer.get("/documents", headers={"HX-Request": "true"}, expect_errors=True)
    assert (answer.status_int, answer.headers["HX-Redirect"]) == (401, "/login/prove?next=%2Fdocuments")


def test_whoever_may_not_at_all_is_not_asked_for_a_proof(sign_in: Callable[..., TestApp], strict: None) -> None:
    assert sign_in(Role.OFFICER).get("/documents", expect_errors=True).status_int == 403


def test_no_secret_is_shown_again(importer: TestApp, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "accounts.change_password"
    monkeypatch.setitem(policy(), name, Rule(name, policy()[name].roles, Assurance.PASSWORD))
    form: Any = form_with(importer.get("/login/password/change"), "new_password")
    monkeypatch.setitem(policy(), name, Rule(name, policy()[name].roles, Assurance.FRESH))
    form["password"], form["new_password"] = "köhnə gizli söz", "yeni gizli söz"
    page = form.submit(expect_errors=True)
    assert (page.status_int, "gizli" in page) == (403, False)
