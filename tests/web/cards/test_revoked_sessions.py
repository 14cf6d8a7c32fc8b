"""Whoever is signed in with a card that is good no longer is out with his next request."""

import os
import subprocess
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from webtest import TestApp

from app.accounts.models import Bar, SignInSession
from app.accounts.operations import recheck_devices
from app.accounts.rules import Barred, Means
from app.adapters.trust_services import trust_services
from app.core.audit import AuditEntry
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.db import write_transaction
from app.core.errors import Unavailable
from app.settings import ROOT
from app.worker import STEPS
from tests.processes import PORTAL, free_port
from tests.web.cards.house import CARD, OTHER, House, a_browser, confirmed, name_on, sent


def is_in(browser: TestApp) -> bool:
    return bool(browser.get("/sessions", expect_errors=True).status_int == 200)


@pytest.fixture
def both(portal: Flask) -> tuple[TestApp, TestApp]:
    mine, theirs = a_browser(portal), a_browser(portal)
    sent(confirmed(mine, CARD))
    sent(confirmed(theirs, OTHER))
    return mine, theirs


def test_revoked_card_is_out_after_the_next_round_and_nobody_else(
    both: tuple[TestApp, TestApp], house: House, system: Context
) -> None:
    assert recheck_devices(system) == 0
    house.authority.revoke(house.serial(CARD))
    assert recheck_devices(system) == 1
    assert [is_in(browser) for browser in both] == [False, True]
    entry = system.session.scalars(
        select(AuditEntry).where(AuditEntry.operation == "accounts.end_device_sessions")
    ).one()
    assert (entry.object_kind, entry.facts["reason"]) == ("device", "certificate.revoked")
    assert recheck_devices(system) == 0


def test_card_on_hold_is_out_and_comes_in_again_when_it_is_resumed(
    both: tuple[TestApp, TestApp], house: House, system: Context
) -> None:
    house.authority.suspend(house.serial(CARD))
    recheck_devices(system)
    assert not is_in(both[0])
    house.authority.resume(house.serial(CARD))
    sent(confirmed(both[0]))
    assert is_in(both[0])


@pytest.mark.parametrize("command", ["revoke", "suspend"])
def test_demonstration_tells_the_portal_at_once(both: tuple[TestApp, TestApp], house: House, command: str) -> None:
    own = {"EGOMRUK_INSTANCE": str(house.settings.instance), "DATABASE_URL": house.settings.database_url}
    told = [*PORTAL, "pki", command, f"{house.serial(CARD):x}"]
    subprocess.run(told, cwd=ROOT, env=os.environ | own, check=True)
    assert [is_in(browser) for browser in both] == [False, True]


def test_where_nobody_answers_everybody_stays_and_the_worker_asks_again(
    both: tuple[TestApp, TestApp], house: House, system: Context
) -> None:
    house.authority.revoke(house.serial(CARD))
    away = trust_services(replace(house.settings, ocsp_url=f"http://127.0.0.1:{free_port()}/ocsp"))
    with pytest.raises(Unavailable):
        recheck_devices(replace(system, ports=replace(system.ports, trust=away)))
    assert [is_in(browser) for browser in both] == [True, True]
    assert recheck_devices(system) == 1
    assert any(step.run is recheck_devices and step.every == timedelta(minutes=1) for step in STEPS)


def test_sessions_that_are_over_are_not_asked_about(
    both: tuple[TestApp, TestApp], house: House, system: Context, clock: FixedClock
) -> None:
    house.authority.revoke(house.serial(CARD))
    clock.advance(timedelta(minutes=31))
    assert recheck_devices(system) == 0
    assert "Aysel" not in name_on(both[0])


@pytest.mark.parametrize("kind", [Barred.DEVICE, Barred.MEANS])
def test_barred_device_or_means_is_out_with_the_next_request_and_stays_out(
    both: tuple[TestApp, TestApp], system: Context, kind: Barred
) -> None:
    device = system.session.scalars(
        select(SignInSession.device).order_by(SignInSession.created_at, SignInSession.token_hash)
    ).first()
    subject = str(device) if kind is Barred.DEVICE else str(Means.E_SIGNATURE)
    bar = {"public_id": "bar", "kind": kind, "subject": subject, "reason": "itib", "set_at": system.clock.now()}
    with write_transaction(system.session):
        system.session.add(Bar(**bar))
    assert [is_in(browser) for browser in both].count(True) == (1 if kind is Barred.DEVICE else 0)
    out = next(browser for browser in both if not is_in(browser))
    page = sent(confirmed(out, CARD if out is both[0] else OTHER))
    assert (page.status_int, "accounts.barred" in page) == (403, True)
