"""How often a phone may be rung, by whom, and what a stranger learns of it: nothing."""

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select
from webtest import TestApp

from app.accounts.models import Ceremony, SignInSession
from app.core.audit import AuditEntry
from app.core.clock import FixedClock
from app.core.context import Context
from signing.signers.mobile import MobileService
from tests.signing.emulated import PHONE
from tests.web.asan_imza.steps import House, ask, begin, code_on, go_on, new_browser, shown
from tests.web.test_guesses import statements

NOBODY = ("+994502228888", "777777")
PAIRS = pytest.mark.parametrize("pair", [(PHONE.number, PHONE.user_id), NOBODY], ids=["subscriber", "nobody"])


@PAIRS
def test_one_request_at_a_time_for_a_phone(
    house: House, browser: TestApp, portal: Flask, clock: FixedClock, pair: tuple[str, str]
) -> None:
    begin(browser, *pair)
    second = ask(new_browser(portal, "198.51.100.7"), *pair)
    assert second.status_int == 429
    assert 110 <= int(second.headers["Retry-After"]) <= 120
    assert "Bu telefona göndərilmiş sorğu hələ açıqdır." in shown(second)
    clock.advance(timedelta(minutes=2))
    begin(new_browser(portal, "198.51.100.7"), *pair)


def test_form_that_is_sent_twice_leads_to_the_same_code(house: House, browser: TestApp, system: Context) -> None:
    first, second = begin(browser), begin(browser)
    assert (first.request.path, code_on(first)) == (second.request.path, code_on(second))
    assert system.session.scalar(select(func.count()).select_from(Ceremony)) == 1


def test_subscriber_and_nobody_are_answered_alike_by_the_same_work(
    browser: TestApp, portal: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same page, the same statements, the same questions to the service: nothing tells whose number it is."""
    questions: list[str] = []
    said = MobileService._said

    def noted(service: MobileService, method: str, path: str, asked: Mapping[str, str] | None = None) -> object:
        questions.append(f"{method} {path.partition('/session/')[0]}")
        return said(service, method, path, asked)

    monkeypatch.setattr(MobileService, "_said", noted)
    seen: list[tuple[str, list[int], list[str], list[str]]] = []
    # The first one begins the audit trail; those that count come after it.
    for pair in (("+994502227777", "666666"), (PHONE.number, PHONE.user_id), NOBODY):
        window = new_browser(portal, f"198.51.100.{len(seen)}")
        questions.clear()
        with statements(portal) as done:
            page = begin(window, *pair)
            waiting = [go_on(page, script=True).status_int for _ in range(3)]
        text = shown(page).replace(code_on(page), "")
        seen.append((text, waiting, [*dict.fromkeys(questions)], [*done]))
    assert seen[1] == seen[2]
    # What the service is still asked after that, behind the request's back, is all that differs: nobody waits for it.
    assert seen[1][1:3] == ([204] * 3, ["POST certificate", "POST authentication", "GET authentication"])


@PAIRS
def test_fourth_request_in_ten_minutes_is_refused(browser: TestApp, clock: FixedClock, pair: tuple[str, str]) -> None:
    for _ in range(3):
        begin(browser, *pair)
        clock.advance(timedelta(minutes=2))
    assert ask(browser, *pair).status_int == 429
    clock.advance(timedelta(minutes=4))
    begin(browser, *pair)


def test_eleventh_request_of_a_day_is_refused_wherever_it_comes_from(portal: Flask, clock: FixedClock) -> None:
    for number in range(10):
        begin(new_browser(portal, f"198.51.100.{number}"))
        clock.advance(timedelta(minutes=5))
    assert ask(new_browser(portal, "198.51.100.99")).status_int == 429
    clock.advance(timedelta(days=1))
    begin(new_browser(portal, "198.51.100.99"))


def test_whoever_answers_is_not_counted(house: House, portal: Flask) -> None:
    for _ in range(4):
        page = begin(new_browser(portal))
        house.confirm()
        assert go_on(page).status_int == 303


def test_after_a_no_on_the_phone_it_is_left_alone(house: House, portal: Flask, clock: FixedClock) -> None:
    page = begin(new_browser(portal))
    house.cancel()
    assert "Əməliyyat telefonda ləğv edildi." in shown(go_on(page))
    clock.advance(timedelta(minutes=29))
    refused = ask(new_browser(portal, "198.51.100.7"))
    assert (refused.status_int, refused.headers["Retry-After"]) == (429, "60")
    assert house.emulated.devices.phones.ringing(PHONE.number) is None
    clock.advance(timedelta(minutes=1))
    begin(new_browser(portal))


def test_stranger_who_guesses_ids_does_not_lock_the_owner_out(house: House, portal: Flask) -> None:
    stranger = new_browser(portal, "198.51.100.7")
    answers = [ask(stranger, PHONE.number, f"60000{number}").status_int for number in range(10)]
    assert answers == [303] * 10
    assert ask(stranger, PHONE.number, "700000").status_int == 429
    page = begin(new_browser(portal))
    house.confirm()
    assert go_on(page).status_int == 303


def test_address_may_not_try_number_after_number(browser: TestApp) -> None:
    answers = [ask(browser, f"+9945022211{number:02}", f"8000{number:02}").status_int for number in range(21)]
    assert answers == [303] * 20 + [429]


def test_of_many_polls_at_once_one_signs_in(house: House, browser: TestApp, portal: Flask, system: Context) -> None:
    page = begin(browser)
    house.confirm()
    together = Barrier(6)

    def poll(_: int) -> int:
        other = new_browser(portal)
        other.cookiejar = browser.cookiejar
        seen = other.get(page.request.path)
        together.wait(30)
        return int(go_on(seen).status_int)

    with ThreadPoolExecutor(6) as crowd:
        answers = sorted(crowd.map(poll, range(6)))
    assert answers.count(303) >= 1
    system.session.rollback()
    assert system.session.scalar(select(func.count()).select_from(SignInSession)) == 1
    rows = select(AuditEntry.outcome, AuditEntry.code).where(AuditEntry.operation == "accounts.finish_asan_imza")
    told = Counter((row.outcome, row.code) for row in system.session.execute(rows))
    assert told[("completed", "")] == 1
    assert told.keys() <= {("completed", ""), ("refused", "ceremony.used")}


def test_of_many_requests_at_once_one_rings(house: House, portal: Flask) -> None:
    together = Barrier(6)

    def send(number: int) -> int:
        browser = new_browser(portal, f"198.51.100.{number}")
        browser.get("/login/asan-imza")
        together.wait(30)
        return int(ask(browser).status_int)

    with ThreadPoolExecutor(6) as crowd:
        assert sorted(crowd.map(send, range(6))) == [303, *[429] * 5]
