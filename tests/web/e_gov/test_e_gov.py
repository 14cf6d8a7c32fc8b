"""Signing in through E-Gov: the way in, and answers that are no proof."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from webtest import TestApp

from app.accounts.models import Bar, Ceremony, Person, SignInSession
from app.accounts.rules import Barred
from app.adapters.emulators.e_gov.provider import EGov, NewPerson
from app.adapters.emulators.e_gov.scripts import NAME, PASSWORD, SCRIPTS
from app.core.audit import AuditEntry
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.db import write_transaction
from app.core.roles import Assurance, Role
from tests.web.e_gov.asking import CALLBACK, TEXTS, another, asked, last_audit, refused
from tests.web.e_gov_site import (
    FIN,
    SECOND,
    agree,
    arrive,
    begin,
    form_of,
)

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
    assert (page.status_int, TEXTS["ceremony.used"] in page.html.main.text) == (409, True)
    assert (last_audit(system).outcome, last_audit(system).code) == ("refused", "ceremony.used")
    system.session.rollback()
    assert len(system.session.scalars(select(SignInSession.public_id)).all()) == 1


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


def test_of_two_answers_at_once_one_counts(provider: EGov, browser: TestApp, portal: Flask, system: Context) -> None:
    back = agree(browser, begin(browser))
    cookie = browser.cookies["browser"]

    def answered(_: int) -> int:
        one = another(portal)
        one.set_cookie("browser", cookie)
        return int(arrive(one, back).status_int)

    with ThreadPoolExecutor(4) as pool:
        found = sorted(pool.map(answered, range(4)))
    assert found == [303, 409, 409, 409]
    system.session.rollback()
    assert len(system.session.scalars(select(SignInSession.public_id)).all()) == 1
    codes = system.session.scalars(select(AuditEntry.code).where(AuditEntry.operation == "accounts.enter_by_e_gov"))
    assert sorted(codes) == ["", *["ceremony.used"] * 3]


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
