"""The same person by all four means, with the same rights; and nobody else's firm by any of them."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Participant, Person, Representation, SignInSession
from app.accounts.operations import OpenAccount, open_account
from app.accounts.rules import Means
from app.core.audit import AuditEntry
from app.core.context import Context
from app.core.roles import Role
from tests.signing.emulated import FIN
from tests.web.asan_imza.everything import NUMBER, USERNAME, Everything, open_own_account
from tests.web.asan_imza.steps import new_browser
from tests.web.contracting import PASSWORD, form_with


@pytest.fixture
def portal(everything: Everything) -> Flask:
    return everything.portal


def test_one_person_one_set_of_roles_and_principals(everything: Everything, system: Context) -> None:
    open_own_account(system)
    seen = set()
    for means in Means:
        browser = new_browser(everything.portal)
        everything.enter(browser, means)
        header = " ".join(browser.get("/").html.header.get_text().split())
        assert "Aygün Məmmədova" in header, means
        assert NUMBER in header, means
        own = [link["href"] for link in browser.get("/").html.main.select("dl.summary a")]
        cards = [" ".join(card.get_text().split()) for card in browser.get("/principal").html.main.select(".card")]
        seen.add((header, tuple(own), tuple(cards)))
    assert len(seen) == 1
    assert [person.pin for person in system.session.scalars(select(Person))] == [FIN]
    used = set(system.session.scalars(select(SignInSession.means)))
    assert used == set(Means)


@pytest.mark.parametrize("means", Means)
def test_foreign_firm_cannot_be_picked(everything: Everything, system: Context, means: Means) -> None:
    def opened(username: str, pin: str, number: str) -> None:
        firms = ((number, f"Firma {number}", "Bakı"),)
        command = OpenAccount(username, PASSWORD, "Aygün Məmmədova", (Role.CITIZEN,), pin, participants=firms)
        open_account(system, replace(command, must_change=False))

    opened(USERNAME, FIN, NUMBER)
    opened("zaur.other", "5AB7C2D", "9900000271")
    foreign = system.session.scalars(
        select(Representation.public_id).join(Participant).where(Participant.number == "9900000271")
    ).one()
    system.session.rollback()
    browser = new_browser(everything.portal)
    everything.enter(browser, means)
    form = form_with(browser.get("/principal"), "principal")
    form.fields["principal"][0].force_value(foreign)
    answer = form.submit(expect_errors=True)
    assert answer.status_int == 404
    assert "9900000271" not in answer
    assert NUMBER in browser.get("/").html.header.text
    row = system.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (row.operation, row.outcome, row.code) == ("accounts.choose_principal", "refused", "accounts.principal")
