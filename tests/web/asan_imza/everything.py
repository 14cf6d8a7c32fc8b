"""A portal with every means of signing in, each with the service behind it, and one person who has them all."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from flask import Flask
from webtest import TestApp

from app.accounts.operations import OpenAccount, open_account
from app.accounts.rules import Means
from app.adapters.emulators.application import ADDRESS
from app.adapters.emulators.e_gov.provider import NewPerson
from app.core.context import Context
from app.core.roles import Role
from tests.processes import free_port
from tests.signing.emulated import CARD, FIN
from tests.web.asan_imza.steps import House, begin, go_on
from tests.web.cards.house import confirmed, sent
from tests.web.contracting import PASSWORD, sign_in
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

    def enter(self, browser: TestApp, means: Means) -> None:
        getattr(self, means)(browser)


@contextmanager
def every_means(house: House) -> Iterator[Everything]:
    port = free_port()
    settings = replace(house.settings, port=port - 26, oidc_issuer=f"http://{ADDRESS}:{port}/e-gov")
    with provided(settings, house.emulated.clock) as provider:
        provider.register([ON_E_GOV])
        with replace(house, settings=settings).portal() as portal:
            yield Everything(house, portal)


def open_own_account(system: Context) -> None:
    """Of the person who has the card, the phone and the account of E-Gov."""
    firms = ((NUMBER, "Xəzər İdxal MMC", "Bakı"),)
    roles = (Role.CITIZEN, Role.BROKER)
    facts = {"name": "Aygün Məmmədova", "roles": roles, "pin": FIN, "participants": firms, "must_change": False}
    open_account(system, OpenAccount(USERNAME, PASSWORD, **facts))  # type: ignore[arg-type]
