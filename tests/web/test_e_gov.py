"""Signing in by the E-Gov identity: the same person, once, by one browser; every answer that is no proof is refused."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from webtest import TestApp, TestResponse

from app.accounts.models import Bar, Ceremony, EGovSession, Person, SignInSession
from app.accounts.rules import Barred
from app.adapters.emulators.e_gov.keys import Keys
from app.adapters.emulators.e_gov.provider import EGov, NewPerson
from app.adapters.emulators.e_gov.scripts import NAME, PASSWORD, SCRIPTS
from app.core.audit import AuditEntry
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.db import write_transaction
from app.core.roles import Assurance, Role
from app.factory import create_app
from app.settings import Settings
from tests.conftest import Database, close
from tests.web.e_gov_site import (
    FIN,
    SECOND,
    agree,
    arrive,
    begin,
    form_of,
    is_in,
    listening,
    provided,
    settings_with_provider,
)

CALLBACK = "/login/e-gov/callback"


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    return settings_with_provider(database, tmp_path)


@pytest.fixture
def provider(settings: Settings, clock: FixedClock) -> Iterator[EGov]:
    with provided(settings, clock) as made:
        yield made


def another(portal: Flask) -> TestApp:
    return TestApp(portal, extra_environ={"HTTP_HOST": "localhost", "REMOTE_ADDR": "192.0.2.77"})


def asked(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def last_audit(system: Context) -> AuditEntry:
    system.session.rollback()
    return system.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()


def refused(page: TestResponse, browser: TestApp, system: Context, status: int, code: str) -> None:
    """Nothing signed in, an audit row, a page that says what to do."""
    assert page.status_int == status
    assert "E-Gov identity ilə giriş alınmadı" in page.html.h1.text
    assert page.html.main.find("a", string="Yenidən başla")
    assert code in page.html.main.text
    assert not is_in(browser)
    row = last_audit(system)
    assert (row.operation, row.outcome, row.code) == ("accounts.enter_by_e_gov", "refused", code)


# The way in


def test_person_is_let_in_and_led_to_where_he_wanted(provider: EGov, browser: TestApp, system: Context) -> None:
    back = agree(browser, begin(browser))
    page = arrive(browser, back)
    assert (page.status_int, page.location) == (303, "/documents")
    assert "Aysel Məmmədova" in browser.get("/").html.header.text
    row = last_audit(system)
    assert (row.operation, row.outcome) == ("accounts.enter_by_e_gov", "completed")
    assert FIN not in str(row.facts) + row.object_id
    session = system.session.scalars(select(SignInSession)).one()
    assert (session.means, session.assurance) == ("e_gov", Assurance.STRONG)


def test_it_is_the_same_person_as_with_his_password(
    provider: EGov, browser: TestApp, account: Callable[..., str], system: Context
) -> None:
    account(Role.PARTICIPANT, pin=FIN, name="Aysel Məmmədova")
    arrive(browser, agree(browser, begin(browser)))
    assert len(system.session.scalars(select(Person.id).where(Person.pin == FIN)).all()) == 1
    assert "9900000141" in browser.get("/").html.header.text


def test_request_says_what_the_protocol_wants(provider: EGov, browser: TestApp, system: Context) -> None:
    sent = asked(begin(browser))
    assert sent["response_type"] == "code"
    assert sent["code_challenge_method"] == "S256"
    assert sent["redirect_uri"] == f"http://localhost{CALLBACK}"
    assert len(sent["code_challenge"]) == 43
    ceremony = system.session.scalars(select(Ceremony)).one()
    assert sent["state"] == ceremony.public_id
    assert sent["nonce"] == ceremony.facts["nonce"]
    assert ceremony.facts["verifier"] not in str(sent)


def test_page_lets_its_form_lead_to_the_provider_and_nowhere_else(provider: EGov, browser: TestApp) -> None:
    assert "form-action 'self' http://localhost;" in browser.get("/login/e-gov").headers["Content-Security-Policy"]
    assert "form-action 'self';" in browser.get("/login").headers["Content-Security-Policy"]


def test_other_name_of_the_host_is_left_for_the_one_that_the_provider_knows(provider: EGov, browser: TestApp) -> None:
    answer = browser.get("/login/e-gov?next=/documents", extra_environ={"HTTP_HOST": "127.0.0.1"})
    assert (answer.status_int, answer.location) == (303, "http://localhost/login/e-gov?next=/documents")


def test_sign_in_page_offers_it(provider: EGov, browser: TestApp) -> None:
    assert browser.get("/login?next=/documents").html.find("a", href="/login/e-gov?next=/documents")


# Answers that are no proof

CODES = {
    "sinaq.nonce": (403, "e_gov.token_nonce"),
    "sinaq.aud": (403, "e_gov.token_aud"),
    "sinaq.azp": (403, "e_gov.token_azp"),
    "sinaq.iss": (403, "e_gov.token_iss"),
    "sinaq.expired": (403, "e_gov.token_exp"),
    "sinaq.future": (403, "e_gov.token_iat"),
    "sinaq.nbf": (403, "e_gov.token_nbf"),
    "sinaq.none": (403, "e_gov.token_algorithm"),
    "sinaq.hs256": (403, "e_gov.token_algorithm"),
    "sinaq.kid": (403, "e_gov.token_key"),
    "sinaq.forged": (403, "e_gov.token_signature"),
    "sinaq.sub": (403, "e_gov.token_sub"),
    "sinaq.fin": (403, "e_gov.no_pin"),
    "sinaq.500": (503, "e_gov.away"),
    "sinaq.garbage": (503, "e_gov.away"),
}


def test_every_scripted_account_is_tried_but_the_slow_one() -> None:
    assert SCRIPTS.keys() - CODES.keys() == {"sinaq.slow"}


@pytest.mark.parametrize("username", CODES)
def test_answer_that_is_no_proof_signs_nobody_in(
    provider: EGov, browser: TestApp, system: Context, username: str
) -> None:
    script = SCRIPTS[username]
    back = agree(browser, begin(browser), NewPerson(username, script.fin, NAME, PASSWORD))
    refused(arrive(browser, back), browser, system, *CODES[username])
    assert system.session.scalars(select(Person.id)).all() == []


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "could not be confirmed, so you were not signed in"), ("ru", "не подтверждён, поэтому вход не выполнен")],
)
def test_refusal_is_said_in_the_language_of_the_page(
    provider: EGov, browser: TestApp, language: str, text: str
) -> None:
    browser.get(f"/?lang={language}")
    back = agree(browser, begin(browser), NewPerson("sinaq.nonce", "", "", PASSWORD))
    assert text in arrive(browser, back).html.main.text


@pytest.mark.parametrize(
    ("seconds", "status"),
    [(59, 303), (-359, 303), (61, 403), (-361, 403)],
    ids=["a little ahead", "a little old", "ahead", "old"],
)
def test_clocks_may_differ_by_a_minute(
    provider: EGov, browser: TestApp, monkeypatch: pytest.MonkeyPatch, seconds: int, status: int
) -> None:
    """The token says that it was made so many seconds from now."""
    back = agree(browser, begin(browser))
    made = provider._claims

    def shifted(*given: object) -> dict[str, object]:
        claims = dict(made(*given))  # type: ignore[arg-type]
        times = {name: claims[name] + seconds for name in ("iat", "nbf")}
        return claims | times

    monkeypatch.setattr(EGov, "_claims", lambda _self, *given: shifted(*given))
    assert arrive(browser, back).status_int == status


def test_wrong_state_finds_nothing(provider: EGov, browser: TestApp, system: Context) -> None:
    back = agree(browser, begin(browser))
    forged = back.replace(asked(back)["state"], "A" * 22)
    refused(arrive(browser, forged), browser, system, 404, "ceremony.unknown")


def test_answer_counts_once(provider: EGov, browser: TestApp, portal: Flask, system: Context) -> None:
    back = agree(browser, begin(browser))
    assert arrive(browser, back).status_int == 303
    page = arrive(browser, back)
    assert page.status_int == 409
    assert last_audit(system).code == "ceremony.used"


def test_answer_is_worth_nothing_in_another_browser(
    provider: EGov, browser: TestApp, portal: Flask, system: Context
) -> None:
    back, stranger = agree(browser, begin(browser)), another(portal)
    refused(arrive(stranger, back), stranger, system, 404, "ceremony.unknown")
    assert arrive(browser, back).status_int == 303


def test_victim_cannot_be_signed_in_as_somebody_else(
    provider: EGov, browser: TestApp, portal: Flask, system: Context
) -> None:
    """A code of one's own under the state that the other's browser has begun with: the nonce is another."""
    mine, theirs = another(portal), begin(browser)
    code = asked(agree(mine, begin(mine), SECOND))["code"]
    answer = f"{CALLBACK}?code={code}&state={asked(theirs)['state']}&iss={provider.issuer}"
    refused(arrive(browser, answer), browser, system, 403, "e_gov.not_given")


def test_of_two_answers_at_once_one_counts(provider: EGov, browser: TestApp, portal: Flask) -> None:
    back = agree(browser, begin(browser))
    cookie = browser.cookies["browser"]

    def answered(_: int) -> int:
        one = another(portal)
        one.set_cookie("browser", cookie)
        return int(arrive(one, back).status_int)

    with ThreadPoolExecutor(4) as pool:
        found = sorted(pool.map(answered, range(4)))
    assert found == [303, 409, 409, 409]


def test_answer_that_comes_too_late_is_refused(
    provider: EGov, browser: TestApp, clock: FixedClock, system: Context
) -> None:
    back = agree(browser, begin(browser))
    clock.advance(timedelta(minutes=10))
    refused(arrive(browser, back), browser, system, 422, "ceremony.expired")


@pytest.mark.parametrize("issuer", ["", "&iss=https://another.example"], ids=["none", "another"])
def test_answer_of_another_provider_is_refused(provider: EGov, browser: TestApp, system: Context, issuer: str) -> None:
    back = agree(browser, begin(browser)).partition("&iss=")[0] + issuer
    refused(arrive(browser, back), browser, system, 403, "e_gov.token_issuer")


def test_who_declines_is_not_signed_in(provider: EGov, browser: TestApp, system: Context) -> None:
    form = form_of(browser.get(begin(browser)), "/emulators/e-gov/authorize")
    back = form.submit("answer", value="deny", status=303).location
    page = arrive(browser, back)
    refused(page, browser, system, 403, "e_gov.declined")
    assert system.session.scalars(select(Ceremony.stage)).one() == "failed"
    assert arrive(browser, back.replace("error=access_denied", "code=abc")).status_int == 409


def test_other_errors_of_the_provider_are_told(provider: EGov, browser: TestApp, system: Context) -> None:
    state = asked(begin(browser))["state"]
    answer = arrive(browser, f"{CALLBACK}?error=server_error&state={state}")
    refused(answer, browser, system, 403, "e_gov.not_given")


@pytest.mark.parametrize("query", ["", "?code=a", "?state=b", "?code=a&code=b&state=c", "?code=a&state=b&state=c"])
def test_address_without_an_answer_changes_nothing(
    provider: EGov, browser: TestApp, system: Context, query: str
) -> None:
    assert arrive(browser, CALLBACK + query).status_int == 422
    assert system.session.scalars(select(AuditEntry.id)).all() == []


def test_barred_means_lets_nobody_in(provider: EGov, browser: TestApp, system: Context, clock: FixedClock) -> None:
    back = agree(browser, begin(browser))
    with write_transaction(system.session):
        facts = {"public_id": "b", "reason": "", "set_at": clock.now()}
        system.session.add(Bar(kind=Barred.MEANS, subject="e_gov", **facts))
    refused(arrive(browser, back), browser, system, 403, "accounts.barred")


def test_many_tries_of_one_address_are_slowed_down(provider: EGov, browser: TestApp) -> None:
    answers = [arrive(browser, f"{CALLBACK}?code=a&state=b{n}").status_int for n in range(61)]
    assert set(answers[:60]) == {404}
    assert answers[60] == 429


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
