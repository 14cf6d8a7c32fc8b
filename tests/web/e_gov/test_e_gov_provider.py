"""E-Gov that is away, changes its keys, or is asked for a fresh proof."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from webtest import TestApp

from app.accounts.models import EGovSession, SignInSession
from app.adapters.emulators.e_gov.keys import Keys
from app.adapters.emulators.e_gov.provider import EGov, NewPerson
from app.adapters.emulators.e_gov.scripts import PASSWORD
from app.adapters.openid.provider import OpenIdProvider
from app.core.clock import FixedClock
from app.core.context import Context
from app.factory import create_app
from app.settings import Settings
from tests.conftest import close
from tests.web.e_gov.asking import another, asked, refused
from tests.web.e_gov_site import (
    SECOND,
    agree,
    arrive,
    begin,
    form_of,
    listening,
    provided,
)

# The provider is away


def test_page_says_that_the_provider_is_away(browser: TestApp) -> None:
    page = browser.get("/login/e-gov")
    assert "E-Gov portalı cavab vermir" in page.html.main.text
    answer = form_of(page, "/login/e-gov").submit(expect_errors=True)
    assert answer.status_int == 503
    assert answer.headers["Retry-After"] == "10"
    assert "e_gov.away" in answer.html.main.text


def test_provider_that_goes_away_meanwhile_signs_nobody_in(
    settings: Settings, clock: FixedClock, browser: TestApp, system: Context
) -> None:
    with provided(settings, clock):
        back = agree(browser, begin(browser))
    refused(arrive(browser, back), browser, system, 503, "e_gov.away")


def test_slow_provider_is_not_waited_for(
    settings: Settings, clock: FixedClock, portal: Flask, browser: TestApp, system: Context
) -> None:
    with provided(settings, clock):
        back = agree(browser, begin(browser))
        site = portal.extensions["ports"].e_gov
        site.__dict__["_egress"] = replace(site._egress, timeout=0.2)
    hold = Event()

    def silent(_environ: object, _start: object) -> list[bytes]:
        hold.wait(5)
        return []

    with listening(settings.emulators_port, silent):
        refused(arrive(browser, back), browser, system, 503, "e_gov.away")
        hold.set()


def test_nobody_is_in_while_the_keys_of_the_provider_are_away(
    provider: EGov, browser: TestApp, system: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token has come, and nothing says whether its signature is right."""
    back = agree(browser, begin(browser))

    def broken(_: Keys) -> list[Mapping[str, Any]]:
        raise NotImplementedError

    monkeypatch.setattr(Keys, "published", broken)
    refused(arrive(browser, back), browser, system, 503, "e_gov.away")


def test_killed_after_the_answer_was_taken_nobody_is_in(
    provider: EGov, browser: TestApp, system: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The code is spent with the process that took it, and one begins anew."""
    back = agree(browser, begin(browser))

    def killed(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(OpenIdProvider, "identify", killed)
        with pytest.raises(SystemExit):
            arrive(browser, back)
    refused(arrive(browser, back), browser, system, 409, "ceremony.used")
    assert arrive(browser, agree(browser, begin(browser))).status_int == 303


def test_without_a_provider_the_portal_says_so(settings: Settings, clock: FixedClock) -> None:
    portal = create_app(replace(settings, oidc_issuer=""), clock=clock)
    browser = TestApp(portal, extra_environ={"HTTP_HOST": "localhost"})
    assert "Bu portalda qurulmayıb" in browser.get("/login").html.main.text
    assert "Bu portalda qurulmayıb" in browser.get("/login/e-gov").html.main.text
    close(portal)


# Keys


def test_new_key_of_the_provider_is_fetched(
    provider: EGov, browser: TestApp, portal: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrive(browser, agree(browser, begin(browser)))
    second = another(portal)
    address = begin(second)
    provider.keys.rotate()
    ticks = portal.extensions["ports"].e_gov.ticks
    monkeypatch.setattr(portal.extensions["ports"].e_gov._keys, "_ticks", lambda: ticks() + 11)
    assert arrive(second, agree(second, address)).status_int == 303


def test_unknown_keys_make_the_portal_ask_no_more_often_than_it_should(
    provider: EGov, browser: TestApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for, published = [], Keys.published

    def counted(keys: Keys) -> list[Mapping[str, Any]]:
        asked_for.append(keys)
        return published(keys)

    monkeypatch.setattr(Keys, "published", counted)
    for _ in range(3):
        back = agree(browser, begin(browser), NewPerson("sinaq.kid", "", "", PASSWORD))
        assert arrive(browser, back).status_int == 403
    assert len(asked_for) == 1


# Proof anew


def test_signed_in_person_proves_anew_who_he_is(
    provider: EGov, browser: TestApp, clock: FixedClock, system: Context
) -> None:
    arrive(browser, agree(browser, begin(browser)))
    before = browser.cookies["sid"]
    clock.advance(timedelta(minutes=20))
    address = begin(browser, "?purpose=prove&next=/sessions")
    assert asked(address)["prompt"] == "login"
    assert asked(address)["max_age"] == "0"
    assert arrive(browser, agree(browser, address)).location == "/sessions"
    assert browser.cookies["sid"] != before
    assert system.session.scalars(select(SignInSession.proven_at)).one() == clock.now()


def test_somebody_else_cannot_prove_it(provider: EGov, browser: TestApp, clock: FixedClock) -> None:
    arrive(browser, agree(browser, begin(browser)))
    back = agree(browser, begin(browser, "?purpose=prove"), SECOND)
    page = arrive(browser, back)
    assert (page.status_int, "accounts.other_person" in page.html.main.text) == (403, True)
    assert "Təsdiq başqa şəxsindir." in page.html.main.text
    assert page.html.main.find("a", string="Yenidən başla")["href"] == "/login/e-gov?purpose=prove&next=%2F"
    assert page.html.main.find("a", string="Başqa vasitə seç")["href"] == "/login/prove?next=%2F"


def test_sign_in_from_before_is_no_proof_anew(
    provider: EGov, browser: TestApp, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrive(browser, agree(browser, begin(browser)))
    clock.advance(timedelta(minutes=3))
    address = begin(browser, "?purpose=prove")
    quiet = address.replace("prompt=login", "prompt=").replace("max_age=0", "max_age=3600")
    page = arrive(browser, agree(browser, quiet))
    assert (page.status_int, "e_gov.token_auth_time" in page.html.main.text) == (403, True)


def test_sign_in_is_as_fresh_as_the_provider_knows_him(
    provider: EGov, browser: TestApp, clock: FixedClock, system: Context
) -> None:
    """He signed in there half an hour ago and is only asked whether he agrees."""
    began = clock.now()
    arrive(browser, agree(browser, begin(browser)))
    clock.advance(timedelta(minutes=31))
    arrive(browser, agree(browser, begin(browser)))
    found = system.session.scalars(select(SignInSession.proven_at).order_by(SignInSession.created_at)).all()
    assert found == [began, began]


def test_sign_in_is_remembered_as_the_provider_knows_it(provider: EGov, browser: TestApp, system: Context) -> None:
    arrive(browser, agree(browser, begin(browser)))
    kept = system.session.scalars(select(EGovSession)).one()
    known = provider.session(kept.provider_session)
    assert known is not None
    assert known.subject == kept.subject
