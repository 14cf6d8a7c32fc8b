"""Signing out of the portal and of the E-Gov identity, from either side."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from webtest import TestApp, TestResponse

from app.accounts.models import EGovSession
from app.adapters.emulators.e_gov.provider import BACKCHANNEL, EGov, SignedIn
from app.adapters.emulators.e_gov.scripts import Key
from app.core.audit import AuditEntry
from app.core.clock import FixedClock
from app.core.context import Context
from app.settings import Settings
from tests.conftest import Database
from tests.web.e_gov_site import AYSEL, SECOND, agree, arrive, begin, form_of, is_in, provided, settings_with_provider

PATH = "/login/e-gov/backchannel-logout"


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    return settings_with_provider(database, tmp_path)


@pytest.fixture
def provider(settings: Settings, clock: FixedClock) -> Iterator[EGov]:
    with provided(settings, clock) as made:
        yield made


@pytest.fixture
def entered(provider: EGov, browser: TestApp) -> TestApp:
    arrive(browser, agree(browser, begin(browser)))
    return browser


def another(portal: Flask) -> TestApp:
    return TestApp(portal, extra_environ={"HTTP_HOST": "localhost", "REMOTE_ADDR": "192.0.2.77"})


def sign_out(browser: TestApp) -> TestResponse:
    return form_of(browser.get("/"), "/logout").submit(status=303)


def known(provider: EGov, system: Context) -> SignedIn:
    system.session.rollback()
    sid = system.session.scalars(select(EGovSession.provider_session)).one()
    found = provider.session(sid)
    assert found is not None
    return found


def tell(browser: TestApp, token: str) -> TestResponse:
    return browser.post(PATH, {"logout_token": token}, expect_errors=True)


def test_both_sessions_are_ended_and_the_way_leads_home(entered: TestApp, provider: EGov, system: Context) -> None:
    there = known(provider, system)
    page = sign_out(entered)
    assert not is_in(entered)
    page = entered.get(page.location)
    assert "form-action 'self' http://localhost;" in page.headers["Content-Security-Policy"]
    assert "csrf_token" not in form_of(page, "http://localhost/emulators").fields
    back = form_of(page, "http://localhost/emulators").submit(status=303)
    assert back.location == "http://localhost/"
    assert provider.session(there.sid) is None


def test_page_of_the_way_out_is_there_for_a_moment(entered: TestApp, clock: FixedClock) -> None:
    address = sign_out(entered).location
    clock.advance(timedelta(minutes=5))
    assert entered.get(address, expect_errors=True).status_int == 404


def test_page_says_where_to_sign_out_when_the_provider_is_away(
    settings: Settings, clock: FixedClock, browser: TestApp, portal: Flask
) -> None:
    with provided(settings, clock):
        arrive(browser, agree(browser, begin(browser)))
    address = sign_out(browser).location
    site = portal.extensions["ports"].e_gov
    site.__dict__.pop("_site")
    assert "www.e-gov.az" in browser.get(address).html.main.text
    assert not is_in(browser)


def test_signing_out_of_a_password_leads_to_the_front_page(provider: EGov, sign_in: Callable[..., TestApp]) -> None:
    assert sign_out(sign_in()).location == "/"


# The provider tells of it


def test_provider_ends_the_session(entered: TestApp, provider: EGov, system: Context, portal: Flask) -> None:
    told: list[TestResponse] = []
    provider.end(known(provider, system).sid)
    assert provider.tell_of_ends(lambda token: told.append(tell(another(portal), token))) == 1
    assert told[0].status_int == 200
    assert told[0].headers["Cache-Control"] == "no-store"
    assert not is_in(entered)
    assert provider.tell_of_ends(lambda _: None) == 0


def test_only_that_session_is_ended(entered: TestApp, provider: EGov, system: Context, portal: Flask) -> None:
    there, second, stranger = known(provider, system), another(portal), another(portal)
    arrive(second, agree(second, begin(second)))
    arrive(stranger, agree(stranger, begin(stranger), SECOND))
    assert tell(another(portal), provider.farewell(there)).status_int == 200
    assert [is_in(one) for one in (entered, second, stranger)] == [False, True, True]


def test_message_without_a_session_ends_all_of_the_person(
    entered: TestApp, provider: EGov, system: Context, portal: Flask
) -> None:
    there, second, stranger = known(provider, system), another(portal), another(portal)
    arrive(second, agree(second, begin(second)))
    arrive(stranger, agree(stranger, begin(stranger), SECOND))
    assert tell(another(portal), provider.farewell(there, sid=None)).status_int == 200
    assert [is_in(one) for one in (entered, second, stranger)] == [False, False, True]


def test_message_counts_once(entered: TestApp, provider: EGov, system: Context, portal: Flask) -> None:
    token = provider.farewell(known(provider, system))
    assert tell(another(portal), token).status_int == 200
    answer = tell(another(portal), token)
    assert (answer.status_int, answer.json["error_description"]) == (400, "e_gov.farewell_used")


WRONG: dict[str, tuple[dict[str, object], str]] = {
    "of another issuer": ({"iss": "https://another.example"}, "e_gov.token_iss"),
    "for another portal": ({"aud": "another"}, "e_gov.token_aud"),
    "expired": ({"exp": 1}, "e_gov.token_exp"),
    "old": ({"iat": 1}, "e_gov.token_iat"),
    "without a number": ({"jti": None}, "e_gov.token_jti"),
    "of nobody": ({"sub": None, "sid": None}, "e_gov.token_sub"),
    "of something else": ({"events": {"another": {}}}, "e_gov.token_events"),
    "without an event": ({"events": None}, "e_gov.token_events"),
    "of a sign-in": ({"nonce": "n"}, "e_gov.token_events"),
    "valid for years": ({"exp": 32503680000}, "e_gov.token_exp"),
    "with a list for a number": ({"jti": [1]}, "e_gov.token_jti"),
}


@pytest.mark.parametrize("name", WRONG)
def test_message_that_is_none_ends_nothing(
    entered: TestApp, provider: EGov, system: Context, portal: Flask, name: str
) -> None:
    changed, code = WRONG[name]
    answer = tell(another(portal), provider.farewell(known(provider, system), **changed))
    assert (answer.status_int, answer.json["error_description"]) == (400, code)
    assert is_in(entered)
    system.session.rollback()
    row = system.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (row.operation, row.code) == ("accounts.end_e_gov_sessions", code)


@pytest.mark.parametrize(
    ("key", "code"),
    [(Key.NONE, "algorithm"), (Key.PUBLIC, "algorithm"), (Key.ANOTHER, "signature"), (Key.UNPUBLISHED, "key")],
)
def test_message_of_a_forger_ends_nothing(
    entered: TestApp, provider: EGov, system: Context, key: Key, code: str
) -> None:
    there, now = known(provider, system), int(provider.clock.now().timestamp())
    claims = {"iss": provider.issuer, "aud": "e-gomruk", "iat": now, "exp": now + 60, "jti": "1", "sub": there.subject}
    answer = tell(entered, provider.keys.signed({**claims, "events": {BACKCHANNEL: {}}}, key))
    assert (answer.status_int, answer.json["error_description"]) == (400, f"e_gov.token_{code}")
    assert is_in(entered)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "e30.e30.", "[" * 9000, "ə.ə.ə", "." * 20000])
def test_rubbish_ends_nothing(entered: TestApp, portal: Flask, token: str) -> None:
    assert tell(another(portal), token).status_int == 400
    assert is_in(entered)


# What a browser can do at the provider itself


def test_person_signs_out_on_the_providers_own_page(entered: TestApp, provider: EGov, system: Context) -> None:
    there = known(provider, system)
    page = entered.get("/emulators/e-gov")
    assert AYSEL.name in page.html.main.text
    form_of(page, "/emulators/e-gov/leave").submit(status=303)
    assert provider.session(there.sid) is None


@pytest.mark.parametrize("hint", ["", "forged", "a.b.c"])
def test_nobody_is_signed_out_there_without_a_token(
    entered: TestApp, provider: EGov, system: Context, hint: str
) -> None:
    answer = entered.post("/emulators/e-gov/logout", {"id_token_hint": hint})
    assert (answer.status_int, answer.location) == (303, "/emulators/e-gov")
    assert known(provider, system).username == AYSEL.username
