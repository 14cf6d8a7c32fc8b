"""The same person by all four means, with the same rights; and nobody else's firm by any of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Flask
from sqlalchemy import select
from webtest import TestApp

from app.accounts.models import Participant, Person, Representation, SignInSession
from app.accounts.operations import OpenAccount, open_account
from app.accounts.rules import Means
from app.adapters.emulators.application import ADDRESS
from app.adapters.emulators.e_gov.provider import NewPerson
from app.core.audit import AuditEntry
from app.core.context import Context
from app.core.roles import Role
from tests.processes import free_port
from tests.signing.emulated import CARD, FIN
from tests.web.asan_imza.steps import House, begin, go_on, new_browser
from tests.web.cards.house import confirmed, sent
from tests.web.contracting import PASSWORD, form_with, sign_in
from tests.web.e_gov_site import agree, arrive, provided
from tests.web.e_gov_site import begin as to_provider

USERNAME, NUMBER = "aygun.importer", "9900000141"
ON_E_GOV = NewPerson("aygun", FIN, "Aygün Məmmədova", "e-gov-numayis")


@dataclass(frozen=True)
class Everything:
    house: House
    portal: Flask

    def password(self, browser: TestApp) -> None:
        sign_in(browser, USERNAME)

    def e_signature(self, browser: TestApp) -> None:
        sent(confirmed(browser, CARD))

    def asan_imza(self, browser: TestApp) -> None:
        page = begin(browser)
        self.house.confirm()
        go_on(page)

    def e_gov(self, browser: TestApp) -> None:
        arrive(browser, agree(browser, to_provider(browser), ON_E_GOV))


@pytest.fixture
def everything(house: House) -> Iterator[Everything]:
    port = free_port()
    settings = replace(house.settings, port=port - 26, oidc_issuer=f"http://{ADDRESS}:{port}/e-gov")
    with provided(settings, house.emulated.clock) as provider:
        provider.register([ON_E_GOV])
        with replace(house, settings=settings).portal() as portal:
            yield Everything(house, portal)


@pytest.fixture
def portal(everything: Everything) -> Flask:
    return everything.portal


def test_one_person_one_set_of_roles_and_principals(everything: Everything, system: Context) -> None:
    firms = ((NUMBER, "Xəzər İdxal MMC", "Bakı"),)
    roles = (Role.CITIZEN, Role.BROKER)
    facts = {"name": "Aygün Məmmədova", "roles": roles, "pin": FIN, "participants": firms, "must_change": False}
    open_account(system, OpenAccount(USERNAME, PASSWORD, **facts))  # type: ignore[arg-type]
    seen = set()
    for means in Means:
        browser = new_browser(everything.portal)
        ways: dict[Means, Callable[[TestApp], None]] = {one: getattr(everything, one) for one in Means}
        ways[means](browser)
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
    getattr(everything, means)(browser)
    form = form_with(browser.get("/principal"), "principal")
    form.fields["principal"][0].force_value(foreign)
    answer = form.submit(expect_errors=True)
    assert answer.status_int == 404
    assert "9900000271" not in answer
    assert NUMBER in browser.get("/").html.header.text
    row = system.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (row.operation, row.outcome, row.code) == ("accounts.choose_principal", "refused", "accounts.principal")
