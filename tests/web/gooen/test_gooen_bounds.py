"""What an operator may ask for besides the document, and what the whole service answers in an hour."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from prometheus_client import REGISTRY
from webtest import TestApp, TestResponse

from app.core.clock import FixedClock
from app.settings import Settings, SettingsError
from tests.web.gooen.asking import ANAR, LEYLA, card, fill_in, number_of, say_yes, spelled

BORN = "02.01.1996"  # As the register has Anar.


@pytest.fixture
def asks_birth_date(portal: Flask) -> None:
    portal.extensions["ports"] = replace(portal.extensions["ports"], asks_birth_date=True)


def ask(browser: TestApp, born: str) -> TestResponse:
    page = browser.get("/gooen")
    form = page.forms[0]
    form["citizenship"], form["number"], form["born"], form["code"] = "AZ", ANAR, born, spelled(page)
    return form.submit(expect_errors=True)


def test_nothing_more_is_asked_where_the_operator_wants_nothing(browser: TestApp) -> None:
    assert "born" not in browser.get("/gooen").forms[0].fields
    assert card(browser).status_int == 200


@pytest.mark.usefixtures("asks_birth_date")
def test_birth_date_opens_the_card(browser: TestApp) -> None:
    page = ask(browser, BORN).follow()
    assert BORN not in page
    assert number_of(say_yes(page).follow())


@pytest.mark.usefixtures("asks_birth_date")
@pytest.mark.parametrize(
    ("born", "told"),
    [
        ("", "Doğum tarixini yazın."),
        ("03.01.1996", "Doğum tarixi reyestrdəki ilə eyni deyil."),
        ("31.02.1996", "tarix deyil"),
        ("1996", "tarix deyil"),
    ],
)
def test_wrong_birth_date_is_said_at_its_field(browser: TestApp, born: str, told: str) -> None:
    answer = ask(browser, born)
    assert answer.status_int == 422
    assert told in answer.html.find(id="born-error").text
    assert (answer.forms[0]["born"].value, answer.forms[0]["number"].value) == (born, ANAR)


def test_setting_of_the_proof_is_one_that_there_is() -> None:
    assert Settings.from_environment({"EGOMRUK_GOOEN_PROOF": "birth_date"}).gooen_proof == "birth_date"
    with pytest.raises(SettingsError, match="EGOMRUK_GOOEN_PROOF is birth_date or empty, not 'shoe_size'"):
        Settings.from_environment({"EGOMRUK_GOOEN_PROOF": "shoe_size"})


def test_whole_service_has_a_limit_and_gives_an_alarm(
    portal: Flask, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    portal.extensions["ports"] = replace(portal.extensions["ports"], gooen_hourly=2)
    here, there, elsewhere = (
        TestApp(portal, extra_environ={"HTTP_HOST": "localhost", "REMOTE_ADDR": address})
        for address in ("192.0.2.10", "198.51.100.10", "203.0.113.10")
    )
    assert "Kod şəkildəki ilə eyni deyil" in fill_in(here, code="000000x")  # Counts for nobody else.
    card(here)
    card(there, LEYLA)
    before = refused()
    answer = fill_in(elsewhere, LEYLA)
    assert (answer.status_int, answer.headers["Retry-After"]) == (429, "3600")
    assert answer.forms[0]["number"].value == LEYLA
    assert refused() == before + 1
    assert [line.levelname for line in caplog.records if line.msg.endswith("is at its hourly limit")] == ["ERROR"]
    clock.advance(timedelta(hours=1))
    card(elsewhere, LEYLA)


def refused() -> float:
    return REGISTRY.get_sample_value("egomruk_gooen_overrun_total") or 0.0
