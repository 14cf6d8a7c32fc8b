"""A firm known from a certificate alone is one for as long as that is good, by whatever means its holder came in."""

import os
import subprocess
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from webtest import TestApp

from app.accounts.models import Person, Representation, SignInCertificate
from app.accounts.operations import recheck_devices
from app.accounts.operations.opening import participant, represent
from app.accounts.rules import Kind
from app.adapters.emulators.chips import Medium, NewChip
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.db import write_transaction
from app.core.roles import Role
from app.operate.operations import TidyUp, tidy_up
from app.settings import ROOT
from tests.processes import PORTAL
from tests.web.cards.house import House, a_browser, confirmed, sent
from tests.web.contracting import sign_in

VOEN, FIRM, FIN = "9900000421", "Araz İxrac MMC", "7AB1C2D"
FIRST, SECOND = (
    NewChip(number, Medium.CARD, FIN, "Aysel", "Quliyeva", "1111", "22222", "33333333", firm=(VOEN, FIRM))
    for number in ("ES700001", "ES700002")
)


@pytest.fixture
def by_password(house: House, portal: Flask, account: Callable[..., str]) -> TestApp:
    """She came once with her business card, and is in by her password now."""
    house.cards.hand_out([FIRST, SECOND])
    assert sent(confirmed(a_browser(portal), FIRST)).status_int == 303
    browser = a_browser(portal)
    sign_in(browser, account(Role.CITIZEN, pin=FIN))
    return browser


def acts(browser: TestApp) -> bool:
    """For the firm, as the header of every page says."""
    return VOEN in browser.get("/").html.find("header").get_text()


def tell_at_once(house: House, card: NewChip, command: str) -> None:
    own = {"EGOMRUK_INSTANCE": str(house.settings.instance), "DATABASE_URL": house.settings.database_url}
    told = [*PORTAL, "pki", command, f"{house.serial(card):x}"]
    subprocess.run(told, cwd=ROOT, env=os.environ | own, check=True)


def test_firm_is_gone_with_the_next_request_after_its_certificate_was_revoked(
    house: House, portal: Flask, by_password: TestApp
) -> None:
    assert acts(by_password)
    tell_at_once(house, FIRST, "revoke")
    assert not acts(by_password)
    assert VOEN not in by_password.get("/principal")
    # He is who he was, but acts for nobody; with another card that says so he acts again, everywhere.
    assert by_password.get("/sessions").status_int == 200
    assert sent(confirmed(a_browser(portal), SECOND)).status_int == 303
    assert VOEN in by_password.get("/principal")


def test_worker_asks_also_about_certificates_of_firms_that_are_acted_for(
    house: House, system: Context, by_password: TestApp, clock: FixedClock
) -> None:
    clock.advance(timedelta(minutes=20))
    assert acts(by_password)
    clock.advance(timedelta(minutes=20))  # The session by card is over by now.
    house.authority.suspend(house.serial(FIRST))
    assert recheck_devices(system) == 1
    assert not acts(by_password)
    assert recheck_devices(system) == 0


def test_firm_is_gone_when_its_certificate_has_run_out(
    system: Context, portal: Flask, by_password: TestApp, clock: FixedClock
) -> None:
    until = system.session.scalars(select(SignInCertificate.good_until)).one()
    system.session.rollback()
    assert until
    clock.set(until - timedelta(seconds=2))
    tidy_up(system, TidyUp())
    sign_in(by_password, "citizen")
    assert acts(by_password)
    clock.set(until)
    assert not acts(by_password)


def test_what_is_known_otherwise_stays(house: House, system: Context, by_password: TestApp) -> None:
    """A contract, for instance, gave the same right on its own ground."""
    with write_transaction(system.session):
        person = system.session.scalars(select(Person.id).where(Person.pin == FIN)).one()
        represent(system, person, participant(system, VOEN, FIRM, ""), Kind.FIRM)
    tell_at_once(house, FIRST, "revoke")
    assert acts(by_password)
    rows = system.session.scalars(select(Representation.device)).all()
    assert rows == [""]
